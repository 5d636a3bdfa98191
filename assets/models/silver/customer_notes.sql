-- model: customer_notes
-- layer: silver
-- about: One row per note that a branch wrote about a customer.
-- inputs: bronze.gs_customer_notes, silver.bridge_customer_ids
-- optional: silver.branch_alias
-- key: note_id
-- index: customer_key, note_date
-- column: note_id TEXT
-- column: customer_key TEXT
-- column: branch_id TEXT
-- column: note_date TEXT | business date
-- column: note_type TEXT | positive, neutral, warning, negative
-- column: note_text TEXT pii:note
-- column: created_by TEXT pii:name
SELECT clean(n.note_id), b.customer_key, x.branch_id, to_date(n.note_date), lower(clean(n.note_type)), clean(n.note_text), clean(n.created_by)
FROM bronze.gs_customer_notes n
LEFT JOIN silver.bridge_customer_ids b
    ON b.source_system = 'google_sheets' AND b.source_customer_id = note_key(n.customer_email, n.customer_name, n.branch_id)
LEFT JOIN silver.branch_alias x ON x.branch_raw = clean(n.branch_id)
