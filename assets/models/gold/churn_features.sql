-- model: churn_features
-- layer: gold
-- about: What was known of a customer's behaviour on the cut-off date, which is the as-of date. Models are trained on the same statement at earlier dates: nothing in a row comes from after its cut-off. NULL: no source, or no row of the customer in it.
-- inputs: silver.dim_customer
-- optional: silver.fct_transactions, silver.fct_daily_balances, silver.dim_account, silver.fct_complaints, silver.fct_interactions, silver.fct_digital_engagement, silver.fct_loans, silver.fct_investments, silver.dim_branch, silver.customer_notes
-- key: customer_key, cutoff_date
-- column: customer_key TEXT
-- column: cutoff_date TEXT
-- column: is_active INTEGER | 1: a posted transaction or a day in the app in the 90 days up to the cut-off; 0: gone already, so not predicted; NULL: no export covers the customer
-- column: days_since_last_transaction INTEGER
-- column: transactions_last_30_days INTEGER
-- column: transactions_last_90_days INTEGER
-- column: transaction_frequency_change REAL | transactions of 90 days as a share of those of the 90 before, less 1; NULL: none before
-- column: days_between_transactions REAL | on average, first to last
-- column: silence_ratio REAL | days since the last transaction as a multiple of the days that usually lie between two
-- column: amount_last_90_days REAL | NULL: several currencies
-- column: amount_change REAL | amount of 90 days as a share of that of the 90 before, less 1; NULL: none before, or several currencies
-- column: balance_trend_90d REAL | change over 90 days as a share of the balance then; NULL: there was none, or several currencies
-- column: complaints_last_30_days INTEGER
-- column: complaints_last_90_days INTEGER
-- column: complaints_lifetime INTEGER
-- column: open_complaints INTEGER | opened and not yet closed on the cut-off date
-- column: high_priority_complaints_last_180_days INTEGER
-- column: days_since_last_complaint INTEGER
-- column: days_since_last_complaint_resolved INTEGER
-- column: interactions_last_90_days INTEGER | tasks, calls, answers to campaigns
-- column: interactions_lifetime INTEGER
-- column: days_since_last_interaction INTEGER
-- column: app_logins_last_30_days INTEGER
-- column: app_logins_last_90_days INTEGER
-- column: app_login_frequency_change REAL | sessions of 90 days as a share of those of the 90 before, less 1; NULL: none before
-- column: days_since_last_login INTEGER
-- column: app_minutes_last_90_days REAL
-- column: tenure_months REAL
-- column: product_count INTEGER | accounts, loans and investments
-- column: branch_satisfaction_score REAL | the branch's performance rating
-- column: negative_notes_last_90_days INTEGER
-- column: warning_notes_last_90_days INTEGER
-- column: unhappy_notes_lifetime INTEGER | negative and warning
-- column: positive_notes_lifetime INTEGER
-- column: unhappy_note_share REAL | of all notes; NULL: none
-- column: days_since_last_note INTEGER
WITH day AS (SELECT :as_of AS d0, date(:as_of, '-30 days') AS d30, date(:as_of, '-90 days') AS d90, date(:as_of, '-180 days') AS d180),
has AS (
    SELECT EXISTS (SELECT 1 FROM silver.fct_transactions WHERE transaction_date <= d0) AS transactions,
        EXISTS (SELECT 1 FROM silver.fct_complaints WHERE opened_date <= d0) AS complaints,
        EXISTS (SELECT 1 FROM silver.fct_interactions WHERE interaction_date <= d0) AS interactions,
        EXISTS (SELECT 1 FROM silver.customer_notes WHERE note_date <= d0) AS notes
    FROM day
),
txn AS (
    SELECT customer_key, count(*) AS n, sum(transaction_date > d30) AS n_30, sum(transaction_date > d90) AS n_90,
        sum(transaction_date > d180 AND transaction_date <= d90) AS n_before, min(transaction_date) AS first, max(transaction_date) AS last,
        sum(CASE WHEN transaction_date > d90 THEN abs(amount_minor) ELSE 0 END) AS amount_90,
        sum(CASE WHEN transaction_date > d180 AND transaction_date <= d90 THEN abs(amount_minor) ELSE 0 END) AS amount_before,
        min(coalesce(currency, '')) = max(coalesce(currency, '')) AS is_one_currency
    FROM silver.fct_transactions, day
    WHERE customer_key IS NOT NULL AND is_posted AND transaction_date <= d0
    GROUP BY customer_key
),
app AS (
    SELECT customer_key, sum(CASE WHEN activity_date > d30 THEN sessions ELSE 0 END) AS n_30, sum(CASE WHEN activity_date > d90 THEN sessions ELSE 0 END) AS n_90,
        sum(CASE WHEN activity_date > d180 AND activity_date <= d90 THEN sessions ELSE 0 END) AS n_before,
        sum(CASE WHEN activity_date > d90 THEN seconds ELSE 0 END) AS seconds_90, max(activity_date) AS last
    FROM silver.fct_digital_engagement, day
    WHERE activity_date <= d0
    GROUP BY customer_key
),
complaint AS (
    SELECT customer_key, count(*) AS n, sum(opened_date > d30) AS n_30, sum(opened_date > d90) AS n_90, sum(closed_date IS NULL OR closed_date > d0) AS open,
        sum(opened_date > d180 AND lower(priority) IN ('high', 'critical', 'urgent')) AS high_180, max(opened_date) AS last,
        max(CASE WHEN closed_date <= d0 THEN closed_date END) AS resolved
    FROM silver.fct_complaints, day
    WHERE customer_key IS NOT NULL AND opened_date <= d0
    GROUP BY customer_key
),
interaction AS (
    SELECT customer_key, count(*) AS n, sum(interaction_date > d90) AS n_90, max(interaction_date) AS last
    FROM silver.fct_interactions, day
    WHERE customer_key IS NOT NULL AND interaction_date <= d0
    GROUP BY customer_key
),
note AS (
    SELECT customer_key, count(*) AS n, sum(note_type = 'negative' AND note_date > d90) AS negative_90, sum(note_type = 'warning' AND note_date > d90) AS warning_90,
        sum(note_type IN ('negative', 'warning')) AS unhappy, sum(note_type = 'positive') AS positive, max(note_date) AS last
    FROM silver.customer_notes, day
    WHERE customer_key IS NOT NULL AND note_date <= d0
    GROUP BY customer_key
),
-- A balance is known from the first transaction on: what an account opened with is reckoned back from it.
account AS (
    SELECT a.customer_key, a.currency, a.opened_date,
        EXISTS (SELECT 1 FROM silver.fct_daily_balances b WHERE b.account_id = a.account_id AND b.currency IS a.currency AND b.balance_date <= d0
            AND coalesce(b.transactions, 1) > 0) AS is_known,
        (SELECT balance_minor FROM silver.fct_daily_balances b WHERE b.account_id = a.account_id AND b.currency IS a.currency AND b.balance_date <= d0
            ORDER BY b.balance_date DESC, b.part DESC LIMIT 1) AS b_now,
        (SELECT balance_minor FROM silver.fct_daily_balances b WHERE b.account_id = a.account_id AND b.currency IS a.currency AND b.balance_date <= d90
            ORDER BY b.balance_date DESC, b.part DESC LIMIT 1) AS b_then
    FROM silver.dim_account a, day
    WHERE a.customer_key IS NOT NULL AND (a.opened_date IS NULL OR a.opened_date <= d0)
),
balance AS (
    SELECT customer_key, min(opened_date) AS opened, count(DISTINCT coalesce(currency, '')) AS currencies,
        sum(CASE WHEN is_known THEN b_now END) AS b_now, sum(CASE WHEN is_known THEN b_then END) AS b_then
    FROM account
    GROUP BY customer_key
),
product AS (
    SELECT customer_key, count(*) AS n
    FROM (
        SELECT customer_key, opened_date AS since FROM silver.dim_account
        UNION ALL SELECT customer_key, coalesce(disbursed_date, application_date) FROM silver.fct_loans WHERE is_approved
        UNION ALL SELECT customer_key, invested_date FROM silver.fct_investments
    ), day
    WHERE customer_key IS NOT NULL AND (since IS NULL OR since <= d0)
    GROUP BY customer_key
)
SELECT c.customer_key, d0,
    CASE WHEN t.customer_key IS NULL AND has.transactions THEN NULL WHEN t.customer_key IS NULL AND a.customer_key IS NULL THEN NULL
        ELSE max(coalesce(t.last, ''), coalesce(a.last, '')) > d90 END,
    CAST(julianday(d0) - julianday(t.last) AS INTEGER), t.n_30, t.n_90,
    round(t.n_90 * 1.0 / nullif(t.n_before, 0) - 1, 6), round((julianday(t.last) - julianday(t.first)) / nullif(t.n - 1, 0), 4),
    round((julianday(d0) - julianday(t.last)) * (t.n - 1) / nullif(julianday(t.last) - julianday(t.first), 0), 4),
    CASE WHEN t.is_one_currency THEN t.amount_90 / 100.0 END,
    CASE WHEN t.is_one_currency THEN round(t.amount_90 * 1.0 / nullif(t.amount_before, 0) - 1, 6) END,
    CASE WHEN b.currencies = 1 AND b.b_then > 0 THEN round((b.b_now - b.b_then) * 1.0 / b.b_then, 6) END,
    CASE WHEN has.complaints THEN coalesce(s.n_30, 0) END, CASE WHEN has.complaints THEN coalesce(s.n_90, 0) END,
    CASE WHEN has.complaints THEN coalesce(s.n, 0) END, CASE WHEN has.complaints THEN coalesce(s.open, 0) END,
    CASE WHEN has.complaints THEN coalesce(s.high_180, 0) END, CAST(julianday(d0) - julianday(s.last) AS INTEGER),
    CAST(julianday(d0) - julianday(s.resolved) AS INTEGER), CASE WHEN has.interactions THEN coalesce(i.n_90, 0) END,
    CASE WHEN has.interactions THEN coalesce(i.n, 0) END, CAST(julianday(d0) - julianday(i.last) AS INTEGER), a.n_30, a.n_90,
    round(a.n_90 * 1.0 / nullif(a.n_before, 0) - 1, 6), CAST(julianday(d0) - julianday(a.last) AS INTEGER), round(a.seconds_90 / 60.0, 2),
    CASE WHEN coalesce(c.customer_since, b.opened) <= d0 THEN round((julianday(d0) - julianday(coalesce(c.customer_since, b.opened))) / 30.4375, 2) END,
    p.n, br.performance_rating, CASE WHEN has.notes THEN coalesce(n.negative_90, 0) END, CASE WHEN has.notes THEN coalesce(n.warning_90, 0) END,
    CASE WHEN has.notes THEN coalesce(n.unhappy, 0) END, CASE WHEN has.notes THEN coalesce(n.positive, 0) END,
    round(n.unhappy * 1.0 / n.n, 4), CAST(julianday(d0) - julianday(n.last) AS INTEGER)
FROM silver.dim_customer c
CROSS JOIN day
CROSS JOIN has
LEFT JOIN txn t ON t.customer_key = c.customer_key
LEFT JOIN app a ON a.customer_key = c.customer_key
LEFT JOIN complaint s ON s.customer_key = c.customer_key
LEFT JOIN interaction i ON i.customer_key = c.customer_key
LEFT JOIN note n ON n.customer_key = c.customer_key
LEFT JOIN balance b ON b.customer_key = c.customer_key
LEFT JOIN product p ON p.customer_key = c.customer_key
LEFT JOIN silver.dim_branch br ON br.branch_id = c.branch_id
