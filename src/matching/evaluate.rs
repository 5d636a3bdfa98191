//! Clusters against the truth: precision, recall and F1 over the pairs that clusters imply, and B-cubed per record.

use std::collections::BTreeMap;

use serde::Serialize;

/// Pairs counted and the shares they give. Shares are 1 where nothing was predicted or nothing is true.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pairwise {
    pub true_positives: u64,
    pub predicted: u64,
    pub actual: u64,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

/// B-cubed precision, recall and F1 (Bagga and Baldwin 1998).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BCubed {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

/// Compares two partitions of the same records. With `source`, only pairs of different sources count.
pub fn pairwise<A: Ord, B: Ord>(predicted: &[A], actual: &[B], source: Option<&[u16]>) -> Pairwise {
    let both: Vec<(&A, &B)> = predicted.iter().zip(actual).collect();
    let true_positives = pairs_within(&both, source);
    let predicted = pairs_within(predicted, source);
    let actual = pairs_within(actual, source);
    let share = |of: u64| if of == 0 { 1.0 } else { true_positives as f64 / of as f64 };
    let (precision, recall) = (share(predicted), share(actual));
    Pairwise { true_positives, predicted, actual, precision, recall, f1: harmonic(precision, recall) }
}

/// Pairs of records that carry one label.
fn pairs_within<T: Ord>(labels: &[T], source: Option<&[u16]>) -> u64 {
    let mut groups: BTreeMap<&T, BTreeMap<u16, u64>> = BTreeMap::new();
    for (at, label) in labels.iter().enumerate() {
        let from = source.map_or(0, |source| source[at]);
        *groups.entry(label).or_default().entry(from).or_default() += 1;
    }
    let pairs = |count: u64| count * count.saturating_sub(1) / 2;
    groups
        .values()
        .map(|sources| {
            let total = pairs(sources.values().sum());
            let within: u64 = if source.is_some() { sources.values().map(|c| pairs(*c)).sum() } else { 0 };
            total - within
        })
        .sum()
}

/// Per record: the share of its cluster that belongs with it, and of those that belong with it that are in its cluster; averaged.
pub fn b_cubed<A: Ord, B: Ord>(predicted: &[A], actual: &[B]) -> BCubed {
    let mut of_predicted: BTreeMap<&A, f64> = BTreeMap::new();
    let mut of_actual: BTreeMap<&B, f64> = BTreeMap::new();
    let mut of_both: BTreeMap<(&A, &B), f64> = BTreeMap::new();
    for (p, a) in predicted.iter().zip(actual) {
        *of_predicted.entry(p).or_default() += 1.0;
        *of_actual.entry(a).or_default() += 1.0;
        *of_both.entry((p, a)).or_default() += 1.0;
    }
    let records = (predicted.len() as f64).max(1.0);
    let precision = of_both.iter().map(|((p, _), both)| both * both / of_predicted[p]).sum::<f64>() / records;
    let recall = of_both.iter().map(|((_, a), both)| both * both / of_actual[a]).sum::<f64>() / records;
    BCubed { precision, recall, f1: harmonic(precision, recall) }
}

fn harmonic(precision: f64, recall: f64) -> f64 {
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}
