-- model: dim_date
-- layer: silver
-- about: Every day from the first fact to the last.
-- optional: silver.fct_transactions, silver.fct_complaints, silver.fct_interactions, silver.fct_digital_engagement, silver.fct_daily_balances, silver.fct_loans, silver.fct_investments, silver.customer_notes
-- key: date
-- column: date TEXT | ISO date
-- column: year INTEGER
-- column: quarter INTEGER
-- column: month INTEGER
-- column: year_month TEXT | 2025-12
-- column: week_start TEXT | its Monday
-- column: day INTEGER
-- column: weekday INTEGER | 1 Monday to 7 Sunday
-- column: is_weekend INTEGER
WITH RECURSIVE range AS (
    SELECT min(low) AS low, max(high) AS high
    FROM (
        SELECT min(transaction_date) AS low, max(transaction_date) AS high FROM silver.fct_transactions
        UNION ALL SELECT min(opened_date), max(max(opened_date), max(coalesce(closed_date, opened_date))) FROM silver.fct_complaints
        UNION ALL SELECT min(interaction_date), max(interaction_date) FROM silver.fct_interactions
        UNION ALL SELECT min(activity_date), max(activity_date) FROM silver.fct_digital_engagement
        UNION ALL SELECT min(balance_date), max(balance_date) FROM silver.fct_daily_balances
        UNION ALL SELECT min(application_date), max(application_date) FROM silver.fct_loans
        UNION ALL SELECT min(invested_date), max(invested_date) FROM silver.fct_investments
        UNION ALL SELECT min(note_date), max(note_date) FROM silver.customer_notes
    )
),
day (date) AS (
    SELECT max(low, date(:as_of, '-30 years')) FROM range WHERE low IS NOT NULL
    UNION ALL
    SELECT date(date, '+1 day') FROM day WHERE date < (SELECT min(max(high, :as_of), date(:as_of, '+5 years')) FROM range)
)
SELECT date, CAST(substr(date, 1, 4) AS INTEGER), (CAST(substr(date, 6, 2) AS INTEGER) + 2) / 3, CAST(substr(date, 6, 2) AS INTEGER),
    substr(date, 1, 7), date(date, 'weekday 0', '-6 days'), CAST(substr(date, 9, 2) AS INTEGER),
    (CAST(strftime('%w', date) AS INTEGER) + 6) % 7 + 1, CAST(strftime('%w', date) AS INTEGER) IN (0, 6)
FROM day
