//! Lists and texts as sets of items: how many both have.

use super::bounds::Bounds;
use super::{Level, level};
use crate::matching::fields::Value;

pub const EXACT: u8 = 4;

pub const LIST_LEVELS: &[Level] = &[
    level("All other comparisons", "no item shared", 0.15, 0.93, false),
    level("An item shared", "an item shared", 0.15, 0.05, false),
    level("Half of the items shared", "half of the items shared", 0.15, 0.01, false),
    level("All items of the shorter shared", "one list within the other", 0.15, 0.005, false),
    level("Exact match", "list same", 0.40, 0.005, false),
];

pub const WORD_LEVELS: &[Level] = &[
    level("All other comparisons", "words differ", 0.20, 0.96, false),
    level("Within the third bound", "some words shared", 0.15, 0.03, false),
    level("Within the second bound", "many words shared", 0.15, 0.005, false),
    level("Within the first bound", "nearly all words shared", 0.15, 0.002, false),
    level("Exact match", "words same", 0.35, 0.003, true),
];

/// Of two lists whose items are sorted.
pub fn list(l: &Value, r: &Value) -> u8 {
    if l.text == r.text {
        return EXACT;
    }
    let both = shared(&l.tokens, &r.tokens);
    let fewer = l.tokens.len().min(r.tokens.len());
    match both {
        0 => 0,
        _ if both == fewer => 3,
        _ if both * 2 >= fewer => 2,
        _ => 1,
    }
}

/// Jaccard similarity of words: those that both have, of all.
pub fn jaccard(bounds: &Bounds, l: &Value, r: &Value) -> u8 {
    words(l, r, bounds, |both, a, b| both / (a + b - both))
}

/// Cosine similarity of words: those that both have, by the root of both counts.
pub fn cosine(bounds: &Bounds, l: &Value, r: &Value) -> u8 {
    words(l, r, bounds, |both, a, b| both / (a * b).sqrt())
}

fn words(l: &Value, r: &Value, bounds: &Bounds, similarity: fn(f64, f64, f64) -> f64) -> u8 {
    let (a, b) = (sorted(l), sorted(r));
    if a == b {
        return EXACT;
    }
    if a.is_empty() || b.is_empty() {
        return 0;
    }
    bounds.gamma_of_similarity(similarity(shared(&a, &b) as f64, a.len() as f64, b.len() as f64))
}

fn sorted(value: &Value) -> Vec<&str> {
    let mut words: Vec<&str> = value.tokens.iter().map(AsRef::as_ref).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Items that two sorted lists have in common.
fn shared<T: Ord>(l: &[T], r: &[T]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(a), Some(b)) = (l.get(i), r.get(j)) {
        match a.cmp(b) {
            std::cmp::Ordering::Equal => (i, j, both) = (i + 1, j + 1, both + 1),
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
        }
    }
    both
}
