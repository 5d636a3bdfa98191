-- model: agg_customer_accounts
-- layer: gold
-- about: Accounts and balances of a customer, now and one, two and three months ago.
-- inputs: gold.dim_account
-- optional: gold.fct_daily_balances, silver.dim_rate
-- key: customer_key
-- live: customer_key of gold.dim_account
-- column: customer_key TEXT
-- column: total_accounts INTEGER
-- column: open_accounts INTEGER
-- column: account_types INTEGER
-- column: currencies INTEGER
-- column: currency TEXT | NULL: several, and no rates of the user's lead to one
-- column: total_balance_minor INTEGER | scale 2; NULL: several currencies, and no rates of the user's lead to one
-- column: is_converted INTEGER | 1: several currencies, added up by the user's rates
-- column: balance_30d_ago_minor INTEGER | scale 2; NULL: several currencies
-- column: balance_60d_ago_minor INTEGER | scale 2; NULL: several currencies
-- column: balance_90d_ago_minor INTEGER | scale 2; NULL: several currencies
-- column: balance_trend_90d REAL | change over 90 days as a share of the balance then; NULL: there was none
-- column: first_opened_date TEXT
WITH target AS (SELECT max(to_currency) AS currency FROM silver.dim_rate HAVING count(DISTINCT to_currency) = 1),
-- Reckoned once per account: SQLite would put each of these subqueries in the place of every name that stands for it.
account AS MATERIALIZED (
    SELECT a.*, coalesce(CASE WHEN a.currency = (SELECT currency FROM target) THEN 1 END,
            (SELECT rate FROM silver.dim_rate r WHERE r.from_currency = a.currency AND r.to_currency = (SELECT currency FROM target))) AS rate,
        (SELECT b.balance_minor FROM gold.fct_daily_balances b WHERE b.account_id = a.account_id AND b.currency IS a.currency AND b.balance_date <= :as_of
            ORDER BY b.balance_date DESC, b.part DESC LIMIT 1) AS now_minor,
        coalesce((SELECT b.balance_minor FROM gold.fct_daily_balances b WHERE b.account_id = a.account_id
            AND b.currency IS a.currency AND b.balance_date <= date(:as_of, '-30 days') ORDER BY b.balance_date DESC, b.part DESC LIMIT 1), 0) AS d30,
        coalesce((SELECT b.balance_minor FROM gold.fct_daily_balances b WHERE b.account_id = a.account_id
            AND b.currency IS a.currency AND b.balance_date <= date(:as_of, '-60 days') ORDER BY b.balance_date DESC, b.part DESC LIMIT 1), 0) AS d60,
        coalesce((SELECT b.balance_minor FROM gold.fct_daily_balances b WHERE b.account_id = a.account_id
            AND b.currency IS a.currency AND b.balance_date <= date(:as_of, '-90 days') ORDER BY b.balance_date DESC, b.part DESC LIMIT 1), 0) AS d90,
        EXISTS (SELECT 1 FROM gold.fct_daily_balances b WHERE b.account_id = a.account_id AND b.currency IS a.currency) AS has_history
    FROM gold.dim_account a
    WHERE a.customer_key IS NOT NULL
)
SELECT customer_key, count(*), sum(is_open), count(DISTINCT account_type), count(DISTINCT coalesce(currency, '')),
    CASE WHEN count(DISTINCT coalesce(currency, '')) = 1 THEN max(currency) WHEN count(rate) = count(*) THEN (SELECT currency FROM target) END,
    CASE WHEN count(DISTINCT coalesce(currency, '')) = 1 THEN sum(balance_minor)
        WHEN count(rate) = count(*) THEN CAST(sum(round(balance_minor * rate)) AS INTEGER) END,
    count(DISTINCT coalesce(currency, '')) > 1 AND count(rate) = count(*),
    CASE WHEN count(DISTINCT coalesce(currency, '')) = 1 AND min(has_history) THEN sum(d30) END,
    CASE WHEN count(DISTINCT coalesce(currency, '')) = 1 AND min(has_history) THEN sum(d60) END,
    CASE WHEN count(DISTINCT coalesce(currency, '')) = 1 AND min(has_history) THEN sum(d90) END,
    CASE WHEN count(DISTINCT coalesce(currency, '')) = 1 AND min(has_history) AND sum(d90) > 0
        THEN round((sum(coalesce(now_minor, balance_minor)) - sum(d90)) * 1.0 / sum(d90), 6) END,
    min(opened_date)
FROM account
GROUP BY customer_key
