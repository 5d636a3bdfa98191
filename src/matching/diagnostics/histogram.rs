//! Match weights counted in bins of half a bit.

use serde::{Deserialize, Serialize};

use crate::matching::score::probability_of;

/// Bits per bin.
pub const WIDTH: f64 = 0.5;
/// Lighter pairs are counted in the first bin, heavier ones in the last.
const FROM: f64 = -30.0;
const TO: f64 = 40.0;
const BINS: usize = 140;

/// Counts pairs as they are scored: one addition each. Tallies are whole numbers, so any order of adding gives the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally(Vec<u64>);

impl Default for Tally {
    fn default() -> Self {
        Self(vec![0; BINS])
    }
}

impl Tally {
    /// Counts one match weight (bits).
    #[inline]
    pub fn add(&mut self, weight: f64) {
        // A float cast saturates: what is lighter than the first bin, or not a number, goes there.
        let at = ((weight - FROM) / WIDTH) as usize;
        if let Some(count) = self.0.get_mut(at.min(BINS - 1)) {
            *count += 1;
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(&other.0) {
            *count += more;
        }
    }

    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Matches to be expected among what was counted: the sum of match probabilities, each pair taken at the middle of its bin.
    pub fn expected_matches(&self) -> f64 {
        self.0.iter().enumerate().map(|(at, count)| *count as f64 * probability_of(FROM + (at as f64 + 0.5) * WIDTH)).sum()
    }

    /// Without the empty bins at both ends.
    pub fn histogram(&self) -> Histogram {
        let first = self.0.iter().position(|count| *count > 0).unwrap_or(0);
        let last = self.0.iter().rposition(|count| *count > 0).map_or(first, |at| at + 1);
        Histogram { from: FROM + first as f64 * WIDTH, width: WIDTH, counts: self.0[first..last].to_vec() }
    }
}

/// Counts by match weight. Bin i holds weights from `from + i * width` (bits) up to the next; the first and last of
/// -30 and 40 bits hold what lies beyond as well.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub from: f64,
    pub width: f64,
    pub counts: Vec<u64>,
}

impl Histogram {
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Weight at the right end.
    pub fn to(&self) -> f64 {
        self.from + self.width * self.counts.len() as f64
    }

    /// How many weigh at least `weight`; inside a bin by its share.
    pub fn count_from(&self, weight: f64) -> f64 {
        self.sum_from(weight, |_| 1.0)
    }

    /// Matches expected among those that weigh at least `weight`: the sum of their probabilities.
    pub fn matches_from(&self, weight: f64) -> f64 {
        self.sum_from(weight, probability_of)
    }

    fn sum_from(&self, weight: f64, value: impl Fn(f64) -> f64) -> f64 {
        self.counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(at, count)| {
                let left = self.from + at as f64 * self.width;
                let right = left + self.width;
                let open_end = right >= TO;
                let share = if open_end && weight < right { 1.0 } else { ((right - weight.max(left)) / self.width).clamp(0.0, 1.0) };
                let middle = (weight.max(left) + right) / 2.0;
                if share > 0.0 { *count as f64 * share * value(middle) } else { 0.0 }
            })
            .sum()
    }
}
