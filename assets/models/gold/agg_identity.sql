-- model: agg_identity
-- layer: gold
-- about: How many customers are known to which systems, with how many records.
-- inputs: gold.bridge_customer_ids
-- optional: gold.customer_activity
-- key: systems, records, branch_id
-- column: systems TEXT | ERP + CRM
-- column: records INTEGER | source records that are one customer
-- column: branch_id TEXT | empty: not known
-- column: customers INTEGER
-- column: pending INTEGER | with an item in Review
SELECT systems, records, branch_id, count(*), sum(is_pending)
FROM (
    SELECT b.customer_key, concat_ws(' + ', max(CASE b.source_system WHEN 'erpnext' THEN 'ERP' END), max(CASE b.source_system WHEN 'salesforce' THEN 'CRM' END), max(CASE b.source_system WHEN 'supabase' THEN 'App' END), max(CASE b.source_system WHEN 'google_sheets' THEN 'Sheets' END),
            max(CASE WHEN b.source_system NOT IN ('erpnext', 'salesforce', 'supabase', 'google_sheets') THEN b.source_system END)) AS systems, count(*) AS records, coalesce(max(v.branch_id), '') AS branch_id,
        coalesce(max(v.is_pending), 0) AS is_pending
    FROM gold.bridge_customer_ids b
    LEFT JOIN gold.customer_activity v ON v.customer_key = b.customer_key
    GROUP BY b.customer_key
)
GROUP BY 1, 2, 3
