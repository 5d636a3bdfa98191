//! What the last run left undone, once more. Flow: the last run's log -> its failed and skipped models, or all of it -> a run.
//!
//! As `dbt retry`: models that were built stay as they are.

use serde::Deserialize;

use crate::base::RunCtx;
use crate::engine::error::EngineError;
use crate::engine::pages::RunOutcome;
use crate::engine::session::Session;
use crate::store::control::RunState;

use super::{Chosen, RunAsked, RunOptions, run, run_models};

/// What the log keeps of a run's words; runs of older programs had none.
#[derive(Default, Deserialize)]
struct Told {
    #[serde(default)]
    asked: RunAsked,
}

/// None: the last run left nothing undone.
pub fn retry(session: &Session, publish: bool, ctx: &RunCtx) -> Result<Option<RunOutcome>, EngineError> {
    let Some(last) = session.control().last_run()? else {
        return Err(EngineError::Refused("nothing was run yet that could be done again. Say 'karat run' first.".to_owned()));
    };
    let json = last.outcome.as_deref().unwrap_or_default();
    let told: RunOutcome = serde_json::from_str(json).unwrap_or_default();
    let Told { asked } = serde_json::from_str(json).unwrap_or_default();
    if last.state != RunState::Done {
        // It put nothing in place: all of it is to be done again.
        if asked.select.is_empty() && asked.exclude.is_empty() {
            return run(session, &RunOptions { publish, full_refresh: asked.full_refresh, ..RunOptions::default() }, ctx).map(Some);
        }
        let chosen = Chosen { select: &asked.select, exclude: &asked.exclude, publish, full_refresh: asked.full_refresh };
        return run_models(session, &chosen, ctx).map(Some);
    }
    let undone: Vec<String> =
        told.models.into_iter().filter(|model| matches!(model.state.as_str(), "failed" | "skipped")).map(|model| model.model).collect();
    if undone.is_empty() {
        return Ok(None);
    }
    run_models(session, &Chosen { select: &undone, exclude: &[], publish, full_refresh: asked.full_refresh }, ctx).map(Some)
}
