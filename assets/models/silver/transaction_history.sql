-- model: transaction_history
-- layer: silver
-- kind: snapshot
-- about: Every version of every transaction that change events tell of: what was created, changed and deleted at the source, in the order of its log.
-- inputs: bronze.cdc_transactions_all
-- key: transaction_id
-- strategy: check
-- deletes: new_record
-- column: transaction_id TEXT
-- column: account_id TEXT
-- column: amount_minor INTEGER | scale 2
-- column: created_at TEXT | UTC, as the source says
SELECT row_number() OVER (ORDER BY _source_system, _position, _partition, CAST(_offset AS INTEGER), CAST(_ts_ms AS INTEGER), _ingested_at, _line),
    coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', CAST(coalesce(_source_ts_ms, _ts_ms) AS INTEGER) / 1000.0, 'unixepoch'), _ingested_at), CASE _op WHEN 'd' THEN 'gone' ELSE 'part' END,
    _source_system, NULL, _source_system || ':' || clean(id), _source_system || ':' || clean(account_id), to_minor(amount, 2), to_timestamp(created_at)
FROM bronze.cdc_transactions_all
WHERE clean(id) IS NOT NULL
