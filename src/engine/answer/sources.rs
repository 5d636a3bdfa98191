//! Sources: systems, files, quarantine, flags, drift.

use std::path::{Path, PathBuf};

use crate::engine::error::EngineError;
use crate::engine::pages::{
    DriftRow, FileRow, FlagRow, MappingRow, QuarantinePage, QuarantineRow, ReplayRow, SourceCard, SourceState, SourcesPage, WatchedFolder,
};
use crate::engine::query::QuarantineFilter;
use crate::engine::session::Session;
use crate::ingest::mapping::SourceMapping;
use crate::store::Workspace;
use crate::store::bronze::query::{self, BatchRow, SystemSummary};
use crate::store::bronze::waiting::{self, QuarantinePageRow, QuarantineSearch};
use crate::store::control::WatchedFile;
use crate::store::silver;

use super::sqlite;
use super::words::{counted, day, moment, product_name, short_name, system_rank};

/// Files and quarantined rows on one page; the rest is counted.
const FILES: u32 = 500;
const QUARANTINE: u32 = 500;

pub fn sources(session: &Session, system: Option<&str>) -> Result<SourcesPage, EngineError> {
    let conn = session.reader_of(None)?;
    let watched = watched(session)?;
    // Read anew: a mapping may just have been saved.
    let mappings = Workspace::open(session.workspace.dir())?.config.sources;
    if !sqlite(silver::has_table(&conn, "bronze", "batch"))? {
        let mappings = mappings.into_iter().map(|mapping| MappingRow { mapping, ..MappingRow::default() }).collect();
        return Ok(SourcesPage { watched, mappings, ..SourcesPage::default() });
    }
    let records =
        if sqlite(silver::manifest(&conn, "silver"))?.is_empty() { Vec::new() } else { sqlite(silver::records_per_system(&conn))? };
    let search = QuarantineSearch { source_system: system, ..QuarantineSearch::default() };
    let read = || -> rusqlite::Result<SourcesPage> {
        let mut systems = query::systems(&conn)?;
        systems.sort_by_key(|summary| (system_rank(&summary.source_system), summary.source_system.clone()));
        let files = query::batches(&conn, system, FILES, 0)?;
        Ok(SourcesPage {
            watched: watched.clone(),
            records_total: records.iter().map(|(_, count)| count).sum(),
            systems: systems.iter().map(|summary| card(summary, &records)).collect(),
            files_total: files.len() as u64,
            mappings: mappings.iter().map(|mapping| mapping_row(mapping, &files)).collect(),
            files: files.iter().map(|batch| file_row(batch, &mappings)).collect(),
            quarantine: waiting::rows(&conn, &search, QUARANTINE)?.into_iter().map(quarantine_row).collect(),
            quarantine_total: waiting::total(&conn, &search)?,
            flags: query::flags(&conn, system)?
                .into_iter()
                .map(|(batch, source_system, flag)| FlagRow { batch, source_system, title: flag.title, detail: flag.detail })
                .collect(),
            drift: query::drift(&conn, system, 100)?
                .into_iter()
                .map(|row| DriftRow {
                    batch: row.batch_id,
                    table: row.table_name,
                    column: row.column_name,
                    kind: row.kind.replace('_', " "),
                    detail: row.detail,
                })
                .collect(),
        })
    };
    sqlite(read())
}

/// The folders that workspace.toml names, each with the file that came last.
fn watched(session: &Session) -> Result<Vec<WatchedFolder>, EngineError> {
    let folders = &session.workspace.config.watch.folders;
    let files = if folders.is_empty() { Vec::new() } else { session.control().watched_files()? };
    let of = |folder: &PathBuf| {
        let own: Vec<&WatchedFile> = files.iter().filter(|file| Path::new(&file.path).parent() == Some(folder)).collect();
        let last = own.first();
        WatchedFolder {
            folder: folder.clone(),
            is_there: folder.is_dir(),
            files: own.len() as u64,
            last_file: last.and_then(|file| Path::new(&file.path).file_name()).map(|name| name.to_string_lossy().into_owned()),
            last_status: last.map(|file| file.status.clone()).unwrap_or_default(),
            last_message: last.map(|file| file.message.clone()).unwrap_or_default(),
            last_at: last.map(|file| file.taken_at.clone()),
            last_delay_secs: last.and_then(|file| file.delay),
        }
    };
    Ok(folders.iter().map(of).collect())
}

fn card(summary: &SystemSummary, records: &[(String, u64)]) -> SourceCard {
    let (state, state_text) = if summary.failed > 0 {
        (SourceState::Failed, format!("{} failed", counted(summary.failed, "file")))
    } else if summary.drift > 0 {
        (SourceState::Warning, "Columns changed".to_owned())
    } else if summary.flags > 0 {
        (SourceState::Warning, format!("{} flagged", counted(summary.flags, "export")))
    } else {
        (
            SourceState::Loaded,
            summary
                .loaded_at
                .as_deref()
                .map_or("Loaded".to_owned(), |at| format!("Loaded {}", moment(at).split(' ').next_back().unwrap_or_default())),
        )
    };
    SourceCard {
        source_system: summary.source_system.clone(),
        short: short_name(&summary.source_system).to_owned(),
        product: product_name(&summary.source_system).to_owned(),
        customers: records.iter().find(|(name, _)| *name == summary.source_system).map_or(0, |(_, count)| *count),
        quarantine: summary.quarantine,
        data_to: summary.last_date.as_deref().map_or_else(|| "no date".to_owned(), day),
        data_from: summary.first_date.as_deref().map(day).unwrap_or_default(),
        state,
        state_text,
    }
}

/// Rows that were kept aside, by file and reason, and what was read again.
pub fn quarantine(session: &Session, filter: &QuarantineFilter) -> Result<QuarantinePage, EngineError> {
    const LISTED: u32 = 2_000;
    const REPLAYS: u32 = 20;
    let conn = session.reader_of(None)?;
    if !sqlite(silver::has_table(&conn, "bronze", "batch"))? {
        return Ok(QuarantinePage::default());
    }
    let all = QuarantineSearch { source_system: filter.system.as_deref(), ..QuarantineSearch::default() };
    let search = QuarantineSearch { files: &filter.files, reasons: &filter.reasons, ..all.clone() };
    let read = || -> rusqlite::Result<QuarantinePage> {
        let [files, reasons] = waiting::facets(&conn, &search)?;
        Ok(QuarantinePage {
            rows: waiting::rows(&conn, &search, LISTED)?.into_iter().map(quarantine_row).collect(),
            matching: waiting::total(&conn, &search)?,
            total: waiting::total(&conn, &all)?,
            files,
            reasons,
            replays: waiting::replays(&conn, REPLAYS)?
                .into_iter()
                .map(|(batch, file, rows, at)| ReplayRow { batch, file, rows, at })
                .collect(),
        })
    };
    sqlite(read())
}

pub(super) fn quarantine_row(row: QuarantinePageRow) -> QuarantineRow {
    QuarantineRow {
        id: row.quarantine_id,
        file: row.file_name,
        batch: row.batch_id,
        source_system: row.source_system,
        table: row.table_name,
        line: row.line,
        column: row.column_name,
        reason: row.reason,
        raw_text: row.raw_text,
        mended: row.mended_text,
        can_replay: row.is_loaded,
    }
}

/// The mapping read this file: every label of it stood there for its column.
fn was_read_by(batch: &BatchRow, mapping: &SourceMapping) -> bool {
    let has = |(label, name): (&String, &String)| batch.columns.iter().any(|column| column.header == *label && column.name == *name);
    batch.status == "loaded" && batch.table_name.as_deref() == Some(mapping.table.as_str()) && mapping.columns.iter().all(has)
}

fn mapping_row(mapping: &SourceMapping, files: &[BatchRow]) -> MappingRow {
    let own: Vec<&BatchRow> = files.iter().filter(|batch| was_read_by(batch, mapping)).collect();
    MappingRow {
        mapping: mapping.clone(),
        files: own.iter().map(|batch| batch.file_path.clone()).collect(),
        rows: own.iter().map(|batch| batch.rows_loaded).sum(),
    }
}

fn file_row(batch: &BatchRow, mappings: &[SourceMapping]) -> FileRow {
    let status = if batch.status == "loaded" && !batch.flags.is_empty() { "flagged".to_owned() } else { batch.status.replace('_', " ") };
    let message = if batch.message.is_empty() {
        batch.flags.iter().map(|flag| flag.title.clone()).collect::<Vec<_>>().join("; ")
    } else {
        batch.message.clone()
    };
    FileRow {
        batch: batch.batch_id,
        file: batch.file_name.clone(),
        path: batch.file_path.clone(),
        source_system: batch.source_system.clone().unwrap_or_default(),
        table: batch.table_name.clone().unwrap_or_default(),
        size_bytes: batch.size_bytes,
        rows: (batch.status == "loaded").then_some(batch.rows_loaded),
        rejected: batch.rows_rejected,
        seconds: batch.seconds,
        status,
        message,
        is_mapped: mappings.iter().any(|mapping| was_read_by(batch, mapping)),
        arrived: batch.ingested_at.clone(),
    }
}
