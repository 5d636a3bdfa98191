//! Decisions as constraints on records. Flow: `[Decision]` + record index -> must-link and cannot-link pairs.
//!
//! Where two decisions say opposite things of the same records, the newer holds and the clash is counted, never hidden.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{DecisionId, RecordKey};

use super::decision::{Answer, Decision, surviving};

/// Pairs of record indices that bind the clustering.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraints {
    pub must_link: Vec<(u32, u32)>,
    pub cannot_link: Vec<(u32, u32)>,
    /// Older decisions that a newer one contradicts, in whole or in part.
    pub overruled: Vec<DecisionId>,
}

/// Binds the surviving decisions to the records that exist now. Keys without a record bind nothing (they may come back).
pub fn constraints_of(decisions: &[Decision], index: &FxHashMap<RecordKey, u32>) -> Constraints {
    let mut held = Held::default();
    let mut overruled = Vec::new();
    let newest_first: Vec<&Decision> = surviving(decisions).collect();
    for decision in newest_first.into_iter().rev() {
        let groups: Vec<Vec<u32>> =
            decision.groups.iter().map(|group| group.iter().filter_map(|key| index.get(key).copied()).collect()).collect();
        let mut clash = false;
        if decision.whole_groups {
            for group in &groups {
                clash |= held.link(std::slice::from_ref(group));
            }
        }
        clash |= match decision.answer {
            Answer::Same => held.link(&groups),
            Answer::Different | Answer::Related => held.part(&groups),
            Answer::Unsure => false,
        };
        if clash {
            overruled.push(decision.id);
        }
    }
    held.must_link.sort_unstable();
    held.cannot_link.sort_unstable();
    held.cannot_link.dedup();
    Constraints { must_link: held.must_link, cannot_link: held.cannot_link, overruled }
}

/// Must-link components with the cannot-links between them.
#[derive(Default)]
struct Held {
    parent: FxHashMap<u32, u32>,
    /// Root -> roots that it is parted from, both ways.
    apart: FxHashMap<u32, FxHashSet<u32>>,
    must_link: Vec<(u32, u32)>,
    cannot_link: Vec<(u32, u32)>,
}

impl Held {
    fn root(&self, mut record: u32) -> u32 {
        while let Some(&up) = self.parent.get(&record) {
            record = up;
        }
        record
    }

    fn is_parted(&self, a: u32, b: u32) -> bool {
        self.apart.get(&a).is_some_and(|others| others.contains(&b))
    }

    /// Two roots become one; what either was parted from, both are.
    fn union(&mut self, a: u32, b: u32) {
        let (low, high) = (a.min(b), a.max(b));
        self.parent.insert(high, low);
        for other in self.apart.remove(&high).unwrap_or_default() {
            if let Some(back) = self.apart.get_mut(&other) {
                back.remove(&high);
                back.insert(low);
            }
            self.apart.entry(low).or_default().insert(other);
        }
    }

    /// All records of all groups are one customer. True where a newer decision forbids a part of it.
    fn link(&mut self, groups: &[Vec<u32>]) -> bool {
        let mut clash = false;
        let mut records = groups.iter().flatten().copied();
        let Some(first) = records.next() else { return false };
        for record in records {
            let (a, b) = (self.root(first), self.root(record));
            if a == b {
                continue;
            }
            if self.is_parted(a, b) {
                clash = true;
                continue;
            }
            self.union(a, b);
            self.must_link.push((first.min(record), first.max(record)));
        }
        clash
    }

    /// No record of one group is the same customer as one of another. True where a newer decision joined some.
    fn part(&mut self, groups: &[Vec<u32>]) -> bool {
        let mut clash = false;
        for (at, group) in groups.iter().enumerate() {
            for other in &groups[at + 1..] {
                for &l in group {
                    for &r in other {
                        let (a, b) = (self.root(l), self.root(r));
                        if a == b {
                            clash = true;
                        } else {
                            self.apart.entry(a).or_default().insert(b);
                            self.apart.entry(b).or_default().insert(a);
                            self.cannot_link.push((l.min(r), l.max(r)));
                        }
                    }
                }
            }
        }
        clash
    }
}

#[cfg(test)]
#[path = "constraint_tests.rs"]
mod tests;
