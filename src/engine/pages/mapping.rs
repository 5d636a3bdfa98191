//! The mapping window: columns of a file at the left, fields of a table at the right, and the first rows as they would be read.

use std::path::PathBuf;

use serde::Serialize;

use crate::base::DataTable;
use crate::engine::command::SourceMapping;

#[derive(Debug, Clone, Default, Serialize)]
pub struct MappingPage {
    pub file: String,
    pub path: PathBuf,
    /// "text with semicolons, UTF-8"
    pub written_as: String,
    /// Rows that were looked at, and whether there are more.
    pub rows_seen: u64,
    pub has_more: bool,
    pub columns: Vec<FileColumn>,
    /// Tables that the file may give, the likeliest first.
    pub tables: Vec<MappableTable>,
    pub table: String,
    pub fields: Vec<MappableField>,
    /// What the page shows: the draft that was asked about, the mapping in force, or what is suggested.
    pub draft: SourceMapping,
    /// The mapping in force for a file with these columns.
    pub in_force: Option<SourceMapping>,
    /// The first rows as bronze would have them.
    pub preview: DataTable,
    /// Row and column of cells in `preview` that do not fit.
    pub misfits: Vec<(usize, usize)>,
    pub problems: Vec<MappingProblem>,
}

impl MappingPage {
    /// Nothing stands in the way of loading.
    pub fn is_ready(&self) -> bool {
        !self.problems.iter().any(|problem| problem.is_grave)
    }
}

/// A column of the file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FileColumn {
    pub label: String,
    /// Distinct values, as they came.
    pub samples: Vec<String>,
    /// Rows with a value, of those looked at.
    pub filled: u64,
    /// text, date, decimal and so on; empty where the column is.
    pub kind: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct MappableTable {
    pub table: String,
    pub source_system: String,
    /// 0 to 1: how well it explains the file.
    pub fit: f64,
}

/// A field of the chosen table.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MappableField {
    pub name: String,
    pub kind: String,
    /// Without it a file is not recognised or a row is kept aside.
    pub is_needed: bool,
    /// The column of the file that gives it.
    pub label: Option<String>,
    /// The column that labels and values speak for, and why.
    pub suggested: Option<String>,
    pub why: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MappingProblem {
    /// The field that it is about; empty: the file.
    pub field: String,
    /// The mapping cannot be saved with it.
    pub is_grave: bool,
    pub words: String,
}
