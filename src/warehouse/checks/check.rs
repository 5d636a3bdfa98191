//! One data test, ready to run, and how it went.

use serde::Serialize;

pub use crate::store::data_test::Severity;

/// One statement that returns the failing rows, and what they mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    pub name: String,
    pub kind: String,
    pub column: Option<String>,
    /// `silver.dim_account`: what it is a test of.
    pub table: String,
    pub severity: Severity,
    /// How many failing rows are an error, and how many a warning; any where nothing is said.
    pub error_if: Option<Threshold>,
    pub warn_if: Option<Threshold>,
    /// Every other table that it reads.
    pub needs: Vec<String>,
    pub sql: String,
    /// Counts the rows that are looked at; all of the table where nothing is said.
    pub checked_sql: Option<String>,
    pub promise: String,
    /// Behind the number of failing rows.
    pub finding: String,
    /// Where it is declared.
    pub place: String,
}

/// `> 10`, `>= 1 %` (of the rows that were looked at).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    pub comparison: Comparison,
    pub bound: f64,
    pub is_share: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    More,
    AtLeast,
    Less,
    AtMost,
    Equal,
    Other,
}

impl Threshold {
    /// None where the text is no threshold.
    pub fn parse(text: &str) -> Option<Self> {
        const SIGNS: [(&str, Comparison); 8] = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            ("!=", Comparison::Other),
            ("<>", Comparison::Other),
            ("==", Comparison::Equal),
            (">", Comparison::More),
            ("<", Comparison::Less),
            ("=", Comparison::Equal),
        ];
        let text = text.trim();
        let (comparison, rest) = SIGNS.iter().find_map(|(sign, comparison)| Some((*comparison, text.strip_prefix(sign)?.trim())))?;
        let (number, is_share) = rest.strip_suffix('%').map_or((rest, false), |number| (number.trim(), true));
        let bound = number.parse::<f64>().ok().filter(|bound| bound.is_finite() && *bound >= 0.0)?;
        Some(Self { comparison, bound, is_share })
    }

    #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^52")]
    #[expect(clippy::float_cmp, reason = "whole numbers are compared with what a person typed")]
    fn holds(self, failing: u64, checked: u64) -> bool {
        let found = match (self.is_share, checked) {
            (false, _) => failing as f64,
            (true, 0) => 0.0,
            (true, checked) => failing as f64 * 100.0 / checked as f64,
        };
        match self.comparison {
            Comparison::More => found > self.bound,
            Comparison::AtLeast => found >= self.bound,
            Comparison::Less => found < self.bound,
            Comparison::AtMost => found <= self.bound,
            Comparison::Equal => found == self.bound,
            Comparison::Other => found != self.bound,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Pass,
    Warn,
    Error,
    /// The test itself could not be run.
    Broken,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Broken => "broken",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TestResult {
    pub name: String,
    pub kind: String,
    /// `silver.dim_account`
    pub table: String,
    pub column: Option<String>,
    pub severity: Severity,
    pub outcome: Outcome,
    pub failing_rows: u64,
    pub checked_rows: u64,
    /// Returns the failing rows.
    pub sql: String,
    /// What was found, in a sentence; what is promised where nothing was.
    pub message: String,
    pub seconds: f64,
}

impl TestResult {
    /// What is built from the table waits, and publishing is refused.
    pub fn stops(&self) -> bool {
        self.severity == Severity::Error && matches!(self.outcome, Outcome::Error | Outcome::Broken)
    }
}

impl Check {
    /// What so many failing rows are: an error where the severity is error and `error_if` holds, else a warning where `warn_if` holds
    /// (docs.getdbt.com/reference/resource-configs/severity).
    pub(super) fn outcome(&self, failing: u64, checked: u64) -> Outcome {
        let holds = |threshold: Option<Threshold>| threshold.map_or(failing > 0, |threshold| threshold.holds(failing, checked));
        if self.severity == Severity::Error && holds(self.error_if) {
            return Outcome::Error;
        }
        // Without a bound of its own, a warning begins at one row.
        if holds(self.warn_if) { Outcome::Warn } else { Outcome::Pass }
    }
}
