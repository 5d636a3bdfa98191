//! Records as a graph, and what each part of them would be.

use serde::Serialize;

use crate::base::RecordKey;

use super::decisions::GoldenSide;

/// The answer to `Query::Parts`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PartsPage {
    /// All records of all groups, in the order of their keys, whatever the grouping.
    pub records: Vec<PartRecord>,
    /// Every pair, each once.
    pub links: Vec<Link>,
    /// Match weight from which pairs join.
    pub auto_weight: f64,
    /// The golden record of each group, in the order asked for.
    pub parts: Vec<GoldenSide>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartRecord {
    pub key: RecordKey,
    /// Its name or whatever it is known by.
    pub label: String,
}

/// What two records have in common.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Link {
    /// Indices into `PartsPage::records`, `left < right`.
    pub left: usize,
    pub right: usize,
    pub match_weight: f64,
    /// It holds the records together: strong enough to be asked about, or the strongest way between two parts.
    pub holds: bool,
    /// Without it the records fall apart.
    pub is_bridge: bool,
}
