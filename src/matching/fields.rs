//! Records -> standardised fields: each distinct value once, taken apart for comparison; records hold its number.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::MatchError;
use super::records::{Column, Records};
use super::settings::{Field, FieldKind, Settings};
use super::shape::Shape;
use super::standardise::PartialDate;
use super::texts::{Parts, Texts, texts_of};
use crate::base::dates::DateOrder;
use crate::base::{RunCtx, free_aside};

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
    /// Brings what a measure reads first near.
    #[inline]
    pub fn first_byte(&self) -> u8 {
        self.shape.touch() ^ self.text.as_bytes().first().copied().unwrap_or(0)
    }

    /// The text without its spaces; of a phone the subscriber's number.
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
pub fn standardise_records(records: &Records, settings: &Settings, ctx: &RunCtx) -> Result<Fields, MatchError> {
    standardise_as(records, settings, None, ctx)
}

/// Standardises every field of the settings; with `known`, as an earlier table was.
pub fn standardise_as(records: &Records, settings: &Settings, known: Option<&[DateHabits]>, ctx: &RunCtx) -> Result<Fields, MatchError> {
    check_shape(records)?;
    let parts = Parts::of(records, &settings.fields, ctx);
    let read: Vec<Result<(Texts, DateHabits), MatchError>> = settings
        .fields
        .par_iter()
        .enumerate()
        .map(|(at, field)| texts_of(records, field, &parts, known.and_then(|known| known.get(at)), ctx))
        .collect();
    free_aside(parts.into_texts());
    if let Err(cancelled) = ctx.check() {
        free_aside(read);
        return Err(cancelled.into());
    }
    let read: Vec<(Texts, DateHabits)> = read.into_iter().collect::<Result<_, _>>()?;
    let (texts, habits): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    let (row, hash) = canonical_order(&texts, &Inputs::of(records, settings), records);
    let interned = |(field, texts): (&Field, &Texts)| intern(field, texts, &row, ctx);
    let fields = settings.fields.par_iter().zip(&texts).map(interned).collect::<Result<_, _>>();
    free_aside(texts);
    let source = row.iter().map(|r| records.source[*r as usize]).collect();
    Ok(Fields { fields: fields?, source, row, hash, habits })
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

/// The columns that the fields read, as they came.
#[derive(Debug)]
pub(super) struct Inputs<'a> {
    records: &'a Records,
    columns: Vec<Option<&'a Column>>,
}

impl<'a> Inputs<'a> {
    pub fn of(records: &'a Records, settings: &Settings) -> Self {
        let mut names: Vec<&str> =
            settings.fields.iter().flat_map(|field| field.inputs.iter().map(|input| input.column.as_str())).collect();
        names.sort_unstable();
        names.dedup();
        Self { records, columns: names.into_iter().map(|name| records.column(name)).collect() }
    }

    /// Hash of all that a row says in them, before anything is standardised.
    pub fn hash(&self, row: u32) -> u64 {
        let mut bytes = Vec::with_capacity(128);
        for column in &self.columns {
            let value = column.and_then(|column| column.values[row as usize].as_deref());
            bytes.push(u8::from(value.is_some()));
            bytes.extend_from_slice(value.unwrap_or_default().as_bytes());
            bytes.push(0x1f);
        }
        crate::base::hash::stable_64(&bytes)
    }

    /// [`Self::hash`] of every row.
    pub fn hashes(&self) -> Vec<u64> {
        (0..u32::try_from(self.records.len()).unwrap_or(u32::MAX)).into_par_iter().map(|row| self.hash(row)).collect()
    }
}

/// Sorts records by their standardised content; those that come out alike by what they said before, then by their ids, so that equal
/// input gives equal work whatever the order of rows and files and whatever the files are called.
/// Returns the rows in order and, in that order, the hashes.
fn canonical_order(texts: &[Texts], inputs: &Inputs<'_>, records: &Records) -> (Vec<u32>, Vec<u64>) {
    let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
    let hashes: Vec<u64> = (0..records.len())
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
    // Only records that say the same in the same columns get so far as their names.
    let name = |row: u32| (records.id(row), records.sources.get(usize::from(records.source[row as usize])));
    let alike = |a: u32, b: u32| inputs.hash(a).cmp(&inputs.hash(b)).then_with(|| name(a).cmp(&name(b)));
    let mut row: Vec<u32> = (0..count).collect();
    row.par_sort_by(|a, b| hashes[*a as usize].cmp(&hashes[*b as usize]).then_with(|| alike(*a, *b)));
    let hash = row.iter().map(|r| hashes[*r as usize]).collect();
    (row, hash)
}

/// What a whole table decides about its dates, as `standardise_records` would.
pub(super) fn habits_of(records: &Records, settings: &Settings, ctx: &RunCtx) -> Result<Vec<DateHabits>, MatchError> {
    let dates = |field: &Field| match field.kind {
        FieldKind::Date => texts_of(records, field, &Parts::default(), None, ctx).map(|(_, habits)| habits),
        _ => Ok(DateHabits::default()),
    };
    settings.fields.par_iter().map(dates).collect()
}

/// Numbers distinct values in the order of their text, so that numbers do not depend on rows.
fn intern(field: &Field, texts: &Texts, row: &[u32], ctx: &RunCtx) -> Result<FieldData, MatchError> {
    ctx.check()?;
    // Most texts differ in their beginnings, which lie beside each other here.
    let count = u32::try_from(texts.values.len()).unwrap_or(u32::MAX);
    let text_of = |at: u32| texts.values[at as usize].as_ref();
    let mut order: Vec<(u64, u32)> = (0..count).into_par_iter().map(|at| (beginning_of(text_of(at)), at)).collect();
    order.par_sort_unstable_by(|(x, a), (y, b)| x.cmp(y).then_with(|| text_of(*a).cmp(text_of(*b))));
    ctx.check()?;
    let mut number = vec![NULL; order.len()];
    let mut distinct: Vec<&str> = Vec::new();
    for (_, at) in order {
        if distinct.last().is_none_or(|last| *last != text_of(at)) {
            distinct.push(text_of(at));
        }
        number[at as usize] = u32::try_from(distinct.len() - 1).unwrap_or(NULL);
    }
    let ids: Vec<u32> = row.iter().map(|r| number.get(texts.ids[*r as usize] as usize).copied().unwrap_or(NULL)).collect();
    ctx.check()?;
    let values: Vec<Value> =
        distinct.par_iter().map(|text| if ctx.cancel.is_cancelled() { Value::default() } else { Value::of(field.kind, text) }).collect();
    ctx.check()?;
    let mut counts = vec![0_u32; values.len()];
    for id in &ids {
        if let Some(count) = counts.get_mut(*id as usize) {
            *count += 1;
        }
    }
    Ok(FieldData { name: field.name.clone(), kind: field.kind, ids, values, counts })
}

/// The first eight bytes as a number: numbers are in the order of their texts, texts that begin alike have one number.
fn beginning_of(text: &str) -> u64 {
    text.bytes().chain(std::iter::repeat(0)).take(8).fold(0, |number, byte| number << 8 | u64::from(byte))
}

/// The last digits of a phone, for keys.
pub fn last_characters(text: &str, count: usize) -> Option<&str> {
    (text.len() >= count && text.is_ascii()).then(|| &text[text.len() - count..])
}
