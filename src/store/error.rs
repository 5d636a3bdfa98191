//! What can go wrong with the store, said so that a person knows what to do.

use std::path::{Path, PathBuf};

use crate::base::Cancelled;

use super::open::DbError;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{path} is no workspace: there is no workspace.toml in it. Make one with 'karat new {path}'.")]
    NoWorkspace { path: String },
    #[error("{path} is a workspace already. Choose another folder, or open it.")]
    WorkspaceExists { path: String },
    #[error("{path} is not empty. Choose an empty folder for a new workspace.")]
    NotEmpty { path: String },
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("the workspace is held by {holder}. Wait for it to end, or say --wait SECS.")]
    Held { holder: String },
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
        if source.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) {
            return Self::Cancelled;
        }
        Self::Db(DbError::of(path, source))
    }

    /// The same failure of the disk, told of the place that a person named and not of the one beside it.
    pub fn instead_at(self, path: &Path) -> Self {
        let path = path.to_owned();
        match self {
            Self::Db(DbError::Full { .. }) => DbError::Full { path }.into(),
            Self::Db(DbError::ReadOnly { .. }) => DbError::ReadOnly { path }.into(),
            Self::Io { source, .. } => Self::Io { path, source },
            other => other,
        }
    }

    pub fn io(path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => DbError::ReadOnly { path }.into(),
            std::io::ErrorKind::StorageFull => DbError::Full { path }.into(),
            _ => Self::Io { path, source },
        }
    }
}
