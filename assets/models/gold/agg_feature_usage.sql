-- model: agg_feature_usage
-- layer: gold
-- about: Use of the app's features, per branch of the customer.
-- inputs: silver.fct_feature_usage, gold.customer_activity
-- key: branch_id, event_type
-- column: branch_id TEXT | empty: not known
-- column: event_type TEXT
-- column: events INTEGER
-- column: customers INTEGER
SELECT v.branch_id, f.event_type, sum(f.events), count(*)
FROM silver.fct_feature_usage f
JOIN gold.customer_activity v ON v.customer_key = f.customer_key
GROUP BY 1, 2
