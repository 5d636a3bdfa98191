//! The meaning of a file that no profile knows. Flow: file and mapping -> checked against each other -> loaded -> `[[source]]` of workspace.toml.

use std::path::{Path, PathBuf};

use crate::base::RunCtx;
use crate::engine::command::SourceDeed;
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::session::Session;
use crate::ingest::mapping::SourceMapping;
use crate::ingest::sample::sample;
use crate::ingest::{FileStatus, IngestRequest};
use crate::store::Workspace;
use crate::store::bronze::BronzeStore;
use crate::store::control::Deed;

use super::ingest::ingest_paths;
use super::load;

pub fn perform(session: &Session, deed: &SourceDeed, ctx: &RunCtx) -> Result<Report, EngineError> {
    session.must_write()?;
    match deed {
        SourceDeed::Map { file, mapping, load, replaces } => map(session, file, mapping, replaces.as_deref(), *load, ctx),
        SourceDeed::Unmap { mapping } => unmap(session, mapping),
    }
}

/// Loads first: a mapping whose file cannot be loaded is not kept.
fn map(
    session: &Session,
    file: &Path,
    mapping: &SourceMapping,
    replaces: Option<&SourceMapping>,
    load: bool,
    ctx: &RunCtx,
) -> Result<Report, EngineError> {
    const LOOKED_AT: usize = 200;
    let sample = sample(file, LOOKED_AT)?;
    // A file without names is recognised by its width and where its values stand.
    let mapping = &SourceMapping { without_header: (!sample.has_header).then_some(sample.labels.len()), ..mapping.clone() };
    mapping.check_sample(&sample)?;
    let mut workspace = Workspace::open(session.workspace.dir())?;
    let sources = &mut workspace.config.sources;
    // One for the same labels and table takes the place of the one before.
    let is_same = |kept: &SourceMapping| kept.table == mapping.table && kept.columns.keys().eq(mapping.columns.keys());
    sources.retain(|kept| !is_same(kept) && Some(kept) != replaces);
    sources.push(mapping.clone());
    let mut summary =
        format!("Mapped {} columns to {}. Files with these columns are loaded from now on.", mapping.columns.len(), mapping.table);
    let loaded = if load { Some(load_one(session, file, sources, mapping, replaces, ctx)?) } else { None };
    workspace.save()?;
    if replaces.is_some() {
        summary = format!("The mapping to {} was changed.", mapping.table);
    }
    session.control().record_deed(&session.clock.now_iso(), &session.acting(), Deed::Ingest, "workspace.toml", &summary)?;
    Ok(loaded.unwrap_or(Report::Noted { summary }))
}

/// Loads the file by its new mapping and takes out what the mapping before made of it.
fn load_one(
    session: &Session,
    file: &Path,
    sources: &[SourceMapping],
    mapping: &SourceMapping,
    replaces: Option<&SourceMapping>,
    ctx: &RunCtx,
) -> Result<Report, EngineError> {
    let mut bronze = BronzeStore::open(&session.workspace.bronze(), None)?;
    bronze.suppress(session.control().suppression()?);
    let path: PathBuf = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let request = IngestRequest { mappings: sources.to_vec(), again: true, ..load::request(&[path], None, None, false) };
    let before = match replaces {
        Some(replaced) => read_by(&bronze, replaced)?,
        None => Vec::new(),
    };
    let report = ingest_paths(&mut bronze, &request, session.clock, ctx)?;
    let Some(loaded) = report.files.first().filter(|file| file.status == FileStatus::Loaded) else {
        let why = report.files.first().map(|file| file.message.clone()).unwrap_or_default();
        return Err(EngineError::Refused(format!("The file could not be loaded, so the mapping was not kept. {why}")));
    };
    if loaded.table.as_deref() != Some(&mapping.table) {
        let table = loaded.table.clone().unwrap_or_default();
        bronze
            .withdraw(&loaded.batch.into_iter().collect::<Vec<_>>(), "Taken back: it was read as another table than it was mapped to.")?;
        return Err(EngineError::Refused(format!(
            "{} is recognised as {table} before the mapping is looked at. Map more of its columns.",
            loaded.file_name
        )));
    }
    let same_file = bronze.of_same_file(&before, &loaded.sha256)?;
    bronze.withdraw(&same_file, "Taken back: the file was mapped anew.")?;
    let detail = format!("1 loaded, 0 failed, {} rows", report.rows_loaded());
    session.control().record_deed(&session.clock.now_iso(), &session.acting(), Deed::Ingest, "bronze", &detail)?;
    Ok(Report::Ingested(load::outcome_of(&report)))
}

/// Batches that a mapping read.
pub fn read_by(bronze: &BronzeStore, mapping: &SourceMapping) -> Result<Vec<i64>, EngineError> {
    let system = mapping.profile()?.source_system;
    let labels: Vec<(&str, &str)> = mapping.columns.iter().map(|(label, column)| (label.as_str(), column.as_str())).collect();
    Ok(bronze.batches_with(&mapping.table, &system, &labels)?)
}

fn unmap(session: &Session, mapping: &SourceMapping) -> Result<Report, EngineError> {
    let mut workspace = Workspace::open(session.workspace.dir())?;
    let before = workspace.config.sources.len();
    workspace.config.sources.retain(|kept| kept != mapping);
    if workspace.config.sources.len() == before {
        return Err(EngineError::Refused(format!(
            "workspace.toml has no such mapping to {}. 'karat source mapped' lists those that hold.",
            mapping.table
        )));
    }
    workspace.save()?;
    let mut bronze = BronzeStore::open(&session.workspace.bronze(), None)?;
    let batches = read_by(&bronze, mapping)?;
    let count = bronze.withdraw(&batches, "Taken back: the mapping that read this file was taken back.")?;
    let files = if count == 1 { "1 file is".to_owned() } else { format!("{count} files are") };
    let summary = format!("The mapping to {} was taken back, and {files} out of bronze. The next run builds without.", mapping.table);
    session.control().record_deed(&session.clock.now_iso(), &session.acting(), Deed::Ingest, "workspace.toml", &summary)?;
    Ok(Report::Noted { summary })
}
