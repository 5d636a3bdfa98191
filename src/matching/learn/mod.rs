//! Flow: MatchOutcome -> Trial (its pairs, ready to be clustered at other thresholds)

pub mod trial;

pub use trial::Trial;
