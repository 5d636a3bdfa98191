-- model: agg_customer_digital
-- layer: gold
-- about: What a customer does in the app.
-- inputs: gold.fct_digital_engagement
-- optional: silver.fct_feature_usage
-- key: customer_key
-- live: customer_key of gold.fct_digital_engagement, silver.fct_feature_usage
-- column: customer_key TEXT
-- column: sessions_lifetime INTEGER
-- column: events_lifetime INTEGER
-- column: app_logins_last_30_days INTEGER
-- column: app_logins_last_90_days INTEGER
-- column: app_logins_90_days_before INTEGER
-- column: first_login_date TEXT
-- column: last_login_date TEXT
-- column: days_since_last_login INTEGER
-- column: most_used_feature TEXT
-- column: engagement_score REAL | of the last 90 days: 10 x sessions + seconds / 60 + 2 x events
WITH feature AS (
    SELECT customer_key, event_type, row_number() OVER (PARTITION BY customer_key ORDER BY events DESC, event_type) AS place
    FROM silver.fct_feature_usage
)
SELECT e.customer_key, sum(e.sessions), sum(e.events), sum(CASE WHEN e.activity_date > date(:as_of, '-30 days') THEN e.sessions ELSE 0 END),
    sum(CASE WHEN e.activity_date > date(:as_of, '-90 days') THEN e.sessions ELSE 0 END),
    sum(CASE WHEN e.activity_date > date(:as_of, '-180 days') AND e.activity_date <= date(:as_of, '-90 days') THEN e.sessions ELSE 0 END),
    min(e.activity_date), max(e.activity_date), CAST(julianday(:as_of) - julianday(max(e.activity_date)) AS INTEGER), max(f.event_type),
    round(sum(CASE WHEN e.activity_date > date(:as_of, '-90 days') THEN 10 * e.sessions + 2 * e.events ELSE 0 END)
        + sum(CASE WHEN e.activity_date > date(:as_of, '-90 days') THEN e.seconds ELSE 0 END) / 60.0, 4)
FROM gold.fct_digital_engagement e
LEFT JOIN feature f ON f.customer_key = e.customer_key AND f.place = 1
WHERE e.activity_date <= :as_of
GROUP BY e.customer_key
