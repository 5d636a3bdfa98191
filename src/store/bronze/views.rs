//! The two views of a source table: `T_all` shows every loaded batch, `T` what holds now.

use rusqlite::Connection;

use super::schema::{known_columns, quoted, rows_table};
use crate::ingest::Load;

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
        Load::Delta | Load::Events => {
            let ids: Vec<i64> = batches.iter().map(|b| b.batch_id).collect();
            let unique = keys.is_empty() || (batches.len() == 1 && batches.iter().all(|b| b.duplicate_keys == 0));
            if unique { select_sql(table, &columns, Some(&ids), "") } else { newest_per_key_sql(table, &columns, keys, &ids) }
        }
    };
    conn.execute_batch(&format!("CREATE VIEW {} AS {current}", quoted(table)))
}

struct LoadedBatch {
    batch_id: i64,
    source_system: String,
    duplicate_keys: i64,
}

fn loaded_batches(conn: &Connection, table: &str) -> rusqlite::Result<Vec<LoadedBatch>> {
    let mut statement = conn.prepare(
        "SELECT batch_id, source_system, duplicate_keys FROM batch WHERE table_name = ?1 AND status = 'loaded' ORDER BY batch_id",
    )?;
    let rows = statement
        .query_map([table], |row| Ok(LoadedBatch { batch_id: row.get(0)?, source_system: row.get(1)?, duplicate_keys: row.get(2)? }))?;
    rows.collect()
}

fn newest_per_source(batches: &[LoadedBatch]) -> Vec<i64> {
    let is_newest = |at: usize| !batches[at + 1..].iter().any(|later| later.source_system == batches[at].source_system);
    (0..batches.len()).filter(|at| is_newest(*at)).map(|at| batches[at].batch_id).collect()
}

/// CROSS JOIN keeps `batch` outside: one range of rowids is read per batch, without an index. All loaded batches where `ids` is None.
fn select_sql(table: &str, columns: &[String], ids: Option<&[i64]>, more: &str) -> String {
    let list = column_list(columns, "r.");
    let which = match ids {
        Some(ids) => format!("b.batch_id IN ({})", id_list(ids)),
        None => format!("b.table_name = '{}'", table.replace('\'', "''")),
    };
    format!(
        "SELECT {list}b.ingested_at AS _ingested_at, b.source_system AS _source_system, b.batch_id AS _batch_id, b.file_name AS _file, \
         r._line AS _line, r._row_hash AS _row_hash{more} \
         FROM batch AS b CROSS JOIN {} AS r ON r.rowid BETWEEN b.first_rowid AND b.last_rowid \
         WHERE {which} AND b.status = 'loaded'",
        rows_table(table)
    )
}

fn newest_per_key_sql(table: &str, columns: &[String], keys: &[String], ids: &[i64]) -> String {
    let partition: String = keys.iter().map(|key| format!(", r.{}", quoted(key))).collect();
    let rank = format!(", row_number() OVER (PARTITION BY b.source_system{partition} ORDER BY r.rowid DESC) AS _newest");
    let inner = select_sql(table, columns, Some(ids), &rank);
    let list = column_list(columns, "");
    format!("SELECT {list}_ingested_at, _source_system, _batch_id, _file, _line, _row_hash FROM ({inner}) WHERE _newest = 1")
}

/// Every column followed by a comma.
fn column_list(columns: &[String], prefix: &str) -> String {
    columns.iter().map(|name| format!("{prefix}{0} AS {0}, ", quoted(name))).collect()
}

fn id_list(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}
