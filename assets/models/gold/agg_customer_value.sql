-- model: agg_customer_value
-- layer: gold
-- about: Customers and their lifetime value per branch, currency and segment. Lifetime value: average monthly amount x 36 months x 1 %.
-- inputs: gold.customer_360
-- optional: gold.agg_customer_rfm
-- key: branch_id, currency, customer_segment, rfm_group, risk_tier
-- column: branch_id TEXT | empty: not known
-- column: currency TEXT | empty: several, or the source names none
-- column: customer_segment TEXT
-- column: rfm_group TEXT
-- column: risk_tier TEXT
-- column: customers INTEGER
-- column: valued_customers INTEGER | with a lifetime value
-- column: lifetime_value_minor INTEGER | scale 2
-- column: high_value_customers INTEGER | lifetime value among the highest fifth of customers of the same currency
-- column: high_value_inactive INTEGER | of these, without activity for 90 days
SELECT branch_id, currency, customer_segment, rfm_group, risk_tier, count(*), count(value), coalesce(sum(value), 0), sum(is_high),
    sum(is_high AND coalesce(is_inactive, 0))
FROM (
    SELECT coalesce(c.branch_id, '') AS branch_id, coalesce(c.currency, '') AS currency, coalesce(c.customer_segment, 'no transactions') AS customer_segment,
        coalesce(r.rfm_group, 'no transactions') AS rfm_group, c.risk_tier, c.lifetime_value_minor AS value, c.is_inactive,
        coalesce(c.rfm_monetary = 5, 0) AS is_high
    FROM gold.customer_360 c
    LEFT JOIN gold.agg_customer_rfm r ON r.customer_key = c.customer_key
)
GROUP BY 1, 2, 3, 4, 5
