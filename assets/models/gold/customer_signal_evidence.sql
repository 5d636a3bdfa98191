-- model: customer_signal_evidence
-- layer: gold
-- about: Early warnings, row by row: which rows speak for them. Balance falling three months: the account's balance at the end of each; three complaints in 30 days: the cases; no login in 30 days: the last day in the app; unhappy note in 90 days: the note; unusual transaction: the transaction.
-- optional: gold.agg_customer_accounts, gold.agg_customer_service, gold.agg_customer_digital, gold.fct_daily_balances, gold.fct_complaints, silver.customer_notes, gold.unusual_transactions
-- key: customer_key, signal, evidence_table, evidence_key
-- column: customer_key TEXT
-- column: signal TEXT
-- column: evidence_table TEXT
-- column: evidence_key TEXT | the row's key in that table, its parts divided by commas
-- column: evidence_date TEXT
-- column: evidence TEXT | in words
WITH falling AS (
    SELECT customer_key
    FROM gold.agg_customer_accounts
    WHERE balance_90d_ago_minor > balance_60d_ago_minor AND balance_60d_ago_minor > balance_30d_ago_minor AND balance_30d_ago_minor > total_balance_minor
),
month_end AS (
    SELECT b.*, row_number() OVER (
            PARTITION BY b.account_id, b.currency, CASE WHEN b.balance_date > date(:as_of, '-30 days') THEN 0 WHEN b.balance_date > date(:as_of, '-60 days') THEN 1
                WHEN b.balance_date > date(:as_of, '-90 days') THEN 2 ELSE 3 END
            ORDER BY b.balance_date DESC, b.part DESC
        ) AS place
    FROM gold.fct_daily_balances b
    WHERE b.customer_key IN (SELECT customer_key FROM falling) AND b.balance_date <= :as_of
)
SELECT customer_key, 'Balance falling three months', 'gold.fct_daily_balances', account_id || ',' || balance_date || ',' || coalesce(currency, '') || ',' || part,
    balance_date, 'Balance ' || printf('%.2f', balance_minor / 100.0) || ' ' || coalesce(currency, '')
FROM month_end
WHERE place = 1
UNION ALL
SELECT c.customer_key, 'Three complaints in 30 days', 'gold.fct_complaints', c.case_id, c.opened_date, coalesce(c.complaint_type, 'Case') || ', ' || coalesce(c.status, 'no status')
FROM gold.fct_complaints c
JOIN gold.agg_customer_service s ON s.customer_key = c.customer_key
WHERE s.complaints_last_30_days >= 3 AND c.opened_date > date(:as_of, '-30 days') AND c.opened_date <= :as_of
UNION ALL
SELECT customer_key, 'No login in 30 days', 'gold.fct_digital_engagement', customer_key || ',' || last_login_date, last_login_date,
    'Last day in the app, ' || days_since_last_login || ' days ago'
FROM gold.agg_customer_digital
WHERE days_since_last_login > 30
UNION ALL
SELECT customer_key, 'Unhappy note in 90 days', 'silver.customer_notes', note_id, note_date, 'Note of the kind ' || note_type
FROM silver.customer_notes
WHERE customer_key IS NOT NULL AND note_type = 'negative' AND note_date > date(:as_of, '-90 days') AND note_date <= :as_of
UNION ALL
SELECT customer_key, 'Unusual transaction', 'gold.unusual_transactions', transaction_id, transaction_date,
    printf('%.2f', amount_minor / 100.0) || ' ' || currency || ' where ' || printf('%.2f', usual_minor / 100.0) || ' is usual'
FROM gold.unusual_transactions
