//! Dates of a column: how they are written, how far they reach, what stands for nothing.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::column::Bin;
use super::numbers::quantile;
use crate::base::dates::{DateOrder, parse_date};

/// Two-digit years up to this one belong to its century.
const PIVOT_YEAR: i32 = 2030;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DateProfile {
    /// ISO dates; placeholders left out.
    pub earliest: String,
    pub median: String,
    pub latest: String,
    /// Day and month could be either.
    pub ambiguous: u64,
    /// 1900-01-01, 1970-01-01 and 9999-12-31, which stand for no date.
    pub placeholders: u64,
    /// Nineteen of twenty pauses between neighbouring days are at most so long; None where there are too few days to tell.
    pub usual_pause_days: Option<i64>,
    /// By year, or by month where all lie within two years.
    pub histogram: Vec<Bin>,
}

/// A date as people write it; day first where day and month could be either.
pub fn date_of(value: &str) -> Option<(NaiveDate, bool)> {
    let value = value.trim();
    let is_like_one = value.len() >= 6 && value.as_bytes().iter().filter(|b| b.is_ascii_digit()).count() >= 4;
    if !is_like_one || value.bytes().all(|b| b.is_ascii_digit() || b == b'.') && value.matches('.').count() < 2 {
        return None;
    }
    parse_date(value, DateOrder::DayFirst, PIVOT_YEAR)
        .or_else(|| parse_date(value, DateOrder::MonthFirst, PIVOT_YEAR))
        .map(|found| (found.date, found.ambiguous))
}

pub fn is_placeholder(date: NaiveDate) -> bool {
    [(1900, 1, 1), (1970, 1, 1), (9999, 12, 31)].contains(&(date.year(), date.month(), date.day()))
}

/// Days that tell of a rhythm at least.
const RHYTHM: usize = 10;

/// `sorted`: days, one or several times each.
#[expect(clippy::cast_possible_truncation, reason = "days that were whole numbers before")]
fn usual_pause(sorted: &[(f64, u64)]) -> Option<i64> {
    let mut days: Vec<i64> = sorted.iter().map(|(day, _)| *day as i64).collect();
    days.dedup();
    let mut pauses: Vec<i64> = days.windows(2).map(|pair| pair[1] - pair[0]).collect();
    pauses.sort_unstable();
    if pauses.len() < RHYTHM {
        return None;
    }
    pauses.get(pauses.len() * 19 / 20).copied()
}

/// `values`: each distinct date with its count and whether it is ambiguous. None where there is none.
pub fn profile(values: &[(NaiveDate, u64, bool)]) -> Option<DateProfile> {
    let count =
        |fits: &dyn Fn(&(NaiveDate, u64, bool)) -> bool| values.iter().filter(|value| fits(value)).map(|(_, count, _)| count).sum::<u64>();
    let placeholders = count(&|(date, _, _)| is_placeholder(*date));
    let mut real: Vec<(f64, u64)> = values
        .iter()
        .filter(|(date, _, _)| !is_placeholder(*date))
        .map(|(date, count, _)| (f64::from(date.num_days_from_ce()), *count))
        .collect();
    real.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: u64 = real.iter().map(|(_, count)| count).sum();
    #[expect(clippy::cast_possible_truncation, reason = "days that were whole numbers before")]
    let iso = |days: f64| NaiveDate::from_num_days_from_ce_opt(days as i32).map(|date| date.to_string()).unwrap_or_default();
    let dates = values.iter().map(|(date, _, _)| *date);
    let (first, last) = (dates.clone().min()?, dates.max()?);
    let by_month = last.year() - first.year() < 2;
    let mut bins: BTreeMap<(i32, u32), (u64, bool)> = BTreeMap::new();
    for (date, count, _) in values {
        let bin = bins.entry((date.year(), if by_month { date.month() } else { 0 })).or_default();
        bin.0 += count;
        bin.1 |= is_placeholder(*date);
    }
    let histogram = bins
        .into_iter()
        .map(|((year, month), (count, is_odd))| Bin {
            label: if by_month { format!("{year}-{month:02}") } else { year.to_string() },
            from: f64::from(year) + f64::from(month.saturating_sub(1)) / 12.0,
            to: f64::from(year) + if by_month { f64::from(month) / 12.0 } else { 1.0 },
            count,
            is_odd,
        })
        .collect();
    Some(DateProfile {
        earliest: real.first().map(|(days, _)| iso(*days)).unwrap_or_default(),
        median: if total > 0 { iso(quantile(&real, total, 0.5)) } else { String::new() },
        latest: real.last().map(|(days, _)| iso(*days)).unwrap_or_default(),
        ambiguous: count(&|(_, _, ambiguous)| *ambiguous),
        placeholders,
        usual_pause_days: usual_pause(&real),
        histogram,
    })
}
