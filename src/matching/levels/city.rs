//! Towns and suburbs.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "town differs", 0.12, 0.96, false),
    level("Part of the name", "town in part", 0.04, 0.01, false),
    level("1-2 letters differ", "town 1-2 letters", 0.09, 0.003, false),
    level("Exact match", "town same", 0.75, 0.03, true),
];

pub fn gamma(l: &Value, r: &Value) -> u8 {
    if l.text == r.text {
        return 3;
    }
    let similarity = measure::similarity_from(l, r, 0.88);
    if l.squeezed() == r.squeezed() || measure::is_typo_of(l, r) || similarity >= 0.94 {
        return 2;
    }
    let (share, _) = measure::token_overlap(&l.tokens, &r.tokens);
    if l.tokens.len().min(r.tokens.len()) > 0 && l.tokens.len() + r.tokens.len() > 2 && share >= 1.0 || similarity >= 0.88 { 1 } else { 0 }
}
