//! Predictions that are honest about what they know. Flow: `FeatureTable` (rows at cut-off dates) + labels -> target (what a label is)
//! -> leak (refuse what gives the label away) -> split -> boost beside logistic -> evaluation (with measure) -> model (what the registry
//! keeps) -> reason, tier, drift, saving (what people do with it).
//!
//! Everything here is a pure function of its rows and its seed: the same data give the same model on every machine.

pub mod boost;
pub mod drift;
pub mod error;
pub mod evaluation;
pub mod leak;
pub mod logistic;
pub mod measure;
pub mod model;
pub mod reason;
pub mod saving;
pub mod split;
pub mod target;
pub mod tier;

pub use boost::Parameters;
pub use drift::{Drift, FeatureDrift};
pub use error::AnalyticsError;
pub use evaluation::{Evaluation, FoldAuc, Interval, Scored, evaluate};
pub use leak::{Refused, TextColumn};
pub use model::{Model, train};
pub use reason::Reason;
pub use saving::{Assumptions, ProbabilityBin, Saving};
pub use target::{Labelled, Target};
pub use tier::{ActionRule, Policy, Tier};

#[cfg(test)]
mod fixture;
