//! Candidate pairs -> how often each comparison vector occurs. EM works on these counts: thousands instead of millions.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::{RunCtx, Stage};
use crate::matching::blocking::Plan;
use crate::matching::comparison::Comparer;
use crate::matching::error::MatchError;
use crate::matching::score::Scorer;
use crate::matching::vector::Gamma;

/// Pairs compared for training; of more candidates a share is taken by a hash of the pair.
const SAMPLE: u64 = 500_000;

/// A comparison vector with its term-frequency bits, rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pattern {
    pub gamma: Gamma,
    /// Bits of all comparisons, of those that a household shares, of those of a place.
    pub adjustments: [i8; 3],
    /// Pairs this stands for.
    pub pairs: f64,
}

/// Patterns of all rules' pairs, and which rule gave how many of each.
#[derive(Debug, Default)]
pub struct Counted {
    pub patterns: Vec<Pattern>,
    /// Rule, number of the pattern, pairs.
    pub by_rule: Vec<(u8, u32, f64)>,
}

type Key = (Gamma, [i8; 3], u8);

/// Counts patterns over all rules' pairs, in a fixed order.
pub fn count(comparer: &Comparer<'_>, scorer: &Scorer, plan: &Plan, seed: u64, ctx: &RunCtx) -> Result<Counted, MatchError> {
    let candidates: u64 = plan.counts.iter().map(|count| count.pairs).sum();
    let share = (SAMPLE as f64 / candidates.max(1) as f64).min(1.0);
    let limit = if share >= 1.0 { u64::MAX } else { (share * u64::MAX as f64) as u64 };
    ctx.progress.enter(Stage::EstimatingM, plan.units.len() as u64);
    let counted: FxHashMap<Key, u64> = plan
        .units
        .par_iter()
        .map_init(
            || comparer.scratch(),
            |scratch, unit| {
                ctx.check()?;
                let mut found: FxHashMap<Key, u64> = FxHashMap::default();
                let chosen = |l, r| limit == u64::MAX || pair_hash(l, r, seed) <= limit;
                let mut pairs = Vec::new();
                plan.walk_some(*unit, chosen, |l, r| pairs.push((l, r)));
                for ((l, r), gamma) in pairs.iter().copied().zip(comparer.vectors(&pairs, scratch)) {
                    let [all, personal, elsewhere] = scorer.adjustments(comparer, gamma, l, r);
                    let bits = [rounded(all), rounded(all - personal), rounded(all - elsewhere)];
                    *found.entry((gamma, bits, unit.rule)).or_default() += 1;
                }
                ctx.progress.advance(1);
                Ok::<_, MatchError>(found)
            },
        )
        .try_reduce(FxHashMap::default, |a, b| {
            let (mut large, small) = if a.len() >= b.len() { (a, b) } else { (b, a) };
            for (key, count) in small {
                *large.entry(key).or_default() += count;
            }
            Ok(large)
        })?;
    let mut keys: Vec<(Key, u64)> = counted.into_iter().collect();
    keys.sort_unstable();
    let mut all = Counted::default();
    for ((gamma, adjustments, rule), count) in keys {
        let pairs = count as f64 / share;
        match all.patterns.last_mut() {
            Some(last) if last.gamma == gamma && last.adjustments == adjustments => last.pairs += pairs,
            _ => all.patterns.push(Pattern { gamma, adjustments, pairs }),
        }
        all.by_rule.push((rule, u32::try_from(all.patterns.len() - 1).unwrap_or(u32::MAX), pairs));
    }
    Ok(all)
}

fn rounded(bits: f64) -> i8 {
    bits.round().clamp(-60.0, 60.0) as i8
}

fn pair_hash(l: u32, r: u32, seed: u64) -> u64 {
    let mut x = (u64::from(l) << 32 | u64::from(r)) ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
