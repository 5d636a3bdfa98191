-- model: fct_feature_usage
-- layer: silver
-- about: How often a customer used each feature of the app.
-- inputs: silver.fct_app_events
-- key: customer_key, event_type
-- column: customer_key TEXT
-- column: event_type TEXT
-- column: events INTEGER
SELECT customer_key, event_type, count(*)
FROM silver.fct_app_events
WHERE customer_key IS NOT NULL AND event_type IS NOT NULL
GROUP BY 1, 2
