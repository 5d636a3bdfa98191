-- model: customer_features
-- layer: gold
-- kind: view
-- about: What describes a customer's behaviour, without personal data.
-- inputs: gold.customer_360
-- column: customer_key TEXT
-- column: balance_trend_90d REAL
-- column: transactions_lifetime INTEGER
-- column: transactions_last_30_days INTEGER
-- column: transactions_last_90_days INTEGER
-- column: avg_monthly_transactions REAL
-- column: complaints_last_90_days INTEGER
-- column: avg_satisfaction_score REAL
-- column: app_logins_last_30_days INTEGER
-- column: days_since_last_login INTEGER
-- column: engagement_score REAL
-- column: tenure_days INTEGER
-- column: total_accounts INTEGER
-- column: rfm_recency INTEGER
-- column: rfm_frequency INTEGER
-- column: rfm_monetary INTEGER
SELECT customer_key, balance_trend_90d, transactions_lifetime, transactions_last_30_days, transactions_last_90_days, avg_monthly_transactions,
    complaints_last_90_days, avg_satisfaction_score, app_logins_last_30_days, days_since_last_login, engagement_score, tenure_days, total_accounts,
    rfm_recency, rfm_frequency, rfm_monetary
FROM gold.customer_360
