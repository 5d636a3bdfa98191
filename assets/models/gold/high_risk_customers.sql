-- model: high_risk_customers
-- layer: gold
-- about: Whom to call first: customers of the tiers Critical and High. priority = 0.6 x risk_score + min(40, value / 10,000), value being the balance, else the lifetime value.
-- inputs: gold.customer_360
-- optional: gold.agg_customer_risk
-- key: customer_key
-- live: customer_key of gold.customer_360
-- index: priority
-- column: customer_key TEXT
-- column: full_name TEXT pii:name
-- column: branch_id TEXT
-- column: risk_score INTEGER
-- column: risk_tier TEXT
-- column: risk_factors TEXT
-- column: strongest_reason TEXT
-- column: recommended_action TEXT
-- column: currency TEXT
-- column: value_minor INTEGER | scale 2
-- column: priority REAL
SELECT c.customer_key, c.full_name, c.branch_id, c.risk_score, c.risk_tier, k.risk_factors, c.strongest_reason, k.recommended_action, c.currency,
    coalesce(c.total_balance_minor, c.lifetime_value_minor),
    round(0.6 * c.risk_score + max(0, min(40, coalesce(c.total_balance_minor, c.lifetime_value_minor, 0) / 100.0 / 10000)), 4)
FROM gold.customer_360 c
LEFT JOIN gold.agg_customer_risk k ON k.customer_key = c.customer_key
WHERE c.risk_tier IN ('Critical', 'High')
ORDER BY 11 DESC, 1
