//! Touched records -> the components they are in -> clusters, namesakes parted, questions.
//!
//! Three rings: the core (connected components of strong pairs and must-links that hold a touched record), clustered anew; the near
//! groups, of which a record has a claim on the core that is strong enough to matter beside its own cluster, whose namesakes are judged
//! anew; the far groups, that core or near ones have claims on, needed for judging those. Within the rings everything is there that the
//! functions for whole tables look at.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Index;
use super::local::Local;
use super::outcome::Added;
use super::pairs::Kept;
use crate::base::RunCtx;
use crate::matching::cluster::{Clustering, Edge, ModelJudges, Refusal, cluster};
use crate::matching::comparison::Conflicts;
use crate::matching::error::MatchError;
use crate::matching::review::{self, Doubt, ReviewInput, Scored};
use crate::matching::rival::{Claim, NEGLIGIBLE_BITS, part_doubtful};
use crate::matching::run::{Constraints, limits_at};
use crate::matching::score::{Scorer, weight_at};

/// The records that settling looks at.
#[derive(Debug, Default)]
pub(super) struct Rings {
    pub core: FxHashSet<u32>,
    pub near: FxHashSet<u32>,
    pub far: FxHashSet<u32>,
}

/// Records with what they are in now: the number of their group and of their cluster mean nothing but which belong together.
#[derive(Debug)]
pub(super) struct Settled {
    /// (record, group, cluster) of the core and the near groups, in canonical order.
    pub records: Vec<(u32, u32, u32)>,
    /// Of the core: strong pairs that were refused.
    pub refused: Vec<(u32, u32, Refusal)>,
    /// Of the core and the near groups.
    pub doubts: Vec<Doubt>,
}

impl Index {
    /// Clusters anew what `touched` (in canonical order) reaches, and numbers it. `heirs`: replaced record -> the one in its place;
    /// `before`: removed or replaced record -> the cluster it was in.
    pub(super) fn settle(
        &mut self,
        touched: &[u32],
        heirs: &FxHashMap<u32, u32>,
        before: &FxHashMap<u32, u32>,
        added: &mut Added,
        ctx: &RunCtx,
    ) -> Result<(), MatchError> {
        let conflicts = self.conflicts()?;
        let rings = self.rings(touched, &conflicts, ctx)?;
        added.settled = rings.core.len() as u64;
        let all: Vec<u32> = rings.core.iter().chain(&rings.near).chain(&rings.far).copied().collect();
        let local = Local::new(self, all, false);
        let settled = self.settle_local(&local, &rings, &conflicts, ctx)?;
        self.remember(&settled, &rings.core);
        self.renumber(&settled, &rings.core, heirs, before, added);
        Ok(())
    }

    fn rings(&self, touched: &[u32], conflicts: &Conflicts, ctx: &RunCtx) -> Result<Rings, MatchError> {
        let threshold = weight_at(self.model.threshold);
        let mut linked: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (l, r) in &self.told.must_link {
            linked.entry(*l).or_default().push(*r);
            linked.entry(*r).or_default().push(*l);
        }
        let mut rings = Rings { core: touched.iter().copied().collect(), ..Rings::default() };
        let mut open: Vec<u32> = touched.to_vec();
        while let Some(record) = open.pop() {
            if open.len().is_multiple_of(4096) {
                ctx.check()?;
            }
            let strong = self.pairs.of(record).filter(|pair| pair.weight >= threshold && !conflicts.any(pair.gamma));
            let reached = strong.map(|pair| pair.other(record)).chain(linked.get(&record).into_iter().flatten().copied());
            for other in reached.chain(self.members.get(self.group[record as usize]).iter().copied()) {
                if rings.core.insert(other) {
                    open.push(other);
                }
            }
        }
        let tied = self.tied(&rings.core);
        for record in &tied {
            let into_core = |pair: &Kept| rings.core.contains(&pair.other(*record));
            if !rings.near.contains(record) && self.claims_that_matter(*record, conflicts).any(|pair| into_core(&pair)) {
                rings.near.extend(self.members.get(self.group[*record as usize]).iter().copied());
            }
        }
        rings.far = tied;
        for record in &rings.near {
            for other in self.claims_that_matter(*record, conflicts).map(|pair| pair.other(*record)) {
                rings.far.extend(self.members.get(self.group[other as usize]).iter().copied());
            }
        }
        rings.far.retain(|record| !rings.core.contains(record) && !rings.near.contains(record));
        Ok(rings)
    }

    /// The groups outside that a pair ties to `core`.
    fn tied(&self, core: &FxHashSet<u32>) -> FxHashSet<u32> {
        let mut found = FxHashSet::default();
        for record in core {
            for other in self.pairs.of(*record).map(|pair| pair.other(*record)) {
                if !core.contains(&other) && !found.contains(&other) {
                    found.extend(self.members.get(self.group[other as usize]).iter().copied());
                }
            }
        }
        found
    }

    /// The claims of a record that the namesake rule weighs beside that of its own group; none where its group has none.
    fn claims_that_matter(&self, record: u32, conflicts: &Conflicts) -> impl Iterator<Item = Kept> {
        let group = self.group[record as usize];
        let claims: Vec<Kept> = self.pairs.of(record).filter(|pair| !conflicts.any(pair.gamma)).collect();
        let is_own = |pair: &Kept| self.group[pair.other(record) as usize] == group;
        let own = claims
            .iter()
            .filter(|pair| is_own(pair))
            .map(|pair| pair.weight)
            .fold(f64::INFINITY, |a, b| if a.is_finite() { a.max(b) } else { b });
        claims.into_iter().filter(move |pair| pair.weight > own - NEGLIGIBLE_BITS)
    }

    fn settle_local(&self, local: &Local, rings: &Rings, conflicts: &Conflicts, ctx: &RunCtx) -> Result<Settled, MatchError> {
        let comparer = local.comparer(self, usize::MAX)?;
        let scorer = Scorer::new(&self.model, &comparer);
        let judges = ModelJudges { comparer: &comparer, scorer: &scorer, conflicts };
        let pairs = self.pairs_within(local);
        let told = self.told_within(local);
        let is_core = |position: u32| rings.core.contains(&local.record(position));
        let core_told = Constraints {
            must_link: told.must_link.iter().copied().filter(|(l, r)| is_core(*l) && is_core(*r)).collect(),
            cannot_link: told.cannot_link.iter().copied().filter(|(l, r)| is_core(*l) && is_core(*r)).collect(),
        };
        let limits = limits_at(self.model.threshold, self.unique_sources());
        let free = || pairs.iter().filter(|pair| !conflicts.any(pair.gamma));
        let edges = free().filter(|pair| is_core(pair.l) && is_core(pair.r));
        let edges = edges.map(|pair| Edge { l: pair.l, r: pair.r, weight: pair.weight, gamma: pair.gamma }).collect();
        let fresh = cluster(&local.fields.source, edges, &core_told, &limits, &judges, ctx)?;
        // Of the other rings the groups are known.
        let offset = fresh.members.len();
        let whole = renumbered(
            (0..local.fields.len()).zip(0_u32..).map(|(at, position)| {
                if is_core(position) { fresh.cluster[at] as usize } else { offset + self.group[local.record(position) as usize] as usize }
            }),
            fresh.refused,
        );
        let claims: Vec<Claim> = free().map(|pair| Claim { l: pair.l, r: pair.r, weight: pair.weight }).collect();
        let decided = told.must_link.iter().chain(&told.cannot_link).flat_map(|(l, r)| [*l, *r]).collect();
        let parted = part_doubtful(whole.clone(), &claims, self.model.threshold, &decided, &judges, ctx)?;
        // What far groups know of namesakes is more than can be seen from here.
        let offset = parted.members.len();
        let is_far = |position: u32| rings.far.contains(&local.record(position));
        let clustering = renumbered(
            (0..local.fields.len()).zip(0_u32..).map(|(at, position)| {
                if is_far(position) { offset + self.cluster(local.record(position)) as usize } else { parted.cluster[at] as usize }
            }),
            whole.refused.clone(),
        );
        let input = ReviewInput {
            comparer: &comparer,
            scorer: &scorer,
            conflicts,
            model: &self.model,
            pairs: &pairs,
            clustering: &clustering,
            cannot_link: &told.cannot_link,
            must_link: &told.must_link,
        };
        let mut mine = clustering.members.iter().map(Vec::as_slice).filter(|members| !is_far(members[0]));
        let mut doubts = review::doubts(&input, &mut mine, ctx)?;
        doubts.iter_mut().for_each(|doubt| doubt.weakest = local.record(doubt.weakest));
        let mine = (0..local.fields.len()).zip(0_u32..).filter(|(_, position)| !is_far(*position));
        let records = mine.map(|(at, position)| (local.record(position), whole.cluster[at], clustering.cluster[at])).collect();
        let refused = whole.refused.iter().map(|(edge, why)| (local.record(edge.l), local.record(edge.r), *why)).collect();
        Ok(Settled { records, refused, doubts })
    }

    /// Keeps what questions are made of.
    fn remember(&mut self, settled: &Settled, core: &FxHashSet<u32>) {
        for record in core {
            self.refused.remove(record);
        }
        let mut refused: Vec<_> = settled.refused.iter().map(|(l, r, why)| (*l.min(r), *l.max(r), *why)).collect();
        // In the order that the file has, whatever the order of weights.
        refused.sort_unstable_by_key(|(l, r, _)| (*l, *r));
        for (l, r, why) in refused {
            self.refused.entry(l).or_default().push((r, why));
        }
        for (record, ..) in &settled.records {
            self.doubtful.remove(record);
        }
        self.doubtful.extend(settled.doubts.iter().map(|doubt| (doubt.weakest, (doubt.weight, doubt.pattern.clone()))));
    }

    /// The pairs of which both records are in a table, in its numbering.
    fn pairs_within(&self, local: &Local) -> Vec<Scored> {
        let mut pairs = Vec::new();
        for record in &local.fields.row {
            for pair in self.pairs.of(*record).filter(|pair| pair.l == *record) {
                if let (Some(a), Some(b)) = (local.at(pair.l), local.at(pair.r)) {
                    pairs.push(Scored { l: a.min(b), r: a.max(b), weight: pair.weight, gamma: pair.gamma, match_key: pair.match_key });
                }
            }
        }
        pairs.sort_unstable_by_key(|pair| (pair.l, pair.r));
        pairs
    }

    fn told_within(&self, local: &Local) -> Constraints {
        let within = |pairs: &[(u32, u32)]| pairs.iter().filter_map(|(l, r)| Some((local.at(*l)?, local.at(*r)?))).collect();
        Constraints { must_link: within(&self.told.must_link), cannot_link: within(&self.told.cannot_link) }
    }
}

/// A clustering from labels that say which records are together.
pub(super) fn renumbered(labels: impl Iterator<Item = usize>, refused: Vec<(Edge, Refusal)>) -> Clustering {
    let mut numbers: FxHashMap<usize, u32> = FxHashMap::default();
    let mut clustering = Clustering { refused, ..Clustering::default() };
    for (label, record) in labels.zip(0_u32..) {
        let next = super::lists::number(clustering.members.len());
        let at = *numbers.entry(label).or_insert(next);
        if at == next {
            clustering.members.push(Vec::new());
        }
        clustering.members[at as usize].push(record);
        clustering.cluster.push(at);
    }
    clustering
}
