//! Names of companies, shops, restaurants: legal forms do not count, words may be left out or stand elsewhere.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "name differs", 0.06, 0.985, false),
    level("Half of the words", "name in part", 0.09, 0.012, false),
    level("All words of the shorter", "name shortened", 0.15, 0.001, false),
    level("Nearly the same", "name nearly same", 0.20, 0.0003, false),
    level("Exact match", "name same", 0.50, 0.0005, true),
];

fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "inc"
            | "incorporated"
            | "ltd"
            | "limited"
            | "llc"
            | "plc"
            | "gmbh"
            | "ag"
            | "sa"
            | "bv"
            | "nv"
            | "co"
            | "corp"
            | "corporation"
            | "company"
            | "pte"
            | "pty"
            | "the"
            | "of"
            | "and"
            | "a"
            | "le"
            | "la"
            | "les"
            | "de"
            | "s"
    )
}

pub fn core_words(value: &Value) -> Vec<&str> {
    value.tokens.iter().map(AsRef::as_ref).filter(|word| !is_filler(word)).collect()
}

pub fn gamma(l: &Value, r: &Value) -> u8 {
    if l.text == r.text {
        return 4;
    }
    let (mut a, mut b) = (core_words(l), core_words(r));
    let (share, share_of_more) = measure::token_overlap(&a, &b);
    let (x, y) = (a.concat(), b.concat());
    if x == y || measure::is_typo(&x, &y) {
        return 3;
    }
    a.sort_unstable();
    b.sort_unstable();
    if measure::jaro_winkler(&x, &y) >= 0.95 || a == b || measure::is_typo(&a.concat(), &b.concat()) || share_of_more >= 0.99 {
        return 3;
    }
    if share >= 0.99 || (x.len().min(y.len()) >= 5 && (x.starts_with(&y) || y.starts_with(&x))) {
        return 2;
    }
    u8::from(share >= 0.5 || measure::jaro_winkler(&x, &y) >= 0.88)
}
