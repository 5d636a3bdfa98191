//! Files of watched folders. Flow: arrivals -> bronze, each a drop of its own -> live gold in one transaction -> what each brought, with its delay.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::base::RunCtx;
use crate::base::clock::iso_of;
use crate::engine::error::EngineError;
use crate::engine::pages::{ArrivalsOutcome, ArrivedFile};
use crate::engine::session::Session;
use crate::engine::watch::Arrival;
use crate::ingest::{FileReport, FileStatus};
use crate::store::control::WatchedFile;
use crate::warehouse::live::Taken;

use super::{live, load};

/// Loads what arrived and shows it in live gold. A file that cannot be read is told of and stops nothing.
pub fn arrive(session: &Session, arrivals: &[Arrival], ctx: &RunCtx) -> Result<ArrivalsOutcome, EngineError> {
    session.must_write()?;
    let started = Instant::now();
    let mut files = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        ctx.check()?;
        let request = load::request(std::slice::from_ref(&arrival.path), None, None, false);
        files.push(match load::load_files(session, &request, ctx) {
            Ok(report) => (file_of(&arrival.path, &report.files), report.files.iter().filter_map(|file| file.batch).collect::<Vec<_>>()),
            Err(EngineError::Cancelled) => return Err(EngineError::Cancelled),
            Err(error @ EngineError::Store(_)) => return Err(error),
            Err(error) => (failed(&arrival.path, error.to_string()), Vec::new()),
        });
    }
    let loaded_secs = started.elapsed().as_secs_f64();
    let mut outcome = ArrivalsOutcome { load_secs: loaded_secs, ..ArrivalsOutcome::default() };
    let shown = match live::take(session, ctx) {
        Ok(shown) => shown,
        Err(EngineError::Cancelled) => return Err(EngineError::Cancelled),
        // What is loaded stays loaded; the next increment or run takes it.
        Err(error) => {
            outcome.not_live = Some(format!("live gold could not take what came: {error}"));
            None
        }
    };
    let at = SystemTime::from(session.clock.now());
    for ((file, batches), arrival) in files.iter_mut().zip(arrivals) {
        match &outcome.not_live {
            Some(_) if !file.batches.is_empty() => file.waits = Some("it waits for the next increment or run".to_owned()),
            _ => tell_live(file, batches, shown.as_ref().map(|shown| &shown.taken)),
        }
        if arrival.is_new && file.is_live {
            file.delay_secs = at.duration_since(arrival.at).ok().map(|delay| delay.as_secs_f64());
        }
        note(session, arrival, file, at)?;
    }
    let taken = shown.map(|shown| shown.settle(session));
    outcome.files = files.into_iter().map(|(file, _)| file).collect();
    outcome.waiting = outcome.files.iter().filter(|file| file.waits.is_some()).count() as u64
        + taken.as_ref().map_or(0, |taken| {
            let own = |id: &i64| !outcome.files.iter().any(|file| file.batches.contains(id));
            taken.batches.iter().filter(|batch| batch.waits.is_some() && own(&batch.id)).count() as u64
        });
    if let Some(taken) = taken {
        outcome.customers = taken.customers;
        outcome.as_of = Some(taken.as_of);
        outcome.steps = taken.steps;
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    Ok(outcome)
}

/// All that one file gave, in one row: a workbook or a file of events may give several tables.
fn file_of(path: &Path, reports: &[FileReport]) -> ArrivedFile {
    let tables: Vec<String> = reports.iter().filter_map(|report| report.table.clone()).collect();
    let worst = reports.iter().max_by_key(|report| match report.status {
        FileStatus::Failed => 2,
        FileStatus::Loaded => 1,
        _ => 0,
    });
    ArrivedFile {
        path: path.to_owned(),
        table: (!tables.is_empty()).then(|| tables.join(", ")),
        rows: reports
            .iter()
            .filter(|report| report.status == FileStatus::Loaded)
            .map(|report| report.rows_read - report.rows_rejected)
            .sum(),
        rejected: reports.iter().map(|report| report.rows_rejected).sum(),
        status: worst.map_or_else(|| "not recognised".to_owned(), |report| report.status.name().replace('_', " ")),
        message: worst.map(|report| report.message.clone()).unwrap_or_default(),
        batches: reports.iter().filter(|report| report.status == FileStatus::Loaded).filter_map(|report| report.batch).collect(),
        ..ArrivedFile::default()
    }
}

fn failed(path: &Path, message: String) -> ArrivedFile {
    ArrivedFile { path: path.to_owned(), status: "failed".to_owned(), message, ..ArrivedFile::default() }
}

/// Whether live gold shows a file's batches, or why they wait.
fn tell_live(file: &mut ArrivedFile, batches: &[i64], taken: Option<&Taken>) {
    if file.batches.is_empty() {
        return;
    }
    let Some(taken) = taken else {
        file.waits = Some("nothing is published yet: it waits for the next run".to_owned());
        return;
    };
    let own = taken.batches.iter().filter(|batch| batches.contains(&batch.id));
    file.waits = own.clone().find_map(|batch| batch.waits.clone());
    file.is_live = own.clone().count() > 0 && file.waits.is_none();
}

fn note(session: &Session, arrival: &Arrival, file: &ArrivedFile, at: SystemTime) -> Result<(), EngineError> {
    let message = match &file.waits {
        Some(waits) if file.message.is_empty() => waits,
        _ => &file.message,
    };
    let row = WatchedFile {
        path: arrival.path.display().to_string(),
        size_bytes: arrival.facts.size,
        modified_ms: millis(arrival.facts.modified),
        arrived_at: iso_of(arrival.at),
        taken_at: iso_of(at),
        table: file.table.clone(),
        rows: file.rows,
        status: file.status.clone(),
        message: message.clone(),
        delay: file.delay_secs,
    };
    Ok(session.control().note_watched(&row)?)
}

/// Milliseconds since 1970; 0 before.
pub fn millis(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since: Duration| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
