-- query: monthly_channel_volume_by_currency
-- about: Posted transactions per month and channel. Per currency.
SELECT substr(transaction_date, 1, 7) AS month, coalesce(channel, '') AS channel, coalesce(currency, '') AS currency, count(*) AS transactions,
    round(sum(amount_minor) / 100.0, 2) AS total_amount
FROM gold.fact_transaction
WHERE is_posted
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
