//! Comparison vectors: the gammas of a pair packed in one integer.

use serde::{Deserialize, Serialize};

/// At most this many comparisons fit.
pub const MAX_COMPARISONS: usize = 16;

/// Four bits per comparison: 0 is null (gamma -1), g + 1 is gamma g.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gamma(pub u64);

impl Gamma {
    /// `None`: at least one side has no value.
    pub fn get(self, comparison: usize) -> Option<u8> {
        let bits = (self.0 >> (comparison * 4)) & 0xf;
        u8::try_from(bits).ok()?.checked_sub(1)
    }

    pub fn set(&mut self, comparison: usize, gamma: Option<u8>) {
        let bits = gamma.map_or(0, |g| u64::from(g) + 1);
        self.0 = (self.0 & !(0xf << (comparison * 4))) | (bits << (comparison * 4));
    }

    /// As Splink writes it: -1 for null.
    pub fn as_i8(self, comparison: usize) -> i8 {
        self.get(comparison).map_or(-1, |g| i8::try_from(g).unwrap_or(i8::MAX))
    }
}
