//! Sources: systems, files, quarantine, flagged exports.

use serde::Serialize;

use super::WatchedFolder;
use crate::engine::command::SourceMapping;

#[derive(Debug, Clone, Default, Serialize)]
pub struct SourcesPage {
    pub systems: Vec<SourceCard>,
    /// Newest first; of the chosen system, or all.
    pub files: Vec<FileRow>,
    pub quarantine: Vec<QuarantineRow>,
    pub quarantine_total: u64,
    pub flags: Vec<FlagRow>,
    /// Columns that came, went or changed their type.
    pub drift: Vec<DriftRow>,
    /// What the workspace knows of files that no profile knows.
    pub mappings: Vec<MappingRow>,
    /// Folders whose new files are taken as they appear.
    pub watched: Vec<WatchedFolder>,
    pub files_total: u64,
    pub records_total: u64,
}

/// A mapping of workspace.toml.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MappingRow {
    pub mapping: SourceMapping,
    /// Files that it read, newest first: their paths.
    pub files: Vec<String>,
    pub rows: u64,
}

/// One system's card.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SourceCard {
    /// `erpnext`
    pub source_system: String,
    /// "ERP"
    pub short: String,
    /// "ERPNext"
    pub product: String,
    pub customers: u64,
    pub quarantine: u64,
    /// First and last business date of its tables: "31 Dec 2025".
    pub data_from: String,
    pub data_to: String,
    pub state: SourceState,
    /// "Loaded 07:00", "One file failed", "Columns changed"
    pub state_text: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum SourceState {
    #[default]
    Loaded,
    Warning,
    Failed,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct FileRow {
    pub batch: i64,
    pub file: String,
    pub path: String,
    pub source_system: String,
    /// The bronze table; empty where it was not recognised.
    pub table: String,
    pub size_bytes: u64,
    pub rows: Option<u64>,
    pub rejected: u64,
    pub seconds: f64,
    /// loaded | flagged | failed | same as before | not loaded | not recognised | cancelled
    pub status: String,
    pub message: String,
    /// A mapping of workspace.toml says what its columns are.
    pub is_mapped: bool,
    /// `2026-11-20T07:00:12Z`
    pub arrived: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct QuarantineRow {
    pub id: i64,
    pub file: String,
    pub batch: i64,
    pub source_system: String,
    pub table: String,
    pub line: u64,
    pub column: String,
    pub reason: String,
    /// As it came; cells of sheets and of Parquet with tabs between.
    pub raw_text: String,
    /// What a person put in its place.
    pub mended: Option<String>,
    /// Its file was loaded without it; otherwise the file failed, and is to be mended itself.
    pub can_replay: bool,
}

/// Rows that were kept aside.
#[derive(Debug, Clone, Default, Serialize)]
pub struct QuarantinePage {
    pub rows: Vec<QuarantineRow>,
    /// Rows that fit the filter, and rows that wait at all.
    pub matching: u64,
    pub total: u64,
    pub files: Vec<(String, u64)>,
    /// Kinds of reasons: "too few fields".
    pub reasons: Vec<(String, u64)>,
    /// What was read again and can be taken back, newest first.
    pub replays: Vec<ReplayRow>,
}

/// Rows of quarantine that came back.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ReplayRow {
    pub batch: i64,
    pub file: String,
    pub rows: u64,
    pub at: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct FlagRow {
    pub batch: i64,
    pub source_system: String,
    /// "sb_sessions.csv has exactly 1,000 rows"
    pub title: String,
    /// "Reports stop there: ask for the rest, or say it is complete."
    pub detail: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct DriftRow {
    pub batch: i64,
    pub table: String,
    pub column: String,
    /// new | vanished | type changed
    pub kind: String,
    pub detail: String,
}
