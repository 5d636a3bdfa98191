//! Flow: JSON of Splink -> SplinkModel (import) -> bound to records (table) -> candidate pairs (block) -> gamma and weight (score)
//!     -> pairs and clusters (run, components); a model of ours -> SplinkModel and its columns (native) -> JSON (export).
//!
//! Settings of Splink 4.0.17 and 5.0.0 are scored as Splink scores them: the same pairs, gammas and match weights. What cannot be
//! computed as Splink computes it is refused with its path in the JSON.

pub mod block;
pub mod components;
pub mod defaults;
pub mod export;
pub mod import;
pub mod model;
pub mod native;
pub mod run;
pub mod score;
pub mod sql;
pub mod table;

pub use import::{is_splink, read_model};
pub use model::SplinkModel;
pub use native::{export_native, native_columns};
pub use run::{SplinkOptions, SplinkOutcome, SplinkPair, match_splink};

#[cfg(test)]
#[path = "parity_tests.rs"]
mod parity_tests;
#[cfg(test)]
#[path = "splink_tests.rs"]
mod splink_tests;
