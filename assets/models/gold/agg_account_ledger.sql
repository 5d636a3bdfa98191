-- model: agg_account_ledger
-- layer: gold
-- about: What the entries of the ledger say of each account, beside the balance that the account states.
-- inputs: silver.fct_ledger_entries
-- optional: gold.dim_account
-- key: account_id, currency
-- column: account_id TEXT | empty: the outside world
-- column: currency TEXT | empty: not known
-- column: entries INTEGER
-- column: credit_minor INTEGER | scale 2
-- column: debit_minor INTEGER | scale 2
-- column: balance_minor INTEGER | scale 2, as the account states it; NULL: it states none
SELECT e.account_id, e.currency, e.entries, e.credit_minor, e.debit_minor, CASE WHEN coalesce(a.currency, '') = e.currency THEN a.balance_minor END
FROM (
    SELECT coalesce(account_id, '') AS account_id, coalesce(currency, '') AS currency, count(*) AS entries,
        sum(CASE entry_type WHEN 'credit' THEN coalesce(amount_minor, 0) ELSE 0 END) AS credit_minor,
        sum(CASE entry_type WHEN 'debit' THEN coalesce(amount_minor, 0) ELSE 0 END) AS debit_minor
    FROM silver.fct_ledger_entries
    GROUP BY 1, 2
) e
LEFT JOIN gold.dim_account a ON a.account_id = e.account_id
