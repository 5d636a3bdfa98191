//! Labels -> another threshold (and, as a proposal, other weights), with the reason.

use serde::Serialize;

use crate::base::RunCtx;
use crate::matching::error::MatchError;
use crate::matching::model::Model;
use crate::matching::run::Constraints;
use crate::matching::score::probability_of;

use super::Label;
use super::calibration::{Calibration, WeightChange, calibrate, count_weights, responsibilities};
use super::estimate::{Estimate, Expected, Ranges};
use super::ladder::Ladder;
use super::trial::Trial;

/// What labels teach.
#[derive(Debug, Clone, Serialize)]
pub struct Refined {
    /// Labels that two different scored groups stand behind; the others say nothing about a threshold.
    pub labels_used: usize,
    /// match_probability from which pairs should merge, and why.
    pub threshold: f64,
    pub threshold_reason: String,
    /// Expected at the present threshold and at the new one.
    pub before: Expected,
    pub after: Expected,
    /// How match weights should be read.
    pub calibration: Calibration,
    /// The model with this threshold; its m and u are the old ones.
    #[serde(skip)]
    pub model: Model,
    /// A proposal: the model with m and lambda counted anew, and the levels that move.
    #[serde(skip)]
    pub reweighted: Model,
    pub weight_changes: Vec<WeightChange>,
    /// Expected precision, recall and F1 at every threshold looked at, falling.
    pub thresholds: Vec<Expected>,
    /// How far each of those may be off.
    pub ranges: Vec<Ranges>,
}

/// Refines the threshold of a run by labels. Without labels that say anything the threshold stays.
pub fn refine(trial: &Trial, ladder: &mut Ladder, labels: &[Label], ctx: &RunCtx) -> Result<Refined, MatchError> {
    let none = Constraints::default();
    let coarse = Estimate::of(trial, ladder, labels)?;
    if let Some(best) = coarse.expected.get(coarse.best) {
        ladder.zoom(trial, best.match_weight, &none, ctx)?;
    }
    let estimate = Estimate::of(trial, ladder, labels)?;
    let probabilities = responsibilities(trial, ladder, &estimate);
    let (reweighted, weight_changes) = if estimate.answers == 0 {
        (trial.prepared.model.clone(), Vec::new())
    } else {
        let untold = responsibilities(trial, ladder, &Estimate::of(trial, ladder, &[])?);
        count_weights(trial, &probabilities, &untold)
    };
    let calibration = if estimate.answers == 0 { Calibration::NONE } else { calibrate(trial, &probabilities) };
    let present = trial.threshold_weight();
    let nearest = |weight: f64| {
        estimate.expected.iter().copied().min_by(|a, b| (a.match_weight - weight).abs().total_cmp(&(b.match_weight - weight).abs()))
    };
    let before = nearest(present).unwrap_or(Expected::at(present));
    let after = if estimate.answers == 0 { before } else { estimate.expected.get(estimate.best).copied().unwrap_or(before) };
    let stays = (after.match_weight - present).abs() < 1e-9;
    let threshold = if stays { trial.prepared.model.threshold } else { probability_of(after.match_weight) };
    let mut refined = Refined {
        labels_used: estimate.answers,
        threshold,
        threshold_reason: reason(labels, &before, &after, stays),
        before,
        after,
        calibration,
        model: trial.prepared.model.clone(),
        reweighted,
        weight_changes,
        ranges: estimate.ranges(ladder, trial.prepared.model.settings.seed),
        thresholds: estimate.expected,
    };
    for model in [&mut refined.model, &mut refined.reweighted] {
        model.threshold = refined.threshold;
        model.threshold_reason.clone_from(&refined.threshold_reason);
    }
    Ok(refined)
}

fn reason(labels: &[Label], before: &Expected, after: &Expected, stays: bool) -> String {
    let same = labels.iter().filter(|label| label.same).count();
    let told = format!("{} answers ({same} same, {} different)", labels.len(), labels.len() - same);
    if stays {
        return format!(
            "By {told} the threshold stays at a match probability of {:.3}: no other is expected to give a better F1.",
            before.match_probability
        );
    }
    format!(
        "By {told} pairs merge from a match probability of {:.3}: expected precision {:.3}, recall {:.3}, F1 {:.3}; at {:.3} it was {:.3}, {:.3}, {:.3}.",
        after.match_probability,
        after.precision,
        after.recall,
        after.f1,
        before.match_probability,
        before.precision,
        before.recall,
        before.f1
    )
}
