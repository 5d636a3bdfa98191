//! What can be asked of the engine. The window and the command line send the same.

use std::path::PathBuf;

use crate::base::{DecisionId, GoldVersion, ItemId};
pub use crate::ingest::mapping::SourceMapping;
pub use crate::matching::LinkType;
pub use crate::matching::config::Edit as MatchEdit;
pub use crate::matching::settings::{Key as MatchKey, Transform};
pub use crate::stewardship::Answer;

use super::churn_deed::ChurnDeed;
use super::dashboard_deed::DashboardDeed;
use super::data_deed::DataDeed;
use super::golden_deed::GoldenDeed;
use super::review_deed::ReviewDeed;
use super::runs_deed::RunsDeed;
use super::trust_deed::TrustDeed;
use super::watch::Arrival;

/// One deed. Long ones run as a job with progress and can be cancelled; the others are done at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Opens a workspace folder. The workspace that was open is closed.
    Open { dir: PathBuf },
    /// Makes a new workspace and opens it; then loads `from` if it is given, runs and publishes.
    Create { dir: PathBuf, name: String, from: Option<PathBuf> },
    /// The sample bank: a workspace in `dir` with the bank that ships with the program loaded, matched and published.
    OpenSample { dir: PathBuf },
    /// Loads files and folders into bronze.
    Ingest { paths: Vec<PathBuf>, source: Option<String>, profile: Option<String>, dry_run: bool },
    /// Takes files of watched folders: bronze, then live gold. Ends in `Report::Arrived`.
    Arrive { files: Vec<Arrival> },
    /// Writes a folder into workspace.toml as one that is watched, or takes it out. Ends in `Report::Said`.
    Watch { folder: PathBuf, on: bool },
    /// What the columns of a kind of file mean.
    Source(SourceDeed),
    /// Rows that were kept aside.
    Quarantine(QuarantineDeed),
    /// Bronze to gold: match, silver, tests, gold, and publish where the policy says so.
    Run { publish: bool, full_refresh: bool },
    /// Answers one review item.
    Decide { item: ItemId, answer: Answer, reason: Option<String>, user: String },
    /// The steward's other deeds: cut, merge, unmerge, undo with dependants, assign, defer, bulk, sheets, audit deck.
    Review { deed: Box<ReviewDeed>, user: String },
    /// Golden values and the rules that choose them.
    Golden { deed: GoldenDeed, user: String },
    /// Takes a decision back by a compensating entry.
    Undo { decision: DecisionId, user: String },
    /// Makes a built gold the one that people see; the newest built one where none is named.
    Publish { version: Option<GoldVersion>, user: String },
    /// Goes back to an earlier gold; the one published before where none is named.
    Rollback { version: Option<GoldVersion>, user: String },
    /// Writes a synthetic bank and its truth. `thin`: small enough to ship.
    Generate { customers: u32, seed: u64, dir: PathBuf, thin: bool },
    /// Works on the settings of matching. Nothing holds before it is applied.
    Match(MatchDeed),
    /// Matches the records of files, without a workspace.
    MatchFiles(Box<MatchSpec>),
    /// People, keys, masks, proposals, packs, audit, backups, erasure.
    Trust(TrustDeed),
    /// Data tests, single models, exports.
    Data(DataDeed),
    /// Reports of runs, the schedule, what is kept how long.
    Runs(RunsDeed),
    /// Saved views, and files of charts and pages.
    Dashboard(DashboardDeed),
    /// Models that predict, and the worklist of customers that may leave.
    Churn(ChurnDeed),
    /// One statement that a person typed, over all layers or the masked gold; at most `limit` rows.
    Sql { sql: String, limit: usize },
}

/// What can be done with mappings of files that no profile knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceDeed {
    /// Says what the columns of a kind of file mean; `file` is one of them. `load`: it is loaded at once. `replaces`: the mapping that this
    /// one is an edit of; what that one loaded of the file is taken out. Ends in `Report::Ingested` or, where nothing is loaded, `Report::Noted`.
    Map { file: PathBuf, mapping: Box<SourceMapping>, load: bool, replaces: Option<Box<SourceMapping>> },
    /// Takes a mapping out of workspace.toml, and the rows that it brought out of bronze. Ends in `Report::Noted`.
    Unmap { mapping: Box<SourceMapping> },
}

/// What can be done with rows that were kept aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuarantineDeed {
    /// Puts another text in the place of a row's own, which stays beside it.
    Mend { id: i64, text: String },
    /// Takes that text away again.
    PutBack { id: i64 },
    /// Both at once.
    MendAndReplay { id: i64, text: String },
    /// Takes back what a replay brought, by its batches: the rows wait again.
    Undo { batches: Vec<i64> },
    /// Reads rows again; all that wait where none is named.
    Replay { ids: Vec<i64> },
}

/// What can be done on the Match page.
#[derive(Debug, Clone, PartialEq)]
pub enum MatchDeed {
    /// Changes the draft.
    Edit(MatchEdit),
    /// Throws the draft away.
    Discard,
    /// Matches aside with the draft and keeps what would change. `retrain`: with the settings in force and a model trained anew.
    Preview { retrain: bool },
    /// Learns weights and a threshold from people's answers, matches aside with them, and keeps what would change.
    Suggest,
    /// Makes what was suggested the draft.
    TakeSuggestion,
    /// Measures precision and recall at other thresholds, by people's answers or by a truth (CSV: source_system,source_customer_id,entity_id).
    Measure { truth: Option<PathBuf> },
    /// Puts the preview away.
    ForgetPreview,
    /// Makes the draft the workspace's `match.toml` and runs.
    Apply { user: String },
    /// Pins the model that the preview trained, and runs.
    UseNewModel { user: String },
    /// Writes `match.toml` with the draft to a path.
    Export { path: PathBuf },
}

impl Command {
    /// Done in moments, beside whatever runs.
    pub fn is_quick(&self) -> bool {
        match self {
            Self::Decide { .. } | Self::Undo { .. } | Self::Review { .. } | Self::Golden { .. } | Self::Sql { .. } | Self::Dashboard(_) => {
                true
            }
            Self::Trust(deed) => deed.is_quick(),
            Self::Runs(deed) => deed.is_quick(),
            Self::Churn(deed) => deed.is_quick(),
            Self::Match(deed) => matches!(
                deed,
                MatchDeed::Edit(_) | MatchDeed::Discard | MatchDeed::ForgetPreview | MatchDeed::TakeSuggestion | MatchDeed::Export { .. }
            ),
            _ => false,
        }
    }
}

/// `karat match`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MatchSpec {
    pub files: Vec<PathBuf>,
    pub out: PathBuf,
    /// The column that names a record; rows are numbered where none is given.
    pub id: Option<String>,
    pub link_type: Option<LinkType>,
    /// Sources without duplicates.
    pub unique_within: Vec<String>,
    /// Settings to use instead of choosing them.
    pub config: Option<PathBuf>,
    /// A trained model to use instead of training.
    pub model: Option<PathBuf>,
    pub save_model: Option<PathBuf>,
    /// match_probability from which pairs join.
    pub threshold: Option<f64>,
    /// The column that names the entity; taken out before matching.
    pub truth: Option<String>,
    pub truth_pairs: Option<PathBuf>,
    /// Keep every scored pair.
    pub all_pairs: bool,
    /// Choose so many questions for a person.
    pub ask: Option<usize>,
    /// A person's answers; they refine the threshold.
    pub labels: Option<PathBuf>,
    /// Answers are not taken as decisions about their own pairs.
    pub labels_teach_only: bool,
    /// Answer so many questions from the truth and measure what is learnt.
    pub learn: Option<usize>,
    /// Where to keep the index of the match.
    pub save_index: Option<PathBuf>,
    /// The index of an earlier match to place the records beside.
    pub against: Option<PathBuf>,
    /// Write the grown index back.
    pub update_index: bool,
    /// Whether the first rows hold names; told by content where nobody says.
    pub header: Option<bool>,
    /// Score as Splink does, with DuckDB's string measures.
    pub splink_compatible: bool,
}
