//! What can go wrong while silver and gold are built. Never carries a customer's values.

use super::model::Model;
use crate::base::Cancelled;

#[derive(Debug, thiserror::Error)]
pub enum WarehouseError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A model file says something that cannot be.
    #[error("{file}, line {line}: {message}")]
    Model { file: String, line: usize, message: String },
    #[error("the models {0} need one another in a circle; one of these inputs has to go")]
    Cycle(String),
    #[error("no model is called {0}; `karat query` lists them in catalogue")]
    NoSuchModel(String),
    #[error("{what}: {source}")]
    Sql { what: String, source: rusqlite::Error },
    #[error("{path}: {source}")]
    Io { path: String, source: std::io::Error },
    #[error("{0}")]
    Other(String),
}

impl WarehouseError {
    /// The disk is full or failed: what was being built is lost, and no further statement can tell more.
    pub fn is_of_disk(&self) -> bool {
        matches!(self, Self::Sql { source, .. } if is_of_disk(source))
    }
}

fn is_of_disk(source: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseCorrupt, DiskFull, ReadOnly, SystemIoFailure};
    matches!(source.sqlite_error_code(), Some(DiskFull | SystemIoFailure | ReadOnly | CannotOpen | DatabaseCorrupt))
}

pub type Result<T, E = WarehouseError> = std::result::Result<T, E>;

/// Names the statement or model that an SQLite error came from.
pub(crate) trait SqlContext<T> {
    fn at(self, what: &str) -> Result<T>;
}

impl<T> SqlContext<T> for rusqlite::Result<T> {
    fn at(self, what: &str) -> Result<T> {
        self.map_err(|source| {
            if source.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) {
                WarehouseError::Cancelled(Cancelled)
            } else {
                WarehouseError::Sql { what: what.to_owned(), source }
            }
        })
    }
}

/// SQLite's word on a statement with the file and the line of it, where it tells the place. `sql` has one line before the model's body.
pub(crate) fn in_file(model: &Model, sql: &str, error: rusqlite::Error) -> WarehouseError {
    match &error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => {
            let before = usize::try_from(*offset).ok().and_then(|offset| sql.get(..offset)).unwrap_or_default();
            let line = (model.head_lines + before.matches('\n').count()).max(1);
            WarehouseError::Model { file: model.file.clone(), line, message: msg.clone() }
        }
        _ => WarehouseError::Sql { what: model.id(), source: error },
    }
}
