//! Flow: MatchOutcome -> Trial (its pairs) -> Ladder (what each threshold joins) -> Questions -> Labels -> Estimate (expected F1 at every
//!     threshold) -> Refined (threshold, why, what changes).

pub mod calibrate;
pub mod calibration;
pub mod choose;
pub mod effect;
pub mod estimate;
pub mod ladder;
pub mod refine;
pub mod trial;

pub use calibration::{Calibration, WeightChange};
pub use choose::{Open, Question, Why, choose, teaches, telling_order};
pub use effect::{Changed, Effect, effect};
pub use estimate::{Estimate, Expected, Ranges};
pub use ladder::Ladder;
pub use refine::{Refined, refine};
pub use trial::Trial;

/// A person's answer about two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Label {
    pub l: u32,
    pub r: u32,
    pub same: bool,
}

#[cfg(test)]
#[path = "learn_tests.rs"]
mod tests;
