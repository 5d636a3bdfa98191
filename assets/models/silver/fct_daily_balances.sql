-- model: fct_daily_balances
-- layer: silver
-- about: Balance of an account at the end of each day on which it changed, and the one that it opened with; or as a source states it, per day and currency.
-- any: silver.dim_account, bronze.core_daily_balances
-- optional: silver.fct_transactions, bronze.core_dates, bronze.core_currencies
-- key: account_id, balance_date, currency, part
-- live: account_id of silver.dim_account, silver.fct_transactions
-- column: account_id TEXT
-- column: balance_date TEXT
-- column: customer_key TEXT
-- column: currency TEXT
-- column: part INTEGER | 1; where a source states a day several times, 2 and on: the highest is its last word
-- column: opening_minor INTEGER | scale 2, as a source states it; NULL: no source
-- column: balance_minor INTEGER | scale 2
-- column: average_milli INTEGER | scale 3, as a source states it; NULL: no source
-- column: transactions INTEGER | of that day; 0 on the opening row; NULL: no source
WITH day AS (
    -- Pending transactions count: the ERP has taken them off its balance. The bare columns are those of the day's last transaction: SQLite takes them from the row that holds the max.
    -- Set to the right, numbers of one shape stand in their order.
    SELECT account_id, transaction_date, balance_after_minor, count(*) AS transactions, max(transaction_at || printf('%24s', transaction_id))
    FROM silver.fct_transactions
    WHERE account_id IS NOT NULL AND transaction_date IS NOT NULL AND balance_after_minor IS NOT NULL
    GROUP BY account_id, transaction_date
),
first AS (
    SELECT account_id, transaction_date,
        balance_after_minor - CASE direction WHEN 'credit' THEN amount_minor WHEN 'debit' THEN -amount_minor ELSE 0 END AS balance_minor,
        min(transaction_at || printf('%24s', transaction_id))
    FROM silver.fct_transactions
    WHERE account_id IS NOT NULL AND transaction_date IS NOT NULL AND balance_after_minor IS NOT NULL
    GROUP BY account_id
)
SELECT a.account_id, d.transaction_date, a.customer_key, a.currency, 1, NULL, d.balance_after_minor, NULL, d.transactions
FROM day d
JOIN silver.dim_account a ON a.account_id = d.account_id
UNION ALL
SELECT a.account_id, coalesce(CASE WHEN a.opened_date < f.transaction_date OR f.account_id IS NULL THEN a.opened_date END, date(f.transaction_date, '-1 day')),
    a.customer_key, a.currency, 1, NULL, CASE WHEN f.account_id IS NULL THEN a.balance_minor ELSE f.balance_minor END, NULL, 0
FROM silver.dim_account a
LEFT JOIN first f ON f.account_id = a.account_id
WHERE coalesce(a.opened_date, f.transaction_date) IS NOT NULL AND (f.account_id IS NOT NULL OR a.balance_minor IS NOT NULL)
UNION ALL
SELECT 'core:' || clean(c.account_id), to_date(d.date), a.customer_key, upper(clean(u.currency_code)),
    row_number() OVER (PARTITION BY c.account_id, c.date_id, c.currency_id ORDER BY to_int(c.balance_id)), to_minor(c.opening_balance, 2),
    to_minor(c.closing_balance, 2), to_minor(c.average_balance, 3), NULL
FROM bronze.core_daily_balances c
LEFT JOIN bronze.core_dates d ON d.date_id = c.date_id
LEFT JOIN bronze.core_currencies u ON u.currency_id = c.currency_id
LEFT JOIN silver.dim_account a ON a.account_id = 'core:' || clean(c.account_id)
ORDER BY 1, 2
