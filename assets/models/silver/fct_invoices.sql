-- model: fct_invoices
-- layer: silver
-- about: One row per sales invoice of the ERP.
-- inputs: bronze.erp_sales_invoices, silver.bridge_customer_ids
-- optional: silver.branch_alias
-- key: invoice_id
-- index: customer_key
-- column: invoice_id TEXT
-- column: customer_key TEXT
-- column: branch_id TEXT
-- column: product_id TEXT | NULL: the export names no item
-- column: posting_date TEXT | business date
-- column: due_date TEXT | business date
-- column: amount_minor INTEGER | scale 2
-- column: currency TEXT | NULL: the export names none
-- column: status TEXT
SELECT clean(i.name), b.customer_key, x.branch_id, clean(i.item_code), to_date(i.posting_date), to_date(i.due_date), to_minor(i.grand_total, 2),
    upper(clean(i.currency)), clean(i.status)
FROM bronze.erp_sales_invoices i
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'erpnext' AND b.source_customer_id = clean(i.customer)
LEFT JOIN silver.branch_alias x ON x.branch_raw = clean(i.territory)
ORDER BY 1
