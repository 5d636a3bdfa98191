-- model: customer_360
-- layer: gold
-- about: Everything known about a customer in one row, as of the as-of date. NULL: no source.
-- inputs: gold.dim_customer, gold.customer_activity, gold.agg_customer_risk
-- optional: gold.bridge_customer_ids, gold.dim_branch, gold.agg_customer_accounts, gold.agg_customer_transactions, gold.agg_customer_rfm, gold.agg_customer_service, gold.agg_customer_digital, gold.agg_customer_notes, gold.agg_customer_loans, gold.fct_complaints, gold.fct_interactions
-- key: customer_key
-- live: customer_key of gold.dim_customer, gold.bridge_customer_ids
-- index: branch_id
-- index: risk_score
-- column: customer_key TEXT
-- column: full_name TEXT pii:name
-- column: email TEXT pii:email
-- column: phone TEXT pii:phone
-- column: birth_date TEXT pii:birth_date
-- column: gender TEXT pii:gender
-- column: customer_since TEXT | as a source gives it, else the day the first account was opened; never a load time
-- column: branch_id TEXT
-- column: primary_branch TEXT
-- column: region TEXT
-- column: customer_type TEXT
-- column: customer_group TEXT
-- column: kyc_status TEXT
-- column: risk_rating TEXT | as the ERP states it
-- column: records INTEGER
-- column: sources INTEGER
-- column: erpnext_ids TEXT pii:id
-- column: salesforce_ids TEXT pii:id
-- column: supabase_ids TEXT pii:id
-- column: google_sheets_ids TEXT pii:id
-- column: other_ids TEXT pii:id | of any other system, each as system:id
-- column: total_accounts INTEGER
-- column: open_accounts INTEGER
-- column: currency TEXT | NULL: several
-- column: total_balance_minor INTEGER | scale 2; NULL: several currencies, and no rates of the user's lead to one
-- column: balance_trend_90d REAL | change over 90 days as a share of the balance then
-- column: transactions_lifetime INTEGER
-- column: transactions_last_30_days INTEGER
-- column: transactions_last_90_days INTEGER
-- column: avg_monthly_transactions REAL
-- column: amount_lifetime_minor INTEGER | scale 2; NULL: several currencies
-- column: amount_last_30_days_minor INTEGER | scale 2; NULL: several currencies
-- column: amount_last_90_days_minor INTEGER | scale 2; NULL: several currencies
-- column: first_transaction_date TEXT
-- column: last_transaction_date TEXT
-- column: total_complaints_lifetime INTEGER
-- column: complaints_last_90_days INTEGER
-- column: open_complaints INTEGER
-- column: high_priority_complaints INTEGER
-- column: avg_resolution_days REAL
-- column: avg_satisfaction_score REAL
-- column: interactions_lifetime INTEGER
-- column: app_logins_last_30_days INTEGER
-- column: days_since_last_login INTEGER
-- column: most_used_feature TEXT
-- column: engagement_score REAL | last 90 days
-- column: digital_status TEXT | Active (login in 30 days), Lapsing (in 90), Dormant, Never
-- column: notes INTEGER
-- column: last_note_date TEXT
-- column: last_note_type TEXT
-- column: last_note_text TEXT pii:note
-- column: loans INTEGER
-- column: investments INTEGER
-- column: tenure_days INTEGER
-- column: tenure_segment TEXT | New to 90 days, Established to 365, Loyal to 730, Long-term
-- column: customer_segment TEXT | from transactions: Frequent (4 a month and more), Regular (1), Occasional, Inactive (none in 90 days)
-- column: rfm_recency INTEGER | 1 to 5, 5 is the most recent fifth
-- column: rfm_frequency INTEGER | 1 to 5, 5 is the most frequent fifth of the last 90 days
-- column: rfm_monetary INTEGER | 1 to 5, 5 is the highest fifth by amount among customers of the same currency
-- column: lifetime_value_minor INTEGER | scale 2: average monthly amount x 36 months x 1 %
-- column: last_activity_date TEXT
-- column: is_inactive INTEGER | 1: active once, not in the last 90 days
-- column: is_pending INTEGER | 1: an item about this identity waits in Review
-- column: risk_score INTEGER
-- column: risk_tier TEXT
-- column: strongest_reason TEXT
-- column: churn_risk_flag TEXT | HIGH_RISK: balance_trend_90d < -0.2, complaints_last_90_days >= 2 and days_since_last_login > 14; UNKNOWN: one of them has no source
-- column: has_email INTEGER | 1: a system knows one
-- column: has_phone INTEGER | 1: a system knows one
WITH has AS (
    SELECT EXISTS (SELECT 1 FROM gold.agg_customer_accounts) AS accounts, EXISTS (SELECT 1 FROM gold.agg_customer_transactions) AS transactions,
        EXISTS (SELECT 1 FROM gold.fct_complaints) AS complaints, EXISTS (SELECT 1 FROM gold.fct_interactions) AS interactions,
        EXISTS (SELECT 1 FROM gold.agg_customer_digital) AS digital, EXISTS (SELECT 1 FROM gold.agg_customer_notes) AS notes,
        EXISTS (SELECT 1 FROM gold.agg_customer_loans) AS loans
),
ids AS (
    SELECT customer_key,
        group_concat(CASE source_system WHEN 'erpnext' THEN source_customer_id END, ', ' ORDER BY source_customer_id) AS erpnext,
        group_concat(CASE source_system WHEN 'salesforce' THEN source_customer_id END, ', ' ORDER BY source_customer_id) AS salesforce,
        group_concat(CASE source_system WHEN 'supabase' THEN source_customer_id END, ', ' ORDER BY source_customer_id) AS supabase,
        group_concat(CASE source_system WHEN 'google_sheets' THEN source_customer_id END, ', ' ORDER BY source_customer_id) AS google_sheets,
        group_concat(CASE WHEN source_system NOT IN ('erpnext', 'salesforce', 'supabase', 'google_sheets') THEN source_system || ':' || source_customer_id END,
            ', ' ORDER BY source_system, source_customer_id) AS other
    FROM gold.bridge_customer_ids
    GROUP BY customer_key
)
SELECT c.customer_key, c.full_name, c.email, c.phone, c.birth_date, c.gender, v.customer_since, c.branch_id, br.branch_name, br.region, c.customer_type,
    c.customer_group, c.kyc_status, c.risk_rating, c.records, c.sources, ids.erpnext, ids.salesforce, ids.supabase, ids.google_sheets, ids.other,
    CASE WHEN has.accounts THEN coalesce(a.total_accounts, 0) END, CASE WHEN has.accounts THEN coalesce(a.open_accounts, 0) END,
    coalesce(a.currency, CASE WHEN a.customer_key IS NULL THEN t.currency END),
    CASE WHEN a.customer_key IS NOT NULL THEN a.total_balance_minor WHEN has.accounts THEN 0 END, a.balance_trend_90d,
    CASE WHEN has.transactions THEN coalesce(t.transactions_lifetime, 0) END, CASE WHEN has.transactions THEN coalesce(t.transactions_last_30_days, 0) END,
    CASE WHEN has.transactions THEN coalesce(t.transactions_last_90_days, 0) END, t.avg_monthly_transactions, t.amount_lifetime_minor,
    t.amount_last_30_days_minor, t.amount_last_90_days_minor, t.first_transaction_date, t.last_transaction_date,
    CASE WHEN has.complaints THEN coalesce(s.total_complaints_lifetime, 0) END, CASE WHEN has.complaints THEN coalesce(s.complaints_last_90_days, 0) END,
    CASE WHEN has.complaints THEN coalesce(s.open_complaints, 0) END, CASE WHEN has.complaints THEN coalesce(s.high_priority_complaints, 0) END,
    s.avg_resolution_days, s.avg_satisfaction_score, CASE WHEN has.interactions THEN coalesce(s.interactions_lifetime, 0) END,
    CASE WHEN has.digital THEN coalesce(d.app_logins_last_30_days, 0) END, d.days_since_last_login, d.most_used_feature, d.engagement_score,
    CASE WHEN NOT has.digital THEN NULL WHEN d.days_since_last_login <= 30 THEN 'Active' WHEN d.days_since_last_login <= 90 THEN 'Lapsing'
        WHEN d.days_since_last_login IS NOT NULL THEN 'Dormant' ELSE 'Never' END,
    CASE WHEN has.notes THEN coalesce(n.notes, 0) END, n.last_note_date, n.last_note_type, n.last_note_text,
    CASE WHEN has.loans THEN coalesce(l.loans, 0) END, CASE WHEN has.loans THEN coalesce(l.investments, 0) END,
    CAST(julianday(:as_of) - julianday(v.customer_since) AS INTEGER),
    CASE WHEN v.customer_since IS NULL THEN NULL WHEN julianday(:as_of) - julianday(v.customer_since) <= 90 THEN 'New'
        WHEN julianday(:as_of) - julianday(v.customer_since) <= 365 THEN 'Established'
        WHEN julianday(:as_of) - julianday(v.customer_since) <= 730 THEN 'Loyal' ELSE 'Long-term' END,
    CASE WHEN t.customer_key IS NULL THEN NULL WHEN t.transactions_last_90_days = 0 THEN 'Inactive' WHEN t.avg_monthly_transactions >= 4 THEN 'Frequent'
        WHEN t.avg_monthly_transactions >= 1 THEN 'Regular' ELSE 'Occasional' END,
    r.rfm_recency, r.rfm_frequency, r.rfm_monetary,
    CAST(round(t.amount_lifetime_minor * 30.4375 / max(julianday(:as_of) - julianday(t.first_transaction_date) + 1, 30.4375) * 36 / 100) AS INTEGER),
    v.last_activity_date, v.is_inactive, v.is_pending, k.risk_score, k.risk_tier, k.strongest_reason,
    CASE WHEN NOT (has.accounts AND has.complaints AND has.digital) THEN 'UNKNOWN'
        WHEN a.balance_trend_90d >= -0.2 OR coalesce(s.complaints_last_90_days, 0) < 2 OR d.days_since_last_login <= 14 THEN 'NORMAL'
        WHEN a.balance_trend_90d IS NULL OR d.days_since_last_login IS NULL THEN 'UNKNOWN'
        ELSE 'HIGH_RISK' END,
    c.email IS NOT NULL, c.phone IS NOT NULL
FROM gold.dim_customer c
CROSS JOIN has
JOIN gold.customer_activity v ON v.customer_key = c.customer_key
JOIN gold.agg_customer_risk k ON k.customer_key = c.customer_key
LEFT JOIN ids ON ids.customer_key = c.customer_key
LEFT JOIN gold.dim_branch br ON br.branch_id = c.branch_id
LEFT JOIN gold.agg_customer_accounts a ON a.customer_key = c.customer_key
LEFT JOIN gold.agg_customer_transactions t ON t.customer_key = c.customer_key
LEFT JOIN gold.agg_customer_service s ON s.customer_key = c.customer_key
LEFT JOIN gold.agg_customer_digital d ON d.customer_key = c.customer_key
LEFT JOIN gold.agg_customer_notes n ON n.customer_key = c.customer_key
LEFT JOIN gold.agg_customer_loans l ON l.customer_key = c.customer_key
LEFT JOIN gold.agg_customer_rfm r ON r.customer_key = c.customer_key
