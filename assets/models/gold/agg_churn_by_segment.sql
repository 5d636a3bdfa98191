-- model: agg_churn_by_segment
-- layer: gold
-- about: Inactive and high-risk customers per segment. The rate leaves out customers that never were active or that no export covers.
-- inputs: gold.customer_360
-- key: segment_type, segment
-- column: segment_type TEXT | overall, branch, group, tenure, digital or risk
-- column: segment TEXT
-- column: customers INTEGER
-- column: started_customers INTEGER
-- column: inactive_customers INTEGER
-- column: churn_rate REAL | inactive / started
-- column: high_risk_customers INTEGER | tiers Critical and High
-- column: avg_risk_score REAL
SELECT segment_type, segment, count(*), count(is_inactive), coalesce(sum(is_inactive), 0),
    round(sum(is_inactive) * 1.0 / nullif(count(is_inactive), 0), 6), sum(risk_tier IN ('Critical', 'High')), round(avg(risk_score), 4)
FROM (
    SELECT 'overall' AS segment_type, 'all' AS segment, is_inactive, risk_tier, risk_score FROM gold.customer_360
    UNION ALL SELECT 'branch', coalesce(primary_branch, branch_id, 'not known'), is_inactive, risk_tier, risk_score FROM gold.customer_360
    UNION ALL SELECT 'group', coalesce(customer_group, 'not known'), is_inactive, risk_tier, risk_score FROM gold.customer_360
    UNION ALL SELECT 'tenure', coalesce(tenure_segment, 'not known'), is_inactive, risk_tier, risk_score FROM gold.customer_360
    UNION ALL SELECT 'digital', coalesce(digital_status, 'not known'), is_inactive, risk_tier, risk_score FROM gold.customer_360
    UNION ALL SELECT 'risk', risk_tier, is_inactive, risk_tier, risk_score FROM gold.customer_360
)
GROUP BY 1, 2
