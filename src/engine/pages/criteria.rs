//! What the proof of concept is judged by, and the evidence.

use serde::Serialize;

/// The criteria, judged from what stands in the workspace now.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CriteriaPage {
    pub criteria: Vec<Criterion>,
}

impl CriteriaPage {
    pub fn met(&self) -> usize {
        self.criteria.iter().filter(|one| one.is_met).count()
    }

    pub fn all_met(&self) -> bool {
        self.met() == self.criteria.len()
    }
}

/// One criterion with what speaks for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Criterion {
    /// sources | customer_360 | auc | tests | dashboard
    pub id: &'static str,
    /// "Four sources are loaded"
    pub title: &'static str,
    pub is_met: bool,
    /// What was found.
    pub evidence: String,
    /// What qualifies it: "on later days 0.779".
    pub caveat: Option<String>,
    /// When what speaks for it came about, ISO.
    pub at: Option<String>,
    /// What to do where it is not met.
    pub remedy: Option<String>,
    /// The command that shows the same.
    pub command: &'static str,
}
