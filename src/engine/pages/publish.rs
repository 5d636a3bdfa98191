//! Publish: the gold people see, the one that was built, and what would change.

use serde::Serialize;

use crate::base::DataTable;
pub use crate::warehouse::diff::Figure;

#[derive(Debug, Clone, Default, Serialize)]
pub struct PublishPage {
    /// The version that people see.
    pub live: Option<u32>,
    /// The newest version that is built and not published.
    pub built: Option<u32>,
    pub built_at: Option<String>,
    /// The two versions that `changes` and `figures` compare; `from` is None for the first one ever.
    pub from: Option<u32>,
    pub to: Option<u32>,
    /// Why it cannot be published: "One test of severity error stands"; None where it can.
    pub refused_because: Option<String>,
    pub changes: Vec<ChangeCount>,
    pub figures: Vec<Figure>,
    pub tests_passed: u64,
    pub tests_warned: u64,
    pub tests_failed: u64,
    pub tests: Vec<super::TestOutcome>,
    pub versions: Vec<VersionRow>,
    pub size_bytes: u64,
}

/// A tile: "Merged", 11, "22 keys, 11 aliases kept", and its rows.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChangeCount {
    /// new | merged | split | re-keyed | changed | quarantine
    pub id: String,
    pub label: String,
    pub count: u64,
    pub detail: String,
    pub rows: DataTable,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct VersionRow {
    pub version: u32,
    /// live | built | kept | rolled back | removed
    pub state: String,
    pub built_at: String,
    /// When and by whom it was first published.
    pub published_at: Option<String>,
    pub user: Option<String>,
    /// When and by whom people were last led back to it.
    pub restored_at: Option<String>,
    pub restored_by: Option<String>,
    pub as_of: String,
    pub customers: u64,
    pub size_bytes: u64,
}
