-- model: stg_customer_record
-- layer: staging
-- about: One row per customer record of a source, with its values as they came.
-- optional: bronze.erp_customers, bronze.sf_contacts, bronze.sb_app_sessions, bronze.sb_app_events, bronze.gs_customer_notes, bronze.raw_crm_customers, bronze.core_customers, bronze.ledger_customers, bronze.cdc_customers
-- key: source_system, source_customer_id
-- column: source_system TEXT | erpnext, salesforce, supabase, google_sheets, crm, core, ledger, or the name of a source of change events
-- column: source_customer_id TEXT pii:id | the record's key in its source
-- column: raw_name TEXT pii:name
-- column: first_name TEXT pii:name | where the source splits names
-- column: last_name TEXT pii:name | where the source splits names
-- column: raw_email TEXT pii:email
-- column: raw_phone TEXT pii:phone
-- column: raw_birth_date TEXT pii:birth_date
-- column: gender TEXT pii:gender
-- column: raw_address TEXT pii:address
-- column: street TEXT pii:address
-- column: city TEXT pii:address
-- column: postcode TEXT pii:address
-- column: country TEXT
-- column: raw_branch TEXT
-- column: device_id TEXT pii:device
-- column: device_name TEXT pii:device
-- column: customer_type TEXT
-- column: customer_group TEXT
-- column: kyc_status TEXT
-- column: risk_rating TEXT
-- column: customer_since TEXT | NULL: no source gives it (creation is a load time)
-- column: created_at TEXT | load time, UTC
-- column: updated_at TEXT | source change time, UTC
-- column: file TEXT
-- column: line INTEGER
-- column: rows_seen INTEGER | rows of the source that are this record; app users: their sessions, or events where there are none
SELECT 'erpnext', clean(name), clean(customer_name), NULL, NULL, clean(email_id), clean(mobile_no), clean(date_of_birth), clean(gender),
    clean(address), NULL, NULL, NULL, NULL, clean(territory), NULL, NULL, clean(customer_type), clean(customer_group), clean(kyc_status),
    clean(risk_rating), NULL, to_timestamp(creation), to_timestamp(modified), _file, _line, 1
FROM bronze.erp_customers
WHERE clean(name) IS NOT NULL
UNION ALL
SELECT 'salesforce', clean(sf_contact_id), clean(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), clean(first_name), clean(last_name),
    clean(email), clean(phone), clean(birthdate), NULL,
    nullif(concat_ws(', ', clean(mailing_street), clean(mailing_city), clean(mailing_postal_code)), ''),
    clean(mailing_street), clean(mailing_city), clean(mailing_postal_code), NULL, after_label(description, 'Branch:'), NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, to_timestamp(created_date), to_timestamp(modified_date), _file, _line, 1
FROM bronze.sf_contacts
WHERE clean(sf_contact_id) IS NOT NULL
UNION ALL
SELECT 'supabase', user_key, NULL, NULL, NULL, mode(user_email), mode(user_phone), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    mode(device_id), mode(device_name), NULL, NULL, NULL, NULL, NULL, to_timestamp(min(session_start)), to_timestamp(max(session_start)), _file,
    min(_line), count(*)
FROM (
    SELECT coalesce(nullif(trim(user_id), ''), norm_id(user_email)) AS user_key, user_email, user_phone, device_id, device_name, session_start, _file, _line
    FROM bronze.sb_app_sessions
)
WHERE user_key IS NOT NULL
GROUP BY user_key
UNION ALL
SELECT 'supabase', user_key, NULL, NULL, NULL, mode(user_email), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, to_timestamp(min(event_timestamp)), to_timestamp(max(event_timestamp)), _file, min(_line), count(*)
FROM (
    SELECT coalesce(nullif(trim(user_id), ''), norm_id(user_email)) AS user_key, user_email, event_timestamp, _file, _line
    FROM bronze.sb_app_events
    WHERE coalesce(nullif(trim(user_id), ''), norm_id(user_email)) NOT IN (
        SELECT coalesce(nullif(trim(user_id), ''), norm_id(user_email)) FROM bronze.sb_app_sessions WHERE coalesce(nullif(trim(user_id), ''), norm_id(user_email)) IS NOT NULL
    )
)
GROUP BY user_key
UNION ALL
SELECT 'google_sheets', person_key, mode(customer_name), NULL, NULL, mode(customer_email), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    mode(branch_id), NULL, NULL, NULL, NULL, NULL, NULL, NULL, to_timestamp(min(note_date)), to_timestamp(max(note_date)), _file, min(_line), count(*)
FROM (
    SELECT note_key(customer_email, customer_name, branch_id) AS person_key, customer_name, customer_email, branch_id, note_date, _file, _line
    FROM bronze.gs_customer_notes
)
WHERE person_key IS NOT NULL
GROUP BY person_key
UNION ALL
SELECT 'crm', clean(client_id), clean(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), clean(first_name), clean(last_name), clean(email),
    clean(phone_number), clean(birth_date), clean(gender), nullif(concat_ws(', ', clean(address), clean(city), clean(country)), ''), clean(address),
    clean(city), NULL, clean(country), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, _file, _line, 1
FROM bronze.raw_crm_customers
WHERE clean(client_id) IS NOT NULL
UNION ALL
SELECT 'core', clean(customer_id), clean(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), clean(first_name), clean(last_name), clean(email),
    clean(phone_number), NULL, NULL, nullif(concat_ws(', ', clean(address), clean(city), clean(state), clean(postal_code)), ''), clean(address),
    clean(city), clean(postal_code), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, _file, _line, 1
FROM bronze.core_customers
WHERE clean(customer_id) IS NOT NULL
UNION ALL
SELECT 'ledger', clean(id), clean(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), clean(first_name), clean(last_name), clean(email),
    clean(phone), clean(date_of_birth), NULL, clean(address), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    to_timestamp(created_at), to_timestamp(updated_at), _file, _line, 1
FROM bronze.ledger_customers
WHERE clean(id) IS NOT NULL
UNION ALL
SELECT _source_system, clean(id), clean(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), clean(first_name), clean(last_name), clean(email),
    clean(phone), clean(date_of_birth), NULL, clean(address), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    to_timestamp(created_at), to_timestamp(updated_at), _file, _line, 1
FROM bronze.cdc_customers
WHERE clean(id) IS NOT NULL
