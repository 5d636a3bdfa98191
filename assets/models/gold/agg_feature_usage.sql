-- model: agg_feature_usage
-- layer: gold
-- about: Use of the app's features, per branch and digital status of the customer.
-- inputs: silver.fct_feature_usage, gold.customer_360
-- key: branch_id, event_type, digital_status
-- column: branch_id TEXT | empty: not known
-- column: event_type TEXT
-- column: digital_status TEXT
-- column: events INTEGER
-- column: customers INTEGER
SELECT coalesce(c.branch_id, ''), f.event_type, coalesce(c.digital_status, 'not known'), sum(f.events), count(*)
FROM silver.fct_feature_usage f
JOIN gold.customer_360 c ON c.customer_key = f.customer_key
GROUP BY 1, 2, 3
