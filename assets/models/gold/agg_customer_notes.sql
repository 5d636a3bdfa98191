-- model: agg_customer_notes
-- layer: gold
-- about: Notes of the branches about a customer.
-- inputs: silver.customer_notes
-- key: customer_key
-- live: customer_key of silver.customer_notes
-- column: customer_key TEXT
-- column: notes INTEGER
-- column: negative_notes_last_90_days INTEGER
-- column: warning_notes_last_90_days INTEGER
-- column: first_note_date TEXT
-- column: last_note_date TEXT
-- column: last_note_type TEXT
-- column: last_note_text TEXT pii:note
WITH note AS (
    SELECT *, row_number() OVER (PARTITION BY customer_key ORDER BY note_date DESC, note_id DESC) AS place
    FROM silver.customer_notes
    WHERE customer_key IS NOT NULL AND (note_date IS NULL OR note_date <= :as_of)
)
SELECT customer_key, count(*), count(CASE WHEN note_type = 'negative' AND note_date > date(:as_of, '-90 days') THEN 1 END),
    count(CASE WHEN note_type = 'warning' AND note_date > date(:as_of, '-90 days') THEN 1 END), min(note_date), max(note_date),
    max(CASE WHEN place = 1 THEN note_type END), max(CASE WHEN place = 1 THEN note_text END)
FROM note
GROUP BY customer_key
