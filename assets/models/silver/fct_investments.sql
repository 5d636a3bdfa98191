-- model: fct_investments
-- layer: silver
-- about: One row per investment of a customer.
-- inputs: bronze.erp_investments, silver.bridge_customer_ids
-- key: investment_id
-- index: customer_key
-- column: investment_id TEXT
-- column: customer_key TEXT
-- column: investment_type TEXT
-- column: amount_minor INTEGER | scale 2
-- column: value_minor INTEGER | scale 2: what comes back, the amount included
-- column: return_minor INTEGER | scale 2: value less amount
-- column: currency TEXT
-- column: invested_date TEXT | business date
-- column: status TEXT
SELECT clean(i.name), b.customer_key, clean(i.investment_type), to_minor(i.amount, 2), to_minor(i.return_amount, 2),
    to_minor(i.return_amount, 2) - to_minor(i.amount, 2), upper(clean(i.currency)),
    to_date(i.invested_date), clean(i.status)
FROM bronze.erp_investments i
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'erpnext' AND b.source_customer_id = clean(i.customer)
