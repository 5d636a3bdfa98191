//! Phone numbers, digits only.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;

/// Equal, and records that carry it do not contradict each other.
pub const EXACT: u8 = 3;
/// Equal, but different people are seen to carry it.
pub const SHARED: u8 = 1;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "phone differs", 0.22, 0.999, false),
    level("Exact match, used by several people", "shared phone same", 0.06, 2e-5, false),
    level("1 digit differs", "phone 1 digit", 0.04, 2e-5, false),
    level("Exact match", "phone same", 0.68, 1e-6, true),
];

pub fn gamma(l: &Value, r: &Value) -> u8 {
    let (a, b) = (l.squeezed(), r.squeezed());
    let shorter = a.len().min(b.len());
    // Whatever the two may be, all digits of the shorter but one stand in the other.
    if l.shape.common_at_most(&r.shape).is_some_and(|common| common + 1 < shorter) {
        return 0;
    }
    if a == b || (shorter >= 7 && (a.ends_with(b) || b.ends_with(a))) {
        return EXACT;
    }
    if shorter >= 7 && measure::edits(a, b, 1).is_some() { 2 } else { 0 }
}
