-- query: balances_on_the_last_day_by_currency
-- about: Closing balances that are stated for the as-of date. Per currency.
SELECT balance_date, coalesce(currency, '') AS currency, round(sum(balance_minor) / 100.0, 2) AS total_balance, round(avg(balance_minor) / 100.0, 2) AS average_balance,
    count(DISTINCT account_id) AS accounts
FROM gold.fact_daily_balances
WHERE balance_date = (SELECT value FROM gold.manifest WHERE key = 'as_of')
GROUP BY 1, 2
ORDER BY 2
