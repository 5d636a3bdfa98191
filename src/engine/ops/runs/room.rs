//! Room for a run. Flow: sizes of the workspace's files, rows then and now -> forecast -> a warning, or a refusal where it is certain.

use crate::base::GoldVersion;
use crate::engine::answer::sqlite;
use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::runs::{Forecast, Sizes, bytes, forecast};
use crate::store::bronze::query::loaded_files;
use crate::store::control::RunState;
use crate::store::silver::has_table;
use crate::store::space::{file_bytes, free_bytes};

/// What the next run is about to write.
pub fn forecast_of(session: &Session) -> Result<Forecast, EngineError> {
    let space = &session.workspace;
    let (newest, then) = {
        let control = session.control();
        let newest = control.versions()?.into_iter().map(|row| row.version).find(|version| space.gold(*version).exists());
        let done = control.last_run_in(RunState::Done)?;
        (newest, done.map(|run| control.batches_of(run)).transpose()?.unwrap_or_default())
    };
    let conn = session.reader_of(None)?;
    let files = if sqlite(has_table(&conn, "bronze", "batch"))? { sqlite(loaded_files(&conn))? } else { Vec::new() };
    let gold = |version: GoldVersion| file_bytes(&space.gold(version)) + file_bytes(&space.gold_masked(version));
    Ok(forecast(&Sizes {
        bronze: file_bytes(&space.bronze()),
        silver: file_bytes(&space.silver()),
        gold: newest.map_or(0, gold),
        beside: file_bytes(&space.match_index()) + file_bytes(&space.quality()),
        live: file_bytes(&space.gold_live()),
        rows_now: files.iter().map(|file| file.rows).sum(),
        rows_then: files.iter().filter(|file| then.contains(&file.batch_id)).map(|file| file.rows).sum(),
        free: free_bytes(space.dir()),
    }))
}

/// Before a run: what to say where room is short.
pub fn check(session: &Session) -> Result<Vec<String>, EngineError> {
    let found = forecast_of(session)?;
    let way_out = "free some space, or see what 'karat retention show' would remove";
    if found.is_impossible() {
        return Err(EngineError::Refused(format!(
            "The disk is full for a run of {}: {} are free, and a run writes at least {} beside what is there before the old files go. Nothing was changed; {way_out}, then run again.",
            session.workspace.dir().display(),
            bytes(found.free.unwrap_or_default()),
            bytes(found.certain)
        )));
    }
    Ok(if found.is_tight() {
        vec![format!("The disk may be too full. {} Before the next run {way_out}.", found.words())]
    } else {
        Vec::new()
    })
}
