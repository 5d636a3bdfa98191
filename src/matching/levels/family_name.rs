//! Surnames: equal, typing errors, parts of double names, initials.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "surname differs", 0.05, 0.96, false),
    level("Similar", "surname similar", 0.03, 0.02, false),
    level("Initial", "surname initial", 0.02, 0.01, false),
    level("Part of a double name", "surname in part", 0.02, 0.001, false),
    level("1-2 letters differ", "surname 1 letter", 0.10, 0.004, false),
    level("Exact match", "surname same", 0.78, 0.005, true),
];

pub fn gamma(l: &Value, r: &Value) -> u8 {
    if l.text == r.text {
        return 5;
    }
    if l.text.len() == 1 || r.text.len() == 1 {
        return if l.text.as_bytes().first() == r.text.as_bytes().first() { 2 } else { 0 };
    }
    if l.squeezed() == r.squeezed() || measure::is_typo_of(l, r) {
        return 4;
    }
    if l.tokens.len() + r.tokens.len() > 2
        && l.tokens.iter().any(|t| t.len() > 2 && r.tokens.iter().any(|s| t == s || (t.len() > 5 && measure::is_typo(t, s))))
    {
        return 3;
    }
    let similarity = measure::similarity_from(l, r, 0.86);
    let long = l.squeezed().len().min(r.squeezed().len()) >= 4;
    if similarity >= 0.94 {
        4
    } else if similarity >= 0.86 || (long && l.shape.sound != 0 && l.shape.sound == r.shape.sound) {
        1
    } else {
        0
    }
}
