//! Streets and whole addresses in one line.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;
use crate::matching::standardise::address::house_number;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "address differs", 0.18, 0.985, false),
    level("Half of the words", "address in part", 0.05, 0.01, false),
    level("Same street, other number", "street same, number differs", 0.05, 0.003, false),
    level("Nearly the same", "address nearly same", 0.17, 0.0005, false),
    level("Exact match", "address same", 0.55, 0.0005, true),
];

pub fn gamma(l: &Value, r: &Value) -> u8 {
    if l.text == r.text {
        return 4;
    }
    let (a, b) = (measure::squeezed(&l.text), measure::squeezed(&r.text));
    let numbers = (house_number(&l.text), house_number(&r.text));
    let number_agrees = matches!(numbers, (Some(x), Some(y)) if x == y);
    let number_differs = matches!(numbers, (Some(x), Some(y)) if x != y);
    let similarity = measure::jaro_winkler(&a, &b);
    let a_word_is_shared = l.tokens.iter().any(|token| r.tokens.contains(token));
    let (share, share_of_more) = if a_word_is_shared { measure::token_overlap(&l.tokens, &r.tokens) } else { (0.0, 0.0) };
    let close = a == b || measure::edits(&a, &b, 2).is_some_and(|_| a.len().min(b.len()) >= 8) || similarity >= 0.95;
    let enough_words = l.tokens.len().min(r.tokens.len()) >= 2;
    if close && !number_differs || number_agrees && (similarity >= 0.9 || enough_words && share >= 0.99) {
        return 3;
    }
    let words = |v: &Value| v.tokens.iter().filter(|t| !t.bytes().any(|x| x.is_ascii_digit())).cloned().collect::<Vec<Box<str>>>();
    if number_differs {
        let (wl, wr) = (words(l), words(r));
        let (named, _) = measure::token_overlap(&wl, &wr);
        return if close || (wl.len().min(wr.len()) >= 2 && named >= 0.99) { 2 } else { 0 };
    }
    u8::from(enough_words && share >= 0.6 && share_of_more >= 0.4)
}
