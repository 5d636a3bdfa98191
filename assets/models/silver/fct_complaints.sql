-- model: fct_complaints
-- layer: silver
-- about: One row per service case.
-- inputs: bronze.sf_cases, silver.bridge_customer_ids
-- key: case_id
-- live: rows of bronze.sf_cases
-- index: customer_key, opened_date
-- column: case_id TEXT
-- column: customer_key TEXT
-- column: opened_date TEXT | business date: opened_date, else "Created:" in the description; NULL: no source (created_date is a load time)
-- column: closed_date TEXT | business date; NULL while open, or where the source has only a load time
-- column: resolution_days INTEGER
-- column: status TEXT
-- column: is_open INTEGER
-- column: priority TEXT
-- column: complaint_type TEXT
-- column: origin TEXT
-- column: subject TEXT pii:note
-- column: satisfaction_score REAL
-- column: recorded_at TEXT | load time, UTC
SELECT case_id, customer_key, opened_date, closed_date,
    CASE WHEN closed_date >= opened_date THEN CAST(julianday(closed_date) - julianday(opened_date) AS INTEGER) END,
    status, is_open, priority, type, origin, subject, satisfaction_score, recorded_at
FROM (
    SELECT clean(c.sf_case_id) AS case_id, b.customer_key,
        coalesce(to_date(c.opened_date), to_date(after_label(c.description, 'Created:'))) AS opened_date,
        -- A case that is closed in the second it was created was loaded, not closed, at that time.
        CASE WHEN c.closed_date IS NOT c.created_date AND clean(c.closed_date) IS NOT NULL
            AND (clean(c.opened_date) IS NOT NULL OR after_label(c.description, 'Created:') IS NULL) THEN to_date(c.closed_date) END AS closed_date,
        clean(c.status) AS status, coalesce(lower(clean(c.status)), '') NOT IN ('closed', 'resolved', 'solved', 'cancelled') AS is_open,
        clean(c.priority) AS priority, clean(c.type) AS type, clean(c.origin) AS origin, clean(c.subject) AS subject,
        to_real(c.satisfaction_score) AS satisfaction_score, to_timestamp(c.created_date) AS recorded_at
    FROM bronze.sf_cases c
    LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'salesforce' AND b.source_customer_id = clean(c.sf_contact_id)
)
