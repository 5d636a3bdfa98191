-- model: agg_customer_segments
-- layer: gold
-- about: Customers per branch and segment: what the pages about customers count.
-- inputs: gold.customer_360
-- key: branch_id, risk_tier, tenure_segment, customer_segment, digital_status, customer_group
-- live: sum over gold.customer_360
-- column: branch_id TEXT | empty: not known
-- column: risk_tier TEXT
-- column: tenure_segment TEXT
-- column: customer_segment TEXT
-- column: digital_status TEXT
-- column: customer_group TEXT
-- column: customers INTEGER
-- column: pending INTEGER | with an item in Review
-- column: records INTEGER | their source records
-- column: started_customers INTEGER | active at least once
-- column: inactive_customers INTEGER | of these, without activity for 90 days
-- column: without_email INTEGER | no system knows an e-mail
-- column: without_phone INTEGER | no system knows a phone
SELECT coalesce(branch_id, ''), risk_tier, coalesce(tenure_segment, 'not known'), coalesce(customer_segment, 'no transactions'),
    coalesce(digital_status, 'not known'), coalesce(customer_group, 'not known'), count(*), sum(is_pending), coalesce(sum(records), 0),
    count(is_inactive), coalesce(sum(is_inactive), 0), sum(1 - has_email), sum(1 - has_phone)
FROM gold.customer_360
GROUP BY 1, 2, 3, 4, 5, 6
