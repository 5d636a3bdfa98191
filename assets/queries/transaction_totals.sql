-- query: transaction_totals
-- about: Number and exact sum of all transactions per currency and state.
SELECT coalesce(currency, '') AS currency, coalesce(status, '') AS status, count(*) AS transactions,
    printf('%d.%02d', sum(amount_minor) / 100, abs(sum(amount_minor)) % 100) AS total_amount
FROM gold.fct_transactions
GROUP BY 1, 2
ORDER BY 1, 2
