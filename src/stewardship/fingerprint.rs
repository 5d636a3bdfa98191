//! What a steward had before the eyes, as one number: if it differs later, the values changed since.

use std::collections::BTreeMap;

use crate::base::hash::stable_i64;

use super::record::{CustomerRecord, Field};

/// What tells people apart, and so what an answer rests on. That a risk rating changes makes nobody somebody else.
pub const SEEN: [Field; 12] = [
    Field::FullName,
    Field::FirstName,
    Field::LastName,
    Field::Suffix,
    Field::BirthDate,
    Field::Email,
    Field::Phone,
    Field::Street,
    Field::City,
    Field::Postcode,
    Field::Gender,
    Field::DeviceId,
];

/// Hash of the records' values that an answer rests on, in any order of records.
pub fn fingerprint<'a>(records: impl IntoIterator<Item = &'a CustomerRecord>) -> i64 {
    let mut rows: Vec<String> = records.into_iter().map(|record| format!("{}\u{1f}{}", record.key, seen(record))).collect();
    rows.sort_unstable();
    stable_i64(rows.join("\u{1e}").as_bytes())
}

/// Those values as a JSON object, column -> value; what is missing is left out.
pub fn seen(record: &CustomerRecord) -> String {
    let values: BTreeMap<&str, &str> = SEEN.iter().filter_map(|field| Some((field.column(), record.get(*field)?))).collect();
    serde_json::to_string(&values).unwrap_or_default()
}
