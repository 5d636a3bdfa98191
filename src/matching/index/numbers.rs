//! Numbers of clusters stay: a cluster keeps its number where most of its records stay together; of several that join, the lowest
//! number stays and the others become aliases; only what is really new gets a new number.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Index;
use super::columns::NONE;
use super::outcome::{Added, Moved};
use super::settle::Settled;

impl Index {
    pub(super) fn renumber(
        &mut self,
        settled: &Settled,
        core: &FxHashSet<u32>,
        heirs: &FxHashMap<u32, u32>,
        before: &FxHashMap<u32, u32>,
        added: &mut Added,
    ) {
        self.regroup(settled, core);
        let mut clusters: Vec<Vec<u32>> = Vec::new();
        let mut at: FxHashMap<u32, usize> = FxHashMap::default();
        for (record, _, cluster) in &settled.records {
            let place = *at.entry(*cluster).or_insert(clusters.len());
            if place == clusters.len() {
                clusters.push(Vec::new());
            }
            clusters[place].push(*record);
        }
        let voices: FxHashMap<u32, u32> = heirs.iter().filter_map(|(old, heir)| Some((*heir, *before.get(old)?))).collect();
        let home = self.homes(&clusters, &voices);
        let mut kept: Vec<Vec<u32>> = vec![Vec::new(); clusters.len()];
        for (number, place) in &home {
            kept[*place].push(*number);
        }
        for (records, kept) in clusters.iter().zip(&kept) {
            let number = kept.first().copied().unwrap_or_else(|| {
                let new = self.next_cluster;
                self.next_cluster += 1;
                added.born.push(new);
                new
            });
            for other in kept.iter().skip(1) {
                self.retire(*other, number);
                added.merged.push((*other, number));
            }
            for record in records {
                let from = std::mem::replace(&mut self.cluster[*record as usize], number);
                if from != NONE && from != number {
                    added.moved.push(Moved { record: *record, from, to: number });
                }
            }
        }
        let gone: std::collections::BTreeSet<u32> = before.values().copied().filter(|number| !home.contains_key(number)).collect();
        added.emptied = gone.into_iter().collect();
        added.merged.sort_unstable();
        added.moved.sort_unstable_by_key(|moved| moved.record);
    }

    /// Old number -> the cluster that has most of its records; of equals the first. Ascending.
    fn homes(&self, clusters: &[Vec<u32>], voices: &FxHashMap<u32, u32>) -> BTreeMap<u32, usize> {
        let mut home: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for (place, records) in clusters.iter().enumerate() {
            let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
            for record in records {
                let own = Some(self.cluster[*record as usize]).filter(|own| *own != NONE);
                if let Some(number) = own.or_else(|| voices.get(record).copied()) {
                    *counts.entry(number).or_default() += 1;
                }
            }
            for (number, count) in counts {
                let held = home.entry(number).or_insert((place, count));
                if count > held.1 {
                    *held = (place, count);
                }
            }
        }
        home.into_iter().map(|(number, (place, _))| (number, place)).collect()
    }

    /// An alias always names a living cluster.
    fn retire(&mut self, old: u32, into: u32) {
        for target in self.aliases.values_mut().filter(|target| **target == old) {
            *target = into;
        }
        self.aliases.insert(old, into);
    }

    /// Gives the groups of the core their records; numbers of groups that are free now are used again.
    fn regroup(&mut self, settled: &Settled, core: &FxHashSet<u32>) {
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut free: Vec<u32> = Vec::new();
        for (record, group, _) in settled.records.iter().filter(|(record, ..)| core.contains(record)) {
            groups.entry(*group).or_default().push(*record);
            free.push(self.group[*record as usize]);
        }
        free.sort_unstable();
        free.dedup();
        let mut free = free.into_iter();
        for (_, mut records) in groups {
            records.sort_unstable();
            let number = free.next().unwrap_or_else(|| self.members.len());
            for record in &records {
                self.group[*record as usize] = number;
            }
            if self.members.get(number) != records.as_slice() {
                self.members.set(number, records);
            }
        }
        for number in free {
            self.members.set(number, Vec::new());
        }
    }
}
