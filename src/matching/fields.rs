//! Records -> standardised fields: each distinct value once, taken apart for comparison; records hold its number.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::error::MatchError;
use super::records::{Column, Records};
use super::settings::{Field, FieldKind, Input, Part, Settings};
use super::standardise::{self, PartialDate, address, fold, phone};
use crate::base::dates::{DateOrder, column_order};

/// Begins the text whose hash orders records. Another one gives another order, in which pairs of equal weight fall out differently.
const ORDER_SEED: &[u8] = b"d";
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
}

impl Value {
    /// For comparing two bare texts (tests, explanations).
    pub fn of(kind: FieldKind, text: &str) -> Self {
        let tokens = match kind {
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
        Self { text: text.into(), tokens, date }
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
pub fn standardise_records(records: &Records, settings: &Settings) -> Result<Fields, MatchError> {
    standardise_as(records, settings, None)
}

/// Standardises every field of the settings; with `known`, as an earlier table was.
pub fn standardise_as(records: &Records, settings: &Settings, known: Option<&[DateHabits]>) -> Result<Fields, MatchError> {
    check_shape(records)?;
    let read: Vec<(Vec<Option<String>>, DateHabits)> = settings
        .fields
        .par_iter()
        .enumerate()
        .map(|(at, field)| texts_of(records, field, known.and_then(|known| known.get(at))))
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
fn canonical_order(texts: &[Vec<Option<String>>], source: &[u16], records: &Records) -> (Vec<u32>, Vec<u64>) {
    let count = u32::try_from(source.len()).unwrap_or(u32::MAX);
    let hashes: Vec<u64> = (0..source.len())
        .into_par_iter()
        .map(|row| {
            let mut bytes = Vec::with_capacity(128);
            bytes.extend_from_slice(ORDER_SEED);
            for column in texts {
                bytes.push(0x1f);
                bytes.extend_from_slice(column[row].as_deref().unwrap_or("").as_bytes());
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

fn texts_of(records: &Records, field: &Field, known: Option<&DateHabits>) -> Result<(Vec<Option<String>>, DateHabits), MatchError> {
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
    if let (FieldKind::Position, [a, b]) = (field.kind, inputs.as_slice()) {
        let ((latitude, longitude), turned) = ((a, b), a.0.part == Part::Longitude);
        let (latitude, longitude) = if turned { (longitude, latitude) } else { (latitude, longitude) };
        let text = |row: usize| position_text(latitude.1.values[row].as_deref()?, longitude.1.values[row].as_deref()?);
        return Ok(((0..records.len()).map(text).collect(), DateHabits::default()));
    }
    let joined = matches!(field.kind, FieldKind::Street | FieldKind::Text | FieldKind::Organisation);
    let texts = (0..records.len())
        .into_par_iter()
        .map(|row| {
            let mut found = inputs.iter().filter_map(|(input, column)| {
                let raw = column.values[row].as_deref()?;
                clean(field.kind, input.part, beginning(raw))
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
    Ok((texts, DateHabits::default()))
}

/// The part of a value that is looked at: comparing very long texts costs the square of their length.
fn beginning(raw: &str) -> &str {
    if raw.len() <= LONGEST_VALUE {
        return raw;
    }
    raw.char_indices().nth(LONGEST_VALUE).map_or(raw, |(at, _)| &raw[..at])
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
        FieldKind::Number => number_of(raw),
        FieldKind::Position => {
            let (latitude, longitude) = raw.split_once([',', ';'])?;
            position_text(latitude, longitude)
        }
        FieldKind::List => items_of(raw),
        FieldKind::Category | FieldKind::Text | FieldKind::Organisation | FieldKind::Date => folded(raw),
    }
}

/// A number without currency, percent sign and thousands marks; where both marks stand in it, the last is the decimal one.
fn number_of(raw: &str) -> Option<String> {
    let kept: String = raw.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
    let digits = kept.bytes().filter(u8::is_ascii_digit).count();
    let others = raw.chars().filter(|c| c.is_alphabetic()).count();
    if digits == 0 || others > 3 || kept.rfind('-').is_some_and(|at| at > 0) {
        return None;
    }
    let decimal = match (kept.rfind('.'), kept.rfind(',')) {
        (Some(point), Some(comma)) => Some(point.max(comma)),
        // "1,234" has thousands, "12,5" a decimal comma.
        (None, Some(comma)) => (kept.matches(',').count() == 1 && kept.len() - comma != 4).then_some(comma),
        (Some(point), None) => (kept.matches('.').count() == 1).then_some(point),
        (None, None) => None,
    };
    let text: String = kept
        .char_indices()
        .filter_map(|(at, c)| match c {
            '.' | ',' => (Some(at) == decimal).then_some('.'),
            other => Some(other),
        })
        .collect();
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| (number + 0.0).to_string())
}

/// Degrees to five places (a metre), where they lie on earth and are not the placeholder 0, 0.
fn position_text(latitude: &str, longitude: &str) -> Option<String> {
    let degrees = |text: &str, most: f64| text.trim().parse::<f64>().ok().filter(|degrees| degrees.abs() <= most);
    let (latitude, longitude) = (degrees(latitude, 90.0)?, degrees(longitude, 180.0)?);
    (latitude != 0.0 || longitude != 0.0).then(|| format!("{latitude:.5},{longitude:.5}"))
}

/// Folded items, sorted, each once.
fn items_of(raw: &str) -> Option<String> {
    let bare = raw.trim().trim_start_matches(['[', '{', '(']).trim_end_matches([']', '}', ')']);
    // Where a stronger mark stands, commas belong to the items.
    let marks: &[char] = if bare.contains(['|', ';']) { &['|', ';'] } else { &[','] };
    let mut items: Vec<String> = bare.split(marks).filter_map(|item| folded(item.trim_matches(['"', '\'', ' ']))).collect();
    items.sort_unstable();
    items.dedup();
    (!items.is_empty()).then(|| items.join(LIST_SEPARATOR))
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
fn intern(field: &Field, texts: &[Option<String>], row: &[u32]) -> FieldData {
    let mut distinct: Vec<&str> = texts.iter().flatten().map(String::as_str).collect();
    distinct.par_sort_unstable();
    distinct.dedup();
    let number: FxHashMap<&str, u32> = distinct.iter().copied().zip(0_u32..).collect();
    let ids: Vec<u32> = row.iter().map(|r| texts[*r as usize].as_deref().and_then(|t| number.get(t).copied()).unwrap_or(NULL)).collect();
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
