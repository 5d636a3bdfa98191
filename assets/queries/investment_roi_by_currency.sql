-- query: investment_roi_by_currency
-- about: What investments returned, as a percentage of what was invested, per kind. Per currency.
SELECT investment_type, coalesce(currency, '') AS currency, count(*) AS investments, round(sum(return_minor) * 100.0 / sum(amount_minor), 2) AS roi_percent
FROM gold.fact_investment
GROUP BY 1, 2
ORDER BY 2, sum(return_minor) * 1.0 / sum(amount_minor) DESC
