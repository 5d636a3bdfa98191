-- model: dim_account
-- layer: silver
-- about: One row per account, with the customer that holds it.
-- inputs: bronze.erp_accounts, silver.bridge_customer_ids
-- optional: silver.branch_alias
-- key: account_id
-- index: customer_key
-- column: account_id TEXT
-- column: customer_key TEXT | NULL: the holder is not among the customers
-- column: source_customer_id TEXT pii:id | the holder as the ERP names it
-- column: account_type TEXT
-- column: currency TEXT
-- column: balance_minor INTEGER | scale 2, as the ERP states it
-- column: status TEXT
-- column: is_open INTEGER
-- column: branch_id TEXT
-- column: opened_date TEXT | business date
-- column: closed_date TEXT | business date
SELECT clean(a.name), b.customer_key, clean(a.customer), clean(a.account_type), upper(clean(a.currency)), to_minor(a.balance, 2), clean(a.status),
    coalesce(lower(clean(a.status)), '') <> 'closed' AND clean(a.closed_date) IS NULL,
    x.branch_id, to_date(a.opened_date), to_date(a.closed_date)
FROM bronze.erp_accounts a
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'erpnext' AND b.source_customer_id = clean(a.customer)
LEFT JOIN silver.branch_alias x ON x.branch_raw = clean(a.branch)
ORDER BY 1
