-- model: agg_customer_rfm
-- layer: gold
-- about: Which fifth of all customers with transactions a customer is in: by recency, frequency and amount.
-- inputs: gold.agg_customer_transactions
-- key: customer_key
-- column: customer_key TEXT
-- column: rfm_recency INTEGER | 1 to 5, 5 is the most recent fifth
-- column: rfm_frequency INTEGER | 1 to 5, 5 is the most frequent fifth of the last 90 days
-- column: rfm_monetary INTEGER | 1 to 5, 5 is the highest fifth by amount among customers of the same currency
-- column: rfm_group TEXT | Champions (all 4 and more), Loyal (recency 4, frequency 3), Recent (recency 4), Slipping (recency 2 and less, frequency or amount 4), Lapsed (recency 2 and less), Average
SELECT customer_key, r, f, m,
    CASE WHEN r >= 4 AND f >= 4 AND coalesce(m, 4) >= 4 THEN 'Champions' WHEN r >= 4 AND f >= 3 THEN 'Loyal' WHEN r >= 4 THEN 'Recent'
        WHEN r <= 2 AND (f >= 4 OR m >= 4) THEN 'Slipping' WHEN r <= 2 THEN 'Lapsed' ELSE 'Average' END
FROM (
    SELECT customer_key, ntile(5) OVER (ORDER BY last_transaction_date, customer_key) AS r, ntile(5) OVER (ORDER BY transactions_last_90_days, customer_key) AS f,
        CASE WHEN amount_lifetime_minor IS NOT NULL
            THEN ntile(5) OVER (PARTITION BY amount_lifetime_minor IS NULL, currency ORDER BY amount_lifetime_minor, customer_key) END AS m
    FROM gold.agg_customer_transactions
)
