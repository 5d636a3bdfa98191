//! What there is about runs besides running. Flow: RunsDeed -> schedule (when) | room (may it) | report (a run's row, its files, what changed ->
//! files -> mail) | retention (what is kept how long) -> Report.

pub mod report;
pub mod retention;
pub mod room;
pub mod schedule;

use crate::base::RunCtx;
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::executor::Shared;
use crate::engine::runs_deed::RunsDeed;
use crate::store::control::BegunBy;

use super::run::{RunOptions, run};

pub(in crate::engine) fn perform(shared: &Shared, deed: &RunsDeed, ctx: &RunCtx) -> Result<Report, EngineError> {
    let session = shared.session()?;
    let said = match deed {
        RunsDeed::Scheduled => {
            let options = RunOptions { publish: true, begun_by: BegunBy::Schedule, ..RunOptions::default() };
            let outcome = run(&session, &options, ctx);
            shared.changed(&session);
            return outcome.map(Box::new).map(Report::Ran);
        }
        RunsDeed::SetSchedule { cron, user } => {
            let said = schedule::set(&session, cron.as_deref(), user)?;
            shared.alarm.ring();
            shared.changed(&session);
            said
        }
        RunsDeed::SetRetention { rule, user } => {
            let said = retention::set(&session, *rule, user)?;
            shared.changed(&session);
            said
        }
        RunsDeed::ApplyRetention { user } => {
            let said = retention::apply(&session, user, ctx);
            shared.changed(&session);
            said?
        }
        RunsDeed::SendReport { run } => {
            let sent = report::send_again(&session, *run, ctx);
            shared.changed(&session);
            format!("The report of run {run} was {}", sent?)
        }
        RunsDeed::SaveReport { run, file } => {
            let file = report::save(&session, *run, file)?;
            format!("Wrote the report of run {run} to {}", file.display())
        }
    };
    Ok(Report::Said(said))
}
