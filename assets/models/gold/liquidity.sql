-- model: liquidity
-- layer: gold
-- about: Deposits at the end of each month and what flowed in and out of them, per currency. Not a regulatory LCR: no weights, no high-quality assets.
-- inputs: gold.monthly_account_balances
-- optional: gold.dashboard_daily_metrics
-- key: month, currency
-- column: month TEXT
-- column: currency TEXT | empty: the source names none
-- column: accounts INTEGER | opened until then
-- column: deposits_minor INTEGER | scale 2, at the end of the month
-- column: inflow_minor INTEGER | scale 2, posted credits
-- column: outflow_minor INTEGER | scale 2, posted debits
-- column: net_flow_minor INTEGER | scale 2
-- column: outflow_share REAL | of the deposits at the end of the month before; NULL: there were none
SELECT month, currency, accounts, deposits_minor, inflow_minor, outflow_minor, inflow_minor - outflow_minor,
    round(outflow_minor * 1.0 / nullif(max(lag(deposits_minor) OVER (PARTITION BY currency ORDER BY month), 0), 0), 6)
FROM (
    SELECT b.month, b.currency, b.accounts, b.deposits_minor, coalesce(f.inflow_minor, 0) AS inflow_minor, coalesce(f.outflow_minor, 0) AS outflow_minor
    FROM (
        SELECT month, currency, sum(accounts) AS accounts, coalesce(sum(balance_minor), 0) AS deposits_minor
        FROM gold.monthly_account_balances
        GROUP BY 1, 2
    ) b
    LEFT JOIN (
        SELECT substr(date, 1, 7) AS month, currency, sum(credit_minor) AS inflow_minor, sum(debit_minor) AS outflow_minor
        FROM gold.dashboard_daily_metrics
        GROUP BY 1, 2
    ) f ON f.month = b.month AND f.currency = b.currency
)
