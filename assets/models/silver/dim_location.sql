-- model: dim_location
-- layer: silver
-- about: Places where customers live and where facts happen.
-- any: silver.dim_customer, bronze.core_locations
-- key: location_id
-- column: location_id TEXT | of a place that facts name: its system and number; of a home: home and a number
-- column: city TEXT pii:address
-- column: state TEXT | NULL: no source
-- column: postcode TEXT pii:address
-- column: country TEXT
SELECT 'home:' || row_number() OVER (ORDER BY country, city, postcode), city, NULL, postcode, country
FROM (SELECT DISTINCT city, postcode, country FROM silver.dim_customer WHERE city IS NOT NULL OR postcode IS NOT NULL)
UNION ALL
SELECT 'core:' || clean(location_id), clean(city), clean(state), clean(postal_code), clean(country)
FROM bronze.core_locations
