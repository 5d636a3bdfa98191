//! All scored pairs by weight; what is joined, asked and left apart; what to expect at other thresholds.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::matching::review::Scored;
use crate::matching::score::weight_at;

use super::Seen;
use super::histogram::{Histogram, Tally};

/// Pairs by match weight and what became of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PairReport {
    /// Pairs that the link type allows, compared or not.
    pub possible: f64,
    pub scored: u64,
    /// match_probability from which pairs join, and from which unjoined ones are asked about.
    pub auto_threshold: f64,
    pub review_floor: f64,
    /// Scored pairs at or above the threshold, between floor and threshold, and below the floor.
    pub joined: u64,
    pub to_review: u64,
    pub apart: u64,
    pub review_items: u64,
    /// Every scored pair.
    pub histogram: Histogram,
    /// Per merge that was made, the weight of the pair that made it: the strongest pairs that hold each cluster together.
    pub joins: Histogram,
    /// Per two clusters that stay apart, the weight of their best pair that nothing but its weight keeps apart.
    pub questions: Histogram,
    /// The same where a conflict or another record speaks against: only a person joins them.
    pub held_back: Histogram,
    pub thresholds: Vec<ThresholdRow>,
}

/// What to expect if pairs joined from this probability, by the sum of match probabilities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct ThresholdRow {
    pub match_probability: f64,
    pub match_weight: f64,
    /// Scored pairs at or above it.
    pub pairs: u64,
    /// Share of those that are matches.
    pub expected_precision: f64,
    /// Merges that would be wrong.
    pub expected_wrong_merges: f64,
    /// Matching pairs among the scored ones below it.
    pub expected_missed_pairs: f64,
    pub expected_recall: f64,
    /// Clusters that a person would be asked about, with the floor as it is.
    pub expected_reviews: u64,
}

const SHOWN: [f64; 11] = [0.5, 0.7, 0.8, 0.86, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999];

pub fn report(seen: &Seen<'_>) -> PairReport {
    let mut all = Tally::default();
    for tally in seen.tallies {
        all.merge(tally);
    }
    let (auto, floor) = (seen.matched.model.threshold, seen.matched.model.settings.review_floor);
    let (auto_weight, floor_weight) = (weight_at(auto), weight_at(floor));
    let scored = all.total();
    let joined = seen.matched.pairs.iter().filter(|pair| pair.weight >= auto_weight).count() as u64;
    let asked = seen.matched.pairs.iter().filter(|pair| pair.weight >= floor_weight && pair.weight < auto_weight).count() as u64;
    let (questions, held_back) = open_pairs(seen);
    let mut report = PairReport {
        possible: seen.plan.all_pairs(),
        scored,
        auto_threshold: auto,
        review_floor: floor,
        joined,
        to_review: asked,
        apart: scored.saturating_sub(joined + asked),
        review_items: seen.review_items as u64,
        histogram: all.histogram(),
        joins: joins(seen).histogram(),
        questions: questions.histogram(),
        held_back: held_back.histogram(),
        thresholds: Vec::new(),
    };
    let mut shown = SHOWN.to_vec();
    shown.push(auto);
    shown.sort_by(f64::total_cmp);
    shown.dedup();
    report.thresholds = shown.into_iter().map(|probability| report.at(probability)).collect();
    report
}

impl PairReport {
    /// What to expect with another threshold and the floor as it is.
    pub fn at(&self, probability: f64) -> ThresholdRow {
        let weight = weight_at(probability);
        let pairs = self.histogram.count_from(weight);
        let matches = self.histogram.matches_from(weight);
        let all_matches = self.histogram.matches_from(f64::NEG_INFINITY);
        let joins = self.joins.count_from(weight) + self.new_joins(weight);
        let right = self.joins.matches_from(weight) + self.new_right_joins(weight);
        ThresholdRow {
            match_probability: probability,
            match_weight: weight,
            pairs: pairs.round() as u64,
            expected_precision: if pairs > 0.0 { matches / pairs } else { 1.0 },
            expected_wrong_merges: (joins - right).max(0.0),
            expected_missed_pairs: (all_matches - matches).max(0.0),
            expected_recall: if all_matches > 0.0 { matches / all_matches } else { 1.0 },
            expected_reviews: self.reviews(weight, weight_at(self.review_floor)).round() as u64,
        }
    }

    /// Questions that a lower threshold would join: those between it and the present one.
    fn new_joins(&self, weight: f64) -> f64 {
        (self.questions.count_from(weight) - self.questions.count_from(weight_at(self.auto_threshold))).max(0.0)
    }

    fn new_right_joins(&self, weight: f64) -> f64 {
        (self.questions.matches_from(weight) - self.questions.matches_from(weight_at(self.auto_threshold))).max(0.0)
    }

    /// Items to review with other lines (match weights). With the present ones it is the queue as it is.
    pub fn reviews(&self, auto_weight: f64, floor_weight: f64) -> f64 {
        let (auto_now, floor_now) = (weight_at(self.auto_threshold), weight_at(self.review_floor));
        let asked = |floor: f64| self.questions.count_from(floor) + self.held_back.count_from(floor);
        let by_floor = asked(floor_weight) - asked(floor_now);
        let by_auto = if auto_weight >= auto_now {
            self.joins.count_from(auto_now) - self.joins.count_from(auto_weight)
        } else {
            // Below the floor nothing was asked that could now be joined.
            -(self.questions.count_from(auto_weight.max(floor_weight)) - self.questions.count_from(auto_now))
        };
        (self.review_items as f64 + by_floor + by_auto).max(0.0)
    }

    /// Matches among the pairs that nobody would see with this floor (match weight).
    pub fn missed(&self, floor_weight: f64) -> f64 {
        let all = |from: f64| self.questions.matches_from(from) + self.held_back.matches_from(from);
        (all(f64::NEG_INFINITY) - all(floor_weight)).max(0.0)
    }

    /// Merges that would be wrong with this threshold (match weight).
    pub fn wrong(&self, auto_weight: f64) -> f64 {
        let made = self.joins.count_from(auto_weight) + self.new_joins(auto_weight);
        (made - self.joins.matches_from(auto_weight) - self.new_right_joins(auto_weight)).max(0.0)
    }

    /// Scored pairs (joined, to review, apart) with other lines. With the present ones they are exact.
    pub fn split(&self, auto_weight: f64, floor_weight: f64) -> (u64, u64, u64) {
        let from = |weight: f64| self.histogram.count_from(weight);
        let joined = (self.joined as f64 + from(auto_weight) - from(weight_at(self.auto_threshold))).max(0.0);
        let seen_now = (self.joined + self.to_review) as f64;
        let seen = (seen_now + from(floor_weight) - from(weight_at(self.review_floor))).max(joined);
        let (joined, seen) = (joined.round() as u64, seen.round() as u64);
        (joined, seen.saturating_sub(joined), self.scored.saturating_sub(seen))
    }
}

/// The strongest pairs that hold each cluster together: a spanning forest, strongest first.
fn joins(seen: &Seen<'_>) -> Tally {
    let cluster = &seen.matched.clustering.cluster;
    let mut inside: Vec<&Scored> = seen.matched.pairs.iter().filter(|pair| cluster[pair.l as usize] == cluster[pair.r as usize]).collect();
    inside.sort_by(|a, b| b.weight.total_cmp(&a.weight).then((a.l, a.r).cmp(&(b.l, b.r))));
    let mut above: FxHashMap<u32, u32> = FxHashMap::default();
    let mut tally = Tally::default();
    for pair in inside {
        let (a, b) = (root(&mut above, pair.l), root(&mut above, pair.r));
        if a != b {
            above.insert(a.max(b), a.min(b));
            tally.add(pair.weight);
        }
    }
    tally
}

fn root(above: &mut FxHashMap<u32, u32>, mut record: u32) -> u32 {
    while let Some(next) = above.get(&record).copied() {
        if let Some(far) = above.get(&next).copied() {
            above.insert(record, far);
        }
        record = next;
    }
    record
}

/// Per two clusters that stay apart their best pair: kept apart by its weight alone, or by something that speaks against.
fn open_pairs(seen: &Seen<'_>) -> (Tally, Tally) {
    let cluster = &seen.matched.clustering.cluster;
    let mut best: BTreeMap<(u32, u32), &Scored> = BTreeMap::new();
    for pair in seen.matched.pairs {
        let (a, b) = (cluster[pair.l as usize], cluster[pair.r as usize]);
        if a != b {
            let held = best.entry((a.min(b), a.max(b))).or_insert(pair);
            if pair.weight > held.weight {
                *held = pair;
            }
        }
    }
    let auto = weight_at(seen.matched.model.threshold);
    let (mut questions, mut held_back) = (Tally::default(), Tally::default());
    for pair in best.into_values() {
        // Above the threshold and yet apart: clustering refused it.
        if pair.weight >= auto || seen.matched.conflicts.any(pair.gamma) {
            held_back.add(pair.weight);
        } else {
            questions.add(pair.weight);
        }
    }
    (questions, held_back)
}
