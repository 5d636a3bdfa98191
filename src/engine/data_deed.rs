//! What can be done about the quality of data: tests, single models, publishing over failed tests, exports. Sent as `Command::Data` and
//! `Query::Data`.

use std::path::PathBuf;

use crate::base::GoldVersion;
pub use crate::store::data_test::{DataTest, Scalar, Severity, TestKind};
pub use crate::store::values::Filter;

#[derive(Debug, Clone, PartialEq)]
pub enum DataDeed {
    /// Runs data tests over what stands: all, or those that a selection means (names of tests, `test_type:unique`, tables, models).
    /// Ends in `Report::Tested`.
    Test { select: Vec<String>, exclude: Vec<String> },
    /// Builds the chosen models anew over what stands; nothing is matched. Ends in `Report::Ran`.
    /// `full_refresh`: incremental models forget the rows they have.
    RunModels { select: Vec<String>, exclude: Vec<String>, publish: bool, full_refresh: bool },
    /// Does again what the last run left undone: models that failed or were skipped, or all of it where nothing was put in place. Ends in
    /// `Report::Ran`, or in `Report::Said` where nothing is left.
    Retry { publish: bool },
    /// Publishes although tests of severity error failed. The log keeps who and why. Ends in `Report::Published`.
    PublishAnyway { version: Option<GoldVersion>, reason: String, user: String },
    /// Writes a test into workspace.toml. Ends in `Report::Said`.
    AddTest { test: Box<DataTest> },
    /// Writes a table, or what a query answers, into a file: CSV, Parquet, XLSX or JSON by its ending. Ends in `Report::Said`.
    Export { sql: String, file: PathBuf },
    /// Writes a new folder for Spark and dbt: every table as Parquet, the matching model for Splink, the models as a dbt project. Ends in
    /// `Report::Said`.
    ExportSpark { dir: PathBuf },
    /// Writes the GitHub Actions workflow that tests a repository with a workspace's settings, models and tests. Ends in `Report::Said`.
    ExportWorkflow { dir: PathBuf },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DataQuery {
    /// Every table with its score. Answered by `Page::QualityTables`.
    Tables,
    /// What a table holds, its findings and tests. Answered by `Page::TableQuality`.
    Table { table: String },
    /// The same of a file that need not be loaded; it has no tests.
    File { path: PathBuf },
    /// Rows that fit. Answered by `Page::TableRows`.
    Rows { table: String, filters: Vec<Filter>, facets: Vec<String>, limit: usize },
    /// Rows that failed a test when it was last run. Answered by `Page::Table`.
    Failing { test: String, table: Option<String>, limit: usize },
    /// What a table (`gold.customer_360`) is made from and what is made from it. Answered by `Page::Lineage`.
    Lineage { table: String },
    /// The same of a column (`gold.customer_360.email`). Answered by `Page::ColumnLineage`.
    ColumnLineage { column: String },
    /// The rows that a row was made from, down to files and lines; `key` has the values of the table's key, the last ones may be left out.
    /// Answered by `Page::RowLineage`.
    RowLineage { table: String, key: Vec<String> },
    /// Which models a selection means, without building them. Answered by `Page::Table`.
    Selected { select: Vec<String>, exclude: Vec<String> },
    /// Every table with its columns, tests and lineage. Answered by `Page::Catalogue`.
    Catalogue,
}
