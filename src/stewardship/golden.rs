//! The golden record. Flow: records of one customer -> a survivor per field -> stewards' words over it -> GoldenRecord.

use std::collections::BTreeMap;

use super::overrides::{Override, Word};
use super::record::{CustomerRecord, Field};
use super::survivorship::{Rule, Rules, Survivor, survivor};
use super::validate::cleaned;

/// Surviving values of one customer, one place per field in the order of `Field::ALL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldenRecord {
    survivors: Vec<Option<Survivor>>,
}

/// Name parts come from one record: a first name of one and a surname of another would be a person who does not exist.
const NAME_PARTS: [Field; 3] = [Field::FirstName, Field::MiddleName, Field::LastName];
/// So do the parts of an address.
const ADDRESS_PARTS: [Field; 3] = [Field::City, Field::Postcode, Field::Country];

/// Chooses every field by its rules (see `survivor` for `is_shared`), then puts `words` over them: what stewards said of this customer.
pub fn golden_record(
    records: &[&CustomerRecord],
    is_shared: &dyn Fn(Field, &str) -> bool,
    rules: &Rules,
    words: Option<&BTreeMap<Field, &Override>>,
) -> GoldenRecord {
    let mut golden = GoldenRecord { survivors: Field::ALL.iter().map(|field| survivor(records, *field, is_shared, rules)).collect() };
    // What parts follow comes first, so that a word on a part is said last.
    let said: Vec<(&Field, &&Override)> = words.into_iter().flatten().collect();
    let leads = [Field::FullName, Field::Street];
    for (field, entry) in said.iter().filter(|(field, _)| leads.contains(field)) {
        golden.say(records, **field, &entry.word);
    }
    golden.take_together(records, Field::FullName, &NAME_PARTS);
    golden.take_together(records, Field::Street, &ADDRESS_PARTS);
    for (field, entry) in said.iter().filter(|(field, _)| !leads.contains(field)) {
        golden.say(records, **field, &entry.word);
    }
    golden
}

impl GoldenRecord {
    pub fn get(&self, field: Field) -> Option<&Survivor> {
        self.survivors[field as usize].as_ref()
    }

    pub fn value(&self, field: Field) -> Option<&str> {
        self.get(field).map(|survivor| survivor.value.as_str())
    }

    /// A steward's word. A value taken from a record that has none (any more) leaves the choice to the rules.
    fn say(&mut self, records: &[&CustomerRecord], field: Field, word: &Word) {
        let holder = |value: &str| records.iter().position(|record| record.get(field) == Some(value));
        let said = match word {
            Word::Take(key) => records.iter().position(|record| record.key == *key).and_then(|at| {
                let value = records[at].get(field)?.to_owned();
                Some(Survivor { value, record: Some(at), rule: Rule::Taken })
            }),
            Word::Type(value) => Some(Survivor { value: value.clone(), record: None, rule: Rule::Typed }),
            Word::Pin(value) => Some(Survivor { value: value.clone(), record: holder(value), rule: Rule::Pinned }),
            Word::GiveBack => None,
        };
        if said.is_some() {
            self.survivors[field as usize] = said;
        }
    }

    /// Lets `parts` follow the record that `lead` came from, where that record has them; parts of a name that no record has are
    /// taken out of it.
    fn take_together(&mut self, records: &[&CustomerRecord], lead: Field, parts: &[Field]) {
        let Some(chosen) = self.get(lead).cloned() else { return };
        let parsed;
        let whole: &CustomerRecord = match chosen.record {
            Some(at) => records[at],
            None if lead == Field::FullName => {
                parsed = cleaned(lead, &chosen.value);
                &parsed
            }
            None => return,
        };
        for part in parts {
            if let Some(value) = whole.get(*part) {
                self.survivors[*part as usize] = Some(Survivor { value: value.to_owned(), record: chosen.record, rule: chosen.rule });
            } else if chosen.record.is_none() {
                self.survivors[*part as usize] = None;
            }
        }
    }
}

#[cfg(test)]
#[path = "golden_tests.rs"]
mod tests;
