-- model: fct_app_sessions
-- layer: silver
-- about: One row per session in the app, by id: its key is then written in order.
-- inputs: bronze.sb_app_sessions, silver.bridge_customer_ids
-- key: session_id
-- index: customer_key, started_at
-- column: session_id TEXT
-- column: customer_key TEXT
-- column: started_at TEXT | UTC
-- column: ended_at TEXT | UTC
-- column: seconds INTEGER | 0 where the end lies before the start
-- column: platform TEXT
-- column: device_type TEXT
-- column: app_version TEXT
SELECT clean(s.id), b.customer_key, to_timestamp(s.session_start), to_timestamp(s.session_end),
    max(coalesce(seconds_between(s.session_start, s.session_end), 0), 0), clean(s.platform), clean(s.device_type), clean(s.app_version)
FROM bronze.sb_app_sessions s
LEFT JOIN silver.bridge_customer_ids b
    ON b.source_system = 'supabase' AND b.source_customer_id = coalesce(nullif(trim(s.user_id), ''), norm_id(s.user_email))
ORDER BY clean(s.id)
