-- model: fct_ledger_entries
-- layer: silver
-- about: One row per ledger entry; an empty account is the outside world.
-- inputs: bronze.erp_ledger_entries
-- key: entry_id
-- index: transaction_id
-- column: entry_id TEXT
-- column: transaction_id TEXT
-- column: account_id TEXT
-- column: entry_type TEXT | credit or debit
-- column: amount_minor INTEGER | scale 2
-- column: currency TEXT
-- column: posting_date TEXT | business date
SELECT clean(name), clean("transaction"), clean(account), lower(clean(entry_type)), to_minor(amount, 2), upper(clean(currency)), to_date(posting_date)
FROM bronze.erp_ledger_entries
