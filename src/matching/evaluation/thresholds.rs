//! What each threshold would give, against the truth: pair by pair, and by the clusters it makes.

use serde::Serialize;

use crate::matching::evaluate::{Pairwise, pairwise};
use crate::matching::run::ScoredPair;
use crate::matching::score::{probability_of, weight_at};

/// One threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ThresholdRow {
    pub match_probability: f64,
    pub match_weight: f64,
    /// Pairs that are said to match, of them true, and true ones in all.
    pub pairs: u64,
    pub true_positives: u64,
    pub actual: u64,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl ThresholdRow {
    fn of(match_weight: f64, found: Pairwise) -> Self {
        Self {
            match_probability: probability_of(match_weight),
            match_weight,
            pairs: found.predicted,
            true_positives: found.true_positives,
            actual: found.actual,
            precision: found.precision,
            recall: found.recall,
            f1: found.f1,
        }
    }
}

/// Match probabilities of the table.
pub const PROBABILITIES: [f64; 20] =
    [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999, 0.9999, 0.999_99];

/// The table's thresholds as match weights.
pub fn weights() -> Vec<f64> {
    PROBABILITIES.iter().map(|probability| weight_at(*probability)).collect()
}

/// Scored pairs taken one by one, without clusters. `actual`: true pairs in all; `matches` tells whether two rows do.
pub fn scored(pairs: &[ScoredPair], weights: &[f64], actual: u64, matches: impl Fn(u32, u32) -> bool) -> Vec<ThresholdRow> {
    let mut sums: Vec<(f64, u64)> = pairs.iter().map(|pair| (pair.match_weight, u64::from(matches(pair.l, pair.r)))).collect();
    sums.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut right = 0;
    for (_, held) in &mut sums {
        right += *held;
        *held = right;
    }
    weights
        .iter()
        .map(|weight| {
            let predicted = sums.partition_point(|(held, _)| held >= weight);
            let true_positives = predicted.checked_sub(1).map_or(0, |last| sums[last].1);
            let share = |of: u64| if of == 0 { 1.0 } else { true_positives as f64 / of as f64 };
            let (precision, recall) = (share(predicted as u64), share(actual));
            let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
            ThresholdRow::of(*weight, Pairwise { true_positives, predicted: predicted as u64, actual, precision, recall, f1 })
        })
        .collect()
}

/// The clusters that each threshold makes. `clusters`: per threshold the cluster of every row.
pub fn clustered<T: Ord>(weights: &[f64], clusters: &[Vec<u32>], truth: &[T], source: Option<&[u16]>) -> Vec<ThresholdRow> {
    weights.iter().zip(clusters).map(|(weight, cluster)| ThresholdRow::of(*weight, pairwise(cluster, truth, source))).collect()
}

/// The row of the highest F1; the higher threshold among equals.
pub fn best_row(rows: &[ThresholdRow]) -> Option<ThresholdRow> {
    rows.iter().copied().max_by(|a, b| a.f1.total_cmp(&b.f1).then(a.match_weight.total_cmp(&b.match_weight)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::vector::Gamma;

    #[test]
    fn a_table_counts_pairs_above_each_threshold() {
        let pair = |l, r, match_weight: f64| ScoredPair {
            l,
            r,
            match_weight,
            match_probability: probability_of(match_weight),
            gamma: Gamma::default(),
            match_key: 0,
        };
        let pairs = [pair(0, 1, 8.0), pair(2, 3, 4.0), pair(0, 2, 1.0)];
        let rows = scored(&pairs, &[9.0, 5.0, 2.0, 0.0], 2, |l, r| l + 1 == r);
        let seen: Vec<(u64, u64)> = rows.iter().map(|row| (row.pairs, row.true_positives)).collect();
        assert_eq!(seen, [(0, 0), (1, 1), (2, 2), (3, 2)]);
        assert_eq!(best_row(&rows).map(|row| row.match_weight), Some(2.0));
    }
}
