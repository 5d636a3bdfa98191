//! Deeds, one file each. Flow: Command -> its file -> Report.

pub mod answers;
pub mod arrive;
pub mod audit;
pub mod backup;
pub mod churn;
mod dashboards;
mod data;
pub mod data_tests;
mod dbt;
pub mod decide;
pub mod erase;
pub mod evaluate;
mod generate;
pub mod ingest;
pub mod live;
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
pub mod pack;
pub mod publish;
mod quarantine;
pub mod run;
pub mod runs;
mod source_map;
mod start;
pub mod steward;
pub mod trust;
pub mod trust_proposals;
mod watch;
mod workflow;

use crate::base::{DecisionId, RunCtx};

use super::command::Command;
use super::error::EngineError;
use super::event::Report;
use super::executor::Shared;
use super::pages::TrustOutcome;

/// Carries out a command.
pub(super) fn perform(shared: &Shared, command: &Command, ctx: &RunCtx) -> Result<Report, EngineError> {
    // Not held meanwhile: a deed may close the workspace.
    if let Ok(session) = shared.session() {
        trust::guard(&session, command)?;
    }
    let report = carry_out(shared, command, ctx)?;
    if let Ok(session) = shared.session() {
        backup::after_deed(&session);
    }
    Ok(report)
}

fn carry_out(shared: &Shared, command: &Command, ctx: &RunCtx) -> Result<Report, EngineError> {
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
        Command::Arrive { files } => {
            let session = shared.session()?;
            let outcome = arrive::arrive(&session, files, ctx);
            shared.changed(&session);
            outcome.map(|outcome| Report::Arrived(Box::new(outcome)))
        }
        Command::Watch { folder, on } => {
            let session = shared.session()?;
            let (said, dir) = (watch::keep(&session, folder, *on)?, session.workspace.dir().to_owned());
            drop(session);
            shared.open(&dir)?;
            Ok(Report::Said(said))
        }
        Command::Source(deed) => {
            let session = shared.session()?;
            let report = source_map::perform(&session, deed, ctx);
            shared.changed(&session);
            report
        }
        Command::Quarantine(deed) => {
            let session = shared.session()?;
            let report = load::quarantine(&session, deed, ctx);
            shared.changed(&session);
            report
        }
        Command::Run { publish, full_refresh } => {
            let session = shared.session()?;
            let outcome =
                run::run(&session, &run::RunOptions { publish: *publish, full_refresh: *full_refresh, ..run::RunOptions::default() }, ctx);
            shared.changed(&session);
            outcome.map(Box::new).map(Report::Ran)
        }
        Command::Decide { item, answer, reason, user } => {
            let session = shared.session()?;
            let by = decide::By { user, reason: reason.as_deref() };
            let report = trust_proposals::decide(&session, item, &(*answer).into(), by)?;
            shared.changed(&session);
            Ok(report)
        }
        Command::Undo { decision, user } => take_back(shared, *decision, user),
        Command::Review { deed, user } => steward::review(shared, deed, user),
        Command::Golden { deed, user } => steward::golden_deed(shared, deed, user),
        Command::Trust(deed) => trust::perform(shared, deed),
        Command::Data(deed) => data::perform(shared, deed, ctx),
        Command::Runs(deed) => runs::perform(shared, deed, ctx),
        Command::Dashboard(deed) => dashboards::perform(shared, deed),
        Command::Churn(deed) => churn::perform(shared, deed, ctx),
        Command::Sql { sql, limit } => crate::engine::answer::typed(&*shared.session()?, sql, *limit, ctx),
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

/// One decision and nothing that depends on it; a proposal where the policy asks a second person.
fn take_back(shared: &Shared, decision: DecisionId, user: &str) -> Result<Report, EngineError> {
    let session = shared.session()?;
    let outcome = steward::undo::undo(&session, decision, false, user)?;
    shared.changed(&session);
    let summary = outcome.summary;
    Ok(match outcome.proposals.first() {
        None => Report::Undone { decision, summary },
        proposal => Report::Trust(Box::new(TrustOutcome { summary, proposal: proposal.copied(), ..TrustOutcome::default() })),
    })
}
