//! What pages show of bronze. Every function takes a reader's connection, in which bronze is attached as `bronze`, or the writer's own.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use crate::ingest::{ColumnInfo, Flag};

/// One file that came.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRow {
    pub batch_id: i64,
    pub table_name: Option<String>,
    pub source_system: Option<String>,
    pub load: Option<String>,
    pub file_name: String,
    pub file_path: String,
    pub size_bytes: u64,
    pub sha256: String,
    pub rows_read: u64,
    pub rows_rejected: u64,
    pub rows_loaded: u64,
    /// `FileStatus::name`.
    pub status: String,
    pub message: String,
    pub flags: Vec<Flag>,
    /// Columns of the file, with the labels that they had there.
    pub columns: Vec<ColumnInfo>,
    pub first_date: Option<String>,
    pub last_date: Option<String>,
    pub ingested_at: String,
    pub seconds: f64,
}

/// One source system at a glance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemSummary {
    pub source_system: String,
    /// Loaded batches that the current views show.
    pub tables: u64,
    /// Rows loaded by them.
    pub rows: u64,
    /// Open rows in quarantine.
    pub quarantine: u64,
    /// Files whose newest attempt failed.
    pub failed: u64,
    /// Flags on the newest batch of each table.
    pub flags: u64,
    /// Column changes in the newest batch of each table.
    pub drift: u64,
    pub first_date: Option<String>,
    pub last_date: Option<String>,
    /// When its newest file was loaded, ISO.
    pub loaded_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftPageRow {
    pub batch_id: i64,
    pub source_system: String,
    pub table_name: String,
    pub column_name: String,
    /// `DriftKind::name`.
    pub kind: String,
    pub detail: String,
}

impl DriftPageRow {
    /// "branch came: TEXT (batch 4)"
    pub fn in_words(&self) -> String {
        let detail = if self.detail.is_empty() { String::new() } else { format!(": {}", self.detail) };
        format!("{} {}{detail} (batch {})", self.column_name, self.kind, self.batch_id)
    }
}

/// Whose table each is: table -> source system.
pub fn systems_of_tables(conn: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    if !crate::store::silver::has_table(conn, "bronze", "batch")? {
        return Ok(BTreeMap::new());
    }
    let mut statement = conn.prepare(
        "SELECT DISTINCT table_name, source_system FROM bronze.batch WHERE table_name IS NOT NULL AND source_system IS NOT NULL",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

pub(super) fn unsigned(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(|n| u64::try_from(n).unwrap_or(0))
}

/// Files, newest first; of one system, or all.
pub fn batches(conn: &Connection, source_system: Option<&str>, limit: u32, offset: u64) -> rusqlite::Result<Vec<BatchRow>> {
    let mut statement = conn.prepare_cached(
        "SELECT batch_id, table_name, source_system, load, file_name, file_path, size_bytes, sha256, rows_read, rows_rejected, rows_loaded, \
         status, message, flags, first_date, last_date, ingested_at, seconds, columns \
         FROM batch WHERE status <> 'loading' AND (?1 IS NULL OR source_system = ?1) ORDER BY batch_id DESC LIMIT ?2 OFFSET ?3",
    )?;
    let rows = statement.query_map(params![source_system, limit, i64::try_from(offset).unwrap_or(i64::MAX)], |row| {
        Ok(BatchRow {
            batch_id: row.get(0)?,
            table_name: row.get(1)?,
            source_system: row.get(2)?,
            load: row.get(3)?,
            file_name: row.get(4)?,
            file_path: row.get(5)?,
            size_bytes: unsigned(row, 6)?,
            sha256: row.get(7)?,
            rows_read: unsigned(row, 8)?,
            rows_rejected: unsigned(row, 9)?,
            rows_loaded: unsigned(row, 10)?,
            status: row.get(11)?,
            message: row.get(12)?,
            flags: serde_json::from_str(&row.get::<_, String>(13)?).unwrap_or_default(),
            first_date: row.get(14)?,
            last_date: row.get(15)?,
            ingested_at: row.get(16)?,
            seconds: row.get(17)?,
            columns: serde_json::from_str(&row.get::<_, String>(18)?).unwrap_or_default(),
        })
    })?;
    rows.collect()
}

/// The batches that count now: the newest loaded one per table and source of a snapshot, all loaded ones otherwise.
const CURRENT: &str = "SELECT * FROM batch AS b WHERE b.status = 'loaded' AND (b.load <> 'snapshot' OR NOT EXISTS (SELECT 1 FROM batch AS n \
     WHERE n.table_name = b.table_name AND n.source_system = b.source_system AND n.status = 'loaded' AND coalesce(n.of_batch, n.batch_id) > coalesce(b.of_batch, b.batch_id)))";

/// Rows of the last files of a table, each with its batch, oldest first. A file that completes another one counts with it.
pub fn rows_of_loads(conn: &Connection, table: &str, last: u32) -> rusqlite::Result<Vec<(i64, u64)>> {
    if !crate::store::silver::has_table(conn, "bronze", "batch")? {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare(
        "SELECT coalesce(of_batch, batch_id) AS whole, sum(rows_loaded) FROM bronze.batch WHERE table_name = ?1 AND status = 'loaded'
         GROUP BY whole ORDER BY whole DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![table, last], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?;
    let mut found = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    found.reverse();
    Ok(found)
}

/// The day on which the last of the files was loaded; None where nothing is. `conn` has bronze attached as `bronze`.
pub fn last_loaded_day(conn: &Connection) -> rusqlite::Result<Option<String>> {
    if !crate::store::silver::has_table(conn, "bronze", "batch")? {
        return Ok(None);
    }
    conn.query_row("SELECT substr(max(ingested_at), 1, 10) FROM bronze.batch WHERE status = 'loaded'", [], |row| row.get(0))
}

/// Names of the files behind batches.
pub fn file_names(conn: &Connection) -> rusqlite::Result<BTreeMap<i64, String>> {
    let mut statement = conn.prepare("SELECT batch_id, file_name FROM batch")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Flags that still matter: those of the current batches. Pairs of batch and flag, newest first.
pub fn flags(conn: &Connection, source_system: Option<&str>) -> rusqlite::Result<Vec<(i64, String, Flag)>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT batch_id, source_system, flags FROM ({CURRENT}) WHERE flags <> '[]' AND (?1 IS NULL OR source_system = ?1) ORDER BY batch_id DESC"
    ))?;
    let rows = statement.query_map([source_system], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
    let mut found = Vec::new();
    for row in rows {
        let (batch, system, text): (i64, String, String) = row?;
        let flags: Vec<Flag> = serde_json::from_str(&text).unwrap_or_default();
        found.extend(flags.into_iter().map(|flag| (batch, system.clone(), flag)));
    }
    Ok(found)
}

/// How one file wrote a column, where it is not as a computer would write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habit {
    pub table: String,
    /// As `_batch_id` shows it.
    pub batch_id: i64,
    pub column: String,
    pub month_first: bool,
    pub decimal_comma: bool,
}

/// Habits of all loaded files. `conn` has bronze attached as `bronze`.
pub fn habits(conn: &Connection) -> rusqlite::Result<Vec<Habit>> {
    if !crate::store::silver::has_table(conn, "bronze", "batch")? {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare_cached(
        "SELECT table_name, coalesce(of_batch, batch_id), columns FROM bronze.batch WHERE status = 'loaded' AND of_batch IS NULL \
         AND (columns LIKE '%\"month_first\"%' OR columns LIKE '%\"decimal_comma\"%') ORDER BY batch_id",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?)))?;
    let mut found = Vec::new();
    for row in rows {
        let (table, batch_id, columns) = row?;
        let columns: Vec<ColumnInfo> = serde_json::from_str(&columns).unwrap_or_default();
        let odd = columns.into_iter().filter(|column| column.month_first || column.decimal_comma);
        found.extend(odd.map(|column| Habit {
            table: table.clone(),
            batch_id,
            column: column.name,
            month_first: column.month_first,
            decimal_comma: column.decimal_comma,
        }));
    }
    Ok(found)
}

/// Each source system that ever gave a known table, by name.
pub fn systems(conn: &Connection) -> rusqlite::Result<Vec<SystemSummary>> {
    let mut statement = conn.prepare_cached(&format!(
        "WITH now AS ({CURRENT}) \
         SELECT s.source_system, \
           (SELECT count(DISTINCT table_name) FROM now WHERE now.source_system = s.source_system), \
           (SELECT coalesce(sum(rows_loaded), 0) FROM now WHERE now.source_system = s.source_system), \
           (SELECT count(*) FROM quarantine AS q JOIN batch AS b USING (batch_id) WHERE q.state = 'open' AND b.source_system = s.source_system), \
           (SELECT count(*) FROM batch AS f WHERE f.status = 'failed' AND f.source_system = s.source_system AND NOT EXISTS \
              (SELECT 1 FROM batch AS n WHERE n.table_name = f.table_name AND n.source_system = f.source_system AND n.status = 'loaded' \
               AND n.batch_id > f.batch_id)), \
           (SELECT coalesce(sum(json_array_length(flags)), 0) FROM now WHERE now.source_system = s.source_system), \
           (SELECT count(*) FROM drift JOIN now USING (batch_id) WHERE now.source_system = s.source_system), \
           (SELECT min(first_date) FROM now WHERE now.source_system = s.source_system), \
           (SELECT max(last_date) FROM now WHERE now.source_system = s.source_system), \
           (SELECT max(ingested_at) FROM now WHERE now.source_system = s.source_system) \
         FROM (SELECT DISTINCT source_system FROM batch WHERE source_system IS NOT NULL AND status <> 'loading') AS s ORDER BY 1"
    ))?;
    let rows = statement.query_map([], |row| {
        Ok(SystemSummary {
            source_system: row.get(0)?,
            tables: unsigned(row, 1)?,
            rows: unsigned(row, 2)?,
            quarantine: unsigned(row, 3)?,
            failed: unsigned(row, 4)?,
            flags: unsigned(row, 5)?,
            drift: unsigned(row, 6)?,
            first_date: row.get(7)?,
            last_date: row.get(8)?,
            loaded_at: row.get(9)?,
        })
    })?;
    rows.collect()
}

/// A source table at a glance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableSummary {
    pub table: String,
    pub source_system: Option<String>,
    pub rows: u64,
    pub last_date: Option<String>,
    pub loaded_at: Option<String>,
}

/// Every table that has a batch that counts.
pub fn tables(conn: &Connection) -> rusqlite::Result<Vec<TableSummary>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT table_name, min(source_system), sum(rows_loaded), max(last_date), max(ingested_at) FROM ({CURRENT}) WHERE table_name IS NOT NULL \
         GROUP BY table_name"
    ))?;
    let rows = statement.query_map([], |row| {
        Ok(TableSummary {
            table: row.get(0)?,
            source_system: row.get(1)?,
            rows: unsigned(row, 2)?,
            last_date: row.get(3)?,
            loaded_at: row.get(4)?,
        })
    })?;
    rows.collect()
}

/// Columns that came, went or changed their type, newest first.
pub fn drift(conn: &Connection, source_system: Option<&str>, limit: u32) -> rusqlite::Result<Vec<DriftPageRow>> {
    let mut statement = conn.prepare_cached(
        "SELECT d.batch_id, b.source_system, d.table_name, d.column_name, d.kind, d.detail FROM drift AS d JOIN batch AS b USING (batch_id) \
         WHERE b.status = 'loaded' AND (?1 IS NULL OR b.source_system = ?1) ORDER BY d.batch_id DESC, d.rowid LIMIT ?2",
    )?;
    let rows = statement.query_map(params![source_system, limit], |row| {
        Ok(DriftPageRow {
            batch_id: row.get(0)?,
            source_system: row.get(1)?,
            table_name: row.get(2)?,
            column_name: row.get(3)?,
            kind: row.get(4)?,
            detail: row.get(5)?,
        })
    })?;
    rows.collect()
}

/// A loaded file: number, table, name, rows, rows that are kept aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedFile {
    pub batch_id: i64,
    pub table: String,
    pub file_name: String,
    pub rows: u64,
    pub rejected: u64,
}

/// Every loaded file, in order of arrival.
pub fn loaded_files(conn: &Connection) -> rusqlite::Result<Vec<LoadedFile>> {
    let mut statement = conn.prepare(
        "SELECT batch_id, table_name, file_name, rows_loaded, rows_rejected FROM bronze.batch
         WHERE status = 'loaded' AND table_name IS NOT NULL ORDER BY batch_id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(LoadedFile {
            batch_id: row.get(0)?,
            table: row.get(1)?,
            file_name: row.get(2)?,
            rows: unsigned(row, 3)?,
            rejected: unsigned(row, 4)?,
        })
    })?;
    rows.collect()
}
