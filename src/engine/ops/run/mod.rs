//! One run: bronze to gold. Flow: pin -> staging -> records -> match -> customers -> silver -> gold -> masked copy -> put in place -> publish.
//!
//! Everything is built aside. Cancelled or killed, the store is as it was; decisions made meanwhile go into the next run.

mod build;
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
use crate::store::control::{PinnedModel, RunState};
use crate::store::workspace::PublishWhen;

use super::churn::PinnedModels;
use super::publish;

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
    let pinned = pin(session)?;
    let asked = RunAsked { full_refresh: options.full_refresh, ..RunAsked::default() };
    let result = build::build(session, &pinned, options, ctx).map_err(|error| error.in_folder(session.workspace.dir()));
    let at = session.clock.now_iso();
    match result {
        Ok(mut outcome) => {
            count_open(session, &mut outcome)?;
            publish_if_wanted(session, options.publish, &mut outcome)?;
            outcome.seconds = started.elapsed().as_secs_f64();
            let json = logged(&outcome, &asked);
            session.control().end_run(pinned.run, &at, RunState::Done, Some(&pinned.as_of), Some(&json), None)?;
            Ok(outcome)
        }
        Err(error) => {
            end_without(session, &pinned, &asked, &error)?;
            Err(error)
        }
    }
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

/// What the log keeps of a run: what came of it, and what it had been asked.
#[derive(Serialize)]
struct Logged<'a> {
    #[serde(flatten)]
    outcome: &'a RunOutcome,
    asked: &'a RunAsked,
}

fn logged(outcome: &RunOutcome, asked: &RunAsked) -> String {
    serde_json::to_string(&Logged { outcome, asked }).unwrap_or_default()
}

/// Logs a run that put nothing in place, and what it had been asked.
fn end_without(session: &Session, pinned: &Pinned, asked: &RunAsked, error: &EngineError) -> Result<(), EngineError> {
    let json = logged(&RunOutcome { run: pinned.run.0, ..RunOutcome::default() }, asked);
    let (state, message) = match error {
        EngineError::Cancelled => (RunState::Cancelled, None),
        error => (RunState::Failed, Some(error.to_string())),
    };
    session.control().end_run(pinned.run, &session.clock.now_iso(), state, Some(&pinned.as_of), Some(&json), message.as_deref())?;
    Ok(())
}

fn pin(session: &Session) -> Result<Pinned, EngineError> {
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
    let run = control.begin_run(&session.clock.now_iso(), &session.acting(), decision_number, &batches)?;
    Ok(Pinned { run, decision_number, batches, as_of, models })
}

fn publish_if_wanted(session: &Session, is_wanted: bool, outcome: &mut RunOutcome) -> Result<(), EngineError> {
    if !is_wanted {
        outcome.why_not_published = Some("look at what would change, then publish it".to_owned());
        return Ok(());
    }
    match session.workspace.config.publish.when {
        PublishWhen::Approver => outcome.why_not_published = Some("publish.when = approver: an approver publishes it".to_owned()),
        PublishWhen::QueueEmpty if outcome.review_items > 0 => {
            outcome.why_not_published = Some(format!("publish.when = queue_empty: {} items wait in Review", outcome.review_items));
        }
        PublishWhen::Always | PublishWhen::QueueEmpty => match publish::publish(session, None, &session.acting()) {
            Ok(_) => outcome.published = true,
            Err(EngineError::Refused(why)) => outcome.why_not_published = Some(why),
            Err(error) => return Err(error),
        },
    }
    Ok(())
}
