//! Flow: pairs as they are scored (tally) -> histogram, thresholds (pairs) -> rules and estimated recall (blocking) -> levels (comparisons)
//!     -> records that cannot be linked (unlinkable) -> Diagnostics; two results on one table -> what changed (compare).
//!
//! What a match tells of itself without labels: everything expected is a sum of match probabilities. Nothing in here but block sizes
//! names a record, and nothing holds a value: it may be written to a report.

pub mod blocking;
pub mod compare;
pub mod comparisons;
pub mod histogram;
pub mod pairs;
pub mod unlinkable;

use serde::{Deserialize, Serialize};

use crate::base::RunCtx;

use super::blocking::Plan;
use super::error::MatchError;
use super::review::ReviewInput;

pub use blocking::{BlockingReport, RuleReport};
pub use compare::{Comparison, compare};
pub use comparisons::{ComparisonReport, LevelReport};
pub use histogram::{Histogram, Tally};
pub use pairs::{PairReport, ThresholdRow};
pub use unlinkable::Unlinkable;

/// All that a match run tells of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Diagnostics {
    pub records: u64,
    /// Records that came, changed or went since these counts were made: an index took them in.
    #[serde(default)]
    pub changed_since: u64,
    pub pairs: PairReport,
    pub blocking: BlockingReport,
    pub comparisons: Vec<ComparisonReport>,
    pub unlinkable: Unlinkable,
}

impl Diagnostics {
    /// Gives the records that stand for blocks other numbers; those that have none are [`NO_RECORD`].
    pub fn renumber(&mut self, number: impl Fn(u32) -> Option<u32>) {
        for block in self.blocking.rules.iter_mut().flat_map(|rule| rule.largest.iter_mut()) {
            block.example = if block.example == NO_RECORD { NO_RECORD } else { number(block.example).unwrap_or(NO_RECORD) };
        }
    }
}

/// The record that stands for a block is gone.
pub const NO_RECORD: u32 = u32::MAX;

/// What a finished match hands over, in canonical numbering.
#[derive(Debug)]
pub struct Seen<'a> {
    /// Records, model, pairs above the floor and clusters.
    pub matched: &'a ReviewInput<'a>,
    pub plan: &'a Plan,
    /// Of every scored pair, per blocking rule.
    pub tallies: &'a [Tally],
    pub review_items: usize,
}

/// Looks at a finished match. Bounded work: of large tables a sample is taken where a share is asked for.
pub fn find(seen: &Seen<'_>, ctx: &RunCtx) -> Result<Diagnostics, MatchError> {
    ctx.check()?;
    let pairs = pairs::report(seen);
    ctx.check()?;
    let blocking = blocking::report(seen);
    ctx.check()?;
    Ok(Diagnostics {
        records: seen.matched.comparer.fields.len() as u64,
        changed_since: 0,
        pairs,
        blocking,
        comparisons: comparisons::report(seen.matched.model),
        unlinkable: unlinkable::report(seen),
    })
}

#[cfg(test)]
#[path = "diagnostics_tests.rs"]
mod tests;
