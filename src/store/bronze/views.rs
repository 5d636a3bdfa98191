//! The two views of a source table: `T_all` shows every loaded batch, `T` what holds now.

use rusqlite::Connection;

use super::schema::{known_columns, quoted, rows_table};
use crate::ingest::Load;
use crate::ingest::events::EVENT_COLUMNS;
use crate::ingest::events::value::UNAVAILABLE;

/// Makes both views anew. Called in the transaction that turns batches to `loaded`.
pub fn recreate(conn: &Connection, table: &str, load: Load, keys: &[String]) -> rusqlite::Result<()> {
    let columns = known_columns(conn, table)?;
    let all = format!("{table}_all");
    conn.execute_batch(&format!("DROP VIEW IF EXISTS {}; DROP VIEW IF EXISTS {};", quoted(table), quoted(&all)))?;
    let batches = loaded_batches(conn, table)?;
    if batches.is_empty() {
        return Ok(());
    }
    conn.execute_batch(&format!("CREATE VIEW {} AS {}", quoted(&all), select_sql(table, &columns, None, "")))?;
    let current = match load {
        Load::Snapshot => {
            let newest = newest_per_source(&batches);
            select_sql(table, &columns, Some(&newest), "")
        }
        Load::Events => last_state_sql(table, &columns, keys, &batches.iter().map(|b| b.batch_id).collect::<Vec<_>>()),
        Load::Delta => {
            let ids: Vec<i64> = batches.iter().map(|b| b.batch_id).collect();
            let unique = keys.is_empty() || (batches.len() == 1 && batches.iter().all(|b| b.duplicate_keys == 0));
            if unique { select_sql(table, &columns, Some(&ids), "") } else { newest_per_key_sql(table, &columns, keys, &ids) }
        }
    };
    conn.execute_batch(&format!("CREATE VIEW {} AS {current}", quoted(table)))
}

/// Makes the views of every table anew, as they are made today.
pub fn recreate_all(conn: &Connection) -> rusqlite::Result<()> {
    let mut statement = conn.prepare("SELECT table_name, load, key_columns FROM source_table GROUP BY table_name ORDER BY table_name")?;
    let tables: Vec<(String, String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    for (table, load, keys) in tables {
        let load = Load::from_name(&load).unwrap_or(Load::Snapshot);
        recreate(conn, &table, load, &serde_json::from_str::<Vec<String>>(&keys).unwrap_or_default())?;
    }
    Ok(())
}

struct LoadedBatch {
    batch_id: i64,
    source_system: String,
    duplicate_keys: i64,
    /// The batch that this one completes, or itself.
    of_batch: i64,
}

fn loaded_batches(conn: &Connection, table: &str) -> rusqlite::Result<Vec<LoadedBatch>> {
    let mut statement = conn.prepare(
        "SELECT batch_id, source_system, duplicate_keys, coalesce(of_batch, batch_id) FROM batch WHERE table_name = ?1 AND status = 'loaded' ORDER BY batch_id",
    )?;
    let rows = statement.query_map([table], |row| {
        Ok(LoadedBatch { batch_id: row.get(0)?, source_system: row.get(1)?, duplicate_keys: row.get(2)?, of_batch: row.get(3)? })
    })?;
    rows.collect()
}

fn newest_per_source(batches: &[LoadedBatch]) -> Vec<i64> {
    let is_newest =
        |own: &&LoadedBatch| !batches.iter().any(|other| other.source_system == own.source_system && other.of_batch > own.of_batch);
    batches.iter().filter(is_newest).map(|batch| batch.batch_id).collect()
}

/// CROSS JOIN keeps `batch` outside: one range of rowids is read per batch, without an index. All loaded batches where `ids` is None.
fn select_sql(table: &str, columns: &[String], ids: Option<&[i64]>, more: &str) -> String {
    let list = column_list(columns, "r.");
    let which = match ids {
        Some(ids) => format!("b.batch_id IN ({})", id_list(ids)),
        None => format!("b.table_name = '{}'", table.replace('\'', "''")),
    };
    format!(
        "SELECT {list}b.ingested_at AS _ingested_at, b.source_system AS _source_system, coalesce(b.of_batch, b.batch_id) AS _batch_id, b.file_name AS _file, \
         r._line AS _line, r._row_hash AS _row_hash{more} \
         FROM batch AS b CROSS JOIN {} AS r ON r.rowid BETWEEN b.first_rowid AND b.last_rowid \
         WHERE {which} AND b.status = 'loaded'",
        rows_table(table)
    )
}

fn newest_per_key_sql(table: &str, columns: &[String], keys: &[String], ids: &[i64]) -> String {
    let partition: String = keys.iter().map(|key| format!(", r.{}", quoted(key))).collect();
    let rank = format!(
        ", row_number() OVER (PARTITION BY b.source_system{partition} ORDER BY coalesce(b.of_batch, b.batch_id) DESC, r.rowid DESC) AS _newest"
    );
    let inner = select_sql(table, columns, Some(ids), &rank);
    let list = column_list(columns, "");
    format!("SELECT {list}_ingested_at, _source_system, _batch_id, _file, _line, _row_hash FROM ({inner}) WHERE _newest = 1")
}

/// The last state of each key by the source's own position; deleted keys are not shown. A value that an event did not bring because it
/// had not changed is the last one that an earlier event brought.
fn last_state_sql(table: &str, columns: &[String], keys: &[String], ids: &[i64]) -> String {
    let own: Vec<&String> = columns.iter().filter(|name| !EVENT_COLUMNS.contains(&name.as_str())).collect();
    let partition: String = keys.iter().map(|key| format!(", r.{}", quoted(key))).collect();
    let rank = format!(
        ", row_number() OVER (PARTITION BY b.source_system{partition} ORDER BY r._position DESC, CAST(r._offset AS INTEGER) DESC, \
         CAST(r._ts_ms AS INTEGER) DESC, r.rowid DESC) AS _newest"
    );
    let inner = select_sql(table, columns, Some(ids), &rank);
    let is_shown = format!(
        "EXISTS (SELECT 1 FROM batch AS pb WHERE pb.batch_id IN ({}) AND pb.source_system = n._source_system \
         AND p.rowid BETWEEN pb.first_rowid AND pb.last_rowid)",
        id_list(ids)
    );
    let list = by_key_sql(&own, keys, &rows_table(table), &is_shown);
    format!(
        "SELECT {list}_ingested_at, _source_system, _batch_id, _file, _line, _row_hash FROM ({inner}) AS n WHERE _newest = 1 AND _op <> 'd'"
    )
}

/// Columns of the last state `n` of a key, each followed by a comma: a value that an event did not bring is the last one that an earlier
/// event `p` in `events` brought, among those for which `is_shown` holds.
pub(super) fn by_key_sql(own: &[&String], keys: &[String], events: &str, is_shown: &str) -> String {
    let same_key: String = keys.iter().map(|key| format!("p.{0} IS n.{0} AND ", quoted(key))).collect();
    own.iter()
        .map(|name| {
            let name = quoted(name);
            format!(
                "CASE WHEN n.{name} = '{UNAVAILABLE}' THEN (SELECT p.{name} FROM {events} AS p WHERE {same_key}p._position < n._position \
                 AND p.{name} IS NOT '{UNAVAILABLE}' AND {is_shown} ORDER BY p._position DESC LIMIT 1) ELSE n.{name} END AS {name}, "
            )
        })
        .collect()
}

/// Every column followed by a comma.
fn column_list(columns: &[String], prefix: &str) -> String {
    columns.iter().map(|name| format!("{prefix}{0} AS {0}, ", quoted(name))).collect()
}

pub(super) fn id_list(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}
