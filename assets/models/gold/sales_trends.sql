-- model: sales_trends
-- layer: gold
-- about: Invoices per month, branch and currency, beside the month before.
-- inputs: gold.fact_sales
-- key: month, branch_id, currency
-- column: month TEXT
-- column: branch_id TEXT | empty: not known
-- column: currency TEXT | empty: the source names none
-- column: invoices INTEGER
-- column: amount_minor INTEGER | scale 2
-- column: amount_month_before_minor INTEGER | scale 2; NULL: no invoices then
SELECT month, branch_id, currency, invoices, amount_minor,
    CASE WHEN lag(month) OVER one = substr(date(month || '-01', '-1 month'), 1, 7) THEN lag(amount_minor) OVER one END
FROM (
    SELECT substr(posting_date, 1, 7) AS month, coalesce(branch_id, '') AS branch_id, coalesce(currency, '') AS currency, count(*) AS invoices,
        coalesce(sum(amount_minor), 0) AS amount_minor
    FROM gold.fact_sales
    WHERE posting_date <= :as_of
    GROUP BY 1, 2, 3
)
WINDOW one AS (PARTITION BY branch_id, currency ORDER BY month)
ORDER BY 1, 2, 3
