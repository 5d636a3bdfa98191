-- query: top_locations_by_currency
-- about: The ten places with the highest amount of posted transactions. Per currency.
SELECT currency, country, state, city, transactions, total_amount
FROM (
    SELECT coalesce(t.currency, '') AS currency, l.country, l.state, l.city, count(*) AS transactions, round(sum(t.amount_minor) / 100.0, 2) AS total_amount,
        row_number() OVER (PARTITION BY coalesce(t.currency, '') ORDER BY sum(t.amount_minor) DESC) AS place
    FROM gold.fact_transaction t
    JOIN gold.dim_location l ON l.location_id = t.location_id
    WHERE t.is_posted
    GROUP BY 1, 2, 3, 4
)
WHERE place <= 10
ORDER BY currency, place
