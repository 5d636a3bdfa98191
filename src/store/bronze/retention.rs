//! Batches that nobody needs any more. Flow: batches -> those that a newer snapshot replaced, with what decisions rest on -> the file
//! written anew without the chosen ones, aside -> in place of the one before.
//!
//! Rows are copied batch by batch and numbered anew: SQLite's own VACUUM numbers the rows of a table without a key as it likes, and a batch
//! is a range of these numbers.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, params};

use crate::base::{RecordKey, RunCtx};
use crate::ingest::batch::FileStatus;
use crate::store::erasure::links;
use crate::store::open::{DbError, open_writer, read_only_uri};
use crate::store::workspace::{put_in_place, remove_file};
use crate::store::{StoreError, bronze};

use super::schema::{physical_columns, quoted, rows_table};
use super::views;

/// A snapshot that a newer one of its table and source replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    pub batch_id: i64,
    pub table: String,
    pub file_name: String,
    pub ingested_at: String,
    pub rows: u64,
    /// Records that people decided about and that no newer batch shows.
    pub decided: u64,
}

/// Every replaced snapshot, oldest first. `decided`: the records that decisions name. `conn` has bronze attached as `bronze`.
pub fn replaced(conn: &Connection, decided: &BTreeSet<RecordKey>) -> rusqlite::Result<Vec<Replaced>> {
    let mut statement = conn.prepare(
        "SELECT batch_id, table_name, file_name, ingested_at, rows_loaded FROM bronze.batch AS b
         WHERE status = 'loaded' AND load = 'snapshot' AND first_rowid IS NOT NULL AND EXISTS (SELECT 1 FROM bronze.batch AS n
             WHERE n.table_name = b.table_name AND n.source_system = b.source_system AND n.status = 'loaded'
               AND coalesce(n.of_batch, n.batch_id) > coalesce(b.of_batch, b.batch_id))
         ORDER BY batch_id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Replaced {
            batch_id: row.get(0)?,
            table: row.get(1)?,
            file_name: row.get(2)?,
            ingested_at: row.get(3)?,
            rows: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
            decided: 0,
        })
    })?;
    let mut found: Vec<Replaced> = rows.collect::<rusqlite::Result<_>>()?;
    if !decided.is_empty() {
        for batch in &mut found {
            batch.decided = rests_on(conn, batch, decided)?;
        }
    }
    Ok(found)
}

/// How many of the records stand in a batch and in no newer one of its table.
fn rests_on(conn: &Connection, batch: &Replaced, decided: &BTreeSet<RecordKey>) -> rusqlite::Result<u64> {
    let ids: BTreeSet<String> = decided.iter().map(|record| record.source_customer_id.to_lowercase()).collect();
    let own = named_in(conn, batch, &ids, "b.batch_id = ?1")?;
    if own.is_empty() {
        return Ok(0);
    }
    let newer = named_in(conn, batch, &own, "b.batch_id > ?1")?;
    Ok(own.difference(&newer).count() as u64)
}

/// Which of the ids stand in a column that says whose a row is, in the loaded batches of a table for which a condition holds.
fn named_in(conn: &Connection, batch: &Replaced, ids: &BTreeSet<String>, which: &str) -> rusqlite::Result<BTreeSet<String>> {
    let mut columns = conn.prepare("SELECT name FROM pragma_table_info(?1, 'bronze') WHERE name NOT IN ('_line', '_row_hash')")?;
    let columns: Vec<String> = columns.query_map([format!("{}_rows", batch.table)], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let linking: Vec<String> =
        columns.iter().filter(|column| links(column, "123456")).map(|column| format!("r.{}", quoted(column))).collect();
    let mut found = BTreeSet::new();
    if linking.is_empty() {
        return Ok(found);
    }
    let mut rows = conn.prepare(&format!(
        "SELECT {} FROM bronze.batch AS b CROSS JOIN bronze.{} AS r ON r.rowid BETWEEN b.first_rowid AND b.last_rowid
         WHERE {which} AND b.table_name = ?2 AND b.status = 'loaded'",
        linking.join(", "),
        rows_table(&batch.table)
    ))?;
    let mut rows = rows.query(params![batch.batch_id, batch.table])?;
    while let Some(row) = rows.next()? {
        for at in 0..linking.len() {
            let cell = row.get_ref(at)?.as_str_or_null().ok().flatten().unwrap_or_default().trim().to_lowercase();
            if ids.contains(&cell) {
                found.insert(cell);
            }
        }
    }
    Ok(found)
}

/// Writes bronze.db anew without the rows of these batches; their lines in the table of batches stay. Cancelled, it is as it was.
pub fn remove_batches(path: &Path, aside: &Path, gone: &BTreeSet<i64>, ctx: &RunCtx) -> Result<(), StoreError> {
    let made = write_without(path, aside, gone, ctx).and_then(|()| {
        ctx.check()?;
        end_log(path)?;
        put_in_place(aside, path)
    });
    if made.is_err() {
        // The first error is the one to tell; what stays is tidied by the next holder of the lock.
        let _ = remove_file(aside);
    }
    made
}

/// Nobody may read the old file's log under the new one's name.
fn end_log(path: &Path) -> Result<(), StoreError> {
    let conn = open_writer(path, None)?;
    let mode: String =
        conn.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).map_err(|source| StoreError::at(path, source))?;
    if mode == "delete" { Ok(()) } else { Err(DbError::Busy { path: path.to_owned() }.into()) }
}

fn write_without(path: &Path, aside: &Path, gone: &BTreeSet<i64>, ctx: &RunCtx) -> Result<(), StoreError> {
    remove_file(aside)?;
    let wrong = |source| StoreError::at(aside, source);
    let mut conn = Connection::open(aside).map_err(wrong)?;
    conn.execute_batch("PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA foreign_keys = OFF;")
        .map_err(wrong)?;
    conn.execute("ATTACH ?1 AS old", [read_only_uri(path)]).map_err(wrong)?;
    let cancel = ctx.cancel.clone();
    conn.progress_handler(20_000, Some(move || cancel.is_cancelled())).map_err(wrong)?;
    conn.execute_batch("BEGIN").map_err(wrong)?;
    copy_schema(&conn).map_err(wrong)?;
    copy_rows(&conn, gone, ctx)?;
    let made = || -> rusqlite::Result<()> {
        let version: i64 = conn.query_row("PRAGMA old.user_version", [], |row| row.get(0))?;
        conn.execute_batch(
            "DELETE FROM sqlite_sequence; INSERT INTO sqlite_sequence SELECT name, seq FROM old.sqlite_sequence WHERE name IN (SELECT name FROM main.sqlite_master);",
        )?;
        conn.pragma_update(None, "user_version", version)?;
        objects(&conn, "index")?.iter().try_for_each(|(_, sql)| conn.execute_batch(sql))?;
        // Views are made by their bare names: while the old file is there, these are its own.
        conn.execute_batch("COMMIT; DETACH old; BEGIN")?;
        views::recreate_all(&conn)?;
        conn.execute_batch("COMMIT")
    };
    made().map_err(wrong)?;
    conn.close().map_err(|(_, source)| StoreError::at(aside, source))?;
    bronze::refuse_newer(aside)?;
    Ok(())
}

/// Names and statements of one kind of object, in order of their making.
fn objects(conn: &Connection, kind: &str) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = conn.prepare(
        "SELECT name, sql FROM old.sqlite_master WHERE type = ?1 AND sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )?;
    let rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// Tables and what is in them, but for the source tables' rows.
fn copy_schema(conn: &Connection) -> rusqlite::Result<()> {
    for (name, sql) in objects(conn, "table")? {
        conn.execute_batch(&sql)?;
        if !name.ends_with("_rows") {
            let name = quoted(&name);
            conn.execute_batch(&format!("INSERT INTO main.{name} SELECT * FROM old.{name}"))?;
        }
    }
    Ok(())
}

/// The rows of every loaded batch that stays, each batch one range again.
fn copy_rows(conn: &Connection, gone: &BTreeSet<i64>, ctx: &RunCtx) -> Result<(), StoreError> {
    let wrong = |source| StoreError::at(Path::new("bronze.db"), source);
    let batches = ranges(conn).map_err(wrong)?;
    ctx.progress.enter(crate::base::Stage::Finishing, batches.len() as u64);
    let forget = |sql: &str, id: i64| conn.execute(sql, [id]).map(drop).map_err(wrong);
    for batch in batches {
        ctx.check()?;
        ctx.progress.say(&batch.table);
        if gone.contains(&batch.id) {
            let sql = format!(
                "UPDATE main.batch SET status = '{}', first_rowid = NULL, last_rowid = NULL, message = 'Removed by the retention rule.' WHERE batch_id = ?1",
                FileStatus::Removed.name()
            );
            forget(&sql, batch.id)?;
        } else if batch.is_loaded {
            copy_batch(conn, &batch).map_err(wrong)?;
        } else {
            forget("UPDATE main.batch SET sweep = 0, first_rowid = NULL, last_rowid = NULL WHERE batch_id = ?1", batch.id)?;
        }
        ctx.progress.advance(1);
    }
    Ok(())
}

struct Range {
    id: i64,
    table: String,
    first: i64,
    last: i64,
    is_loaded: bool,
}

fn ranges(conn: &Connection) -> rusqlite::Result<Vec<Range>> {
    let mut statement = conn.prepare(
        "SELECT batch_id, table_name, first_rowid, last_rowid, status = 'loaded' FROM old.batch
         WHERE first_rowid IS NOT NULL AND last_rowid IS NOT NULL AND table_name IS NOT NULL ORDER BY table_name, first_rowid",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Range { id: row.get(0)?, table: row.get(1)?, first: row.get(2)?, last: row.get(3)?, is_loaded: row.get(4)? })
    })?;
    rows.collect()
}

fn copy_batch(conn: &Connection, batch: &Range) -> rusqlite::Result<()> {
    let mut list: String = physical_columns(conn, &batch.table)?.iter().map(|column| format!("{}, ", quoted(column))).collect();
    list.push_str("_line, _row_hash");
    let table = rows_table(&batch.table);
    let before: i64 = conn.query_row(&format!("SELECT coalesce(max(rowid), 0) FROM main.{table}"), [], |row| row.get(0))?;
    let copied = conn.execute(
        &format!("INSERT INTO main.{table} ({list}) SELECT {list} FROM old.{table} WHERE rowid BETWEEN ?1 AND ?2 ORDER BY rowid"),
        [batch.first, batch.last],
    )?;
    let last = before + i64::try_from(copied).unwrap_or(0);
    // An empty batch's range is empty too: it ends before it begins.
    conn.execute("UPDATE main.batch SET first_rowid = ?2, last_rowid = ?3 WHERE batch_id = ?1", [batch.id, before + 1, last]).map(drop)
}
