//! Why a command failed. The text is for the person who gave the command.

use crate::analytics::AnalyticsError;
use crate::base::Cancelled;
use crate::generate::GenerateError;
use crate::ingest::IngestError;
use crate::matching::MatchError;
use crate::store::StoreError;
use crate::store::open::DbError;
use crate::warehouse::WarehouseError;

use super::ops::ingest::IngestOpError;

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Store(StoreError),
    #[error(transparent)]
    Ingest(IngestError),
    #[error(transparent)]
    Matching(MatchError),
    #[error(transparent)]
    Warehouse(WarehouseError),
    #[error(transparent)]
    Analytics(AnalyticsError),
    #[error(transparent)]
    Generate(GenerateError),
    #[error("no workspace is open. Open one, or make one with 'karat new DIR'.")]
    NoWorkspace,
    #[error("{0}")]
    Refused(String),
    #[error("cancelled")]
    Cancelled,
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Cancelled => Self::Cancelled,
            other => Self::Store(other),
        }
    }
}

impl From<DbError> for EngineError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

impl From<IngestError> for EngineError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Cancelled(_) => Self::Cancelled,
            other => Self::Ingest(other),
        }
    }
}

impl From<IngestOpError> for EngineError {
    fn from(error: IngestOpError) -> Self {
        match error {
            IngestOpError::Cancelled(_) => Self::Cancelled,
            IngestOpError::Request(error) => error.into(),
            IngestOpError::Db(error) => error.into(),
        }
    }
}

impl From<MatchError> for EngineError {
    fn from(error: MatchError) -> Self {
        match error {
            MatchError::Cancelled(_) => Self::Cancelled,
            other => Self::Matching(other),
        }
    }
}

impl From<WarehouseError> for EngineError {
    fn from(error: WarehouseError) -> Self {
        match error {
            WarehouseError::Cancelled(_) => Self::Cancelled,
            other => Self::Warehouse(other),
        }
    }
}

impl From<AnalyticsError> for EngineError {
    fn from(error: AnalyticsError) -> Self {
        match error {
            AnalyticsError::Cancelled(_) => Self::Cancelled,
            other => Self::Analytics(other),
        }
    }
}

impl From<GenerateError> for EngineError {
    fn from(error: GenerateError) -> Self {
        match error {
            GenerateError::Cancelled(_) => Self::Cancelled,
            other => Self::Generate(other),
        }
    }
}

impl From<Cancelled> for EngineError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl EngineError {
    /// A disk that failed while something was built is named by the workspace's folder: the file aside is nobody's concern.
    pub(super) fn in_folder(self, dir: &std::path::Path) -> Self {
        match self {
            Self::Warehouse(error) if error.is_of_disk() => match error {
                WarehouseError::Sql { source, .. } => DbError::of(dir, source).into(),
                other => Self::Warehouse(other),
            },
            Self::Store(StoreError::Db(DbError::Full { .. })) => DbError::Full { path: dir.to_owned() }.into(),
            Self::Store(StoreError::Db(DbError::Disk { .. })) => DbError::Disk { path: dir.to_owned() }.into(),
            other => other,
        }
    }

    /// Another program holds the workspace: the command line ends with 4.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Store(StoreError::Held { .. }))
    }
}
