//! Comparison vector -> match weight and probability. The one scoring function of predictions, clusters and explanations.
//!
//! Three kinds of pairs are weighed: the same person (M), two members of one household (H), two unrelated people (U).
//!     W = -log2( 2^-(prior + sum log2(m/u) + tf) + 2^-(prior_h + sum log2(m/h) + tf of personal comparisons) )
//! Without households this is Fellegi and Sunter's weight; with them, evidence that relatives share counts at most once.

use super::comparison::{Comparer, household_mask};
use super::model::Model;
use super::term_frequency::of_record;
use super::vector::Gamma;

/// Weights of a model as tables, and the term-frequency adjustments of one table's values.
#[derive(Debug, Clone)]
pub struct Scorer {
    /// `[comparison][gamma]` -> (log2 m/u, log2 m/h).
    weights: Vec<Vec<(f64, f64)>>,
    /// `[comparison]` -> adjustment per value number; empty where none is made.
    adjustments: Vec<Vec<f32>>,
    top: Vec<Vec<bool>>,
    household: Vec<bool>,
    pub prior: f64,
    /// `None` where households are not modelled.
    pub prior_household: Option<f64>,
}

/// No level decides alone beyond this many bits.
const LIMIT_BITS: f64 = 18.0;

/// log2 of a ratio, limited.
pub fn weight_of(m: f64, other: f64) -> f64 {
    (m.max(1e-12) / other.max(1e-12)).log2().clamp(-LIMIT_BITS, LIMIT_BITS)
}

/// P = 1 / (1 + 2^-W).
pub fn probability_of(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// W = log2(P / (1 - P)).
pub fn weight_at(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

impl Scorer {
    pub fn new(model: &Model, comparer: &Comparer<'_>) -> Self {
        let weights = model
            .comparisons
            .iter()
            .map(|c| {
                c.comparison_levels
                    .iter()
                    .map(|l| (weight_of(l.m_probability, l.u_probability), weight_of(l.m_probability, l.h_probability)))
                    .collect()
            })
            .collect();
        let adjustments = model
            .comparisons
            .iter()
            .enumerate()
            .map(|(at, c)| {
                c.term_frequencies.as_ref().map_or_else(Vec::new, |tf| tf.adjustments(&comparer.fields.fields[comparer.field_of(at)]))
            })
            .collect();
        let top = model.comparisons.iter().map(|c| c.comparison_levels.iter().map(|l| l.term_frequency).collect()).collect();
        let (lambda, household) = (model.probability_two_random_records_match, model.probability_same_household);
        let unrelated = (1.0 - lambda - household).max(1e-9);
        Self {
            weights,
            adjustments,
            top,
            household: household_mask(&model.settings),
            prior: (lambda / unrelated).log2(),
            prior_household: (household > 0.0).then(|| (lambda / household).log2()),
        }
    }

    /// Term-frequency bits of one comparison of a pair at a level.
    pub fn adjustment(&self, comparer: &Comparer<'_>, comparison: usize, gamma: u8, l: u32, r: u32) -> f64 {
        let applies = !self.adjustments[comparison].is_empty() && self.top[comparison].get(usize::from(gamma)).copied().unwrap_or(false);
        if !applies {
            return 0.0;
        }
        let field = &comparer.fields.fields[comparer.field_of(comparison)];
        f64::from(of_record(&self.adjustments[comparison], field, l).min(of_record(&self.adjustments[comparison], field, r)))
    }

    /// (all, of personal comparisons only) term-frequency bits of a pair.
    pub fn adjustments(&self, comparer: &Comparer<'_>, gamma: Gamma, l: u32, r: u32) -> (f64, f64) {
        let (mut all, mut personal) = (0.0, 0.0);
        for at in 0..self.weights.len() {
            if let Some(g) = gamma.get(at) {
                let bits = self.adjustment(comparer, at, g, l, r);
                all += bits;
                if !self.household[at] {
                    personal += bits;
                }
            }
        }
        (all, personal)
    }

    /// (log2 m/u, log2 m/h) of a level.
    pub fn level(&self, comparison: usize, gamma: u8) -> (f64, f64) {
        self.weights[comparison].get(usize::from(gamma)).copied().unwrap_or_default()
    }

    /// Sums over comparisons, without priors and adjustments.
    pub fn sums(&self, gamma: Gamma) -> (f64, f64) {
        let (mut against_random, mut against_household) = (0.0, 0.0);
        let mut bits = gamma.0;
        for levels in &self.weights {
            let slot = (bits & 0xf) as usize;
            bits >>= 4;
            if slot > 0 {
                let (u, h) = levels[slot - 1];
                against_random += u;
                against_household += h;
            }
        }
        (against_random, against_household)
    }

    /// Joins both views into the match weight.
    pub fn join(&self, against_random: f64, against_household: f64) -> f64 {
        let random = self.prior + against_random;
        match self.prior_household {
            None => random,
            Some(prior) => {
                let household = prior + against_household;
                let (low, high) = (random.min(household), random.max(household));
                low - (1.0 + (low - high).exp2()).log2()
            }
        }
    }

    /// The match weight of a pair whose comparison vector is known.
    pub fn match_weight(&self, comparer: &Comparer<'_>, gamma: Gamma, l: u32, r: u32) -> f64 {
        let (random, household) = self.sums(gamma);
        let (all, personal) = self.adjustments(comparer, gamma, l, r);
        self.join(random + all, household + personal)
    }
}
