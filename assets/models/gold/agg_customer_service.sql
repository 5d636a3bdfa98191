-- model: agg_customer_service
-- layer: gold
-- about: Complaints of a customer and what the bank did with them.
-- optional: gold.fct_complaints, gold.fct_interactions
-- key: customer_key
-- live: customer_key of gold.fct_complaints, gold.fct_interactions
-- column: customer_key TEXT
-- column: total_complaints_lifetime INTEGER
-- column: complaints_last_90_days INTEGER
-- column: complaints_last_30_days INTEGER
-- column: open_complaints INTEGER
-- column: high_priority_complaints INTEGER
-- column: avg_resolution_days REAL
-- column: avg_satisfaction_score REAL
-- column: last_complaint_date TEXT
-- column: interactions_lifetime INTEGER
-- column: interactions_last_90_days INTEGER
-- column: first_contact_date TEXT
SELECT customer_key, sum(complaint), count(CASE WHEN complaint AND on_date > date(:as_of, '-90 days') THEN 1 END), count(CASE WHEN complaint AND on_date > date(:as_of, '-30 days') THEN 1 END),
    sum(is_open), sum(is_high), round(avg(resolution_days), 4), round(avg(satisfaction_score), 4), max(CASE WHEN complaint THEN on_date END),
    sum(NOT complaint), count(CASE WHEN NOT complaint AND on_date > date(:as_of, '-90 days') THEN 1 END), min(on_date)
FROM (
    SELECT customer_key, 1 AS complaint, opened_date AS on_date, is_open, coalesce(lower(priority), '') IN ('high', 'critical', 'urgent') AS is_high,
        resolution_days, satisfaction_score
    FROM gold.fct_complaints
    WHERE customer_key IS NOT NULL AND (opened_date IS NULL OR opened_date <= :as_of)
    UNION ALL
    SELECT customer_key, 0, interaction_date, 0, 0, NULL, NULL
    FROM gold.fct_interactions
    WHERE customer_key IS NOT NULL AND (interaction_date IS NULL OR interaction_date <= :as_of)
)
GROUP BY customer_key
