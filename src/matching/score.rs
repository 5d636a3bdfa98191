//! Comparison vector -> match weight and probability. The one scoring function of predictions, clusters and explanations.
//!
//! Four kinds of pairs are weighed: the same person (M), two members of one household (H), two people of one place (N),
//! two unrelated people (U). With W_X = log2(lambda / share of X) + sum log2(m/x) + term frequencies:
//!     W = -log2( 2^-W_U + 2^-W_H + 2^-W_N )
//! Without H and N this is Fellegi and Sunter's weight; with them, evidence that relatives or neighbours share counts at most once.

use super::comparison::{Comparer, household_mask};
use super::model::Model;
use super::term_frequency::{LIMIT_BITS as RAREST_BITS, of_value};
use super::vector::Gamma;

/// Weights of a model as tables, and the term-frequency adjustments of one table's values.
#[derive(Debug, Clone)]
pub struct Scorer {
    /// `[comparison][gamma]` -> log2 m/u, m/h, m/n.
    weights: Vec<Vec<[f64; 3]>>,
    /// `[comparison]` -> adjustment per value number; empty where none is made.
    adjustments: Vec<Vec<f32>>,
    top: Vec<Vec<bool>>,
    household: Vec<bool>,
    place: Vec<bool>,
    pub prior: f64,
    /// Given name and surname with their exact levels, and the bits that both being the same says less than each by itself.
    names: Option<([(usize, u8); 2], f64)>,
    /// log2 of lambda over the share of households and of places; `None` where they are not modelled.
    priors: [Option<f64>; 2],
}

/// Comparison vectors that were met, each with what its levels alone say: millions of pairs have a few thousand vectors. A later one
/// takes the place of an earlier one with the same slot.
#[derive(Debug)]
pub struct Met(Vec<MetVector>);

#[derive(Debug, Clone, Copy)]
struct MetVector {
    gamma: Gamma,
    sums: [f64; 3],
    weight: f64,
    /// Bits that the rarest values could add.
    most: f64,
}

/// Slots (48 bytes each), a power of two.
const MET: usize = 1 << 10;

impl Met {
    #[inline]
    fn get_or(&mut self, gamma: Gamma, find: impl FnOnce() -> MetVector) -> &MetVector {
        let slot = &mut self.0[(gamma.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - MET.trailing_zeros())) as usize];
        if slot.gamma != gamma {
            *slot = find();
        }
        slot
    }
}

/// Keeps sums finite where a probability is 0.
const LIMIT_BITS: f64 = 40.0;

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
                    .map(|l| [l.u_probability, l.h_probability, l.n_probability].map(|other| weight_of(l.m_probability, other)))
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
        let place = model.probability_same_place;
        let unrelated = (1.0 - lambda - household - place).max(1e-9);
        Self {
            weights,
            names: Model::names(&model.settings)
                .filter(|_| model.name_dependence_bits > 0.0)
                .map(|names| (names, model.name_dependence_bits)),
            adjustments,
            top,
            household: household_mask(&model.settings),
            prior: (lambda / unrelated).log2(),
            place: model.settings.comparisons.iter().map(|c| c.kind.is_place()).collect(),
            priors: [household, place].map(|share| (share > 0.0).then(|| (lambda / share).log2())),
        }
    }

    /// Term-frequency bits of one comparison of a pair at a level.
    pub fn adjustment(&self, comparer: &Comparer<'_>, comparison: usize, gamma: u8, l: u32, r: u32) -> f64 {
        if !self.is_adjusted(comparison, gamma) {
            return 0.0;
        }
        let of = |record| of_value(&self.adjustments[comparison], comparer.id(comparison, record));
        f64::from(of(l).min(of(r)))
    }

    /// Whether the rarity of values counts at a level.
    fn is_adjusted(&self, comparison: usize, gamma: u8) -> bool {
        !self.adjustments[comparison].is_empty() && self.top[comparison].get(usize::from(gamma)).copied().unwrap_or(false)
    }

    /// Term-frequency bits of a pair: of all comparisons, without those a household shares, without those of a place.
    pub fn adjustments(&self, comparer: &Comparer<'_>, gamma: Gamma, l: u32, r: u32) -> [f64; 3] {
        let mut bits = [0.0; 3];
        for at in 0..self.weights.len() {
            if let Some(g) = gamma.get(at) {
                let found = self.adjustment(comparer, at, g, l, r);
                bits[0] += found;
                if !self.household[at] {
                    bits[1] += found;
                }
                if !self.place[at] {
                    bits[2] += found;
                }
            }
        }
        bits
    }

    /// Bits by which two equal names say less together than each by itself (0 or more); a household's surname is one anyway.
    pub fn name_dependence(&self, gamma: Gamma) -> f64 {
        match self.names {
            Some((names, bits)) if names.iter().all(|(at, exact)| gamma.get(*at) == Some(*exact)) => bits,
            _ => 0.0,
        }
    }

    /// Memory for [`Self::match_weight_from`], for one worker.
    pub fn met(&self) -> Met {
        Met(vec![self.of_levels(Gamma::default()); MET])
    }

    fn of_levels(&self, gamma: Gamma) -> MetVector {
        let sums = self.sums(gamma);
        let adjusted = (0..self.weights.len()).filter(|at| gamma.get(*at).is_some_and(|level| self.is_adjusted(*at, level)));
        MetVector { gamma, sums, weight: self.join(sums), most: RAREST_BITS * adjusted.count() as f64 }
    }

    /// log2 m/u of a level.
    pub fn level(&self, comparison: usize, gamma: u8) -> f64 {
        self.weights[comparison].get(usize::from(gamma)).map_or(0.0, |bits| bits[0])
    }

    /// Sums over comparisons against unrelated people, households and places, without priors and adjustments.
    pub fn sums(&self, gamma: Gamma) -> [f64; 3] {
        let mut sums = [0.0; 3];
        let mut bits = gamma.0;
        for levels in &self.weights {
            let slot = (bits & 0xf) as usize;
            bits >>= 4;
            if slot > 0 {
                for (sum, weight) in sums.iter_mut().zip(levels[slot - 1]) {
                    *sum += weight;
                }
            }
        }
        let dependence = self.name_dependence(gamma);
        [sums[0] - dependence, sums[1], sums[2] - dependence]
    }

    /// Joins the views into the match weight.
    pub fn join(&self, against: [f64; 3]) -> f64 {
        let mut weight = self.prior + against[0];
        for (prior, other) in self.priors.iter().zip(&against[1..]) {
            if let Some(prior) = prior {
                let other = prior + other;
                let (low, high) = (weight.min(other), weight.max(other));
                weight = low - (1.0 + (low - high).exp2()).log2();
            }
        }
        weight
    }

    /// Whether households or places are modelled.
    pub fn knows_relations(&self) -> bool {
        self.priors.iter().any(Option::is_some)
    }

    /// The match weight of a pair whose comparison vector is known.
    pub fn match_weight(&self, comparer: &Comparer<'_>, gamma: Gamma, l: u32, r: u32) -> f64 {
        let (sums, adjustments) = (self.sums(gamma), self.adjustments(comparer, gamma, l, r));
        self.join([sums[0] + adjustments[0], sums[1] + adjustments[1], sums[2] + adjustments[2]])
    }

    /// [`Self::match_weight`], with what is known of vectors that were met before. Where even the rarest values would not bring it to
    /// `floor`, the rarity of values is left out.
    pub fn match_weight_from(&self, floor: f64, met: &mut Met, comparer: &Comparer<'_>, gamma: Gamma, l: u32, r: u32) -> f64 {
        let MetVector { sums, weight, most, .. } = *met.get_or(gamma, || self.of_levels(gamma));
        if self.prior + sums[0] + most < floor {
            return weight;
        }
        let adjustments = self.adjustments(comparer, gamma, l, r);
        self.join([sums[0] + adjustments[0], sums[1] + adjustments[1], sums[2] + adjustments[2]])
    }

    /// The match weight of a counted pattern; `adjustments`: bits of all comparisons, of those a household shares, of those of a place.
    pub fn weight_of_pattern(&self, gamma: Gamma, adjustments: [i8; 3]) -> f64 {
        let (sums, [all, household, place]) = (self.sums(gamma), adjustments.map(f64::from));
        self.join([sums[0] + all, sums[1] + all - household, sums[2] + all - place])
    }

    /// The match weight of two clusters: per comparison a level and the pair of records that reaches it.
    pub fn profile_weight(&self, comparer: &Comparer<'_>, best: &[Option<(u8, u32, u32)>]) -> f64 {
        let mut gamma = Gamma::default();
        let mut bits = [0.0; 3];
        for (at, best) in best.iter().enumerate().take(self.weights.len()) {
            let Some((found, l, r)) = *best else { continue };
            gamma.set(at, Some(found));
            let adjustment = self.adjustment(comparer, at, found, l, r);
            bits[0] += adjustment;
            bits[1] += if self.household[at] { 0.0 } else { adjustment };
            bits[2] += if self.place[at] { 0.0 } else { adjustment };
        }
        let sums = self.sums(gamma);
        self.join([sums[0] + bits[0], sums[1] + bits[1], sums[2] + bits[2]])
    }
}
