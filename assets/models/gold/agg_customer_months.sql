-- model: agg_customer_months
-- layer: gold
-- about: Customers per month in which they were first seen, branch and segment.
-- inputs: gold.customer_360, gold.customer_activity, gold.dim_date
-- key: month, branch_id, risk_tier, tenure_segment, customer_segment, digital_status
-- column: month TEXT | the first month of all where no fact names the customer
-- column: branch_id TEXT | empty: not known
-- column: risk_tier TEXT
-- column: tenure_segment TEXT
-- column: customer_segment TEXT
-- column: digital_status TEXT
-- column: customers INTEGER
SELECT substr(max(coalesce(v.first_seen_date, edge.first), edge.first), 1, 7), coalesce(c.branch_id, ''), c.risk_tier, coalesce(c.tenure_segment, 'not known'),
    coalesce(c.customer_segment, 'no transactions'), coalesce(c.digital_status, 'not known'), count(*)
FROM gold.customer_360 c
JOIN gold.customer_activity v ON v.customer_key = c.customer_key
CROSS JOIN (SELECT min(date) AS first FROM gold.dim_date) edge
WHERE coalesce(v.first_seen_date, '') <= :as_of
GROUP BY 1, 2, 3, 4, 5, 6
