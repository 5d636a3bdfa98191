//! Given names: equal, swapped with the surname, short forms, typing errors, initials.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;
use crate::matching::standardise::nickname;

pub const ELSE: u8 = 0;
pub const SIMILAR: u8 = 1;
pub const INITIAL: u8 = 2;
pub const TYPO: u8 = 3;
pub const SHORT_FORM: u8 = 4;
pub const SWAPPED: u8 = 5;
pub const EXACT: u8 = 6;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "given name differs", 0.05, 0.95, false),
    level("Similar", "given name similar", 0.04, 0.03, false),
    level("Initial", "given name initial", 0.03, 0.01, false),
    level("1-2 letters differ or same sound", "given name nearly same", 0.10, 0.006, false),
    level("Short form or part", "given name short form", 0.06, 0.004, false),
    level("Swapped with surname", "names swapped", 0.02, 2e-5, false),
    level("Exact match", "given name same", 0.70, 0.008, true),
];

pub fn gamma(l: &Value, r: &Value) -> u8 {
    if l.text == r.text {
        return EXACT;
    }
    let (a, b) = (first(l), first(r));
    if a.len() == 1 || b.len() == 1 {
        return if a.as_bytes().first() == b.as_bytes().first() { INITIAL } else { ELSE };
    }
    if is_short_form(l, r) {
        return SHORT_FORM;
    }
    // "mary" and "mark" are two names, not one with a typing error.
    if nickname::are_of_different_names(rows_of(l, 0), rows_of(r, 0)) {
        return ELSE;
    }
    if measure::is_typo_of(l, r) {
        return TYPO;
    }
    let similarity = measure::similarity_from(l, r, 0.75);
    // "sahra" and "zara", but not "nga" and "naoko": the key has no vowels.
    if similarity >= 0.75 && sound_alike(l, r) {
        return TYPO;
    }
    let (a, b) = (l.squeezed(), r.squeezed());
    // Letters that changed places, not letters that came: "darla" is not "darletta".
    if similarity >= 0.92 && a.len().abs_diff(b.len()) <= 1 {
        return TYPO;
    }
    let alike = similarity >= 0.82 && a.len().abs_diff(b.len()) <= 2;
    if alike || (a.len().min(b.len()) >= 5 && measure::within(l, r, 2)) { SIMILAR } else { ELSE }
}

/// One key of sounds; one of a single sound says too little.
fn sound_alike(l: &Value, r: &Value) -> bool {
    l.shape.sound > 0xff && l.shape.sound == r.shape.sound
}

fn first(value: &Value) -> &str {
    value.tokens.first().map_or("", AsRef::as_ref)
}

/// Whether word `a` of one name and word `b` of the other are one, or forms of one.
fn are_forms(l: &Value, a: usize, r: &Value, b: usize) -> bool {
    let (left, right) = (&l.tokens[a], &r.tokens[b]);
    left.len() > 1 && right.len() > 1 && (left == right || nickname::share_a_row(rows_of(l, a), rows_of(r, b)))
}

/// The rows of the list of names that a word stands in.
fn rows_of(value: &Value, word: usize) -> &'static [u16] {
    let known = value.shape.forms.get(word).copied();
    known.unwrap_or_else(|| value.tokens.get(word).map_or(&[], |word| nickname::rows(word)))
}

/// Nicknames, one of several given names, or a name cut short ("Alex" of "Alexandros").
fn is_short_form(l: &Value, r: &Value) -> bool {
    let words = |value: &'_ Value| 0..value.tokens.len();
    let by_tokens = words(l).any(|a| words(r).any(|b| are_forms(l, a, r, b)));
    let (a, b) = (first(l), first(r));
    by_tokens || (a.len().min(b.len()) >= 3 && (a.starts_with(b) || b.starts_with(a)))
}
