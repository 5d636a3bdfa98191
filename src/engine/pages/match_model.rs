//! Match: the model, its settings, what the last match told of itself, and what other settings would change.

use std::sync::Arc;

use serde::Serialize;

pub use crate::matching::diagnostics::{BlockingReport, Diagnostics, Histogram, PairReport, RuleReport, ThresholdRow, Unlinkable};
pub use crate::matching::score::{probability_of, weight_at};
use crate::matching::settings::Transform;

#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchModelPage {
    /// The last run; None before the first one.
    pub last: Option<LastMatch>,
    /// match_probability from which pairs merge and from which they are asked about: as the draft has them.
    pub auto_threshold: f64,
    pub review_floor: f64,
    pub rules: Vec<MatchRule>,
    pub comparisons: Vec<MatchComparison>,
    /// Fields that a new blocking rule can use.
    pub fields: Vec<MatchField>,
    /// What the draft changes, a sentence each.
    pub changes: Vec<String>,
    /// What match.toml says now and the last run did not know, a sentence each.
    pub not_run: Vec<String>,
    pub file: MatchFile,
    /// What the guards of the last match left out, a sentence each.
    pub notes: Vec<String>,
    pub preview: Option<MatchPreview>,
    /// Questions that people have answered: what weights could be learnt from; and how many more are wanted for that.
    pub answers: u64,
    pub answers_wanted: u64,
    pub measured: Option<MatchMeasured>,
}

/// The last run's matching.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LastMatch {
    /// `2026-11-21T07:02:00Z`
    pub matched_at: String,
    /// When the pinned model was trained, on how many records, in how many rounds.
    pub trained_at: Option<String>,
    pub trained_on: u64,
    pub em_iterations: u32,
    pub threshold_reason: String,
    pub diagnostics: Arc<Diagnostics>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchRule {
    /// As match.toml names it.
    pub rule: String,
    /// "Same postcode and first 2 of surname"
    pub title: String,
    /// `postcode, left(last_name, 2)`
    pub code: String,
    pub on: bool,
    /// Training found it not worth its pairs: it is not used until it is turned on.
    pub left_out: bool,
    /// Differs from what is applied.
    pub changed: bool,
    /// None where no match has used it yet.
    pub counts: Option<RuleCounts>,
    pub largest: Vec<BlockLine>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct RuleCounts {
    pub pairs: u64,
    pub new_pairs: u64,
    pub expected_new_matches: f64,
    /// Matches that no other rule gives.
    pub only_here: f64,
    /// Matches that it gives, whichever rule comes first.
    pub found: f64,
    pub skipped_blocks: u64,
    pub skipped_records: u64,
    pub skipped_pairs: u64,
}

/// One of a rule's largest blocks. `value` is a customer's: for the window only.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BlockLine {
    pub records: u64,
    pub pairs: u64,
    pub skipped: bool,
    #[serde(skip)]
    pub value: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchComparison {
    /// As match.toml names it.
    pub comparison: String,
    /// "Birth date"
    pub title: String,
    pub on: bool,
    pub changed: bool,
    /// Members of a household share it.
    pub household: bool,
    /// Bits.
    pub least_weight: f64,
    pub most_weight: f64,
    /// Empty before the first training.
    pub levels: Vec<MatchLevel>,
}

/// The level that agrees most comes first.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchLevel {
    pub gamma: u8,
    /// "one digit off"
    pub phrase: String,
    pub m_probability: f64,
    pub u_probability: f64,
    pub match_weight: f64,
    /// What training found, where a person has set another.
    pub trained_weight: Option<f64>,
    pub term_frequency: bool,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchField {
    pub field: String,
    pub title: String,
    /// Ways to make a key of it, with their words.
    pub ways: Vec<(Transform, String)>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchFile {
    pub path: String,
    /// False: what is built in holds.
    pub present: bool,
    /// With the draft.
    pub text: String,
    /// Why it cannot be used, with line and column.
    pub error: Option<String>,
}

/// What would change.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchPreview {
    /// With a model trained anew instead of other settings.
    pub retrained: bool,
    /// The settings were changed since: preview again.
    pub is_old: bool,
    pub customers_before: u64,
    pub customers_after: u64,
    /// Groups of records that would become one, and customers that would be parted.
    pub joined: u64,
    pub parted: u64,
    pub new_questions: u64,
    pub gone_questions: u64,
    pub pairs: Arc<Vec<MatchPair>>,
    /// What people's answers taught, where they chose the settings.
    pub suggestion: Option<WeightSuggestion>,
    /// Comparisons whose weights move most, for a model trained anew: "Phone: +9.6 to +10.2".
    pub weights: Vec<String>,
}

/// Two records that would be brought together or parted.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchPair {
    pub joined: bool,
    pub before: Option<f64>,
    /// None: they would not be compared.
    pub after: Option<f64>,
    #[serde(flatten)]
    pub two: MatchTwo,
}

/// Two records side by side. Values are a customer's.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchTwo {
    pub left: MatchRecord,
    pub right: MatchRecord,
    /// Label, left, right; only what one of them has.
    pub values: Vec<(String, String, String)>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchRecord {
    pub source_system: String,
    pub id: String,
    pub name: String,
    /// `C-1042`
    pub customer: String,
}

/// Weights and a threshold that people's answers suggest.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WeightSuggestion {
    /// Questions that were answered, pairs that their answers tell about, and how many of those are one person.
    pub answers: u64,
    pub labels: u64,
    pub same: u64,
    /// match_probability from which pairs would join, and why.
    pub threshold: f64,
    pub threshold_reason: String,
    /// Expected now and with the suggestion.
    pub precision: (f64, f64),
    pub recall: (f64, f64),
    /// Levels whose weight moves, and the first of them in words: "Phone, same: +9.6 instead of +8.1".
    pub weights: u64,
    pub sentences: Vec<String>,
    /// It is the draft, or what holds.
    pub taken: bool,
    /// The answers agree with the settings.
    pub changes_nothing: bool,
}

/// How right each threshold was found to be: the model alone, without people's decisions.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchMeasured {
    /// "23 answers", "truth.csv, 1,399 records"
    pub by: String,
    /// Measured by a truth; else expected from answers.
    pub by_truth: bool,
    /// Answers have come since: measure again.
    pub is_old: bool,
    /// match_probability from which pairs join now.
    pub threshold: f64,
    /// Rising thresholds.
    pub rows: Vec<MeasuredRow>,
    /// Pairs that somebody knows and the model has otherwise.
    pub wrong: u64,
    /// Pairs that somebody knows, those first that the model has otherwise; the first of them.
    pub audited: Arc<Vec<AuditedPair>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct MeasuredRow {
    pub match_weight: f64,
    pub match_probability: f64,
    pub precision: MeasuredShare,
    pub recall: MeasuredShare,
}

/// A share and its 95 % range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct MeasuredShare {
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

/// A pair of which somebody knows whether it is one person.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditedPair {
    pub same: bool,
    /// Its weight lies above the threshold.
    pub joined: bool,
    pub match_weight: f64,
    pub match_probability: f64,
    #[serde(flatten)]
    pub two: MatchTwo,
}
