//! Why a file could not be read, with its place. Each sentence says what happened, where and what to do, and never shows a value.

use std::path::{Path, PathBuf};

use crate::base::Cancelled;
use crate::base::money::group_thousands;

#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    #[error("{file} is empty: it has 0 bytes. Ask for the export again.")]
    Empty { file: String },
    #[error("{file} is empty: it holds only blank lines. Ask for the export again.")]
    Blank { file: String },
    #[error("{file} is {kind}, not text. {advice}")]
    NotText { file: String, kind: &'static str, advice: &'static str },
    #[error("{file} has {} columns; at most {} can be kept. Split the file.", group_thousands(*.columns), group_thousands(*.limit))]
    TooManyColumns { file: String, columns: u64, limit: u64 },
    #[error(
        "{file} stopped at line {}: a quote is opened and never closed. {} Mend the line and load the file again.",
        group_thousands(*.line),
        kept_aside(*.rows_before)
    )]
    OpenQuote { file: String, line: u64, rows_before: u64 },
    #[error("{file} stopped at line {}: one record is longer than {} MB. {} Look for a quote that is not closed.", group_thousands(*.line), .limit_mb, kept_aside(*.rows_before))]
    RecordTooLong { file: String, line: u64, limit_mb: u64, rows_before: u64 },
    #[error(
        "{file} stopped at line {}: the JSON ends in the middle, so the file was cut short. {} Ask for the file again.",
        group_thousands(*.line),
        kept_aside(*.rows_before)
    )]
    CutJson { file: String, line: u64, rows_before: u64 },
    #[error("{file} stopped at row {}: its bytes are damaged. {} Ask for the file again.", group_thousands(*.row), kept_aside(*.rows_before))]
    DamagedRows { file: String, row: u64, rows_before: u64 },
    #[error("{file} is {kind} that is damaged or cut short. Nothing of it was loaded; ask for the file again.")]
    Unpackable { file: String, kind: &'static str },
    #[error("{file} unpacks to more than {limit_gb} GB, which its format needs in memory at once. Unpack it first.")]
    TooLargePacked { file: String, limit_gb: u64 },
    #[error("{file} begins as a Parquet file and is damaged or cut short. Ask for the file again.")]
    DamagedParquet { file: String },
    #[error(
        "{file} is a zip archive or an office file, and no workbook that can be read. Unpack it, or save the workbook again without a password."
    )]
    NoWorkbook { file: String },
    #[error(
        "{file}: none of its {} rows fits the header of {columns} columns; the first is line {}, with {found}. The delimiter may be wrong or the header belongs to another file.",
        group_thousands(*.rows),
        group_thousands(*.line)
    )]
    NothingFits { file: String, rows: u64, columns: u64, line: u64, found: String },
    #[error("{file} lacks {}, which {table} needs. Choose another profile or export the file with these columns.", .missing.join(", "))]
    LacksColumns { file: String, table: String, missing: Vec<String> },
    #[error("{path} is not there. Check the path, or put the file back, and try again.", path = .path.display())]
    Vanished { path: PathBuf },
    #[error("{path} cannot be read: this user may not. Change its permissions.", path = .path.display())]
    NotPermitted { path: PathBuf },
    #[error("{file} changed while it was being read. Wait until it is written whole and load it again.")]
    Changed { file: String },
    #[error("{path} could not be read: {reason}.", path = .path.display())]
    Io { path: PathBuf, reason: String },
    #[error("{file} line {} has {found} fields, the first row has {expected}. If the file was cut short, ask for it again; otherwise mend the line.", group_thousands(*.line))]
    RowWidth { file: String, line: u64, found: usize, expected: usize },
    #[error("{file} line {}: {reason}. Mend the line and try again.", group_thousands(*.line))]
    RowUnreadable { file: String, line: u64, reason: String },
    #[error("{file} line {}: a quote is opened and never closed. Close it, or put quotes inside a value twice, and try again.", group_thousands(*.line))]
    QuoteLeftOpen { file: String, line: u64 },
    #[error("{file} line {}: the record is longer than {limit_mb} MB. Look for a quote that is not closed, or shorten it.", group_thousands(*.line))]
    RecordOverLimit { file: String, line: u64, limit_mb: u64 },
    #[error("{file}: {message}.")]
    Truth { file: String, message: String },
    #[error("{table} has no column {column}; it has {known}.")]
    UnknownColumn { table: String, column: String, known: String },
    #[error("two labels are mapped to the column {column} of {table}. Choose one.")]
    MappedTwice { table: String, column: String },
    #[error("{file} holds change events, which name their own columns: load it as it is.")]
    EventsNeedNoMapping { file: String },
    #[error("there is no profile called {name}. Known are: {known}.")]
    UnknownProfile { name: String, known: String },
    #[error("the profile {name} cannot be read: {reason}")]
    BadProfile { name: String, reason: String },
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl IngestError {
    /// Gives an IO error the words of its kind.
    pub fn from_io(path: &Path, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::Vanished { path: path.to_owned() },
            std::io::ErrorKind::PermissionDenied => Self::NotPermitted { path: path.to_owned() },
            _ => Self::Io { path: path.to_owned(), reason: error.to_string() },
        }
    }
}

fn kept_aside(rows: u64) -> String {
    match rows {
        0 => "No row stands before it.".to_owned(),
        1 => "The row before it is kept aside.".to_owned(),
        n => format!("The {} rows before it are kept aside.", group_thousands(n)),
    }
}
