-- query: loan_approval_by_currency
-- about: Share of applications that were approved, per kind of loan; pending ones count as not approved. Per currency.
SELECT d.loan_type, coalesce(l.currency, '') AS currency, count(*) AS applications, coalesce(sum(l.is_approved), 0) AS approved,
    round(coalesce(sum(l.is_approved), 0) * 100.0 / count(*), 2) AS approval_percent,
    round(sum(CASE WHEN l.is_approved THEN l.amount_minor END) / 100.0, 2) AS approved_amount
FROM gold.fact_loan l
LEFT JOIN gold.dim_loan d ON d.loan_id = l.loan_id
GROUP BY 1, 2
ORDER BY 2, 5 DESC
