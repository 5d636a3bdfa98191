//! Given names: equal, swapped with the surname, short forms, typing errors, initials.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;
use crate::matching::standardise::nickname;
use crate::matching::standardise::phonetic::phonetic;

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
    if nickname::are_different_names(a, b) {
        return ELSE;
    }
    let (l, r) = (measure::squeezed(&l.text), measure::squeezed(&r.text));
    if measure::is_typo(&l, &r) {
        return TYPO;
    }
    let similarity = measure::jaro_winkler(&l, &r);
    // "sahra" and "zara", but not "nga" and "naoko": the key has no vowels.
    if similarity >= 0.75 && sound_alike(&l, &r) {
        return TYPO;
    }
    // Letters that changed places, not letters that came: "darla" is not "darletta".
    if similarity >= 0.92 && l.len().abs_diff(r.len()) <= 1 {
        return TYPO;
    }
    if similarity >= 0.82 || measure::edits(&l, &r, 2).is_some_and(|_| l.len().min(r.len()) >= 5) { SIMILAR } else { ELSE }
}

/// One key of sounds; one of a single sound says too little.
fn sound_alike(l: &str, r: &str) -> bool {
    let key = phonetic(l);
    key.len() >= 2 && key == phonetic(r)
}

fn first(value: &Value) -> &str {
    value.tokens.first().map_or("", AsRef::as_ref)
}

/// Nicknames, one of several given names, or a name cut short ("Alex" of "Alexandros").
fn is_short_form(l: &Value, r: &Value) -> bool {
    let by_tokens =
        l.tokens.iter().any(|a| r.tokens.iter().any(|b| a.len() > 1 && b.len() > 1 && (a == b || nickname::are_forms_of_one_name(a, b))));
    let (a, b) = (first(l), first(r));
    by_tokens || (a.len().min(b.len()) >= 3 && (a.starts_with(b) || b.starts_with(a)))
}
