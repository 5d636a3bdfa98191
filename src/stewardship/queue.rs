//! What is left to ask. Flow: questions of the last run + decisions since -> each item with its state.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::{DecisionId, ItemId, RecordKey};

use super::decision::{Answer, Decision, surviving};
use super::event::ItemMark;

/// One question, as the last run left it in `silver.review_item`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueueItem {
    pub id: ItemId,
    pub kind: ItemKind,
    pub groups: Vec<Vec<RecordKey>>,
    pub match_weight: f64,
    pub match_probability: f64,
    /// "birth date same, surname one letter"
    pub pattern: String,
    /// Its place, from 0, in the order in which answers teach most.
    pub telling_place: u32,
    /// Of a contradiction: the earlier decision and why it no longer fits.
    pub about: Option<About>,
}

/// What a contradiction is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct About {
    pub decision: DecisionId,
    pub why: Contradicted,
}

/// Why an earlier decision no longer fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Contradicted {
    /// The values that were on the screen are others now.
    ValuesChanged,
    /// A later decision says otherwise; that one holds.
    Overruled,
    /// What was told apart has come to look like one beyond doubt.
    Overwhelming,
}

impl Contradicted {
    pub const ALL: [Self; 3] = [Self::ValuesChanged, Self::Overruled, Self::Overwhelming];

    pub fn name(&self) -> &'static str {
        match self {
            Self::ValuesChanged => "values_changed",
            Self::Overruled => "overruled",
            Self::Overwhelming => "overwhelming",
        }
    }

    /// As a person reads it.
    pub fn words(&self) -> &'static str {
        match self {
            Self::ValuesChanged => "the values changed since it was decided",
            Self::Overruled => "a later decision says otherwise, and holds",
            Self::Overwhelming => "they were told apart, and the evidence for one customer is overwhelming now",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.name() == name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// Two customers that may be one.
    PossibleMerge,
    /// One customer that may be two.
    DoubtfulCluster,
    /// An earlier decision that no longer fits what is known.
    Contradiction,
}

impl ItemKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::PossibleMerge => "possible_merge",
            Self::DoubtfulCluster => "doubtful_cluster",
            Self::Contradiction => "contradiction",
        }
    }

    pub fn from_name(name: &str) -> Self {
        [Self::DoubtfulCluster, Self::Contradiction].into_iter().find(|kind| kind.name() == name).unwrap_or(Self::PossibleMerge)
    }
}

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    Open,
    /// Answered by one person; a second one is to approve it. Nothing is bound.
    Proposed,
    Decided(Answer),
    /// Answered "unsure", or put aside: it waits, nothing is bound.
    Deferred,
    /// A proposal that the second person did not approve.
    Returned,
}

impl ItemState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Proposed => "proposed",
            Self::Returned => "returned",
            Self::Decided(_) => "decided",
            Self::Deferred => "deferred",
        }
    }
}

/// Where each item stands that somebody answered or put aside: its last surviving answer before all else.
pub fn states(decisions: &[Decision], marks: &FxHashMap<ItemId, ItemMark>) -> FxHashMap<ItemId, ItemState> {
    let aside = marks.iter().filter(|(_, mark)| mark.deferred.is_some()).map(|(id, _)| (id.clone(), ItemState::Deferred));
    let mut states: FxHashMap<ItemId, ItemState> = aside.collect();
    for decision in surviving(decisions) {
        let state = match decision.answer {
            Answer::Unsure if marks.get(&decision.item).is_some_and(|mark| mark.is_reopened_after(&decision.decided_at)) => ItemState::Open,
            Answer::Unsure => ItemState::Deferred,
            answer => ItemState::Decided(answer),
        };
        states.insert(decision.item.clone(), state);
    }
    states
}
