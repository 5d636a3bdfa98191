-- model: monthly_account_balances
-- layer: gold
-- about: Balance at the end of each month (of the as-of date in the last one), per account type, branch, currency and segment that the holder has on the as-of date.
-- inputs: gold.fct_daily_balances, gold.dim_account, gold.dim_date
-- optional: gold.customer_360
-- key: month, account_type, branch_id, currency, risk_tier, customer_segment, tenure_segment
-- column: month TEXT | 2025-12
-- column: account_type TEXT
-- column: branch_id TEXT | empty: not known
-- column: currency TEXT
-- column: risk_tier TEXT | empty: the holder is not known
-- column: customer_segment TEXT
-- column: tenure_segment TEXT
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
        coalesce(a.branch_id, '') AS branch_id, coalesce(s.currency, '') AS currency, coalesce(c.risk_tier, '') AS risk_tier,
        CASE WHEN c.customer_key IS NOT NULL THEN coalesce(c.customer_segment, 'no transactions') ELSE '' END AS customer_segment,
        CASE WHEN c.customer_key IS NOT NULL THEN coalesce(c.tenure_segment, 'not known') ELSE '' END AS tenure_segment,
        sum(s.change_minor) AS change_minor, sum(s.is_first) AS opened
    FROM step s
    JOIN gold.dim_account a ON a.account_id = s.account_id
    LEFT JOIN gold.customer_360 c ON c.customer_key = a.customer_key
    GROUP BY 1, 2, 3, 4, 5, 6, 7
),
spine AS (
    SELECT m.month, g.account_type, g.branch_id, g.currency, g.risk_tier, g.customer_segment, g.tenure_segment
    FROM (SELECT DISTINCT year_month AS month FROM gold.dim_date WHERE date <= :as_of) m
    JOIN (
        SELECT account_type, branch_id, currency, risk_tier, customer_segment, tenure_segment, min(month) AS since FROM change GROUP BY 1, 2, 3, 4, 5, 6
    ) g ON m.month >= g.since
)
SELECT month, account_type, branch_id, currency, risk_tier, customer_segment, tenure_segment, sum(coalesce(c.opened, 0)) OVER running,
    sum(coalesce(c.change_minor, 0)) OVER running
FROM spine
LEFT JOIN change c USING (month, account_type, branch_id, currency, risk_tier, customer_segment, tenure_segment)
WINDOW running AS (PARTITION BY account_type, branch_id, currency, risk_tier, customer_segment, tenure_segment ORDER BY month)
ORDER BY 1, 2, 3, 4, 5, 6, 7
