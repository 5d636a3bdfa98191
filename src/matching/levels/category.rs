//! Gender, suffix, state, occupation: equal or not.

use super::{Level, level};
use crate::matching::fields::Value;

pub const LEVELS: &[Level] = &[level("All other comparisons", "differs", 0.08, 0.6, false), level("Exact match", "same", 0.92, 0.4, true)];

pub const SUFFIX_LEVELS: &[Level] =
    &[level("All other comparisons", "name suffix differs", 0.01, 0.5, false), level("Exact match", "name suffix same", 0.99, 0.5, false)];

pub fn gamma(l: &Value, r: &Value) -> u8 {
    u8::from(l.text == r.text)
}
