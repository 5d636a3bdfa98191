//! What a steward answered. Entries are only ever appended; taking one back is an entry too.

use serde::{Deserialize, Serialize};

use crate::base::{DecisionId, ItemId, RecordKey};

/// A steward's answer to "are these groups of records one customer?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// M: the groups are one customer.
    Same,
    /// D: they are not.
    Different,
    /// H: not the same, but they belong together (household, father and son, business of).
    Related,
    /// S: cannot be said yet; the item is deferred and nothing is bound.
    Unsure,
}

impl Answer {
    pub const ALL: [Self; 4] = [Self::Same, Self::Different, Self::Related, Self::Unsure];

    /// As the command line and control.db write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Related => "related",
            Self::Unsure => "unsure",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.name() == name)
    }
}

/// One entry of the decision log: a partition of record keys and what was said of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    pub id: DecisionId,
    pub item: ItemId,
    pub answer: Answer,
    /// Two or more groups of record keys.
    pub groups: Vec<Vec<RecordKey>>,
    pub author: String,
    /// `2026-11-20T18:04:09Z`
    pub decided_at: String,
    pub reason: Option<String>,
    /// Hash of the values that were on the screen.
    pub fingerprint: i64,
    /// One line for lists: "joined C-1039, Roan Ettersby".
    pub summary: String,
    /// The entry that took this one back.
    pub undone_by: Option<DecisionId>,
}

/// The decisions that hold, oldest first.
pub fn surviving(decisions: &[Decision]) -> impl Iterator<Item = &Decision> {
    decisions.iter().filter(|decision| decision.undone_by.is_none())
}
