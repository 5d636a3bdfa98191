//! Scored pairs -> clusters: the connected components of the pairs at or above the threshold, strongest first where constraints
//! forbid some of them.

use rustc_hash::FxHashMap;

/// A pair to join by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    pub l: u32,
    pub r: u32,
    pub weight: f64,
}

/// What clusters must obey.
#[derive(Debug, Clone, Default)]
pub struct Rules<'a> {
    pub must_link: &'a [(u32, u32)],
    pub cannot_link: &'a [(u32, u32)],
    /// Per record its source.
    pub source: &'a [u16],
    /// Sources of which a cluster holds at most one record.
    pub unique_sources: Vec<bool>,
}

struct Forest<'a> {
    parent: Vec<u32>,
    /// Sources that a cluster must not take twice, per root; empty where nothing is unique.
    unique: FxHashMap<u32, Vec<u16>>,
    /// Roots (or what were roots) that a cluster must not join.
    apart: FxHashMap<u32, Vec<u32>>,
    rules: &'a Rules<'a>,
}

impl Forest<'_> {
    fn root(&mut self, mut record: u32) -> u32 {
        while self.parent[record as usize] != record {
            let above = self.parent[self.parent[record as usize] as usize];
            self.parent[record as usize] = above;
            record = above;
        }
        record
    }

    fn unique_of(&self, root: u32) -> Vec<u16> {
        if let Some(held) = self.unique.get(&root) {
            return held.clone();
        }
        let source = self.rules.source[root as usize];
        if self.rules.unique_sources.get(usize::from(source)).copied().unwrap_or(false) { vec![source] } else { Vec::new() }
    }

    fn may_join(&mut self, a: u32, b: u32) -> bool {
        let (of_a, of_b) = (self.unique_of(a), self.unique_of(b));
        if of_a.iter().any(|source| of_b.contains(source)) {
            return false;
        }
        let apart = self.apart.get(&a).cloned().unwrap_or_default();
        !apart.into_iter().any(|other| self.root(other) == b)
    }

    fn join(&mut self, a: u32, b: u32) {
        let (low, high) = (a.min(b), a.max(b));
        let mut unique = self.unique_of(low);
        unique.extend(self.unique_of(high));
        if !unique.is_empty() {
            self.unique.insert(low, unique);
        }
        if let Some(moved) = self.apart.remove(&high) {
            self.apart.entry(low).or_default().extend(moved);
        }
        self.parent[high as usize] = low;
    }
}

/// The cluster of every record, named by its first record. `links` are those at or above the threshold.
pub fn components(count: usize, mut links: Vec<Link>, rules: &Rules<'_>) -> Vec<u32> {
    let all = u32::try_from(count).unwrap_or(u32::MAX);
    let mut forest = Forest { parent: (0..all).collect(), unique: FxHashMap::default(), apart: FxHashMap::default(), rules };
    for (l, r) in rules.cannot_link {
        forest.apart.entry(*l).or_default().push(*r);
        forest.apart.entry(*r).or_default().push(*l);
    }
    // What people joined stays joined, whatever else is said of it.
    for (l, r) in rules.must_link {
        let (l, r) = (forest.root(*l), forest.root(*r));
        if l != r {
            forest.join(l, r);
        }
    }
    links.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then((a.l, a.r).cmp(&(b.l, b.r))));
    for link in links {
        let (l, r) = (forest.root(link.l), forest.root(link.r));
        if l != r && forest.may_join(l, r) {
            forest.join(l, r);
        }
    }
    (0..all).map(|record| forest.root(record)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_pair_keeps_a_unique_source() {
        let links = vec![Link { l: 0, r: 2, weight: 5.0 }, Link { l: 1, r: 2, weight: 9.0 }];
        let source = [0, 0, 1];
        let free = components(3, links.clone(), &Rules { source: &source, ..Rules::default() });
        assert_eq!(free, [0, 0, 0]);
        let unique = Rules { source: &source, unique_sources: vec![true, false], ..Rules::default() };
        assert_eq!(components(3, links, &unique), [0, 1, 1]);
    }

    #[test]
    fn what_people_parted_stays_apart_through_others() {
        let links = vec![Link { l: 0, r: 1, weight: 9.0 }, Link { l: 1, r: 2, weight: 5.0 }];
        let rules = Rules { source: &[0, 0, 0], cannot_link: &[(0, 2)], ..Rules::default() };
        assert_eq!(components(3, links, &rules), [0, 0, 2]);
    }
}
