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

/// How records that are not the same belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    Household,
    /// Father and son, mother and daughter.
    ParentChild,
    /// A person and the business they run.
    BusinessOf,
    Other,
}

impl Relation {
    pub const ALL: [Self; 4] = [Self::Household, Self::ParentChild, Self::BusinessOf, Self::Other];

    /// As the command line and control.db write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::ParentChild => "parent_child",
            Self::BusinessOf => "business_of",
            Self::Other => "other",
        }
    }

    /// As a person reads it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Household => "one household",
            Self::ParentChild => "parent and child",
            Self::BusinessOf => "a person and their business",
            Self::Other => "related",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.name() == name)
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
    /// The records of each group were said to be one customer, too: a cluster that was cut, not only two that were told apart.
    pub whole_groups: bool,
    /// All records were one customer when it was decided: what it parts, it cuts.
    pub was_one: bool,
    /// Of `Related`, and of a cut whose parts belong together.
    pub relation: Option<Relation>,
    /// Match weight of the closest pair between two groups, as it was on the screen; None where nobody noted it.
    pub match_weight: Option<f64>,
    /// The first entry of those that were made in one go.
    pub batch: Option<DecisionId>,
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

impl Decision {
    pub fn records(&self) -> impl Iterator<Item = &RecordKey> {
        self.groups.iter().flatten()
    }

    /// It says that records are one customer.
    pub fn joins(&self) -> bool {
        self.answer == Answer::Same || self.whole_groups
    }

    /// It says that groups are not one customer.
    pub fn parts(&self) -> bool {
        matches!(self.answer, Answer::Different | Answer::Related)
    }

    /// Whether the entry itself says that two records are one customer (true) or not (false); None where it says nothing of them.
    pub fn says_of(&self, l: &RecordKey, r: &RecordKey) -> Option<bool> {
        let place = |key| self.groups.iter().position(|group| group.contains(key));
        let (l, r) = (place(l)?, place(r)?);
        match self.answer {
            Answer::Same => Some(true),
            Answer::Unsure => None,
            Answer::Different | Answer::Related if l != r => Some(false),
            Answer::Different | Answer::Related => self.whole_groups.then_some(true),
        }
    }

    /// same | different | related | unsure | split
    pub fn kind(&self) -> &'static str {
        if self.whole_groups && self.answer != Answer::Same { "split" } else { self.answer.name() }
    }
}

/// The decisions that hold, oldest first.
pub fn surviving(decisions: &[Decision]) -> impl Iterator<Item = &Decision> {
    decisions.iter().filter(|decision| decision.undone_by.is_none())
}
