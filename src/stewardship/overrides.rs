//! Stewards' words on golden values. Flow: log entries + customers of a run -> the entry in force per customer and field.
//!
//! An entry is attached to the records that its customer had. It holds for the customer that has most of them (of two with as many, the
//! one with the smallest record key); a value taken from a record goes where that record goes. Where several hold for one field (two
//! customers were joined), the newest does. So it survives re-runs, merges and splits, and means the same whatever came in between.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::hash::stable_i64;
use crate::base::{DecisionId, RecordKey};

use super::record::{CustomerRecord, Field};

/// What a steward said of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// The value of this record, whatever it becomes.
    Take(RecordKey),
    /// A value typed by hand.
    Type(String),
    /// The value that stood.
    Pin(String),
    /// The rules decide again.
    GiveBack,
}

impl Word {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Take(_) => "take",
            Self::Type(_) => "type",
            Self::Pin(_) => "pin",
            Self::GiveBack => "give_back",
        }
    }
}

/// One entry of the log about a golden value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Override {
    pub id: DecisionId,
    /// The records of the customer when it was said.
    pub members: Vec<RecordKey>,
    pub field: Field,
    pub word: Word,
    pub author: String,
    /// `2026-11-20T18:04:09Z`
    pub decided_at: String,
    pub reason: Option<String>,
    /// `field_fingerprint` of the members when it was said.
    pub fingerprint: i64,
    pub summary: String,
    pub undone_by: Option<DecisionId>,
    pub batch: Option<DecisionId>,
}

/// Which entry holds where: place of the customer among those given -> field -> entry. `customers` are record indices.
pub fn in_force<'a>(
    overrides: &'a [Override],
    customers: &[&[u32]],
    index: &FxHashMap<RecordKey, u32>,
) -> FxHashMap<usize, BTreeMap<Field, &'a Override>> {
    let mut held: FxHashMap<usize, BTreeMap<Field, &Override>> = FxHashMap::default();
    if overrides.is_empty() {
        return held;
    }
    let home: FxHashMap<u32, usize> =
        customers.iter().enumerate().flat_map(|(at, records)| records.iter().map(move |record| (*record, at))).collect();
    let customer_of = |key: &RecordKey| index.get(key).and_then(|record| home.get(record)).copied();
    let mut standing: Vec<&Override> = overrides.iter().filter(|entry| entry.undone_by.is_none()).collect();
    standing.sort_by_key(|entry| entry.id);
    for entry in standing {
        let goes_to = match &entry.word {
            Word::Take(key) => customer_of(key),
            Word::Type(_) | Word::Pin(_) | Word::GiveBack => most_of(&entry.members, &customer_of),
        };
        if let Some(at) = goes_to {
            held.entry(at).or_default().insert(entry.field, entry);
        }
    }
    for fields in held.values_mut() {
        fields.retain(|_, entry| entry.word != Word::GiveBack);
    }
    held
}

/// The customer with most of the records; of two with as many, the one with the smallest of their keys.
fn most_of(members: &[RecordKey], customer_of: &dyn Fn(&RecordKey) -> Option<usize>) -> Option<usize> {
    let mut counts: BTreeMap<usize, (usize, &RecordKey)> = BTreeMap::new();
    for key in members {
        let Some(at) = customer_of(key) else { continue };
        let entry = counts.entry(at).or_insert((0, key));
        entry.0 += 1;
        entry.1 = entry.1.min(key);
    }
    counts.into_iter().min_by_key(|(_, (count, first))| (std::cmp::Reverse(*count), *first)).map(|(at, _)| at)
}

/// What the records say of one field, as one number, in any order of records.
pub fn field_fingerprint<'a>(records: impl IntoIterator<Item = &'a CustomerRecord>, field: Field) -> i64 {
    let mut rows: Vec<String> =
        records.into_iter().map(|record| format!("{}\u{1f}{}", record.key, record.get(field).unwrap_or_default())).collect();
    rows.sort_unstable();
    stable_i64(rows.join("\u{1e}").as_bytes())
}

#[cfg(test)]
#[path = "overrides_tests.rs"]
mod tests;
