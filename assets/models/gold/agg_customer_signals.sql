-- model: agg_customer_signals
-- layer: gold
-- about: Customers with an early warning, per signal, branch and segment.
-- inputs: gold.customer_signal
-- key: signal, branch_id, risk_tier, customer_segment
-- column: signal TEXT
-- column: branch_id TEXT | empty: not known
-- column: risk_tier TEXT
-- column: customer_segment TEXT
-- column: customers INTEGER
-- column: pending INTEGER | with an item in Review
SELECT signal, branch_id, risk_tier, customer_segment, count(*), sum(is_pending)
FROM gold.customer_signal
GROUP BY 1, 2, 3, 4
