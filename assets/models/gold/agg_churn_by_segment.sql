-- model: agg_churn_by_segment
-- layer: gold
-- about: Inactive and high-risk customers per segment. The rate leaves out customers that never were active or that no export covers.
-- inputs: gold.customer_360
-- optional: gold.churn_predictions
-- key: segment_type, segment
-- column: segment_type TEXT | overall, branch, group, tenure, digital or risk
-- column: segment TEXT
-- column: customers INTEGER
-- column: started_customers INTEGER
-- column: inactive_customers INTEGER
-- column: churn_rate REAL | inactive / started
-- column: high_risk_customers INTEGER | tiers Critical and High: of the model where it predicts the customer, else of the rule
-- column: avg_risk_score REAL
-- column: expected_leavers REAL | sum of the model's probabilities; NULL: no model predicts
WITH customer AS (
    SELECT c.primary_branch, c.branch_id, c.customer_group, c.tenure_segment, c.digital_status, c.is_inactive, coalesce(p.tier, c.risk_tier) AS tier,
        coalesce(100 * p.probability, c.risk_score) AS score, p.probability
    FROM gold.customer_360 c
    LEFT JOIN gold.churn_predictions p ON p.customer_key = c.customer_key
)
SELECT segment_type, segment, count(*), count(is_inactive), coalesce(sum(is_inactive), 0),
    round(sum(is_inactive) * 1.0 / nullif(count(is_inactive), 0), 6), sum(tier IN ('Critical', 'High')), round(avg(score), 4), round(sum(probability), 2)
FROM (
    SELECT 'overall' AS segment_type, 'all' AS segment, is_inactive, tier, score, probability FROM customer
    UNION ALL SELECT 'branch', coalesce(primary_branch, branch_id, 'not known'), is_inactive, tier, score, probability FROM customer
    UNION ALL SELECT 'group', coalesce(customer_group, 'not known'), is_inactive, tier, score, probability FROM customer
    UNION ALL SELECT 'tenure', coalesce(tenure_segment, 'not known'), is_inactive, tier, score, probability FROM customer
    UNION ALL SELECT 'digital', coalesce(digital_status, 'not known'), is_inactive, tier, score, probability FROM customer
    UNION ALL SELECT 'risk', tier, is_inactive, tier, score, probability FROM customer
)
GROUP BY 1, 2
