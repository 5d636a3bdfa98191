//! Postcodes.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "postcode differs", 0.15, 0.98, false),
    level("Same district", "postcode district same", 0.04, 0.015, false),
    level("1 character differs", "postcode 1 character", 0.08, 0.004, false),
    level("Exact match", "postcode same", 0.73, 0.001, true),
];

pub fn gamma(l: &Value, r: &Value) -> u8 {
    if l.text == r.text {
        return 3;
    }
    if measure::edits(&l.text, &r.text, 1).is_some() {
        return 2;
    }
    let district = if l.text.bytes().all(|b| b.is_ascii_digit()) { 3 } else { 4 };
    let same = l.text.len() > district
        && r.text.len() > district
        && l.text.is_ascii()
        && r.text.is_ascii()
        && l.text[..district] == r.text[..district];
    u8::from(same)
}
