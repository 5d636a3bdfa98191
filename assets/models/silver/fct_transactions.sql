-- model: fct_transactions
-- layer: silver
-- about: One row per transaction. A bank without a transactions table has its invoices here, as transactions of type invoice.
-- optional: bronze.erp_transactions, silver.dim_account, silver.fct_invoices
-- key: transaction_id
-- index: customer_key, transaction_date
-- index: account_id, transaction_date
-- column: transaction_id TEXT
-- column: account_id TEXT
-- column: customer_key TEXT
-- column: branch_id TEXT | branch of the account, or of the invoice
-- column: transaction_date TEXT | business date
-- column: transaction_at TEXT | UTC
-- column: transaction_type TEXT
-- column: direction TEXT | credit or debit
-- column: channel TEXT
-- column: amount_minor INTEGER | scale 2
-- column: currency TEXT
-- column: balance_after_minor INTEGER | scale 2
-- column: status TEXT
-- column: is_posted INTEGER | 0: failed, cancelled, reversed, declined, rejected or pending
-- column: product_id TEXT
-- column: description TEXT pii:note
SELECT clean(t.name), clean(t.account), a.customer_key, a.branch_id, to_date(t.posting_date),
    to_timestamp(to_date(t.posting_date) || ' ' || coalesce(clean(t.posting_time), '00:00:00')), clean(t.transaction_type), lower(clean(t.direction)),
    clean(t.channel), to_minor(t.amount, 2), coalesce(upper(clean(t.currency)), a.currency), to_minor(t.balance_after, 2), clean(t.status),
    coalesce(lower(clean(t.status)), '') NOT IN ('failed', 'cancelled', 'canceled', 'reversed', 'declined', 'rejected', 'pending'),
    NULL, clean(t.description)
FROM bronze.erp_transactions t
LEFT JOIN silver.dim_account a ON a.account_id = clean(t.account)
UNION ALL
SELECT invoice_id, NULL, customer_key, branch_id, posting_date, posting_date || 'T00:00:00Z', 'invoice', NULL, NULL, amount_minor, currency, NULL,
    status, coalesce(lower(status), '') <> 'cancelled', product_id, NULL
FROM silver.fct_invoices
WHERE NOT EXISTS (SELECT 1 FROM bronze.erp_transactions)
