-- model: fct_loans
-- layer: silver
-- about: One row per application for a loan and what became of it.
-- inputs: bronze.erp_loans, silver.bridge_customer_ids
-- key: loan_id
-- index: customer_key
-- column: loan_id TEXT
-- column: customer_key TEXT
-- column: account_id TEXT
-- column: amount_minor INTEGER | scale 2
-- column: outstanding_minor INTEGER | scale 2
-- column: currency TEXT
-- column: application_date TEXT | business date
-- column: disbursed_date TEXT | business date
-- column: status TEXT
-- column: is_approved INTEGER | 1: approved, closed or defaulted; 0: rejected; NULL: pending
SELECT clean(l.name), b.customer_key, clean(l.account), to_minor(l.loan_amount, 2), to_minor(l.outstanding_amount, 2), upper(clean(l.currency)),
    to_date(l.application_date), to_date(l.disbursed_date), clean(l.status),
    CASE lower(clean(l.status)) WHEN 'approved' THEN 1 WHEN 'closed' THEN 1 WHEN 'defaulted' THEN 1 WHEN 'rejected' THEN 0 END
FROM bronze.erp_loans l
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'erpnext' AND b.source_customer_id = clean(l.customer)
