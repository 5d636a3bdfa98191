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
    let (a, b) = (measure::squeezed(&l.text), measure::squeezed(&r.text));
    let (share, share_of_more) = measure::token_overlap(&l.tokens, &r.tokens);
    if a == b || measure::is_typo(&a, &b) || measure::jaro_winkler(&a, &b) >= 0.94 || share >= 0.99 && share_of_more >= 0.5 {
        2
    } else {
        u8::from(share >= 0.5)
    }
}
