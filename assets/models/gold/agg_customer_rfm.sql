-- model: agg_customer_rfm
-- layer: gold
-- about: Which fifth of all customers with transactions a customer is in: by recency, frequency and amount.
-- inputs: gold.agg_customer_transactions
-- key: customer_key
-- column: customer_key TEXT
-- column: rfm_recency INTEGER | 1 to 5, 5 is the most recent fifth
-- column: rfm_frequency INTEGER | 1 to 5, 5 is the most frequent fifth of the last 90 days
-- column: rfm_monetary INTEGER | 1 to 5, 5 is the highest fifth by amount among customers of the same currency
SELECT customer_key, ntile(5) OVER (ORDER BY last_transaction_date, customer_key), ntile(5) OVER (ORDER BY transactions_last_90_days, customer_key),
    CASE WHEN amount_lifetime_minor IS NOT NULL
        THEN ntile(5) OVER (PARTITION BY amount_lifetime_minor IS NULL, currency ORDER BY amount_lifetime_minor, customer_key) END
FROM gold.agg_customer_transactions
