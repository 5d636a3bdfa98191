//! Streets and whole addresses in one line.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;

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
    let numbers = (l.shape.house, r.shape.house);
    let number_agrees = matches!(numbers, (Some(x), Some(y)) if x == y);
    let number_differs = matches!(numbers, (Some(x), Some(y)) if x != y);
    let long = l.squeezed().len().min(r.squeezed().len()) >= 8;
    let similarity = measure::similarity_from(l, r, 0.9);
    let close = l.squeezed() == r.squeezed() || similarity >= 0.95 || long && measure::within(l, r, 2);
    if number_differs {
        return if close || names_agree(l, r) { 2 } else { 0 };
    }
    if close || number_agrees && similarity >= 0.9 {
        return 3;
    }
    let enough_words = l.tokens.len().min(r.tokens.len()) >= 2;
    if !enough_words || !l.shape.may_share_a_word(&r.shape) || !l.tokens.iter().any(|token| r.tokens.contains(token)) {
        return 0;
    }
    let (share, share_of_more) = measure::token_overlap(&l.tokens, &r.tokens);
    if number_agrees && share >= 0.99 {
        return 3;
    }
    u8::from(share >= 0.6 && share_of_more >= 0.4)
}

/// All words without digits of the address with fewer stand in the other, and they are two or more.
fn names_agree(l: &Value, r: &Value) -> bool {
    let (few, many) = if l.shape.named.0 <= r.shape.named.0 { (l, r) } else { (r, l) };
    let (words, bytes) = few.shape.named;
    // A partner lacks two letters of its word at most.
    let far = few.shape.common_at_most(&many.shape).is_some_and(|common| usize::from(bytes) > common + 2 * usize::from(words));
    if words < 2 || far {
        return false;
    }
    let (few, many): (Vec<&str>, Vec<&str>) = (named(few).collect(), named(many).collect());
    measure::token_overlap(&few, &many).0 >= 0.99
}

fn named(value: &Value) -> impl Iterator<Item = &str> {
    value.tokens.iter().map(AsRef::as_ref).filter(|word: &&str| !word.bytes().any(|byte| byte.is_ascii_digit()))
}
