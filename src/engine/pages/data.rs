//! Quality of data: tests and what they found.

use serde::Serialize;

use super::TestOutcome;

/// Data tests that were run by themselves.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TestsOutcome {
    /// What ages count from.
    pub as_of: String,
    pub tests: Vec<TestOutcome>,
    pub seconds: f64,
}
