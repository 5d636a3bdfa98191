-- model: dim_loan
-- layer: silver
-- about: What kind of loan each loan is.
-- any: bronze.erp_loans, bronze.core_loans
-- key: loan_id
-- column: loan_id TEXT
-- column: loan_type TEXT
-- column: interest_rate REAL | percent a year
-- column: amount_minor INTEGER | scale 2, as the source states it for the loan; an application may state another
SELECT clean(name), clean(loan_type), to_real(interest_rate), to_minor(loan_amount, 2)
FROM bronze.erp_loans
UNION ALL
SELECT 'core:' || clean(loan_id), clean(loan_type), to_real(interest_rate), to_minor(loan_amount, 2)
FROM bronze.core_loans
