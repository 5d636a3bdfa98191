-- model: agg_customer_transactions
-- layer: gold
-- about: A customer's posted transactions: ever, in the last 30 and 90 days, and in the 90 before.
-- inputs: gold.fct_transactions
-- key: customer_key
-- live: customer_key of gold.fct_transactions
-- column: customer_key TEXT
-- column: currency TEXT | NULL: several, or the source names none
-- column: currencies INTEGER
-- column: transactions_lifetime INTEGER
-- column: transactions_last_30_days INTEGER
-- column: transactions_last_90_days INTEGER
-- column: transactions_90_days_before INTEGER
-- column: amount_lifetime_minor INTEGER | scale 2; NULL: several currencies
-- column: amount_last_30_days_minor INTEGER | scale 2; NULL: several currencies
-- column: amount_last_90_days_minor INTEGER | scale 2; NULL: several currencies
-- column: first_transaction_date TEXT
-- column: last_transaction_date TEXT
-- column: avg_monthly_transactions REAL | over the months from the first to the as-of date
SELECT customer_key, CASE WHEN currencies = 1 THEN currency END, currencies, n, n30, n90, n180,
    CASE WHEN currencies = 1 THEN amount END, CASE WHEN currencies = 1 THEN amount30 END, CASE WHEN currencies = 1 THEN amount90 END,
    first_date, last_date, round(n * 30.4375 / max(julianday(:as_of) - julianday(first_date) + 1, 30.4375), 4)
FROM (
    SELECT customer_key, max(currency) AS currency, count(DISTINCT coalesce(currency, '')) AS currencies, count(*) AS n,
        sum(transaction_date > date(:as_of, '-30 days')) AS n30, sum(transaction_date > date(:as_of, '-90 days')) AS n90,
        sum(transaction_date > date(:as_of, '-180 days') AND transaction_date <= date(:as_of, '-90 days')) AS n180,
        sum(amount_minor) AS amount, sum(CASE WHEN transaction_date > date(:as_of, '-30 days') THEN amount_minor ELSE 0 END) AS amount30,
        sum(CASE WHEN transaction_date > date(:as_of, '-90 days') THEN amount_minor ELSE 0 END) AS amount90,
        min(transaction_date) AS first_date, max(transaction_date) AS last_date
    FROM gold.fct_transactions
    WHERE customer_key IS NOT NULL AND is_posted AND transaction_date <= :as_of
    GROUP BY customer_key
)
