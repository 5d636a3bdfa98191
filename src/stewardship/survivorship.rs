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
    /// The value with the most characters.
    Longest,
    /// The value that reads best: nothing doubtful or repaired, complete (a phone with its country).
    BestValidated,
    /// Source systems in order of trust.
    SourcePriority,
    /// There is one value only.
    OnlyValue,
    /// A steward took this record's value.
    Taken,
    /// A steward typed it.
    Typed,
    /// A steward keeps it as it was.
    Pinned,
}

impl Rule {
    /// Rules that a workspace may name, in the order in which people read them.
    pub const CHOOSABLE: [Self; 9] = [
        Self::SourcePriority,
        Self::MostRecent,
        Self::MostComplete,
        Self::MostFrequent,
        Self::MostSources,
        Self::Longest,
        Self::BestValidated,
        Self::Earliest,
        Self::NotShared,
    ];
    /// What a golden value can be chosen by besides.
    const OTHERS: [Self; 5] = [Self::AllAgree, Self::OnlyValue, Self::Taken, Self::Typed, Self::Pinned];

    /// As the golden cell says it; `system` is the short name of the source that won.
    pub fn words(self, system: &str) -> String {
        match self {
            Self::MostRecent => format!("newest {system}"),
            Self::SourcePriority => format!("{system} first"),
            Self::Taken => format!("taken from {system}"),
            _ => self.short().to_owned(),
        }
    }

    /// As a list of rules says it: "source priority".
    pub fn short(self) -> &'static str {
        match self {
            Self::AllAgree => "all agree",
            Self::MostSources => "most sources",
            Self::MostFrequent => "most records",
            Self::MostRecent => "newest",
            Self::MostComplete => "most complete",
            Self::Earliest => "earliest",
            Self::NotShared => "not shared",
            Self::Longest => "longest",
            Self::BestValidated => "best validated",
            Self::SourcePriority => "source priority",
            Self::OnlyValue => "only value",
            Self::Taken => "taken",
            Self::Typed => "typed by a steward",
            Self::Pinned => "pinned by a steward",
        }
    }

    /// What it does, in one sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::AllAgree => "Every record that has a value has the same.",
            Self::MostSources => "The value that the most source systems hold.",
            Self::MostFrequent => "The value that the most records hold.",
            Self::MostRecent => "The value of the record that changed last.",
            Self::MostComplete => "The most words written out: a full name beats an initial.",
            Self::Earliest => "The earliest date.",
            Self::NotShared => "Not a value that other customers use too.",
            Self::Longest => "The value with the most characters.",
            Self::BestValidated => "The value that reads best: nothing doubtful or repaired in it, a phone with its country.",
            Self::SourcePriority => "Source systems in order of trust.",
            Self::OnlyValue => "There is one value only.",
            Self::Taken => "A steward took this record's value.",
            Self::Typed => "A steward typed it.",
            Self::Pinned => "A steward keeps it as it was.",
        }
    }

    /// As `workspace.toml` and silver write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AllAgree => "all_agree",
            Self::MostSources => "most_sources",
            Self::MostFrequent => "most_frequent",
            Self::MostRecent => "most_recent",
            Self::MostComplete => "most_complete",
            Self::Earliest => "earliest",
            Self::NotShared => "not_shared",
            Self::Longest => "longest",
            Self::BestValidated => "best_validated",
            Self::SourcePriority => "source_priority",
            Self::OnlyValue => "only_value",
            Self::Taken => "taken",
            Self::Typed => "typed",
            Self::Pinned => "pinned",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::CHOOSABLE.into_iter().chain(Self::OTHERS).find(|rule| rule.name() == name)
    }

    /// A steward's word, not a rule's choice: take | type | pin.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Taken => Some("take"),
            Self::Typed => Some("type"),
            Self::Pinned => Some("pin"),
            _ => None,
        }
    }
}

/// Systems in order of trust; one that is not listed comes last.
const TRUST: [&str; 5] = ["erpnext", "core", "salesforce", "google_sheets", "supabase"];

/// The built-in rules of a field, in order.
fn built_in(field: Field) -> &'static [Rule] {
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

/// The rules of every field and the order of trust of source systems: what is built in, or what a workspace says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// In the order of `Field::ALL`.
    fields: Vec<Vec<Rule>>,
    own: Vec<bool>,
    priority: Vec<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            fields: Field::ALL.iter().map(|field| built_in(*field).to_vec()).collect(),
            own: vec![false; Field::COUNT],
            priority: TRUST.map(str::to_owned).to_vec(),
        }
    }
}

impl Rules {
    /// Reads what a workspace says: systems in order of trust (the built-in order where empty) and rule names per column. Errors name
    /// the field or rule that there is not, and those there are.
    pub fn of_workspace(priority: &[String], fields: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        let mut rules = Self::default();
        if !priority.is_empty() {
            rules.priority = priority.to_vec();
        }
        for (column, names) in fields {
            let field = Field::from_column(column).ok_or_else(|| {
                let known: Vec<&str> = Field::ALL.iter().map(|field| field.column()).collect();
                format!("there is no field '{column}'; there are {}.", known.join(", "))
            })?;
            if names.is_empty() {
                return Err(format!("{column} names no rule; take the line out for the built-in ones."));
            }
            rules.fields[field as usize] = names.iter().map(|name| choosable(column, name)).collect::<Result<_, _>>()?;
            rules.own[field as usize] = true;
        }
        Ok(rules)
    }

    /// In order; the first that tells the candidates apart decides.
    pub fn of(&self, field: Field) -> &[Rule] {
        &self.fields[field as usize]
    }

    /// The workspace says so.
    pub fn is_own(&self, field: Field) -> bool {
        self.own[field as usize]
    }

    pub fn source_priority(&self) -> &[String] {
        &self.priority
    }

    /// "not shared, most sources, newest, source priority"
    pub fn in_words(&self, field: Field) -> String {
        self.of(field).iter().map(|rule| rule.short()).collect::<Vec<_>>().join(", ")
    }

    fn trust(&self, record: &CustomerRecord) -> usize {
        self.priority.iter().position(|system| *system == record.key.source_system).unwrap_or(self.priority.len())
    }
}

fn choosable(column: &str, name: &str) -> Result<Rule, String> {
    Rule::CHOOSABLE.into_iter().find(|rule| rule.name() == name).ok_or_else(|| {
        let known: Vec<&str> = Rule::CHOOSABLE.iter().map(|rule| rule.name()).collect();
        format!("{column}: there is no rule '{name}'; there are {}.", known.join(", "))
    })
}

/// The value that survives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    pub value: String,
    /// Index into the records given; None where a steward typed it, or pinned what no record has any more.
    pub record: Option<usize>,
    pub rule: Rule,
}

/// Chooses among `records`; `is_shared(field, value)` tells whether other customers use the value too. None where no record has one.
pub fn survivor(records: &[&CustomerRecord], field: Field, is_shared: &dyn Fn(Field, &str) -> bool, rules: &Rules) -> Option<Survivor> {
    let mut candidates: Vec<usize> = (0..records.len())
        .filter(|at| records[*at].get(field).is_some() && !records[*at].is_flagged(field, FlagKind::Placeholder))
        .collect();
    candidates.sort_by(|a, b| (rules.trust(records[*a]), &records[*a].key).cmp(&(rules.trust(records[*b]), &records[*b].key)));
    let first = *candidates.first()?;
    let value_of = |at: usize| records[at].get(field).unwrap_or_default();
    let done = |at: usize, rule| Some(Survivor { value: value_of(at).to_owned(), record: Some(at), rule });
    if candidates.len() == 1 {
        return done(first, Rule::OnlyValue);
    }
    if candidates.iter().all(|at| value_of(*at) == value_of(first)) {
        return done(first, Rule::AllAgree);
    }
    let mut decided_by = Rule::SourcePriority;
    for rule in rules.of(field) {
        let before = distinct(&candidates, &value_of);
        candidates = best_by(*rule, &candidates, &Choice { records, field, is_shared, rules });
        if distinct(&candidates, &value_of) < before {
            decided_by = *rule;
        }
        if distinct(&candidates, &value_of) == 1 {
            break;
        }
    }
    done(*candidates.first()?, decided_by)
}

/// What a rule looks at.
struct Choice<'a> {
    records: &'a [&'a CustomerRecord],
    field: Field,
    is_shared: &'a dyn Fn(Field, &str) -> bool,
    rules: &'a Rules,
}

fn distinct<'a>(candidates: &[usize], value_of: &dyn Fn(usize) -> &'a str) -> usize {
    candidates.iter().map(|at| value_of(*at)).collect::<std::collections::BTreeSet<_>>().len()
}

/// The candidates that are best by one rule; their order stays.
fn best_by(rule: Rule, candidates: &[usize], choice: &Choice<'_>) -> Vec<usize> {
    let Choice { records, field, is_shared, rules } = *choice;
    let value_of = |at: usize| records[at].get(field).unwrap_or_default();
    let keep_max = |score: &dyn Fn(usize) -> i64| -> Vec<usize> {
        let best = candidates.iter().map(|at| score(*at)).max().unwrap_or_default();
        candidates.iter().copied().filter(|at| score(*at) == best).collect()
    };
    match rule {
        Rule::AllAgree | Rule::OnlyValue | Rule::Taken | Rule::Typed | Rule::Pinned => candidates.to_vec(),
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
        Rule::Longest => keep_max(&|at| count(value_of(at).chars().count())),
        Rule::BestValidated => keep_max(&|at| soundness(records[at], field)),
        Rule::NotShared => keep_max(&|at| i64::from(!is_shared(field, value_of(at)))),
        Rule::SourcePriority => {
            let best = candidates.iter().map(|at| rules.trust(records[*at])).min().unwrap_or_default();
            candidates.iter().copied().filter(|at| rules.trust(records[*at]) == best).collect()
        }
    }
}

/// Words that are written out; an initial counts half. More words beat longer ones: a typo must not win by its length.
fn completeness(value: &str) -> i64 {
    value.split_whitespace().map(|word| if word.trim_end_matches('.').chars().count() > 1 { 2 } else { 1 }).sum()
}

/// How well a value reads: 2 as it came, 1 repaired, 0 doubtful. Of a phone counts whether it tells its country, not how it was written.
fn soundness(record: &CustomerRecord, field: Field) -> i64 {
    if field == Field::Phone {
        return i64::from(record.get(field).is_some_and(|phone| phone.starts_with('+')));
    }
    if record.is_flagged(field, FlagKind::Doubtful) {
        return 0;
    }
    if record.is_flagged(field, FlagKind::Changed) { 1 } else { 2 }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[path = "survivorship_tests.rs"]
mod tests;
