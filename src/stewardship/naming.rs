//! What spellings mean, as people said. Flow: log entries -> the newest standing one per spelling.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::DecisionId;
use crate::matching::standardise::fold::fold;

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

/// From this likeness on one spelling is suggested to mean another.
const ALIKE: f64 = 0.9;

/// The one of `others` that `spelling` is written most like, where it is much like it: letters and digits without case and accents by
/// Jaro-Winkler, in 0 to 1.
pub fn likest<'a>(spelling: &str, others: impl Iterator<Item = &'a str>) -> Option<(&'a str, f64)> {
    let plain = |text: &str| fold(text).chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    let own = plain(spelling);
    let scored = others.map(|other| (other, strsim::jaro_winkler(&own, &plain(other))));
    scored.filter(|(_, score)| *score >= ALIKE).max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(a.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_is_like_what_is_meant_and_nothing_else() {
        let known = ["Card dispute", "Fee complaint", "Service quality"];
        assert_eq!(likest("card  dispute", known.into_iter()), Some(("Card dispute", 1.0)));
        assert_eq!(likest("Card dispue", known.into_iter()).map(|(name, _)| name), Some("Card dispute"));
        assert_eq!(likest("Mortgage", known.into_iter()), None);
    }

    #[test]
    fn the_newest_standing_word_on_a_spelling_holds() {
        let naming = |id, meaning: Option<&str>, undone: Option<i64>| Naming {
            id: DecisionId(id),
            domain: Domain::Branch,
            spelling: "DT".into(),
            meaning: meaning.map(str::to_owned),
            author: "ines".into(),
            decided_at: String::new(),
            reason: None,
            summary: String::new(),
            undone_by: undone.map(DecisionId),
        };
        let log = [naming(1, Some("BR001"), None), naming(2, None, None), naming(3, Some("BR002"), Some(4))];
        assert_eq!(meanings(&log, Domain::Branch).get("DT"), Some(&None));
        assert_eq!(meanings(&log[..1], Domain::Branch).get("DT"), Some(&Some("BR001")));
        assert!(meanings(&log, Domain::ComplaintType).is_empty());
    }
}
