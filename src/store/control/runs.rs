//! The run log.

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use crate::base::RunId;
use crate::store::StoreError;

use super::Control;
use super::audit::{Deed, append};

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Running,
    Done,
    Failed,
    Cancelled,
    /// The program died in the middle; the store is as it was before that run.
    Interrupted,
}

impl RunState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    fn from_name(name: &str) -> Self {
        [Self::Running, Self::Done, Self::Failed, Self::Cancelled]
            .into_iter()
            .find(|state| state.name() == name)
            .unwrap_or(Self::Interrupted)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRow {
    pub id: RunId,
    pub started_at: String,
    pub finished_at: Option<String>,
    pub state: RunState,
    pub pinned_decision: i64,
    pub as_of: Option<String>,
    /// The run's outcome as JSON.
    pub outcome: Option<String>,
    pub message: Option<String>,
}

impl Control {
    /// Opens a run and pins what it sees: the decisions up to a number and the batches.
    pub fn begin_run(&mut self, at: &str, author: &str, pinned_decision: i64, batches: &[i64]) -> Result<RunId, StoreError> {
        let batches = serde_json::to_string(batches).unwrap_or_else(|_| "[]".to_owned());
        self.write(|tx| {
            tx.execute(
                "INSERT INTO run (started_at, state, pinned_decision, pinned_batches, program) VALUES (?1, 'running', ?2, ?3, ?4)",
                params![at, pinned_decision, batches, env!("CARGO_PKG_VERSION")],
            )?;
            let id = tx.last_insert_rowid();
            append(tx, at, author, Deed::Run, &format!("run {id}"), "started")?;
            Ok(RunId(id))
        })
    }

    pub fn end_run(
        &mut self,
        run: RunId,
        at: &str,
        state: RunState,
        as_of: Option<&str>,
        outcome: Option<&str>,
        message: Option<&str>,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "UPDATE run SET finished_at = ?2, state = ?3, as_of = ?4, outcome = ?5, message = ?6 WHERE run_id = ?1",
                params![run.0, at, state.name(), as_of, outcome, message],
            )
            .map(drop)
        })
    }

    /// Runs that a dead program left open. Only the holder of the lock may say so.
    pub fn close_interrupted_runs(&mut self) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("UPDATE run SET state = 'interrupted', message = 'the program ended in the middle' WHERE state = 'running'", [])
                .map(drop)
        })
    }

    /// The newest run that ended so.
    pub fn last_run_in(&self, state: RunState) -> Result<Option<RunId>, StoreError> {
        self.read(|conn| conn.query_row("SELECT max(run_id) FROM run WHERE state = ?1", [state.name()], |row| row.get::<_, Option<i64>>(0)))
            .map(|found| found.map(RunId))
    }

    pub fn last_run(&self) -> Result<Option<RunRow>, StoreError> {
        self.newest_run("1")
    }

    /// The newest that is over: what a run that has begun compares with.
    pub fn last_ended_run(&self) -> Result<Option<RunRow>, StoreError> {
        self.newest_run("state <> 'running'")
    }

    fn newest_run(&self, condition_sql: &str) -> Result<Option<RunRow>, StoreError> {
        let sql = format!(
            "SELECT run_id, started_at, finished_at, state, pinned_decision, as_of, outcome, message FROM run WHERE {condition_sql} ORDER BY run_id DESC LIMIT 1"
        );
        self.read(|conn| conn.query_row(&sql, [], run_of).optional())
    }
}

fn run_of(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        id: RunId(row.get(0)?),
        started_at: row.get(1)?,
        finished_at: row.get(2)?,
        state: RunState::from_name(&row.get::<_, String>(3)?),
        pinned_decision: row.get(4)?,
        as_of: row.get(5)?,
        outcome: row.get(6)?,
        message: row.get(7)?,
    })
}
