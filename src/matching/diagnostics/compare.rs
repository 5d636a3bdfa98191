//! Two results on one table: what joins, what parts, and how far weights move.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::matching::run::{MatchOutcome, ScoredPair};
use crate::matching::score::weight_at;

use super::histogram::{Histogram, Tally};

/// One result, by rows of the table.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Per row its cluster.
    pub cluster: &'a [u32],
    /// Scored pairs above the floor; may be empty where only the clusters are known.
    pub pairs: &'a [ScoredPair],
    /// match_probability from which pairs join.
    pub threshold: f64,
    pub review_items: u64,
}

impl<'a> Side<'a> {
    pub fn of(outcome: &'a MatchOutcome) -> Self {
        Self { cluster: &outcome.cluster, pairs: &outcome.pairs, threshold: outcome.threshold, review_items: outcome.review.len() as u64 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// One cluster now, two before.
    Joined,
    /// Two clusters now, one before.
    Parted,
}

/// Two rows that stand for two groups which join or part: the strongest pair between them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ChangedPair {
    pub l: u32,
    pub r: u32,
    pub change: Change,
    /// match_probability; `None` where the pair was not compared or lies below the floor.
    pub before: Option<f64>,
    pub after: Option<f64>,
}

/// What a second result would change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub records: u64,
    pub clusters_before: u64,
    pub clusters_after: u64,
    /// Pairs of records that the clusters imply after and not before, and the other way round.
    pub joined_pairs: u64,
    pub parted_pairs: u64,
    pub review_before: u64,
    pub review_after: u64,
    /// Scored pairs that rise to the threshold, and that fall below it.
    pub rising_pairs: u64,
    pub falling_pairs: u64,
    /// After minus before, in bits, of the pairs that both kept.
    pub weight_changes: Histogram,
    /// Groups that join or part; `changed` lists the strongest of them.
    pub joined_groups: u64,
    pub parted_groups: u64,
    pub changed: Vec<ChangedPair>,
}

/// Compares two results on the same rows. At most `listed` changed pairs of each kind are listed, the strongest first.
pub fn compare(before: &Side<'_>, after: &Side<'_>, listed: usize) -> Comparison {
    let known_before: BTreeMap<(u32, u32), &ScoredPair> = before.pairs.iter().map(|pair| ((pair.l, pair.r), pair)).collect();
    let (joined, parted) = groups(before, after);
    let mut out = Comparison {
        records: before.cluster.len() as u64,
        clusters_before: distinct(before.cluster),
        clusters_after: distinct(after.cluster),
        review_before: before.review_items,
        review_after: after.review_items,
        joined_groups: joined.len() as u64,
        parted_groups: parted.len() as u64,
        ..Comparison::default()
    };
    let together = pairs_of(before.cluster.iter().zip(after.cluster));
    out.joined_pairs = pairs_of(after.cluster.iter()).saturating_sub(together);
    out.parted_pairs = pairs_of(before.cluster.iter()).saturating_sub(together);
    let (from, to) = (weight_at(before.threshold), weight_at(after.threshold));
    let mut moved = Tally::default();
    for pair in after.pairs {
        let old = known_before.get(&(pair.l, pair.r)).map(|pair| pair.match_weight);
        if let Some(old) = old {
            moved.add(pair.match_weight - old);
        }
        // A pair that was not kept before was far below every threshold.
        match (old.is_some_and(|old| old >= from), pair.match_weight >= to) {
            (false, true) => out.rising_pairs += 1,
            (true, false) => out.falling_pairs += 1,
            _ => {}
        }
    }
    out.weight_changes = moved.histogram();
    for (change, mut pairs) in [(Change::Joined, joined), (Change::Parted, parted)] {
        pairs.sort_by(|a, b| b.1.unwrap_or(0.0).total_cmp(&a.1.unwrap_or(0.0)).then(a.0.cmp(&b.0)));
        out.changed.extend(pairs.into_iter().take(listed).map(|((l, r), after)| ChangedPair {
            l,
            r,
            change,
            before: known_before.get(&(l, r)).map(|pair| pair.match_probability),
            after,
        }));
    }
    out
}

type Found = Vec<((u32, u32), Option<f64>)>;

/// Of each two groups that join, and of each two that part, the strongest pair between them.
fn groups(before: &Side<'_>, after: &Side<'_>) -> (Found, Found) {
    let mut joined: BTreeMap<(u32, u32), &ScoredPair> = BTreeMap::new();
    let mut parted: BTreeMap<(u32, u32), &ScoredPair> = BTreeMap::new();
    for pair in after.pairs {
        let (l, r) = (pair.l as usize, pair.r as usize);
        let (was, is) = (before.cluster[l] == before.cluster[r], after.cluster[l] == after.cluster[r]);
        let (place, side) = match (was, is) {
            (false, true) => (&mut joined, before.cluster),
            (true, false) => (&mut parted, after.cluster),
            _ => continue,
        };
        let held = place.entry((side[l].min(side[r]), side[l].max(side[r]))).or_insert(pair);
        if pair.match_weight > held.match_weight {
            *held = pair;
        }
    }
    let listed =
        |map: &BTreeMap<(u32, u32), &ScoredPair>| map.values().map(|p| ((p.l, p.r), Some(p.match_probability))).collect::<Vec<_>>();
    let (mut joined_pairs, mut parted_pairs) = (listed(&joined), listed(&parted));
    // Groups between which no pair was kept: their first records stand for them.
    joined_pairs.extend(bare(after.cluster, before.cluster, &joined));
    parted_pairs.extend(bare(before.cluster, after.cluster, &parted));
    (joined_pairs, parted_pairs)
}

/// Parts of one whole that no listed pair connects to the part before it.
fn bare(whole: &[u32], parts: &[u32], known: &BTreeMap<(u32, u32), &ScoredPair>) -> Found {
    let connected: std::collections::BTreeSet<u32> = known.keys().flat_map(|(a, b)| [*a, *b]).collect();
    let mut first_of: BTreeMap<u32, BTreeMap<u32, u32>> = BTreeMap::new();
    for (row, (whole, part)) in (0_u32..).zip(whole.iter().zip(parts)) {
        first_of.entry(*whole).or_default().entry(*part).or_insert(row);
    }
    let mut found = Vec::new();
    for parts in first_of.values().filter(|parts| parts.len() > 1) {
        let rows: Vec<(&u32, &u32)> = parts.iter().collect();
        for two in rows.windows(2) {
            if !connected.contains(two[0].0) || !connected.contains(two[1].0) {
                let (a, b) = (*two[0].1, *two[1].1);
                found.push(((a.min(b), a.max(b)), None));
            }
        }
    }
    found
}

fn distinct(cluster: &[u32]) -> u64 {
    let mut all = cluster.to_vec();
    all.sort_unstable();
    all.dedup();
    all.len() as u64
}

/// Pairs that carry one label.
fn pairs_of<T: Ord>(labels: impl Iterator<Item = T>) -> u64 {
    let mut counts: BTreeMap<T, u64> = BTreeMap::new();
    for label in labels {
        *counts.entry(label).or_default() += 1;
    }
    counts.values().map(|count| count * (count - 1) / 2).sum()
}
