//! How far measured shares may be off.

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde::Serialize;

/// A range of shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// Ranges of the pairwise measures and how they were found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Intervals {
    pub method: String,
    pub confidence: f64,
    pub precision: Interval,
    pub recall: Interval,
    pub f1: Interval,
}

const RESAMPLES: usize = 500;
const CONFIDENCE: f64 = 0.95;
/// Standard normal quantile of the confidence.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's score interval (1927) at 95 % of `hits` among `all`; 0 to 1 where there is nothing.
pub fn wilson(hits: u64, all: u64) -> Interval {
    if all == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let (n, share) = (all as f64, hits as f64 / all as f64);
    let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let reach = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    Interval { low: (middle - reach).max(0.0), high: (middle + reach).min(1.0) }
}

/// Bootstrap by group: pairs of one entity are right or wrong together, so whole groups (what truth or clusters connect) are drawn
/// again, not pairs. `source`: only pairs of different sources count.
pub fn bootstrap<A: Ord, B: Ord>(predicted: &[A], actual: &[B], source: Option<&[u16]>, seed: u64) -> Intervals {
    let groups = count_by_group(predicted, actual, source);
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut drawn: [Vec<f64>; 3] = Default::default();
    for _ in 0..RESAMPLES {
        let mut sums = [0.0; 3];
        for _ in 0..groups.len() {
            let group = &groups[random.random_range(0..groups.len())];
            sums.iter_mut().zip(group).for_each(|(sum, count)| *sum += count);
        }
        let share = |of: f64| if of > 0.0 { sums[0] / of } else { 1.0 };
        drawn[0].push(share(sums[1]));
        drawn[1].push(share(sums[2]));
        drawn[2].push(share(f64::midpoint(sums[1], sums[2])));
    }
    let [precision, recall, f1] = drawn.map(middle_part);
    let method = format!("percentiles of {RESAMPLES} bootstrap resamples of the groups that truth or clusters connect");
    Intervals { method, confidence: CONFIDENCE, precision, recall, f1 }
}

/// The middle 95 % of numbers that were drawn.
pub fn middle_part(mut drawn: Vec<f64>) -> Interval {
    drawn.sort_by(f64::total_cmp);
    let at = |share: f64| drawn.get(((drawn.len() as f64 - 1.0) * share).round() as usize).copied().unwrap_or(1.0);
    Interval { low: at((1.0 - CONFIDENCE) / 2.0), high: at(1.0 - (1.0 - CONFIDENCE) / 2.0) }
}

/// Per group of records that truth or clusters connect: true positives, predicted pairs, actual pairs. Groups without a pair are left out:
/// drawing them changes nothing but how many others are drawn.
fn count_by_group<A: Ord, B: Ord>(predicted: &[A], actual: &[B], source: Option<&[u16]>) -> Vec<[f64; 3]> {
    let (predicted, actual) = (numbered(predicted), numbered(actual));
    let records = predicted.len();
    let clusters = predicted.iter().max().map_or(0, |most| most + 1);
    let mut parent: Vec<usize> = (0..clusters + actual.iter().max().map_or(0, |most| most + 1)).collect();
    for at in 0..records {
        let (a, b) = (root(&mut parent, predicted[at]), root(&mut parent, clusters + actual[at]));
        parent[a.max(b)] = a.min(b);
    }
    // Cells (cluster, entity) of each group, as counts per source.
    let mut cells: [BTreeMap<(usize, usize), BTreeMap<u16, f64>>; 3] = Default::default();
    for at in 0..records {
        let group = root(&mut parent, predicted[at]);
        let from = source.map_or(0, |source| source[at]);
        let both = predicted[at] * (parent.len() + 1) + actual[at];
        for (held, key) in cells.iter_mut().zip([both, predicted[at], actual[at]]) {
            *held.entry((group, key)).or_default().entry(from).or_default() += 1.0;
        }
    }
    let pairs = |n: f64| n * (n - 1.0) / 2.0;
    let mut counts: BTreeMap<usize, [f64; 3]> = BTreeMap::new();
    for (which, held) in cells.iter().enumerate() {
        for ((group, _), sources) in held {
            let within: f64 = if source.is_some() { sources.values().map(|n| pairs(*n)).sum() } else { 0.0 };
            counts.entry(*group).or_default()[which] += pairs(sources.values().sum()) - within;
        }
    }
    counts.into_values().filter(|counts| counts[1] + counts[2] > 0.0).collect()
}

fn numbered<T: Ord>(labels: &[T]) -> Vec<usize> {
    let mut numbers: BTreeMap<&T, usize> = BTreeMap::new();
    labels
        .iter()
        .map(|label| {
            let next = numbers.len();
            *numbers.entry(label).or_insert(next)
        })
        .collect()
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_is_the_textbooks() {
        // 15 of 20: 0.531 to 0.888 (Newcombe 1998, method 3).
        let found = wilson(15, 20);
        assert!((found.low - 0.5313).abs() < 1e-3 && (found.high - 0.8881).abs() < 1e-3, "{found:?}");
        assert_eq!(wilson(0, 0), Interval { low: 0.0, high: 1.0 });
    }

    #[test]
    fn bootstrap_holds_the_measured_share_and_is_the_same_again() {
        let actual: Vec<u32> = (0..600).map(|at| at / 3).collect();
        // Every tenth entity loses a record, every tenth takes a neighbour's.
        let predicted: Vec<u32> =
            actual.iter().enumerate().map(|(at, entity)| if at % 30 == 0 { 9000 + entity } else { *entity }).collect();
        let measured = crate::matching::evaluate::pairwise(&predicted, &actual, None);
        let found = bootstrap(&predicted, &actual, None, 1);
        assert_eq!(found, bootstrap(&predicted, &actual, None, 1));
        assert!(found.recall.low < measured.recall && measured.recall < found.recall.high, "{found:?} {measured:?}");
        assert!(found.recall.high - found.recall.low < 0.1, "{found:?}");
        assert_eq!(found.precision, Interval { low: 1.0, high: 1.0 });
    }
}
