-- query: top_customers_by_currency
-- about: The ten customers with the highest amount of posted transactions. Per currency.
SELECT currency, customer_key, full_name, transactions, total_amount, average_amount
FROM (
    SELECT coalesce(t.currency, '') AS currency, c.customer_key, c.full_name, count(*) AS transactions, round(sum(t.amount_minor) / 100.0, 2) AS total_amount,
        round(avg(t.amount_minor) / 100.0, 2) AS average_amount,
        row_number() OVER (PARTITION BY coalesce(t.currency, '') ORDER BY sum(t.amount_minor) DESC, c.customer_key) AS place
    FROM gold.fact_transaction t
    JOIN gold.dim_customers c ON c.customer_key = t.customer_key
    WHERE t.is_posted
    GROUP BY 1, 2
)
WHERE place <= 10
ORDER BY currency, place
