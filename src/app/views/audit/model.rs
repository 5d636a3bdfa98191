//! What Audit shows, as plain words. No egui.

use crate::app::words;
use crate::base::{CustomerKey, DecisionId, ItemId};
use crate::engine::pages::{AuditEntry, AuditReport};
use crate::engine::trust_deed::AuditFilter;

/// Rows asked for at once; whoever looks for older ones narrows the search.
const LISTED: u32 = 20_000;

/// What is looked for, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    pub person: String,
    pub customer: String,
    pub day: String,
    pub deed: Option<&'static str>,
}

/// Deeds that one looks for: as the log has them, and as a person says it.
pub const DEEDS: [(&str, &str); 27] = [
    ("unmask", "Saw personal data"),
    ("decide", "Decided"),
    ("undo", "Took back"),
    ("propose", "Proposed"),
    ("approve", "Approved"),
    ("return", "Returned"),
    ("publish", "Published"),
    ("rollback", "Went back"),
    ("run", "Ran"),
    ("ingest", "Loaded"),
    ("person", "People"),
    ("policy", "Policy"),
    ("item", "Question"),
    ("golden", "Golden rules"),
    ("match", "Match settings"),
    ("label", "Audit pair"),
    ("override", "Published nonetheless"),
    ("model", "Models"),
    ("worklist", "Worklist"),
    ("schedule", "Schedule"),
    ("retention", "Retention"),
    ("pack_export", "Wrote a pack"),
    ("pack_import", "Took in a pack"),
    ("backup", "Copied"),
    ("restore", "Restored"),
    ("erase", "Erased"),
    ("create", "Made"),
];

pub fn deed_name(deed: &str) -> &str {
    DEEDS.iter().find(|(known, _)| *known == deed).map_or(deed, |(_, name)| name)
}

impl Search {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Something was typed as a customer that is none.
    pub fn is_no_customer(&self) -> bool {
        !self.customer.trim().is_empty() && self.customer_key().is_none()
    }

    fn customer_key(&self) -> Option<CustomerKey> {
        self.customer.trim().to_uppercase().parse().ok()
    }

    /// What the engine looks for; the person is looked for among its rows, so that a part of a name will do.
    pub fn filter(&self) -> AuditFilter {
        AuditFilter {
            person: None,
            customer: self.customer_key(),
            day: Some(self.day.trim().to_owned()).filter(|day| !day.is_empty()),
            deed: self.deed.map(str::to_owned),
            limit: Some(LISTED),
        }
    }

    pub fn listed<'a>(&self, entries: &'a [AuditEntry]) -> Vec<&'a AuditEntry> {
        let person = self.person.trim().to_lowercase();
        entries.iter().filter(|entry| entry.author.to_lowercase().contains(&person)).collect()
    }

    /// The filter of an export; None where what was typed names several people.
    pub fn exported(&self, listed: &[&AuditEntry]) -> Option<AuditFilter> {
        let filter = AuditFilter { limit: None, ..self.filter() };
        if self.person.trim().is_empty() {
            return Some(filter);
        }
        let first = listed.first()?.author.clone();
        listed.iter().all(|entry| entry.author == first).then_some(AuditFilter { person: Some(first), ..filter })
    }
}

/// What the decision log tells of it, then the detail without digests: "typed City of C-1042: Redfield → Southgate; entry 12".
pub fn detail(entry: &AuditEntry) -> String {
    let told = (!entry.told.is_empty()).then(|| entry.told.clone());
    let words = entry.detail.split("; ").filter_map(|part| {
        if let Some(rest) = part.strip_prefix("sealed ") {
            let range = rest.split(' ').next().unwrap_or_default();
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            return Some(if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") });
        }
        if part.starts_with("emptied") || part.starts_with("digest ") {
            return None;
        }
        match part.split_once(", key ") {
            Some((role, key)) => Some(format!("{role}, key {}", short_key(key))),
            None => Some(part.to_owned()),
        }
    });
    told.into_iter().chain(words).collect::<Vec<_>>().join("; ")
}

/// What a row of the log is about, where a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Decision(DecisionId),
    Item(ItemId),
    Customer(CustomerKey),
}

pub fn about(entry: &AuditEntry) -> Option<About> {
    let (kind, name) = entry.subject.split_once(' ').unwrap_or(("", entry.subject.as_str()));
    match kind {
        "decision" => name.parse().ok().map(|id| About::Decision(DecisionId(id))),
        "item" => Some(About::Item(ItemId(name.to_owned()))),
        _ => name.parse().ok().map(About::Customer),
    }
}

/// The first digits of a key or hash.
pub fn short_key(key: &str) -> String {
    let first: String = key.chars().take(12).collect();
    if first.len() < key.len() { format!("{first}\u{2026}") } else { first }
}

/// What was looked at: "1,204 rows, 1,180 of them signed; 310 decisions, 308 signed; 4 anchors".
pub fn looked_at(report: &AuditReport) -> String {
    let mut text = format!(
        "{}, {} of them signed; {}, {} signed; {}",
        words::counted(report.rows, "row", "rows"),
        words::count(report.signed_rows),
        words::counted(report.decisions, "decision", "decisions"),
        words::count(report.signed_decisions),
        words::counted(report.anchors, "anchor", "anchors")
    );
    if report.unsealed_decisions > 0 {
        text.push_str(&format!("; {} from before decisions were sealed", words::count(report.unsealed_decisions)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(author: &str, detail: &str) -> AuditEntry {
        AuditEntry {
            id: 1,
            at: "2026-01-15T08:00:00Z".into(),
            author: author.into(),
            deed: "unmask".into(),
            subject: "personal data".into(),
            detail: detail.into(),
            hash: "ab".into(),
            is_signed: true,
            told: String::new(),
        }
    }

    #[test]
    fn a_person_is_found_by_a_part_and_exported_only_when_it_is_one() {
        let entries = [entry("ines", "x"), entry("inge", "y"), entry("tomas", "z")];
        let mut search = Search { person: "IN".into(), day: " 2026-01-15".into(), ..Search::default() };
        let listed = search.listed(&entries);
        assert_eq!(listed.len(), 2);
        assert_eq!(search.exported(&listed), None, "two people");
        search.person = "ine".into();
        let exported = search.exported(&search.listed(&entries)).expect("one person");
        assert_eq!((exported.person.as_deref(), exported.day.as_deref(), exported.limit), (Some("ines"), Some("2026-01-15"), None));
        search.customer = "nobody".into();
        assert!(search.is_no_customer());
        search.customer = "c-1042".into();
        assert_eq!(search.filter().customer, Some(CustomerKey(1042)));
    }

    #[test]
    fn digests_stay_out_of_sight() {
        assert_eq!(detail(&entry("a", "same: item 3f; sealed 12-12 9af0")), "same: item 3f; entry 12");
        assert_eq!(detail(&entry("a", "sealed 12-14 9af0")), "entries 12 to 14");
        assert_eq!(detail(&entry("a", "steward, key 0123456789abcdef")), "steward, key 0123456789ab\u{2026}");
        assert_eq!(deed_name("unmask"), "Saw personal data");
    }
}
