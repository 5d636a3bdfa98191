-- model: dim_location
-- layer: silver
-- about: Places where customers live.
-- inputs: silver.dim_customer
-- key: location_id
-- column: location_id INTEGER
-- column: city TEXT pii:address
-- column: postcode TEXT pii:address
-- column: country TEXT
SELECT row_number() OVER (ORDER BY country, city, postcode), city, postcode, country
FROM (SELECT DISTINCT city, postcode, country FROM silver.dim_customer WHERE city IS NOT NULL OR postcode IS NOT NULL)
