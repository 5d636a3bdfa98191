//! Clusterings at falling thresholds -> what each step down joins. A threshold decides about clusters, not about pairs: two groups that
//! a step joins bring all their pairs with them, and pairs inside a cluster change nothing.

use rustc_hash::FxHashMap;

use crate::base::RunCtx;
use crate::matching::error::MatchError;
use crate::matching::run::Constraints;
use crate::matching::score::weight_at;
use crate::matching::vector::Gamma;

use super::trial::Trial;

/// Two groups that a rung joins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Join {
    /// Their strongest pair (canonical numbers).
    pub l: u32,
    pub r: u32,
    pub weight: f64,
    pub gamma: Gamma,
    /// The rung that joins them.
    pub rung: usize,
    /// Pairs of records that come together by it.
    pub effect: f64,
}

/// One threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct Rung {
    /// Match weight from which pairs merge.
    pub weight: f64,
    /// Pairs that its clusters imply.
    pub predicted: f64,
    /// Pairs that the rung above implied and this one does not.
    pub parted: f64,
    /// Pairs new here that no scored pair stands for (their groups met through a third).
    pub unseen: f64,
}

#[derive(Debug)]
pub struct Ladder {
    /// Bits between rungs where thresholds are likely.
    step: f64,
    /// Falling thresholds.
    pub rungs: Vec<Rung>,
    pub joins: Vec<Join>,
    /// Per rung the cluster of each record (canonical numbers).
    pub(super) clusters: Vec<Vec<u32>>,
    /// (rung, groups of the rung above) -> join
    by_groups: FxHashMap<(usize, u32, u32), usize>,
}

/// Below these weights rungs are close together, above they are wide: hardly a threshold lies there.
const CLOSE_UP_TO: f64 = 10.0;
const WIDE_STEP: f64 = 3.0;
const HIGHEST: f64 = 25.0;
/// The least probability that is worth a rung: the floor of the kept pairs.
const LOWEST: f64 = 0.011;
/// Up to so many different weights there is a rung between each two of them.
const EACH: usize = 400;
/// Bits between rungs by the number of pairs: a small table can afford, and needs, a fine ladder.
const STEPS: [(usize, f64); 2] = [(20_000, 0.125), (100_000, 0.5)];
const LAST_STEP: f64 = 1.0;
/// Rungs set around the best of a coarse ladder.
const ZOOM_STEP: f64 = 0.25;

/// Thresholds (match weights), falling.
fn thresholds(step: f64) -> Vec<f64> {
    let mut weights = Vec::new();
    let mut weight = HIGHEST;
    while weight > CLOSE_UP_TO {
        weights.push(weight);
        weight -= WIDE_STEP;
    }
    let mut weight = CLOSE_UP_TO;
    while weight > weight_at(LOWEST) {
        weights.push(weight);
        weight -= step;
    }
    weights
}

/// The middle between each two neighbouring weights, where there are few: all that a threshold can tell apart.
fn between_weights(trial: &Trial) -> Option<Vec<f64>> {
    let lowest = weight_at(LOWEST);
    let joining = trial.pairs.iter().filter(|pair| pair.weight >= lowest && !trial.prepared.conflicts.any(pair.gamma));
    let mut seen: Vec<f64> = Vec::new();
    for pair in joining {
        // Pairs are sorted by weight.
        if seen.last().is_none_or(|last| last - pair.weight > SAME) {
            if seen.len() == EACH {
                return None;
            }
            seen.push(pair.weight);
        }
    }
    let mut weights: Vec<f64> = seen.windows(2).map(|two| f64::midpoint(two[0], two[1])).collect();
    weights.push(lowest);
    Some(weights)
}

/// Weights this close are one.
const SAME: f64 = 1e-6;

impl Ladder {
    /// Clusters the pairs of a run at every threshold worth considering.
    pub fn climb(trial: &Trial, told: &Constraints, ctx: &RunCtx) -> Result<Self, MatchError> {
        let step = STEPS.iter().find(|(pairs, _)| trial.pairs.len() <= *pairs).map_or(LAST_STEP, |(_, step)| *step);
        let mut weights = between_weights(trial).unwrap_or_else(|| thresholds(step));
        // Where the run stands is a rung: what a change brings is counted from there.
        weights.push(trial.threshold_weight());
        let mut ladder = Self { step, rungs: Vec::new(), joins: Vec::new(), clusters: Vec::new(), by_groups: FxHashMap::default() };
        ladder.add(trial, weights, told, ctx)?;
        Ok(ladder)
    }

    /// Sets further rungs around one, where the ladder is coarse.
    pub fn zoom(&mut self, trial: &Trial, around: f64, told: &Constraints, ctx: &RunCtx) -> Result<(), MatchError> {
        if self.step <= ZOOM_STEP {
            return Ok(());
        }
        let reach = (self.step / ZOOM_STEP).round() as i32 - 1;
        let weights = (-reach..=reach).filter(|at| *at != 0).map(|at| around + f64::from(at) * ZOOM_STEP).collect();
        self.add(trial, weights, told, ctx)
    }

    fn add(&mut self, trial: &Trial, mut weights: Vec<f64>, told: &Constraints, ctx: &RunCtx) -> Result<(), MatchError> {
        weights.retain(|weight| weight.is_finite() && self.rungs.iter().all(|rung| (rung.weight - weight).abs() > 1e-9));
        weights.sort_by(|a, b| b.total_cmp(a));
        weights.dedup();
        let found = trial.canonical_clusters_at(&weights, told, ctx)?;
        let held = std::mem::take(&mut self.rungs).into_iter().map(|rung| rung.weight).zip(std::mem::take(&mut self.clusters));
        let mut all: Vec<(f64, Vec<u32>)> = held.chain(weights.into_iter().zip(found)).collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.joins.clear();
        self.by_groups.clear();
        let singles: Vec<u32> = (0..u32::try_from(trial.records()).unwrap_or(u32::MAX)).collect();
        let mut predicted = 0.0;
        for (at, (weight, below)) in all.into_iter().enumerate() {
            ctx.check()?;
            let above = self.clusters.last().unwrap_or(&singles).clone();
            let cells = Cells::of(trial, &above, &below);
            let first = self.joins.len();
            self.find_joins(trial, at, &above, &below, &cells);
            let seen: f64 = self.joins[first..].iter().map(|join| join.effect).sum();
            let unseen = (cells.predicted - cells.kept - seen).max(0.0);
            self.rungs.push(Rung { weight, predicted: cells.predicted, parted: predicted - cells.kept, unseen });
            predicted = cells.predicted;
            self.clusters.push(below);
        }
        Ok(())
    }

    fn find_joins(&mut self, trial: &Trial, rung: usize, above: &[u32], below: &[u32], cells: &Cells) {
        for pair in &trial.pairs {
            let (a, b) = (above[pair.l as usize], above[pair.r as usize]);
            let cluster = below[pair.l as usize];
            if a == b || cluster != below[pair.r as usize] || trial.prepared.conflicts.any(pair.gamma) {
                continue;
            }
            let next = self.joins.len();
            let at = *self.by_groups.entry((rung, a.min(b), a.max(b))).or_insert(next);
            if at == next {
                let effect = cells.between((a, cluster), (b, cluster));
                self.joins.push(Join { l: pair.l, r: pair.r, weight: pair.weight, gamma: pair.gamma, rung, effect });
            }
        }
    }

    /// The join that brings two records together; `None` where no rung does, or no scored pair stands for it.
    pub fn join_of(&self, l: u32, r: u32) -> Option<usize> {
        let (l, r) = (l as usize, r as usize);
        let rung = self.clusters.iter().position(|cluster| cluster[l] == cluster[r])?;
        let group = |record: usize| match rung {
            0 => u32::try_from(record).unwrap_or(u32::MAX),
            _ => self.clusters[rung - 1][record],
        };
        let (a, b) = (group(l), group(r));
        self.by_groups.get(&(rung, a.min(b), a.max(b))).copied()
    }
}

/// Two clusterings crossed: how many records of each source are in each pair of clusters.
struct Cells {
    counts: FxHashMap<(u32, u32), Vec<f64>>,
    cross_only: bool,
    predicted: f64,
    kept: f64,
}

impl Cells {
    fn of(trial: &Trial, above: &[u32], below: &[u32]) -> Self {
        let cross_only = trial.cross_only();
        let sources = if cross_only { trial.sources() } else { 1 };
        let mut counts: FxHashMap<(u32, u32), Vec<f64>> = FxHashMap::default();
        let mut whole: FxHashMap<u32, Vec<f64>> = FxHashMap::default();
        for (record, (a, b)) in above.iter().zip(below).enumerate() {
            let source = if cross_only { usize::from(trial.source(record)) } else { 0 };
            counts.entry((*a, *b)).or_insert_with(|| vec![0.0; sources])[source] += 1.0;
            whole.entry(*b).or_insert_with(|| vec![0.0; sources])[source] += 1.0;
        }
        // Sums of whole numbers: exact, so the order of a map does not matter.
        let kept = counts.values().map(|held| within(held, cross_only)).sum();
        let predicted = whole.values().map(|held| within(held, cross_only)).sum();
        Self { counts, cross_only, predicted, kept }
    }

    fn between(&self, a: (u32, u32), b: (u32, u32)) -> f64 {
        let (Some(a), Some(b)) = (self.counts.get(&a), self.counts.get(&b)) else { return 0.0 };
        let all = a.iter().sum::<f64>() * b.iter().sum::<f64>();
        if self.cross_only { all - a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() } else { all }
    }
}

fn within(held: &[f64], cross_only: bool) -> f64 {
    let pairs = |n: f64| n * (n - 1.0) / 2.0;
    let all = pairs(held.iter().sum());
    if cross_only { all - held.iter().map(|n| pairs(*n)).sum::<f64>() } else { all }
}
