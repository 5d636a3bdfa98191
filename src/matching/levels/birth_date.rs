//! Dates of birth, also of which parts are missing: equal, day and month swapped, one digit wrong, parts equal.

use super::{Level, level};
use crate::matching::standardise::PartialDate;

pub const ELSE: u8 = 0;
pub const EXACT: u8 = 6;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "birth date differs", 0.03, 0.95, false),
    level("Year equal or one of two parts", "birth year same", 0.03, 0.03, false),
    level("One known part equal", "birth date agrees as far as known", 0.03, 0.015, false),
    level("Two of three parts equal", "birth date 1 part differs", 0.04, 0.003, false),
    level("Two known parts equal", "birth date agrees as far as known", 0.04, 0.001, false),
    level("One digit or day and month swapped", "birth date 1 digit", 0.07, 0.0006, false),
    level("Exact match", "birth date same", 0.80, 0.00005, false),
];

/// `None` where the known parts of the two have nothing in common to compare.
pub fn gamma(l: PartialDate, r: PartialDate) -> Option<u8> {
    let parts = [(l.year, r.year), (l.month.into(), r.month.into()), (l.day.into(), r.day.into())];
    let known = parts.iter().filter(|(a, b)| *a != 0 && *b != 0).count();
    let equal = parts.iter().filter(|(a, b)| *a != 0 && a == b).count();
    if known == 0 {
        return None;
    }
    if known < 3 {
        return Some(match (known, equal) {
            (2, 2) => 4,
            (1, 1) => 2,
            (2, 1) => 1,
            _ => ELSE,
        });
    }
    let swapped = l.year == r.year && l.month == r.day && l.day == r.month;
    Some(match equal {
        3 => EXACT,
        _ if swapped => 5,
        _ if one_slip(digits(l), digits(r)) => 5,
        2 => 3,
        _ if l.year == r.year => 1,
        _ => ELSE,
    })
}

fn digits(date: PartialDate) -> [u16; 8] {
    let (y, m, d) = (date.year, u16::from(date.month), u16::from(date.day));
    [y / 1000, y / 100 % 10, y / 10 % 10, y % 10, m / 10, m % 10, d / 10, d % 10]
}

/// One digit differs, or two neighbours changed places.
fn one_slip(l: [u16; 8], r: [u16; 8]) -> bool {
    let mut differing = (0..8).filter(|at| l[*at] != r[*at]);
    match (differing.next(), differing.next(), differing.next()) {
        (Some(_), None, _) => true,
        (Some(a), Some(b), None) => b == a + 1 && l[a] == r[b] && l[b] == r[a],
        _ => false,
    }
}
