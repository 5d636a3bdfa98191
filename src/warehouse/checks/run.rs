//! Running checks, each as soon as the tables that it reads stand. What fails is counted, and copied aside.

use std::collections::BTreeMap;
use std::time::Instant;

use rusqlite::Connection;
use rusqlite::hooks::{AuthContext, Authorization};

use super::super::error::{Result, SqlContext, WarehouseError};
use super::super::sources::columns_of;
use super::check::{Check, Outcome, TestResult};
use super::declared::quoted;
use crate::base::RunCtx;
use crate::store::failing::FailingRows;
use crate::store::reader::forbid_writing;

/// Checks that wait for their tables, and the results of those that were run.
#[derive(Debug)]
pub struct Runner<'a> {
    waiting: Vec<Check>,
    pub results: Vec<TestResult>,
    rows: Option<&'a FailingRows>,
    /// Rows of whole tables, counted once.
    counted: BTreeMap<String, u64>,
    ctx: &'a RunCtx,
}

impl<'a> Runner<'a> {
    /// `rows`: where failing rows are kept.
    pub fn new(checks: Vec<Check>, rows: Option<&'a FailingRows>, ctx: &'a RunCtx) -> Self {
        Self { waiting: checks, results: Vec::new(), rows, counted: BTreeMap::new(), ctx }
    }

    /// Runs what reads bronze alone.
    pub fn sources(&mut self, conn: &mut Connection) -> Result<()> {
        self.run_those(conn, &|check| std::iter::once(&check.table).chain(&check.needs).all(|read| read.starts_with("bronze.")))
    }

    /// A table was built: runs what can be run now because of it.
    ///
    /// `is_ready` says whether another table that a check reads is as it will be.
    pub fn built(&mut self, conn: &mut Connection, table: &str, is_ready: &dyn Fn(&str) -> bool) -> Result<()> {
        let is_now = |check: &Check| {
            (check.table == table || check.needs.iter().any(|need| need == table))
                && std::iter::once(&check.table).chain(&check.needs).all(|read| read == table || is_ready(read))
        };
        self.run_those(conn, &is_now)
    }

    /// A table was not built: there is nothing to test of it, nor of what is compared with it.
    pub fn left_out(&mut self, table: &str) {
        self.waiting.retain(|check| check.table != table && !check.needs.iter().any(|need| need == table));
    }

    /// Runs whatever still waits. A check whose tables are not there is left out.
    pub fn rest(&mut self, conn: &mut Connection) -> Result<()> {
        self.run_those(conn, &|_| true)
    }

    /// The test of severity error that stands on a table.
    pub fn stopped(&self, table: &str) -> Option<String> {
        self.results.iter().find(|result| result.table == table && result.stops()).map(|result| result.name.clone())
    }

    fn run_those(&mut self, conn: &mut Connection, wanted: &dyn Fn(&Check) -> bool) -> Result<()> {
        let (now, later): (Vec<Check>, Vec<Check>) = std::mem::take(&mut self.waiting).into_iter().partition(|check| wanted(check));
        self.waiting = later;
        for check in now {
            self.ctx.check()?;
            self.ctx.progress.say(&check.table);
            if std::iter::once(&check.table).chain(&check.needs).all(|table| stands(conn, table)) {
                let cancel = self.ctx.cancel.clone();
                conn.progress_handler(20_000, Some(move || cancel.is_cancelled())).at("progress handler")?;
                // What a person declared may read and nothing else.
                forbid_writing(conn).at("authorizer")?;
                let result = self.one(conn, &check);
                conn.authorizer(None::<fn(AuthContext<'_>) -> Authorization>).at("authorizer")?;
                conn.progress_handler(0, None::<fn() -> bool>).at("progress handler")?;
                self.results.push(result?);
            }
        }
        Ok(())
    }

    fn one(&mut self, conn: &Connection, check: &Check) -> Result<TestResult> {
        let started = Instant::now();
        let mut result = TestResult {
            name: check.name.clone(),
            kind: check.kind.clone(),
            table: check.table.clone(),
            column: check.column.clone(),
            severity: check.severity,
            outcome: Outcome::Broken,
            failing_rows: 0,
            checked_rows: 0,
            sql: check.sql.clone(),
            message: String::new(),
            seconds: 0.0,
        };
        match self.counts(conn, check) {
            Ok((failing, checked)) => {
                result.failing_rows = failing;
                result.checked_rows = checked;
                result.outcome = check.outcome(failing, checked);
                // Findings speak of several.
                let count = if failing == 1 { "1 case:".to_owned() } else { failing.to_string() };
                result.message = match (failing, result.outcome) {
                    (0, _) => check.promise.clone(),
                    (_, Outcome::Pass) => format!("{count} {}, within what is allowed.", check.finding),
                    _ => format!("{count} {}.", check.finding),
                };
                if let Some(rows) = self.rows {
                    let what = format!("{} of {}", check.name, check.table);
                    rows.forget(&check.table, &check.name).at(&what)?;
                    if failing > 0 {
                        rows.add(conn, &check.table, &check.name, failing, &check.sql).at(&what)?;
                    }
                }
            }
            Err(WarehouseError::Cancelled(cancelled)) => return Err(cancelled.into()),
            Err(error) if error.is_of_disk() => return Err(error),
            Err(error) => result.message = format!("{}: the test {} cannot be run. {}", check.place, check.name, why(&error, &check.sql)),
        }
        result.seconds = started.elapsed().as_secs_f64();
        Ok(result)
    }

    /// Failing rows, and rows that were looked at.
    fn counts(&mut self, conn: &Connection, check: &Check) -> Result<(u64, u64)> {
        let count = |sql: &str| -> Result<u64> {
            let rows = conn.query_row(sql, [], |row| row.get::<_, i64>(0)).at(&check.name)?;
            Ok(u64::try_from(rows).unwrap_or(0))
        };
        let failing = count(&format!("SELECT count(*) FROM ({}\n)", check.sql))?;
        if let Some(sql) = &check.checked_sql {
            return Ok((failing, count(sql)?));
        }
        if let Some(rows) = self.counted.get(&check.table) {
            return Ok((failing, *rows));
        }
        let rows = count(&format!("SELECT count(*) FROM {}", quoted(&check.table)))?;
        self.counted.insert(check.table.clone(), rows);
        Ok((failing, rows))
    }
}

/// SQLite's words, and what a test may be.
fn why(error: &WarehouseError, sql: &str) -> String {
    let first = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_uppercase();
    let denied = matches!(error, WarehouseError::Sql { source, .. }
        if source.sqlite_error_code() == Some(rusqlite::ErrorCode::AuthorizationForStatementDenied));
    if denied || !["SELECT", "WITH", "VALUES"].contains(&first.as_str()) {
        return "A test is one SELECT that returns the failing rows; it may not write. Nothing was changed.".to_owned();
    }
    match error {
        WarehouseError::Sql { source: rusqlite::Error::SqlInputError { msg, .. }, .. } => format!("{msg}."),
        WarehouseError::Sql { source, .. } => format!("{source}."),
        other => format!("{other}."),
    }
}

fn stands(conn: &Connection, table: &str) -> bool {
    table.split_once('.').is_some_and(|(schema, name)| columns_of(conn, schema, name).is_ok_and(|columns| !columns.is_empty()))
}
