//! The golden record. Flow: records of one customer -> a survivor per field -> GoldenRecord.

use super::record::{CustomerRecord, Field};
use super::survivorship::{Survivor, survivor};

/// Surviving values of one customer, one place per field in the order of `Field::ALL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldenRecord {
    survivors: Vec<Option<Survivor>>,
}

/// Name parts come from one record: a first name of one and a surname of another would be a person who does not exist.
const NAME_PARTS: [Field; 3] = [Field::FirstName, Field::MiddleName, Field::LastName];
/// So do the parts of an address.
const ADDRESS_PARTS: [Field; 3] = [Field::City, Field::Postcode, Field::Country];

/// Chooses every field; see `survivor` for `is_shared`.
pub fn golden_record(records: &[&CustomerRecord], is_shared: &dyn Fn(Field, &str) -> bool) -> GoldenRecord {
    let mut golden = GoldenRecord { survivors: Field::ALL.iter().map(|field| survivor(records, *field, is_shared)).collect() };
    golden.take_together(records, Field::FullName, &NAME_PARTS);
    golden.take_together(records, Field::Street, &ADDRESS_PARTS);
    golden
}

impl GoldenRecord {
    pub fn get(&self, field: Field) -> Option<&Survivor> {
        self.survivors[field as usize].as_ref()
    }

    pub fn value(&self, field: Field) -> Option<&str> {
        self.get(field).map(|survivor| survivor.value.as_str())
    }

    /// Lets `parts` follow the record that `lead` came from, where that record has them.
    fn take_together(&mut self, records: &[&CustomerRecord], lead: Field, parts: &[Field]) {
        let Some(chosen) = self.get(lead).cloned() else { return };
        for part in parts {
            if let Some(value) = records[chosen.record].get(*part) {
                self.survivors[*part as usize] = Some(Survivor { value: value.to_owned(), record: chosen.record, rule: chosen.rule });
            }
        }
    }
}
