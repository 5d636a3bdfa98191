-- model: fct_loans
-- layer: silver
-- about: One row per application for a loan and what became of it.
-- any: bronze.erp_loans, bronze.core_loan_applications
-- optional: silver.bridge_customer_ids, silver.dim_account, bronze.core_dates, bronze.core_currencies
-- key: application_id
-- index: customer_key
-- column: application_id TEXT
-- column: loan_id TEXT | the loan it is for; several applications may be for one
-- column: customer_key TEXT
-- column: account_id TEXT
-- column: location_id TEXT
-- column: amount_minor INTEGER | scale 2
-- column: outstanding_minor INTEGER | scale 2
-- column: currency TEXT
-- column: application_date TEXT | business date
-- column: disbursed_date TEXT | business date
-- column: status TEXT
-- column: is_approved INTEGER | 1: approved, closed or defaulted; 0: rejected; NULL: pending
SELECT application_id, loan_id, customer_key, account_id, location_id, amount_minor, outstanding_minor, currency, application_date, disbursed_date, status,
    CASE lower(status) WHEN 'approved' THEN 1 WHEN 'closed' THEN 1 WHEN 'defaulted' THEN 1 WHEN 'rejected' THEN 0 END
FROM (
    SELECT clean(l.name) AS application_id, clean(l.name) AS loan_id, b.customer_key, clean(l.account) AS account_id, NULL AS location_id,
        to_minor(l.loan_amount, 2) AS amount_minor, to_minor(l.outstanding_amount, 2) AS outstanding_minor, upper(clean(l.currency)) AS currency,
        to_date(l.application_date) AS application_date, to_date(l.disbursed_date) AS disbursed_date, clean(l.status) AS status
    FROM bronze.erp_loans l
    LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'erpnext' AND b.source_customer_id = clean(l.customer)
    UNION ALL
    SELECT 'core:' || clean(c.loan_fact_id), 'core:' || clean(c.loan_id), a.customer_key, 'core:' || clean(c.account_id), 'core:' || clean(c.location_id),
        to_minor(c.loan_amount, 2), NULL, upper(clean(u.currency_code)), to_date(d.date), NULL, clean(c.loan_status)
    FROM bronze.core_loan_applications c
    LEFT JOIN bronze.core_dates d ON d.date_id = c.date_id
    LEFT JOIN bronze.core_currencies u ON u.currency_id = c.currency_id
    LEFT JOIN silver.dim_account a ON a.account_id = 'core:' || clean(c.account_id)
)
