//! What a change of the index brought.

use serde::Serialize;

use crate::matching::run::ScoredPair;

/// What a row of a batch was to the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    New,
    /// A record with this source and id was there and said something else; it is replaced.
    Changed,
    /// A record with this source and id was there and said the same.
    Unchanged,
}

/// Where a row of the batch belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Placement {
    /// The record's number in the index.
    pub record: u32,
    pub cluster: u32,
    pub state: State,
}

/// An old record that is in another cluster now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub record: u32,
    pub from: u32,
    pub to: u32,
}

/// What came of a change. Records are numbers of the index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Added {
    /// Per row of the batch.
    pub placements: Vec<Placement>,
    /// Clusters that joined another, and that one.
    pub merged: Vec<(u32, u32)>,
    /// Clusters that did not exist before.
    pub born: Vec<u32>,
    /// Clusters whose last record was removed.
    pub emptied: Vec<u32>,
    pub moved: Vec<Moved>,
    /// Pairs above the floor with a record of the batch or one that had to be scored again, strongest first.
    pub pairs: Vec<ScoredPair>,
    pub scored_pairs: u64,
    /// Old records that were scored again because a value of theirs is shared now or no longer, or a block of theirs crossed its limit.
    pub scored_again: u64,
    /// Blocks that were too large to compare with, counted per record of the batch.
    pub skipped_blocks: u64,
    /// Blocks that were compared though a full match would leave them out, counted per record of the batch.
    pub beyond_whole: u64,
    /// Records whose clusters were formed anew.
    pub settled: u64,
    /// Stage -> seconds, in order.
    pub seconds_per_stage: Vec<(String, f64)>,
}
