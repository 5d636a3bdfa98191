//! One run: bronze to gold. Flow: pin -> staging -> records -> match -> customers -> silver -> gold -> masked copy -> put in place -> publish
//! -> report.
//!
//! Everything is built aside. Cancelled or killed, the store is as it was; decisions made meanwhile go into the next run.

mod build;
mod ended;
mod identify;
mod kept;
mod matched;
mod partial;
mod place;
mod retry;

use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::base::{RunCtx, RunId, Stage};
use crate::engine::answer::status::open_questions;
use crate::engine::error::EngineError;
use crate::engine::pages::RunOutcome;
use crate::engine::session::Session;
use crate::store::control::{BegunBy, PinnedModel};

use super::churn::PinnedModels;
use super::runs::room;

pub use build::{as_of, current_batches as loaded_batches};
pub use identify::{match_table, questions_of, sources_of};
pub use kept::{KeptIndex, erase as erase_index};
pub use matched::match_under;
pub use partial::{Chosen, run_models};
pub use retry::retry;

/// How a run goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// Publish at the end where the workspace's policy lets it.
    pub publish: bool,
    /// Train the matching model anew instead of using the pinned one.
    pub full_refresh: bool,
    /// A model to pin and use instead of the pinned one.
    pub model: Option<PinnedModel>,
    pub begun_by: BegunBy,
}

/// What a run saw when it began; whatever comes later goes into the next one.
#[derive(Debug)]
pub struct Pinned {
    pub run: RunId,
    pub decision_number: i64,
    pub batches: Vec<i64>,
    pub as_of: String,
    /// The models that predict in this run.
    pub models: PinnedModels,
}

/// Runs and logs the run, however it ends.
pub fn run(session: &Session, options: &RunOptions, ctx: &RunCtx) -> Result<RunOutcome, EngineError> {
    session.must_write()?;
    let started = Instant::now();
    ctx.progress.enter(Stage::Starting, 0);
    let warnings = room::check(session)?;
    let pinned = pin(session, options.begun_by)?;
    let built = build::build(session, &pinned, options, ctx).and_then(|mut outcome| count_open(session, &mut outcome).map(|()| outcome));
    let asked = RunAsked { full_refresh: options.full_refresh, ..RunAsked::default() };
    ended::end(session, &pinned, built, ended::Wanted { publish: options.publish, started, warnings, asked }, ctx)
}

/// Of the questions of this run those that wait, counted as everywhere else; the others were put aside, proposed or decided.
fn count_open(session: &Session, outcome: &mut RunOutcome) -> Result<(), EngineError> {
    let open = open_questions(session, &session.reader_of(None)?)?;
    outcome.review_aside = outcome.review_items.saturating_sub(open);
    outcome.review_items = open;
    Ok(())
}

/// Which models a run was to build; all of them where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAsked {
    select: Vec<String>,
    exclude: Vec<String>,
    full_refresh: bool,
}

fn pin(session: &Session, begun_by: BegunBy) -> Result<Pinned, EngineError> {
    let conn = session.reader_of(None)?;
    let batches = build::current_batches(&conn)?;
    if batches.is_empty() {
        return Err(EngineError::Refused(
            "there is nothing to run on: no file was loaded yet. Load some with 'karat ingest PATH'.".to_owned(),
        ));
    }
    let as_of = as_of(session, &conn)?;
    let models = PinnedModels::of(session)?;
    let mut control = session.control();
    let decision_number = control.decision_number()?;
    let run = control.begin_run(&session.clock.now_iso(), (&session.acting(), begun_by), decision_number, &batches)?;
    Ok(Pinned { run, decision_number, batches, as_of, models })
}
