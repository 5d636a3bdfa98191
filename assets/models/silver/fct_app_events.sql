-- model: fct_app_events
-- layer: silver
-- about: One row per event in the app, in the order of the export.
-- inputs: bronze.sb_app_events, silver.bridge_customer_ids
-- column: event_id TEXT
-- column: session_id TEXT
-- column: customer_key TEXT
-- column: event_type TEXT
-- column: event_at TEXT | UTC
SELECT e.id, e.session_id, b.customer_key, e.event_type, to_timestamp(e.event_timestamp)
FROM bronze.sb_app_events e
LEFT JOIN silver.bridge_customer_ids b
    ON b.source_system = 'supabase' AND b.source_customer_id = coalesce(nullif(trim(e.user_id), ''), norm_id(e.user_email))
