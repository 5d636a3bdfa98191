-- model: fct_daily_balances
-- layer: silver
-- about: Balance of an account at the end of each day on which it changed, and the one that it opened with.
-- inputs: silver.dim_account
-- optional: silver.fct_transactions
-- key: account_id, balance_date
-- column: account_id TEXT
-- column: balance_date TEXT
-- column: customer_key TEXT
-- column: currency TEXT
-- column: balance_minor INTEGER | scale 2
-- column: transactions INTEGER | of that day; 0 on the opening row
WITH day AS (
    -- Pending transactions count: the ERP has taken them off its balance. The bare columns are those of the day's last transaction: SQLite takes them from the row that holds the max.
    SELECT account_id, transaction_date, balance_after_minor, count(*) AS transactions, max(transaction_at || transaction_id)
    FROM silver.fct_transactions
    WHERE account_id IS NOT NULL AND transaction_date IS NOT NULL AND balance_after_minor IS NOT NULL
    GROUP BY account_id, transaction_date
),
first AS (
    SELECT account_id, transaction_date,
        balance_after_minor - CASE direction WHEN 'credit' THEN amount_minor WHEN 'debit' THEN -amount_minor ELSE 0 END AS balance_minor,
        min(transaction_at || transaction_id)
    FROM silver.fct_transactions
    WHERE account_id IS NOT NULL AND transaction_date IS NOT NULL AND balance_after_minor IS NOT NULL
    GROUP BY account_id
)
SELECT a.account_id, d.transaction_date, a.customer_key, a.currency, d.balance_after_minor, d.transactions
FROM day d
JOIN silver.dim_account a ON a.account_id = d.account_id
UNION ALL
SELECT a.account_id, coalesce(CASE WHEN a.opened_date < f.transaction_date OR f.account_id IS NULL THEN a.opened_date END, date(f.transaction_date, '-1 day')),
    a.customer_key, a.currency, CASE WHEN f.account_id IS NULL THEN a.balance_minor ELSE f.balance_minor END, 0
FROM silver.dim_account a
LEFT JOIN first f ON f.account_id = a.account_id
WHERE coalesce(a.opened_date, f.transaction_date) IS NOT NULL
ORDER BY 1, 2
