//! The steward's other pages: why two are not one, bulk approval, quality and the audit deck, survivorship rules, spellings; and what
//! a deed of the workbench reports.

use serde::Serialize;

use crate::base::{CustomerKey, DecisionId, ItemId, RecordKey};
pub use crate::stewardship::Domain;

use super::review::{CompareRow, DecisionView, Effect, EvidenceStep, RecordView, Sentence};

/// What a deed of the workbench did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ReviewOutcome {
    /// Fit for a toast: "Joined Marit Solvang-Hale and Marit Solveng-Hale".
    pub summary: String,
    /// Entries that were written, oldest first.
    pub decisions: Vec<DecisionId>,
    /// Those that wait for a second person instead.
    pub proposals: Vec<i64>,
    /// Of an undo: the entries that it took back, newest first.
    pub taken_back: Vec<DecisionId>,
    /// Of a sample that was dealt, answered or approved.
    pub bulk: Option<BulkSample>,
    /// Of a sheet: what was read.
    pub sheet: Option<SheetOutcome>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SheetOutcome {
    pub rows: u64,
    /// Rows with an answer that is new.
    pub decided: u64,
    /// Rows whose answer waits for a second person.
    pub proposed: u64,
    /// Rows without an answer.
    pub empty: u64,
    /// Rows whose item was answered the same already.
    pub known: u64,
}

/// Why two records (or two customers) are or are not one.
#[derive(Debug, Clone, Serialize)]
pub struct WhyPage {
    /// One sentence: "They are not compared: no blocking rule puts them together."
    pub answer: String,
    pub is_one: bool,
    /// The pair that speaks for the two sides; the closest one where a side has several records.
    pub left: RecordKey,
    pub right: RecordKey,
    pub customers: (CustomerKey, CustomerKey),
    pub match_weight: f64,
    pub match_probability: f64,
    /// Match weight from which pairs are asked about, and from which they join.
    pub review_weight: f64,
    pub auto_weight: f64,
    pub steps: Vec<EvidenceStep>,
    pub sentences: Vec<Sentence>,
    /// Every blocking rule and whether it puts the pair together.
    pub blocking: Vec<WhyRule>,
    /// Standing decisions that bind the two: directly, or through other records.
    pub decisions: Vec<DecisionView>,
    /// Why they are never joined without a person: "another birth date".
    pub conflict: Option<String>,
    /// The question about the two, where one is open.
    pub item: Option<ItemId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhyRule {
    /// "surname sound, birth date"
    pub rule: String,
    /// Both records have the same key.
    pub meets: bool,
    /// Why it does not: "birth date differs", "the second record has no phone".
    pub why_not: Option<String>,
}

/// Groups of open items with one evidence pattern.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BulkPage {
    /// Largest first.
    pub patterns: Vec<BulkPattern>,
    /// Samples that were dealt and not approved yet.
    pub dealt: Vec<BulkSample>,
    /// The policy: at most this share wrong (0.01) at this confidence (0.95).
    pub most_wrong: f64,
    pub confidence: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BulkPattern {
    pub pattern: String,
    pub items: u64,
    /// Items to answer blind; None: too few to prove anything, they are answered one by one.
    pub sample: Option<u64>,
    /// Mean match probability of the items.
    pub probability: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BulkSample {
    pub bulk: i64,
    pub pattern: String,
    pub items: u64,
    pub sample: u64,
    pub answered: u64,
    /// Answers of the sample that are not the group's: one blocks it.
    pub misses: u64,
    /// The next item to answer, without its evidence; None: all are answered.
    pub next: Option<ItemId>,
    /// "188 of 418 looked at, none wrong: at most 1 % of the 418 are wrong, at 95 %."
    pub proved: Option<String>,
    /// Why the rest cannot be approved.
    pub blocked_because: Option<String>,
    pub approved: bool,
}

/// What is known of how good matching is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct QualityPage {
    /// Of pairs that were joined.
    pub precision: Option<Measured>,
    /// Only where pairs below the threshold, not blocked ones too, were answered.
    pub recall: Option<Measured>,
    /// "Recall needs answers about pairs that were not joined: 14 of 20 are there."
    pub recall_missing: Option<String>,
    pub strata: Vec<StratumRow>,
    pub threshold: f64,
    /// What other thresholds would mean, lowest first.
    pub thresholds: Vec<ThresholdPoint>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measured {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    /// Answered pairs behind it.
    pub labels: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StratumRow {
    /// `auto_merged`, `review`, `rejected`, `not_blocked`
    pub stratum: String,
    pub label: String,
    pub pairs: f64,
    pub answered: u64,
    pub same: u64,
}

/// One place of the threshold slider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ThresholdPoint {
    pub probability: f64,
    pub match_weight: f64,
    /// Questions that would wait.
    pub queue: u64,
    /// Pairs that would be joined.
    pub joined: u64,
    /// Expected pairs joined wrongly, and expected matching pairs left apart, by the model's probabilities; by labels where
    /// `measured`.
    pub wrong: f64,
    pub missed: f64,
    pub measured: bool,
}

/// Today's pairs of the audit deck.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditDeckPage {
    pub day: String,
    pub pairs: Vec<AuditPair>,
    pub answered: u64,
}

/// Two records side by side, blind: no score, no evidence.
#[derive(Debug, Clone, Serialize)]
pub struct AuditPair {
    pub pair: i64,
    pub records: Vec<RecordView>,
    pub rows: Vec<CompareRow>,
    /// What somebody answered: Some(None) is "cannot be said".
    pub answer: Option<Option<bool>>,
}

/// How golden values are chosen.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SurvivorshipPage {
    pub fields: Vec<FieldRules>,
    /// Systems in order of trust.
    pub source_priority: Vec<String>,
    /// Every rule there is: its name in `workspace.toml` and what it does.
    pub known: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldRules {
    pub field: &'static str,
    pub label: &'static str,
    /// In order; the first that tells values apart decides.
    pub rules: Vec<String>,
    /// The workspace says so, not the program.
    pub is_own: bool,
}

/// Spellings of one domain and what they mean.
#[derive(Debug, Clone, Serialize)]
pub struct NamesPage {
    pub domain: Domain,
    /// Those to confirm first, most used first.
    pub rows: Vec<NameRow>,
    /// What a spelling can mean: key and name.
    pub meanings: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NameRow {
    pub spelling: String,
    /// Rows of the sources that write it so.
    pub rows: u64,
    /// What is suggested or confirmed.
    pub meaning: Option<String>,
    /// `confirmed`, `same` (the name itself), `suggested`, `open`
    pub state: String,
    /// How well it fits, 0 to 1.
    pub score: f64,
    /// The entry that confirmed it.
    pub decision: Option<DecisionId>,
}

/// What a verdict would change downstream: the answer to `Query::Effect`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EffectPage {
    pub effects: Vec<Effect>,
    /// Why the policy makes this verdict a proposal that a second person approves; None: it holds at once.
    pub waits_because: Option<String>,
}
