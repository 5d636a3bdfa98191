//! Values as people read them, in the window and in what is exported; and the axis that values are drawn on.

use super::money::{format_minor, group_thousands};
use super::table::Cell;

/// The narrow gap before a unit.
const THIN: char = '\u{2009}';
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `2026-11-20` or `2026-11-20T07:00:12Z` -> "20 Nov 2026"; anything else as it is.
pub fn date(iso: &str) -> String {
    parts(iso).map_or_else(|| iso.to_owned(), |(year, month, day, _)| format!("{day:02} {month} {year}"))
}

/// Year, month, day and, where there is one, the time of an ISO date.
pub fn parts(iso: &str) -> Option<(&str, &'static str, u8, Option<&str>)> {
    let bytes = iso.as_bytes();
    if bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let year = iso.get(0..4)?;
    let month: usize = iso.get(5..7)?.parse().ok()?;
    let day = iso.get(8..10)?.parse().ok()?;
    let time = iso.get(11..16).filter(|time| time.as_bytes().get(2) == Some(&b':'));
    Some((year, MONTHS.get(month.checked_sub(1)?)?, day, time))
}

/// A cell of a table: thousands marked, ISO dates written out, a dash for nothing.
pub fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Null => "\u{2013}".to_owned(),
        Cell::Integer(number) => {
            let digits = group_thousands(number.unsigned_abs());
            if *number < 0 { format!("\u{2212}{digits}") } else { digits }
        }
        Cell::Real(number) => real(*number),
        Cell::Text(text) => {
            if text.len() == 10 || text.len() == 20 {
                date(text)
            } else {
                text.clone()
            }
        }
        Cell::Money { minor, scale } => format_minor(*minor, *scale),
    }
}

/// A column's name as a head: `strongest_reason` -> "Strongest reason".
pub fn head(column: &str) -> String {
    let spaced = column.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Two decimals, thousands marked.
#[expect(clippy::cast_possible_truncation, reason = "beyond 52 bits a figure is not shown exactly")]
pub fn real(number: f64) -> String {
    if number.is_finite() && number.abs() < 9e15 { format_minor((number * 100.0).round() as i64, 2) } else { number.to_string() }
}

/// For an axis: "0", "30 k", "1.2 M".
pub fn short(number: f64) -> String {
    let magnitude = number.abs();
    let (scaled, unit) = if magnitude >= 1e9 {
        (number / 1e9, "G")
    } else if magnitude >= 1e6 {
        (number / 1e6, "M")
    } else if magnitude >= 1e4 {
        (number / 1e3, "k")
    } else {
        (number, "")
    };
    let digits = if (scaled - scaled.round()).abs() < 0.05 { 0 } else { 1 };
    let text = if unit.is_empty() && digits == 0 && magnitude >= 1000.0 {
        cell(&Cell::Integer(rounded(scaled)))
    } else {
        format!("{scaled:.digits$}").replace('-', "\u{2212}")
    };
    if unit.is_empty() { text } else { format!("{text}{THIN}{unit}") }
}

#[expect(clippy::cast_possible_truncation, reason = "called for numbers below 10,000")]
fn rounded(number: f64) -> i64 {
    number.round() as i64
}

/// A y axis: from, to, and where its lines stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub from: f64,
    pub to: f64,
    pub ticks: Vec<f64>,
}

/// Round steps, about `count` of them. It begins at 0; one that is `free` may begin higher where all values are far from 0.
pub fn axis(values: impl Iterator<Item = f64>, free: bool, count: f64) -> Axis {
    let (mut high, mut low) = (0.0_f64, f64::INFINITY);
    for value in values.filter(|value| value.is_finite()) {
        (high, low) = (high.max(value), low.min(value));
    }
    let low = if low.is_finite() { low } else { 0.0 };
    let from_zero = !free || low < high * 0.5;
    let bottom = if from_zero { low.min(0.0) } else { low };
    let span = if high > bottom { high - bottom } else { 1.0 };
    let step = nice(span / count.max(1.0));
    let from = (bottom / step).floor() * step;
    let to = ((high.max(bottom + span) / step) - 1e-9).ceil() * step;
    let mut ticks = Vec::new();
    let mut at = from;
    while at <= to + step * 0.01 && ticks.len() < 20 {
        ticks.push(if at.abs() < step * 1e-9 { 0.0 } else { at });
        at += step;
    }
    Axis { from, to, ticks }
}

/// 1, 2, 3, 5 or their like in tens: the next above.
fn nice(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    let unit = raw / power;
    let step = [1.0, 2.0, 3.0, 5.0, 10.0].into_iter().find(|step| unit <= *step + 1e-9).unwrap_or(10.0);
    step * power
}

/// Each class's share of all, in words.
pub fn shares(values: &[Option<f64>]) -> Vec<String> {
    let total: f64 = values.iter().flatten().sum();
    let share = |value: f64| format!("{:.1}{THIN}%", value / total * 100.0);
    values.iter().map(|value| value.filter(|_| total > 0.0).map(share).unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_begin_at_zero_and_steps_are_round() {
        let found = axis([78_000.0, 112_000.0].into_iter(), false, 4.0);
        assert_eq!((found.from, found.to, found.ticks), (0.0, 120_000.0, vec![0.0, 30_000.0, 60_000.0, 90_000.0, 120_000.0]));
        assert!(axis([900.0, 1_000.0].into_iter(), true, 4.0).from >= 800.0);
        assert_eq!(axis(std::iter::empty(), false, 4.0).from, 0.0);
        assert!(axis([-5.0, 10.0].into_iter(), false, 4.0).from <= -5.0);
        assert_eq!(shares(&[Some(1.0), Some(3.0)]), ["25.0\u{2009}%", "75.0\u{2009}%"]);
    }
}
