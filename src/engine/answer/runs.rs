//! Runs and what is set about them. Flow: run rows + their outcomes + their reports -> RunsPage, RunPage.

use std::collections::BTreeSet;

use crate::base::RunId;
use crate::engine::error::EngineError;
use crate::engine::ops::runs::{report, retention, room, schedule};
use crate::engine::pages::{ForecastView, RunLine, RunOutcome, RunPage, RunsPage};
use crate::engine::query::Page;
use crate::engine::runs_deed::RunsQuery;
use crate::engine::session::Session;
use crate::store::Workspace;
use crate::store::control::{ReportRow, RunRow};

use super::status::outcome_of;

/// Runs listed; older ones are in control.db.
const LISTED: u32 = 300;

pub fn answer(session: &Session, query: &RunsQuery) -> Result<Page, EngineError> {
    Ok(match query {
        RunsQuery::List => Page::Runs(Box::new(list(session)?)),
        RunsQuery::Schedule { count } => Page::Schedule(Box::new(schedule::view(session, *count)?)),
        RunsQuery::Retention => Page::Retention(Box::new(retention::view(session)?)),
        RunsQuery::One(run) => Page::Run(Box::new(one(session, *run)?)),
    })
}

fn list(session: &Session) -> Result<RunsPage, EngineError> {
    let rows = session.control().runs(LISTED)?;
    let runs = rows.iter().map(|row| line(session, row, &outcome_of(row))).collect::<Result<_, _>>()?;
    // Read anew: workspace.toml may be edited by hand.
    let config = Workspace::open(session.workspace.dir())?.config;
    let mail = config.smtp.map(|smtp| format!("{} by {}", smtp.to.join(", "), smtp.server));
    Ok(RunsPage {
        runs,
        mail,
        schedule: schedule::view(session, schedule::SHOWN)?,
        forecast: forecast(session)?,
        retention: retention::in_words(&config.retention),
    })
}

/// What the next run is about to write.
fn forecast(session: &Session) -> Result<ForecastView, EngineError> {
    let found = room::forecast_of(session)?;
    Ok(ForecastView {
        words: found.words(),
        needed_bytes: found.needed,
        free_bytes: found.free,
        is_tight: found.is_tight(),
        is_impossible: found.is_impossible(),
    })
}

fn one(session: &Session, run: RunId) -> Result<RunPage, EngineError> {
    let row = session.control().run(run)?;
    let row = row.ok_or_else(|| EngineError::Refused(format!("there is no run {run}. 'karat runs list' names those there are.")))?;
    let outcome = outcome_of(&row);
    let line = line(session, &row, &outcome)?;
    let tests_run = outcome.tests.len() as u64;
    let mut tests = outcome.tests;
    tests.retain(|test| test.is_error() || test.is_warning());
    tests.sort_by_key(|test| !test.is_error());
    Ok(RunPage {
        line,
        models: outcome.models,
        tests,
        tests_run,
        stages: outcome.stages,
        warnings: outcome.warnings,
        customers: outcome.customers,
        source_records: outcome.source_records,
        questions: outcome.review_items,
        why_not_published: outcome.why_not_published,
        matched: outcome.matched,
    })
}

fn line(session: &Session, row: &RunRow, outcome: &RunOutcome) -> Result<RunLine, EngineError> {
    let (saw, knew, told) = {
        let control = session.control();
        let before = control.done_before(row.id)?;
        let knew = before.map(|before| control.batches_of(before)).transpose()?.unwrap_or_default();
        (control.batches_of(row.id)?, knew.into_iter().collect::<BTreeSet<i64>>(), control.report_of(row.id)?)
    };
    let models = |states: &[&str]| outcome.models.iter().filter(|model| states.contains(&model.state.as_str())).count() as u64;
    Ok(RunLine {
        run: row.id.0,
        state: row.state.name().to_owned(),
        started_at: row.started_at.clone(),
        finished_at: row.finished_at.clone(),
        seconds: outcome.seconds,
        by: report::begun_by(row),
        files: saw.len() as u64,
        new_files: saw.iter().filter(|batch| !knew.contains(batch)).count() as u64,
        decision: row.pinned_decision,
        as_of: row.as_of.clone(),
        gold_version: outcome.gold_version,
        published: outcome.published,
        models_built: models(&["built"]),
        models_left: models(&["failed", "skipped"]),
        errors: outcome.tests.iter().filter(|test| test.is_error()).count() as u64,
        warnings: outcome.tests.iter().filter(|test| test.is_warning()).count() as u64,
        message: row.message.clone().unwrap_or_default(),
        report: report::outcome_of(session, told.unwrap_or_else(|| ReportRow::of(row.id))),
    })
}
