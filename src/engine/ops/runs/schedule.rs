//! The schedule. Flow: cron expression -> workspace.toml and since when it holds -> a run when it is time.

use chrono::{DateTime, Utc};

use crate::engine::error::EngineError;
use crate::engine::pages::{ScheduleView, SnippetView};
use crate::engine::session::Session;
use crate::runs::{Schedule, Timer, iso, snippet};
use crate::store::Workspace;

/// Times to come that are shown, and the most that are counted out.
const MOST: usize = 1_000;
pub const SHOWN: usize = 5;

/// Writes a schedule into workspace.toml, or takes it out. What happened in words.
pub fn set(session: &Session, cron: Option<&str>, user: &str) -> Result<String, EngineError> {
    session.must_write()?;
    let schedule = cron.map(Schedule::parse).transpose().map_err(|error| refused(&error))?;
    // Read anew: workspace.toml may be edited by hand.
    let mut workspace = Workspace::open(session.workspace.dir())?;
    workspace.config.schedule.cron = schedule.as_ref().map(|schedule| schedule.text().to_owned());
    workspace.save()?;
    session.control().set_schedule(workspace.config.schedule.cron.as_deref(), &session.clock.now_iso(), user)?;
    Ok(match &schedule {
        None => "No run comes by itself any more".to_owned(),
        Some(schedule) => {
            let next = schedule.next_after(session.clock.now()).map(iso).unwrap_or_default();
            format!("Runs come by themselves while the window is open: {}; the next one {next}", schedule.words())
        }
    })
}

fn refused(error: &crate::runs::ScheduleError) -> EngineError {
    EngineError::Refused(error.to_string())
}

/// The schedule of the open workspace as workspace.toml has it now.
pub fn of(session: &Session) -> Result<Option<Schedule>, EngineError> {
    let cron = Workspace::open(session.workspace.dir())?.config.schedule.cron;
    cron.as_deref().map(Schedule::parse).transpose().map_err(|error| refused(&error))
}

/// A schedule that was written by hand holds from when it is first seen.
pub fn note_seen(session: &Session) -> Result<(), EngineError> {
    let Some(cron) = session.workspace.config.schedule.cron.as_deref().and_then(|cron| Schedule::parse(cron).ok()) else { return Ok(()) };
    let mut control = session.control();
    if control.schedule_since(cron.text())?.is_none() {
        control.set_schedule(Some(cron.text()), &session.clock.now_iso(), &session.acting())?;
    }
    Ok(())
}

/// What there is to say of it.
pub fn view(session: &Session, count: usize) -> Result<ScheduleView, EngineError> {
    // A file that somebody is in the middle of editing: what it said when the workspace was opened holds.
    let config = Workspace::open(session.workspace.dir()).map_or_else(|_| session.workspace.config.clone(), |read| read.config);
    let Some(cron) = config.schedule.cron else { return Ok(ScheduleView::default()) };
    let now = session.clock.now();
    let schedule = match Schedule::parse(&cron) {
        Ok(schedule) => schedule,
        Err(error) => return Ok(ScheduleView { problem: Some(error.to_string()), cron: Some(cron), ..ScheduleView::default() }),
    };
    let moment = |text: &str| text.parse::<DateTime<Utc>>().ok();
    let since = session.control().schedule_since(schedule.text())?;
    let missed = match since.as_deref().and_then(moment) {
        Some(since) => {
            let begun = session.control().runs_begun_since(&iso(since))?;
            schedule.missed(since, now, &begun.iter().filter_map(|at| moment(at)).collect::<Vec<_>>())
        }
        None => Vec::new(),
    };
    Ok(ScheduleView {
        words: schedule.words(),
        next: schedule.next(now, count.min(MOST)).into_iter().map(iso).collect(),
        missed: missed.into_iter().map(iso).collect(),
        since,
        snippets: snippets(session, &schedule),
        cron: Some(cron),
        problem: None,
    })
}

fn snippets(session: &Session, schedule: &Schedule) -> Vec<SnippetView> {
    let program = std::env::current_exe().unwrap_or_else(|_| "karat".into());
    let dir = std::path::absolute(session.workspace.dir()).unwrap_or_else(|_| session.workspace.dir().to_owned());
    [("cron", Timer::Cron), ("systemd", Timer::Systemd), ("windows", Timer::Windows)]
        .into_iter()
        .map(|(name, timer)| {
            let (text, problem) = match snippet(schedule, timer, &program, &dir) {
                Ok(text) => (text, None),
                Err(error) => (String::new(), Some(error.to_string())),
            };
            SnippetView { timer: name.to_owned(), text, problem }
        })
        .collect()
}

/// How long to wait for the next run, counted from a moment that was looked at before; zero: it is due.
pub fn due(schedule: &Schedule, from: DateTime<Utc>, now: DateTime<Utc>) -> Option<chrono::TimeDelta> {
    schedule.next_after(from).map(|due| (due - now).max(chrono::TimeDelta::zero()))
}
