-- query: monthly_channel_volume
-- about: Posted transactions per month and channel. Amounts of all currencies are added up as they stand.
-- badge: mixed currencies
SELECT substr(transaction_date, 1, 7) AS month, coalesce(channel, '') AS channel, count(*) AS transactions, round(sum(amount_minor) / 100.0, 2) AS total_amount
FROM gold.fact_transaction
WHERE is_posted
GROUP BY 1, 2
ORDER BY 1, 2
