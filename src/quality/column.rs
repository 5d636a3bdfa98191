//! One column: what its values are, how many are missing, which are frequent, what form they have.

use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::dates::{self, DateProfile};
use super::form::{has_diacritics, has_loose_space, is_placeholder};
use super::numbers::{self, NumberProfile};
use crate::base::form::form_of;

/// What most values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    #[default]
    Empty,
    /// Every value stands once.
    Key,
    Number,
    Date,
    /// Few values, many times each.
    Category,
    Text,
}

/// A bar of a histogram: numbers `from` to `to`, a value, a length, a year or a month.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Bin {
    pub label: String,
    pub from: f64,
    pub to: f64,
    pub count: u64,
    /// Has an outlier or a placeholder in it.
    pub is_odd: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ColumnProfile {
    pub name: String,
    pub kind: ColumnKind,
    pub rows: u64,
    pub nulls: u64,
    /// Nothing but space.
    pub blanks: u64,
    pub distinct: u64,
    /// Values that stand once.
    pub unique: u64,
    /// Most frequent values and their rows; placeholders told.
    pub top: Vec<TopValue>,
    /// Most frequent forms (`9{4}-9{2}-9{2}`) and their rows.
    pub forms: Vec<(String, u64)>,
    /// Characters.
    pub shortest: u64,
    pub longest: u64,
    pub mean_length: f64,
    pub upper_case: u64,
    pub lower_case: u64,
    pub with_digits: u64,
    pub with_diacritics: u64,
    /// A space in front, behind, or two in a row.
    pub loose_space: u64,
    /// n/a, unknown, test@test.com, 1900-01-01 and the like.
    pub placeholders: u64,
    pub numbers: Option<NumberProfile>,
    pub dates: Option<DateProfile>,
    /// Values that are not of the column's kind: text among numbers or dates.
    pub of_another_kind: u64,
    /// Of numbers or dates; else of the most frequent values where they are few, else of lengths.
    pub histogram: Vec<Bin>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TopValue {
    pub value: String,
    pub rows: u64,
    pub is_placeholder: bool,
}

impl ColumnProfile {
    /// Rows with a value.
    pub fn filled(&self) -> u64 {
        self.rows - self.nulls - self.blanks
    }

    #[expect(clippy::cast_precision_loss, reason = "a share for people")]
    pub fn missing_share(&self) -> f64 {
        if self.rows == 0 { 0.0 } else { (self.nulls + self.blanks) as f64 / self.rows as f64 }
    }
}

/// Takes the distinct values of a column, one after the other.
#[derive(Debug, Default)]
pub struct Profiler {
    profile: ColumnProfile,
    length_sum: u64,
    top: Vec<(String, u64)>,
    forms: FxHashMap<String, u64>,
    lengths: FxHashMap<u64, u64>,
    numbers: Vec<(f64, u64)>,
    dates: Vec<(NaiveDate, u64, bool)>,
    /// Digits here are no amounts: nobody adds phones up.
    is_code: bool,
}

/// Most frequent values and forms that are kept.
const TOP: usize = 24;
/// Forms that are counted; what comes later is counted only where it is known.
const MOST_FORMS: usize = 10_000;
/// This share of all values makes the kind of a column.
const MOST: f64 = 0.9;
/// A category has at most so many values.
const CATEGORIES: u64 = 24;

impl Profiler {
    pub fn new(name: &str) -> Self {
        let mut profiler = Self::default();
        name.clone_into(&mut profiler.profile.name);
        profiler.is_code = is_code_name(name);
        profiler
    }

    /// A value that was not seen before, and its rows.
    pub fn add(&mut self, value: Option<&str>, rows: u64) {
        let profile = &mut self.profile;
        profile.rows += rows;
        let Some(value) = value else {
            profile.nulls += rows;
            return;
        };
        if value.trim().is_empty() {
            profile.blanks += rows;
            return;
        }
        profile.distinct += 1;
        profile.unique += u64::from(rows == 1);
        let length = value.chars().count() as u64;
        profile.shortest = if profile.distinct == 1 { length } else { profile.shortest.min(length) };
        profile.longest = profile.longest.max(length);
        self.length_sum += length * rows;
        *self.lengths.entry(length).or_default() += rows;
        let has_letters = value.chars().any(char::is_alphabetic);
        let count = |holds: bool| if holds { rows } else { 0 };
        profile.upper_case += count(has_letters && !value.chars().any(char::is_lowercase));
        profile.lower_case += count(has_letters && !value.chars().any(char::is_uppercase));
        profile.with_digits += count(value.chars().any(char::is_numeric));
        profile.with_diacritics += count(has_diacritics(value));
        profile.loose_space += count(has_loose_space(value));
        profile.placeholders += count(is_placeholder(value));
        let form = form_of(value);
        if self.forms.len() < MOST_FORMS || self.forms.contains_key(&form) {
            *self.forms.entry(form).or_default() += rows;
        }
        if self.is_code {
            // Told by its forms and lengths alone.
        } else if let Some(number) = number_of(value) {
            self.numbers.push((number, rows));
        } else if let Some((date, ambiguous)) = dates::date_of(value) {
            self.dates.push((date, rows, ambiguous));
        }
        if self.top.len() < TOP || self.top.last().is_some_and(|(_, least)| *least < rows) {
            let at = self.top.partition_point(|(_, known)| *known >= rows);
            self.top.insert(at, (value.to_owned(), rows));
            self.top.truncate(TOP);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "shares and means")]
    pub fn finish(mut self) -> ColumnProfile {
        let mut profile = self.profile;
        let filled = profile.filled();
        let share = |count: u64| if filled == 0 { 0.0 } else { count as f64 / filled as f64 };
        let numbers: u64 = self.numbers.iter().map(|(_, rows)| rows).sum();
        let dates: u64 = self.dates.iter().map(|(_, rows, _)| rows).sum();
        profile.mean_length = if filled == 0 { 0.0 } else { self.length_sum as f64 / filled as f64 };
        if share(numbers) >= MOST {
            profile.numbers = numbers::profile(&mut self.numbers);
        } else if share(dates) >= MOST {
            profile.dates = dates::profile(&self.dates);
        }
        let name = profile.name.to_lowercase();
        let is_named_key = name == "id" || name == "name" || name.ends_with("_id") || name.ends_with("_key");
        profile.kind = match () {
            () if filled == 0 => ColumnKind::Empty,
            () if profile.distinct == filled && filled > 1 && (is_named_key || profile.numbers.is_none() && profile.dates.is_none()) => {
                ColumnKind::Key
            }
            () if profile.dates.is_some() => ColumnKind::Date,
            () if profile.numbers.is_some() && !is_named_key => ColumnKind::Number,
            () if profile.distinct <= CATEGORIES && profile.distinct * 4 <= filled => ColumnKind::Category,
            () => ColumnKind::Text,
        };
        profile.of_another_kind = match profile.kind {
            ColumnKind::Number => filled - numbers,
            ColumnKind::Date => filled - dates,
            _ => 0,
        };
        profile.histogram = match profile.kind {
            ColumnKind::Number => profile.numbers.as_ref().map(|numbers| numbers.histogram.clone()).unwrap_or_default(),
            ColumnKind::Date => profile.dates.as_ref().map(|dates| dates.histogram.clone()).unwrap_or_default(),
            ColumnKind::Category => self.top.iter().map(|(value, rows)| bar(value.clone(), *rows, is_placeholder(value))).collect(),
            ColumnKind::Empty | ColumnKind::Key | ColumnKind::Text => {
                let mut lengths: Vec<(u64, u64)> = self.lengths.into_iter().collect();
                lengths.sort_unstable();
                lengths.into_iter().map(|(length, rows)| bar(length.to_string(), rows, false)).collect()
            }
        };
        let mut forms: Vec<(String, u64)> = self.forms.into_iter().collect();
        forms.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        forms.truncate(TOP);
        profile.forms = forms;
        profile.top = self.top.into_iter().map(|(value, rows)| TopValue { is_placeholder: is_placeholder(&value), value, rows }).collect();
        profile
    }
}

/// Columns of phones, postcodes and other codes that happen to be written in digits.
fn is_code_name(name: &str) -> bool {
    const WORDS: [&str; 12] = ["phone", "mobile", "tel", "fax", "postcode", "postal", "zip", "plz", "iban", "bic", "card", "ssn"];
    let name = name.to_lowercase();
    let is_number_of_account = name.contains("account") && (name.ends_with("number") || name.ends_with("_no"));
    is_number_of_account || name.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// A number as amounts are written: one with a zero or a plus in front is a code.
fn number_of(value: &str) -> Option<f64> {
    let value = value.trim();
    let digits = value.strip_prefix('-').unwrap_or(value);
    let is_coded = value.starts_with('+') || digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    value.parse::<f64>().ok().filter(|number| number.is_finite() && !is_coded)
}

fn bar(label: String, count: u64, is_odd: bool) -> Bin {
    Bin { label, from: 0.0, to: 0.0, count, is_odd }
}

/// A number for a label: as few digits as tell it.
pub fn short(value: f64) -> String {
    if value.abs() >= 1e6 || value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}
