//! Ids: numbers and codes that belong to one entity.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;

pub const EXACT: u8 = 3;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "id differs", 0.06, 0.998, false),
    level("2 characters differ", "id 2 characters", 0.03, 0.001, false),
    level("1 character differs", "id 1 character", 0.10, 0.0001, false),
    level("Exact match", "id same", 0.81, 1e-6, true),
];

pub fn gamma(l: &Value, r: &Value) -> u8 {
    if l.text == r.text {
        return EXACT;
    }
    let shorter = l.text.len().min(r.text.len());
    match measure::edits(&l.text, &r.text, 2) {
        Some(1) if shorter >= 5 => 2,
        Some(_) if shorter >= 6 => 1,
        _ => 0,
    }
}
