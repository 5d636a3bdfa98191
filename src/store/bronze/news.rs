//! What batches bring, as the current view shows it once they count. Flow: batches of a table -> their keys -> the newest row of each key.
//!
//! The cost is that of the batches, not of the table: a delta's newest rows are those of its newest batch, and an event's key is found by index.

use rusqlite::{Connection, OptionalExtension};

use super::schema::quoted;
use super::views::{by_key_sql, id_list};
use crate::ingest::Load;
use crate::ingest::events::EVENT_COLUMNS;

/// A loaded batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedBatch {
    pub id: i64,
    pub table: String,
    /// It replaces its whole table.
    pub is_snapshot: bool,
    /// Rows of quarantine that were mended: they belong to an earlier batch.
    pub completes: Option<i64>,
}

/// Every loaded batch behind a number, in order. `conn` has bronze attached as `bronze`.
pub fn loaded_since(conn: &Connection, batch: i64) -> rusqlite::Result<Vec<LoadedBatch>> {
    let mut rows = conn.prepare(
        "SELECT batch_id, table_name, load, of_batch FROM bronze.batch
         WHERE batch_id > ?1 AND status = 'loaded' AND table_name IS NOT NULL ORDER BY batch_id",
    )?;
    let found = rows.query_map([batch], |row| {
        let load = row.get::<_, Option<String>>(2)?.and_then(|load| Load::from_name(&load)).unwrap_or(Load::Snapshot);
        Ok(LoadedBatch { id: row.get(0)?, table: row.get(1)?, is_snapshot: load == Load::Snapshot, completes: row.get(3)? })
    })?;
    found.collect()
}

/// Makes `temp.<into>`: for every key that the batches of a table name, the row that the current view shows now, with the columns of
/// the view. A key that the source deleted has its last row there, with 1 in `_gone`. Batches newer than these must be among them.
pub fn write_news(conn: &Connection, table: &str, batches: &[i64], into: &str) -> rusqlite::Result<()> {
    let known: Option<(String, String)> = conn
        .query_row("SELECT load, key_columns FROM bronze.source_table WHERE table_name = ?1 LIMIT 1", [table], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (load, keys) = known.unwrap_or_default();
    let keys: Vec<String> = serde_json::from_str(&keys).unwrap_or_default();
    let all = quoted(&format!("{table}_all"));
    conn.execute_batch(&format!("DROP TABLE IF EXISTS temp.{into}"))?;
    if Load::from_name(&load) == Some(Load::Events) && !keys.is_empty() {
        return write_states(conn, table, &keys, batches, into);
    }
    let partition: String = keys.iter().map(|key| format!(", {}", quoted(key))).collect();
    // Without a key every row stands for itself.
    let rank = if keys.is_empty() {
        "1".to_owned()
    } else {
        format!("row_number() OVER (PARTITION BY _source_system{partition} ORDER BY _batch_id DESC, _line DESC)")
    };
    conn.execute_batch(&format!(
        "CREATE TEMP TABLE {into} AS SELECT * FROM (SELECT *, 0 AS _gone, {rank} AS _newest FROM bronze.{all} WHERE _batch_id IN ({})) WHERE _newest = 1",
        id_list(batches)
    ))
}

/// The last state of each key by the source's own position, from all events of these keys.
fn write_states(conn: &Connection, table: &str, keys: &[String], batches: &[i64], into: &str) -> rusqlite::Result<()> {
    let key_list = keys.iter().map(|key| quoted(key)).collect::<Vec<_>>().join(", ");
    let named = keys.iter().map(|key| format!("r.{0} = k.{0}", quoted(key))).collect::<Vec<_>>().join(" AND ");
    conn.execute_batch(&format!(
        "DROP TABLE IF EXISTS temp.news_range; DROP TABLE IF EXISTS temp.news_event;
         CREATE TEMP TABLE news_range (first_rowid INTEGER PRIMARY KEY, last_rowid, batch_id, source_system, file_name, ingested_at);
         INSERT INTO news_range SELECT first_rowid, last_rowid, coalesce(of_batch, batch_id), source_system, file_name, ingested_at
             FROM bronze.batch WHERE table_name = '{name}' AND status = 'loaded' AND first_rowid IS NOT NULL;
         CREATE TEMP TABLE news_event AS
             SELECT r.rowid AS _rowid, r.*, g.ingested_at AS _ingested_at, g.source_system AS _source_system, g.batch_id AS _batch_id, g.file_name AS _file
             FROM (SELECT DISTINCT {key_list} FROM bronze.{all} WHERE _batch_id IN ({ids})) AS k CROSS JOIN bronze.{rows} AS r ON {named}
             JOIN news_range AS g ON g.first_rowid = (SELECT max(first_rowid) FROM news_range WHERE first_rowid <= r.rowid) AND r.rowid <= g.last_rowid;
         CREATE INDEX temp.news_event_by_key ON news_event (_source_system, {key_list}, _position);",
        name = table.replace('\'', "''"),
        all = quoted(&format!("{table}_all")),
        rows = quoted(&format!("{table}_rows")),
        ids = id_list(batches)
    ))?;
    let mut columns = conn.prepare("SELECT name FROM pragma_table_info('news_event', 'temp') ORDER BY cid")?;
    let columns: Vec<String> = columns.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let own: Vec<&String> = columns.iter().filter(|name| !EVENT_COLUMNS.contains(&name.as_str()) && !name.starts_with('_')).collect();
    let list = by_key_sql(&own, keys, "temp.news_event", "p._source_system = n._source_system");
    conn.execute_batch(&format!(
        "CREATE TEMP TABLE {into} AS SELECT {list}_ingested_at, _source_system, _batch_id, _file, _line, _row_hash, _op = 'd' AS _gone
         FROM (SELECT *, row_number() OVER (PARTITION BY _source_system, {key_list} ORDER BY _position DESC, CAST(_offset AS INTEGER) DESC,
             CAST(_ts_ms AS INTEGER) DESC, _rowid DESC) AS _newest FROM news_event) AS n
         WHERE _newest = 1"
    ))
}
