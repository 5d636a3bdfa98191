-- model: customer_signal
-- layer: gold
-- about: Early warnings: one row per customer and signal; the rows that speak for it stand in customer_signal_evidence.
-- inputs: gold.customer_signal_evidence, gold.customer_360
-- key: customer_key, signal
-- index: signal
-- column: customer_key TEXT
-- column: signal TEXT
-- column: full_name TEXT pii:name
-- column: branch_id TEXT | empty: not known
-- column: risk_tier TEXT
-- column: customer_segment TEXT
-- column: evidence_rows INTEGER
-- column: newest_evidence_date TEXT
-- column: evidence TEXT | the newest row, in words
-- column: is_pending INTEGER | 1: an item about this identity waits in Review
SELECT e.customer_key, e.signal, c.full_name, coalesce(c.branch_id, ''), c.risk_tier, coalesce(c.customer_segment, 'no transactions'), e.evidence_rows, e.newest,
    e.evidence, c.is_pending
FROM (
    SELECT customer_key, signal, count(*) AS evidence_rows, max(evidence_date) AS newest, max(CASE WHEN place = 1 THEN evidence END) AS evidence
    FROM (
        SELECT *, row_number() OVER (PARTITION BY customer_key, signal ORDER BY evidence_date DESC, evidence_key) AS place
        FROM gold.customer_signal_evidence
    )
    GROUP BY 1, 2
) e
JOIN gold.customer_360 c ON c.customer_key = e.customer_key
