//! Dates of which parts may be missing: a census has a year and a month, a form its 1 January.

use crate::base::dates::{DateOrder, parse_date};
use chrono::Datelike;

/// 0 stands for a part that is not known. Parts need not form a real day: a 31 February is a typing error worth comparing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PartialDate {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

impl PartialDate {
    /// `None` where nothing is known or the year is nobody's year of birth (1900-01-01 and its like are placeholders).
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let placeholder = (year == 1900 || year == 1901 || year == 1970 || year == 9999 || year == 1753) && month == 1 && day == 1;
        let known = year != 0 || month != 0 || day != 0;
        (known && !placeholder).then_some(Self { year, month, day })
    }

    /// ISO-like text: `1956-04-09`, unknown parts as zeros.
    pub fn text(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    pub fn is_full(self) -> bool {
        self.year != 0 && self.month != 0 && self.day != 0
    }

    /// Reads what `base::dates` reads, and `yyyy-mm-dd` or `yyyymmdd` whose parts form no real day.
    pub fn parse(text: &str, order: DateOrder, pivot_year: i32) -> Option<Self> {
        let text = text.trim();
        if let Some(read) = parse_date(text, order, pivot_year) {
            let year = u16::try_from(read.date.year()).ok()?;
            return Self::new(year, u8::try_from(read.date.month()).ok()?, u8::try_from(read.date.day()).ok()?);
        }
        let text = text.split(['T', ' ']).next().unwrap_or("");
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let separated = text.as_bytes().get(4) == Some(&b'-');
        if digits.len() == 8 && (separated || text.len() == 8) {
            return Self::new(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?);
        }
        if digits.len() == 4 && text.len() == 4 {
            return Self::new(digits.parse().ok()?, 0, 0);
        }
        None
    }

    /// Reads the form that `text` writes.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        Self::new(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?)
    }
}
