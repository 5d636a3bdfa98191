//! The blocks of one blocking rule, every key of the whole: also those that only one record has so far.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::lists::{Lists, number};

/// A rule without keys compares every pair: its one block grows with the table, and what a record costs with it only linearly.
const COMPARED_WHOLE: u64 = 20_000;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleBlocks {
    /// Distinct keys in order; block n has `keys[n]`.
    pub(super) keys: Vec<u64>,
    added: FxHashMap<u64, u32>,
    pub(super) members: Lists,
    /// Size of block -> how many there are.
    pub(super) sizes: BTreeMap<u64, u64>,
}

/// Largest blocks that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    pub whole: u64,
    pub here: u64,
}

impl RuleBlocks {
    /// `entries`: (key, record), any order.
    pub fn build(mut entries: Vec<(u64, u32)>) -> Self {
        use rayon::prelude::*;
        entries.par_sort_unstable();
        entries.dedup();
        let (mut keys, mut starts, mut sizes) = (Vec::new(), vec![0_u32], BTreeMap::new());
        for block in entries.chunk_by(|a, b| a.0 == b.0) {
            keys.push(block[0].0);
            starts.push(starts.last().copied().unwrap_or(0) + number(block.len()));
            *sizes.entry(block.len() as u64).or_default() += 1;
        }
        keys.shrink_to_fit();
        starts.shrink_to_fit();
        let items = entries.iter().map(|(_, record)| *record).collect();
        Self { keys, added: FxHashMap::default(), members: Lists::packed(starts, items), sizes }
    }

    pub(super) fn loaded(keys: Vec<u64>, members: Lists, sizes: BTreeMap<u64, u64>) -> Self {
        Self { keys, added: FxHashMap::default(), members, sizes }
    }

    /// The records with a key.
    pub fn of(&self, key: u64) -> &[u32] {
        self.number(key).map_or(&[], |block| self.members.get(block))
    }

    pub(super) fn number(&self, key: u64) -> Option<u32> {
        self.added.get(&key).copied().or_else(|| self.keys.binary_search(&key).ok().map(number))
    }

    pub fn push(&mut self, key: u64, record: u32) {
        let block = self.number(key).unwrap_or_else(|| {
            let new = self.members.len();
            self.added.insert(key, new);
            new
        });
        let before = self.members.get(block);
        if before.last() == Some(&record) {
            return;
        }
        let size = before.len() as u64;
        self.members.push(block, record);
        self.resize(size, size + 1);
    }

    pub fn remove(&mut self, key: u64, record: u32) {
        let Some(block) = self.number(key) else { return };
        let before = self.members.get(block);
        let rest: Vec<u32> = before.iter().copied().filter(|other| *other != record).collect();
        if rest.len() < before.len() {
            self.resize(before.len() as u64, rest.len() as u64);
            self.members.set(block, rest);
        }
    }

    /// Notes that a block has another size. Empty ones do not count.
    fn resize(&mut self, from: u64, to: u64) {
        if let Some(times) = self.sizes.get_mut(&from) {
            *times -= 1;
            if *times == 0 {
                self.sizes.remove(&from);
            }
        }
        if to > 0 {
            *self.sizes.entry(to).or_default() += 1;
        }
    }

    /// The largest block that is compared: as blocking's own guard has it in a full match, and here.
    pub fn caps(&self, budget: u64, has_keys: bool) -> Caps {
        let whole = crate::matching::blocking::cap_of(&self.sizes, budget);
        Caps { whole, here: if has_keys { whole } else { whole.max(COMPARED_WHOLE) } }
    }

    /// Packs what was added.
    pub fn pack(&mut self) {
        if self.added.is_empty() {
            self.members.pack();
            return;
        }
        let mut added: Vec<(u64, u32)> = self.added.drain().collect();
        added.sort_unstable();
        let (mut keys, mut order) = (Vec::with_capacity(self.keys.len() + added.len()), Vec::new());
        let mut old = self.keys.iter().copied().zip(0_u32..).peekable();
        let mut new = added.into_iter().peekable();
        loop {
            let next = match (old.peek(), new.peek()) {
                (Some(a), Some(b)) if a.0 < b.0 => old.next(),
                (Some(_), None) => old.next(),
                (_, Some(_)) => new.next(),
                (None, None) => break,
            };
            if let Some((key, block)) = next {
                keys.push(key);
                order.push(block);
            }
        }
        self.members = self.members.reordered(order.into_iter());
        self.keys = keys;
    }

    pub fn bytes(&self) -> usize {
        8 * self.keys.capacity() + self.members.bytes() + 32 * self.added.len()
    }
}
