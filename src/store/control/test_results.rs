//! Results of data tests as they were, run by run, and the scores of tables.

use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use crate::base::RunId;
use crate::store::StoreError;

use super::Control;

/// How one test went once.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TestResultRow {
    pub name: String,
    /// `silver.dim_account`
    pub table: String,
    pub column: Option<String>,
    /// unique | not_null | … | promise
    pub kind: String,
    /// error | warn
    pub severity: String,
    /// pass | warn | error | broken
    pub outcome: String,
    pub failing_rows: u64,
    /// Rows of the table that were looked at.
    pub checked_rows: u64,
    pub seconds: f64,
    pub message: String,
    /// Returns the failing rows.
    pub sql: String,
}

/// The score of a table once; parts 0 to 1.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TableScore {
    pub at: String,
    pub rows: u64,
    pub complete: Option<f64>,
    pub valid: Option<f64>,
    pub unique: Option<f64>,
    pub fresh: Option<f64>,
    pub score: f64,
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

impl Control {
    /// Keeps the results of one run of tests.
    pub fn add_test_run(&mut self, at: &str, author: &str, run: Option<RunId>, results: &[TestResultRow]) -> Result<(), StoreError> {
        let count = |outcomes: &[&str]| signed(results.iter().filter(|row| outcomes.contains(&row.outcome.as_str())).count() as u64);
        let (passed, warnings, errors) = (count(&["pass"]), count(&["warn"]), count(&["error", "broken"]));
        self.write(|tx| {
            tx.execute(
                "INSERT INTO test_run (at, author, run_id, passed, warnings, errors) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![at, author, run.map(|run| run.0), passed, warnings, errors],
            )?;
            let id = tx.last_insert_rowid();
            let mut insert = tx.prepare(
                "INSERT OR REPLACE INTO test_result (test_run_id, name, table_name, column_name, kind, severity, outcome, failing_rows,
                     checked_rows, seconds, message, sql) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?;
            for row in results {
                insert.execute(params![
                    id,
                    row.name,
                    row.table,
                    row.column,
                    row.kind,
                    row.severity,
                    row.outcome,
                    signed(row.failing_rows),
                    signed(row.checked_rows),
                    row.seconds,
                    row.message,
                    row.sql
                ])?;
            }
            Ok(())
        })
    }

    /// The newest result of every test, with the moment of its run.
    pub fn newest_test_results(&self) -> Result<Vec<(String, TestResultRow)>, StoreError> {
        self.read(|conn| {
            let mut statement = conn.prepare(
                "SELECT u.at, r.name, r.table_name, r.column_name, r.kind, r.severity, r.outcome, r.failing_rows, r.checked_rows, r.seconds,
                     r.message, r.sql
                 FROM test_result r JOIN test_run u ON u.test_run_id = r.test_run_id
                 WHERE r.test_run_id = (SELECT max(test_run_id) FROM test_result n WHERE n.table_name = r.table_name AND n.name = r.name)
                 ORDER BY r.table_name, r.name",
            )?;
            let rows = statement.query_map([], |row| {
                Ok((
                    row.get(0)?,
                    TestResultRow {
                        name: row.get(1)?,
                        table: row.get(2)?,
                        column: row.get(3)?,
                        kind: row.get(4)?,
                        severity: row.get(5)?,
                        outcome: row.get(6)?,
                        failing_rows: unsigned(row.get(7)?),
                        checked_rows: unsigned(row.get(8)?),
                        seconds: row.get(9)?,
                        message: row.get(10)?,
                        sql: row.get(11)?,
                    },
                ))
            })?;
            rows.collect()
        })
    }

    /// Failing and checked rows of a test in its last runs, oldest first.
    pub fn test_trend(&self, table: &str, name: &str, runs: u32) -> Result<Vec<(u64, u64)>, StoreError> {
        self.read(|conn| {
            let mut statement = conn.prepare(
                "SELECT failing_rows, checked_rows FROM test_result WHERE table_name = ?1 AND name = ?2 ORDER BY test_run_id DESC LIMIT ?3",
            )?;
            let rows = statement.query_map(params![table, name, runs], |row| Ok((unsigned(row.get(0)?), unsigned(row.get(1)?))))?;
            let mut found: Vec<(u64, u64)> = rows.collect::<rusqlite::Result<_>>()?;
            found.reverse();
            Ok(found)
        })
    }

    /// Keeps a score; one a day and table, the newest of the day.
    pub fn add_score(&mut self, table: &str, score: &TableScore) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("DELETE FROM table_score WHERE table_name = ?1 AND substr(at, 1, 10) = substr(?2, 1, 10)", params![table, score.at])?;
            tx.execute(
                "INSERT INTO table_score (table_name, at, rows, complete, valid, unique_part, fresh, score) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![table, score.at, signed(score.rows), score.complete, score.valid, score.unique, score.fresh, score.score],
            )
            .map(drop)
        })
    }

    /// Scores of a table, oldest first.
    pub fn scores(&self, table: &str, last: u32) -> Result<Vec<TableScore>, StoreError> {
        self.read(|conn| {
            let mut statement = conn.prepare(
                "SELECT at, rows, complete, valid, unique_part, fresh, score FROM table_score WHERE table_name = ?1 ORDER BY at DESC LIMIT ?2",
            )?;
            let rows = statement.query_map(params![table, last], score_of)?;
            let mut found: Vec<TableScore> = rows.collect::<rusqlite::Result<_>>()?;
            found.reverse();
            Ok(found)
        })
    }

    /// The newest score of a table.
    pub fn newest_score(&self, table: &str) -> Result<Option<TableScore>, StoreError> {
        self.read(|conn| {
            conn.query_row(
                "SELECT at, rows, complete, valid, unique_part, fresh, score FROM table_score WHERE table_name = ?1 ORDER BY at DESC LIMIT 1",
                [table],
                score_of,
            )
            .optional()
        })
    }
}

fn score_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<TableScore> {
    Ok(TableScore {
        at: row.get(0)?,
        rows: unsigned(row.get(1)?),
        complete: row.get(2)?,
        valid: row.get(3)?,
        unique: row.get(4)?,
        fresh: row.get(5)?,
        score: row.get(6)?,
    })
}
