//! Many short lists of numbers: packed as they were built, with what changed since beside them.

use rustc_hash::FxHashMap;

/// List n is `items[starts[n]..starts[n + 1]]`, unless it has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    pub(super) starts: Vec<u32>,
    pub(super) items: Vec<u32>,
    changed: FxHashMap<u32, Vec<u32>>,
    /// Lists there are, packed and new.
    count: u32,
}

impl Lists {
    /// From packed lists; `starts` has one entry more than there are lists.
    pub fn packed(starts: Vec<u32>, items: Vec<u32>) -> Self {
        let count = number(starts.len().saturating_sub(1));
        Self { starts, items, changed: FxHashMap::default(), count }
    }

    /// Groups entries (list, item) into `count` lists; items keep the order of the entries.
    pub fn group(count: usize, entries: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0_u32; count + 1];
        for (list, _) in entries.clone() {
            starts[list as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut items = vec![0_u32; starts.last().copied().unwrap_or(0) as usize];
        for (list, item) in entries {
            let place = &mut next[list as usize];
            items[*place as usize] = item;
            *place += 1;
        }
        Self::packed(starts, items)
    }

    pub fn len(&self) -> u32 {
        self.count
    }

    pub fn get(&self, list: u32) -> &[u32] {
        if let Some(changed) = self.changed.get(&list) {
            return changed;
        }
        let at = list as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(from), Some(to)) => &self.items[*from as usize..*to as usize],
            _ => &[],
        }
    }

    /// Replaces a list; a number beyond the last makes all lists up to it.
    pub fn set(&mut self, list: u32, items: Vec<u32>) {
        self.count = self.count.max(list + 1);
        self.changed.insert(list, items);
    }

    pub fn push(&mut self, list: u32, item: u32) {
        self.count = self.count.max(list + 1);
        if let Some(held) = self.changed.get_mut(&list) {
            held.push(item);
        } else {
            let mut held = self.get(list).to_vec();
            held.push(item);
            self.changed.insert(list, held);
        }
    }

    /// Packs what changed, with the lists in the order that `order` names (each once); the numbers of lists change with it.
    pub fn reordered(&self, order: impl Iterator<Item = u32>) -> Self {
        let mut starts = vec![0];
        let mut items = Vec::with_capacity(self.items.len());
        for list in order {
            items.extend_from_slice(self.get(list));
            starts.push(number(items.len()));
        }
        Self::packed(starts, items)
    }

    /// Packs what changed.
    pub fn pack(&mut self) {
        if !self.changed.is_empty() || self.count != number(self.starts.len().saturating_sub(1)) {
            *self = self.reordered(0..self.count);
        }
    }

    pub fn bytes(&self) -> usize {
        4 * (self.starts.capacity() + self.items.capacity()) + self.changed.values().map(|list| 40 + 4 * list.capacity()).sum::<usize>()
    }
}

/// Counts here stay below 2^31: records are limited to that.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
