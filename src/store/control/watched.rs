//! What watched folders brought.

use rusqlite::{Row, params};
use serde::Serialize;

use crate::store::StoreError;

use super::Control;

/// A file of a watched folder as it was when it was last taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WatchedFile {
    pub path: String,
    pub size_bytes: u64,
    /// Milliseconds since 1970.
    pub modified_ms: i64,
    /// ISO, UTC.
    pub arrived_at: String,
    pub taken_at: String,
    pub table: Option<String>,
    pub rows: u64,
    /// As the outcome of loading says it: "loaded", "failed", …
    pub status: String,
    pub message: String,
    /// Seconds from arrival until live gold showed it.
    pub delay: Option<f64>,
}

impl Control {
    /// Keeps the newest state of a file.
    pub fn note_watched(&mut self, file: &WatchedFile) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO watched_file VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    file.path,
                    i64::try_from(file.size_bytes).unwrap_or(i64::MAX),
                    file.modified_ms,
                    file.arrived_at,
                    file.taken_at,
                    file.table,
                    i64::try_from(file.rows).unwrap_or(i64::MAX),
                    file.status,
                    file.message,
                    file.delay
                ],
            )
            .map(drop)
        })
    }

    /// Every file that was taken, newest first.
    pub fn watched_files(&self) -> Result<Vec<WatchedFile>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare(
                "SELECT path, size_bytes, modified_ms, arrived_at, taken_at, table_name, rows, status, message, delay
                 FROM watched_file ORDER BY taken_at DESC, path",
            )?;
            let found = rows.query_map([], watched)?;
            found.collect()
        })
    }
}

fn watched(row: &Row<'_>) -> rusqlite::Result<WatchedFile> {
    Ok(WatchedFile {
        path: row.get(0)?,
        size_bytes: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
        modified_ms: row.get(2)?,
        arrived_at: row.get(3)?,
        taken_at: row.get(4)?,
        table: row.get(5)?,
        rows: u64::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
        status: row.get(7)?,
        message: row.get(8)?,
        delay: row.get(9)?,
    })
}
