-- query: balances_on_the_last_day
-- about: Closing balances that are stated for the as-of date. Amounts of all currencies are added up as they stand.
-- badge: mixed currencies
SELECT balance_date, round(sum(balance_minor) / 100.0, 2) AS total_balance, round(avg(balance_minor) / 100.0, 2) AS average_balance, count(DISTINCT account_id) AS accounts
FROM gold.fact_daily_balances
WHERE balance_date = (SELECT value FROM gold.manifest WHERE key = 'as_of')
GROUP BY 1
