//! Flow: pairs + clusters + truth -> intervals (precision, recall, F1 with their spread), reliability (are probabilities right?),
//!     thresholds (what each threshold would give).

pub mod intervals;
pub mod reliability;
pub mod thresholds;

pub use intervals::{Interval, Intervals, bootstrap, middle_part, wilson};
pub use reliability::{Bin, Reliability, reliability};
pub use thresholds::{ThresholdRow, best_row, clustered, scored};
