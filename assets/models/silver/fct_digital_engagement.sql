-- model: fct_digital_engagement
-- layer: silver
-- about: What a customer did in the app on one day.
-- optional: silver.fct_app_sessions, silver.fct_app_events
-- key: customer_key, activity_date
-- column: customer_key TEXT
-- column: activity_date TEXT
-- column: sessions INTEGER
-- column: seconds INTEGER
-- column: events INTEGER
-- column: engagement_score REAL | 10 x sessions + seconds / 60 + 2 x events
SELECT customer_key, activity_date, sum(sessions), sum(seconds), sum(events), 10 * sum(sessions) + sum(seconds) / 60.0 + 2 * sum(events)
FROM (
    SELECT customer_key, substr(started_at, 1, 10) AS activity_date, count(*) AS sessions, sum(seconds) AS seconds, 0 AS events
    FROM silver.fct_app_sessions
    WHERE customer_key IS NOT NULL AND started_at IS NOT NULL
    GROUP BY 1, 2
    UNION ALL
    SELECT customer_key, substr(event_at, 1, 10), 0, 0, count(*)
    FROM silver.fct_app_events
    WHERE customer_key IS NOT NULL AND event_at IS NOT NULL
    GROUP BY 1, 2
)
GROUP BY customer_key, activity_date
