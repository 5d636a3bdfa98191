//! Dates as people write them. One column has one order; a lone value may be ambiguous.

use chrono::NaiveDate;

/// Which number comes first where a date is written with numbers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum DateOrder {
    /// 31/12/2025
    #[default]
    DayFirst,
    /// 12/31/2025
    MonthFirst,
}

/// A date and whether the other order would have given another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedDate {
    pub date: NaiveDate,
    pub ambiguous: bool,
}

/// Reads ISO dates and times, `20251231`, `31/12/2025`, `12-31-25`, `17.3.84`, `3 Dec 2025`, `Dec 3, 2025`.
/// Two-digit years up to `pivot_year` % 100 belong to its century, the others to the one before.
pub fn parse_date(text: &str, order: DateOrder, pivot_year: i32) -> Option<ParsedDate> {
    let text = text.trim();
    let text = match text.find(['T', ' ']) {
        Some(at) if at >= 8 && text.as_bytes()[..at].iter().all(|b| b.is_ascii_digit() || *b == b'-' || *b == b'/' || *b == b'.') => {
            &text[..at]
        }
        _ => text,
    };
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let number: i32 = text.parse().ok()?;
        return certain(number / 10_000, number / 100 % 100, number % 100);
    }
    let parts: Vec<&str> = text.split(['-', '/', '.', ' ', ',']).filter(|p| !p.is_empty()).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    if let (Some(month), Ok(day)) = (month_by_name(a), b.parse::<i32>()) {
        return certain(year_of(c, pivot_year)?, month, day);
    }
    if let (Ok(day), Some(month)) = (a.parse::<i32>(), month_by_name(b)) {
        return certain(year_of(c, pivot_year)?, month, day);
    }
    let (x, y) = (a.parse::<i32>().ok()?, b.parse::<i32>().ok()?);
    if a.len() == 4 {
        return certain(x, y, c.parse().ok()?);
    }
    let year = year_of(c, pivot_year)?;
    let day_first = from_ymd(year, y, x);
    let month_first = from_ymd(year, x, y);
    let (wanted, other) = match order {
        DateOrder::DayFirst => (day_first, month_first),
        DateOrder::MonthFirst => (month_first, day_first),
    };
    match (wanted, other) {
        (Some(date), Some(rival)) => Some(ParsedDate { date, ambiguous: date != rival }),
        (Some(date), None) | (None, Some(date)) => Some(ParsedDate { date, ambiguous: false }),
        (None, None) => None,
    }
}

/// The order that more unambiguous values of a column speak for, and how many do; day first where none does.
pub fn column_order<'a>(values: impl IntoIterator<Item = &'a str>) -> (DateOrder, u64) {
    let (mut day, mut month) = (0_u64, 0_u64);
    for value in values {
        let parts: Vec<&str> = value.trim().split(['-', '/', '.']).collect();
        if let [a, b, _] = parts.as_slice()
            && let (Ok(a), Ok(b)) = (a.parse::<u32>(), b.parse::<u32>())
        {
            day += u64::from(a > 12 && a <= 31 && (1..=12).contains(&b));
            month += u64::from(b > 12 && b <= 31 && (1..=12).contains(&a));
        }
    }
    if month > day { (DateOrder::MonthFirst, month) } else { (DateOrder::DayFirst, day) }
}

fn certain(year: i32, month: i32, day: i32) -> Option<ParsedDate> {
    from_ymd(year, month, day).map(|date| ParsedDate { date, ambiguous: false })
}

fn from_ymd(year: i32, month: i32, day: i32) -> Option<NaiveDate> {
    if !(1000..=9999).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

fn year_of(text: &str, pivot_year: i32) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 => {
            let this_century = pivot_year / 100 * 100 + year;
            Some(if this_century <= pivot_year { this_century } else { this_century - 100 })
        }
        _ => None,
    }
}

fn month_by_name(text: &str) -> Option<i32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let head = text.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|m| *m == head).and_then(|at| i32::try_from(at + 1).ok())
}

#[cfg(test)]
#[path = "dates_tests.rs"]
mod tests;
