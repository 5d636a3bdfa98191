-- model: agg_source_records
-- layer: gold
-- about: Source records per system and branch of the customer.
-- inputs: gold.bridge_customer_ids
-- optional: gold.customer_activity
-- key: source_system, branch_id
-- column: source_system TEXT
-- column: branch_id TEXT | empty: not known
-- column: records INTEGER
-- column: customers INTEGER
SELECT b.source_system, coalesce(v.branch_id, ''), count(*), count(DISTINCT b.customer_key)
FROM gold.bridge_customer_ids b
LEFT JOIN gold.customer_activity v ON v.customer_key = b.customer_key
GROUP BY 1, 2
