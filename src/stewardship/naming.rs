//! What spellings mean, as people said. Flow: log entries -> the newest standing one per spelling.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::DecisionId;

/// What spellings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    Branch,
    ComplaintType,
}

impl Domain {
    pub const ALL: [Self; 2] = [Self::Branch, Self::ComplaintType];

    pub fn name(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::ComplaintType => "complaint_type",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|domain| domain.name() == name)
    }
}

/// One entry of the log about a spelling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Naming {
    pub id: DecisionId,
    pub domain: Domain,
    /// As the source writes it.
    pub spelling: String,
    /// `BR001`, `Card dispute`; None: none of those there are.
    pub meaning: Option<String>,
    pub author: String,
    /// `2026-11-20T18:04:09Z`
    pub decided_at: String,
    pub reason: Option<String>,
    pub summary: String,
    pub undone_by: Option<DecisionId>,
}

/// Spelling -> meaning of one domain: the newest standing entry of each.
pub fn meanings(namings: &[Naming], domain: Domain) -> BTreeMap<&str, Option<&str>> {
    let standing = namings.iter().filter(|naming| naming.domain == domain && naming.undone_by.is_none());
    standing.map(|naming| (naming.spelling.as_str(), naming.meaning.as_deref())).collect()
}
