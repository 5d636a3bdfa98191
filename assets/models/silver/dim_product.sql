-- model: dim_product
-- layer: silver
-- about: One row per product of the ERP.
-- inputs: bronze.erp_items
-- key: product_id
-- column: product_id TEXT
-- column: product_name TEXT
-- column: product_group TEXT
-- column: description TEXT
-- column: standard_rate_minor INTEGER | scale 2
SELECT clean(name), clean(item_name), clean(item_group), clean(description), to_minor(standard_rate, 2)
FROM bronze.erp_items
ORDER BY 1
