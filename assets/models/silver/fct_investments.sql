-- model: fct_investments
-- layer: silver
-- about: One row per investment of a customer.
-- any: bronze.erp_investments, bronze.core_investments
-- optional: silver.bridge_customer_ids, silver.dim_account, bronze.core_dates, bronze.core_investment_types, bronze.core_currencies
-- key: investment_id
-- index: customer_key
-- column: investment_id TEXT
-- column: customer_key TEXT
-- column: account_id TEXT | NULL: the source names none
-- column: location_id TEXT
-- column: investment_type TEXT
-- column: amount_minor INTEGER | scale 2
-- column: value_minor INTEGER | scale 2: what comes back, the amount included
-- column: return_minor INTEGER | scale 2: value less amount
-- column: currency TEXT
-- column: invested_date TEXT | business date
-- column: status TEXT
SELECT clean(i.name), b.customer_key, NULL, NULL, clean(i.investment_type), to_minor(i.amount, 2), to_minor(i.return_amount, 2),
    to_minor(i.return_amount, 2) - to_minor(i.amount, 2), upper(clean(i.currency)),
    to_date(i.invested_date), clean(i.status)
FROM bronze.erp_investments i
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'erpnext' AND b.source_customer_id = clean(i.customer)
UNION ALL
SELECT 'core:' || clean(c.investment_id), a.customer_key, 'core:' || clean(c.account_id), 'core:' || clean(c.location_id), clean(y.investment_type_name),
    to_minor(c.investment_amount, 2), to_minor(c.investment_amount, 2) + to_minor(c.investment_return, 2), to_minor(c.investment_return, 2),
    upper(clean(u.currency_code)), to_date(d.date), NULL
FROM bronze.core_investments c
LEFT JOIN bronze.core_dates d ON d.date_id = c.date_id
LEFT JOIN bronze.core_investment_types y ON y.investment_type_id = c.investment_type_id
LEFT JOIN bronze.core_currencies u ON u.currency_id = c.currency_id
LEFT JOIN silver.dim_account a ON a.account_id = 'core:' || clean(c.account_id)
