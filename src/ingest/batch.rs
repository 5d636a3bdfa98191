//! What is asked of an ingest and what it tells: one report per file.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::mapping::SourceMapping;
use super::profile::Load;
use super::rows::RowSummary;
use super::source::file_name;
use crate::base::money::group_thousands;

/// Files and folders to load.
#[derive(Debug, Clone, Default)]
pub struct IngestRequest {
    pub paths: Vec<PathBuf>,
    /// Source system, instead of the profile's.
    pub source: Option<String>,
    /// Profile, instead of the one that the header speaks for.
    pub profile: Option<String>,
    /// Read and report, write nothing.
    pub dry_run: bool,
    /// A file that is loaded already is loaded again.
    pub again: bool,
    /// Kinds of files that the workspace knows beside the program.
    pub mappings: Vec<SourceMapping>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileStatus {
    /// Being written; seen by no view.
    Loading,
    Loaded,
    Failed,
    SameAsBefore,
    /// Another file of the drop gives the same table.
    NotLoaded,
    NotRecognised,
    Cancelled,
    /// Its rows were removed: a newer file replaced it long ago.
    Removed,
}

impl FileStatus {
    const ALL: [Self; 8] = [
        Self::Loading,
        Self::Loaded,
        Self::Failed,
        Self::SameAsBefore,
        Self::NotLoaded,
        Self::NotRecognised,
        Self::Cancelled,
        Self::Removed,
    ];

    /// As `batch.status` holds it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Loaded => "loaded",
            Self::Failed => "failed",
            Self::SameAsBefore => "same_as_before",
            Self::NotLoaded => "not_loaded",
            Self::NotRecognised => "not_recognised",
            Self::Cancelled => "cancelled",
            Self::Removed => "removed",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// Something about a file that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// `row_limit`, `stops_short`, `misfits`, `duplicate_keys`, `no_rows`.
    pub kind: String,
    /// "sb_sessions.csv has exactly 1,000 rows"
    pub title: String,
    /// What to do about it.
    pub detail: String,
}

impl Flag {
    pub fn new(kind: &str, title: String, detail: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), title, detail: detail.into() }
    }

    /// The export seems to end before its data do.
    pub fn is_cut_short(&self) -> bool {
        matches!(self.kind.as_str(), "row_limit" | "stops_short")
    }
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    pub path: PathBuf,
    pub file_name: String,
    pub table: Option<String>,
    pub source_system: Option<String>,
    pub size_bytes: u64,
    pub sha256: String,
    pub rows_read: u64,
    pub rows_rejected: u64,
    pub status: FileStatus,
    /// One or two sentences; empty where there is nothing to say.
    pub message: String,
    pub flags: Vec<Flag>,
    pub seconds: f64,
    /// The batch in bronze; None in a dry run.
    pub batch: Option<i64>,
}

impl FileReport {
    /// Nothing is known of the file but where it lies.
    pub fn of(path: PathBuf, size_bytes: u64) -> Self {
        Self {
            file_name: file_name(&path),
            path,
            table: None,
            source_system: None,
            size_bytes,
            sha256: String::new(),
            rows_read: 0,
            rows_rejected: 0,
            status: FileStatus::NotRecognised,
            message: String::new(),
            flags: Vec::new(),
            seconds: 0.0,
            batch: None,
        }
    }
}

/// What an ingest did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct IngestReport {
    /// In the order in which they were found.
    pub files: Vec<FileReport>,
    pub dry_run: bool,
    pub seconds: f64,
}

impl IngestReport {
    pub fn count(&self, status: FileStatus) -> usize {
        self.files.iter().filter(|f| f.status == status).count()
    }

    pub fn rows_loaded(&self) -> u64 {
        self.files.iter().filter(|f| f.status == FileStatus::Loaded).map(|f| f.rows_read - f.rows_rejected).sum()
    }
}

/// What a file's own rows make suspicious.
pub fn file_flags(file: &str, row_limits: &[u64], load: Load, summary: &RowSummary) -> Vec<Flag> {
    let mut flags = Vec::new();
    if row_limits.contains(&summary.rows_read) {
        let title = format!("{file} has exactly {} rows", group_thousands(summary.rows_read));
        flags.push(Flag::new("row_limit", title, "Exports stop there: ask for the rest, or say it is complete."));
    }
    if summary.rows_read == 0 {
        flags.push(Flag::new(
            "no_rows",
            format!("{file} holds a header and no rows"),
            "Ask for the export again, or say that there is nothing.",
        ));
    }
    if summary.duplicate_keys > 0 && load != Load::Events {
        let title = match summary.duplicate_keys {
            1 => format!("{file} repeats a key"),
            n => format!("{file} repeats {} keys", group_thousands(n)),
        };
        flags.push(Flag::new("duplicate_keys", title, "The last row of each key counts in the views of a delta; a snapshot shows all."));
    }
    for column in summary.columns.iter().filter(|c| c.misfits > 0) {
        let line = group_thousands(column.first_misfit_line.unwrap_or_default());
        let (title, detail) = if column.misfits == 1 {
            (format!("{file}: 1 value of {} does not fit", column.name), format!("It is on line {line} and is kept as text."))
        } else {
            let title = format!("{file}: {} values of {} do not fit", group_thousands(column.misfits), column.name);
            (title, format!("The first is on line {line}. They are kept as text."))
        };
        flags.push(Flag::new("misfits", title, detail));
    }
    flags
}

/// A snapshot that holds less than half of what the one before held is probably a part of an export.
pub fn shrunk_flag(file: &str, before: u64, now: u64) -> Option<Flag> {
    const WORTH_A_WORD: u64 = 10;
    (before >= WORTH_A_WORD && now * 2 < before).then(|| {
        let title = format!("{file} replaces {} rows by {}", group_thousands(before), group_thousands(now));
        Flag::new("shrunk", title, "A snapshot takes the place of the one before. If it is only a part, load the whole export again.")
    })
}

/// A loaded file of a table to which rows come every day, and its last business date.
#[derive(Debug, Clone, Copy)]
pub struct LastDay<'a> {
    pub file: &'a str,
    /// ISO.
    pub day: &'a str,
}

/// An export that ends more than this before the latest of the drop stops short.
const SHORT_BY_DAYS: i64 = 60;

/// For each entry the flag that its dates stop short of the others, where they do.
pub fn short_range_flags(days: &[LastDay<'_>]) -> Vec<Option<Flag>> {
    let parse = |day: &str| chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").ok();
    let latest = days.iter().filter_map(|d| parse(d.day).map(|day| (day, d.file))).max();
    days.iter()
        .map(|own| {
            let (last, other) = latest?;
            let behind = (last - parse(own.day)?).num_days();
            (behind > SHORT_BY_DAYS).then(|| {
                let title = format!("{} ends on {}, {other} on {last}", own.file, own.day);
                Flag::new("stops_short", title, "The export may have been cut off: ask for the rest, or say it is complete.")
            })
        })
        .collect()
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
