//! Random draws that depend on (seed, stream, index) only, so that a person can be told anew at any time and on any thread.

use rand::{RngCore, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Persons come in blocks of this size; shares are met block by block, so that they hold in small banks too.
pub const BLOCK: u32 = 20;

/// Steps that are coprime to [`BLOCK`].
const STEPS: [u64; 8] = [1, 3, 7, 9, 11, 13, 17, 19];

/// What a stream of draws is for. Every purpose has its own, so that a change in one leaves the others as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Stream {
    Household = 1,
    Person,
    Contact,
    Records,
    Money,
    Service,
    App,
    Sheet,
    Reference,
}

/// SplitMix64's finaliser over two words (Steele, Lea, Flood 2014).
pub fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_add(b.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A value in 0..1 whose twenty members of a block fall one into each twentieth: shares are met almost exactly.
pub fn stratified(seed: u64, tag: u64, person: u32) -> f64 {
    let block = u64::from(person / BLOCK);
    let member = u64::from(person % BLOCK);
    let h = mix(mix(seed, tag.wrapping_add(1_000)), block);
    let step = STEPS[(h & 7) as usize];
    let rank = (step * member + (h >> 3) % u64::from(BLOCK)) % u64::from(BLOCK);
    (rank as f64 + unit(mix(h, member))) / f64::from(BLOCK)
}

fn unit(word: u64) -> f64 {
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

/// One stream of draws.
#[derive(Debug, Clone)]
pub struct Draw(Pcg64Mcg);

impl Draw {
    pub fn of(seed: u64, stream: Stream, index: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(mix(mix(seed, stream as u64), index)))
    }

    pub fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    pub fn unit(&mut self) -> f64 {
        unit(self.word())
    }

    /// 0..end; 0 where `end` is 0.
    pub fn below(&mut self, end: u32) -> u32 {
        ((u64::from(end) * (self.word() >> 32)) >> 32) as u32
    }

    /// An index of something `len` long.
    pub fn index(&mut self, len: usize) -> usize {
        self.below(u32::try_from(len).unwrap_or(u32::MAX)) as usize
    }

    /// `from..=to`
    pub fn between(&mut self, from: i32, to: i32) -> i32 {
        from + self.below((to - from + 1).max(0).cast_unsigned()).cast_signed()
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// Early ones much oftener than late ones, as names are; `bend` 1 is even, 2 and more is steep.
    pub fn pick_early<T: Copy>(&mut self, from: &[T], bend: f64) -> T {
        let at = (self.unit().powf(bend) * from.len() as f64) as usize;
        from[at.min(from.len() - 1)]
    }

    /// An index by weights.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (at, weight) in weights.iter().enumerate() {
            if left < *weight {
                return at;
            }
            left -= weight;
        }
        weights.len() - 1
    }

    /// A skewed amount of whole cents between two bounds, small ones oftener.
    pub fn cents(&mut self, from: i64, to: i64, bend: f64) -> i64 {
        from + (self.unit().powf(bend) * (to - from) as f64) as i64
    }
}

/// A bijection of `0..modulus` that hides the order of its input: ids and row order say nothing about who is who.
/// A Feistel network over the next even power of two, walked until it lands inside (Black and Rogaway 2002).
#[derive(Debug, Clone, Copy)]
pub struct Scatter {
    modulus: u64,
    half_bits: u32,
    keys: [u64; 4],
}

impl Scatter {
    pub fn new(seed: u64, tag: u64, modulus: u64) -> Self {
        let modulus = modulus.max(1);
        let bits = u64::BITS - (modulus - 1).max(1).leading_zeros();
        let h = mix(mix(seed, 77), tag);
        Self { modulus, half_bits: bits.div_ceil(2), keys: [1, 2, 3, 4].map(|round| mix(h, round)) }
    }

    pub fn at(&self, index: u64) -> u64 {
        let mut value = self.forth(index % self.modulus);
        while value >= self.modulus {
            value = self.forth(value);
        }
        value
    }

    pub fn back(&self, place: u64) -> u64 {
        let mut value = self.forth_back(place % self.modulus);
        while value >= self.modulus {
            value = self.forth_back(value);
        }
        value
    }

    fn forth(&self, value: u64) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let (left, right) =
            self.keys.iter().fold((value >> self.half_bits, value & mask), |(left, right), key| (right, left ^ (mix(*key, right) & mask)));
        left << self.half_bits | right
    }

    fn forth_back(&self, value: u64) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let (left, right) = self
            .keys
            .iter()
            .rev()
            .fold((value >> self.half_bits, value & mask), |(left, right), key| (right ^ (mix(*key, left) & mask), left));
        left << self.half_bits | right
    }
}
