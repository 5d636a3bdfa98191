-- query: ledger_balances
-- about: What the entries of the ledger say of each account, beside the balance that the account states.
SELECT account_id, currency, entries, printf('%d.%02d', credit_minor / 100, credit_minor % 100) AS credits,
    printf('%d.%02d', debit_minor / 100, debit_minor % 100) AS debits, balance_minor / 100.0 AS stated_balance
FROM gold.agg_account_ledger
ORDER BY account_id, currency
