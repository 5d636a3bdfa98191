//! quality.db: the rows that failed each test, as tables that any program opens. A cache: it is written anew by each run of the tests.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use crate::base::{DataTable, RunCtx};

use super::StoreError;
use super::open::open_read_only;
use super::typed;

/// Rows kept of one test; beyond it they are counted only.
pub const MOST_ROWS: usize = 1_000_000;

/// quality.db while it is written aside.
#[derive(Debug)]
pub struct FailingRows {
    conn: Connection,
}

impl FailingRows {
    /// A new file; with what `before` holds, where only some tests are to be run.
    pub fn create(path: &Path, before: Option<&Path>) -> Result<Self, StoreError> {
        super::workspace::remove_file(path)?;
        if let Some(before) = before.filter(|before| before.exists()) {
            std::fs::copy(before, path).map_err(|source| StoreError::io(path, source))?;
        }
        let wrong = |source| StoreError::at(path, source);
        let conn = Connection::open(path).map_err(wrong)?;
        conn.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;
             CREATE TABLE IF NOT EXISTS failed_test (table_name TEXT NOT NULL, name TEXT NOT NULL, failing_rows INTEGER NOT NULL,
                 rows_table TEXT NOT NULL, sql TEXT NOT NULL, PRIMARY KEY (table_name, name));",
        )
        .map_err(wrong)?;
        Ok(Self { conn })
    }

    /// Drops what a test left when it was run before.
    pub fn forget(&self, table: &str, name: &str) -> rusqlite::Result<()> {
        if let Some(rows_table) = rows_table(&self.conn, table, name)? {
            self.conn.execute_batch(&format!("DROP TABLE IF EXISTS \"{rows_table}\""))?;
            self.conn.execute("DELETE FROM failed_test WHERE table_name = ?1 AND name = ?2", [table, name])?;
        }
        Ok(())
    }

    /// Copies the rows that `sql` returns on `source`.
    pub fn add(&self, source: &Connection, table: &str, name: &str, failing_rows: u64, sql: &str) -> rusqlite::Result<()> {
        let plain: String = format!("{table}_{name}").chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let is_taken =
            |name: &str| self.conn.query_row("SELECT count(*) FROM sqlite_master WHERE name = ?1", [name], |row| row.get::<_, i64>(0));
        let mut rows_table = plain.clone();
        let mut number = 2;
        while is_taken(&rows_table)? > 0 {
            rows_table = format!("{plain}_{number}");
            number += 1;
        }
        let mut statement = source.prepare(sql)?;
        let mut columns: Vec<String> = Vec::new();
        for column in statement.column_names() {
            let taken = columns.iter().any(|known| known.eq_ignore_ascii_case(column));
            columns.push(if taken { format!("{column}_{}", columns.len() + 1) } else { column.to_owned() });
        }
        let list: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.replace('"', "\"\""))).collect();
        self.conn.execute_batch(&format!("CREATE TABLE \"{rows_table}\" ({})", list.join(", ")))?;
        self.conn.execute(
            "INSERT OR REPLACE INTO failed_test VALUES (?1, ?2, ?3, ?4, ?5)",
            params![table, name, i64::try_from(failing_rows).unwrap_or(i64::MAX), rows_table, sql],
        )?;
        let marks = vec!["?"; columns.len()].join(", ");
        let mut insert = self.conn.prepare(&format!("INSERT INTO \"{rows_table}\" VALUES ({marks})"))?;
        let mut rows = statement.query([])?;
        let mut kept = 0;
        while let Some(row) = rows.next()? {
            if kept == MOST_ROWS {
                break;
            }
            let values: Vec<Value> = (0..columns.len()).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?;
            insert.execute(params_from_iter(values))?;
            kept += 1;
        }
        Ok(())
    }

    /// Ready to be put in place.
    pub fn finish(self) -> rusqlite::Result<()> {
        self.conn.execute_batch("COMMIT")?;
        self.conn.close().map_err(|(_, error)| error)
    }
}

/// At most `limit` of the rows that failed a test when it was last run; None where it passed or was never run.
pub fn failing_rows(path: &Path, table: &str, name: &str, limit: usize) -> Result<Option<DataTable>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let mut conn = open_read_only(path)?;
    let found = rows_table(&conn, table, name).map_err(|source| StoreError::at(path, source))?;
    found.map(|rows_table| typed::query(&mut conn, &format!("SELECT * FROM \"{rows_table}\""), limit, &RunCtx::default())).transpose()
}

fn rows_table(conn: &Connection, table: &str, name: &str) -> rusqlite::Result<Option<String>> {
    conn.query_row("SELECT rows_table FROM failed_test WHERE table_name = ?1 AND name = ?2", [table, name], |row| row.get(0)).optional()
}
