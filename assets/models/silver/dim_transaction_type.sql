-- model: dim_transaction_type
-- layer: silver
-- about: Kinds of transactions.
-- inputs: silver.fct_transactions
-- key: transaction_type
-- column: transaction_type TEXT
SELECT DISTINCT transaction_type
FROM silver.fct_transactions
WHERE transaction_type IS NOT NULL
ORDER BY 1
