//! Why a command failed. The text is for the person who gave the command.

use crate::base::Cancelled;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Store(StoreError),
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

impl From<Cancelled> for EngineError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl EngineError {
    /// Another program holds the workspace: the command line ends with 4.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Store(StoreError::Held { .. }))
    }
}
