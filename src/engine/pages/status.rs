//! The workspace at a glance, and what jobs report when they end.

use serde::{Deserialize, Serialize};

use super::runs::ReportOutcome;
use super::trust::{Role, Sight};
use crate::base::Step;
use crate::warehouse::ModelStatus;

/// Shell and `karat status`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StatusPage {
    pub workspace: String,
    pub dir: String,
    /// "500 customers, 4 systems"
    pub subtitle: String,
    /// Another program holds the workspace: "karat run, process 4121, since 07:02"; commands that write will be refused.
    pub read_only_because: Option<String>,
    pub user: String,
    pub acting: Acting,
    pub as_of: Option<String>,
    pub source_records: u64,
    pub customers: u64,
    /// Batches that failed or carry flags nobody answered.
    pub source_warnings: u64,
    /// Review items that nobody has answered.
    pub queue_open: u64,
    /// Decisions made since silver was built: they go into the next run.
    pub decisions_not_applied: u64,
    /// Files came after silver was built.
    pub new_batches: u64,
    pub silver_built_at: Option<String>,
    pub gold_published: Option<u32>,
    pub gold_published_at: Option<String>,
    /// People were led back to it, from a newer one.
    pub gold_restored_at: Option<String>,
    /// A gold that was built but not published.
    pub gold_built: Option<u32>,
    /// The newest gold: the one that was built from the silver that stands.
    pub gold_newest: Option<u32>,
    /// "Last run finished 07:02, 31 models, 18 tests, 2 warnings"
    pub last_run: Option<String>,
    pub last_run_failed: bool,
    /// "At 07:00, UTC; next 2026-11-21T07:00:00Z"; None: no run comes by itself.
    pub schedule: Option<String>,
    /// Runs that were due and did not come.
    pub missed_runs: u64,
    /// Counts the changes of the data; equal numbers, equal pages.
    pub data_version: u64,
    /// Source systems with their short names.
    pub systems: Vec<SystemStatus>,
}

impl StatusPage {
    /// The gold that people see and the newer one of the silver that stands; None where they are the same.
    pub fn ahead(&self) -> Option<(u32, u32)> {
        self.gold_published.zip(self.gold_newest).filter(|(published, newest)| published < newest)
    }
}

/// What whoever acts may do and see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Acting {
    /// None: not enrolled here.
    pub role: Option<Role>,
    pub is_signed_in: bool,
    pub sight: Sight,
    /// People enrolled now; 0: everybody may do everything.
    pub people: u64,
    /// Decisions that wait for a second person, and contradictions that packs brought.
    pub proposals_open: u64,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct SystemStatus {
    /// `erpnext`
    pub source_system: String,
    pub batches: u64,
    pub customer_records: u64,
    pub rows: u64,
    pub rejected: u64,
}

/// What an ingest did, file by file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IngestOutcome {
    pub files: Vec<FileOutcome>,
    pub loaded: u64,
    pub failed: u64,
    pub rows: u64,
    pub rejected: u64,
    pub seconds: f64,
    pub dry_run: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FileOutcome {
    pub file: String,
    pub table: Option<String>,
    pub source_system: Option<String>,
    pub size_bytes: u64,
    pub rows_read: u64,
    pub rows_rejected: u64,
    /// loaded | failed | same as before | same table, not loaded | not recognised | cancelled
    pub status: String,
    pub message: String,
    pub flags: Vec<String>,
    pub seconds: f64,
    /// Its batch in bronze; None where nothing was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<i64>,
}

/// What a run did, stage by stage.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RunOutcome {
    pub run: i64,
    /// The files that were loaded (or not) right before it.
    #[serde(default)]
    pub files: Vec<FileOutcome>,
    pub gold_version: Option<u32>,
    pub published: bool,
    pub why_not_published: Option<String>,
    pub as_of: Option<String>,
    pub source_records: u64,
    pub customers: u64,
    /// Questions that nobody has answered or put aside.
    pub review_items: u64,
    /// Questions that somebody put aside, proposed or decided meanwhile.
    #[serde(default)]
    pub review_aside: u64,
    /// Records that went from one customer to another while both go on.
    #[serde(default)]
    pub moved: Vec<MovedRecords>,
    pub models: Vec<ModelOutcome>,
    pub tests: Vec<TestOutcome>,
    /// Stage and its seconds, in order.
    pub stages: Vec<(String, f64)>,
    /// How customers were found: all records matched with each other, or the changed ones taken into the index, and why.
    #[serde(default)]
    pub matched: String,
    /// Worth knowing and stopping nothing: little room on the disk.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What became of its report. Not kept with the run: the log of reports has it.
    #[serde(default, skip_deserializing)]
    pub report: Box<ReportOutcome>,
    pub seconds: f64,
}

/// "2 records went from C-1042 to C-1077." Customers alone: a record's id may be an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedRecords {
    pub from: String,
    pub to: String,
    pub records: u64,
}

impl RunOutcome {
    /// The first few who went to another customer, in words; None where nobody did.
    pub fn moved_in_words(&self) -> Option<String> {
        const NAMED: usize = 3;
        let one = |moved: &MovedRecords| {
            let records = if moved.records == 1 { "1 record".to_owned() } else { format!("{} records", moved.records) };
            format!("{records} from {} to {}", moved.from, moved.to)
        };
        let named: Vec<String> = self.moved.iter().take(NAMED).map(one).collect();
        let more = self.moved.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
    }

    /// Models that failed, each with why.
    pub fn failed(&self) -> impl Iterator<Item = &ModelOutcome> {
        self.models.iter().filter(|model| model.state == "failed")
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ModelOutcome {
    pub model: String,
    pub layer: String,
    /// built | absent | failed | skipped
    pub state: String,
    pub rows: u64,
    pub seconds: f64,
    pub message: String,
    /// What an incremental model took in.
    #[serde(default)]
    pub note: String,
}

impl ModelOutcome {
    pub fn of(layer: &str, status: ModelStatus) -> Self {
        Self {
            model: status.name,
            layer: layer.to_owned(),
            state: status.state.name().to_owned(),
            rows: status.rows,
            seconds: status.seconds,
            message: status.message,
            note: status.note,
        }
    }
}

impl From<Step> for ModelOutcome {
    fn from(step: Step) -> Self {
        let layer = step.name.split_once('.').map_or("", |(schema, _)| schema).to_owned();
        Self {
            model: step.name,
            layer,
            state: step.state,
            rows: step.rows,
            seconds: step.seconds,
            message: step.message,
            ..Self::default()
        }
    }
}

/// The test that every model is built. It stands in the results of a version where one of a workspace's own failed, so that nobody publishes it unseen.
pub const MODEL_IS_BUILT: &str = "model_is_built";

/// How a data test went.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TestOutcome {
    pub name: String,
    /// `silver.dim_account`
    pub model: String,
    /// error | warning
    pub severity: String,
    /// pass | warn | error | broken; empty in what older programs wrote.
    #[serde(default)]
    pub outcome: String,
    pub failing_rows: u64,
    #[serde(default)]
    pub checked_rows: u64,
    pub message: String,
}

impl TestOutcome {
    /// Publishing is refused while it stands.
    pub fn is_error(&self) -> bool {
        self.severity == "error"
            && (matches!(self.outcome.as_str(), "error" | "broken") || self.outcome.is_empty() && self.failing_rows > 0)
    }

    pub fn is_warning(&self) -> bool {
        !self.is_error() && (matches!(self.outcome.as_str(), "warn" | "broken") || self.outcome.is_empty() && self.failing_rows > 0)
    }
}

/// A synthetic bank that was written.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GenerateOutcome {
    pub folder: String,
    pub customers: u32,
    pub seed: u64,
    /// File and rows.
    pub files: Vec<(String, u64)>,
    pub bytes: u64,
    pub seconds: f64,
}

/// What `karat match` found; the same as `report.json`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchOutcome {
    pub out: String,
    pub report: serde_json::Value,
    /// The files that were written into `out`.
    pub files: Vec<String>,
    pub records: u64,
    pub clusters: u64,
    pub pairs: u64,
    pub threshold: f64,
    pub seconds: f64,
}
