//! How a run ends. Flow: what was built, or why not -> publish where the policy lets it -> the run's row -> its report.

use std::time::Instant;

use serde::Serialize;

use crate::base::RunCtx;
use crate::engine::error::EngineError;
use crate::engine::ops::{publish, runs};
use crate::engine::pages::{ModelOutcome, RunOutcome};
use crate::engine::session::Session;
use crate::store::control::RunState;
use crate::store::workspace::PublishWhen;

use super::{Pinned, RunAsked};

#[derive(Debug, Clone)]
pub struct Wanted {
    /// Publish where the workspace's policy lets it.
    pub publish: bool,
    pub started: Instant,
    /// What was said before it began.
    pub warnings: Vec<String>,
    pub asked: RunAsked,
}

/// What the log keeps of a run: what came of it, and what it had been asked.
#[derive(Serialize)]
struct Logged<'a> {
    #[serde(flatten)]
    outcome: &'a RunOutcome,
    asked: &'a RunAsked,
}

/// Logs the run and tells of it. What goes wrong with the report is told and changes nothing.
pub fn end(
    session: &Session,
    pinned: &Pinned,
    built: Result<RunOutcome, EngineError>,
    wanted: Wanted,
    ctx: &RunCtx,
) -> Result<RunOutcome, EngineError> {
    let (state, mut outcome, failure) = match built.map_err(|error| error.in_folder(session.workspace.dir())) {
        Ok(mut outcome) => {
            publish_if_wanted(session, wanted.publish, &mut outcome);
            (RunState::Done, outcome, None)
        }
        Err(EngineError::Cancelled) => (RunState::Cancelled, so_far(pinned, ctx), Some(EngineError::Cancelled)),
        Err(error) => (RunState::Failed, so_far(pinned, ctx), Some(error)),
    };
    outcome.warnings = wanted.warnings;
    outcome.seconds = wanted.started.elapsed().as_secs_f64();
    let json = serde_json::to_string(&Logged { outcome: &outcome, asked: &wanted.asked }).unwrap_or_default();
    let message = failure.as_ref().filter(|_| state == RunState::Failed).map(ToString::to_string);
    let at = session.clock.now_iso();
    session.control().end_run(pinned.run, &at, state, Some(&pinned.as_of), Some(&json), message.as_deref())?;
    // Whoever cancels a run stands before it.
    if state != RunState::Cancelled {
        outcome.report = Box::new(runs::report::tell(session, pinned.run, ctx));
    }
    failure.map_or(Ok(outcome), Err)
}

/// What had been built of a run that did not come to its end.
fn so_far(pinned: &Pinned, ctx: &RunCtx) -> RunOutcome {
    let models = ctx.progress.steps().into_iter().map(ModelOutcome::from);
    RunOutcome { run: pinned.run.0, as_of: Some(pinned.as_of.clone()), models: models.collect(), ..RunOutcome::default() }
}

/// A gold that is built and cannot be published waits, and says why.
fn publish_if_wanted(session: &Session, is_wanted: bool, outcome: &mut RunOutcome) {
    let why_not = match session.workspace.config.publish.when {
        _ if !is_wanted => Some("look at what would change, then publish it".to_owned()),
        PublishWhen::Approver => Some("publish.when = approver: an approver publishes it".to_owned()),
        PublishWhen::QueueEmpty if outcome.review_items > 0 => {
            Some(format!("publish.when = queue_empty: {} items wait in Review", outcome.review_items))
        }
        PublishWhen::Always | PublishWhen::QueueEmpty => {
            publish::publish(session, None, &session.acting()).err().map(|error| error.to_string())
        }
    };
    outcome.published = why_not.is_none();
    outcome.why_not_published = why_not;
}
