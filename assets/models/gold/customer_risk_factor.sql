-- model: customer_risk_factor
-- layer: gold
-- about: Why a customer may leave: one row per rule that speaks, with its points.
-- optional: gold.agg_customer_accounts, gold.agg_customer_transactions, gold.agg_customer_service, gold.agg_customer_digital, gold.agg_customer_notes
-- key: customer_key, factor
-- live: customer_key of gold.agg_customer_accounts, gold.agg_customer_transactions, gold.agg_customer_service, gold.agg_customer_digital, gold.agg_customer_notes
-- column: customer_key TEXT
-- column: factor TEXT
-- column: points INTEGER
-- column: reason TEXT
SELECT customer_key, 'balance_trend', CASE WHEN balance_trend_90d < -0.5 THEN 25 ELSE 15 END,
    'Balance fell ' || CAST(round(-100 * balance_trend_90d) AS INTEGER) || ' % in 90 days'
FROM gold.agg_customer_accounts WHERE balance_trend_90d < -0.2
UNION ALL
SELECT customer_key, 'balance_falling', 10, 'Balance fell 3 months'
FROM gold.agg_customer_accounts
WHERE balance_90d_ago_minor > balance_60d_ago_minor AND balance_60d_ago_minor > balance_30d_ago_minor AND balance_30d_ago_minor > total_balance_minor
UNION ALL
SELECT customer_key, 'no_transactions', CASE WHEN last_transaction_date <= date(:as_of, '-90 days') THEN 35 ELSE 18 END,
    'No transaction for ' || CAST(julianday(:as_of) - julianday(last_transaction_date) AS INTEGER) || ' days'
FROM gold.agg_customer_transactions WHERE last_transaction_date <= date(:as_of, '-45 days')
UNION ALL
SELECT customer_key, 'fewer_transactions', 12, 'Half the transactions of the 90 days before'
FROM gold.agg_customer_transactions
WHERE last_transaction_date > date(:as_of, '-45 days') AND transactions_90_days_before >= 4 AND transactions_last_90_days * 2 <= transactions_90_days_before
UNION ALL
SELECT customer_key, 'complaints', CASE WHEN complaints_last_30_days >= 3 THEN 25 WHEN complaints_last_90_days >= 2 THEN 18 ELSE 6 END,
    CASE WHEN complaints_last_30_days >= 3 THEN complaints_last_30_days || ' complaints in 30 days'
        WHEN complaints_last_90_days = 1 THEN '1 complaint in 90 days' ELSE complaints_last_90_days || ' complaints in 90 days' END
FROM gold.agg_customer_service WHERE complaints_last_90_days >= 1
UNION ALL
SELECT customer_key, 'satisfaction', 10, 'Satisfaction ' || round(avg_satisfaction_score, 1) || ' of 5'
FROM gold.agg_customer_service WHERE avg_satisfaction_score <= 2
UNION ALL
SELECT customer_key, 'no_login', CASE WHEN days_since_last_login > 90 THEN 20 WHEN days_since_last_login > 30 THEN 10 ELSE 5 END,
    'No login for ' || days_since_last_login || ' days'
FROM gold.agg_customer_digital WHERE days_since_last_login > 14
UNION ALL
SELECT customer_key, 'note', CASE WHEN negative_notes_last_90_days > 0 THEN 20 ELSE 10 END,
    CASE WHEN negative_notes_last_90_days > 0 THEN 'Unhappy note in 90 days' ELSE 'Warning note in 90 days' END
FROM gold.agg_customer_notes WHERE negative_notes_last_90_days + warning_notes_last_90_days > 0
