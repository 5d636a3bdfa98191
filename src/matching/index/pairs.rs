//! The scored pairs above the floor, and the pairs of each record.

use super::columns::make_room;
use super::lists::{Lists, number};
use crate::matching::vector::Gamma;

/// A pair of record numbers, `l` < `r`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kept {
    pub l: u32,
    pub r: u32,
    pub weight: f64,
    pub gamma: Gamma,
    pub match_key: u8,
}

impl Kept {
    pub fn other(&self, record: u32) -> u32 {
        if self.l == record { self.r } else { self.l }
    }
}

/// Pairs in columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pairs {
    pub(super) l: Vec<u32>,
    pub(super) r: Vec<u32>,
    pub(super) weight: Vec<f64>,
    pub(super) gamma: Vec<u64>,
    pub(super) match_key: Vec<u8>,
    /// Record -> its pairs.
    of: Lists,
}

/// The weight of a pair that is no more.
const GONE: f64 = f64::NEG_INFINITY;

impl Pairs {
    pub(super) fn loaded(l: Vec<u32>, r: Vec<u32>, weight: Vec<f64>, gamma: Vec<u64>, match_key: Vec<u8>, records: usize) -> Self {
        let mut pairs = Self { l, r, weight, gamma, match_key, of: Lists::default() };
        pairs.group(records);
        pairs
    }

    fn group(&mut self, records: usize) {
        let ends = (0_u32..).zip(self.l.iter().zip(&self.r)).flat_map(|(at, (l, r))| [(*l, at), (*r, at)]);
        self.of = Lists::group(records, ends);
    }

    pub fn build(kept: impl Iterator<Item = Kept>, records: usize) -> Self {
        let mut pairs = Self::default();
        for pair in kept {
            pairs.append(&pair);
        }
        pairs.group(records);
        pairs
    }

    fn append(&mut self, pair: &Kept) {
        self.l.push(pair.l);
        self.r.push(pair.r);
        self.weight.push(pair.weight);
        self.gamma.push(pair.gamma.0);
        self.match_key.push(pair.match_key);
    }

    /// Room for more pairs.
    pub fn reserve(&mut self, more: usize) {
        make_room(&mut self.l, more);
        make_room(&mut self.r, more);
        make_room(&mut self.weight, more);
        make_room(&mut self.gamma, more);
        make_room(&mut self.match_key, more);
    }

    pub fn push(&mut self, pair: &Kept) {
        let at = number(self.l.len());
        self.append(pair);
        self.of.push(pair.l, at);
        self.of.push(pair.r, at);
    }

    /// Pairs there are, with those that are gone.
    pub fn len(&self) -> usize {
        self.l.len()
    }

    /// Both records of a pair and its weight, below every floor where it is gone.
    pub fn ends(&self, at: u32) -> (u32, u32, f64) {
        let at = at as usize;
        (self.l[at], self.r[at], self.weight[at])
    }

    pub fn get(&self, at: u32) -> Kept {
        let at = at as usize;
        let gamma = Gamma(self.gamma[at]);
        Kept { l: self.l[at], r: self.r[at], weight: self.weight[at], gamma, match_key: self.match_key[at] }
    }

    /// The living pairs of a record.
    pub fn of(&self, record: u32) -> impl Iterator<Item = Kept> {
        self.of.get(record).iter().map(|at| self.get(*at)).filter(|pair| pair.weight > GONE)
    }

    /// Takes all pairs of a record out and returns them.
    pub fn take(&mut self, record: u32) -> Vec<Kept> {
        let gone: Vec<Kept> = self.of(record).collect();
        for at in self.of.get(record) {
            self.weight[*at as usize] = GONE;
        }
        self.of.set(record, Vec::new());
        gone
    }

    /// Drops what is gone and packs the rest.
    pub fn pack(&mut self, records: usize) {
        if self.weight.contains(&GONE) {
            let kept: Vec<Kept> = (0..number(self.len())).map(|at| self.get(at)).filter(|pair| pair.weight > GONE).collect();
            *self = Self::build(kept.into_iter(), records);
        } else {
            self.of.pack();
        }
    }

    pub fn bytes(&self) -> usize {
        25 * self.l.capacity() + self.of.bytes()
    }
}
