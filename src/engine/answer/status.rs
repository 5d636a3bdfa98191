//! The workspace at a glance.

use crate::base::money::group_thousands;
use crate::engine::error::EngineError;
use crate::engine::ops::runs::schedule;
use crate::engine::ops::trust;
use crate::engine::pages::{RunOutcome, ScheduleView, StatusPage, SystemStatus};
use crate::engine::session::Session;
use crate::store::bronze::query;
use crate::store::control::{RunRow, RunState};
use crate::store::reader::Connection;
use crate::store::silver;

use super::review::Standing;
use super::sqlite;
use super::words::{counted, moment};

pub fn status(session: &Session) -> Result<StatusPage, EngineError> {
    let (versions, published, last_run) = {
        let control = session.control();
        (control.versions()?, control.published()?, control.last_run()?)
    };
    let conn = session.reader_of(None)?;
    let manifest = sqlite(silver::manifest(&conn, "silver"))?;
    let has_bronze = sqlite(silver::has_table(&conn, "bronze", "batch"))?;
    let systems = if has_bronze { sqlite(query::systems(&conn))? } else { Vec::new() };
    let built_from: Vec<&str> = manifest.get("batches").map(|batches| batches.split(',').collect()).unwrap_or_default();
    let loaded = if has_bronze { super::super::ops::run::loaded_batches(&conn)? } else { Vec::new() };
    let records = if manifest.is_empty() { Vec::new() } else { sqlite(silver::records_per_system(&conn))? };
    let applied: i64 = manifest.get("decision_number").and_then(|number| number.parse().ok()).unwrap_or_default();
    let queue_open = open_questions(session, &conn)?;
    let schedule = schedule::view(session, 1)?;
    let live = published.and_then(|version| versions.iter().find(|row| row.version == version));
    let newest = versions.first();
    let customers = newest.map_or(0, |row| row.customers);
    Ok(StatusPage {
        workspace: session.workspace.config.name.clone(),
        dir: session.workspace.dir().display().to_string(),
        subtitle: format!("{}, {}", counted(customers, "customer"), counted(systems.len() as u64, "system")),
        read_only_because: session.damaged.clone().or_else(|| session.held_by.clone()),
        user: session.acting(),
        acting: trust::acting(session)?,
        as_of: manifest.get("as_of").cloned(),
        source_records: records.iter().map(|(_, count)| count).sum(),
        customers,
        source_warnings: systems.iter().map(|system| system.failed + system.flags).sum(),
        queue_open,
        decisions_not_applied: session.control().decisions_after(applied)?,
        new_batches: loaded.iter().filter(|batch| !built_from.contains(&batch.to_string().as_str())).count() as u64,
        silver_built_at: manifest.get("_built_at").cloned(),
        gold_published: live.map(|row| row.version.0),
        gold_published_at: live.and_then(|row| row.published_at.clone()),
        gold_restored_at: live
            .filter(|row| newest.is_some_and(|newest| newest.version > row.version))
            .and_then(|row| row.restored_at.clone()),
        gold_built: newest.filter(|row| Some(row.version) != published && row.published_at.is_none()).map(|row| row.version.0),
        gold_newest: newest.map(|row| row.version.0),
        last_run_failed: last_run.as_ref().is_some_and(|run| matches!(run.state, RunState::Failed | RunState::Interrupted)),
        last_run: last_run.as_ref().map(run_in_words),
        schedule: schedule_in_words(&schedule),
        missed_runs: schedule.missed.len() as u64,
        data_version: session.data_version(),
        systems: systems
            .iter()
            .map(|system| SystemStatus {
                source_system: system.source_system.clone(),
                batches: system.tables,
                customer_records: records.iter().find(|(name, _)| *name == system.source_system).map_or(0, |(_, count)| *count),
                rows: system.rows,
                rejected: system.quarantine,
            })
            .collect(),
    })
}

/// "At 07:00, UTC; next 2026-11-21T07:00:00Z"
fn schedule_in_words(schedule: &ScheduleView) -> Option<String> {
    let cron = schedule.cron.as_ref()?;
    Some(match (&schedule.problem, schedule.next.first()) {
        (Some(problem), _) => format!("\"{cron}\" is no schedule: {problem}"),
        (None, Some(next)) => format!("{}; next {next}", schedule.words),
        (None, None) => schedule.words.clone(),
    })
}

/// What a run did; nothing where it did not get so far.
pub fn outcome_of(run: &RunRow) -> RunOutcome {
    run.outcome.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// Questions of the silver that stands which nobody has answered or put aside.
pub fn open_questions(session: &Session, conn: &Connection) -> Result<u64, EngineError> {
    Ok(Standing::read(session)?.open(&sqlite(silver::queue_heads(conn))?))
}

/// "Last run finished 07:02, 31 models, 18 tests, 2 warnings"
fn run_in_words(run: &RunRow) -> String {
    let at = run.finished_at.as_deref().map(moment).unwrap_or_default();
    match run.state {
        RunState::Running => "A run is under way".to_owned(),
        RunState::Cancelled => format!("Last run cancelled {at}. The store is as it was."),
        RunState::Interrupted => "The last run was cut short; the store is as it was before it. Run again.".to_owned(),
        RunState::Failed => format!("Last run failed {at}: {}", run.message.as_deref().unwrap_or_default()),
        RunState::Done => {
            let outcome = outcome_of(run);
            let built = outcome.models.iter().filter(|model| model.state == "built").count();
            let errors = outcome.tests.iter().filter(|test| test.is_error()).count();
            let warnings = outcome.tests.iter().filter(|test| test.is_warning()).count();
            let mut text = format!("Last run finished {at}, {built} models, {} tests", group_thousands(outcome.tests.len() as u64));
            for (count, noun) in [(errors, "error"), (warnings, "warning")] {
                if count > 0 {
                    text.push_str(", ");
                    text.push_str(&counted(count as u64, noun));
                }
            }
            text
        }
    }
}
