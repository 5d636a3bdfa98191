-- model: dim_channel
-- layer: silver
-- about: Ways that transactions come in.
-- inputs: silver.fct_transactions
-- key: channel
-- column: channel TEXT
SELECT DISTINCT channel
FROM silver.fct_transactions
WHERE channel IS NOT NULL
ORDER BY 1
