-- model: fct_ledger_entries
-- layer: silver
-- about: One row per ledger entry; an empty account is the outside world.
-- any: bronze.erp_ledger_entries, bronze.ledger_entries
-- optional: silver.fct_transactions
-- key: entry_id
-- index: transaction_id
-- column: entry_id TEXT
-- column: transaction_id TEXT
-- column: account_id TEXT
-- column: entry_type TEXT | credit or debit
-- column: amount_minor INTEGER | scale 2
-- column: currency TEXT | as the entry says, else that of its transaction
-- column: posting_date TEXT | business date
SELECT clean(name), clean("transaction"), clean(account), lower(clean(entry_type)), to_minor(amount, 2), upper(clean(currency)), to_date(posting_date)
FROM bronze.erp_ledger_entries
UNION ALL
SELECT 'ledger:' || clean(e.id), 'ledger:' || clean(e.transaction_id), 'ledger:' || clean(e.account_id), lower(clean(e.entry_type)), to_minor(e.amount, 2),
    t.currency, to_date(e.created_at)
FROM bronze.ledger_entries e
LEFT JOIN silver.fct_transactions t ON t.transaction_id = 'ledger:' || clean(e.transaction_id)
