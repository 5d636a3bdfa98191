-- model: agg_daily_transactions
-- layer: gold
-- about: Posted transactions per day, branch, currency, type, channel and direction: what the dashboards are narrowed by.
-- inputs: gold.fct_transactions
-- optional: gold.customer_activity
-- key: date, branch_id, currency, transaction_type, channel, direction
-- live: sum over gold.fct_transactions
-- column: date TEXT
-- column: branch_id TEXT | empty: not known
-- column: currency TEXT | empty: the source names none
-- column: transaction_type TEXT
-- column: channel TEXT
-- column: direction TEXT | credit, debit, or empty
-- column: transactions INTEGER
-- column: amount_minor INTEGER | scale 2
-- column: settled_transactions INTEGER | of customers with nothing waiting in Review
SELECT t.transaction_date, coalesce(t.branch_id, ''), coalesce(t.currency, ''), coalesce(t.transaction_type, ''), coalesce(t.channel, ''),
    coalesce(t.direction, ''), count(*), coalesce(sum(t.amount_minor), 0), count(CASE WHEN v.is_pending = 0 THEN 1 END)
FROM gold.fct_transactions t
LEFT JOIN gold.customer_activity v ON v.customer_key = t.customer_key
WHERE t.is_posted AND t.transaction_date <= :as_of
GROUP BY 1, 2, 3, 4, 5, 6
