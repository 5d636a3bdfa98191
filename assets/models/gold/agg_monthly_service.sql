-- model: agg_monthly_service
-- layer: gold
-- about: Complaints per month of opening, branch of the customer, type, priority and origin.
-- inputs: gold.fct_complaints
-- optional: gold.customer_activity
-- key: month, branch_id, complaint_type, priority, origin
-- live: sum over gold.fct_complaints
-- column: month TEXT | empty: the source gives no business date
-- column: branch_id TEXT | empty: not known
-- column: complaint_type TEXT
-- column: priority TEXT
-- column: origin TEXT
-- column: complaints INTEGER
-- column: open_complaints INTEGER
-- column: resolved INTEGER | with both dates
-- column: resolution_days INTEGER | their sum
SELECT coalesce(substr(c.opened_date, 1, 7), ''), coalesce(v.branch_id, ''), coalesce(c.complaint_type, ''), coalesce(c.priority, ''), coalesce(c.origin, ''),
    count(*), sum(c.is_open), count(c.resolution_days), coalesce(sum(c.resolution_days), 0)
FROM gold.fct_complaints c
LEFT JOIN gold.customer_activity v ON v.customer_key = c.customer_key
WHERE c.opened_date IS NULL OR c.opened_date <= :as_of
GROUP BY 1, 2, 3, 4, 5
