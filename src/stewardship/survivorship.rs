//! Which of several values survives. Flow: records of one customer + a field's rules -> Survivor (value, record, rule).
//!
//! Rules are tried in order; the first that tells the candidates apart decides. The last resort is the record key, so the result
//! never depends on the order of records.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::{CustomerRecord, Field, FlagKind};

/// How a field chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Every record that has a value has the same.
    AllAgree,
    /// The value that the most source systems hold.
    MostSources,
    /// The value that the most records hold.
    MostFrequent,
    /// The value of the record that changed last.
    MostRecent,
    /// The longest value: a full name beats an initial.
    MostComplete,
    /// The earliest date.
    Earliest,
    /// Not a value that other customers use too.
    NotShared,
    /// Source systems in order of trust.
    SourcePriority,
    /// There is one value only.
    OnlyValue,
}

impl Rule {
    /// As the golden cell says it; `system` is the short name of the source that won.
    pub fn words(self, system: &str) -> String {
        match self {
            Self::AllAgree => "all agree".to_owned(),
            Self::MostSources => "most sources".to_owned(),
            Self::MostFrequent => "most records".to_owned(),
            Self::MostRecent => format!("newest {system}"),
            Self::MostComplete => "most complete".to_owned(),
            Self::Earliest => "earliest".to_owned(),
            Self::NotShared => "not shared".to_owned(),
            Self::SourcePriority => format!("{system} first"),
            Self::OnlyValue => "only value".to_owned(),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::AllAgree => "all_agree",
            Self::MostSources => "most_sources",
            Self::MostFrequent => "most_frequent",
            Self::MostRecent => "most_recent",
            Self::MostComplete => "most_complete",
            Self::Earliest => "earliest",
            Self::NotShared => "not_shared",
            Self::SourcePriority => "source_priority",
            Self::OnlyValue => "only_value",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::AllAgree,
            Self::MostSources,
            Self::MostFrequent,
            Self::MostRecent,
            Self::MostComplete,
            Self::Earliest,
            Self::NotShared,
            Self::SourcePriority,
            Self::OnlyValue,
        ]
        .into_iter()
        .find(|rule| rule.name() == name)
    }
}

/// Systems in order of trust; one that is not listed comes last.
const TRUST: [&str; 5] = ["erpnext", "core", "salesforce", "google_sheets", "supabase"];

/// The rules of a field, in order.
pub fn rules_of(field: Field) -> &'static [Rule] {
    match field {
        Field::FullName | Field::FirstName | Field::LastName | Field::MiddleName | Field::Suffix => {
            &[Rule::MostComplete, Rule::MostSources, Rule::MostFrequent, Rule::SourcePriority]
        }
        Field::Email | Field::Phone => &[Rule::NotShared, Rule::MostSources, Rule::MostRecent, Rule::SourcePriority],
        Field::BirthDate | Field::Gender => &[Rule::MostSources, Rule::MostFrequent, Rule::SourcePriority],
        Field::Street | Field::City | Field::Postcode | Field::Country => &[Rule::MostRecent, Rule::SourcePriority],
        Field::CustomerSince => &[Rule::Earliest],
        Field::BranchId | Field::DeviceId | Field::CustomerType | Field::CustomerGroup | Field::KycStatus | Field::RiskRating => {
            &[Rule::SourcePriority, Rule::MostRecent, Rule::MostFrequent]
        }
    }
}

/// The value that survives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    pub value: String,
    /// Index into the records given.
    pub record: usize,
    pub rule: Rule,
}

/// Chooses among `records`; `is_shared(field, value)` tells whether other customers use the value too. None where no record has one.
pub fn survivor(records: &[&CustomerRecord], field: Field, is_shared: &dyn Fn(Field, &str) -> bool) -> Option<Survivor> {
    let mut candidates: Vec<usize> = (0..records.len())
        .filter(|at| records[*at].get(field).is_some() && !records[*at].is_flagged(field, FlagKind::Placeholder))
        .collect();
    candidates.sort_by(|a, b| (trust(records[*a]), &records[*a].key).cmp(&(trust(records[*b]), &records[*b].key)));
    let first = *candidates.first()?;
    let value_of = |at: usize| records[at].get(field).unwrap_or_default();
    let done = |at: usize, rule| Some(Survivor { value: value_of(at).to_owned(), record: at, rule });
    if candidates.len() == 1 {
        return done(first, Rule::OnlyValue);
    }
    if candidates.iter().all(|at| value_of(*at) == value_of(first)) {
        return done(first, Rule::AllAgree);
    }
    let mut decided_by = Rule::SourcePriority;
    for rule in rules_of(field) {
        let before = distinct(&candidates, &value_of);
        candidates = best_by(*rule, &candidates, records, field, is_shared);
        if distinct(&candidates, &value_of) < before {
            decided_by = *rule;
        }
        if distinct(&candidates, &value_of) == 1 {
            break;
        }
    }
    done(*candidates.first()?, decided_by)
}

fn trust(record: &CustomerRecord) -> usize {
    TRUST.iter().position(|system| *system == record.key.source_system).unwrap_or(TRUST.len())
}

fn distinct<'a>(candidates: &[usize], value_of: &dyn Fn(usize) -> &'a str) -> usize {
    candidates.iter().map(|at| value_of(*at)).collect::<std::collections::BTreeSet<_>>().len()
}

/// The candidates that are best by one rule; their order stays.
fn best_by(
    rule: Rule,
    candidates: &[usize],
    records: &[&CustomerRecord],
    field: Field,
    is_shared: &dyn Fn(Field, &str) -> bool,
) -> Vec<usize> {
    let value_of = |at: usize| records[at].get(field).unwrap_or_default();
    let keep_max = |score: &dyn Fn(usize) -> i64| -> Vec<usize> {
        let best = candidates.iter().map(|at| score(*at)).max().unwrap_or_default();
        candidates.iter().copied().filter(|at| score(*at) == best).collect()
    };
    match rule {
        Rule::AllAgree | Rule::OnlyValue => candidates.to_vec(),
        Rule::MostSources => {
            let mut systems: BTreeMap<&str, std::collections::BTreeSet<&str>> = BTreeMap::new();
            for at in candidates {
                systems.entry(value_of(*at)).or_default().insert(&records[*at].key.source_system);
            }
            keep_max(&|at| count(systems.get(value_of(at)).map_or(0, std::collections::BTreeSet::len)))
        }
        Rule::MostFrequent => {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for at in candidates {
                *counts.entry(value_of(*at)).or_default() += 1;
            }
            keep_max(&|at| count(counts.get(value_of(at)).copied().unwrap_or_default()))
        }
        Rule::MostRecent => {
            let newest = candidates.iter().filter_map(|at| records[*at].updated_at.as_deref()).max();
            match newest {
                Some(newest) => keep_max(&|at| i64::from(records[at].updated_at.as_deref() == Some(newest))),
                None => candidates.to_vec(),
            }
        }
        Rule::MostComplete => keep_max(&|at| completeness(value_of(at))),
        Rule::Earliest => {
            let earliest = candidates.iter().map(|at| value_of(*at)).min().unwrap_or_default();
            keep_max(&|at| i64::from(value_of(at) == earliest))
        }
        Rule::NotShared => keep_max(&|at| i64::from(!is_shared(field, value_of(at)))),
        Rule::SourcePriority => {
            let best = candidates.iter().map(|at| trust(records[*at])).min().unwrap_or_default();
            candidates.iter().copied().filter(|at| trust(records[*at]) == best).collect()
        }
    }
}

/// Words that are written out; an initial counts half. More words beat longer ones: a typo must not win by its length.
fn completeness(value: &str) -> i64 {
    value.split_whitespace().map(|word| if word.trim_end_matches('.').chars().count() > 1 { 2 } else { 1 }).sum()
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[path = "survivorship_tests.rs"]
mod tests;
