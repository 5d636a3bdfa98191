//! Flow: Records + Settings -> Fields (standardised) -> Plan (candidate pairs) -> Gamma (comparison vectors)
//!     -> Model (m, u, h, lambda, term frequencies) -> match weight and probability -> threshold -> clusters under constraints -> review, explanation, evaluation.
//!
//! Probabilistic record linkage after Fellegi and Sunter, in Splink's words. No IO; the same result for every number of
//! threads and every order of rows; cancellable; with progress.

pub mod audit;
pub mod auto;
pub mod blocking;
pub mod cluster;
pub mod comparison;
pub mod config;
pub mod diagnostics;
pub mod error;
pub mod evaluate;
pub mod evaluation;
pub mod every_pair;
pub mod explain;
pub mod fields;
pub mod generics;
pub mod index;
pub mod learn;
pub mod levels;
pub mod model;
pub mod prepared;
pub mod records;
pub mod review;
pub mod rival;
pub mod run;
pub mod score;
pub mod settings;
pub mod shape;
pub mod splink;
pub mod standardise;
pub mod term_frequency;
pub mod texts;
pub mod threshold;
pub mod train;
pub mod vector;

pub use config::MatchConfig;
pub use diagnostics::Diagnostics;
pub use error::MatchError;
pub use explain::{Explainer, Explanation, Step, explain};
pub use model::Model;
pub use records::{Column, Records};
pub use review::{ReviewItem, ReviewKind};
pub use run::{Constraints, MatchOutcome, ScoredPair, match_records};
pub use settings::{LinkType, Settings};
pub use vector::Gamma;

#[cfg(test)]
#[path = "run_tests.rs"]
mod run_tests;
#[cfg(test)]
#[path = "sets_tests.rs"]
mod sets_tests;
