-- query: top_customers
-- about: The ten customers with the highest amount of posted transactions. Amounts of all currencies are added up as they stand.
-- badge: mixed currencies
SELECT c.customer_key, c.full_name,
    (SELECT group_concat(b.source_system || ':' || b.source_customer_id, ', ' ORDER BY b.source_system, b.source_customer_id)
        FROM gold.bridge_customer_ids b WHERE b.customer_key = c.customer_key) AS source_ids,
    count(*) AS transactions, round(sum(t.amount_minor) / 100.0, 2) AS total_amount, round(avg(t.amount_minor) / 100.0, 2) AS average_amount
FROM gold.fact_transaction t
JOIN gold.dim_customers c ON c.customer_key = t.customer_key
WHERE t.is_posted
GROUP BY c.customer_key
ORDER BY sum(t.amount_minor) DESC, 1
LIMIT 10
