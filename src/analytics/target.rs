//! What is predicted, and which outcomes are known.

use serde::{Deserialize, Serialize};

use crate::base::FeatureTable;

/// What a model predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// An active customer shows no activity in the 90 days after the cut-off.
    Churn,
    /// A loan that was paid out is not paid back.
    LoanDefault,
}

impl Target {
    pub const ALL: [Self; 2] = [Self::Churn, Self::LoanDefault];

    pub fn name(self) -> &'static str {
        match self {
            Self::Churn => "churn",
            Self::LoanDefault => "loan_default",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == text)
    }

    /// The gold table whose numeric columns are the features.
    pub fn features(self) -> &'static str {
        match self {
            Self::Churn => "gold.churn_features",
            Self::LoanDefault => "gold.loan_features",
        }
    }

    /// The gold table that the production model fills.
    pub fn predictions(self) -> &'static str {
        match self {
            Self::Churn => "gold.churn_predictions",
            Self::LoanDefault => "gold.loan_predictions",
        }
    }

    /// Columns of the features' table that say which rows count and are no features.
    pub fn gate(self) -> &'static str {
        match self {
            Self::Churn => "is_active",
            Self::LoanDefault => "is_open",
        }
    }

    /// "ended with …"
    pub fn event(self) -> &'static str {
        match self {
            Self::Churn => "churn",
            Self::LoanDefault => "default",
        }
    }

    pub fn label_of(self, value: bool) -> &'static str {
        match (self, value) {
            (Self::Churn, true) => "gone",
            (Self::Churn, false) => "still active",
            (Self::LoanDefault, true) => "defaulted",
            (Self::LoanDefault, false) => "paid back",
        }
    }
}

/// Rows whose outcome is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labelled {
    pub table: FeatureTable,
    /// As long as the table.
    pub labels: Vec<bool>,
}

impl Labelled {
    pub fn cases(&self) -> usize {
        self.labels.iter().filter(|label| **label).count()
    }

    pub fn select(&self, rows: &[usize]) -> Self {
        Self { table: self.table.select(rows), labels: rows.iter().map(|row| self.labels[*row]).collect() }
    }
}
