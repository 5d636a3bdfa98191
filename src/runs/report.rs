//! What is told of a run.

use crate::base::money::group_thousands;

/// A run as it is told to people who did not see it. Times are ISO, UTC.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunReport {
    pub workspace: String,
    pub run: i64,
    /// done | failed | cancelled | interrupted
    pub state: String,
    pub started_at: String,
    pub finished_at: String,
    pub seconds: f64,
    /// "lena", "lena, by schedule"
    pub by: String,
    pub as_of: String,
    pub program: String,
    /// Why it failed.
    pub message: String,
    /// "v12, published", "v12, built: an approver publishes it", "none"
    pub gold: String,
    pub customers: u64,
    pub source_records: u64,
    pub questions: u64,
    /// How customers were found.
    pub matched: String,
    pub tables: Vec<TableLine>,
    /// Files that the run before had not seen.
    pub files: Vec<FileLine>,
    /// More files than are listed.
    pub files_left_off: u64,
    pub stages: Vec<(String, f64)>,
    pub models: Vec<ModelLine>,
    /// Tests that did not pass, errors first.
    pub tests: Vec<TestLine>,
    pub tests_run: u64,
    /// The version that `changes` and `figures` compare with: "v11"; None: there was none.
    pub compared_with: Option<String>,
    pub changes: Vec<ChangeLine>,
    pub figures: Vec<FigureLine>,
    pub warnings: Vec<String>,
}

/// A source table as the run saw it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableLine {
    pub table: String,
    pub files: u64,
    pub rows: u64,
    pub new_files: u64,
    pub new_rows: u64,
    /// Rows of its new files that are kept aside.
    pub rejected: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileLine {
    pub file: String,
    pub table: String,
    pub rows: u64,
    pub rejected: u64,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelLine {
    pub model: String,
    /// built | absent | failed | skipped
    pub state: String,
    pub rows: u64,
    pub seconds: f64,
    pub message: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestLine {
    pub name: String,
    pub table: String,
    pub is_error: bool,
    pub failing_rows: u64,
    pub message: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeLine {
    pub label: String,
    pub count: u64,
    pub detail: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FigureLine {
    pub name: String,
    pub old: String,
    pub new: String,
    pub change: String,
    pub changed: bool,
}

impl RunReport {
    pub fn errors(&self) -> usize {
        self.tests.iter().filter(|test| test.is_error).count()
    }

    pub fn models_in(&self, state: &str) -> usize {
        self.models.iter().filter(|model| model.state == state).count()
    }

    /// It failed, or a test of severity error did.
    pub fn has_problems(&self) -> bool {
        self.state != "done" || self.errors() > 0
    }

    /// "Run 12 of Apex National Bank: done, 2 tests failed"
    pub fn subject(&self) -> String {
        let end = match (self.state.as_str(), self.errors()) {
            ("done", 0) => "done".to_owned(),
            ("done", 1) => "done, 1 test failed".to_owned(),
            ("done", errors) => format!("done, {errors} tests failed"),
            (state, _) => state.to_owned(),
        };
        format!("Run {} of {}: {end}", self.run, self.workspace)
    }

    /// The facts at the top: label and value.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![
            ("State", self.state.clone()),
            ("Gold", self.gold.clone()),
            ("Customers", group_thousands(self.customers)),
            ("Source records", group_thousands(self.source_records)),
            ("Waiting in Review", group_thousands(self.questions)),
            ("Began", moment(&self.started_at)),
            ("Took", seconds(self.seconds)),
            ("By", self.by.clone()),
            ("As of", self.as_of.clone()),
        ];
        if self.state != "done" {
            facts.retain(|(label, _)| !matches!(*label, "Customers" | "Source records" | "Waiting in Review"));
        }
        facts.retain(|(_, value)| !value.is_empty());
        facts
    }
}

/// `2026-11-20T07:00:12Z` -> `2026-11-20 07:00 UTC`
pub(super) fn moment(iso: &str) -> String {
    match (iso.get(0..10), iso.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => iso.to_owned(),
    }
}

/// "0.42 s", "12 s", "3 min 20 s"
pub(super) fn seconds(seconds: f64) -> String {
    if seconds < 9.95 {
        return format!("{seconds:.2} s");
    }
    let whole = seconds.round();
    if whole < 90.0 { format!("{whole:.0} s") } else { format!("{:.0} min {:.0} s", (whole / 60.0).floor(), whole % 60.0) }
}
