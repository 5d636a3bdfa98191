//! Words in any order.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "text differs", 0.20, 0.97, false),
    level("Some words shared", "text in part", 0.15, 0.025, false),
    level("Most words shared", "text nearly same", 0.25, 0.003, false),
    level("Exact match", "text same", 0.40, 0.002, true),
];

pub fn gamma(l: &Value, r: &Value) -> u8 {
    if l.text == r.text {
        return 3;
    }
    let (share, share_of_more) = measure::token_overlap(&l.tokens, &r.tokens);
    let near = || l.squeezed() == r.squeezed() || measure::is_typo_of(l, r) || measure::similarity_from(l, r, 0.94) >= 0.94;
    if share >= 0.99 && share_of_more >= 0.5 || near() { 2 } else { u8::from(share >= 0.5) }
}
