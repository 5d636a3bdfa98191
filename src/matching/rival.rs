//! Namesakes. Flow: clusters -> records that another cluster claims too -> clusters without the doubtful claims.
//!
//! Two clusters that contradict each other (father and son of one name) cannot both be right about a record that says no more than
//! the name. The claims exclude each other, so the probability of the stronger one is taken among them:
//!     P = 2^W / (1 + 2^W + sum over rivals of 2^Wr)
//! A record whose P stays below the threshold leaves its cluster and waits for a person.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::RunCtx;

use super::cluster::{Clustering, Judge, Judges};
use super::error::MatchError;

/// A scored pair without a conflict of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    pub l: u32,
    pub r: u32,
    pub weight: f64,
}

/// Takes out of their clusters the records that a rival claims nearly as strongly. Records that somebody has decided about stay.
pub fn part_doubtful<J: Judges>(
    mut clustering: Clustering,
    claims: &[Claim],
    threshold: f64,
    decided: &FxHashSet<u32>,
    judges: &J,
    ctx: &RunCtx,
) -> Result<Clustering, MatchError> {
    let own = best_within(&clustering, claims);
    let rivals = best_outside(&clustering, claims, &own);
    let mut records: Vec<u32> = rivals.keys().copied().filter(|record| !decided.contains(record)).collect();
    records.sort_unstable();
    let is_doubtful = |record: u32, judge: &mut J::Judge<'_>| {
        let rest: Vec<u32> = members_of(&clustering, record).iter().copied().filter(|other| *other != record).collect();
        let mut weights: Vec<f64> = rivals[&record]
            .iter()
            .filter(|(cluster, _)| judge.judge_whole(&rest, &clustering.members[**cluster as usize]).conflict)
            .map(|(_, weight)| *weight)
            .collect();
        // Sums of the same numbers in another order differ in their last digits: the order must not be that of cluster numbers.
        weights.sort_unstable_by(f64::total_cmp);
        let against: f64 = weights.iter().map(|weight| weight.exp2()).sum();
        let claim = own[record as usize].exp2();
        against > 0.0 && claim / (1.0 + claim + against) < threshold
    };
    let leaving: Vec<Vec<u32>> = records
        .par_chunks(AT_ONCE)
        .map_init(
            || judges.judge(),
            |judge, records| {
                ctx.check()?;
                Ok::<_, MatchError>(records.iter().copied().filter(|record| is_doubtful(*record, judge)).collect())
            },
        )
        .collect::<Result<_, _>>()?;
    for record in leaving.into_iter().flatten() {
        leave(&mut clustering, record);
    }
    Ok(clustering)
}

/// Records that one worker takes.
const AT_ONCE: usize = 256;

fn members_of(clustering: &Clustering, record: u32) -> &[u32] {
    &clustering.members[clustering.cluster[record as usize] as usize]
}

/// Per record the strongest claim of its own cluster; none: minus infinity.
fn best_within(clustering: &Clustering, claims: &[Claim]) -> Vec<f64> {
    let mut best = vec![f64::NEG_INFINITY; clustering.cluster.len()];
    for claim in claims.iter().filter(|claim| clustering.cluster[claim.l as usize] == clustering.cluster[claim.r as usize]) {
        for record in [claim.l, claim.r] {
            best[record as usize] = best[record as usize].max(claim.weight);
        }
    }
    best
}

/// The strongest claim of each other cluster, where it is strong enough to matter beside the own one.
fn best_outside(clustering: &Clustering, claims: &[Claim], own: &[f64]) -> FxHashMap<u32, FxHashMap<u32, f64>> {
    let mut best: FxHashMap<u32, FxHashMap<u32, f64>> = FxHashMap::default();
    for claim in claims {
        let clusters = (clustering.cluster[claim.l as usize], clustering.cluster[claim.r as usize]);
        if clusters.0 == clusters.1 {
            continue;
        }
        for (record, other) in [(claim.l, clusters.1), (claim.r, clusters.0)] {
            let weight = own[record as usize];
            if weight.is_finite() && claim.weight > weight - NEGLIGIBLE_BITS {
                let held = best.entry(record).or_default().entry(other).or_insert(claim.weight);
                *held = held.max(claim.weight);
            }
        }
    }
    best
}

/// A rival this much weaker takes less than a thousandth.
pub(super) const NEGLIGIBLE_BITS: f64 = 10.0;

fn leave(clustering: &mut Clustering, record: u32) {
    let from = clustering.cluster[record as usize] as usize;
    if clustering.members[from].len() < 2 {
        return;
    }
    clustering.members[from].retain(|member| *member != record);
    clustering.cluster[record as usize] = u32::try_from(clustering.members.len()).unwrap_or(u32::MAX);
    clustering.members.push(vec![record]);
}

#[cfg(test)]
#[path = "rival_tests.rs"]
mod tests;
