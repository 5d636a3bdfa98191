-- model: customer_360_view
-- layer: gold
-- kind: view
-- about: The most asked for columns of customer_360 with money as decimals.
-- inputs: gold.customer_360
-- column: customer_key TEXT
-- column: full_name TEXT pii:name
-- column: email TEXT pii:email
-- column: phone TEXT pii:phone
-- column: customer_since TEXT
-- column: primary_branch TEXT
-- column: total_accounts INTEGER
-- column: currency TEXT
-- column: total_balance REAL
-- column: avg_monthly_transactions REAL
-- column: amount_lifetime REAL
-- column: amount_last_30_days REAL
-- column: amount_last_90_days REAL
-- column: first_transaction_date TEXT
-- column: last_transaction_date TEXT
-- column: total_complaints_lifetime INTEGER
-- column: complaints_last_90_days INTEGER
-- column: open_complaints INTEGER
-- column: app_logins_last_30_days INTEGER
-- column: days_since_last_login INTEGER
-- column: tenure_segment TEXT
-- column: customer_segment TEXT
-- column: lifetime_value REAL
-- column: risk_score INTEGER
-- column: risk_tier TEXT
-- column: churn_risk_flag TEXT
SELECT customer_key, full_name, email, phone, customer_since, primary_branch, total_accounts, currency, total_balance_minor / 100.0,
    avg_monthly_transactions, amount_lifetime_minor / 100.0, amount_last_30_days_minor / 100.0, amount_last_90_days_minor / 100.0,
    first_transaction_date, last_transaction_date, total_complaints_lifetime, complaints_last_90_days, open_complaints, app_logins_last_30_days,
    days_since_last_login, tenure_segment, customer_segment, lifetime_value_minor / 100.0, risk_score, risk_tier, churn_risk_flag
FROM gold.customer_360
