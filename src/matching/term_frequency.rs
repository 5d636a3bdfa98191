//! How common a value is: agreement on a rare one says more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fields::{FieldData, NULL};

/// Adjustments stay within this many bits: counts of a few records are themselves uncertain.
pub const LIMIT_BITS: f64 = 5.0;

/// tf(v) = count(v) / count(non-null), over all inputs together, for values that occur more than once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TermFrequencies {
    pub records: u64,
    /// Sum of tf squared: the chance that two random values are equal.
    pub chance_equal: f64,
    pub counts: BTreeMap<Box<str>, u32>,
}

impl TermFrequencies {
    pub fn of(field: &FieldData) -> Self {
        let records: u64 = field.counts.iter().map(|count| u64::from(*count)).sum();
        let total = (records as f64).max(1.0);
        let chance_equal = field.counts.iter().map(|count| (f64::from(*count) / total).powi(2)).sum();
        let counts = field
            .values
            .iter()
            .zip(&field.counts)
            .filter(|(_, count)| **count > 1)
            .map(|(value, count)| (value.text.clone(), *count))
            .collect();
        Self { records, chance_equal, counts }
    }

    /// Bits to add to an exact match on a value: log2(chance_equal / tf(v)), limited. 0 where nothing is known.
    fn bits(&self, count: u32) -> f64 {
        if self.records == 0 || self.chance_equal <= 0.0 {
            return 0.0;
        }
        let frequency = f64::from(count.max(2)) / self.records as f64;
        (self.chance_equal / frequency).log2().clamp(-LIMIT_BITS, LIMIT_BITS)
    }

    /// The adjustment of every value of a field, by number.
    pub fn adjustments(&self, field: &FieldData) -> Vec<f32> {
        let values = || field.values.iter().map(|value| value.text.as_ref());
        if values().is_sorted() && field.values.len() >= self.counts.len() / 8 {
            // Both in the order of their texts: one walk.
            let mut known = self.counts.iter().peekable();
            let count_of = |text: &str| {
                while known.next_if(|(other, _)| other.as_ref() < text).is_some() {}
                known.peek().filter(|(other, _)| other.as_ref() == text).map_or(1, |(_, count)| **count)
            };
            return values().map(count_of).map(|count| self.bits(count) as f32).collect();
        }
        values().map(|text| self.bits(self.counts.get(text).copied().unwrap_or(1)) as f32).collect()
    }
}

/// The adjustment of a value by its number, 0 for none.
pub fn of_value(adjustments: &[f32], id: u32) -> f32 {
    if id == NULL { 0.0 } else { adjustments[id as usize] }
}
