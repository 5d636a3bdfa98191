//! What there is, what it means, and where it comes from: columns, rows, tables.

use serde::Serialize;

use super::review::DecisionView;

/// A column, what goes into it and what it goes into.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ColumnLineagePage {
    /// `gold.customer_360.total_balance_minor`
    pub column: String,
    pub about: String,
    /// `made`, `constant`, `generated`, `source` (bronze) or `unknown`.
    pub kind: String,
    /// Columns behind it, nearest first.
    pub upstream: Vec<ColumnStep>,
    /// Columns of bronze in the end.
    pub roots: Vec<String>,
    /// Karat makes a part of it: keys of customers, results of matching.
    pub is_generated: bool,
    /// Columns that only decide which of its table's rows there are.
    pub decided_by: Vec<String>,
    /// Columns that change when it changes.
    pub downstream: Vec<ColumnStep>,
    /// Tables whose rows it helps to choose without being in their values.
    pub decides: Vec<String>,
    /// Columns that could not be followed, and why.
    pub unknown: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ColumnStep {
    pub column: String,
    pub steps: usize,
    /// Columns of the step before that lead here.
    pub by: Vec<String>,
}

/// The rows behind one row.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RowLineagePage {
    pub table: String,
    /// The rows that were meant, each by its key.
    pub rows: Vec<String>,
    pub steps: Vec<RowLineageStep>,
    /// What people decided about the customers on the way.
    pub decisions: Vec<DecisionView>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct RowLineageStep {
    pub table: String,
    pub steps: usize,
    pub by: String,
    /// How many there are; the first are named.
    pub rows: u64,
    /// `ACC-17`, or of bronze `accounts.csv, line 12`.
    pub keys: Vec<String>,
    pub note: Option<String>,
}

/// Every table of every layer.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CataloguePage {
    pub workspace: String,
    pub as_of: String,
    /// The gold whose tables these are, and whether it is what people see: "v41", "v42, not published".
    pub gold: String,
    pub tables: Vec<CatalogueTable>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CatalogueTable {
    /// `gold.customer_360`
    pub table: String,
    /// bronze, silver or gold.
    pub layer: String,
    /// `source`, or the kind of its model: table, view, copy, alias, snapshot, rust, external.
    pub kind: String,
    pub about: String,
    pub owner: String,
    pub tags: Vec<String>,
    /// The model's file; empty for a source table.
    pub file: String,
    pub source_system: Option<String>,
    pub key: Vec<String>,
    pub rows: Option<u64>,
    pub bytes: Option<u64>,
    /// Newest business date of its sources, or when its newest file came; empty where nothing tells.
    pub fresh: String,
    /// built, absent, failed, skipped or loaded.
    pub state: String,
    /// Why it is not built.
    pub message: String,
    pub columns: Vec<CatalogueColumn>,
    pub tests: Vec<CatalogueTest>,
    /// Tables that it is made from and that stand in the catalogue.
    pub parents: Vec<String>,
    pub children: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CatalogueColumn {
    pub name: String,
    pub sql_type: String,
    pub about: String,
    pub pii: Option<String>,
    pub is_key: bool,
    /// `made`, `constant`, `generated`, `source` or `unknown`.
    pub origin: String,
    /// Columns that it is computed from, one step up.
    pub from: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CatalogueTest {
    pub name: String,
    pub column: Option<String>,
    /// pass, warn, error or broken.
    pub outcome: String,
    pub failing_rows: u64,
    pub at: String,
}
