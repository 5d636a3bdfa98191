//! Deeds, one file each. Flow: Command -> its file -> Report.

pub mod answers;
pub mod decide;
pub mod evaluate;
mod generate;
pub mod ingest;
mod load;
mod match_against;
pub mod match_desk;
mod match_export;
mod match_files;
mod match_input;
mod match_labels;
mod match_learn;
mod match_notes;
mod match_splink;
mod match_write;
pub mod publish;
pub mod run;
mod start;
pub mod steward;

use crate::base::RunCtx;

use super::command::Command;
use super::error::EngineError;
use super::event::Report;
use super::executor::Shared;

/// Carries out a command.
pub(super) fn perform(shared: &Shared, command: &Command, ctx: &RunCtx) -> Result<Report, EngineError> {
    match command {
        Command::Open { dir } => shared.open(dir).map(|_| Report::Opened),
        Command::Create { dir, name, from } => start::create(shared, dir, name, from.as_deref(), ctx),
        Command::OpenSample { dir } => start::open_sample(shared, dir, ctx),
        Command::Ingest { paths, source, profile, dry_run } => {
            let session = shared.session()?;
            let request = load::request(paths, source.as_deref(), profile.as_deref(), *dry_run);
            let outcome = load::load(&session, &request, ctx);
            shared.changed(&session);
            outcome.map(Report::Ingested)
        }
        Command::Run { publish, full_refresh } => {
            let session = shared.session()?;
            let outcome = run::run(&session, &run::RunOptions { publish: *publish, full_refresh: *full_refresh, model: None }, ctx);
            shared.changed(&session);
            outcome.map(Report::Ran)
        }
        Command::Decide { item, answer, reason, user } => {
            let session = shared.session()?;
            let by = decide::By { user, reason: reason.as_deref() };
            let (decision, summary) = decide::decide(&session, item, &(*answer).into(), by)?;
            shared.changed(&session);
            Ok(Report::Decided { decision, summary })
        }
        Command::Undo { decision, user } => {
            let session = shared.session()?;
            let summary = steward::undo::undo(&session, *decision, false, user)?.summary;
            shared.changed(&session);
            Ok(Report::Undone { decision: *decision, summary })
        }
        Command::Review { deed, user } => steward::review(shared, deed, user),
        Command::Golden { deed, user } => steward::golden_deed(shared, deed, user),
        Command::Match(deed) => match_desk::perform(shared, deed, ctx),
        Command::Publish { version, user } => {
            let session = shared.session()?;
            let (version, summary) = publish::publish(&session, *version, user)?;
            shared.changed(&session);
            Ok(Report::Published { version: version.0, summary })
        }
        Command::Rollback { version, user } => {
            let session = shared.session()?;
            let (version, summary) = publish::rollback(&session, *version, user)?;
            shared.changed(&session);
            Ok(Report::Published { version: version.0, summary })
        }
        Command::Generate { customers, seed, dir, thin } => generate::generate(*customers, *seed, dir, *thin, ctx).map(Report::Generated),
        Command::MatchFiles(spec) => match_files::match_files(spec, ctx).map(Report::Matched),
    }
}
