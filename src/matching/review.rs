//! Pairs and clusters -> what a person should look at: clusters that may be one, and clusters that may be several.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::base::RunCtx;

use super::cluster::{Clustering, Refusal};
use super::comparison::{Comparer, Conflicts};
use super::error::MatchError;
use super::learn;
use super::levels::levels_of;
use super::model::Model;
use super::score::{Scorer, probability_of, weight_at};
use super::vector::Gamma;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewKind {
    /// Groups that are kept apart and may be one.
    PossibleMerge,
    /// One cluster that may be several; `groups` are its parts.
    DoubtfulCluster,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewItem {
    pub kind: ReviewKind,
    /// Two or more groups of records (rows of the input).
    pub groups: Vec<Vec<u32>>,
    /// Of the best pair between the groups.
    pub match_weight: f64,
    pub match_probability: f64,
    /// "birth date same, surname 1 letter".
    pub pattern: String,
    /// What an answer teaches: pairs that a wrong decision about items like this is expected to cost. For ordering a queue.
    #[serde(default)]
    pub teaches: f64,
}

/// A scored pair in canonical order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    pub l: u32,
    pub r: u32,
    pub weight: f64,
    pub gamma: Gamma,
    pub match_key: u8,
}

/// Items that name one cluster.
const ASKED_PER_CLUSTER: u32 = 3;
/// Clusters larger than this are not searched for weak members pair by pair.
const SEARCHED: usize = 40;
/// A member whose best pair is below this probability makes its cluster doubtful.
const DOUBTFUL_BELOW: f64 = 0.99;

/// Everything that review looks at.
#[derive(Debug)]
pub struct ReviewInput<'a> {
    pub comparer: &'a Comparer<'a>,
    pub scorer: &'a Scorer,
    pub conflicts: &'a Conflicts,
    pub model: &'a Model,
    pub pairs: &'a [Scored],
    pub clustering: &'a Clustering,
    pub cannot_link: &'a [(u32, u32)],
    pub must_link: &'a [(u32, u32)],
}

/// Review items in canonical numbering, strongest first.
pub fn find(input: &ReviewInput<'_>, ctx: &RunCtx) -> Result<Vec<ReviewItem>, MatchError> {
    let merges = Merges {
        model: input.model,
        conflicts: input.conflicts,
        pairs: input.pairs,
        clustering: input.clustering,
        cannot_link: input.cannot_link,
    };
    let mut items = possible_merges(&merges);
    let members = &input.clustering.members;
    let found = doubts(input, &mut members.iter().map(Vec::as_slice), ctx)?;
    items.extend(found.into_iter().map(|doubt| doubt.about(&members[input.clustering.cluster[doubt.weakest as usize] as usize])));
    Ok(in_order(items))
}

/// Strongest first, and what each teaches.
pub(super) fn in_order(mut items: Vec<ReviewItem>) -> Vec<ReviewItem> {
    items.sort_by(|a, b| b.match_weight.total_cmp(&a.match_weight).then_with(|| a.groups.cmp(&b.groups)));
    let worth: Vec<(f64, f64)> = items.iter().map(|item| (item.match_weight, pairs_between(&item.groups))).collect();
    items.iter_mut().zip(learn::teaches(&worth, &[])).for_each(|(item, teaches)| item.teaches = teaches);
    items
}

/// Pairs of records that hang on an item.
fn pairs_between(groups: &[Vec<u32>]) -> f64 {
    let (mut before, mut pairs) = (0, 0);
    for group in groups {
        pairs += before * group.len();
        before += group.len();
    }
    pairs as f64
}

/// What tells which clusters may be one. All pairs between clusters that a person may be asked about are needed, no others.
#[derive(Debug)]
pub(super) struct Merges<'a> {
    pub model: &'a Model,
    pub conflicts: &'a Conflicts,
    pub pairs: &'a [Scored],
    pub clustering: &'a Clustering,
    pub cannot_link: &'a [(u32, u32)],
}

/// Clusters that may be one, strongest first. Numbers of clusters mean nothing here: a cluster goes by its first record.
pub(super) fn possible_merges(input: &Merges<'_>) -> Vec<ReviewItem> {
    let floor = weight_at(input.model.settings.review_floor);
    let clustering = input.clustering;
    let members = |record: u32| &clustering.members[clustering.cluster[record as usize] as usize];
    let both = |l: u32, r: u32| ordered(members(l)[0], members(r)[0]);
    let told_apart: std::collections::BTreeSet<(u32, u32)> = input.cannot_link.iter().map(|(l, r)| both(*l, *r)).collect();
    let refused: FxHashMap<(u32, u32), Refusal> = clustering.refused.iter().map(|(edge, why)| ((edge.l, edge.r), *why)).collect();
    let mut best: FxHashMap<(u32, u32), Scored> = FxHashMap::default();
    for pair in input.pairs.iter().filter(|pair| pair.weight >= floor) {
        let key = both(pair.l, pair.r);
        if key.0 == key.1 || told_apart.contains(&key) || refused.get(&(pair.l, pair.r)) == Some(&Refusal::UniqueSource) {
            continue;
        }
        let held = best.entry(key).or_insert(*pair);
        if (pair.weight, std::cmp::Reverse((pair.l, pair.r))) > (held.weight, std::cmp::Reverse((held.l, held.r))) {
            *held = *pair;
        }
    }
    strongest_per_cluster(best)
        .into_par_iter()
        .map(|((a, b), pair)| {
            let mut pattern = pattern_of(input.model, pair.gamma);
            if let Some(Refusal::WeakOverall) = refused.get(&(pair.l, pair.r)) {
                pattern.push_str("; other records of the two speak against");
            } else if input.conflicts.any(pair.gamma) || refused.get(&(pair.l, pair.r)) == Some(&Refusal::Conflict) {
                pattern.push_str("; held back: ");
                pattern.push_str(input.conflicts.found(pair.gamma).unwrap_or("other records of the two contradict each other"));
            }
            ReviewItem {
                kind: ReviewKind::PossibleMerge,
                groups: vec![members(a).clone(), members(b).clone()],
                match_weight: pair.weight,
                match_probability: probability_of(pair.weight),
                pattern,
                teaches: 0.0,
            }
        })
        .collect()
}

/// A cluster is asked about with the few others that fit it best: a note about "John S." fits every John S. of a branch.
fn strongest_per_cluster(best: FxHashMap<(u32, u32), Scored>) -> Vec<((u32, u32), Scored)> {
    let mut order: Vec<((u32, u32), Scored)> = best.into_iter().collect();
    order.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then(a.0.cmp(&b.0)));
    let mut asked: FxHashMap<u32, u32> = FxHashMap::default();
    order.retain(|((a, b), _)| {
        let often = [*a, *b].iter().any(|cluster| asked.get(cluster).is_some_and(|count| *count >= ASKED_PER_CLUSTER));
        if !often {
            *asked.entry(*a).or_default() += 1;
            *asked.entry(*b).or_default() += 1;
        }
        !often
    });
    order
}

fn ordered(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

/// A cluster that may be several: its weakest record, and what that says with the one it fits best.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Doubt {
    pub weakest: u32,
    pub weight: f64,
    pub pattern: String,
}

impl Doubt {
    /// The question; `members`: the whole cluster.
    pub fn about(&self, members: &[u32]) -> ReviewItem {
        ReviewItem {
            kind: ReviewKind::DoubtfulCluster,
            groups: vec![members.iter().copied().filter(|member| *member != self.weakest).collect(), vec![self.weakest]],
            match_weight: self.weight,
            match_probability: probability_of(self.weight),
            pattern: self.pattern.clone(),
            teaches: 0.0,
        }
    }
}

/// Which of `clusters` are doubtful.
pub(super) fn doubts(input: &ReviewInput<'_>, clusters: &mut dyn Iterator<Item = &[u32]>, ctx: &RunCtx) -> Result<Vec<Doubt>, MatchError> {
    let doubtful = weight_at(DOUBTFUL_BELOW);
    let linked: FxHashSet<(u32, u32)> = input.must_link.iter().map(|(l, r)| ordered(*l, *r)).collect();
    let mut scratch = input.comparer.scratch();
    let mut found = Vec::new();
    for (at, members) in clusters.filter(|m| (2..=SEARCHED).contains(&m.len())).enumerate() {
        if at % 1024 == 0 {
            ctx.check()?;
        }
        let mut best: Vec<(f64, Gamma)> = vec![(f64::NEG_INFINITY, Gamma::default()); members.len()];
        for a in 0..members.len() {
            for b in a + 1..members.len() {
                let gamma = input.comparer.vector(members[a], members[b], &mut scratch);
                let told = linked.contains(&ordered(members[a], members[b]));
                let weight = if told { f64::INFINITY } else { input.scorer.match_weight(input.comparer, gamma, members[a], members[b]) };
                for at in [a, b] {
                    if weight > best[at].0 {
                        best[at] = (weight, gamma);
                    }
                }
            }
        }
        let Some(weakest) = (0..members.len()).min_by(|a, b| best[*a].0.total_cmp(&best[*b].0)) else { continue };
        let (weight, gamma) = best[weakest];
        if weight < doubtful {
            found.push(Doubt { weakest: members[weakest], weight, pattern: pattern_of(input.model, gamma) });
        }
    }
    Ok(found)
}

/// A comparison vector in words, telling comparisons first.
pub fn pattern_of(model: &Model, gamma: Gamma) -> String {
    let mut parts: Vec<(f64, String)> = Vec::new();
    for (at, comparison) in model.settings.comparisons.iter().enumerate() {
        let Some(g) = gamma.get(at) else { continue };
        let level = &model.comparisons[at].comparison_levels[usize::from(g)];
        let bits = super::score::weight_of(level.m_probability, level.u_probability);
        let phrase = levels_of(comparison.kind).get(usize::from(g)).map_or("", |l| l.phrase);
        let generic = phrase == "same" || phrase == "differs" || phrase.starts_with("id ") || phrase.starts_with("text ");
        let name = comparison.output_column_name.replace('_', " ");
        let text = match (generic, phrase.split_once(' ')) {
            (true, Some((_, rest))) => format!("{name} {rest}"),
            (true, None) => format!("{name} {phrase}"),
            (false, _) => phrase.to_owned(),
        };
        parts.push((bits.abs(), text));
    }
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    parts.into_iter().take(5).map(|(_, text)| text).collect::<Vec<_>>().join(", ")
}
