-- model: customer_balance
-- layer: gold
-- about: What a customer holds, per currency; currencies are never added up.
-- inputs: gold.dim_account
-- key: customer_key, currency
-- live: customer_key of gold.dim_account
-- column: customer_key TEXT
-- column: currency TEXT | empty: the source names none
-- column: accounts INTEGER
-- column: open_accounts INTEGER
-- column: balance_minor INTEGER | scale 2; NULL: the source states no balance
SELECT customer_key, coalesce(currency, ''), count(*), sum(is_open), sum(balance_minor)
FROM gold.dim_account
WHERE customer_key IS NOT NULL
GROUP BY 1, 2
