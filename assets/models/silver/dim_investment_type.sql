-- model: dim_investment_type
-- layer: silver
-- about: Kinds of investments.
-- inputs: silver.fct_investments
-- key: investment_type
-- column: investment_type TEXT
SELECT DISTINCT investment_type
FROM silver.fct_investments
WHERE investment_type IS NOT NULL
ORDER BY 1
