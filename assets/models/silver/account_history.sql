-- model: account_history
-- layer: silver
-- kind: snapshot
-- about: Every version of every account, and when it held; balances are in fct_daily_balances. As of a day: valid_from <= day AND (valid_to IS NULL OR valid_to > day).
-- any: bronze.erp_accounts_all, bronze.raw_crm_customers_all, bronze.core_accounts_all, bronze.ledger_accounts_all, bronze.cdc_accounts_all
-- optional: silver.bridge_customer_ids
-- key: account_id
-- strategy: timestamp
-- deletes: invalidate
-- index: customer_key
-- column: account_id TEXT
-- column: customer_key TEXT | the customer that the holder is now
-- column: source_customer_id TEXT pii:id | the holder as the source names it
-- column: account_type TEXT
-- column: currency TEXT
-- column: status TEXT
-- column: branch TEXT | as the source writes it
-- column: opened_date TEXT | business date
-- column: closed_date TEXT | business date
SELECT s.state_no, s.state_at, s.scope, s.lane, s.changed_at, s.account_id, b.customer_key, s.holder, s.account_type, s.currency, s.status, s.branch,
    s.opened_date, s.closed_date
FROM (
    SELECT _batch_id AS state_no, _ingested_at AS state_at, 'whole' AS scope, _source_system || ' erp_accounts' AS lane, to_timestamp(modified) AS changed_at,
        'erpnext' AS source_system, clean(name) AS account_id, clean(customer) AS holder, clean(account_type) AS account_type,
        upper(clean(currency)) AS currency, clean(status) AS status, clean(branch) AS branch, to_date(opened_date) AS opened_date,
        to_date(closed_date) AS closed_date
    FROM bronze.erp_accounts_all
    UNION ALL
    SELECT _batch_id, _ingested_at, 'whole', _source_system || ' raw_crm_customers', NULL, 'crm', 'crm:' || clean(account_number), clean(client_id),
        clean(account_type), NULL, clean(account_status), NULL, to_date(account_open_date, 'month first'), NULL
    FROM bronze.raw_crm_customers_all
    UNION ALL
    SELECT _batch_id, _ingested_at, 'whole', _source_system || ' core_accounts', NULL, 'core', 'core:' || clean(account_id), clean(customer_id),
        clean(account_type), NULL, NULL, NULL, NULL, NULL
    FROM bronze.core_accounts_all
    UNION ALL
    SELECT _batch_id, _ingested_at, 'part', _source_system || ' ledger_accounts', NULL, 'ledger', 'ledger:' || clean(id), clean(customer_id),
        clean(account_type), upper(clean(currency)), clean(status), NULL, to_date(opened_at), to_date(closed_at)
    FROM bronze.ledger_accounts_all
    UNION ALL
    SELECT row_number() OVER (ORDER BY _source_system, _position, _partition, CAST(_offset AS INTEGER), CAST(_ts_ms AS INTEGER), _ingested_at, _line),
        coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', CAST(coalesce(_source_ts_ms, _ts_ms) AS INTEGER) / 1000.0, 'unixepoch'), _ingested_at), CASE _op WHEN 'd' THEN 'gone' ELSE 'part' END,
        _source_system || ' cdc_accounts', NULL, _source_system, _source_system || ':' || clean(id), clean(customer_id), clean(account_type),
        upper(clean(currency)), clean(status), NULL, to_date(opened_at), to_date(closed_at)
    FROM bronze.cdc_accounts_all
) s
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = s.source_system AND b.source_customer_id = s.holder
WHERE s.account_id IS NOT NULL
