//! What a table holds. Flow: distinct values with their counts -> column (form, numbers, dates) -> ColumnProfile -> finding, anomaly -> score.
//!
//! Pure: whoever reads the values hands them in, each distinct one once.

mod anomaly;
mod column;
mod dates;
mod finding;
mod form;
mod numbers;
mod score;

pub use anomaly::{rows_unlike, stale, unlike};
pub use column::{Bin, ColumnKind, ColumnProfile, Profiler, TopValue};
pub use dates::DateProfile;
pub use finding::{Gravity, TableFinding, findings};
pub use numbers::NumberProfile;
pub use score::{Score, score};

#[cfg(test)]
mod quality_tests;
