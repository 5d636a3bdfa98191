-- model: agg_daily_transactions_by_tier
-- layer: gold
-- about: Posted transactions per day, branch, currency, direction and the risk tier that the customer has on the as-of date.
-- inputs: gold.fct_transactions, gold.agg_customer_risk, gold.customer_activity
-- key: date, branch_id, currency, direction, risk_tier
-- column: date TEXT
-- column: branch_id TEXT | empty: not known
-- column: currency TEXT | empty: the source names none
-- column: direction TEXT | credit, debit, or empty
-- column: risk_tier TEXT | empty: the customer is not known
-- column: transactions INTEGER
-- column: amount_minor INTEGER | scale 2
-- column: settled_transactions INTEGER | of customers with nothing waiting in Review
SELECT t.transaction_date, coalesce(t.branch_id, ''), coalesce(t.currency, ''), coalesce(t.direction, ''), coalesce(k.risk_tier, ''), count(*),
    coalesce(sum(t.amount_minor), 0), count(CASE WHEN v.is_pending = 0 THEN 1 END)
FROM gold.fct_transactions t
LEFT JOIN gold.agg_customer_risk k ON k.customer_key = t.customer_key
LEFT JOIN gold.customer_activity v ON v.customer_key = t.customer_key
WHERE t.is_posted AND t.transaction_date <= :as_of
GROUP BY 1, 2, 3, 4, 5
