//! What a change would do before it is applied: groups that come together, groups that part, and the pairs that stand for them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::matching::run::ScoredPair;

/// One group of records joined with or parted from another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Changed {
    /// The strongest scored pair between the two (rows); their first rows where no scored pair links them.
    pub l: u32,
    pub r: u32,
    pub match_weight: Option<f64>,
    /// Joined, else parted.
    pub joined: bool,
    /// Pairs of records that this changes.
    pub pairs: u64,
}

/// The difference between two clusterings of one table.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Effect {
    pub clusters_before: u64,
    pub clusters_after: u64,
    /// Pairs of records in one cluster after and not before, and the other way round.
    pub pairs_joined: u64,
    pub pairs_parted: u64,
    /// Largest first.
    pub changes: Vec<Changed>,
}

/// Compares two clusterings (per row a number). `pairs` are the scored pairs of either run.
pub fn effect(before: &[u32], after: &[u32], pairs: &[ScoredPair]) -> Effect {
    let count = |clusters: &[u32]| {
        let mut seen: Vec<u32> = clusters.to_vec();
        seen.sort_unstable();
        seen.dedup();
        seen.len() as u64
    };
    let mut changes = changed(before, after, pairs, true);
    changes.extend(changed(after, before, pairs, false));
    changes.sort_by(|a, b| b.pairs.cmp(&a.pairs).then((a.l, a.r).cmp(&(b.l, b.r))));
    let sum = |joined: bool| changes.iter().filter(|change| change.joined == joined).map(|change| change.pairs).sum();
    Effect { clusters_before: count(before), clusters_after: count(after), pairs_joined: sum(true), pairs_parted: sum(false), changes }
}

/// Groups apart in `apart` and together in `together`.
fn changed(apart: &[u32], together: &[u32], pairs: &[ScoredPair], joined: bool) -> Vec<Changed> {
    // Together -> its groups: how many records, the first of them.
    let mut cells: BTreeMap<u32, BTreeMap<u32, (u64, u32)>> = BTreeMap::new();
    for (row, (a, t)) in (0_u32..).zip(apart.iter().zip(together)) {
        cells.entry(*t).or_default().entry(*a).or_insert((0, row)).0 += 1;
    }
    let mut strongest: BTreeMap<(u32, u32), &ScoredPair> = BTreeMap::new();
    for pair in pairs {
        let (l, r) = (pair.l as usize, pair.r as usize);
        if together[l] == together[r] && apart[l] != apart[r] {
            let held = strongest.entry((apart[l].min(apart[r]), apart[l].max(apart[r]))).or_insert(pair);
            if pair.match_weight > held.match_weight {
                *held = pair;
            }
        }
    }
    let mut out = Vec::new();
    for groups in cells.values().filter(|groups| groups.len() > 1) {
        let groups: Vec<(u32, (u64, u32))> = groups.iter().map(|(name, held)| (*name, *held)).collect();
        for (at, (a, (many, first))) in groups.iter().enumerate() {
            for (b, (others, second)) in &groups[at + 1..] {
                let pair = strongest.get(&(*a.min(b), *a.max(b)));
                out.push(Changed {
                    l: pair.map_or(*first.min(second), |pair| pair.l),
                    r: pair.map_or(*first.max(second), |pair| pair.r),
                    match_weight: pair.map(|pair| pair.match_weight),
                    joined,
                    pairs: many * others,
                });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_and_parted_pairs_are_counted_and_named() {
        let pair = |l, r, match_weight| ScoredPair { l, r, match_weight, match_probability: 0.5, gamma: Default::default(), match_key: 0 };
        let found = effect(&[0, 0, 1, 2, 2], &[0, 0, 0, 1, 2], &[pair(1, 2, 3.0), pair(0, 2, 1.0), pair(3, 4, 2.0)]);
        assert_eq!((found.clusters_before, found.clusters_after, found.pairs_joined, found.pairs_parted), (3, 3, 2, 1));
        let named: Vec<(u32, u32, bool, u64)> = found.changes.iter().map(|c| (c.l, c.r, c.joined, c.pairs)).collect();
        assert_eq!(named, [(1, 2, true, 2), (3, 4, false, 1)]);
        assert!(effect(&[0, 0], &[5, 5], &[]).changes.is_empty());
    }
}
