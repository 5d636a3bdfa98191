//! Numbers, dates and sizes as the window writes them.

use crate::base::money::group_thousands;
use crate::base::shown::parts;
pub use crate::base::shown::{cell, date, head, real, short};

/// The narrow gap before a unit.
const THIN: char = '\u{2009}';

/// `1482` -> "1,482"
pub fn count(number: u64) -> String {
    group_thousands(number)
}

/// A sum in whole units: "12,340", "\u{2212}25"
pub fn count_of(sum: f64) -> String {
    let whole = format!("{:.0}", sum.abs()).parse::<u64>().map_or_else(|_| "many".to_owned(), group_thousands);
    if sum <= -0.5 { format!("\u{2212}{whole}") } else { whole }
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
