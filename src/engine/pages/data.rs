//! Quality of data: tables with their scores, what their columns hold, tests and what they found.

use serde::Serialize;

use super::TestOutcome;
use crate::base::DataTable;
pub use crate::quality::{Bin, ColumnKind, ColumnProfile, DateProfile, Gravity, NumberProfile, Score, TableFinding, TopValue};
pub use crate::store::data_test::DataTest;

/// Data tests that were run by themselves.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TestsOutcome {
    /// What ages count from.
    pub as_of: String,
    pub tests: Vec<TestOutcome>,
    pub seconds: f64,
}

/// Every table with what is known of its quality without reading it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct QualityTablesPage {
    pub tables: Vec<QualityTable>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct QualityTable {
    /// `silver.dim_account`
    pub table: String,
    pub layer: String,
    /// Of bronze: whose table it is.
    pub source_system: Option<String>,
    /// 0 to 100, when its tests were last run by themselves; None: never.
    pub score: Option<f64>,
    pub errors: u64,
    pub warnings: u64,
}

/// One table, read through.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TableQualityPage {
    pub table: String,
    pub layer: String,
    pub rows: u64,
    /// Rows of its earlier loads (of bronze) or builds, oldest first.
    pub rows_before: Vec<u64>,
    /// Columns that tell its rows from each other, where a model makes it.
    pub key: Vec<String>,
    pub columns: Vec<ColumnProfile>,
    pub findings: Vec<TableFinding>,
    pub score: Score,
    /// Earlier scores, oldest first.
    pub scores: Vec<f64>,
    /// When its tests were last run.
    pub tested_at: Option<String>,
    pub tests: Vec<TableTest>,
    /// What is not tested yet and holds for most rows.
    pub suggested: Vec<SuggestedTest>,
    /// Columns that changed between files of the source: a sentence each.
    pub drift: Vec<String>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct TableTest {
    pub name: String,
    pub column: Option<String>,
    pub kind: String,
    /// pass | warn | error | broken
    pub outcome: String,
    pub failing_rows: u64,
    pub message: String,
    /// Failing rows of its last runs, oldest first.
    pub trend: Vec<f64>,
}

/// A test that a profile speaks for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuggestedTest {
    /// "email is never missing"
    pub title: String,
    pub test: DataTest,
    /// As it would stand in workspace.toml.
    pub toml: String,
}

/// Rows of a table that fit the chosen facets.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TableRowsPage {
    pub rows: DataTable,
    pub matching: u64,
    pub total: u64,
    /// What each facet's column holds under the filters of the other columns.
    pub facets: Vec<ColumnProfile>,
}

/// What a table is made from, and what is made from it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LineagePage {
    pub table: String,
    pub about: String,
    /// The model's file; None: a source table.
    pub file: Option<String>,
    pub sql: String,
    /// Tables behind it, nearest first, with the steps to each.
    pub upstream: Vec<LineageTable>,
    /// Tables that change when it changes.
    pub downstream: Vec<LineageTable>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct LineageTable {
    pub table: String,
    pub steps: usize,
    /// Tables of the step before that lead here.
    pub by: Vec<String>,
}
