//! Scored pairs -> clusters under constraints. Strongest pairs first; two clusters join only when their pairs taken together
//! speak for it (average linkage), no two records in them conflict, and no constraint or unique source forbids it.
//! Records that no chain of pairs connects have nothing to do with each other: each connected part is clustered by itself.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::base::RunCtx;

use super::comparison::{Comparer, Conflicts, Scratch};
use super::error::MatchError;
use super::run::Constraints;
use super::score::Scorer;
use super::vector::{Gamma, MAX_COMPARISONS};

/// A pair to cluster by: records, match weight and comparison vector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    pub l: u32,
    pub r: u32,
    pub weight: f64,
    pub gamma: Gamma,
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
    /// `edge`: the scored pair, without a conflict of its own, that asks to join them.
    fn judge(&mut self, left: &[u32], right: &[u32], edge: &Edge) -> Judgement {
        let _ = edge;
        self.judge_whole(left, right)
    }

    fn judge_whole(&mut self, left: &[u32], right: &[u32]) -> Judgement;

    /// Told of the pairs of a connected part before it is clustered: what is known of them need not be worked out again.
    fn meet(&mut self, _edges: &[Edge]) {}
}

/// Makes a judge for every thread.
pub trait Judges: Sync {
    type Judge<'j>: Judge
    where
        Self: 'j;

    fn judge(&self) -> Self::Judge<'_>;
}

/// What judging by the model needs.
#[derive(Debug, Clone, Copy)]
pub struct ModelJudges<'a> {
    pub comparer: &'a Comparer<'a>,
    pub scorer: &'a Scorer,
    pub conflicts: &'a Conflicts,
}

impl<'a> Judges for ModelJudges<'a> {
    type Judge<'j>
        = ModelJudge<'a>
    where
        Self: 'j;

    fn judge(&self) -> ModelJudge<'a> {
        ModelJudge { by: *self, scratch: self.comparer.scratch(), known: FxHashMap::default() }
    }
}

/// Judges by the model.
#[derive(Debug)]
pub struct ModelJudge<'a> {
    by: ModelJudges<'a>,
    scratch: Scratch,
    /// Pairs of the clusters at hand: they are asked for again each time a cluster grows.
    known: FxHashMap<(u32, u32), (Gamma, f64)>,
}

/// Pairs a judge remembers before it forgets all.
const KNOWN: usize = 1 << 14;

impl Judge for ModelJudge<'_> {
    fn meet(&mut self, edges: &[Edge]) {
        if self.known.len() + edges.len() > KNOWN {
            self.known.clear();
        }
        for edge in edges.iter().take(KNOWN) {
            let evidence = self.evidence_of(edge.gamma, edge.l, edge.r);
            self.known.insert((edge.l.min(edge.r), edge.l.max(edge.r)), (edge.gamma, evidence));
        }
    }

    fn judge(&mut self, left: &[u32], right: &[u32], edge: &Edge) -> Judgement {
        if left.len() > 1 || right.len() > 1 {
            return self.judge_whole(left, right);
        }
        // Two records are what their pair says.
        let mean_evidence = (edge.weight - self.by.scorer.prior).clamp(-LIMIT, LIMIT);
        Judgement { mean_evidence, own_evidence: None, profile_weight: edge.weight, conflict: false }
    }

    fn judge_whole(&mut self, left: &[u32], right: &[u32]) -> Judgement {
        let total = left.len() * right.len();
        let step = total.div_ceil(LOOKED_AT).max(1);
        let (mut sum, mut seen, mut conflict) = (0.0, 0_u32, false);
        let mut best: [Option<(u8, u32, u32)>; MAX_COMPARISONS] = [None; MAX_COMPARISONS];
        for at in (0..total).step_by(step) {
            let (l, r) = (left[at / right.len()], right[at % right.len()]);
            let (gamma, evidence) = self.evidence(l, r);
            conflict |= self.by.conflicts.any(gamma);
            sum += evidence;
            seen += 1;
            for (comparison, best) in best.iter_mut().enumerate() {
                if let Some(found) = gamma.get(comparison)
                    && best.is_none_or(|(held, _, _)| found > held)
                {
                    *best = Some((found, l, r));
                }
            }
        }
        let profile_weight = self.by.scorer.profile_weight(self.by.comparer, &best);
        let own_evidence = (left.len().min(right.len()) >= TELLING).then(|| self.mean_within(left).min(self.mean_within(right)));
        Judgement { mean_evidence: sum / f64::from(seen.max(1)), own_evidence, profile_weight, conflict }
    }
}

impl ModelJudge<'_> {
    /// The comparison vector of two records and their (limited) evidence in bits.
    fn evidence(&mut self, l: u32, r: u32) -> (Gamma, f64) {
        let pair = (l.min(r), l.max(r));
        if let Some(known) = self.known.get(&pair) {
            return *known;
        }
        if self.known.len() >= KNOWN {
            self.known.clear();
        }
        let gamma = self.by.comparer.vector(l, r, &mut self.scratch);
        let found = (gamma, self.evidence_of(gamma, l, r));
        self.known.insert(pair, found);
        found
    }

    fn evidence_of(&self, gamma: Gamma, l: u32, r: u32) -> f64 {
        (self.by.scorer.match_weight(self.by.comparer, gamma, l, r) - self.by.scorer.prior).clamp(-LIMIT, LIMIT)
    }

    /// Mean (limited) evidence in bits over the pairs within one cluster.
    fn mean_within(&mut self, members: &[u32]) -> f64 {
        let total = members.len() * members.len();
        let step = total.div_ceil(LOOKED_AT).max(1);
        let (mut sum, mut seen) = (0.0, 0_u32);
        for at in (0..total).step_by(step) {
            let (l, r) = (at / members.len(), at % members.len());
            if l < r {
                sum += self.evidence(members[l], members[r]).1;
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

/// Which records were joined so far: each points to one that stands before it, the first of a set to itself.
#[derive(Debug)]
struct Forest(Vec<u32>);

impl Forest {
    fn new(count: usize) -> Self {
        Self((0..u32::try_from(count).unwrap_or(u32::MAX)).collect())
    }

    fn root(&mut self, mut record: u32) -> u32 {
        while self.0[record as usize] != record {
            let above = self.0[self.0[record as usize] as usize];
            self.0[record as usize] = above;
            record = above;
        }
        record
    }

    /// Joins two sets; returns the root of both and the one that was a root before.
    fn join(&mut self, a: u32, b: u32) -> (u32, u32) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        self.0[high as usize] = low;
        (low, high)
    }
}

/// Clusters records, whose sources are `source`. `edges` need no order. Must-links join first and are judged by nobody; cannot-links hold always.
pub fn cluster<J: Judges>(
    source: &[u16],
    mut edges: Vec<Edge>,
    constraints: &Constraints,
    limits: &Limits,
    judges: &J,
    ctx: &RunCtx,
) -> Result<Clustering, MatchError> {
    let count = source.len();
    let mut forest = Forest::new(count);
    edges.retain(|edge| edge.weight >= limits.threshold);
    let parts = connected(&mut forest, &constraints.must_link, edges);
    let mut forbidden: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (l, r) in &constraints.cannot_link {
        forbidden.entry(*l).or_default().push(*r);
        forbidden.entry(*r).or_default().push(*l);
    }
    let rules = Rules { source, forbidden: &forbidden, limits };
    ctx.check()?;
    let slices: Vec<&[Link]> = parts.chunk_by(|a, b| a.part == b.part).collect();
    let done: Vec<Joined> = slices
        .par_iter()
        .map_init(
            || judges.judge(),
            |judge, links| {
                ctx.check()?;
                Ok::<_, MatchError>(Part::new(links).cluster(&rules, judge))
            },
        )
        .collect::<Result<_, _>>()?;
    let mut joined = Forest::new(count);
    let mut refused = Vec::new();
    for Joined { joins, refused: no } in done {
        joins.into_iter().for_each(|(a, b)| {
            joined.join(a, b);
        });
        refused.extend(no);
    }
    refused.par_sort_unstable_by(|(a, _), (b, _)| strongest_first(a, b));
    Ok(number(count, joined, refused))
}

/// A pair that may join, or `gamma: None` for one that must, with the first record of its connected part.
#[derive(Debug, Clone, Copy)]
struct Link {
    part: u32,
    l: u32,
    r: u32,
    weight: f64,
    gamma: Option<Gamma>,
}

/// All links, part by part; in a part those that must join first, then the strongest.
fn connected(forest: &mut Forest, must_link: &[(u32, u32)], edges: Vec<Edge>) -> Vec<Link> {
    let told = must_link.iter().map(|(l, r)| Link { part: 0, l: *l, r: *r, weight: f64::INFINITY, gamma: None });
    let asking = edges.into_iter().map(|Edge { l, r, weight, gamma }| Link { part: 0, l, r, weight, gamma: Some(gamma) });
    let mut links: Vec<Link> = told.chain(asking).collect();
    for link in &links {
        forest.join(link.l, link.r);
    }
    for link in &mut links {
        link.part = forest.root(link.l);
    }
    links.par_sort_unstable_by(|a, b| a.part.cmp(&b.part).then(b.weight.total_cmp(&a.weight)).then(a.l.cmp(&b.l)).then(a.r.cmp(&b.r)));
    links
}

fn strongest_first(a: &Edge, b: &Edge) -> std::cmp::Ordering {
    b.weight.total_cmp(&a.weight).then(a.l.cmp(&b.l)).then(a.r.cmp(&b.r))
}

/// What forbids joining, besides the judge.
struct Rules<'a> {
    source: &'a [u16],
    forbidden: &'a FxHashMap<u32, Vec<u32>>,
    limits: &'a Limits,
}

/// What became of the links of one part.
struct Joined {
    joins: Vec<(u32, u32)>,
    refused: Vec<(Edge, Refusal)>,
}

/// One connected part while it is being clustered. Inside, records are numbered 0, 1, … in their order.
struct Part<'a> {
    links: &'a [Link],
    records: Vec<u32>,
    forest: Forest,
    /// Of every root the records of its cluster, in order.
    members: Vec<Vec<u32>>,
}

impl<'a> Part<'a> {
    fn new(links: &'a [Link]) -> Self {
        let mut records: Vec<u32> = links.iter().flat_map(|link| [link.l, link.r]).collect();
        records.sort_unstable();
        records.dedup();
        let members = records.iter().map(|record| vec![*record]).collect();
        Self { links, forest: Forest::new(records.len()), records, members }
    }

    fn cluster(mut self, rules: &Rules<'_>, judge: &mut impl Judge) -> Joined {
        let mut joins = Vec::new();
        let mut work = Vec::with_capacity(self.links.len());
        for link in self.links {
            match link.gamma {
                Some(gamma) => work.push(Edge { l: link.l, r: link.r, weight: link.weight, gamma }),
                None => self.join(link.l, link.r, &mut joins),
            }
        }
        if self.records.len() > 2 {
            judge.meet(&work);
        }
        let mut refused = Vec::new();
        // A refused pair may fit once its clusters have grown: one more pass over what is left.
        for _ in 0..2 {
            refused.clear();
            self.pass(&work, rules, judge, &mut joins, &mut refused);
            if refused.is_empty() {
                break;
            }
            work = refused.iter().map(|(edge, _)| *edge).collect();
        }
        Joined { joins, refused }
    }

    fn pass(
        &mut self,
        work: &[Edge],
        rules: &Rules<'_>,
        judge: &mut impl Judge,
        joins: &mut Vec<(u32, u32)>,
        refused: &mut Vec<(Edge, Refusal)>,
    ) {
        let mut tried: FxHashMap<(u32, u32), (usize, Refusal)> = FxHashMap::default();
        for edge in work {
            let (a, b) = (self.root(edge.l), self.root(edge.r));
            if a == b {
                continue;
            }
            let (left, right) = (&self.members[a as usize], &self.members[b as usize]);
            let size = left.len() + right.len();
            let key = (a.min(b), a.max(b));
            let answer = match tried.get(&key) {
                Some((known, refusal)) if *known == size => Some(*refusal),
                _ => rules.refusal(left, right, edge, judge),
            };
            match answer {
                None => self.join(edge.l, edge.r, joins),
                Some(reason) => {
                    tried.insert(key, (size, reason));
                    refused.push((*edge, reason));
                }
            }
        }
    }

    fn root(&mut self, record: u32) -> u32 {
        let at = self.records.binary_search(&record).unwrap_or(0);
        self.forest.root(u32::try_from(at).unwrap_or(u32::MAX))
    }

    fn join(&mut self, l: u32, r: u32, joins: &mut Vec<(u32, u32)>) {
        let (a, b) = (self.root(l), self.root(r));
        if a == b {
            return;
        }
        joins.push((l, r));
        let (low, high) = self.forest.join(a, b);
        let more = std::mem::take(&mut self.members[high as usize]);
        self.members[low as usize].extend(more);
        self.members[low as usize].sort_unstable();
    }
}

impl Rules<'_> {
    /// Why two clusters that a pair would join stay apart.
    fn refusal(&self, left: &[u32], right: &[u32], edge: &Edge, judge: &mut impl Judge) -> Option<Refusal> {
        if left.iter().any(|l| self.forbidden.get(l).is_some_and(|others| others.iter().any(|r| right.contains(r)))) {
            return Some(Refusal::CannotLink);
        }
        let source = |record: &u32| self.source[*record as usize];
        let unique = |record: &u32| self.limits.unique_sources.get(usize::from(source(record))).copied().unwrap_or(false);
        if left.iter().filter(|l| unique(l)).any(|l| right.iter().any(|r| source(l) == source(r))) {
            return Some(Refusal::UniqueSource);
        }
        let judgement = judge.judge(left, right, edge);
        if judgement.conflict {
            return Some(Refusal::Conflict);
        }
        // Records of one entity agree across its two halves about as much as within each.
        let mean_at_least = judgement.own_evidence.map_or(self.limits.mean_at_least, |own| self.limits.mean_at_least.max(COHESION * own));
        let weak = judgement.mean_evidence < mean_at_least || judgement.profile_weight < self.limits.profile_at_least;
        weak.then_some(Refusal::WeakOverall)
    }
}

/// Numbers the sets by their first record.
fn number(count: usize, mut forest: Forest, refused: Vec<(Edge, Refusal)>) -> Clustering {
    let mut cluster = vec![0_u32; count];
    let mut members: Vec<Vec<u32>> = Vec::new();
    for record in 0..u32::try_from(count).unwrap_or(u32::MAX) {
        // A root stands before all others of its set.
        let root = forest.root(record);
        if root == record {
            cluster[record as usize] = u32::try_from(members.len()).unwrap_or(u32::MAX);
            members.push(vec![record]);
        } else {
            let at = cluster[root as usize];
            cluster[record as usize] = at;
            members[at as usize].push(record);
        }
    }
    Clustering { cluster, members, refused }
}

/// Connected components at a threshold, without judgement: what a naive search gives.
pub fn connected_components(count: usize, edges: &[Edge], threshold: f64) -> Vec<u32> {
    let mut forest = Forest::new(count);
    for edge in edges.iter().filter(|edge| edge.weight >= threshold) {
        forest.join(edge.l, edge.r);
    }
    number(count, forest, Vec::new()).cluster
}
