-- model: customer_history
-- layer: silver
-- kind: snapshot
-- about: Every version of every customer record of a source, and when it held. As of a day: valid_from <= day AND (valid_to IS NULL OR valid_to > day).
-- any: bronze.erp_customers_all, bronze.sf_contacts_all, bronze.raw_crm_customers_all, bronze.core_customers_all, bronze.ledger_customers_all, bronze.cdc_customers_all
-- optional: silver.bridge_customer_ids
-- key: source_system, source_customer_id
-- strategy: timestamp
-- deletes: invalidate
-- index: customer_key
-- column: source_system TEXT
-- column: source_customer_id TEXT pii:id
-- column: customer_key TEXT | the customer that the record is now
-- column: full_name TEXT pii:name
-- column: email TEXT pii:email
-- column: phone TEXT pii:phone
-- column: birth_date TEXT pii:birth_date | as the source writes it
-- column: gender TEXT pii:gender
-- column: address TEXT pii:address
-- column: city TEXT pii:address
-- column: postcode TEXT pii:address
-- column: country TEXT
-- column: branch TEXT | as the source writes it
-- column: customer_type TEXT
-- column: customer_group TEXT
-- column: kyc_status TEXT
-- column: risk_rating TEXT
-- column: status TEXT
SELECT s.state_no, s.state_at, s.scope, s.lane, s.changed_at, s.source_system, s.source_customer_id, b.customer_key, full_name, email, phone, birth_date,
    gender, address, city, postcode, country, branch, customer_type, customer_group, kyc_status, risk_rating, status
FROM (
    SELECT _batch_id AS state_no, _ingested_at AS state_at, 'whole' AS scope, _source_system || ' erp_customers' AS lane, to_timestamp(modified) AS changed_at,
        'erpnext' AS source_system, clean(name) AS source_customer_id, clean(customer_name) AS full_name, clean(email_id) AS email,
        clean(mobile_no) AS phone, clean(date_of_birth) AS birth_date, clean(gender) AS gender, clean(address) AS address, NULL AS city, NULL AS postcode,
        NULL AS country, clean(territory) AS branch, clean(customer_type) AS customer_type, clean(customer_group) AS customer_group,
        clean(kyc_status) AS kyc_status, clean(risk_rating) AS risk_rating, NULL AS status
    FROM bronze.erp_customers_all
    UNION ALL
    SELECT _batch_id, _ingested_at, 'whole', _source_system || ' sf_contacts', to_timestamp(modified_date), 'salesforce', clean(sf_contact_id),
        clean(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), clean(email), clean(phone), clean(birthdate), NULL, clean(mailing_street),
        clean(mailing_city), clean(mailing_postal_code), NULL, after_label(description, 'Branch:'), NULL, NULL, NULL, NULL, NULL
    FROM bronze.sf_contacts_all
    UNION ALL
    SELECT _batch_id, _ingested_at, 'whole', _source_system || ' raw_crm_customers', NULL, 'crm', clean(client_id),
        clean(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), clean(email), clean(phone_number), clean(birth_date), clean(gender), clean(address),
        clean(city), NULL, clean(country), NULL, NULL, NULL, NULL, NULL, NULL
    FROM bronze.raw_crm_customers_all
    UNION ALL
    SELECT _batch_id, _ingested_at, 'whole', _source_system || ' core_customers', NULL, 'core', clean(customer_id),
        clean(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), clean(email), clean(phone_number), NULL, NULL, clean(address), clean(city),
        clean(postal_code), NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM bronze.core_customers_all
    UNION ALL
    SELECT _batch_id, _ingested_at, 'part', _source_system || ' ledger_customers', to_timestamp(updated_at), 'ledger', clean(id),
        clean(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), clean(email), clean(phone), clean(date_of_birth), NULL, clean(address), NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, clean(status)
    FROM bronze.ledger_customers_all
    UNION ALL
    SELECT row_number() OVER (ORDER BY _source_system, _position, _partition, CAST(_offset AS INTEGER), CAST(_ts_ms AS INTEGER), _ingested_at, _line),
        coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', CAST(coalesce(_source_ts_ms, _ts_ms) AS INTEGER) / 1000.0, 'unixepoch'), _ingested_at), CASE _op WHEN 'd' THEN 'gone' ELSE 'part' END,
        _source_system || ' cdc_customers', NULL, _source_system, clean(id), clean(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), clean(email),
        clean(phone), clean(date_of_birth), NULL, clean(address), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, clean(status)
    FROM bronze.cdc_customers_all
) s
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = s.source_system AND b.source_customer_id = s.source_customer_id
WHERE s.source_customer_id IS NOT NULL
