-- model: fct_transactions
-- layer: silver
-- about: One row per transaction. A bank without a transactions table has its invoices here, as transactions of type invoice. Transactions of systems other than ERPNext carry the system's name in front of their number.
-- any: bronze.erp_transactions, silver.fct_invoices, bronze.raw_erp_transactions, bronze.core_transactions, bronze.ledger_transactions, bronze.cdc_transactions
-- optional: silver.dim_account, silver.bridge_customer_ids, bronze.core_dates, bronze.core_transaction_types, bronze.core_channels, bronze.core_currencies
-- key: transaction_id
-- live: rows of bronze.erp_transactions, bronze.core_transactions, bronze.ledger_transactions, bronze.cdc_transactions
-- index: customer_key, transaction_date
-- index: account_id, transaction_date
-- column: transaction_id TEXT
-- column: account_id TEXT | NULL: the source names none
-- column: customer_key TEXT
-- column: branch_id TEXT | branch of the account, or of the invoice
-- column: location_id TEXT | where it happened
-- column: transaction_date TEXT | business date
-- column: transaction_at TEXT | UTC
-- column: transaction_type TEXT
-- column: direction TEXT | credit or debit, for the account: what its type means, else as the source says; NULL: neither
-- column: channel TEXT
-- column: amount_minor INTEGER | scale 2
-- column: currency TEXT
-- column: balance_after_minor INTEGER | scale 2
-- column: status TEXT
-- column: is_posted INTEGER | 0: failed, cancelled, reversed, declined, rejected or pending
-- column: product_id TEXT
-- column: description TEXT pii:note
SELECT clean(t.name), clean(t.account), a.customer_key, a.branch_id, NULL, to_date(t.posting_date),
    to_timestamp(to_date(t.posting_date) || ' ' || coalesce(clean(t.posting_time), '00:00:00')), clean(t.transaction_type), lower(clean(t.direction)),
    clean(t.channel), to_minor(t.amount, 2), coalesce(upper(clean(t.currency)), a.currency), to_minor(t.balance_after, 2), clean(t.status),
    coalesce(lower(clean(t.status)), '') NOT IN ('failed', 'cancelled', 'canceled', 'reversed', 'declined', 'rejected', 'pending'),
    NULL, clean(t.description)
FROM bronze.erp_transactions t
LEFT JOIN silver.dim_account a ON a.account_id = clean(t.account)
UNION ALL
SELECT invoice_id, NULL, customer_key, branch_id, NULL, posting_date, posting_date || 'T00:00:00Z', 'invoice', NULL, NULL, amount_minor, currency, NULL,
    status, coalesce(lower(status), '') <> 'cancelled', product_id, NULL
FROM silver.fct_invoices
WHERE NOT EXISTS (SELECT 1 FROM bronze.erp_transactions)
UNION ALL
SELECT t.transaction_id, t.account_id, coalesce(a.customer_key, b.customer_key), a.branch_id, t.location_id, t.transaction_date, t.transaction_at,
    t.transaction_type,
    -- The type goes first: a ledger may have written its first rows from the other side.
    coalesce(CASE lower(t.transaction_type) WHEN 'credit' THEN 'credit' WHEN 'deposit' THEN 'credit'
        WHEN 'debit' THEN 'debit' WHEN 'withdrawal' THEN 'debit' WHEN 'payment' THEN 'debit' END, t.direction),
    t.channel, t.amount_minor, coalesce(t.currency, a.currency), t.balance_after_minor, t.status,
    coalesce(lower(t.status), '') NOT IN ('failed', 'cancelled', 'canceled', 'reversed', 'declined', 'rejected', 'pending'), NULL, t.description
FROM (
    -- One number may stand for operations of several days and clients: the second is called #2.
    SELECT 'erp:' || clean(operation_id) || CASE WHEN place > 1 THEN '#' || place ELSE '' END AS transaction_id, NULL AS account_id, 'crm' AS holder_system,
        clean(client_id) AS holder, NULL AS location_id, to_date(operation_date, 'month first') AS transaction_date,
        to_timestamp(to_date(operation_date, 'month first') || ' ' || coalesce(clean(operation_time), '00:00:00')) AS transaction_at,
        clean(transaction_type) AS transaction_type, NULL AS direction, clean(channel) AS channel, to_minor(amount, 2) AS amount_minor,
        upper(clean(currency)) AS currency, to_minor(balance_after_transaction, 2) AS balance_after_minor, NULL AS status, clean(description) AS description
    FROM (
        SELECT *, row_number() OVER (PARTITION BY clean(operation_id) ORDER BY _file, _line) AS place
        FROM bronze.raw_erp_transactions
    )
    UNION ALL
    SELECT 'core:' || clean(c.transaction_id), 'core:' || clean(c.account_id), NULL, NULL, 'core:' || clean(c.location_id), to_date(d.date),
        to_date(d.date) || 'T00:00:00Z', clean(y.transaction_type_name), NULL, clean(h.channel_name), to_minor(c.transaction_amount, 2),
        upper(clean(u.currency_code)), NULL, clean(c.transaction_status), NULL
    FROM bronze.core_transactions c
    LEFT JOIN bronze.core_dates d ON d.date_id = c.date_id
    LEFT JOIN bronze.core_transaction_types y ON y.transaction_type_id = c.transaction_type_id
    LEFT JOIN bronze.core_channels h ON h.channel_id = c.channel_id
    LEFT JOIN bronze.core_currencies u ON u.currency_id = c.currency_id
    UNION ALL
    SELECT 'ledger:' || clean(id), 'ledger:' || clean(account_id), NULL, NULL, NULL, to_date(coalesce(clean(posted_at), created_at)),
        to_timestamp(coalesce(clean(posted_at), created_at)), clean(txn_type), lower(clean(direction)), NULL, to_minor(amount, 2), NULL,
        to_minor(balance_after, 2), clean(status), clean(description)
    FROM bronze.ledger_transactions
    UNION ALL
    SELECT _source_system || ':' || clean(id), _source_system || ':' || clean(account_id), NULL, NULL, NULL, to_date(coalesce(clean(posted_at), created_at)),
        to_timestamp(coalesce(clean(posted_at), created_at)), clean(txn_type), lower(clean(direction)), NULL, to_minor(amount, 2), upper(clean(currency)),
        to_minor(balance_after, 2), clean(status), clean(description)
    FROM bronze.cdc_transactions
) t
LEFT JOIN silver.dim_account a ON a.account_id = t.account_id
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = t.holder_system AND b.source_customer_id = t.holder
