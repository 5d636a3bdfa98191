-- query: top_locations
-- about: The ten places with the highest amount of posted transactions. Amounts of all currencies are added up as they stand.
-- badge: mixed currencies
SELECT l.country, l.state, l.city, count(*) AS transactions, round(sum(t.amount_minor) / 100.0, 2) AS total_amount
FROM gold.fact_transaction t
JOIN gold.dim_location l ON l.location_id = t.location_id
WHERE t.is_posted
GROUP BY 1, 2, 3
ORDER BY sum(t.amount_minor) DESC
LIMIT 10
