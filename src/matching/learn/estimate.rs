//! Ladder + labels -> expected precision, recall and F1 at every threshold.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::matching::error::MatchError;
use crate::matching::evaluation::{Interval, middle_part};
use crate::matching::score::probability_of;

use super::Label;
use super::calibrate::{Curve, clamped};
use super::ladder::Ladder;
use super::trial::Trial;

/// What is expected of one threshold. Counts are pairs that clusters imply.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Expected {
    pub match_weight: f64,
    pub match_probability: f64,
    pub predicted: f64,
    pub true_positives: f64,
    pub precision: f64,
    /// Of the matches that any threshold on the ladder finds.
    pub recall: f64,
    pub f1: f64,
}

impl Expected {
    /// A threshold of which nothing is known.
    pub(super) fn at(match_weight: f64) -> Self {
        let match_probability = probability_of(match_weight);
        Self { match_weight, match_probability, predicted: 0.0, true_positives: 0.0, precision: 1.0, recall: 1.0, f1: 1.0 }
    }
}

/// How far what is expected of a threshold may be off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ranges {
    pub precision: Interval,
    pub recall: Interval,
}

/// What labels say about a ladder.
#[derive(Debug)]
pub struct Estimate {
    pub curve: Curve,
    /// Labels that say something about a join.
    pub answers: usize,
    /// Per join: the share of "same" among its labels, where it has any.
    pub(super) told: FxHashMap<usize, f64>,
    pub expected: Vec<Expected>,
    /// The rung of the highest expected F1; among equals the one nearest to the present threshold.
    pub best: usize,
}

/// A gain in F1 below this is none: the threshold stays where it is.
const WORTH_MOVING: f64 = 0.0005;
/// Curves drawn for ranges, and how far apart the weights are at which they are drawn, bits.
const DRAWS: usize = 200;
const STEP: f64 = 0.25;
/// Pairs that a rung parts again are namesakes that two clusters claim: as likely right as wrong.
const PARTED_TRUE: f64 = 0.5;

impl Estimate {
    pub fn of(trial: &Trial, ladder: &Ladder, labels: &[Label]) -> Result<Self, MatchError> {
        let mut answers: Vec<(f64, bool, f64)> = Vec::new();
        let mut told: FxHashMap<usize, (f64, f64)> = FxHashMap::default();
        for label in labels {
            let (l, r) = (trial.place(label.l)?, trial.place(label.r)?);
            let Some(join) = ladder.join_of(l, r) else { continue };
            answers.push((ladder.joins[join].weight, label.same, 1.0));
            let held = told.entry(join).or_default();
            held.0 += f64::from(u8::from(label.same));
            held.1 += 1.0;
        }
        let told: FxHashMap<usize, f64> = told.into_iter().map(|(join, (same, all))| (join, same / all)).collect();
        let curve = Curve::fit(&answers);
        let answers = answers.len();
        let expected = expect(ladder, &told, |weight| curve.at(weight).mode());
        let best = best_of(&expected, trial.threshold_weight());
        Ok(Self { curve, answers, told, expected, best })
    }

    /// 95 % ranges of precision and recall at each threshold, from curves drawn from what is believed after the labels.
    pub fn ranges(&self, ladder: &Ladder, seed: u64) -> Vec<Ranges> {
        let step_of = |weight: f64| (clamped(weight) / STEP).round() as i32;
        let steps = || ladder.joins.iter().map(|join| join.weight).chain(ladder.rungs.iter().map(|rung| rung.weight)).map(step_of);
        let (Some(first), Some(last)) = (steps().min(), steps().max()) else { return Vec::new() };
        let weights: Vec<f64> = (first..=last).map(|step| f64::from(step) * STEP).collect();
        let drawn: Vec<Vec<Expected>> = self
            .curve
            .drawn(&weights, DRAWS, seed)
            .iter()
            .map(|shares| expect(ladder, &self.told, |weight| shares[usize::try_from(step_of(weight) - first).unwrap_or_default()]))
            .collect();
        let range = |rung: usize, of: fn(&Expected) -> f64| middle_part(drawn.iter().map(|all| of(&all[rung])).collect());
        (0..ladder.rungs.len()).map(|rung| Ranges { precision: range(rung, |e| e.precision), recall: range(rung, |e| e.recall) }).collect()
    }

    /// A join is worth making from this probability on: F1 rises by it exactly then.
    pub fn break_even(&self) -> f64 {
        self.expected.get(self.best).map_or(0.5, |expected| expected.f1 / 2.0)
    }
}

/// `share`: how likely a match is at a weight.
fn expect(ladder: &Ladder, told: &FxHashMap<usize, f64>, share: impl Fn(f64) -> f64) -> Vec<Expected> {
    // Per rung: expected true pairs, pairs.
    let mut gained = vec![(0.0, 0.0); ladder.rungs.len()];
    for (at, join) in ladder.joins.iter().enumerate() {
        let true_share = told.get(&at).copied().unwrap_or_else(|| share(join.weight));
        gained[join.rung].0 += true_share * join.effect;
        gained[join.rung].1 += join.effect;
    }
    let mut true_positives = 0.0;
    let found: Vec<f64> = ladder
        .rungs
        .iter()
        .zip(gained)
        .map(|(rung, (right, all))| {
            let true_share = if all > 0.0 { right / all } else { share(rung.weight) };
            true_positives += right + rung.unseen * true_share - rung.parted * PARTED_TRUE;
            true_positives = true_positives.clamp(0.0, rung.predicted.max(0.0));
            true_positives
        })
        .collect();
    let actual = found.iter().copied().fold(0.0, f64::max);
    let part_of = |part: f64, of: f64| if of > 0.0 { part / of } else { 1.0 };
    ladder
        .rungs
        .iter()
        .zip(found)
        .map(|(rung, right)| Expected {
            match_weight: rung.weight,
            match_probability: probability_of(rung.weight),
            predicted: rung.predicted,
            true_positives: right,
            precision: part_of(right, rung.predicted),
            recall: part_of(right, actual),
            f1: part_of(2.0 * right, rung.predicted + actual),
        })
        .collect()
}

fn best_of(expected: &[Expected], present: f64) -> usize {
    let highest = expected.iter().map(|e| e.f1).fold(0.0, f64::max);
    (0..expected.len())
        .filter(|at| expected[*at].f1 >= highest - WORTH_MOVING)
        .min_by(|a, b| (expected[*a].match_weight - present).abs().total_cmp(&(expected[*b].match_weight - present).abs()))
        .unwrap_or(0)
}
