//! What is left to ask. Flow: questions of the last run + decisions since -> each item with its state.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::{ItemId, RecordKey};

use super::decision::{Answer, Decision, surviving};

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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// Two customers that may be one.
    PossibleMerge,
    /// One customer that may be two.
    DoubtfulCluster,
}

impl ItemKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::PossibleMerge => "possible_merge",
            Self::DoubtfulCluster => "doubtful_cluster",
        }
    }

    pub fn from_name(name: &str) -> Self {
        if name == Self::DoubtfulCluster.name() { Self::DoubtfulCluster } else { Self::PossibleMerge }
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
    /// Answered "unsure": it waits, nothing is bound.
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

/// The last surviving answer per item, and what waits: a proposal that is open goes before an answer, one that was returned does not.
pub fn states_with(decisions: &[Decision], waiting: &FxHashMap<ItemId, ItemState>) -> FxHashMap<ItemId, ItemState> {
    let mut known = states(decisions);
    for (item, state) in waiting {
        if *state == ItemState::Proposed || !known.contains_key(item) {
            known.insert(item.clone(), *state);
        }
    }
    known
}

/// The last surviving answer per item.
pub fn states(decisions: &[Decision]) -> FxHashMap<ItemId, ItemState> {
    surviving(decisions)
        .map(|decision| {
            let state = if decision.answer == Answer::Unsure { ItemState::Deferred } else { ItemState::Decided(decision.answer) };
            (decision.item.clone(), state)
        })
        .collect()
}
