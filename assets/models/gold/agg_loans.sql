-- model: agg_loans
-- layer: gold
-- about: Loans per kind, state, branch of the customer and currency.
-- inputs: gold.fct_loans
-- optional: gold.dim_loan, gold.customer_activity
-- key: loan_type, status, branch_id, currency
-- column: loan_type TEXT
-- column: status TEXT
-- column: branch_id TEXT | empty: not known
-- column: currency TEXT
-- column: loans INTEGER
-- column: approved INTEGER
-- column: decided INTEGER | approved or rejected
-- column: amount_minor INTEGER | scale 2
-- column: outstanding_minor INTEGER | scale 2
SELECT coalesce(d.loan_type, ''), coalesce(l.status, ''), coalesce(v.branch_id, ''), coalesce(l.currency, ''), count(*), coalesce(sum(l.is_approved), 0),
    count(l.is_approved), coalesce(sum(l.amount_minor), 0), coalesce(sum(l.outstanding_minor), 0)
FROM gold.fct_loans l
LEFT JOIN gold.dim_loan d ON d.loan_id = l.loan_id
LEFT JOIN gold.customer_activity v ON v.customer_key = l.customer_key
GROUP BY 1, 2, 3, 4
