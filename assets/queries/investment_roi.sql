-- query: investment_roi
-- about: What investments returned, as a percentage of what was invested, per kind. Amounts of all currencies are added up as they stand.
-- badge: mixed currencies
SELECT investment_type, count(*) AS investments, round(sum(return_minor) * 100.0 / sum(amount_minor), 2) AS roi_percent
FROM gold.fact_investment
GROUP BY 1
ORDER BY sum(return_minor) * 1.0 / sum(amount_minor) DESC
