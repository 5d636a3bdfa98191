-- model: agg_investments
-- layer: gold
-- about: Investments per kind, state, branch of the customer and currency.
-- inputs: gold.fct_investments
-- optional: gold.customer_activity
-- key: investment_type, status, branch_id, currency
-- column: investment_type TEXT
-- column: status TEXT
-- column: branch_id TEXT | empty: not known
-- column: currency TEXT
-- column: investments INTEGER
-- column: amount_minor INTEGER | scale 2
-- column: return_minor INTEGER | scale 2
SELECT coalesce(i.investment_type, ''), coalesce(i.status, ''), coalesce(v.branch_id, ''), coalesce(i.currency, ''), count(*), coalesce(sum(i.amount_minor), 0),
    coalesce(sum(i.return_minor), 0)
FROM gold.fct_investments i
LEFT JOIN gold.customer_activity v ON v.customer_key = i.customer_key
GROUP BY 1, 2, 3, 4
