//! What each blocking rule gives and costs, and how many matches no rule gives.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::matching::blocking::LargeBlock;
use crate::matching::review::Scored;
use crate::matching::score::probability_of;

use super::Seen;

/// One rule of the last match.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleReport {
    pub blocking_rule: String,
    pub blocks: u64,
    /// Pairs in its blocks, and those that no earlier rule gave.
    pub pairs: u64,
    pub new_pairs: u64,
    /// Matches among its new pairs: the sum of their match probabilities.
    pub expected_new_matches: f64,
    /// Of the likely matches those that no other rule gives: what is lost without it.
    pub only_here: f64,
    /// Of the likely matches those that it gives, whichever rule came first.
    pub found: f64,
    pub largest_block: u64,
    pub largest: Vec<LargeBlock>,
    /// Left out by the guard because they were too large.
    pub skipped_blocks: u64,
    pub skipped_records: u64,
    pub skipped_pairs: u64,
}

/// All rules together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BlockingReport {
    pub rules: Vec<RuleReport>,
    /// Matches among all pairs that were compared: the sum of match probabilities.
    pub expected_matches: f64,
    /// Matches that no rule gives, estimated from below; and the share that the rules give, so at most. `None` where nothing can be
    /// said: one rule, or hardly a match.
    pub estimated_missed: Option<f64>,
    pub estimated_recall: Option<f64>,
    /// How that was estimated, in one sentence.
    pub method: String,
    /// Of the likely matches: how many were given by exactly one rule, by two, …
    pub found_by: Vec<f64>,
}

/// Pairs from here on are taken for matches when captures are counted.
const LIKELY: f64 = 0.5;
/// Likely pairs looked at; of more every k-th.
const LOOKED_AT: usize = 200_000;
/// Rules that a capture history holds.
const RULES: usize = 128;
/// Fewer expected matches than this say nothing about recall.
const ENOUGH: f64 = 20.0;

/// A likely match: which rules give it (bits) and how many pairs it stands for, times its probability.
#[derive(Debug, Clone, Copy)]
pub struct Capture {
    pub rules: u128,
    pub weight: f64,
}

pub fn report(seen: &Seen<'_>) -> BlockingReport {
    let captures = captures(seen);
    let rules: Vec<RuleReport> = seen
        .plan
        .counts
        .iter()
        .enumerate()
        .map(|(at, count)| {
            let bit = if at < RULES { 1_u128 << at } else { 0 };
            let sum = |wanted: &dyn Fn(u128) -> bool| captures.iter().filter(|c| wanted(c.rules)).fold(0.0, |sum, c| sum + c.weight);
            RuleReport {
                blocking_rule: count.blocking_rule.clone(),
                blocks: count.blocks,
                pairs: count.pairs,
                new_pairs: count.new_pairs,
                expected_new_matches: seen.tallies.get(at).map_or(0.0, super::Tally::expected_matches),
                only_here: sum(&|rules| rules == bit && bit != 0),
                found: sum(&|rules| rules & bit != 0),
                largest_block: count.largest_block,
                largest: in_rows(&count.largest, &seen.matched.comparer.fields.row),
                skipped_blocks: count.skipped_blocks,
                skipped_records: count.skipped_records,
                skipped_pairs: count.skipped_pairs,
            }
        })
        .collect();
    let mut found_by: Vec<f64> = Vec::new();
    for capture in &captures {
        let times = capture.rules.count_ones() as usize;
        if times > found_by.len() {
            found_by.resize(times, 0.0);
        }
        if let Some(slot) = times.checked_sub(1).and_then(|at| found_by.get_mut(at)) {
            *slot += capture.weight;
        }
    }
    let whole = seen.plan.compares_all();
    let missed = if whole { Some(0.0) } else { estimate_missed(&found_by, rules.len()) };
    let found: f64 = found_by.iter().sum();
    BlockingReport {
        expected_matches: rules.iter().fold(0.0, |sum, rule| sum + rule.expected_new_matches),
        rules,
        estimated_missed: missed,
        estimated_recall: missed.map(|missed| if found + missed > 0.0 { found / (found + missed) } else { 1.0 }),
        method: if whole { WHOLE } else { METHOD }.to_owned(),
        found_by,
    }
}

fn in_rows(blocks: &[LargeBlock], row: &[u32]) -> Vec<LargeBlock> {
    blocks.iter().map(|block| LargeBlock { example: row.get(block.example as usize).copied().unwrap_or_default(), ..*block }).collect()
}

/// Which rules give each likely match.
pub fn captures(seen: &Seen<'_>) -> Vec<Capture> {
    let likely: Vec<&Scored> = seen.matched.pairs.iter().filter(|pair| probability_of(pair.weight) >= LIKELY).collect();
    let step = likely.len().div_ceil(LOOKED_AT).max(1);
    let rules = seen.plan.counts.len().min(RULES);
    likely
        .par_iter()
        .step_by(step)
        .map(|pair| {
            let given = (0..rules).filter(|rule| seen.plan.gives(*rule, pair.l, pair.r)).fold(0_u128, |bits, rule| bits | 1 << rule);
            Capture { rules: given, weight: probability_of(pair.weight) * step as f64 }
        })
        .collect()
}

const METHOD: &str = "At most this share: from how many likely matches exactly one, two, three and four rules give, the number that none gives is estimated from below (iChao2 of Chiu, Wang, Walther and Chao 2014; rules are the sampling occasions).";
const WHOLE: &str = "One rule compares every pair: blocking misses nothing.";

/// Recall of all rules together and the matches that none gives.
///
/// `found_by[k]` is the number of matches that exactly k + 1 of `rules` rules give. With Q1, Q2, … for these and t rules:
/// missed >= (t-1)/t Q1²/(2 Q2) + (t-3)/(4t) Q3/Q4 max(Q1 - (t-3)/(2(t-1)) Q2 Q3/Q4, 0)  (iChao2, Chiu et al. 2014, Biometrics 70).
/// It is a lower bound: matches that are hard for every rule at once leave no trace.
pub fn estimate_missed(found_by: &[f64], rules: usize) -> Option<f64> {
    let found: f64 = found_by.iter().sum();
    if rules < 2 || found < ENOUGH {
        return None;
    }
    let t = rules as f64;
    let q = |times: usize| found_by.get(times - 1).copied().unwrap_or(0.0);
    let first = if q(2) > 0.5 { q(1) * q(1) / (2.0 * q(2)) } else { q(1) * (q(1) - 1.0).max(0.0) / 2.0 };
    let mut missed = (t - 1.0) / t * first;
    if rules > 3 && q(4) > 0.5 {
        let ratio = q(3) / q(4);
        missed += (t - 3.0) / (4.0 * t) * ratio * (q(1) - (t - 3.0) / (2.0 * (t - 1.0)) * q(2) * ratio).max(0.0);
    }
    Some(missed)
}
