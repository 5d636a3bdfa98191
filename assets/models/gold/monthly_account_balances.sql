-- model: monthly_account_balances
-- layer: gold
-- about: Balance at the end of each month (of the as-of date in the last one), per account type, branch and currency.
-- inputs: gold.fct_daily_balances, gold.dim_account, gold.dim_date
-- key: month, account_type, branch_id, currency
-- column: month TEXT | 2025-12
-- column: account_type TEXT
-- column: branch_id TEXT | empty: not known
-- column: currency TEXT
-- column: accounts INTEGER | opened until then
-- column: balance_minor INTEGER | scale 2
WITH step AS (
    SELECT account_id, balance_date, balance_minor - lag(balance_minor, 1, 0) OVER one AS change_minor, currency,
        row_number() OVER one = 1 AS is_first
    FROM gold.fct_daily_balances
    WHERE balance_date <= :as_of
    WINDOW one AS (PARTITION BY account_id, currency ORDER BY balance_date, part)
),
change AS (
    SELECT max(substr(s.balance_date, 1, 7), (SELECT min(year_month) FROM gold.dim_date)) AS month, coalesce(a.account_type, '') AS account_type,
        coalesce(a.branch_id, '') AS branch_id, coalesce(s.currency, '') AS currency, sum(s.change_minor) AS change_minor, sum(s.is_first) AS opened
    FROM step s
    JOIN gold.dim_account a ON a.account_id = s.account_id
    GROUP BY 1, 2, 3, 4
),
spine AS (
    SELECT m.month, g.account_type, g.branch_id, g.currency
    FROM (SELECT DISTINCT year_month AS month FROM gold.dim_date WHERE date <= :as_of) m
    JOIN (SELECT account_type, branch_id, currency, min(month) AS since FROM change GROUP BY 1, 2, 3) g ON m.month >= g.since
)
SELECT month, account_type, branch_id, currency, sum(coalesce(c.opened, 0)) OVER running, sum(coalesce(c.change_minor, 0)) OVER running
FROM spine
LEFT JOIN change c USING (month, account_type, branch_id, currency)
WINDOW running AS (PARTITION BY account_type, branch_id, currency ORDER BY month)
ORDER BY 1, 2, 3, 4
