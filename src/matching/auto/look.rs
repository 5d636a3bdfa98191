//! What a look at a column's values gives.

use rustc_hash::FxHashSet;

use crate::base::dates::{DateOrder, parse_date};
use crate::matching::records::Column;
use crate::matching::standardise::{clean_gender, fold, is_kind_of_street, nickname};

/// Values looked at per column.
const LOOKED_AT: usize = 2_000;
/// Characters of a value looked at.
const LONGEST: usize = 512;

/// Shares of the values looked at, where nothing else is said.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// How many values were looked at.
    pub values: f64,
    /// Share of the rows that have a value.
    pub filled: f64,
    /// Different values of the whole column; infinite where each stands once.
    pub distinct: f64,
    pub email: f64,
    pub date: f64,
    pub phone: f64,
    pub numeric: f64,
    /// Numbers with three and more decimal places.
    pub precise: f64,
    pub alphabetic: f64,
    pub given: f64,
    pub gender: f64,
    pub legal_form: f64,
    pub address: f64,
    /// A word for a kind of street stands behind another word.
    pub street: f64,
    pub postcode: f64,
    /// Five digits.
    pub five_digits: f64,
    /// "a; b", "a|b" or `["a"]`.
    pub marked_list: f64,
    /// "52.5,13.4"
    pub position: f64,
    /// Words per value.
    pub words: f64,
    /// Characters per value.
    pub length: f64,
    pub largest: f64,
    pub smallest: f64,
    /// Years between the first and the last tenth of the dates.
    pub years: f64,
    /// Nearly all values are whole numbers.
    pub whole: bool,
    /// Whole numbers that leave few gaps and stand a few times each: somebody counted things with them.
    pub counts_things: bool,
}

pub(super) fn look_at(column: &Column) -> Look {
    let filled = column.values.iter().flatten().filter(|v| !v.trim().is_empty()).count();
    let step = (filled / LOOKED_AT).max(1);
    let values: Vec<&str> = column.values.iter().flatten().map(|v| v.trim()).filter(|v| !v.is_empty()).step_by(step).collect();
    // Quotation marks around a value are the file's, not the value's.
    let values = values.into_iter().map(|v| v.trim_matches(|c: char| c == '"' || c == '\'' || c.is_whitespace()));
    let values: Vec<&str> = values.map(|v| v.char_indices().nth(LONGEST).map_or(v, |(at, _)| &v[..at])).collect();
    let count = values.len() as f64;
    let mut look = Look { values: count, filled: filled as f64 / (column.values.len() as f64).max(1.0), ..Look::default() };
    if values.is_empty() {
        return look;
    }
    look.at_shapes(&values);
    look.at_words(&values);
    look.at_numbers(&values);
    look.at_distinct(column, filled);
    look
}

fn share(values: &[&str], test: impl Fn(&str) -> bool) -> f64 {
    values.iter().filter(|v| test(v)).count() as f64 / values.len() as f64
}

impl Look {
    fn at_shapes(&mut self, values: &[&str]) {
        self.email = share(values, |v| v.contains('@'));
        self.phone = share(values, |v| {
            let digits = fold::digits_of(v).len();
            (9..=14).contains(&digits) && v.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c))
        });
        self.postcode = share(values, |v| {
            let code: String = v.chars().filter(|c| *c != ' ').collect();
            (5..=8).contains(&code.len())
                && v.split(' ').count() <= 2
                && code.bytes().any(|b| b.is_ascii_digit())
                && code.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        });
        self.five_digits = share(values, |v| v.len() == 5 && v.bytes().all(|b| b.is_ascii_digit()));
        self.marked_list = share(values, |v| v.contains(['|', ';']) || v.starts_with('[') && v.ends_with(']'));
        self.position = share(values, |v| {
            let parts = v.split_once(',').map(|(a, b)| (a.trim().parse::<f64>(), b.trim().parse::<f64>()));
            v.contains('.') && matches!(parts, Some((Ok(a), Ok(b))) if a.abs() <= 90.0 && b.abs() <= 180.0)
        });
        self.length = values.iter().map(|v| v.chars().count() as f64).sum::<f64>() / values.len() as f64;
    }

    fn at_words(&mut self, values: &[&str]) {
        self.alphabetic = share(values, |v| v.chars().all(|c| c.is_alphabetic() || " '-.".contains(c)));
        let is_given = |text: &str| !nickname::rows(fold(text).split(' ').next().unwrap_or("")).is_empty();
        // "Smith, John" has the given name behind.
        self.given = share(values, |v| is_given(v) || v.split_once(',').is_some_and(|(_, behind)| is_given(behind)));
        self.gender = share(values, |v| clean_gender(v).is_some());
        self.legal_form = share(values, |v| {
            let folded = fold(v);
            folded.split(' ').skip(1).any(|word| {
                matches!(
                    word,
                    "inc" | "incorporated" | "ltd" | "limited" | "llc" | "llp" | "plc" | "gmbh" | "ag" | "kg" | "corp" | "corporation"
                ) || matches!(word, "company" | "co" | "bv" | "nv" | "sa" | "sarl" | "spa" | "srl" | "pty" | "pte" | "oy" | "ab")
            })
        });
        self.address = share(values, |v| {
            let folded = fold(v);
            let mut words = folded.split(' ');
            words.next().is_some_and(|w| w.as_bytes().first().is_some_and(u8::is_ascii_digit))
                && words.any(|w| w.len() > 2 && w.bytes().all(|b| b.is_ascii_lowercase()))
        });
        self.street = share(values, |v| fold(v).split(' ').skip(1).any(is_kind_of_street));
        self.words = values.iter().map(|v| v.split_whitespace().count() as f64).sum::<f64>() / values.len() as f64;
    }

    fn at_numbers(&mut self, values: &[&str]) {
        self.numeric = share(values, |v| v.parse::<f64>().is_ok());
        self.precise = share(values, |v| v.split_once('.').is_some_and(|(_, behind)| behind.len() >= 3) && v.parse::<f64>().is_ok());
        let numbers = || values.iter().filter_map(|v| v.parse::<f64>().ok());
        self.largest = numbers().fold(0.0, f64::max);
        self.smallest = numbers().fold(f64::INFINITY, f64::min);
        let mut years: Vec<i32> = Vec::new();
        for value in values {
            if value.len() >= 6 && (value.contains(['-', '/', '.']) || value.len() == 8) {
                let year = parse_date(value, DateOrder::DayFirst, 2025).map(|d| chrono::Datelike::year(&d.date));
                // Eight digits in a row are a date only where the year is a likely one; with separators any year will do.
                let earliest = if value.contains(['-', '/', '.']) { 1000 } else { 1850 };
                years.extend(year.filter(|year| (earliest..2100).contains(year)));
            }
        }
        self.date = years.len() as f64 / values.len() as f64;
        years.sort_unstable();
        if let (Some(early), Some(late)) = (years.get(years.len() / 10), years.get(years.len() * 9 / 10)) {
            self.years = f64::from(late - early);
        }
    }

    fn at_distinct(&mut self, column: &Column, filled: usize) {
        let distinct: FxHashSet<&str> = column.values.iter().flatten().map(AsRef::as_ref).collect();
        self.distinct = distinct.len() as f64;
        let whole: Vec<i64> = distinct.iter().filter_map(|v| v.parse().ok()).collect();
        if whole.len() * 20 >= distinct.len() * 19
            && let (Some(least), Some(most)) = (whole.iter().min(), whole.iter().max())
        {
            self.whole = true;
            let room = most.saturating_sub(*least) as f64 + 1.0;
            self.counts_things = self.distinct * 4.0 >= room && self.distinct * 5.0 >= filled as f64;
        }
        // Every value its own: a row number rather than something two records could share.
        let single = self.filled > 0.99 && self.words < 1.5 && self.email < 0.5 && self.date < 0.5;
        if distinct.len() == filled && filled > 50 && single {
            self.distinct = f64::INFINITY;
        }
    }
}
