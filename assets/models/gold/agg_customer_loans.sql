-- model: agg_customer_loans
-- layer: gold
-- about: Loans and investments of a customer.
-- optional: gold.fct_loans, gold.fct_investments
-- key: customer_key
-- column: customer_key TEXT
-- column: loans INTEGER
-- column: defaulted_loans INTEGER
-- column: investments INTEGER
SELECT customer_key, sum(is_loan), sum(is_default), sum(NOT is_loan)
FROM (
    SELECT customer_key, 1 AS is_loan, coalesce(lower(status), '') = 'defaulted' AS is_default FROM gold.fct_loans WHERE customer_key IS NOT NULL
    UNION ALL
    SELECT customer_key, 0, 0 FROM gold.fct_investments WHERE customer_key IS NOT NULL
)
GROUP BY customer_key
