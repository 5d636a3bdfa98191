-- model: agg_monthly_service
-- layer: gold
-- about: Complaints per month, branch of the customer, type, priority and origin.
-- inputs: gold.fct_complaints
-- optional: gold.customer_activity
-- key: month, branch_id, complaint_type, priority, origin
-- live: sum over gold.fct_complaints
-- column: month TEXT | empty: the source gives no business date
-- column: branch_id TEXT | empty: not known
-- column: complaint_type TEXT
-- column: priority TEXT
-- column: origin TEXT
-- column: events INTEGER | openings and closings
-- column: complaints INTEGER | opened in the month
-- column: open_complaints INTEGER | of these, still open
-- column: resolved INTEGER | of these, with both dates
-- column: resolution_days INTEGER | their sum
-- column: satisfaction_sum REAL | of those opened in the month
-- column: satisfaction_count INTEGER
-- column: closed_complaints INTEGER | closed in the month, whenever they were opened
-- column: closed_days INTEGER | days from opening to closing of these
-- column: closed_known INTEGER | of these, with both dates
-- column: closed_in_1 INTEGER | of these, after 1 day at most
-- column: closed_in_3 INTEGER | of these, after 3 days at most
-- column: closed_in_5 INTEGER | of these, after 5 days at most
-- column: closed_in_7 INTEGER | of these, after 7 days at most
-- column: closed_in_10 INTEGER | of these, after 10 days at most
-- column: closed_in_15 INTEGER | of these, after 15 days at most
-- column: closed_in_30 INTEGER | of these, after 30 days at most
-- column: closed_in_60 INTEGER | of these, after 60 days at most
SELECT month, branch_id, complaint_type, priority, origin, count(*), sum(opened), sum(is_open), sum(resolved), sum(days), sum(score), sum(scored), sum(closed), sum(closed_days),
    count(took), count(CASE WHEN took <= 1 THEN 1 END), count(CASE WHEN took <= 3 THEN 1 END), count(CASE WHEN took <= 5 THEN 1 END), count(CASE WHEN took <= 7 THEN 1 END),
    count(CASE WHEN took <= 10 THEN 1 END), count(CASE WHEN took <= 15 THEN 1 END), count(CASE WHEN took <= 30 THEN 1 END), count(CASE WHEN took <= 60 THEN 1 END)
FROM (
    SELECT coalesce(substr(c.opened_date, 1, 7), '') AS month, coalesce(v.branch_id, '') AS branch_id, coalesce(c.complaint_type, '') AS complaint_type,
        coalesce(c.priority, '') AS priority, coalesce(c.origin, '') AS origin, 1 AS opened, c.is_open, c.resolution_days IS NOT NULL AS resolved,
        coalesce(c.resolution_days, 0) AS days, coalesce(c.satisfaction_score, 0.0) AS score, c.satisfaction_score IS NOT NULL AS scored, 0 AS closed,
        0 AS closed_days, NULL AS took
    FROM gold.fct_complaints c
    LEFT JOIN gold.customer_activity v ON v.customer_key = c.customer_key
    WHERE c.opened_date IS NULL OR c.opened_date <= :as_of
    UNION ALL
    SELECT substr(c.closed_date, 1, 7), coalesce(v.branch_id, ''), coalesce(c.complaint_type, ''), coalesce(c.priority, ''), coalesce(c.origin, ''), 0, 0, 0, 0, 0.0,
        0, 1, coalesce(c.resolution_days, 0), c.resolution_days
    FROM gold.fct_complaints c
    LEFT JOIN gold.customer_activity v ON v.customer_key = c.customer_key
    WHERE c.closed_date <= :as_of AND (c.opened_date IS NULL OR c.opened_date <= :as_of)
)
GROUP BY 1, 2, 3, 4, 5
