//! Review: the queue and one item side by side.

use std::sync::Arc;

use serde::Serialize;

use crate::base::{CustomerKey, DecisionId, ItemId, RecordKey};

use super::decisions::ThenAndNow;
pub use crate::stewardship::{Answer, ItemState};

#[derive(Debug, Clone, Default, Serialize)]
pub struct QueuePage {
    /// In the order asked for. Shared, never copied: there may be 100,000.
    pub items: Arc<Vec<QueueRow>>,
    pub facets: Vec<Facet>,
    /// Open items in all, filtered or not.
    pub open_total: u64,
    pub total: u64,
    /// Answered since silver was built.
    pub decided: u64,
    pub last_decision: Option<LastDecision>,
    /// Open items that the last run asked for the first time.
    pub new_since_last_run: u64,
    /// Open items given to whoever acts.
    pub mine: u64,
    /// Hand-over notes for whoever acts and for everybody, newest first.
    pub notes: Vec<HandOverNote>,
    /// Pairs of the newest audit deck: answered, and dealt. None: none was dealt.
    pub audit_deck: Option<(u64, u64)>,
}

#[derive(Debug, Clone, Serialize)]
pub struct LastDecision {
    pub decision: DecisionId,
    pub item: ItemId,
    /// "joined C-1039, Roan Ettersby"
    pub summary: String,
}

/// What one shift tells the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandOverNote {
    pub author: String,
    pub at: String,
    /// None: for everybody.
    pub recipient: Option<String>,
    pub text: String,
}

/// One line of the queue.
#[derive(Debug, Clone, Serialize)]
pub struct QueueRow {
    pub id: ItemId,
    /// The name on one side and on the other.
    pub title: String,
    pub subtitle: String,
    pub match_weight: f64,
    pub match_probability: f64,
    /// likely | uncertain | doubtful cluster
    pub band: String,
    /// Source systems of each group, in order, each once.
    pub sources: Vec<Vec<String>>,
    pub pattern: String,
    pub branch: String,
    /// Balances of both sides together, per currency, formatted: "55,110 USD"; empty where no source tells.
    pub value: String,
    pub value_minor: i64,
    pub state: ItemState,
    /// A relative is suspected: same surname and address, other birth date.
    pub relatives_suspected: bool,
    /// possible_merge | doubtful_cluster | contradiction
    pub kind: String,
    pub assignee: Option<String>,
    /// Asked by the last run for the first time.
    pub is_new: bool,
    /// When it was first asked: `2026-11-20T18:04:09Z`; empty where nobody noted it.
    pub first_asked_at: String,
    /// Whole days since then; None where nobody noted it.
    pub age_days: Option<u32>,
    pub comments: u32,
}

#[derive(Debug, Clone, Serialize)]
pub struct Facet {
    /// band | kind | source_pair | pattern | branch | value | assignee | state
    pub key: &'static str,
    pub title: &'static str,
    pub values: Vec<FacetValue>,
}

#[derive(Debug, Clone, Serialize)]
pub struct FacetValue {
    pub key: String,
    pub label: String,
    /// Source systems to draw hallmarks for; empty for other facets.
    pub sources: Vec<String>,
    pub count: u64,
}

/// One item, everything that the triage deck shows.
#[derive(Debug, Clone, Serialize)]
pub struct ItemPage {
    pub id: ItemId,
    pub state: ItemState,
    pub groups: Vec<ItemGroup>,
    /// Records of all groups, in the order of the groups: the columns of the comparison.
    pub records: Vec<RecordView>,
    pub rows: Vec<CompareRow>,
    pub evidence: Evidence,
    /// Decisions that touch one of these records, newest first.
    pub history: Vec<DecisionView>,
    pub assignee: Option<String>,
    /// Assignments, comments, deferrals, oldest first.
    pub events: Vec<ItemEventView>,
    /// Of a contradiction: what it is about, and what was then and is now.
    pub contradiction: Option<ContradictionView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemEventView {
    /// assign | comment | defer | reopen
    pub kind: String,
    pub author: String,
    pub at: String,
    /// Ready to be read: "gave it to Tomas", "deferred until 1 Dec 2026: waits for the branch".
    pub text: String,
}

/// An earlier decision that no longer fits what is known.
#[derive(Debug, Clone, Serialize)]
pub struct ContradictionView {
    pub decision: DecisionView,
    /// "Values changed since", "Decision 12 says otherwise", "The evidence is overwhelming now".
    pub why: String,
    pub changed: Vec<ThenAndNow>,
    /// Match weight of the closest pair then (where it was noted) and now.
    pub weight_then: Option<f64>,
    pub weight_now: Option<f64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ItemGroup {
    pub customer: CustomerKey,
    /// "Customer C-1042"
    pub title: String,
    pub records: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct RecordView {
    pub key: RecordKey,
    pub group: usize,
    pub file: String,
    pub line: u64,
}

/// One field over all records.
#[derive(Debug, Clone, Serialize)]
pub struct CompareRow {
    /// `email`
    pub field: &'static str,
    /// "E-mail"
    pub label: &'static str,
    /// One per record.
    pub cells: Vec<CompareCell>,
    pub golden: GoldenCell,
    /// Every record that has a value has the same: dimmed, one line high.
    pub agree: bool,
    /// False below the line "Not compared" (accounts, balance, last activity).
    pub compared: bool,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct CompareCell {
    /// The value as it came, cut into runs; `true` marks characters that differ from the first group's value. Empty: no value.
    pub runs: Vec<(bool, String)>,
    /// The standardised value where it is not the raw one.
    pub standard: Option<String>,
    /// Date of the value: "12 Mar 2024".
    pub date: Option<String>,
    /// "shared by 14 customers", "placeholder"
    pub remark: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct GoldenCell {
    pub value: Option<String>,
    pub source_system: Option<String>,
    /// The survivorship rule that chose it: "newest CRM", "most sources", "all agree".
    pub rule: String,
    /// Differs from what the first group's golden record holds today.
    pub changes: bool,
    /// All rules of the field in order: "not shared, most sources, newest, source priority".
    pub rules: String,
    /// A steward's word holds: take | type | pin.
    pub overridden: Option<String>,
}

/// The closest pair's evidence.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Evidence {
    pub match_weight: f64,
    pub match_probability: f64,
    /// "Likely", "Uncertain", "Doubtful cluster"
    pub band: String,
    /// Match weight where review begins and where pairs join alone.
    pub review_weight: f64,
    pub auto_weight: f64,
    /// Indices into `ItemPage::records`.
    pub pair: (usize, usize),
    /// First the prior ("Any two records"), then the comparisons.
    pub steps: Vec<EvidenceStep>,
    pub sentences: Vec<Sentence>,
    /// "Another birth date: 7.9 → −7.8, apart."
    pub flip: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct EvidenceStep {
    pub label: String,
    pub match_weight: f64,
    /// Looked at and discounted (a shared e-mail): drawn grey, adds nothing.
    pub ignored: bool,
    pub is_prior: bool,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Sentence {
    pub kind: SentenceKind,
    pub text: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum SentenceKind {
    #[default]
    For,
    Against,
    Ignored,
    Net,
}

/// "Accounts joined", "2 and 1", "3".
#[derive(Debug, Clone, Default, Serialize)]
pub struct Effect {
    pub label: String,
    pub before: String,
    pub after: String,
    /// The after value is worse (a higher risk tier).
    pub warns: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct DecisionView {
    pub decision: DecisionId,
    pub answer: Answer,
    pub user: String,
    pub at: String,
    pub reason: Option<String>,
    /// Taken back by a later entry.
    pub undone: bool,
    pub summary: String,
    /// same | different | related | unsure | split | override | naming
    pub kind: String,
    /// household | parent_child | business_of | other
    pub relation: Option<String>,
    /// The first entry of the batch that it was made in.
    pub batch: Option<DecisionId>,
}

/// An item as scripts read it: `karat review list --json`.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewEntry {
    pub id: ItemId,
    pub assignee: Option<String>,
    /// open | proposed | decided | deferred | returned
    pub state: String,
    /// possible_merge | doubtful_cluster | contradiction
    pub kind: String,
    pub probability: f64,
    pub match_weight: f64,
    pub pattern: String,
    /// Its place, from 0, in the order in which answers teach most.
    pub telling_place: u32,
    pub title: String,
    pub groups: Vec<Vec<RecordKey>>,
}
