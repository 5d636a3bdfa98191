//! What can be done about the quality of data: tests, single models, publishing over failed tests. Sent as `Command::Data` and `Query::Data`.

use crate::base::GoldVersion;
pub use crate::store::data_test::{DataTest, Scalar, Severity, TestKind};

#[derive(Debug, Clone, PartialEq)]
pub enum DataDeed {
    /// Runs data tests over what stands: all, or those that a selection means (names of tests, `test_type:unique`, tables, models).
    /// Ends in `Report::Tested`.
    Test { select: Vec<String>, exclude: Vec<String> },
    /// Builds the chosen models anew over what stands; nothing is matched. Ends in `Report::Ran`.
    RunModels { select: Vec<String>, exclude: Vec<String>, publish: bool },
    /// Publishes although tests of severity error failed. The log keeps who and why. Ends in `Report::Published`.
    PublishAnyway { version: Option<GoldVersion>, reason: String, user: String },
    /// Writes a test into workspace.toml. Ends in `Report::Said`.
    AddTest { test: Box<DataTest> },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DataQuery {
    /// Rows that failed a test when it was last run. Answered by `Page::Table`.
    Failing { test: String, table: Option<String>, limit: usize },
}
