-- model: agg_monthly_transactions
-- layer: gold
-- about: Posted transactions per month, branch, currency, type, channel and direction.
-- inputs: gold.fct_transactions
-- key: month, branch_id, currency, transaction_type, channel, direction
-- live: sum over gold.fct_transactions
-- column: month TEXT
-- column: branch_id TEXT | empty: not known
-- column: currency TEXT | empty: the source names none
-- column: transaction_type TEXT
-- column: channel TEXT
-- column: direction TEXT | credit, debit, or empty
-- column: transactions INTEGER
-- column: amount_minor INTEGER | scale 2
SELECT substr(transaction_date, 1, 7), coalesce(branch_id, ''), coalesce(currency, ''), coalesce(transaction_type, ''), coalesce(channel, ''),
    coalesce(direction, ''), count(*), coalesce(sum(amount_minor), 0)
FROM gold.fct_transactions
WHERE is_posted AND transaction_date <= :as_of
GROUP BY 1, 2, 3, 4, 5, 6
