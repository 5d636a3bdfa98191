//! The settings of matching. Flow: match.toml (or what is built in) -> draft in control.db -> edits, or what answers teach (learn) -> preview aside
//!     -> match.toml, audit, run; answers or a truth -> how right each threshold is (measure).

mod learn;
mod measure;
mod preview;

use std::path::{Path, PathBuf};

use crate::base::RunCtx;
use crate::engine::command::{MatchDeed, MatchEdit};
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::executor::Shared;
use crate::engine::session::Session;
use crate::matching::{MatchConfig, Model, auto};
use crate::store::control::{Deed, PinnedModel};
use crate::store::workspace::{Workspace, replace_file};

use super::run::{RunOptions, run};

pub use learn::Lesson;
pub use measure::{Audited, Measured, MeasuredBy, MeasuredRow};
use preview::{Aside, Now};
pub use preview::{Preview, PreviewPair, TwoRecords};

/// Carries out a deed of the Match page.
pub(in crate::engine) fn perform(shared: &Shared, deed: &MatchDeed, ctx: &RunCtx) -> Result<Report, EngineError> {
    let session = shared.session()?;
    let done = |outcome: Result<String, EngineError>| {
        shared.changed(&session);
        outcome.map(|summary| Report::MatchSettings { summary })
    };
    match deed {
        MatchDeed::Edit(change) => done(edit(&session, change)),
        MatchDeed::Discard => done(discard(&session)),
        MatchDeed::ForgetPreview => {
            session.keep_preview(None);
            done(Ok(String::new()))
        }
        MatchDeed::Export { path } => done(export(&session, path)),
        MatchDeed::Preview { retrain } => {
            let found = preview::make(&session, if *retrain { Aside::Retrain } else { Aside::Draft }, ctx)?;
            let summary = found.summary();
            session.keep_preview(Some(found));
            done(Ok(summary))
        }
        MatchDeed::Suggest => {
            let found = preview::make(&session, Aside::Suggest, ctx)?;
            let summary = found.summary();
            session.keep_measured(found.lesson.as_ref().map(|lesson| lesson.measured.clone()));
            session.keep_preview(Some(found));
            done(Ok(summary))
        }
        MatchDeed::TakeSuggestion => done(take_suggestion(&session)),
        MatchDeed::Measure { truth } => {
            let found = measure::measure(&session, truth.as_deref(), ctx)?;
            let summary = found.summary();
            session.keep_measured(Some(found));
            done(Ok(summary))
        }
        MatchDeed::Apply { user } => {
            apply(&session, user)?;
            let outcome = run(&session, &RunOptions::default(), ctx);
            shared.changed(&session);
            outcome.map(Box::new).map(Report::Ran)
        }
        MatchDeed::UseNewModel { user } => {
            let model = new_model(&session, user)?;
            let outcome = run(&session, &RunOptions { model: Some(model), ..RunOptions::default() }, ctx);
            shared.changed(&session);
            outcome.map(Box::new).map(Report::Ran)
        }
    }
}

/// Where a workspace keeps its matching settings.
pub fn path_of(workspace: &Workspace) -> PathBuf {
    workspace.dir().join("match.toml")
}

/// What runs match by: `match.toml`, or what is built in where there is none. A file with a fault is refused with its line and column.
pub fn config_of(workspace: &Workspace) -> Result<MatchConfig, EngineError> {
    let path = path_of(workspace);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(MatchConfig::new(auto::bank_settings())),
        Err(error) => return Err(EngineError::Refused(format!("{} cannot be read: {error}", path.display()))),
    };
    MatchConfig::from_toml(&text).map_err(|error| {
        EngineError::Refused(format!("{}, {error}. Mend it, or remove the file to match by what is built in.", path.display()))
    })
}

/// What was changed and not yet applied. A draft that an older program left and that cannot be read is no draft.
pub fn draft_of(session: &Session) -> Result<Option<MatchConfig>, EngineError> {
    Ok(session.control().match_draft()?.and_then(|text| MatchConfig::from_toml(&text).ok()))
}

/// What the last run matched by; what is built in where no run has told.
pub fn config_of_run(session: &Session) -> Result<MatchConfig, EngineError> {
    let told = session.control().match_state()?;
    Ok(told.and_then(|told| MatchConfig::from_toml(&told.config).ok()).unwrap_or_else(|| MatchConfig::new(auto::bank_settings())))
}

/// The model that made the scores which are shown: the pinned one under the settings of its run.
pub fn in_force(session: &Session, pinned: &PinnedModel) -> Result<Model, EngineError> {
    let trained = Model::from_json(&pinned.json)?;
    let config = config_of_run(session)?;
    Ok(if config.fits(&trained) { config.model(&trained) } else { trained })
}

/// The pinned model as training left it.
pub fn trained(session: &Session) -> Result<Option<Model>, EngineError> {
    let pinned = session.control().pinned_model()?;
    pinned.map(|pinned| Model::from_json(&pinned.json)).transpose().map_err(EngineError::from)
}

fn edit(session: &Session, change: &MatchEdit) -> Result<String, EngineError> {
    session.must_write()?;
    let now = config_of(&session.workspace)?;
    let mut draft = draft_of(session)?.unwrap_or_else(|| now.clone());
    let trained = trained(session)?;
    draft.edit(change, trained.as_ref())?;
    let changes = draft.changes(&now, trained.as_ref());
    if changes.is_empty() {
        session.control().set_match_draft(None)?;
        return Ok("Nothing is changed any more".to_owned());
    }
    session.control().set_match_draft(Some(&text_of(&draft)?))?;
    Ok(changes.last().cloned().unwrap_or_default())
}

fn text_of(config: &MatchConfig) -> Result<String, EngineError> {
    config.to_toml().map_err(|error| EngineError::Refused(error.to_string()))
}

fn discard(session: &Session) -> Result<String, EngineError> {
    session.must_write()?;
    session.control().set_match_draft(None)?;
    session.keep_preview(None);
    Ok("The changes are discarded".to_owned())
}

/// What was suggested becomes the draft: nothing holds before it is applied.
fn take_suggestion(session: &Session) -> Result<String, EngineError> {
    session.must_write()?;
    let held = session.preview();
    let Some(held) = held.as_ref().filter(|held| held.lesson.is_some()) else {
        return Err(EngineError::Refused("there is no suggestion to take; ask for one first (Suggest weights).".to_owned()));
    };
    let now = config_of(&session.workspace)?;
    let changes = held.config.changes(&now, trained(session)?.as_ref());
    if changes.is_empty() {
        return Ok("The suggestion changes nothing".to_owned());
    }
    session.control().set_match_draft(Some(&text_of(&held.config)?))?;
    Ok("The suggestion is taken: Apply makes it hold".to_owned())
}

fn export(session: &Session, path: &Path) -> Result<String, EngineError> {
    let config = match draft_of(session)? {
        Some(draft) => draft,
        None => config_of(&session.workspace)?,
    };
    replace_file(path, text_of(&config)?.as_bytes())?;
    Ok(format!("Wrote {}", path.display()))
}

/// Makes the draft the workspace's settings. Without a draft the settings stay, and the run that follows uses them.
fn apply(session: &Session, user: &str) -> Result<(), EngineError> {
    session.must_write()?;
    let Some(draft) = draft_of(session)? else { return Ok(()) };
    // A file with a fault is replaced: the draft came from a good one.
    let before = config_of(&session.workspace).unwrap_or_else(|_| MatchConfig::new(auto::bank_settings()));
    let changes = draft.changes(&before, trained(session)?.as_ref());
    replace_file(&path_of(&session.workspace), text_of(&draft)?.as_bytes())?;
    let at = session.clock.now_iso();
    session.control().match_applied(&at, user, &changes.join("; "))?;
    Ok(())
}

/// The model of the preview, for the run to pin.
fn new_model(session: &Session, user: &str) -> Result<PinnedModel, EngineError> {
    session.must_write()?;
    let preview = session.preview();
    let Some(model) = preview.as_ref().and_then(|preview| preview.model.clone()) else {
        return Err(EngineError::Refused("there is no newly trained model; compare models first.".to_owned()));
    };
    let detail = format!("a model trained anew on {} records", model.records);
    session.control().record_deed(&session.clock.now_iso(), user, Deed::Match, "model", &detail)?;
    Ok(model)
}
