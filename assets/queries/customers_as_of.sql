-- query: customers_as_of
-- about: Where customers lived half a year before the as-of date. Put another day in place of the first line to ask for that one.
WITH at AS (SELECT date((SELECT value FROM gold.manifest WHERE key = 'as_of'), '-6 months') AS day)
SELECT h.customer_key, h.source_system, h.source_customer_id, h.full_name, h.address, h.city, h.postcode, h.branch, h.valid_from, h.valid_to
FROM silver.customer_history h, at
WHERE h.valid_from <= at.day AND (h.valid_to IS NULL OR h.valid_to > at.day)
ORDER BY 1, 2, 3
