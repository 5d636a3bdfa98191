//! Scored pairs -> clusters under constraints. Strongest pairs first; two clusters join only when their pairs taken together
//! speak for it (average linkage), no two records in them conflict, and no constraint or unique source forbids it.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::base::RunCtx;

use super::comparison::{Comparer, Conflicts, Scratch};
use super::error::MatchError;
use super::run::Constraints;
use super::score::Scorer;
use super::vector::MAX_COMPARISONS;

/// A pair to cluster by: records and match weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    pub l: u32,
    pub r: u32,
    pub weight: f64,
}

/// What two clusters say about each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Mean evidence in bits over their pairs (match weight without the prior, limited), so that two records with nothing in common to compare say 0.
    pub mean_evidence: f64,
    /// The same within the less coherent of the two; `None` where one is too small to tell.
    pub own_evidence: Option<f64>,
    /// Match weight of the two taken as one record each: of every comparison the best agreement that any of their pairs reaches.
    pub profile_weight: f64,
    /// Two of their records conflict.
    pub conflict: bool,
}

/// Asked before two clusters are joined.
pub trait Judge {
    fn judge(&mut self, left: &[u32], right: &[u32]) -> Judgement;
}

/// Judges by the model.
#[derive(Debug)]
pub struct ModelJudge<'a> {
    pub comparer: &'a Comparer<'a>,
    pub scorer: &'a Scorer,
    pub conflicts: &'a Conflicts,
    pub scratch: Scratch,
}

impl Judge for ModelJudge<'_> {
    fn judge(&mut self, left: &[u32], right: &[u32]) -> Judgement {
        let total = left.len() * right.len();
        let step = total.div_ceil(LOOKED_AT).max(1);
        let (mut sum, mut seen, mut conflict) = (0.0, 0_u32, false);
        let mut best: [Option<(u8, u32, u32)>; MAX_COMPARISONS] = [None; MAX_COMPARISONS];
        for at in (0..total).step_by(step) {
            let (l, r) = (left[at / right.len()], right[at % right.len()]);
            let gamma = self.comparer.vector(l, r, &mut self.scratch);
            conflict |= self.conflicts.any(gamma);
            sum += (self.scorer.match_weight(self.comparer, gamma, l, r) - self.scorer.prior).clamp(-LIMIT, LIMIT);
            seen += 1;
            for (comparison, best) in best.iter_mut().enumerate() {
                if let Some(found) = gamma.get(comparison)
                    && best.is_none_or(|(held, _, _)| found > held)
                {
                    *best = Some((found, l, r));
                }
            }
        }
        let profile_weight = self.scorer.profile_weight(self.comparer, &best);
        let own_evidence = (left.len().min(right.len()) >= TELLING).then(|| self.mean_within(left).min(self.mean_within(right)));
        Judgement { mean_evidence: sum / f64::from(seen.max(1)), own_evidence, profile_weight, conflict }
    }
}

impl ModelJudge<'_> {
    /// Mean (limited) evidence in bits over the pairs within one cluster.
    fn mean_within(&mut self, members: &[u32]) -> f64 {
        let total = members.len() * members.len();
        let step = total.div_ceil(LOOKED_AT).max(1);
        let (mut sum, mut seen) = (0.0, 0_u32);
        for at in (0..total).step_by(step) {
            let (l, r) = (at / members.len(), at % members.len());
            if l < r {
                let gamma = self.comparer.vector(members[l], members[r], &mut self.scratch);
                sum += (self.scorer.match_weight(self.comparer, gamma, members[l], members[r]) - self.scorer.prior).clamp(-LIMIT, LIMIT);
                seen += 1;
            }
        }
        sum / f64::from(seen.max(1))
    }
}

/// Limits of clustering.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Match weight from which a pair may join clusters.
    pub threshold: f64,
    /// Mean (limited) evidence in bits over all pairs between two clusters that joining needs.
    pub mean_at_least: f64,
    /// Match weight that the two clusters need as wholes.
    pub profile_at_least: f64,
    /// Per source: at most one record in a cluster.
    pub unique_sources: Vec<bool>,
}

/// Why a strong pair did not join its clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Refusal {
    Conflict,
    WeakOverall,
    CannotLink,
    UniqueSource,
}

/// Clusters by number (0, 1, …) and the strong pairs that were refused.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Clustering {
    pub cluster: Vec<u32>,
    pub members: Vec<Vec<u32>>,
    pub refused: Vec<(Edge, Refusal)>,
}

/// One strong pair alone does not outweigh many weak ones: weights are limited to this on both sides before they are averaged.
const LIMIT: f64 = 12.0;
/// From this many records on a cluster shows how much its own records agree.
const TELLING: usize = 3;
/// Share of the agreement within two clusters that there must be between them.
const COHESION: f64 = 0.6;
/// Pairs looked at between two clusters; of larger ones an even choice is taken.
const LOOKED_AT: usize = 100;

#[derive(Debug)]
struct Forest {
    parent: Vec<u32>,
    members: FxHashMap<u32, Vec<u32>>,
}

impl Forest {
    fn root(&mut self, mut record: u32) -> u32 {
        while self.parent[record as usize] != record {
            let above = self.parent[self.parent[record as usize] as usize];
            self.parent[record as usize] = above;
            record = above;
        }
        record
    }

    fn members(&self, root: u32) -> Vec<u32> {
        self.members.get(&root).cloned().unwrap_or_else(|| vec![root])
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (low, high) = (a.min(b), a.max(b));
        let mut all = self.members(low);
        all.extend(self.members(high));
        all.sort_unstable();
        self.members.remove(&high);
        self.members.insert(low, all);
        self.parent[high as usize] = low;
    }
}

/// Clusters `count` records. `edges` need no order. Must-links join first and are judged by nobody; cannot-links hold always.
pub fn cluster(
    count: usize,
    source: &[u16],
    mut edges: Vec<Edge>,
    constraints: &Constraints,
    limits: &Limits,
    judge: &mut dyn Judge,
    ctx: &RunCtx,
) -> Result<Clustering, MatchError> {
    let mut forest = Forest { parent: (0..u32::try_from(count).unwrap_or(u32::MAX)).collect(), members: FxHashMap::default() };
    for (l, r) in &constraints.must_link {
        forest.join(*l, *r);
    }
    let mut forbidden: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (l, r) in &constraints.cannot_link {
        forbidden.entry(*l).or_default().push(*r);
        forbidden.entry(*r).or_default().push(*l);
    }
    edges.retain(|edge| edge.weight >= limits.threshold);
    edges.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then(a.l.cmp(&b.l)).then(a.r.cmp(&b.r)));
    let mut refused: Vec<(Edge, Refusal)> = Vec::new();
    // A refused pair may fit once its clusters have grown: one more pass over what is left.
    for pass in 0..2 {
        let work = std::mem::take(&mut edges);
        refused.clear();
        let mut tried: FxHashMap<(u32, u32), (usize, Refusal)> = FxHashMap::default();
        for (at, edge) in work.into_iter().enumerate() {
            if at % 1024 == 0 {
                ctx.check()?;
            }
            let (a, b) = (forest.root(edge.l), forest.root(edge.r));
            if a == b {
                continue;
            }
            let (left, right) = (forest.members(a), forest.members(b));
            let size = left.len() + right.len();
            let key = (a.min(b), a.max(b));
            let answer = match tried.get(&key) {
                Some((known, refusal)) if *known == size => Some(*refusal),
                _ => refusal(&left, &right, source, &forbidden, limits, judge),
            };
            match answer {
                None => forest.join(a, b),
                Some(reason) => {
                    tried.insert(key, (size, reason));
                    refused.push((edge, reason));
                    if pass == 0 {
                        edges.push(edge);
                    }
                }
            }
        }
    }
    Ok(number(count, forest, refused))
}

fn refusal(
    left: &[u32],
    right: &[u32],
    source: &[u16],
    forbidden: &FxHashMap<u32, Vec<u32>>,
    limits: &Limits,
    judge: &mut dyn Judge,
) -> Option<Refusal> {
    if left.iter().any(|l| forbidden.get(l).is_some_and(|others| others.iter().any(|r| right.contains(r)))) {
        return Some(Refusal::CannotLink);
    }
    let unique = |record: &u32| limits.unique_sources.get(usize::from(source[*record as usize])).copied().unwrap_or(false);
    if left.iter().filter(|l| unique(l)).any(|l| right.iter().any(|r| source[*l as usize] == source[*r as usize])) {
        return Some(Refusal::UniqueSource);
    }
    let judgement = judge.judge(left, right);
    if judgement.conflict {
        return Some(Refusal::Conflict);
    }
    // Records of one entity agree across its two halves about as much as within each.
    let mean_at_least = judgement.own_evidence.map_or(limits.mean_at_least, |own| limits.mean_at_least.max(COHESION * own));
    let weak = judgement.mean_evidence < mean_at_least || judgement.profile_weight < limits.profile_at_least;
    weak.then_some(Refusal::WeakOverall)
}

fn number(count: usize, mut forest: Forest, refused: Vec<(Edge, Refusal)>) -> Clustering {
    let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
    let mut cluster = Vec::with_capacity(count);
    let mut members: Vec<Vec<u32>> = Vec::new();
    for record in 0..u32::try_from(count).unwrap_or(u32::MAX) {
        let root = forest.root(record);
        let next = u32::try_from(members.len()).unwrap_or(u32::MAX);
        let at = *numbers.entry(root).or_insert(next);
        if at == next {
            members.push(Vec::new());
        }
        members[at as usize].push(record);
        cluster.push(at);
    }
    Clustering { cluster, members, refused }
}

/// Connected components at a threshold, without judgement: what a naive search gives.
pub fn connected_components(count: usize, edges: &[Edge], threshold: f64) -> Vec<u32> {
    let mut forest = Forest { parent: (0..u32::try_from(count).unwrap_or(u32::MAX)).collect(), members: FxHashMap::default() };
    for edge in edges.iter().filter(|edge| edge.weight >= threshold) {
        forest.join(edge.l, edge.r);
    }
    number(count, forest, Vec::new()).cluster
}
