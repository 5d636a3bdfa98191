//! Blocks that cross the size limit of their rule: a full match compares them no longer, or from now on.

use rustc_hash::FxHashMap;

use super::Index;
use super::blocks::Caps;
use super::candidates::Keyed;
use crate::matching::blocking::budget_of;

/// How large blocks were before a change.
#[derive(Debug)]
pub(super) struct Sizes {
    caps: Vec<Caps>,
    /// Per rule: blocks that the change touches, and their records before it.
    touched: Vec<FxHashMap<u64, u64>>,
}

impl Index {
    /// The limits of each rule's blocks.
    pub(super) fn caps(&self) -> Vec<Caps> {
        let budget = budget_of(&self.settings, self.len());
        let rules = &self.settings.blocking_rules_to_generate_predictions;
        self.blocks.iter().zip(rules).map(|(blocks, rule)| blocks.caps(budget, !rule.keys.is_empty())).collect()
    }

    /// Notes the sizes of the blocks that records will come to and go from; `caps`: the limits before they did.
    pub(super) fn sizes_before<'a>(&self, caps: Vec<Caps>, keyed: impl Iterator<Item = &'a Keyed>) -> Sizes {
        let mut touched = vec![FxHashMap::default(); self.blocks.len()];
        for (rule, key) in keyed.flat_map(|(_, keys)| keys) {
            let blocks = &self.blocks[usize::from(*rule)];
            touched[usize::from(*rule)].entry(*key).or_insert_with(|| blocks.of(*key).len() as u64);
        }
        Sizes { caps, touched }
    }

    /// Records of the blocks that were compared and are not any more, or the other way round.
    pub(super) fn in_crossing_blocks(&self, before: &Sizes) -> Vec<u32> {
        let mut found = Vec::new();
        for (at, (cap, touched)) in self.caps().into_iter().zip(&before.touched).enumerate() {
            let blocks = &self.blocks[at];
            let was = before.caps[at].here;
            let crosses = |from: u64, to: u64| (from > 1 && from <= was && to > cap.here) || (from > was && to > 1 && to <= cap.here);
            for (key, from) in touched {
                let members = blocks.of(*key);
                if crosses(*from, members.len() as u64) {
                    found.extend_from_slice(members);
                }
            }
            // Others keep their size; the limit itself may have moved over it.
            let (low, high) = (was.min(cap.here), was.max(cap.here));
            if blocks.sizes.range(low + 1..).next().is_some_and(|(size, _)| *size <= high) {
                let known: rustc_hash::FxHashSet<u32> = touched.keys().filter_map(|key| blocks.number(*key)).collect();
                for block in (0..blocks.members.len()).filter(|block| !known.contains(block)) {
                    let members = blocks.members.get(block);
                    if crosses(members.len() as u64, members.len() as u64) {
                        found.extend_from_slice(members);
                    }
                }
            }
        }
        found.retain(|record| self.alive[*record as usize]);
        found
    }
}
