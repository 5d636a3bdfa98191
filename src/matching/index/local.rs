//! Some records of the index as a table of their own, in canonical order, for the functions that match whole tables.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Index, Stored};
use crate::matching::comparison::Comparer;
use crate::matching::error::MatchError;
use crate::matching::fields::{FieldData, Fields, NULL, Value};
use crate::matching::generics::Sharing;

/// A part of the index. `fields.row` holds the records' numbers.
#[derive(Debug)]
pub struct Local {
    pub fields: Fields,
    /// Per field and value of this table its number in the index.
    values: Vec<Vec<u32>>,
    /// Record -> position here.
    position: FxHashMap<u32, u32>,
}

impl Local {
    /// All fields where keys are wanted, otherwise those that are compared.
    pub fn new(index: &Index, mut records: Vec<u32>, every_field: bool) -> Self {
        index.in_order(&mut records);
        let compared: Vec<bool> = index.settings.fields.iter().map(|field| every_field || is_compared(index, &field.name)).collect();
        let (fields, values): (Vec<_>, Vec<_>) = index
            .fields
            .par_iter()
            .enumerate()
            .map(|(at, stored)| {
                let field = &index.settings.fields[at];
                let (ids, values) = if compared[at] { renumber(stored, &records) } else { (vec![NULL; records.len()], Vec::new()) };
                let own: Vec<Value> = values.par_iter().map(|value| Value::of(field.kind, stored.dictionary.get(*value))).collect();
                let counts = vec![0; own.len()];
                (FieldData { name: field.name.clone(), kind: field.kind, ids, values: own, counts }, values)
            })
            .unzip();
        let fields = Fields {
            fields,
            source: records.iter().map(|record| index.source[*record as usize]).collect(),
            hash: records.iter().map(|record| index.hash[*record as usize]).collect(),
            habits: index.habits.clone(),
            row: records,
        };
        let position = fields.row.iter().copied().zip(0_u32..).collect();
        Self { fields, values, position }
    }

    /// Where a record stands here.
    pub fn at(&self, record: u32) -> Option<u32> {
        self.position.get(&record).copied()
    }

    /// The number of the record at a position.
    pub fn record(&self, position: u32) -> u32 {
        self.fields.row[position as usize]
    }

    /// Compares records of this table, knowing what the index knows of shared values in the comparisons below `known`.
    pub fn comparer(&self, index: &Index, known: usize) -> Result<Comparer<'_>, MatchError> {
        let mut comparer = Comparer::new(&self.fields, &index.settings)?;
        for at in 0..known.min(index.people.len()) {
            if let Some(people) = &index.people[at] {
                let own = self.values[comparer.field_of(at)].iter().map(|value| people[*value as usize]).collect();
                comparer.sharing[at] = Some(Sharing::new(own));
            }
        }
        Ok(comparer)
    }
}

fn is_compared(index: &Index, field: &str) -> bool {
    index.settings.comparisons.iter().any(|c| c.field == field || c.swapped_with.as_deref() == Some(field))
}

/// Own numbers, in the order of the texts, for the values of some records.
fn renumber(stored: &Stored, records: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let held = records.iter().map(|record| stored.ids[*record as usize]);
    let mut values: Vec<u32> = Vec::new();
    // A mark per value of the index is cheaper than sorting once many records are wanted.
    let is_dense = records.len() * 8 > stored.dictionary.len();
    let mut own = if is_dense { vec![NULL; stored.dictionary.len()] } else { Vec::new() };
    if is_dense {
        for value in held.clone().filter(|value| *value != NULL) {
            if own[value as usize] == NULL {
                own[value as usize] = 0;
                values.push(value);
            }
        }
        stored.dictionary.in_order(&mut values);
        for (at, value) in (0_u32..).zip(&values) {
            own[*value as usize] = at;
        }
        return (held.map(|value| own.get(value as usize).copied().unwrap_or(NULL)).collect(), values);
    }
    values.extend(held.clone().filter(|value| *value != NULL));
    values.sort_unstable();
    values.dedup();
    stored.dictionary.in_order(&mut values);
    let own: FxHashMap<u32, u32> = values.iter().copied().zip(0_u32..).collect();
    (held.map(|value| own.get(&value).copied().unwrap_or(NULL)).collect(), values)
}
