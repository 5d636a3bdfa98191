//! Columns as they came -> their values in standard form. A value that comes again and again is put into its form once.

use std::collections::BTreeMap;
use std::hash::Hash;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::error::MatchError;
use super::fields::{DateHabits, LONGEST_VALUE, NULL};
use super::records::{Column, Records};
use super::settings::{Field, FieldKind, Input, Part};
use super::standardise::address::{self, AddressParts};
use super::standardise::name::NameParts;
use super::standardise::{self, PartialDate, fold};
use crate::base::RunCtx;
use crate::base::dates::column_order;

/// Standard texts of one field by row. One text may stand under several numbers.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// Per row a number in `values`, or `NULL`.
    pub ids: Vec<u32>,
    pub values: Vec<Box<str>>,
}

impl Texts {
    pub fn of(&self, row: usize) -> Option<&str> {
        self.values.get(self.ids[row] as usize).map(AsRef::as_ref)
    }

    /// Every row has a text of its own.
    fn by_row(texts: Vec<Option<String>>) -> Self {
        let mut values = Vec::new();
        let number = |text: Option<String>| {
            text.map_or(NULL, |text| {
                values.push(text.into_boxed_str());
                u32::try_from(values.len() - 1).unwrap_or(NULL)
            })
        };
        let ids = texts.into_iter().map(number).collect();
        Self { ids, values }
    }

    /// Rows with one key have one text.
    fn numbered<K: Copy + Eq + Hash + Sync>(
        keys: impl Iterator<Item = Option<K>>,
        text: impl Fn(&K) -> Option<String> + Send + Sync,
    ) -> Self {
        let mut number: FxHashMap<K, u32> = FxHashMap::default();
        let mut distinct: Vec<K> = Vec::new();
        let mut number_of = |key: K| {
            *number.entry(key).or_insert_with(|| {
                distinct.push(key);
                u32::try_from(distinct.len() - 1).unwrap_or(NULL)
            })
        };
        let mut ids: Vec<u32> = keys.map(|key| key.map_or(NULL, &mut number_of)).collect();
        let texts = Self::by_row(distinct.par_iter().map(text).collect());
        ids.iter_mut().for_each(|id| *id = texts.ids.get(*id as usize).copied().unwrap_or(NULL));
        Self { ids, values: texts.values }
    }

    /// Fills rows without a text from another source.
    fn fill(&mut self, other: &Self) {
        let mut taken = vec![NULL; other.values.len()];
        for (id, more) in self.ids.iter_mut().zip(&other.ids) {
            if *id == NULL && *more != NULL {
                let taken = &mut taken[*more as usize];
                if *taken == NULL {
                    *taken = u32::try_from(self.values.len()).unwrap_or(NULL);
                    self.values.push(other.values[*more as usize].clone());
                }
                *id = *taken;
            }
        }
    }
}

/// Names and addresses taken apart: by column and part. A column that several fields take a part of is taken apart once.
#[derive(Debug, Default)]
pub struct Parts<'a>(FxHashMap<(&'a str, Part), Texts>);

impl<'a> Parts<'a> {
    pub fn of(records: &Records, fields: &'a [Field], ctx: &RunCtx) -> Self {
        let mut wanted: BTreeMap<(&str, bool), Vec<Part>> = BTreeMap::new();
        for input in fields.iter().flat_map(|field| &field.inputs) {
            if is_name_part(input.part) || is_address_part(input.part) {
                wanted.entry((&input.column, is_name_part(input.part))).or_default().push(input.part);
            }
        }
        let found: Vec<_> = wanted
            .into_par_iter()
            .filter(|(_, parts)| parts.len() > 1)
            .filter_map(|((name, _), mut parts)| {
                parts.sort_unstable();
                parts.dedup();
                Some((name, take_apart(records.column(name)?, &parts, ctx), parts))
            })
            .collect();
        let by_part = |(name, texts, parts): (&'a str, Vec<Texts>, Vec<Part>)| {
            parts.into_iter().zip(texts).map(move |(part, texts)| ((name, part), texts))
        };
        Self(found.into_iter().flat_map(by_part).collect())
    }

    /// What was taken apart, for who gives it back.
    pub fn into_texts(self) -> Vec<Texts> {
        self.0.into_values().collect()
    }

    fn get<'b>(&'b self, input: &'b Input) -> Option<&'b Texts> {
        self.0.get(&(input.column.as_str(), input.part))
    }
}

/// The parts of every value of a column, one after the other. Cancelled, values that are left are passed over.
fn take_apart(column: &Column, parts: &[Part], ctx: &RunCtx) -> Vec<Texts> {
    let rows: Vec<Vec<Option<String>>> = column
        .values
        .par_iter()
        .map(|raw| match raw.as_deref().filter(|_| !ctx.cancel.is_cancelled()) {
            None => Vec::new(),
            Some(raw) if is_name_part(parts[0]) => {
                let mut name = standardise::parse_name(beginning(raw));
                parts.iter().map(|part| said(name_part(&mut name, *part))).collect()
            }
            Some(raw) => {
                let mut address = standardise::split_address(beginning(raw));
                parts.iter().map(|part| said(address_part(&mut address, *part))).collect()
            }
        })
        .collect();
    let mut texts: Vec<Vec<Option<String>>> = parts.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for mut row in rows {
        row.resize(parts.len(), None);
        texts.iter_mut().zip(row).for_each(|(texts, text)| texts.push(text));
    }
    texts.into_iter().map(Texts::by_row).collect()
}

fn is_name_part(part: Part) -> bool {
    matches!(part, Part::Given | Part::Middle | Part::Family | Part::Suffix)
}

fn is_address_part(part: Part) -> bool {
    matches!(part, Part::Street | Part::City | Part::Postcode)
}

fn name_part(name: &mut NameParts, part: Part) -> String {
    std::mem::take(match part {
        Part::Given => &mut name.first,
        Part::Middle => &mut name.middle,
        Part::Family => &mut name.last,
        _ => &mut name.suffix,
    })
}

fn address_part(address: &mut AddressParts, part: Part) -> String {
    std::mem::take(match part {
        Part::Street => &mut address.street,
        Part::City => &mut address.city,
        _ => &mut address.postcode,
    })
}

fn said(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Puts the values of a field's columns into standard form. Errors when there is no such column. Cancelled, the values that are left are
/// passed over and the error comes at the end.
pub fn texts_of(
    records: &Records,
    field: &Field,
    parts: &Parts<'_>,
    known: Option<&DateHabits>,
    ctx: &RunCtx,
) -> Result<(Texts, DateHabits), MatchError> {
    ctx.check()?;
    let mut inputs = Vec::with_capacity(field.inputs.len());
    for input in &field.inputs {
        let column = records
            .column(&input.column)
            .ok_or_else(|| MatchError::NoSuchColumn { field: field.name.clone(), column: input.column.clone() })?;
        inputs.push((input, column));
    }
    if field.kind == FieldKind::Date {
        let dates = dates_of(&inputs, records.len(), known, ctx);
        ctx.check()?;
        return Ok(dates);
    }
    if let (FieldKind::Position, [a, b]) = (field.kind, inputs.as_slice()) {
        return Ok((positions(a, b), DateHabits::default()));
    }
    let texts = match field.kind {
        FieldKind::Street | FieldKind::Text | FieldKind::Organisation if inputs.len() > 1 => {
            joined(field.kind, &inputs, parts, records.len(), ctx)
        }
        _ => first_known(field.kind, &inputs, parts, records.len(), ctx),
    };
    ctx.check()?;
    Ok((texts, DateHabits::default()))
}

/// Latitude and longitude in two columns, whichever comes first.
fn positions(a: &(&Input, &Column), b: &(&Input, &Column)) -> Texts {
    let (latitude, longitude) = if a.0.part == Part::Longitude { (b.1, a.1) } else { (a.1, b.1) };
    let pairs = latitude.values.par_iter().zip(&longitude.values);
    Texts::by_row(pairs.map(|(latitude, longitude)| standardise::clean_position(latitude.as_deref()?, longitude.as_deref()?)).collect())
}

/// Of every row the first input that says something.
fn first_known(kind: FieldKind, inputs: &[(&Input, &Column)], parts: &Parts<'_>, count: usize, ctx: &RunCtx) -> Texts {
    let mut found = Texts { ids: vec![NULL; count], values: Vec::new() };
    for (input, column) in inputs {
        if let Some(known) = parts.get(input) {
            found.fill(known);
            continue;
        }
        let wanted = column.values.iter().zip(&found.ids).map(|(value, id)| value.as_deref().filter(|_| *id == NULL));
        let cleaned = |raw: &str| if ctx.cancel.is_cancelled() { None } else { clean(kind, input.part, raw) };
        let more = if comes_again(column) {
            Texts::numbered(wanted, |raw| cleaned(raw))
        } else {
            let wanted: Vec<Option<&str>> = wanted.collect();
            Texts::by_row(wanted.into_par_iter().map(|raw| cleaned(raw?)).collect())
        };
        found.fill(&more);
    }
    found
}

/// All inputs of a row that say different things, one after the other.
fn joined(kind: FieldKind, inputs: &[(&Input, &Column)], parts: &Parts<'_>, count: usize, ctx: &RunCtx) -> Texts {
    let own = |input: &Input, column: &Column, row: usize| match parts.get(input) {
        Some(known) => known.of(row).map(str::to_owned),
        None => column.values[row].as_deref().and_then(|raw| clean(kind, input.part, raw)),
    };
    let by_row = (0..count).into_par_iter().map(|row| {
        if ctx.cancel.is_cancelled() {
            return None;
        }
        let mut said: Vec<String> = Vec::new();
        for (input, column) in inputs {
            let part = own(input, column, row);
            said.extend(part.filter(|part| !said.contains(part)));
        }
        (!said.is_empty()).then(|| said.join(" "))
    });
    Texts::by_row(by_row.collect())
}

/// Rows looked at to see whether values come again.
const LOOKED_AT: usize = 2_000;

/// Whether numbering a column's values first saves work: most rows that are looked at hold what another one holds.
fn comes_again(column: &Column) -> bool {
    let step = (column.values.len() / LOOKED_AT).max(1);
    let mut seen: Vec<&str> = column.values.iter().step_by(step).flatten().map(AsRef::as_ref).collect();
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    seen.len() * 2 < all
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
    let raw = beginning(raw);
    if is_name_part(part) {
        return said(name_part(&mut standardise::parse_name(raw), part));
    }
    if is_address_part(part) {
        return said(address_part(&mut standardise::split_address(raw), part));
    }
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
        FieldKind::Number => standardise::clean_number(raw),
        FieldKind::Position => {
            let (latitude, longitude) = raw.split_once([',', ';'])?;
            standardise::clean_position(latitude, longitude)
        }
        FieldKind::List => standardise::clean_list(raw),
        FieldKind::Category | FieldKind::Text | FieldKind::Organisation | FieldKind::Date => folded(raw),
    }
}

fn folded(raw: &str) -> Option<String> {
    let text = fold(raw);
    (!fold::is_missing_word(&text)).then_some(text)
}

/// Without "Jr." and the numbers that systems append to names.
fn without_suffix(text: &str) -> String {
    let is_said =
        |at: usize, word: &str| (at == 0 || standardise::clean_suffix(word).is_none()) && !word.bytes().all(|b| b.is_ascii_digit());
    text.split(' ').enumerate().filter(|(at, word)| is_said(*at, word)).map(|(_, word)| word).collect::<Vec<_>>().join(" ")
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
fn dates_of(inputs: &[(&Input, &Column)], count: usize, known: Option<&DateHabits>, ctx: &RunCtx) -> (Texts, DateHabits) {
    let mut habits = known.cloned().unwrap_or_default();
    let spread = inputs.iter().any(|(input, _)| input.part != Part::Whole);
    let mut dates: Vec<Option<PartialDate>> = if spread {
        (0..count).into_par_iter().map(|row| spread_date(inputs, row)).collect()
    } else {
        let mut found = vec![None; count];
        for (at, (_, column)) in inputs.iter().enumerate() {
            if habits.orders.len() <= at {
                habits.orders.push(column_order(column.values.iter().flatten().map(AsRef::as_ref)).0);
            }
            let order = habits.orders[at];
            found
                .par_iter_mut()
                .zip(&column.values)
                .filter(|(slot, _)| slot.is_none() && !ctx.cancel.is_cancelled())
                .for_each(|(slot, value)| *slot = value.as_deref().and_then(|text| PartialDate::parse(text, order, PIVOT_YEAR)));
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
    let known_dates = dates.into_iter().map(|date| date.filter(|date| *date != PartialDate::default()));
    (Texts::numbered(known_dates, |date| Some(date.text())), habits)
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
