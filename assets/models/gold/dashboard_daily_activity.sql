-- model: dashboard_daily_activity
-- layer: gold
-- about: Customers, complaints and app use per day, branch of the customer and risk tier that the customer has on the as-of date; the known_, inactive_ and open_ columns are levels at the end of the day.
-- inputs: gold.customer_activity, gold.agg_customer_risk, gold.dim_date
-- optional: gold.fct_transactions, gold.fct_digital_engagement, gold.fct_complaints, gold.fct_interactions
-- key: date, branch_id, risk_tier
-- column: date TEXT
-- column: branch_id TEXT | empty: not known
-- column: risk_tier TEXT | empty: the customer is not known
-- column: new_customers INTEGER
-- column: known_customers INTEGER
-- column: started_customers INTEGER | active at least once until then
-- column: inactive_customers INTEGER | of these, without activity for 90 days
-- column: app_customers INTEGER
-- column: sessions INTEGER
-- column: seconds INTEGER
-- column: events INTEGER
-- column: complaints_opened INTEGER
-- column: complaints_closed INTEGER
-- column: open_complaints INTEGER
-- column: resolution_days INTEGER | sum over the closed of that day
-- column: satisfaction_sum REAL | of complaints opened that day
-- column: satisfaction_count INTEGER
-- column: interactions INTEGER
WITH edge AS (SELECT min(date) AS first FROM gold.dim_date),
holder AS (
    SELECT v.customer_key, v.branch_id, v.first_seen_date, k.risk_tier FROM gold.customer_activity v JOIN gold.agg_customer_risk k ON k.customer_key = v.customer_key
),
-- A day may stand twice: it is then its own next day and no silence.
active_day AS (
    SELECT customer_key, transaction_date AS date FROM gold.fct_transactions
    WHERE customer_key IS NOT NULL AND is_posted AND transaction_date <= :as_of
    UNION ALL
    SELECT customer_key, activity_date FROM gold.fct_digital_engagement WHERE activity_date <= :as_of
),
gap AS (
    SELECT customer_key, date, lead(date) OVER one AS next_date, row_number() OVER one AS place FROM active_day
    WINDOW one AS (PARTITION BY customer_key ORDER BY date)
),
-- Only the first day of a customer and the silences of 90 days and more change a level.
turn AS (SELECT customer_key, date, next_date, date(date, '+90 days') AS silent_from, place FROM gap WHERE place = 1 OR next_date IS NULL OR next_date > date(date, '+90 days')),
delta AS (
    SELECT max(coalesce(v.first_seen_date, edge.first), edge.first) AS date, v.branch_id, v.risk_tier, 1 AS new_customers, 0 AS started, 0 AS inactive, 0 AS app, 0 AS sessions, 0 AS seconds,
        0 AS events, 0 AS opened, 0 AS closed, 0 AS open_change, 0 AS resolution_days, 0.0 AS satisfaction, 0 AS satisfied, 0 AS interactions
    FROM holder v, edge
    UNION ALL
    SELECT t.date, v.branch_id, v.risk_tier, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM turn t JOIN holder v USING (customer_key) WHERE t.place = 1
    UNION ALL
    SELECT t.silent_from, v.branch_id, v.risk_tier, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM turn t JOIN holder v USING (customer_key) WHERE t.next_date IS NULL OR t.next_date > t.silent_from
    UNION ALL
    SELECT t.next_date, v.branch_id, v.risk_tier, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM turn t JOIN holder v USING (customer_key) WHERE t.next_date > t.silent_from
    UNION ALL
    SELECT e.activity_date, v.branch_id, v.risk_tier, 0, 0, 0, count(*), sum(e.sessions), sum(e.seconds), sum(e.events), 0, 0, 0, 0, 0, 0, 0
    FROM gold.fct_digital_engagement e JOIN holder v USING (customer_key) GROUP BY 1, 2, 3
    UNION ALL
    SELECT coalesce(c.opened_date, edge.first), coalesce(v.branch_id, ''), coalesce(v.risk_tier, ''), 0, 0, 0, 0, 0, 0, 0, c.opened_date IS NOT NULL, 0, c.is_open OR c.closed_date IS NOT NULL, 0,
        coalesce(c.satisfaction_score, 0.0), c.satisfaction_score IS NOT NULL, 0
    FROM gold.fct_complaints c LEFT JOIN holder v USING (customer_key), edge
    UNION ALL
    SELECT c.closed_date, coalesce(v.branch_id, ''), coalesce(v.risk_tier, ''), 0, 0, 0, 0, 0, 0, 0, 0, 1, -(NOT c.is_open), coalesce(c.resolution_days, 0), 0, 0, 0
    FROM gold.fct_complaints c LEFT JOIN holder v USING (customer_key) WHERE c.closed_date IS NOT NULL
    UNION ALL
    SELECT i.interaction_date, coalesce(v.branch_id, ''), coalesce(v.risk_tier, ''), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
    FROM gold.fct_interactions i LEFT JOIN holder v USING (customer_key) WHERE i.interaction_date IS NOT NULL
),
day AS (
    SELECT date, branch_id, risk_tier, sum(new_customers) AS new_customers, sum(started) AS started, sum(inactive) AS inactive, sum(app) AS app, sum(sessions) AS sessions,
        sum(seconds) AS seconds, sum(events) AS events, sum(opened) AS opened, sum(closed) AS closed, sum(open_change) AS open_change,
        sum(resolution_days) AS resolution_days, sum(satisfaction) AS satisfaction, sum(satisfied) AS satisfied, sum(interactions) AS interactions
    FROM delta
    WHERE date <= :as_of
    GROUP BY 1, 2, 3
),
spine AS (SELECT d.date, b.branch_id, b.risk_tier FROM gold.dim_date d, (SELECT DISTINCT branch_id, risk_tier FROM day) b WHERE d.date <= :as_of)
SELECT s.date, s.branch_id, s.risk_tier, coalesce(new_customers, 0), sum(coalesce(new_customers, 0)) OVER level, sum(coalesce(started, 0)) OVER level,
    sum(coalesce(inactive, 0)) OVER level, coalesce(app, 0), coalesce(sessions, 0), coalesce(seconds, 0), coalesce(events, 0), coalesce(opened, 0),
    coalesce(closed, 0), sum(coalesce(open_change, 0)) OVER level, coalesce(resolution_days, 0), coalesce(satisfaction, 0.0), coalesce(satisfied, 0),
    coalesce(interactions, 0)
FROM spine s
LEFT JOIN day d ON d.date = s.date AND d.branch_id = s.branch_id AND d.risk_tier = s.risk_tier
WINDOW level AS (PARTITION BY s.branch_id, s.risk_tier ORDER BY s.date)
ORDER BY 1, 2, 3
