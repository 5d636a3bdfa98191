//! Files into the open workspace. Flow: request -> bronze writer -> outcome, file by file, and a line in the audit log.

use std::path::PathBuf;

use crate::base::RunCtx;
use crate::engine::command::QuarantineDeed;
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::pages::{FileOutcome, IngestOutcome};
use crate::engine::session::Session;
use crate::ingest::{FileReport, FileStatus, IngestReport, IngestRequest};
use crate::store::Workspace;
use crate::store::bronze::BronzeStore;
use crate::store::control::Deed;

use super::ingest::ingest_paths;

pub fn request(paths: &[PathBuf], source: Option<&str>, profile: Option<&str>, dry_run: bool) -> IngestRequest {
    let (source, profile) = (source.map(str::to_owned), profile.map(str::to_owned));
    IngestRequest { paths: paths.to_vec(), source, profile, dry_run, again: false, mappings: Vec::new() }
}

/// As `load`, with everything that is known of each file.
pub fn load_files(session: &Session, request: &IngestRequest, ctx: &RunCtx) -> Result<IngestReport, EngineError> {
    session.must_write()?;
    let mut bronze = BronzeStore::open(&session.workspace.bronze(), None)?;
    bronze.suppress(session.control().suppression()?);
    // Read anew: workspace.toml may be edited by hand.
    let mappings = Workspace::open(session.workspace.dir())?.config.sources;
    let request = &IngestRequest { mappings, ..request.clone() };
    let report = ingest_paths(&mut bronze, request, session.clock, ctx)?;
    if !request.dry_run {
        let count = |status| report.count(status);
        let detail = format!("{} loaded, {} failed, {} rows", count(FileStatus::Loaded), count(FileStatus::Failed), report.rows_loaded());
        session.control().record_deed(&session.clock.now_iso(), &session.acting(), Deed::Ingest, "bronze", &detail)?;
    }
    Ok(report)
}

/// Loads; one broken file does not stop the others, and every one of them is accounted for.
pub fn load(session: &Session, request: &IngestRequest, ctx: &RunCtx) -> Result<IngestOutcome, EngineError> {
    load_files(session, request, ctx).map(|report| outcome_of(&report))
}

/// Mends a row, or reads rows again; both stand in the audit log.
pub fn quarantine(session: &Session, deed: &QuarantineDeed, ctx: &RunCtx) -> Result<Report, EngineError> {
    session.must_write()?;
    let mut bronze = BronzeStore::open(&session.workspace.bronze(), None)?;
    bronze.suppress(session.control().suppression()?);
    let (report, detail) = match deed {
        QuarantineDeed::Mend { id, text } => {
            if !bronze.mend(*id, text)? {
                return Err(EngineError::Refused(format!("no row {id} waits in quarantine. List them with 'karat quarantine list'.")));
            }
            let summary = format!("Row {id} of quarantine has another text. Read it again with 'karat quarantine replay {id}'.");
            (Report::Noted { summary }, format!("row {id} of quarantine mended"))
        }
        QuarantineDeed::PutBack { id } => {
            if !bronze.put_back(*id)? {
                return Err(EngineError::Refused(format!(
                    "no mended row {id} waits in quarantine. List them with 'karat quarantine list'."
                )));
            }
            let summary = format!("Row {id} of quarantine is as it came.");
            (Report::Noted { summary }, format!("row {id} of quarantine put back"))
        }
        QuarantineDeed::Undo { batches } => {
            let count = bronze.withdraw(batches, "Taken back: the rows wait in quarantine again.")?;
            if count == 0 {
                return Err(EngineError::Refused("no such replay is loaded. 'karat quarantine replays' lists them.".to_owned()));
            }
            let summary = "The replay was taken back: its rows wait in quarantine again.".to_owned();
            (Report::Noted { summary }, format!("replay taken back: batches {batches:?}"))
        }
        QuarantineDeed::MendAndReplay { id, text } => {
            if !bronze.mend(*id, text)? {
                return Err(EngineError::Refused(format!("no row {id} waits in quarantine. List them with 'karat quarantine list'.")));
            }
            let outcome = outcome_of(&super::quarantine::replay(&mut bronze, &[*id], session.clock, ctx)?);
            (Report::Ingested(outcome), format!("row {id} of quarantine mended and read again"))
        }
        QuarantineDeed::Replay { ids } => {
            let outcome = outcome_of(&super::quarantine::replay(&mut bronze, ids, session.clock, ctx)?);
            let detail = format!("{} rows of quarantine read again, {} wait on", outcome.rows + outcome.rejected, outcome.rejected);
            (Report::Ingested(outcome), detail)
        }
    };
    session.control().record_deed(&session.clock.now_iso(), &session.acting(), Deed::Ingest, "bronze", &detail)?;
    Ok(report)
}

pub fn outcome_of(report: &IngestReport) -> IngestOutcome {
    let count = |status| report.count(status) as u64;
    IngestOutcome {
        files: report.files.iter().map(file_outcome).collect(),
        loaded: count(FileStatus::Loaded),
        failed: count(FileStatus::Failed),
        rows: report.rows_loaded(),
        rejected: report.files.iter().map(|file| file.rows_rejected).sum(),
        seconds: report.seconds,
        dry_run: report.dry_run,
    }
}

fn file_outcome(file: &FileReport) -> FileOutcome {
    FileOutcome {
        file: file.file_name.clone(),
        table: file.table.clone(),
        source_system: file.source_system.clone(),
        size_bytes: file.size_bytes,
        rows_read: file.rows_read,
        rows_rejected: file.rows_rejected,
        status: file.status.name().replace('_', " "),
        message: file.message.clone(),
        flags: file.flags.iter().map(|flag| format!("{} {}", flag.title, flag.detail)).collect(),
        seconds: file.seconds,
        batch: file.batch,
    }
}
