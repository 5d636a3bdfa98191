-- model: churn_features
-- layer: gold
-- about: What was known about a customer on two cut-off dates, the as-of date and 90 days before it; nothing in a row comes from after its cut-off but the label. NULL: no source.
-- inputs: gold.customer_activity
-- optional: gold.fct_transactions, gold.fct_daily_balances, gold.dim_account, gold.fct_complaints, gold.fct_digital_engagement, gold.fct_loans, gold.fct_investments, gold.dim_branch, silver.customer_notes
-- key: customer_key, cutoff_date
-- column: customer_key TEXT
-- column: cutoff_date TEXT
-- column: balance_trend_90d REAL | change over 90 days as a share of the balance then; NULL: there was none, or several currencies
-- column: transaction_frequency_change REAL | transactions of 90 days as a share of those of the 90 before, less 1; NULL: none before
-- column: complaints_last_90_days INTEGER
-- column: days_since_last_complaint_resolved INTEGER
-- column: app_login_frequency_change REAL | sessions of 90 days as a share of those of the 90 before, less 1; NULL: none before
-- column: days_since_last_login INTEGER
-- column: tenure_months REAL
-- column: product_count INTEGER | accounts, loans and investments
-- column: branch_satisfaction_score REAL | the branch's performance rating
-- column: negative_notes_last_90_days INTEGER
-- column: warning_notes_last_90_days INTEGER
-- column: is_churned INTEGER | the label: active before, no posted transaction and no day in the app in the 90 days after the cut-off; NULL: these days are not over, or never active
WITH day AS (SELECT :as_of AS d0, date(:as_of, '-90 days') AS d1, date(:as_of, '-180 days') AS d2, date(:as_of, '-270 days') AS d3),
has AS (
    SELECT EXISTS (SELECT 1 FROM gold.fct_complaints) AS complaints, EXISTS (SELECT 1 FROM silver.customer_notes) AS notes,
        EXISTS (SELECT 1 FROM gold.dim_account) OR EXISTS (SELECT 1 FROM gold.fct_loans) OR EXISTS (SELECT 1 FROM gold.fct_investments) AS products
),
-- _0: up to the as-of date; _1: up to 90 days before; _2: 90 more before.
txn AS (
    SELECT customer_key, sum(transaction_date > d1) AS n_0, sum(transaction_date > d2 AND transaction_date <= d1) AS n_1,
        sum(transaction_date > d3 AND transaction_date <= d2) AS n_2, sum(transaction_date <= d1) AS before_1
    FROM gold.fct_transactions, day
    WHERE customer_key IS NOT NULL AND is_posted AND transaction_date <= d0
    GROUP BY 1
),
app AS (
    SELECT customer_key, sum(CASE WHEN activity_date > d1 THEN sessions ELSE 0 END) AS n_0,
        sum(CASE WHEN activity_date > d2 AND activity_date <= d1 THEN sessions ELSE 0 END) AS n_1,
        sum(CASE WHEN activity_date > d3 AND activity_date <= d2 THEN sessions ELSE 0 END) AS n_2, max(activity_date) AS last_0,
        max(CASE WHEN activity_date <= d1 THEN activity_date END) AS last_1
    FROM gold.fct_digital_engagement, day
    WHERE activity_date <= d0
    GROUP BY 1
),
complaint AS (
    SELECT customer_key, sum(opened_date > d1) AS n_0, sum(opened_date > d2 AND opened_date <= d1) AS n_1,
        max(CASE WHEN closed_date <= d0 THEN closed_date END) AS resolved_0, max(CASE WHEN closed_date <= d1 THEN closed_date END) AS resolved_1
    FROM gold.fct_complaints, day
    WHERE customer_key IS NOT NULL AND opened_date <= d0
    GROUP BY 1
),
note AS (
    SELECT customer_key, sum(note_type = 'negative' AND note_date > d1) AS negative_0, sum(note_type = 'negative' AND note_date > d2 AND note_date <= d1) AS negative_1,
        sum(note_type = 'warning' AND note_date > d1) AS warning_0, sum(note_type = 'warning' AND note_date > d2 AND note_date <= d1) AS warning_1
    FROM silver.customer_notes, day
    WHERE customer_key IS NOT NULL AND note_date <= d0
    GROUP BY 1
),
account AS (
    SELECT a.customer_key, a.currency, a.opened_date,
        (SELECT balance_minor FROM gold.fct_daily_balances b WHERE b.account_id = a.account_id AND b.currency IS a.currency AND b.balance_date <= d0
            ORDER BY b.balance_date DESC, b.part DESC LIMIT 1) AS b_0,
        (SELECT balance_minor FROM gold.fct_daily_balances b WHERE b.account_id = a.account_id AND b.currency IS a.currency AND b.balance_date <= d1
            ORDER BY b.balance_date DESC, b.part DESC LIMIT 1) AS b_1,
        (SELECT balance_minor FROM gold.fct_daily_balances b WHERE b.account_id = a.account_id AND b.currency IS a.currency AND b.balance_date <= d2
            ORDER BY b.balance_date DESC, b.part DESC LIMIT 1) AS b_2
    FROM gold.dim_account a, day
    WHERE a.customer_key IS NOT NULL
),
balance AS (
    SELECT customer_key, count(DISTINCT coalesce(currency, '')) AS currencies, sum(b_0) AS b_0, sum(b_1) AS b_1, sum(b_2) AS b_2
    FROM account
    GROUP BY 1
),
product AS (
    SELECT customer_key, sum(since IS NULL OR since <= d0) AS n_0, sum(since IS NULL OR since <= d1) AS n_1
    FROM (
        SELECT customer_key, opened_date AS since FROM gold.dim_account
        UNION ALL SELECT customer_key, application_date FROM gold.fct_loans WHERE is_approved
        UNION ALL SELECT customer_key, invested_date FROM gold.fct_investments
    ), day
    WHERE customer_key IS NOT NULL
    GROUP BY 1
),
features AS (
    SELECT v.customer_key, d0 AS cutoff, v.customer_since, v.branch_id, b.currencies, b.b_0 AS balance, b.b_1 AS balance_before, t.n_0 AS txn, t.n_1 AS txn_before,
        c.n_0 AS complaints, c.resolved_0 AS resolved, a.n_0 AS logins, a.n_1 AS logins_before, a.last_0 AS last_login, p.n_0 AS products,
        n.negative_0 AS negative, n.warning_0 AS warning, NULL AS churned
    FROM gold.customer_activity v, day
    LEFT JOIN balance b ON b.customer_key = v.customer_key
    LEFT JOIN txn t ON t.customer_key = v.customer_key
    LEFT JOIN complaint c ON c.customer_key = v.customer_key
    LEFT JOIN app a ON a.customer_key = v.customer_key
    LEFT JOIN product p ON p.customer_key = v.customer_key
    LEFT JOIN note n ON n.customer_key = v.customer_key
    UNION ALL
    SELECT v.customer_key, d1, v.customer_since, v.branch_id, b.currencies, b.b_1, b.b_2, t.n_1, t.n_2, c.n_1, c.resolved_1, a.n_1, a.n_2, a.last_1, p.n_1,
        n.negative_1, n.warning_1,
        CASE WHEN coalesce(t.before_1, 0) > 0 OR a.last_1 IS NOT NULL THEN coalesce(t.n_0, 0) = 0 AND coalesce(a.last_0 <= d1, 1) END
    FROM gold.customer_activity v, day
    LEFT JOIN balance b ON b.customer_key = v.customer_key
    LEFT JOIN txn t ON t.customer_key = v.customer_key
    LEFT JOIN complaint c ON c.customer_key = v.customer_key
    LEFT JOIN app a ON a.customer_key = v.customer_key
    LEFT JOIN product p ON p.customer_key = v.customer_key
    LEFT JOIN note n ON n.customer_key = v.customer_key
    WHERE coalesce(v.first_seen_date, '') <= d1
)
SELECT f.customer_key, f.cutoff, CASE WHEN f.currencies = 1 AND f.balance_before > 0 THEN round((f.balance - f.balance_before) * 1.0 / f.balance_before, 6) END,
    round(f.txn * 1.0 / nullif(f.txn_before, 0) - 1, 6), CASE WHEN has.complaints THEN coalesce(f.complaints, 0) END,
    CAST(julianday(f.cutoff) - julianday(f.resolved) AS INTEGER), round(f.logins * 1.0 / nullif(f.logins_before, 0) - 1, 6),
    CAST(julianday(f.cutoff) - julianday(f.last_login) AS INTEGER),
    CASE WHEN f.customer_since <= f.cutoff THEN round((julianday(f.cutoff) - julianday(f.customer_since)) / 30.4375, 2) END,
    CASE WHEN has.products THEN coalesce(f.products, 0) END, br.performance_rating, CASE WHEN has.notes THEN coalesce(f.negative, 0) END,
    CASE WHEN has.notes THEN coalesce(f.warning, 0) END, f.churned
FROM features f
CROSS JOIN has
LEFT JOIN gold.dim_branch br ON br.branch_id = f.branch_id
