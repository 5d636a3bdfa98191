-- model: high_risk_customers
-- layer: gold
-- about: Whom to call first: customers of the tiers Critical and High. The probability of the production model goes before the rule. priority = 0.6 x risk_score + min(40, value / 10,000), value being the balance, else the lifetime value.
-- inputs: gold.customer_360
-- optional: gold.agg_customer_risk, gold.churn_predictions
-- key: customer_key
-- live: customer_key of gold.customer_360
-- index: priority
-- column: customer_key TEXT
-- column: full_name TEXT pii:name
-- column: branch_id TEXT
-- column: risk_score INTEGER | 0 to 100: the probability in percent where a model predicts it, else the score by rule
-- column: risk_tier TEXT
-- column: risk_factors TEXT
-- column: strongest_reason TEXT
-- column: recommended_action TEXT
-- column: risk_basis TEXT | model or rule
-- column: currency TEXT
-- column: value_minor INTEGER | scale 2
-- column: priority REAL
SELECT customer_key, full_name, branch_id, score, tier, factors, reason, action, basis, currency, value_minor,
    round(0.6 * score + max(0, min(40, coalesce(value_minor, 0) / 100.0 / 10000)), 4)
FROM (
    SELECT c.customer_key, c.full_name, c.branch_id, coalesce(CAST(round(100 * p.probability) AS INTEGER), c.risk_score) AS score,
        coalesce(p.tier, c.risk_tier) AS tier,
        CASE WHEN p.customer_key IS NULL THEN k.risk_factors ELSE concat_ws('; ', p.reason_1, p.reason_2, p.reason_3) END AS factors,
        CASE WHEN p.customer_key IS NULL THEN c.strongest_reason ELSE p.reason_1 END AS reason, coalesce(p.recommended_action, k.recommended_action) AS action,
        CASE WHEN p.customer_key IS NULL THEN 'rule' ELSE 'model' END AS basis, c.currency, coalesce(c.total_balance_minor, c.lifetime_value_minor) AS value_minor
    FROM gold.customer_360 c
    LEFT JOIN gold.agg_customer_risk k ON k.customer_key = c.customer_key
    LEFT JOIN gold.churn_predictions p ON p.customer_key = c.customer_key
)
WHERE tier IN ('Critical', 'High')
ORDER BY 12 DESC, 1
