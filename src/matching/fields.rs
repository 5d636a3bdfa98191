//! Records -> standardised fields: each distinct value once, taken apart for comparison; records hold its number.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::error::MatchError;
use super::records::{Column, Records};
use super::settings::{Field, FieldKind, Input, Part, Settings};
use super::shape::Shape;
use super::standardise::{self, PartialDate, address, fold, phone};
use crate::base::RunCtx;
use crate::base::dates::{DateOrder, column_order};

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
    orders: Vec<DateOrder>,
    /// The first of January stands for "that year".
    new_year_is_unknown: bool,
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
    let read: Vec<(Vec<Option<String>>, DateHabits)> = settings
        .fields
        .par_iter()
        .enumerate()
        .map(|(at, field)| texts_of(records, field, known.and_then(|known| known.get(at)), ctx))
        .collect::<Result<_, _>>()?;
    let (texts, habits): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    let (row, hash) = canonical_order(&texts, &Inputs::of(records, settings), records);
    let interned = |(field, texts): (&Field, &Vec<Option<String>>)| intern(field, texts, &row, ctx);
    let fields = settings.fields.par_iter().zip(&texts).map(interned).collect::<Result<_, _>>()?;
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
/// input gives equal work whatever its order. Returns the rows in order and, in that order, the hashes.
fn canonical_order(texts: &[Vec<Option<String>>], inputs: &Inputs<'_>, records: &Records) -> (Vec<u32>, Vec<u64>) {
    let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
    let hashes: Vec<u64> = (0..records.len())
        .into_par_iter()
        .map(|row| {
            let mut bytes = Vec::with_capacity(128);
            bytes.extend_from_slice(records.sources.get(usize::from(records.source[row])).map_or(&[], |s| s.as_bytes()));
            for column in texts {
                bytes.push(0x1f);
                bytes.extend_from_slice(column[row].as_deref().unwrap_or("").as_bytes());
            }
            crate::base::hash::stable_64(&bytes)
        })
        .collect();
    let alike = |a: u32, b: u32| inputs.hash(a).cmp(&inputs.hash(b)).then_with(|| records.id(a).cmp(records.id(b)));
    let mut row: Vec<u32> = (0..count).collect();
    row.par_sort_by(|a, b| hashes[*a as usize].cmp(&hashes[*b as usize]).then_with(|| alike(*a, *b)));
    let hash = row.iter().map(|r| hashes[*r as usize]).collect();
    (row, hash)
}

/// What a whole table decides about its dates, as `standardise_records` would.
pub(super) fn habits_of(records: &Records, settings: &Settings, ctx: &RunCtx) -> Result<Vec<DateHabits>, MatchError> {
    let dates = |field: &Field| match field.kind {
        FieldKind::Date => texts_of(records, field, None, ctx).map(|(_, habits)| habits),
        _ => Ok(DateHabits::default()),
    };
    settings.fields.par_iter().map(dates).collect()
}

/// The field's value of every row. Cancelled, the rows that are left are passed over and the error comes at the end.
fn texts_of(
    records: &Records,
    field: &Field,
    known: Option<&DateHabits>,
    ctx: &RunCtx,
) -> Result<(Vec<Option<String>>, DateHabits), MatchError> {
    ctx.check()?;
    let mut inputs = Vec::with_capacity(field.inputs.len());
    for input in &field.inputs {
        let column = records
            .column(&input.column)
            .ok_or_else(|| MatchError::NoSuchColumn { field: field.name.clone(), column: input.column.clone() })?;
        inputs.push((input, column));
    }
    if field.kind == FieldKind::Date {
        return Ok(dates_of(&inputs, records.len(), known));
    }
    let joined = matches!(field.kind, FieldKind::Street | FieldKind::Text | FieldKind::Organisation);
    let texts = (0..records.len())
        .into_par_iter()
        .map(|row| {
            if ctx.cancel.is_cancelled() {
                return None;
            }
            let mut found = inputs.iter().filter_map(|(input, column)| {
                let raw = column.values[row].as_deref()?;
                clean(field.kind, input.part, raw)
            });
            if joined {
                let mut parts: Vec<String> = Vec::new();
                for part in found {
                    if !parts.contains(&part) {
                        parts.push(part);
                    }
                }
                (!parts.is_empty()).then(|| parts.join(" "))
            } else {
                found.next()
            }
        })
        .collect();
    ctx.check()?;
    Ok((texts, DateHabits::default()))
}

/// The standard form of one value.
fn clean(kind: FieldKind, part: Part, raw: &str) -> Option<String> {
    let raw = match part {
        Part::Given | Part::Middle | Part::Family | Part::Suffix => {
            let name = standardise::parse_name(raw);
            let text = match part {
                Part::Given => name.first,
                Part::Middle => name.middle,
                Part::Family => name.last,
                _ => name.suffix,
            };
            return (!text.is_empty()).then_some(text);
        }
        Part::Street | Part::City | Part::Postcode => {
            let address = standardise::split_address(raw);
            let text = match part {
                Part::Street => address.street,
                Part::City => address.city,
                _ => address.postcode,
            };
            return (!text.is_empty()).then_some(text);
        }
        _ => raw,
    };
    match kind {
        FieldKind::Email => standardise::clean_email(raw),
        FieldKind::Phone => standardise::clean_phone(raw),
        FieldKind::Gender => standardise::clean_gender(raw).map(str::to_owned).or_else(|| folded(raw)),
        FieldKind::Suffix => standardise::clean_suffix(raw).map(str::to_owned),
        FieldKind::Street => folded(raw).map(|text| address::clean_street(&text)),
        FieldKind::Postcode => address::clean_postcode(raw),
        FieldKind::Id => id_of(raw),
        FieldKind::FamilyName => folded(raw).map(|text| without_suffix(&text)).filter(|text| !text.is_empty()),
        FieldKind::GivenName => folded(raw)
            .map(|text| text.split(' ').filter(|w| !matches!(*w, "dr" | "mr" | "mrs" | "ms")).collect::<Vec<_>>().join(" "))
            .filter(|text| !text.is_empty()),
        FieldKind::City => folded(raw).map(|text| address::clean_city(&text)),
        FieldKind::Category | FieldKind::Text | FieldKind::Organisation | FieldKind::Date => folded(raw),
    }
}

fn folded(raw: &str) -> Option<String> {
    let text = fold(raw);
    (!fold::is_missing_word(&text)).then_some(text)
}

/// Without "Jr." and the numbers that systems append to names.
fn without_suffix(text: &str) -> String {
    text.split(' ')
        .filter(|word| standardise::clean_suffix(word).is_none() && !word.bytes().all(|b| b.is_ascii_digit()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn id_of(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let raw = raw.strip_suffix(".0").unwrap_or(raw);
    let text: String = fold(raw).chars().filter(|c| *c != ' ').collect();
    let first = text.chars().next()?;
    let useless = text.chars().all(|c| c == first) || text == "unknown" || text == "null" || text == "none";
    (!useless && text.len() >= 3).then_some(text)
}

/// Whole dates in the order of their column, or parts spread over columns. Where the first of January is far too frequent, it stands for "that year".
fn dates_of(inputs: &[(&Input, &Column)], count: usize, known: Option<&DateHabits>) -> (Vec<Option<String>>, DateHabits) {
    let mut habits = known.cloned().unwrap_or_default();
    let spread = inputs.iter().any(|(input, _)| input.part != Part::Whole);
    let mut dates: Vec<Option<PartialDate>> = if spread {
        (0..count).map(|row| spread_date(inputs, row)).collect()
    } else {
        let mut found = vec![None; count];
        for (at, (_, column)) in inputs.iter().enumerate() {
            if habits.orders.len() <= at {
                habits.orders.push(column_order(column.values.iter().flatten().map(AsRef::as_ref)).0);
            }
            let order = habits.orders[at];
            for (slot, value) in found.iter_mut().zip(&column.values) {
                if slot.is_none() {
                    *slot = value.as_deref().and_then(|text| PartialDate::parse(text, order, PIVOT_YEAR));
                }
            }
        }
        found
    };
    let full = dates.iter().flatten().filter(|date| date.is_full()).count();
    let new_year = dates.iter().flatten().filter(|date| date.month == 1 && date.day == 1).count();
    if known.is_none() {
        habits.new_year_is_unknown = new_year > 20 && new_year * 50 > full;
    }
    if habits.new_year_is_unknown {
        for date in dates.iter_mut().flatten().filter(|date| date.month == 1 && date.day == 1) {
            (date.month, date.day) = (0, 0);
        }
    }
    (dates.into_iter().map(|date| date.filter(|d| *d != PartialDate::default()).map(PartialDate::text)).collect(), habits)
}

/// Two-digit years up to this one belong to its century.
const PIVOT_YEAR: i32 = 2025;

fn spread_date(inputs: &[(&Input, &Column)], row: usize) -> Option<PartialDate> {
    let number = |wanted: Part| -> u16 {
        let text = inputs.iter().find(|(input, _)| input.part == wanted).and_then(|(_, column)| column.values[row].as_deref());
        text.and_then(|t| t.trim().trim_end_matches(".0").parse().ok()).unwrap_or(0)
    };
    let small = |wanted| u8::try_from(number(wanted)).unwrap_or(0);
    PartialDate::new(number(Part::Year), small(Part::Month), small(Part::Day))
}

/// Numbers distinct values in the order of their text, so that numbers do not depend on rows.
fn intern(field: &Field, texts: &[Option<String>], row: &[u32], ctx: &RunCtx) -> Result<FieldData, MatchError> {
    ctx.check()?;
    let mut distinct: Vec<&str> = texts.iter().flatten().map(String::as_str).collect();
    distinct.par_sort_unstable();
    distinct.dedup();
    ctx.check()?;
    let number: FxHashMap<&str, u32> = distinct.iter().copied().zip(0_u32..).collect();
    let ids: Vec<u32> = row.iter().map(|r| texts[*r as usize].as_deref().and_then(|t| number.get(t).copied()).unwrap_or(NULL)).collect();
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

/// The last digits of a phone, for keys.
pub fn last_characters(text: &str, count: usize) -> Option<&str> {
    (text.len() >= count && text.is_ascii()).then(|| &text[text.len() - count..])
}

/// See [`phone::subscriber`].
pub fn subscriber(text: &str) -> &str {
    phone::subscriber(text)
}
