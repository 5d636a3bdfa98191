-- model: dim_loan
-- layer: silver
-- about: What kind of loan each loan is.
-- inputs: bronze.erp_loans
-- key: loan_id
-- column: loan_id TEXT
-- column: loan_type TEXT
-- column: interest_rate REAL | percent a year
SELECT clean(name), clean(loan_type), to_real(interest_rate)
FROM bronze.erp_loans
