//! What can go wrong with the store, said so that a person knows what to do.

use std::path::{Path, PathBuf};

use crate::base::Cancelled;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{path} is no workspace: there is no workspace.toml in it. Make one with 'karat new {path}'.")]
    NoWorkspace { path: String },
    #[error("{path} is a workspace already. Choose another folder, or open it.")]
    WorkspaceExists { path: String },
    #[error("{path} is not empty. Choose an empty folder for a new workspace.")]
    NotEmpty { path: String },
    #[error(
        "{} was written by a newer Karat (version {found}; this one knows {known}). Nothing was changed. Open it with that version.",
        path.display()
    )]
    NewerVersion { path: PathBuf, found: i64, known: i64 },
    #[error("the workspace is held by {holder}. Wait for it to end, or say --wait SECS.")]
    Held { holder: String },
    #[error("the disk is full: {} could not grow. Nothing of this job was kept. Free some space and try again.", path.display())]
    DiskFull { path: PathBuf },
    #[error("{} cannot be written: the folder or the file is read-only. Nothing was changed.", path.display())]
    ReadOnly { path: PathBuf },
    #[error("{} is damaged or no SQLite file ({source}). Restore it from a copy.", path.display())]
    Damaged { path: PathBuf, source: rusqlite::Error },
    #[error("{}: {source}", path.display())]
    Sqlite { path: PathBuf, source: rusqlite::Error },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{} line {line}: {message}", path.display())]
    Config { path: PathBuf, line: usize, message: String },
    #[error("{0}")]
    Refused(String),
    #[error("cancelled")]
    Cancelled,
}

impl From<Cancelled> for StoreError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl StoreError {
    /// Says where SQLite failed, and knows the failures that a person can do something about.
    pub fn at(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => Self::Damaged { path, source },
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::Cancelled,
            _ => Self::Sqlite { path, source },
        }
    }

    pub fn io(path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            std::io::ErrorKind::StorageFull => Self::DiskFull { path },
            _ => Self::Io { path, source },
        }
    }
}
