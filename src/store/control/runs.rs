//! The run log.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::base::{GoldVersion, RunId};
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

/// What began a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BegunBy {
    #[default]
    Person,
    Schedule,
}

impl BegunBy {
    fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Schedule => "schedule",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRow {
    pub id: RunId,
    pub author: String,
    pub begun_by: BegunBy,
    pub started_at: String,
    pub finished_at: Option<String>,
    pub state: RunState,
    pub pinned_decision: i64,
    pub as_of: Option<String>,
    /// The run's outcome as JSON; of a run that failed or was cancelled, what had been built by then.
    pub outcome: Option<String>,
    pub message: Option<String>,
}

impl Control {
    /// Opens a run and pins what it sees: the decisions up to a number and the batches.
    pub fn begin_run(
        &mut self,
        at: &str,
        (author, begun_by): (&str, BegunBy),
        pinned_decision: i64,
        batches: &[i64],
    ) -> Result<RunId, StoreError> {
        let batches = serde_json::to_string(batches).unwrap_or_else(|_| "[]".to_owned());
        self.write(|tx| {
            tx.execute(
                "INSERT INTO run (started_at, state, pinned_decision, pinned_batches, program, author, begun_by)
                 VALUES (?1, 'running', ?2, ?3, ?4, ?5, ?6)",
                params![at, pinned_decision, batches, env!("CARGO_PKG_VERSION"), author, begun_by.name()],
            )?;
            let id = tx.last_insert_rowid();
            let detail = if begun_by == BegunBy::Schedule { "started by the schedule" } else { "started" };
            append(tx, at, author, Deed::Run, &format!("run {id}"), detail)?;
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
        let sql = format!("{SELECT} WHERE {condition_sql} ORDER BY run_id DESC LIMIT 1");
        self.read(|conn| conn.query_row(&sql, [], run_of).optional())
    }

    pub fn run(&self, run: RunId) -> Result<Option<RunRow>, StoreError> {
        self.read(|conn| conn.query_row(&format!("{SELECT} WHERE run_id = ?1"), [run.0], run_of).optional())
    }

    /// The newest runs, newest first.
    pub fn runs(&self, most: u32) -> Result<Vec<RunRow>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare(&format!("{SELECT} ORDER BY run_id DESC LIMIT ?1"))?;
            let found = rows.query_map([most], run_of)?;
            found.collect()
        })
    }

    /// When runs began, from a moment on, oldest first.
    pub fn runs_begun_since(&self, at: &str) -> Result<Vec<String>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare("SELECT started_at FROM run WHERE started_at >= ?1 ORDER BY started_at")?;
            let found = rows.query_map([at], |row| row.get(0))?;
            found.collect()
        })
    }

    /// The batches that a run saw.
    pub fn batches_of(&self, run: RunId) -> Result<Vec<i64>, StoreError> {
        let text: Option<String> =
            self.read(|conn| conn.query_row("SELECT pinned_batches FROM run WHERE run_id = ?1", [run.0], |row| row.get(0)).optional())?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// The run that put its work in place before this one.
    pub fn done_before(&self, run: RunId) -> Result<Option<RunId>, StoreError> {
        self.read(|conn| {
            conn.query_row("SELECT max(run_id) FROM run WHERE state = 'done' AND run_id < ?1", [run.0], |row| row.get::<_, Option<i64>>(0))
        })
        .map(|found| found.map(RunId))
    }

    /// The gold that people saw when a run began, other than the one that it built.
    pub fn seen_before(&self, run: RunId) -> Result<Option<GoldVersion>, StoreError> {
        self.read(|conn| {
            conn.query_row(
                "SELECT p.version FROM publish_log p JOIN run r ON r.run_id = ?1
                 WHERE p.published_at <= r.started_at AND p.version < coalesce((SELECT min(version) FROM gold_version WHERE run_id = ?1), 1 << 40)
                 ORDER BY p.publish_id DESC LIMIT 1",
                [run.0],
                |row| row.get(0).map(GoldVersion),
            )
            .optional()
        })
    }

    /// Keeps what became of a run's report; the newest word of a run holds.
    pub fn note_report(&mut self, row: &ReportRow) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO run_report (run_id, made_at, file, message, mail, mail_message) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![row.run.0, row.made_at, row.file, row.message, row.mail.name(), row.mail_message],
            )
            .map(drop)
        })
    }

    pub fn report_of(&self, run: RunId) -> Result<Option<ReportRow>, StoreError> {
        self.read(|conn| {
            conn.query_row("SELECT run_id, made_at, file, message, mail, mail_message FROM run_report WHERE run_id = ?1", [run.0], |row| {
                Ok(ReportRow {
                    run: RunId(row.get(0)?),
                    made_at: row.get(1)?,
                    file: row.get(2)?,
                    message: row.get(3)?,
                    mail: MailState::from_name(&row.get::<_, String>(4)?),
                    mail_message: row.get(5)?,
                })
            })
            .optional()
        })
    }
}

const SELECT: &str = "SELECT run_id, started_at, finished_at, state, pinned_decision, as_of, outcome, message, author, begun_by FROM run";

/// What became of a run's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    pub run: RunId,
    pub made_at: String,
    /// Its files in reports/, without their endings; None: it could not be written.
    pub file: Option<String>,
    /// Why there is none.
    pub message: String,
    pub mail: MailState,
    /// To whom it went, or why it did not.
    pub mail_message: String,
}

impl ReportRow {
    /// Of a run of which nothing was told yet.
    pub fn of(run: RunId) -> Self {
        Self { run, made_at: String::new(), file: None, message: String::new(), mail: MailState::Off, mail_message: String::new() }
    }
}

/// Whether a report went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// Nobody is to be told of this run.
    #[default]
    Off,
    Sent,
    Failed,
}

impl MailState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    fn from_name(name: &str) -> Self {
        [Self::Sent, Self::Failed].into_iter().find(|state| state.name() == name).unwrap_or_default()
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
        author: row.get(8)?,
        begun_by: if row.get::<_, String>(9)? == "schedule" { BegunBy::Schedule } else { BegunBy::Person },
    })
}
