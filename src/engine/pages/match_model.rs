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
    /// Pairs that people have answered: what weights could be learnt from.
    pub labels: u64,
    pub suggestion: Option<WeightSuggestion>,
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
    /// Comparisons whose weights move most, for a model trained anew: "Phone: +9.6 to +10.2".
    pub weights: Vec<String>,
}

/// Two records that would be brought together or parted.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MatchPair {
    pub joined: bool,
    pub left: MatchRecord,
    pub right: MatchRecord,
    pub before: Option<f64>,
    /// None: they would not be compared.
    pub after: Option<f64>,
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

/// Weights that people's answers suggest.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WeightSuggestion {
    pub labels: u64,
    /// "Phone, same: +9.6 instead of +8.1"
    pub sentences: Vec<String>,
}
