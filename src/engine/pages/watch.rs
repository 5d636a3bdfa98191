//! Watched folders and what they brought.

use std::path::PathBuf;

use serde::Serialize;

/// What became of files that arrived together.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ArrivalsOutcome {
    pub files: Vec<ArrivedFile>,
    /// Batches that are loaded and wait for the next run.
    pub waiting: u64,
    /// Why live gold took nothing, where it failed to.
    pub not_live: Option<String>,
    /// Customers whose rows were made anew.
    pub customers: u64,
    /// The as-of date of live gold.
    pub as_of: Option<String>,
    pub load_secs: f64,
    /// Seconds per table of the increment.
    pub steps: Vec<(String, f64)>,
    pub seconds: f64,
}

/// One file of a watched folder.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ArrivedFile {
    pub path: PathBuf,
    pub table: Option<String>,
    pub rows: u64,
    pub rejected: u64,
    /// loaded | failed | same as before | not loaded | not recognised
    pub status: String,
    pub message: String,
    /// Live gold shows it.
    pub is_live: bool,
    /// Why live gold does not show it before the next run.
    pub waits: Option<String>,
    /// Seconds from its arrival until live gold showed it; None for one that lay there before.
    pub delay_secs: Option<f64>,
    #[serde(skip)]
    pub batches: Vec<i64>,
}

/// A folder that is watched, as Sources shows it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WatchedFolder {
    /// As workspace.toml names it.
    pub folder: PathBuf,
    /// It is there.
    pub is_there: bool,
    pub files: u64,
    /// Its newest file: name, what became of it.
    pub last_file: Option<String>,
    pub last_status: String,
    pub last_message: String,
    /// ISO, UTC.
    pub last_at: Option<String>,
    pub last_delay_secs: Option<f64>,
}
