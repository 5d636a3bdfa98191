//! What labels and clusters together say about scored pairs -> calibration of the match weight, and m of every level counted anew.

use serde::Serialize;

use crate::matching::model::Model;
use crate::matching::score::weight_of;

use super::calibrate::logistic;
use super::estimate::Estimate;
use super::ladder::Ladder;
use super::trial::Trial;

/// Calibrated weight = slope * match weight + offset, in bits (Platt 1999).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Calibration {
    pub slope: f64,
    pub offset: f64,
}

impl Calibration {
    pub const NONE: Self = Self { slope: 1.0, offset: 0.0 };

    pub fn weight(self, match_weight: f64) -> f64 {
        self.slope * match_weight + self.offset
    }
}

/// A level whose m labels moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeightChange {
    pub comparison: String,
    /// The level's number; the one that agrees most has the highest.
    pub gamma: u8,
    pub level: String,
    pub m_before: f64,
    pub m_after: f64,
    pub u_probability: f64,
    /// log2 m/u
    pub bits_before: f64,
    pub bits_after: f64,
}

/// Pairs that the model's own weights count as in a calibration.
const PRIOR_PAIRS: f64 = 200.0;
const PRIOR_SLOPE: f64 = 0.2;
const PRIOR_OFFSET: f64 = 1.0;
/// Matches that a level's trained m counts as.
const PRIOR_MATCHES: f64 = 50.0;
/// Levels that move by less stay as they are.
const TELLING_BITS: f64 = 0.05;
const LN_2: f64 = std::f64::consts::LN_2;

/// How likely each scored pair of the trial is a match. A pair inside a cluster of the best threshold is as likely as the join that
/// brought it together: its own weight may be low while others vouch for it. Of the rest labels tell about the pairs that would join
/// groups further down; all others stay as the model says.
pub(super) fn responsibilities(trial: &Trial, ladder: &Ladder, estimate: &Estimate) -> Vec<f64> {
    let joins: Vec<f64> = (0_usize..)
        .zip(&ladder.joins)
        .map(|(at, join)| estimate.told.get(&at).copied().unwrap_or_else(|| estimate.curve.at(join.weight).mode()))
        .collect();
    trial
        .pairs
        .iter()
        .map(|pair| match ladder.join_of(pair.l, pair.r) {
            Some(at) if ladder.joins[at].rung <= estimate.best || (ladder.joins[at].l, ladder.joins[at].r) == (pair.l, pair.r) => joins[at],
            _ if trial.prepared.conflicts.any(pair.gamma) => logistic(pair.weight * LN_2).min(0.5),
            _ => logistic(pair.weight * LN_2),
        })
        .collect()
}

/// Fits slope and offset to (weight, probability) pairs; the prior holds them at 1 and 0.
pub(super) fn calibrate(trial: &Trial, probabilities: &[f64]) -> Calibration {
    let mut at = [1.0, 0.0];
    let scale = (PRIOR_PAIRS / (trial.pairs.len() as f64 + 1.0)).min(1.0);
    let tight = [1.0 / (PRIOR_SLOPE * PRIOR_SLOPE), 1.0 / (PRIOR_OFFSET * PRIOR_OFFSET)].map(|t| t * scale.max(0.01));
    for _ in 0..50 {
        let mut gradient = [-(at[0] - 1.0) * tight[0], -at[1] * tight[1]];
        let mut curvature = [tight[0], 0.0, tight[1]];
        for (pair, probability) in trial.pairs.iter().zip(probabilities) {
            let x = pair.weight.clamp(-12.0, 14.0);
            let share = logistic((at[0] * x + at[1]) * LN_2);
            let (pull, bend) = ((probability - share) * LN_2, share * (1.0 - share) * LN_2 * LN_2);
            gradient[0] += pull * x;
            gradient[1] += pull;
            curvature[0] += bend * x * x;
            curvature[1] += bend * x;
            curvature[2] += bend;
        }
        let determinant = curvature[0] * curvature[2] - curvature[1] * curvature[1];
        if determinant < 1e-12 {
            break;
        }
        let step = [
            (curvature[2] * gradient[0] - curvature[1] * gradient[1]) / determinant,
            (curvature[0] * gradient[1] - curvature[1] * gradient[0]) / determinant,
        ];
        at[0] = (at[0] + step[0].clamp(-0.2, 0.2)).clamp(0.2, 3.0);
        at[1] = (at[1] + step[1].clamp(-1.0, 1.0)).clamp(-10.0, 10.0);
        if step[0].abs() + step[1].abs() < 1e-9 {
            break;
        }
    }
    Calibration { slope: at[0], offset: at[1] }
}

/// One M-step on what labels say: m of every level is counted over the scored pairs, each as far as it is a match, once as labels have it
/// and once without them, and moves by the difference; lambda likewise. What counting alone would move is no answer's doing.
/// u stays: the pairs it was counted on are nearly all non-matches, whatever labels say.
pub(super) fn count_weights(trial: &Trial, told: &[f64], untold: &[f64]) -> (Model, Vec<WeightChange>) {
    let mut model = trial.prepared.model.clone();
    let mut changes = Vec::new();
    for (at, comparison) in model.comparisons.iter_mut().enumerate() {
        let levels = comparison.comparison_levels.len();
        let counts = [told, untold].map(|probabilities| {
            let mut counts = vec![0.0; levels];
            for (pair, probability) in trial.pairs.iter().zip(probabilities) {
                if let Some(count) = pair.gamma.get(at).and_then(|g| counts.get_mut(usize::from(g))) {
                    *count += probability;
                }
            }
            counts
        });
        let totals = counts.each_ref().map(|counts| counts.iter().sum::<f64>() + PRIOR_MATCHES);
        let moved: Vec<f64> = (0..levels)
            .map(|level| {
                let before = comparison.comparison_levels[level].m_probability;
                let share = |of: usize| (counts[of][level] + PRIOR_MATCHES * before) / totals[of];
                if share(1) > 0.0 { before * share(0) / share(1) } else { before }
            })
            .collect();
        let kept: f64 = comparison.comparison_levels.iter().map(|level| level.m_probability).sum();
        let scale = kept / moved.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        for (gamma, (level, moved)) in (0_u8..).zip(comparison.comparison_levels.iter_mut().zip(moved)) {
            let before = level.m_probability;
            level.m_probability = moved * scale;
            changes.push(WeightChange {
                comparison: comparison.output_column_name.clone(),
                gamma,
                level: level.label_for_charts.clone(),
                m_before: before,
                m_after: level.m_probability,
                u_probability: level.u_probability,
                bits_before: weight_of(before, level.u_probability),
                bits_after: weight_of(level.m_probability, level.u_probability),
            });
        }
    }
    let [after, before] = [told, untold].map(|probabilities| probabilities.iter().sum::<f64>());
    if before > 0.0 && after > 0.0 {
        let lambda = model.probability_two_random_records_match * after / before;
        model.probability_two_random_records_match = lambda.clamp(1e-12, 0.5);
    }
    model.round();
    changes.retain(|change| (change.bits_after - change.bits_before).abs() >= TELLING_BITS);
    (model, changes)
}
