//! Records -> standardised fields: each distinct value once, taken apart for comparison; records hold its number.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::MatchError;
use super::records::Records;
use super::settings::{Field, FieldKind, Settings};
use super::shape::Shape;
use super::standardise::{PartialDate, phone};
use super::texts::{Parts, Texts, texts_of};
use crate::base::dates::DateOrder;

/// Between the items of a list in its standard form.
pub const LIST_SEPARATOR: &str = ";";
/// Characters of a value that are looked at; what follows is left out of comparisons (and said by whoever reads the files).
pub const LONGEST_VALUE: usize = 512;
/// No value.
pub const NULL: u32 = u32::MAX;

/// A distinct value in its standard form and the parts that comparisons need.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Value {
    pub text: Box<str>,
    /// Words of names, streets and texts.
    pub tokens: Box<[Box<str>]>,
    pub date: PartialDate,
    pub shape: Shape,
}

impl Value {
    /// A text in its standard form, taken apart.
    pub fn of(kind: FieldKind, text: &str) -> Self {
        let tokens: Box<[Box<str>]> = match kind {
            FieldKind::Email => text.splitn(2, '@').map(Box::from).collect(),
            FieldKind::GivenName
            | FieldKind::FamilyName
            | FieldKind::Street
            | FieldKind::City
            | FieldKind::Text
            | FieldKind::Organisation => text.split(' ').filter(|t| !t.is_empty()).map(Box::from).collect(),
            FieldKind::List => text.split(LIST_SEPARATOR).filter(|item| !item.is_empty()).map(Box::from).collect(),
            _ => Box::default(),
        };
        let date = if kind == FieldKind::Date { PartialDate::from_text(text).unwrap_or_default() } else { PartialDate::default() };
        let shape = Shape::of(kind, text, &tokens);
        Self { text: text.into(), tokens, date, shape }
    }
}

impl Value {
    /// The text without its spaces.
    pub fn squeezed(&self) -> &str {
        self.shape.squeezed(&self.text)
    }
}

/// One standardised column.
#[derive(Debug, Clone)]
pub struct FieldData {
    pub name: String,
    pub kind: FieldKind,
    /// Per record a value's number or `NULL`.
    pub ids: Vec<u32>,
    pub values: Vec<Value>,
    /// Records per value.
    pub counts: Vec<u32>,
}

impl FieldData {
    pub fn value(&self, record: u32) -> Option<&Value> {
        self.values.get(self.ids[record as usize] as usize)
    }
}

/// The standardised table in canonical order: records sorted by content, so that nothing later depends on the order of rows.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    pub fields: Vec<FieldData>,
    pub source: Vec<u16>,
    /// Canonical position -> row of the input.
    pub row: Vec<u32>,
    /// Canonical position -> hash of the content that the order follows.
    pub hash: Vec<u64>,
    /// Per field what was decided from its whole column.
    pub habits: Vec<DateHabits>,
}

/// What is decided from a whole column of dates. An index keeps it, so that a batch is read as the whole was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateHabits {
    /// Per input of the field.
    pub(super) orders: Vec<DateOrder>,
    /// The first of January stands for "that year".
    pub(super) new_year_is_unknown: bool,
}

impl Fields {
    pub fn len(&self) -> usize {
        self.source.len()
    }

    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    pub fn index(&self, name: &str, place: &str) -> Result<usize, MatchError> {
        self.fields
            .iter()
            .position(|field| field.name == name)
            .ok_or_else(|| MatchError::NoSuchField { place: place.to_owned(), field: name.to_owned() })
    }
}

/// Standardises every field of the settings.
pub fn standardise_records(records: &Records, settings: &Settings) -> Result<Fields, MatchError> {
    standardise_as(records, settings, None)
}

/// Standardises every field of the settings; with `known`, as an earlier table was.
pub fn standardise_as(records: &Records, settings: &Settings, known: Option<&[DateHabits]>) -> Result<Fields, MatchError> {
    check_shape(records)?;
    let parts = Parts::of(records, &settings.fields);
    let read: Vec<(Texts, DateHabits)> = settings
        .fields
        .par_iter()
        .enumerate()
        .map(|(at, field)| texts_of(records, field, &parts, known.and_then(|known| known.get(at))))
        .collect::<Result<_, _>>()?;
    let (texts, habits): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    let (row, hash) = canonical_order(&texts, &records.source, records);
    let fields = settings.fields.par_iter().zip(&texts).map(|(field, texts)| intern(field, texts, &row)).collect();
    let source = row.iter().map(|r| records.source[*r as usize]).collect();
    Ok(Fields { fields, source, row, hash, habits })
}

fn check_shape(records: &Records) -> Result<(), MatchError> {
    let limit = 1 << 31;
    if records.len() >= limit {
        return Err(MatchError::TooManyRecords { found: records.len(), limit });
    }
    for (at, column) in records.columns.iter().enumerate() {
        if column.values.len() != records.len() {
            return Err(MatchError::ColumnLength { column: column.name.clone(), found: column.values.len(), expected: records.len() });
        }
        if records.columns[..at].iter().any(|other| other.name == column.name) {
            return Err(MatchError::ColumnTwice { column: column.name.clone() });
        }
    }
    Ok(())
}

/// Sorts records by their standardised content, then by the content of the raw columns, then by the content of their whole source, so that
/// equal input gives equal work whatever the order of rows and files and whatever the files are called.
/// Returns the rows in order and, in that order, the hashes.
fn canonical_order(texts: &[Texts], source: &[u16], records: &Records) -> (Vec<u32>, Vec<u64>) {
    let count = u32::try_from(source.len()).unwrap_or(u32::MAX);
    let hashes: Vec<u64> = (0..source.len())
        .into_par_iter()
        .map(|row| {
            let mut bytes = Vec::with_capacity(128);
            for column in texts {
                bytes.push(0x1f);
                bytes.extend_from_slice(column.of(row).unwrap_or("").as_bytes());
            }
            crate::base::hash::stable_64(&bytes)
        })
        .collect();
    let rank = source_ranks(&hashes, source);
    let rank = |row: u32| rank[usize::from(source[row as usize])];
    let raw = |row: u32| records.columns.iter().map(move |column| column.values[row as usize].as_deref());
    let mut row: Vec<u32> = (0..count).collect();
    row.par_sort_by(|a, b| {
        hashes[*a as usize].cmp(&hashes[*b as usize]).then_with(|| raw(*a).cmp(raw(*b))).then_with(|| rank(*a).cmp(&rank(*b)))
    });
    let hash = row.iter().map(|r| hashes[*r as usize]).collect();
    (row, hash)
}

/// Per source a number made of all its records, in no order.
fn source_ranks(hashes: &[u64], source: &[u16]) -> Vec<(u64, u64)> {
    let mut ranks = vec![(0, 0_u64); source.iter().max().map_or(0, |last| usize::from(*last) + 1)];
    for (hash, source) in hashes.iter().zip(source) {
        let rank = &mut ranks[usize::from(*source)];
        *rank = (rank.0 + 1, rank.1.wrapping_add(*hash));
    }
    ranks
}

/// Numbers distinct values in the order of their text, so that numbers do not depend on rows.
fn intern(field: &Field, texts: &Texts, row: &[u32]) -> FieldData {
    let mut order: Vec<u32> = (0..u32::try_from(texts.values.len()).unwrap_or(u32::MAX)).collect();
    let text_of = |at: u32| texts.values[at as usize].as_ref();
    order.par_sort_unstable_by(|a, b| text_of(*a).cmp(text_of(*b)));
    let mut number = vec![NULL; order.len()];
    let mut distinct: Vec<&str> = Vec::new();
    for at in order {
        if distinct.last().is_none_or(|last| *last != text_of(at)) {
            distinct.push(text_of(at));
        }
        number[at as usize] = u32::try_from(distinct.len() - 1).unwrap_or(NULL);
    }
    let ids: Vec<u32> = row.iter().map(|r| number.get(texts.ids[*r as usize] as usize).copied().unwrap_or(NULL)).collect();
    let values: Vec<Value> = distinct.par_iter().map(|text| Value::of(field.kind, text)).collect();
    let mut counts = vec![0_u32; values.len()];
    for id in &ids {
        if let Some(count) = counts.get_mut(*id as usize) {
            *count += 1;
        }
    }
    FieldData { name: field.name.clone(), kind: field.kind, ids, values, counts }
}

/// The last digits of a phone, for keys.
pub fn last_characters(text: &str, count: usize) -> Option<&str> {
    (text.len() >= count && text.is_ascii()).then(|| &text[text.len() - count..])
}

/// See [`phone::subscriber`].
pub fn subscriber(text: &str) -> &str {
    phone::subscriber(text)
}
