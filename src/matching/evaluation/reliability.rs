//! Are match probabilities right? Pairs in bins by predicted probability, and how many of each bin match.

use serde::Serialize;

use super::intervals::{Interval, wilson};

/// Pairs of similar predicted probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    pub from: f64,
    pub to: f64,
    pub pairs: u64,
    pub matches: u64,
    /// Mean predicted probability.
    pub predicted: f64,
    /// Share of the pairs that match, and its 95 % interval (Wilson).
    pub observed: f64,
    pub interval: Interval,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    pub pairs: u64,
    /// Expected calibration error: mean |observed - predicted| over bins, weighted by pairs.
    pub ece: f64,
    pub bins: Vec<Bin>,
}

/// Bins start this wide and are joined with the next until they hold enough pairs.
const WIDTH: f64 = 0.05;
const ENOUGH: u64 = 100;

/// The table for predictions of (probability, matches). Every bin has 100 pairs or more where there are as many.
pub fn reliability(predictions: impl Iterator<Item = (f64, bool)>) -> Reliability {
    let count = (1.0 / WIDTH).round() as usize;
    let mut raw = vec![(0_u64, 0_u64, 0.0_f64); count];
    for (probability, matches) in predictions {
        let at = ((probability / WIDTH) as usize).min(count - 1);
        raw[at].0 += 1;
        raw[at].1 += u64::from(matches);
        raw[at].2 += probability;
    }
    let mut joined: Vec<(usize, usize, (u64, u64, f64))> = Vec::new();
    for (at, (pairs, matches, sum)) in raw.into_iter().enumerate() {
        match joined.last_mut() {
            Some((_, to, held)) if held.0 < ENOUGH => {
                *held = (held.0 + pairs, held.1 + matches, held.2 + sum);
                *to = at + 1;
            }
            _ => joined.push((at, at + 1, (pairs, matches, sum))),
        }
    }
    // What is left over at the top joins the bin below.
    if let [.., below, last] = joined.as_mut_slice()
        && last.2.0 < ENOUGH
    {
        below.1 = last.1;
        below.2 = (below.2.0 + last.2.0, below.2.1 + last.2.1, below.2.2 + last.2.2);
        joined.pop();
    }
    let total: u64 = joined.iter().map(|(_, _, held)| held.0).sum();
    let bins: Vec<Bin> = joined
        .into_iter()
        .filter(|(_, _, held)| held.0 > 0)
        .map(|(from, to, (pairs, matches, sum))| Bin {
            from: from as f64 * WIDTH,
            to: to as f64 * WIDTH,
            pairs,
            matches,
            predicted: sum / pairs as f64,
            observed: matches as f64 / pairs as f64,
            interval: wilson(matches, pairs),
        })
        .collect();
    let ece = bins.iter().map(|bin| bin.pairs as f64 * (bin.observed - bin.predicted).abs()).sum::<f64>() / (total as f64).max(1.0);
    Reliability { pairs: total, ece, bins }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_enough_pairs_and_right_probabilities_have_no_error() {
        // At probability k/10, k of 10 match.
        let told = (0..1000).map(|at| (f64::from(at % 10) / 10.0 + 0.001, at / 10 % 10 < at % 10));
        let found = reliability(told);
        assert_eq!(found.pairs, 1000);
        assert!(found.bins.iter().all(|bin| bin.pairs >= ENOUGH), "{found:?}");
        assert!(found.ece < 0.002, "{found:?}");
        assert!(reliability(std::iter::empty()).bins.is_empty());
        let wrong = reliability((0..300).map(|_| (0.95, false)));
        assert!((wrong.ece - 0.95).abs() < 1e-9);
    }
}
