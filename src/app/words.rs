//! Numbers, dates and sizes as the window writes them.

use crate::base::Cell;
use crate::base::money::{format_minor, group_thousands};

/// The narrow gap before a unit.
const THIN: char = '\u{2009}';
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `1482` -> "1,482"
pub fn count(number: u64) -> String {
    group_thousands(number)
}

/// "1 file", "16 files"
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `0.987` -> "98.7 %"
pub fn percent(share: f64) -> String {
    format!("{:.1}{THIN}%", share * 100.0)
}

/// A match weight: "7.9", "−12.4"
pub fn weight(weight: f64) -> String {
    let text = format!("{:.1}", weight.abs());
    if weight < 0.0 && text != "0.0" { format!("\u{2212}{text}") } else { text }
}

/// With its sign: "+9.1", "−3.3"
pub fn signed(number: f64) -> String {
    let text = weight(number);
    if text.starts_with('\u{2212}') || text == "0.0" { text } else { format!("+{text}") }
}

/// "1.2 MB"
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub fn bytes(bytes: u64) -> String {
    let number = bytes as f64;
    if bytes < 1_000 {
        format!("{bytes} B")
    } else if bytes < 100_000 {
        format!("{:.1} kB", number / 1e3)
    } else if bytes < 1_000_000_000 {
        let digits = usize::from(bytes < 100_000_000);
        format!("{:.digits$} MB", number / 1e6)
    } else {
        format!("{:.1} GB", number / 1e9)
    }
}

/// "0.4 s", "12 s", "3 min"
pub fn seconds(seconds: f64) -> String {
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else if seconds < 90.0 {
        format!("{seconds:.0} s")
    } else {
        format!("{:.0} min", seconds / 60.0)
    }
}

/// `2026-11-20` or `2026-11-20T07:00:12Z` -> "20 Nov 2026"; anything else as it is.
pub fn date(iso: &str) -> String {
    parts(iso).map_or_else(|| iso.to_owned(), |(year, month, day, _)| format!("{day:02} {month} {year}"))
}

/// `2026-11-20T07:00:12Z` -> "20 Nov 07:00"
pub fn moment(iso: &str) -> String {
    match parts(iso) {
        Some((_, month, day, Some(time))) => format!("{day:02} {month} {time}"),
        _ => date(iso),
    }
}

/// `2026-11-20T07:00:12Z` -> "20 Nov 2026 07:00"
pub fn date_and_time(iso: &str) -> String {
    match parts(iso) {
        Some((year, month, day, Some(time))) => format!("{day:02} {month} {year} {time}"),
        _ => date(iso),
    }
}

fn parts(iso: &str) -> Option<(&str, &'static str, u8, Option<&str>)> {
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

/// With a capital letter first.
pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The first letters of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_read_as_the_look_says() {
        assert_eq!(count(1482), "1,482");
        assert_eq!(percent(0.987), "98.7\u{2009}%");
        assert_eq!((weight(-12.4), signed(9.1), signed(-0.01)), ("\u{2212}12.4".into(), "+9.1".into(), "0.0".into()));
        assert_eq!(date("2026-11-20"), "20 Nov 2026");
        assert_eq!(moment("2026-11-20T07:00:12Z"), "20 Nov 07:00");
        assert_eq!(date("not a date"), "not a date");
        assert_eq!(
            (short(30_000.0), short(0.0), short(1_250_000.0), short(2_500.0)),
            ("30\u{2009}k".into(), "0".into(), "1.2\u{2009}M".into(), "2,500".into())
        );
        assert_eq!(initials("Petra van Llanwyn"), "PL");
        assert_eq!(bytes(1_234_567), "1.2 MB");
    }
}
