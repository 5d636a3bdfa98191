//! What a table holds. Flow: distinct values with their counts -> column (form, numbers, dates) -> ColumnProfile -> finding -> score.
//!
//! Pure: whoever reads the values hands them in, each distinct one once.

mod column;
mod dates;
mod finding;
mod form;
mod numbers;
mod score;

pub use column::{Bin, ColumnKind, ColumnProfile, Profiler, TopValue};
pub use dates::DateProfile;
pub use finding::{Gravity, TableFinding, findings};
pub use numbers::NumberProfile;
pub use score::{Score, score};

#[cfg(test)]
mod quality_tests;
