-- model: dim_branch
-- layer: staging
-- about: One row per branch of the bank.
-- inputs: bronze.gs_branches
-- key: branch_id
-- column: branch_id TEXT | BR001
-- column: branch_name TEXT
-- column: region TEXT
-- column: manager_name TEXT pii:name | who leads the branch
-- column: opened_date TEXT | ISO date
-- column: performance_rating REAL | 1 to 5, as the sheet gives it
-- column: staff_count INTEGER
SELECT clean(branch_id), clean(branch_name), clean(region), clean(manager_name), to_date(opened_date), to_real(performance_rating), to_int(staff_count)
FROM bronze.gs_branches
WHERE clean(branch_id) IS NOT NULL
ORDER BY 1
