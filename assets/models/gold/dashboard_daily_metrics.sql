-- model: dashboard_daily_metrics
-- layer: gold
-- about: Posted transactions per day, branch and currency.
-- inputs: gold.fct_transactions
-- optional: gold.customer_activity
-- key: date, branch_id, currency
-- live: sum over gold.fct_transactions
-- column: date TEXT
-- column: branch_id TEXT | empty: not known
-- column: currency TEXT | empty: the source names none
-- column: transactions INTEGER
-- column: amount_minor INTEGER | scale 2
-- column: credits INTEGER
-- column: debits INTEGER
-- column: credit_minor INTEGER | scale 2
-- column: debit_minor INTEGER | scale 2
-- column: settled_transactions INTEGER | of customers with nothing waiting in Review
SELECT t.transaction_date, coalesce(t.branch_id, ''), coalesce(t.currency, ''), count(*), coalesce(sum(t.amount_minor), 0),
    count(CASE WHEN t.direction = 'credit' THEN 1 END), count(CASE WHEN t.direction = 'debit' THEN 1 END),
    sum(CASE WHEN t.direction = 'credit' THEN coalesce(t.amount_minor, 0) ELSE 0 END), sum(CASE WHEN t.direction = 'debit' THEN coalesce(t.amount_minor, 0) ELSE 0 END),
    count(CASE WHEN v.is_pending = 0 THEN 1 END)
FROM gold.fct_transactions t
LEFT JOIN gold.customer_activity v ON v.customer_key = t.customer_key
WHERE t.is_posted AND t.transaction_date <= :as_of
GROUP BY 1, 2, 3
