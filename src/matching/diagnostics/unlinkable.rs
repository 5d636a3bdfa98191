//! Records that say too little to be linked at all: the match weight of each record with itself (the "unlinkables" chart of Splink).

use serde::{Deserialize, Serialize};

use crate::matching::score::weight_at;

use super::Seen;

/// Records looked at; of larger tables every k-th in canonical order.
const LOOKED_AT: usize = 50_000;
/// Points of the curve.
const POINTS: usize = 61;

/// `curve`: (match weight in bits, share of records whose weight with themselves is below it).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Unlinkable {
    /// Records looked at.
    pub records: u64,
    /// Share that could never reach the threshold, and that could not even be asked about.
    pub below_threshold: f64,
    pub below_floor: f64,
    pub curve: Vec<(f64, f64)>,
}

pub fn report(seen: &Seen<'_>) -> Unlinkable {
    let count = seen.matched.comparer.fields.len();
    let step = count.div_ceil(LOOKED_AT).max(1);
    let mut scratch = seen.matched.comparer.scratch();
    let mut weights: Vec<f64> = (0..u32::try_from(count).unwrap_or(u32::MAX))
        .step_by(step)
        .map(|record| {
            let gamma = seen.matched.comparer.vector(record, record, &mut scratch);
            seen.matched.scorer.match_weight(seen.matched.comparer, gamma, record, record)
        })
        .collect();
    weights.sort_by(f64::total_cmp);
    if weights.is_empty() {
        return Unlinkable::default();
    }
    let below = |weight: f64| weights.partition_point(|own| *own < weight) as f64 / weights.len() as f64;
    let (least, most) = (weights[0].floor().clamp(-30.0, 20.0), weights[weights.len() - 1].ceil().clamp(-10.0, 60.0));
    let step = ((most - least) / (POINTS - 1) as f64).max(0.01);
    Unlinkable {
        records: weights.len() as u64,
        below_threshold: below(weight_at(seen.matched.model.threshold)),
        below_floor: below(weight_at(seen.matched.model.settings.review_floor)),
        curve: (0..POINTS).map(|at| least + step * at as f64).map(|weight| (weight, below(weight))).collect(),
    }
}
