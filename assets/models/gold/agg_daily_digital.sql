-- model: agg_daily_digital
-- layer: gold
-- about: Use of the app per day, branch of the customer and digital status that the customer has on the as-of date.
-- inputs: gold.fct_digital_engagement, gold.customer_360
-- key: date, branch_id, digital_status
-- column: date TEXT
-- column: branch_id TEXT | empty: not known
-- column: digital_status TEXT
-- column: app_customers INTEGER
-- column: sessions INTEGER
-- column: seconds INTEGER
-- column: events INTEGER
SELECT e.activity_date, coalesce(c.branch_id, ''), coalesce(c.digital_status, 'not known'), count(*), sum(e.sessions), sum(e.seconds), sum(e.events)
FROM gold.fct_digital_engagement e
JOIN gold.customer_360 c ON c.customer_key = e.customer_key
WHERE e.activity_date <= :as_of
GROUP BY 1, 2, 3
