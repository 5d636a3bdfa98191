-- model: dim_account
-- layer: silver
-- about: One row per account, with the customer that holds it. Accounts of systems other than the ERP carry the system's name in front of their number.
-- any: bronze.erp_accounts, bronze.raw_crm_customers, bronze.core_accounts, bronze.ledger_accounts, bronze.cdc_accounts, bronze.cdc_transactions
-- optional: silver.bridge_customer_ids, silver.branch_alias
-- key: account_id
-- index: customer_key
-- column: account_id TEXT
-- column: customer_key TEXT | NULL: the holder is not among the customers
-- column: source_customer_id TEXT pii:id | the holder as the source names it
-- column: account_type TEXT
-- column: currency TEXT | NULL: the source names none
-- column: balance_minor INTEGER | scale 2, as the source states it; NULL: it states none
-- column: status TEXT
-- column: is_open INTEGER
-- column: branch_id TEXT
-- column: opened_date TEXT | business date
-- column: closed_date TEXT | business date
SELECT account_id, b.customer_key, holder, account_type, currency, balance_minor, status,
    coalesce(lower(status), '') <> 'closed' AND closed_date IS NULL, x.branch_id, opened_date, closed_date
FROM (
    SELECT clean(name) AS account_id, 'erpnext' AS source_system, clean(customer) AS holder, clean(account_type) AS account_type,
        upper(clean(currency)) AS currency, to_minor(balance, 2) AS balance_minor, clean(status) AS status, clean(branch) AS branch,
        to_date(opened_date) AS opened_date, to_date(closed_date) AS closed_date
    FROM bronze.erp_accounts
    UNION ALL
    SELECT 'crm:' || clean(account_number), 'crm', clean(client_id), clean(account_type), NULL, NULL, clean(account_status), NULL,
        to_date(account_open_date, 'month first'), NULL
    FROM bronze.raw_crm_customers
    WHERE clean(account_number) IS NOT NULL
    UNION ALL
    SELECT 'core:' || clean(account_id), 'core', clean(customer_id), clean(account_type), NULL, to_minor(account_balance, 2), NULL, NULL, NULL, NULL
    FROM bronze.core_accounts
    UNION ALL
    SELECT 'ledger:' || clean(id), 'ledger', clean(customer_id), clean(account_type), upper(clean(currency)), to_minor(balance, 2), clean(status), NULL,
        to_date(opened_at), to_date(closed_at)
    FROM bronze.ledger_accounts
    UNION ALL
    SELECT _source_system || ':' || clean(id), _source_system, clean(customer_id), clean(account_type), upper(clean(currency)), to_minor(balance, 2),
        clean(status), NULL, to_date(opened_at), to_date(closed_at)
    FROM bronze.cdc_accounts
    WHERE clean(id) IS NOT NULL
    UNION ALL
    -- Change events of transactions may name accounts of which nothing else is known.
    SELECT DISTINCT _source_system || ':' || clean(account_id), _source_system, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM bronze.cdc_transactions
    WHERE clean(account_id) IS NOT NULL AND (_source_system, clean(account_id)) NOT IN (SELECT _source_system, clean(id) FROM bronze.cdc_accounts WHERE clean(id) IS NOT NULL)
) a
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = a.source_system AND b.source_customer_id = a.holder
LEFT JOIN silver.branch_alias x ON x.branch_raw = a.branch
ORDER BY 1
