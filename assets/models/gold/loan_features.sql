-- model: loan_features
-- layer: gold
-- about: What was known on the day a loan was applied for, of every loan that was paid out; nothing in a row comes from after that day but the label. NULL: no source.
-- inputs: silver.fct_loans
-- optional: silver.dim_customer, silver.dim_account, silver.fct_transactions, silver.fct_complaints, silver.customer_notes, silver.fct_digital_engagement
-- key: application_id
-- column: application_id TEXT
-- column: customer_key TEXT
-- column: cutoff_date TEXT | the day of the application
-- column: is_open INTEGER | 1: its outcome is not known yet
-- column: is_defaulted INTEGER | the label: 1 defaulted or written off, 0 paid back; NULL: not known yet
-- column: amount REAL
-- column: earlier_loans INTEGER
-- column: tenure_months REAL
-- column: accounts INTEGER
-- column: transactions_90_days_before INTEGER
-- column: amount_90_days_before REAL | NULL: several currencies
-- column: amount_to_movement REAL | the loan as a multiple of what moved in the 90 days before; NULL: nothing, or several currencies
-- column: days_since_last_transaction INTEGER
-- column: complaints_180_days_before INTEGER
-- column: unhappy_notes_before INTEGER | negative and warning
-- column: app_logins_90_days_before INTEGER
WITH loan AS (
    SELECT application_id, customer_key, application_date AS day, date(application_date, '-90 days') AS d90, date(application_date, '-180 days') AS d180,
        abs(amount_minor) / 100.0 AS amount, currency,
        CASE WHEN lower(status) IN ('defaulted', 'default', 'written off', 'charged off') THEN 1
            WHEN lower(status) IN ('closed', 'repaid', 'paid', 'paid off', 'settled') THEN 0 END AS is_defaulted
    FROM silver.fct_loans
    WHERE is_approved AND application_date IS NOT NULL AND application_date <= :as_of
),
txn AS (
    SELECT l.application_id, count(*) AS n, sum(abs(t.amount_minor)) / 100.0 AS amount, min(coalesce(t.currency, '')) = max(coalesce(t.currency, '')) AS is_one
    FROM loan l
    JOIN silver.fct_transactions t ON t.customer_key = l.customer_key AND t.transaction_date > l.d90 AND t.transaction_date <= l.day AND t.is_posted
    GROUP BY l.application_id
)
SELECT l.application_id, l.customer_key, l.day, l.is_defaulted IS NULL, l.is_defaulted, l.amount,
    (SELECT count(*) FROM silver.fct_loans o WHERE o.customer_key = l.customer_key AND o.is_approved AND o.application_date < l.day),
    CASE WHEN c.customer_since <= l.day THEN round((julianday(l.day) - julianday(c.customer_since)) / 30.4375, 2) END,
    (SELECT count(*) FROM silver.dim_account a WHERE a.customer_key = l.customer_key AND (a.opened_date IS NULL OR a.opened_date <= l.day)),
    coalesce(t.n, 0), CASE WHEN t.is_one THEN round(t.amount, 2) END, CASE WHEN t.is_one THEN round(l.amount * 1.0 / nullif(t.amount, 0), 6) END,
    (SELECT CAST(julianday(l.day) - julianday(max(transaction_date)) AS INTEGER) FROM silver.fct_transactions x
        WHERE x.customer_key = l.customer_key AND x.transaction_date <= l.day AND x.is_posted),
    (SELECT count(*) FROM silver.fct_complaints s WHERE s.customer_key = l.customer_key AND s.opened_date > l.d180 AND s.opened_date <= l.day),
    (SELECT count(*) FROM silver.customer_notes n WHERE n.customer_key = l.customer_key AND n.note_type IN ('negative', 'warning') AND n.note_date <= l.day),
    (SELECT sum(sessions) FROM silver.fct_digital_engagement e WHERE e.customer_key = l.customer_key AND e.activity_date > l.d90 AND e.activity_date <= l.day)
FROM loan l
LEFT JOIN silver.dim_customer c ON c.customer_key = l.customer_key
LEFT JOIN txn t ON t.application_id = l.application_id
