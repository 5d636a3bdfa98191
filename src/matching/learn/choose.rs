//! Which pairs to ask a person about.
//!
//! A threshold is a decision about every band of weights: are the joins of this band right more often than F1 breaks even? A question is
//! worth what a wrong decision about its band would cost, as far as that is still open (expected regret, in pairs). Every fifth question
//! looks where the model is sure, above and below: confidence that nobody checked is not knowledge. Within a band questions are shared
//! out over comparison patterns by the pairs that each stands for (Sainte-Lague), so one common pattern does not take them all.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::matching::error::MatchError;
use crate::matching::score::probability_of;
use crate::matching::vector::Gamma;

use super::Label;
use super::calibrate::{Curve, clamped};
use super::estimate::Estimate;
use super::ladder::Ladder;
use super::trial::Trial;

/// What a question is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The threshold hangs on pairs like this.
    Threshold,
    /// Is precision really there?
    Above,
    /// What is missed?
    Below,
}

impl Why {
    fn of(weight: f64, threshold: f64) -> Self {
        if weight >= threshold + WELL {
            Self::Above
        } else if weight <= threshold - WELL {
            Self::Below
        } else {
            Self::Threshold
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Threshold => "the threshold hangs on pairs like this",
            Self::Above => "checks pairs well above the threshold",
            Self::Below => "looks for matches well below the threshold",
        }
    }
}

/// A pair to ask about (rows).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Question {
    pub l: u32,
    pub r: u32,
    pub match_weight: f64,
    pub match_probability: f64,
    pub why: Why,
    /// Pairs that a wrong decision about its band is expected to cost.
    pub teaches: f64,
}

/// Width of a band, bits.
const BAND: f64 = 0.5;
/// One question in so many checks where the model is sure.
const CHECK_EVERY: usize = 5;
/// "Well" above or below the threshold, bits.
const WELL: f64 = 3.0;

struct Band {
    /// Mean weight.
    weight: f64,
    /// Pairs that its joins bring.
    pairs: f64,
    /// Joins nobody has answered, by pattern.
    open: BTreeMap<Gamma, Pattern>,
    asked: f64,
}

#[derive(Default)]
struct Pattern {
    pairs: f64,
    asked: f64,
    /// Joins in the order they are asked.
    joins: Vec<usize>,
}

/// The next questions, the most telling first; fewer where there is nothing left to ask.
pub fn choose(trial: &Trial, ladder: &Ladder, labels: &[Label], how_many: usize) -> Result<Vec<Question>, MatchError> {
    let estimate = Estimate::of(trial, ladder, labels)?;
    let break_even = estimate.break_even();
    let threshold = estimate.expected.get(estimate.best).map_or(0.0, |e| e.match_weight);
    let mut bands = bands(ladder, &estimate, trial.prepared.model.settings.seed);
    let mut curve = estimate.curve;
    let mut questions = Vec::new();
    for turn in 0..how_many {
        let checks = turn % CHECK_EVERY == CHECK_EVERY - 1;
        let above = (turn / CHECK_EVERY).is_multiple_of(2);
        let regret = |band: &Band| band.pairs * curve.at(band.weight).regret(break_even);
        let unchecked = |band: &Band, above: bool| {
            let share = curve.at(band.weight).probability();
            let far = if above { band.weight - threshold } else { threshold - band.weight };
            if far >= WELL { band.pairs * (share * (1.0 - share)).sqrt() / (1.0 + band.asked) } else { 0.0 }
        };
        let value = |band: &Band| if checks { unchecked(band, above) } else { regret(band) };
        let pick = |value: &dyn Fn(&Band) -> f64| {
            (0..bands.len())
                .filter(|at| bands[*at].open.values().any(|pattern| !pattern.joins.is_empty()))
                .max_by(|a, b| value(&bands[*a]).total_cmp(&value(&bands[*b])).then(b.cmp(a)))
        };
        let Some(mut at) = pick(&value) else { break };
        if value(&bands[at]) <= 0.0 {
            at = pick(&regret).unwrap_or(at);
        }
        let why = Why::of(bands[at].weight, threshold);
        let teaches = regret(&bands[at]);
        let Some(join) = bands[at].take() else { break };
        let join = &ladder.joins[join];
        curve.as_if_asked(join.weight);
        let (a, b) = (trial.row(join.l), trial.row(join.r));
        questions.push(Question {
            l: a.min(b),
            r: a.max(b),
            match_weight: join.weight,
            match_probability: probability_of(join.weight),
            why,
            teaches,
        });
    }
    Ok(questions)
}

/// What an answer about each item of a queue would teach: the expected cost, in pairs, of deciding wrongly about its band.
/// `items`: match weight of the best pair and the pairs of records that hang on it; `answers`: weights that were answered, and how.
pub fn teaches(items: &[(f64, f64)], answers: &[(f64, bool)]) -> Vec<f64> {
    let curve = Curve::fit(&answers.iter().map(|(weight, same)| (*weight, *same, 1.0)).collect::<Vec<_>>());
    let mut bands: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
    for (weight, pairs) in items {
        let held = bands.entry(band_of(*weight)).or_default();
        held.0 += pairs;
        held.1 += pairs * weight;
    }
    let worth: BTreeMap<i32, f64> = bands
        .into_iter()
        .map(|(band, (pairs, sum))| (band, if pairs > 0.0 { pairs * curve.at(sum / pairs).regret(EVEN) } else { 0.0 }))
        .collect();
    items.iter().map(|(weight, _)| worth.get(&band_of(*weight)).copied().unwrap_or(0.0)).collect()
}

/// An open question of a queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Open<'a> {
    /// Of its best pair.
    pub match_weight: f64,
    /// Pairs of records that hang on it.
    pub pairs: f64,
    /// How the two compare: questions of one pattern teach much the same.
    pub pattern: &'a str,
}

/// Questions in an order in which the next one always teaches most, once those before it are answered. `answers` as in `teaches`.
pub fn telling_order(items: &[Open<'_>], answers: &[(f64, bool)]) -> Vec<usize> {
    let mut curve = Curve::fit(&answers.iter().map(|(weight, same)| (*weight, *same, 1.0)).collect::<Vec<_>>());
    // Band -> its pairs, the sum of their weights, and its questions by pattern, the first one last.
    let mut bands: BTreeMap<i32, (f64, f64, BTreeMap<&str, Pattern>)> = BTreeMap::new();
    for (at, item) in items.iter().enumerate().rev() {
        let band = bands.entry(band_of(item.match_weight)).or_default();
        band.0 += item.pairs;
        band.1 += item.pairs * item.match_weight;
        let pattern = band.2.entry(item.pattern).or_default();
        pattern.pairs += item.pairs;
        pattern.joins.push(at);
    }
    let mut order = Vec::with_capacity(items.len());
    while order.len() < items.len() {
        let regrets: BTreeMap<i32, f64> = bands
            .iter()
            .filter(|(_, (_, _, patterns))| patterns.values().any(|pattern| !pattern.joins.is_empty()))
            .map(|(band, (pairs, sum, _))| (*band, pairs * curve.at(sum / pairs.max(1.0)).regret(EVEN)))
            .collect();
        if order.len() >= FORESEEN {
            // So far ahead nobody can say what the answers before will have taught: band by band.
            let mut rest: Vec<(&i32, &f64)> = regrets.iter().collect();
            rest.sort_by(|a, b| b.1.total_cmp(a.1).then(a.0.cmp(b.0)));
            for (band, _) in rest {
                order.extend(bands.get(band).map(|band| shared_out(&band.2)).unwrap_or_default());
            }
            break;
        }
        let Some((band, _)) = regrets.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0))) else { break };
        let Some(at) = bands.get_mut(band).and_then(|band| take(&mut band.2)) else { break };
        curve.as_if_asked(items[at].match_weight);
        order.push(at);
    }
    order
}

/// Questions whose place is chosen one by one.
const FORESEEN: usize = 60;

/// The next of a band: of the pattern that stands for most pairs beside what was asked of it (Sainte-Lague).
fn take<K: Ord>(patterns: &mut BTreeMap<K, Pattern>) -> Option<usize> {
    let pattern = patterns
        .iter_mut()
        .filter(|(_, pattern)| !pattern.joins.is_empty())
        .max_by(|a, b| {
            let share = |pattern: &Pattern| pattern.pairs / (1.0 + 2.0 * pattern.asked);
            share(a.1).total_cmp(&share(b.1)).then(b.0.cmp(a.0))
        })
        .map(|(_, pattern)| pattern)?;
    pattern.asked += 1.0;
    pattern.joins.pop()
}

/// All that is left of a band, in the order in which `take` would give it.
fn shared_out(patterns: &BTreeMap<&str, Pattern>) -> Vec<usize> {
    let mut left: Vec<(f64, &str, usize)> = Vec::new();
    for (name, pattern) in patterns {
        let mut asked = pattern.asked;
        for at in pattern.joins.iter().rev() {
            left.push((pattern.pairs / (1.0 + 2.0 * asked), name, *at));
            asked += 1.0;
        }
    }
    left.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    left.into_iter().map(|(_, _, at)| at).collect()
}

/// Where a join breaks even while F1 is not known: near half of a high F1.
const EVEN: f64 = 0.5;

fn band_of(weight: f64) -> i32 {
    (clamped(weight) / BAND).floor() as i32
}

fn bands(ladder: &Ladder, estimate: &Estimate, seed: u64) -> Vec<Band> {
    let mut bands: BTreeMap<i32, Band> = BTreeMap::new();
    let mut order: Vec<usize> = (0..ladder.joins.len()).collect();
    order.sort_by_key(|at| (mixed(ladder.joins[*at].l, ladder.joins[*at].r, seed), *at));
    for at in order {
        let join = &ladder.joins[at];
        let band = bands.entry(band_of(join.weight)).or_insert_with(|| Band { weight: 0.0, pairs: 0.0, open: BTreeMap::new(), asked: 0.0 });
        band.weight += join.weight * join.effect;
        band.pairs += join.effect;
        let pattern = band.open.entry(join.gamma).or_default();
        pattern.pairs += join.effect;
        if estimate.told.contains_key(&at) {
            pattern.asked += 1.0;
            band.asked += 1.0;
        } else {
            pattern.joins.push(at);
        }
    }
    let mut bands: Vec<Band> = bands.into_values().filter(|band| band.pairs > 0.0).collect();
    for band in &mut bands {
        band.weight /= band.pairs;
        for pattern in band.open.values_mut() {
            pattern.joins.reverse();
        }
    }
    bands
}

impl Band {
    /// The next join to ask about.
    fn take(&mut self) -> Option<usize> {
        let join = take(&mut self.open)?;
        self.asked += 1.0;
        Some(join)
    }
}

/// An order that has nothing to do with values, the same for every order of rows.
fn mixed(l: u32, r: u32, seed: u64) -> u64 {
    let mut x = (u64::from(l) << 32 | u64::from(r)) ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
