//! Why there is no model, or why one cannot be used.

use crate::base::Cancelled;

#[derive(Debug, thiserror::Error)]
pub enum AnalyticsError {
    #[error("there is nothing to learn from: no customer has a known outcome. {0}")]
    NoRows(String),
    #[error(
        "only {subjects} with a known outcome: five groups of them are needed to measure a model honestly. Load more history, then train again."
    )]
    TooFewSubjects { subjects: String },
    #[error("every known outcome is the same: {label} in all {rows} rows. A model learns from the difference, and here is none.")]
    OneClass { label: String, rows: usize },
    #[error("{cases} of {rows} rows ended with {label}: too few to measure a model by. {least} are needed.")]
    TooFewCases { label: String, cases: usize, rows: usize, least: usize },
    #[error(
        "none of the {columns} features tells rows apart: each is missing everywhere or the same everywhere. Load the sources they come from."
    )]
    NoFeatures { columns: usize },
    #[error("the model could not be trained: {0}")]
    Training(String),
    #[error("it was written by a newer program (format {found}, this one knows up to {known}). Update Karat, or train a new model.")]
    Newer { found: u64, known: u64 },
    #[error("it is damaged: {0}. Promote another model, or train a new one.")]
    Damaged(String),
    #[error("cancelled")]
    Cancelled(#[from] Cancelled),
}

pub type Result<T> = std::result::Result<T, AnalyticsError>;
