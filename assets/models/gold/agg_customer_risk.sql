-- model: agg_customer_risk
-- layer: gold
-- about: Risk of leaving by rule: the points of all factors, at most 100. Critical from 70, High from 50, Medium from 30.
-- inputs: gold.dim_customer
-- optional: gold.customer_risk_factor
-- key: customer_key
-- live: customer_key of gold.dim_customer, gold.customer_risk_factor
-- column: customer_key TEXT
-- column: risk_score INTEGER | 0 to 100
-- column: risk_tier TEXT | Critical, High, Medium, Low
-- column: strongest_reason TEXT
-- column: risk_factors TEXT | all reasons, strongest first
-- column: recommended_action TEXT
SELECT customer_key, risk_score, risk_tier, strongest_reason, risk_factors,
    CASE risk_tier WHEN 'Critical' THEN 'Call within 48 hours' WHEN 'High' THEN 'Offer fee waiver' WHEN 'Medium' THEN 'Send engagement email'
        ELSE 'No action needed' END
FROM (
    SELECT customer_key, risk_score, strongest_reason, risk_factors,
        CASE WHEN risk_score >= 70 THEN 'Critical' WHEN risk_score >= 50 THEN 'High' WHEN risk_score >= 30 THEN 'Medium' ELSE 'Low' END AS risk_tier
    FROM (
        SELECT c.customer_key, min(coalesce(sum(f.points), 0), 100) AS risk_score, max(CASE WHEN f.place = 1 THEN f.reason END) AS strongest_reason,
            group_concat(f.reason, '; ' ORDER BY f.place) AS risk_factors
        FROM gold.dim_customer c
        LEFT JOIN (
            SELECT customer_key, points, reason, row_number() OVER (PARTITION BY customer_key ORDER BY points DESC, factor) AS place
            FROM gold.customer_risk_factor
        ) f ON f.customer_key = c.customer_key
        GROUP BY c.customer_key
    )
)
