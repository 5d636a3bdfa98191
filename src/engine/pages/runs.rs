//! Runs: what they did, what they told, when the next one comes.

use serde::{Deserialize, Serialize};

pub use crate::store::control::MailState;
pub use crate::store::run_settings::RetentionRule;

/// What became of a run's report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportOutcome {
    /// The HTML file; the message lies beside it as `.eml`.
    pub file: Option<String>,
    /// Why there is none; empty where there is one.
    pub message: String,
    pub mail: MailState,
    /// "sent to data@bank.example", or why it was not; empty where nobody is to be told.
    pub mail_message: String,
}

/// Runs: the list and what is set about them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RunsPage {
    /// Newest first.
    pub runs: Vec<RunLine>,
    /// Whom reports go to: "data@bank.example by mail.bank.example"; None: nobody.
    pub mail: Option<String>,
    pub schedule: ScheduleView,
    pub forecast: ForecastView,
    /// "replaced files of bronze for 90 days, 12 gold versions besides those in use"
    pub retention: String,
}

/// The room that the next run takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ForecastView {
    /// "A run needs about 3.4 GB (silver 1.1 GB, …); 1.2 GB are free."
    pub words: String,
    pub needed_bytes: u64,
    /// None: the system does not say.
    pub free_bytes: Option<u64>,
    pub is_tight: bool,
    pub is_impossible: bool,
}

/// The retention rule and what it would remove now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RetentionView {
    pub rule: RetentionRule,
    pub words: String,
    /// "2 files of bronze (12,000 rows), 3 gold versions"; "nothing"
    pub summary: String,
    pub going: Vec<GoingView>,
    /// What is old enough and stays all the same, and why.
    pub kept: Vec<String>,
    /// What else goes with it; empty where nothing does.
    pub remark: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GoingView {
    /// file of bronze | gold | report
    pub what: String,
    pub name: String,
    /// When it was loaded, ISO.
    pub from: String,
    pub rows: Option<u64>,
    pub bytes: Option<u64>,
}

/// When runs come by themselves. All moments ISO, UTC.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ScheduleView {
    /// None: no run comes by itself.
    pub cron: Option<String>,
    /// Why it cannot be read, where somebody wrote it into workspace.toml.
    pub problem: Option<String>,
    /// "At 07:00, UTC"
    pub words: String,
    pub next: Vec<String>,
    /// Since when it holds.
    pub since: Option<String>,
    /// Times at which a run was due and none began before the next was due, newest first.
    pub missed: Vec<String>,
    /// The same for the system's own timers.
    pub snippets: Vec<SnippetView>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SnippetView {
    /// cron | systemd | windows
    pub timer: String,
    pub text: String,
    /// Why that timer cannot say it.
    pub problem: Option<String>,
}

/// A run in a list.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RunLine {
    pub run: i64,
    /// running | done | failed | cancelled | interrupted
    pub state: String,
    pub started_at: String,
    pub finished_at: Option<String>,
    /// 0 where it is not known.
    pub seconds: f64,
    /// "lena", "lena, by schedule"
    pub by: String,
    /// Files that it saw, and those among them that the run before had not seen.
    pub files: u64,
    pub new_files: u64,
    /// The decision up to which it knew what people said.
    pub decision: i64,
    pub as_of: Option<String>,
    pub gold_version: Option<u32>,
    pub published: bool,
    pub models_built: u64,
    /// Models that failed, or were left out because something they need failed.
    pub models_left: u64,
    pub errors: u64,
    pub warnings: u64,
    /// Why it failed.
    pub message: String,
    pub report: ReportOutcome,
}

/// One run, model by model.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RunPage {
    pub line: RunLine,
    pub models: Vec<super::ModelOutcome>,
    /// Tests that did not pass, errors first.
    pub tests: Vec<super::TestOutcome>,
    pub tests_run: u64,
    /// Stage and its seconds, in order.
    pub stages: Vec<(String, f64)>,
    pub warnings: Vec<String>,
    pub customers: u64,
    pub source_records: u64,
    pub questions: u64,
    pub why_not_published: Option<String>,
    /// How customers were found.
    pub matched: String,
}
