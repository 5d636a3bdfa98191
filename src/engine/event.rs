//! What the engine tells: answers to queries, the course of jobs, and that data changed.

use std::sync::Arc;

use crate::base::{DataTable, DecisionId, ProgressSample, Step};

use super::command::Command;
use super::dashboard_deed::DashboardDeed;
use super::pages::{
    ArrivalsOutcome, ChurnOutcome, GenerateOutcome, IngestOutcome, MatchOutcome, ReviewOutcome, RunOutcome, StatusPage, TestsOutcome,
    TrustOutcome,
};
use super::query::Page;

/// Names a query that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// Names a command that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// One message from the engine. Taken with `Backend::poll`, in order.
#[derive(Debug, Clone)]
pub enum Event {
    /// A query's page, or a sentence that says why there is none.
    Answer { ticket: Ticket, page: Result<Arc<Page>, String> },
    /// A workspace was opened; every page of the one before is void.
    Opened { status: Arc<StatusPage> },
    /// A command began to run.
    Started { job: JobId, command: Arc<Command> },
    /// A command ended.
    Ended { job: JobId, outcome: Outcome },
    /// Data changed: pages of an older version are worth asking again.
    DataChanged { version: u64 },
}

/// How a command ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    Done(Report),
    /// Stopped on request; the store is as it was before.
    Cancelled,
    /// What happened, where, what to do.
    Failed {
        message: String,
        /// Another program holds the workspace.
        held: bool,
    },
}

/// What a finished command brought about.
#[derive(Debug, Clone)]
pub enum Report {
    Opened,
    Ingested(IngestOutcome),
    /// Files of watched folders were taken.
    Arrived(Box<ArrivalsOutcome>),
    /// A small deed on the sources is done: "Mapped 4 columns to erp_customers. …"
    Noted {
        summary: String,
    },
    Ran(Box<RunOutcome>),
    /// `summary` is fit for a toast: "Joined C-1039, Roan Ettersby".
    Decided {
        decision: DecisionId,
        summary: String,
    },
    Undone {
        decision: DecisionId,
        summary: String,
    },
    Published {
        version: u32,
        summary: String,
    },
    /// A deed of the workbench.
    Reviewed(Box<ReviewOutcome>),
    /// People, keys, masks, proposals, packs, audit, backups, erasure.
    Trust(Box<TrustOutcome>),
    /// A model was trained, promoted or archived; the worklist was changed.
    Churn(Box<ChurnOutcome>),
    /// Data tests that were run.
    Tested(TestsOutcome),
    /// What a typed statement answers.
    Table {
        table: Arc<DataTable>,
        seconds: f64,
    },
    /// A view of a dashboard was saved, renamed, deleted or brought back; `undo` takes that back.
    ViewKept {
        summary: String,
        undo: Box<DashboardDeed>,
    },
    /// Something was written or set: a test, an export.
    Said(String),
    Generated(GenerateOutcome),
    Matched(MatchOutcome),
    /// The settings of matching: "2 changes not applied".
    MatchSettings {
        summary: String,
    },
}

/// The running job as the bottom bar shows it.
#[derive(Debug, Clone)]
pub struct JobProgress {
    pub job: JobId,
    /// "Run", "Add files".
    pub title: String,
    pub sample: ProgressSample,
    /// Models that are built so far, in order.
    pub steps: Vec<Step>,
    /// Seconds since the job began.
    pub elapsed_secs: f64,
    pub cancelling: bool,
}

/// The engine as a front end sees it. `wake` was given when it was made and is called when `poll` has something.
pub trait Backend {
    fn send(&self, command: Command) -> JobId;
    fn ask(&self, query: super::query::Query) -> Ticket;
    /// Everything that happened since the last call; never waits.
    fn poll(&self) -> Vec<Event>;
    /// The long job that runs now.
    fn progress(&self) -> Option<JobProgress>;
    fn cancel(&self, job: JobId);
}
