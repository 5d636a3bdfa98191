//! Texts in one piece of memory, and the numbers of distinct ones.

use rustc_hash::FxHashMap;

use super::lists::number;

/// Texts one behind the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    pub(super) all: String,
    /// Where each text ends.
    pub(super) ends: Vec<u32>,
}

impl Texts {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, at: u32) -> &str {
        let at = at as usize;
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[from as usize..self.ends[at] as usize]
    }

    /// False where the four gigabytes that can be numbered are full; nothing is added then.
    pub fn push(&mut self, text: &str) -> bool {
        let Ok(end) = u32::try_from(self.all.len() + text.len()) else { return false };
        self.all.push_str(text);
        self.ends.push(end);
        true
    }

    pub fn bytes(&self) -> usize {
        self.all.capacity() + 4 * self.ends.capacity()
    }
}

/// Distinct texts with numbers that never change: first those of the build in the order of their text, then those added since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary {
    pub(super) texts: Texts,
    pub(super) sorted: u32,
    added: FxHashMap<Box<str>, u32>,
}

impl Dictionary {
    /// `texts[..sorted]` are in order.
    pub fn new(texts: Texts, sorted: u32) -> Self {
        let added = (sorted..number(texts.len())).map(|at| (texts.get(at).into(), at)).collect();
        Self { texts, sorted, added }
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn get(&self, at: u32) -> &str {
        self.texts.get(at)
    }

    pub fn find(&self, text: &str) -> Option<u32> {
        if let Some(known) = self.added.get(text) {
            return Some(*known);
        }
        let (mut low, mut high) = (0, self.sorted);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.texts.get(middle).cmp(text) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The number of a text, a new one where it was not known; `None` where no more fit.
    pub fn intern(&mut self, text: &str) -> Option<u32> {
        if let Some(known) = self.find(text) {
            return Some(known);
        }
        let new = number(self.texts.len());
        if !self.texts.push(text) {
            return None;
        }
        self.added.insert(text.into(), new);
        Some(new)
    }

    /// Sorts numbers by their texts.
    pub fn in_order(&self, numbers: &mut Vec<u32>) {
        numbers.sort_unstable();
        let first_added = numbers.partition_point(|at| *at < self.sorted);
        if first_added == numbers.len() {
            return;
        }
        let mut added = numbers.split_off(first_added);
        added.sort_unstable_by(|a, b| self.get(*a).cmp(self.get(*b)));
        // Few against many: each finds its place among the others by halving.
        let mut merged = Vec::with_capacity(numbers.len() + added.len());
        let mut from = 0;
        for at in added {
            let text = self.get(at);
            let to = from + numbers[from..].partition_point(|other| self.get(*other) < text);
            merged.extend_from_slice(&numbers[from..to]);
            merged.push(at);
            from = to;
        }
        merged.extend_from_slice(&numbers[from..]);
        *numbers = merged;
    }

    pub fn bytes(&self) -> usize {
        self.texts.bytes() + self.added.keys().map(|text| 48 + text.len()).sum::<usize>()
    }
}
