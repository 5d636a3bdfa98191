-- model: dim_rate
-- layer: silver
-- about: The user's rates of exchange, each the latest up to the as-of date. They convert a customer's total balance, and only where all of them lead to one currency.
-- inputs: bronze.user_rates
-- key: from_currency, to_currency
-- column: from_currency TEXT
-- column: to_currency TEXT
-- column: rate_date TEXT
-- column: rate REAL | units of to_currency for one of from_currency
SELECT from_currency, to_currency, max(rate_date), rate
FROM (SELECT upper(clean("from")) AS from_currency, upper(clean("to")) AS to_currency, to_date(date) AS rate_date, to_real(rate) AS rate FROM bronze.user_rates)
WHERE rate > 0 AND from_currency IS NOT NULL AND to_currency IS NOT NULL AND rate_date <= :as_of
GROUP BY 1, 2
