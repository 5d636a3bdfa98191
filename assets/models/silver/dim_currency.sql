-- model: dim_currency
-- layer: silver
-- about: Currencies that accounts, transactions, loans or investments are in.
-- optional: silver.dim_account, silver.fct_transactions, silver.fct_loans, silver.fct_investments
-- key: currency
-- column: currency TEXT | ISO 4217
-- column: scale INTEGER | digits of the minor unit in this store
SELECT currency, 2
FROM (
    SELECT currency FROM silver.dim_account
    UNION SELECT currency FROM silver.fct_transactions
    UNION SELECT currency FROM silver.fct_loans
    UNION SELECT currency FROM silver.fct_investments
)
WHERE currency IS NOT NULL
ORDER BY 1
