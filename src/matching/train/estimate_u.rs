//! u: how often random pairs reach each level. Random pairs are nearly all non-matches; what matches add is taken away after EM.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::RunCtx;
use crate::matching::comparison::Comparer;
use crate::matching::error::MatchError;
use crate::matching::fields::NULL;
use crate::matching::levels::levels_of;
use crate::matching::model::Model;
use crate::matching::settings::{LinkType, Settings};

/// Tables with no more pairs are counted whole.
const COUNTED_WHOLE: u64 = 500_000;
/// Pairs drawn of larger ones: as many as there are records, within these.
const LEAST_DRAWN: u64 = 200_000;
const MOST_DRAWN: u64 = 1_000_000;
const CHUNK: u64 = 10_000;
/// Pairs that the usual u of a level is worth: as many as would show it this often. A level that a sample shows once or never
/// then lies near what is usual, and not a thousand times below (a gamma prior on the rate of rare pairs).
const PRIOR_HITS: f64 = 0.5;

/// `[comparison][gamma]` -> random pairs seen. Not whole: pairs of identical values are counted over the table, not drawn.
pub type LevelCounts = Vec<Vec<f64>>;

/// Counts the levels of random pairs, or of all where a table is small.
pub fn count_levels(comparer: &Comparer<'_>, settings: &Settings, ctx: &RunCtx) -> Result<LevelCounts, MatchError> {
    let records = comparer.fields.len() as u64;
    let zero: LevelCounts = settings.comparisons.iter().map(|c| vec![0.0; levels_of(c.kind).len()]).collect();
    if records < 2 {
        return Ok(zero);
    }
    let cross_only = settings.link_type == LinkType::LinkOnly;
    if records * (records - 1) / 2 <= COUNTED_WHOLE {
        return count(comparer, cross_only, &zero, Pairs::All { records }, ctx);
    }
    let drawn = Pairs::Drawn { records, chunks: records.clamp(LEAST_DRAWN, MOST_DRAWN) / CHUNK, seed: settings.seed };
    let mut counts = count(comparer, cross_only, &zero, drawn, ctx)?;
    for (at, levels) in counts.iter_mut().enumerate() {
        let seen: f64 = levels.iter().sum();
        let (identical, compared) = identical_pairs(comparer, at, cross_only, levels.len());
        // What was drawn is of different values: it makes room for the identical ones.
        let share = identical.iter().sum::<f64>() / compared;
        let room = if seen > 0.0 { 1.0 - share } else { 0.0 };
        for (level, identical) in levels.iter_mut().zip(identical) {
            *level = *level * room + seen * identical / compared;
        }
    }
    Ok(counts)
}

/// Which pairs are compared.
#[derive(Debug, Clone, Copy)]
enum Pairs {
    All {
        records: u64,
    },
    /// At random, but for pairs of identical values.
    Drawn {
        records: u64,
        chunks: u64,
        seed: u64,
    },
}

impl Pairs {
    fn chunks(self) -> u64 {
        match self {
            Self::All { records } => records,
            Self::Drawn { chunks, .. } => chunks,
        }
    }

    fn each(self, chunk: u64, mut see: impl FnMut(u32, u32)) {
        let number = |n: u64| u32::try_from(n).unwrap_or(0);
        match self {
            Self::All { records } => (chunk + 1..records).for_each(|r| see(number(chunk), number(r))),
            Self::Drawn { records, seed, .. } => {
                let mut random = Pcg64Mcg::seed_from_u64(seed ^ (chunk << 20));
                for _ in 0..CHUNK {
                    let (l, r) = (random.random_range(0..records), random.random_range(0..records));
                    if l != r {
                        see(number(l), number(r));
                    }
                }
            }
        }
    }
}

fn count(comparer: &Comparer<'_>, cross_only: bool, zero: &LevelCounts, pairs: Pairs, ctx: &RunCtx) -> Result<LevelCounts, MatchError> {
    let source = &comparer.fields.source;
    let drawn = matches!(pairs, Pairs::Drawn { .. });
    ctx.progress.enter(crate::base::Stage::EstimatingU, pairs.chunks());
    (0..pairs.chunks())
        .into_par_iter()
        .map_init(
            || comparer.scratch(),
            |scratch, chunk| {
                ctx.check()?;
                let mut counts = zero.clone();
                let mut chosen = Vec::new();
                pairs.each(chunk, |l, r| {
                    if !(cross_only && source[l as usize] == source[r as usize]) {
                        chosen.push((l, r));
                    }
                });
                for ((l, r), gamma) in chosen.iter().copied().zip(comparer.vectors(&chosen, scratch)) {
                    for (at, levels) in counts.iter_mut().enumerate() {
                        if let Some(g) = gamma.get(at)
                            && !(drawn && comparer.id(at, l) == comparer.id(at, r))
                        {
                            levels[usize::from(g)] += 1.0;
                        }
                    }
                }
                ctx.progress.advance(1);
                Ok(counts)
            },
        )
        .try_reduce(
            || zero.clone(),
            |mut a, b| {
                for (x, y) in a.iter_mut().flatten().zip(b.into_iter().flatten()) {
                    *x += y;
                }
                Ok(a)
            },
        )
}

/// Pairs of records with the same value per level, and pairs that have both values at all: counted, for a sample has hardly one.
fn identical_pairs(comparer: &Comparer<'_>, at: usize, cross_only: bool, levels: usize) -> (Vec<f64>, f64) {
    let field = &comparer.fields.fields[comparer.field_of(at)];
    let pairs = |count: f64| count * (count - 1.0) / 2.0;
    let mut identical = vec![0.0; levels];
    let mut known = 0.0;
    for (value, count) in (0_u32..).zip(&field.counts) {
        if let Some(level) = comparer.identical(at, value) {
            known += f64::from(*count);
            identical[usize::from(level)] += pairs(f64::from(*count));
        }
    }
    let mut compared = pairs(known);
    if cross_only {
        for records in records_of_sources(comparer, at) {
            let mut known = 0.0;
            for (value, count) in records {
                if let Some(level) = comparer.identical(at, value) {
                    known += count;
                    identical[usize::from(level)] -= pairs(count);
                }
            }
            compared -= pairs(known);
        }
    }
    (identical, compared.max(1.0))
}

/// Per source: value -> its records.
fn records_of_sources(comparer: &Comparer<'_>, at: usize) -> Vec<FxHashMap<u32, f64>> {
    let fields = comparer.fields;
    let mut found: Vec<FxHashMap<u32, f64>> = Vec::new();
    for (value, source) in fields.fields[comparer.field_of(at)].ids.iter().zip(&fields.source) {
        if *value != NULL {
            let source = usize::from(*source);
            found.resize_with(found.len().max(source + 1), FxHashMap::default);
            *found[source].entry(*value).or_default() += 1.0;
        }
    }
    found
}

/// u = (pairs at the level - lambda m all pairs + prior) / (all pairs + prior / usual u), where prior = 0.5 / (1 + the pairs seen): a
/// level that was hardly seen is near what is usual, one that was seen often is what was seen.
pub fn apply(model: &mut Model, counts: &LevelCounts, lambda: f64) {
    let kinds: Vec<_> = model.settings.comparisons.iter().map(|c| c.kind).collect();
    for ((comparison, counts), kind) in model.comparisons.iter_mut().zip(counts).zip(kinds) {
        let levels = levels_of(kind);
        let total: f64 = counts.iter().sum();
        let usual: f64 = levels.iter().map(|l| l.u).sum();
        let shares: Vec<f64> = comparison
            .comparison_levels
            .iter()
            .zip(counts)
            .zip(levels)
            .map(|((level, count), usual_level)| {
                let matches = lambda * level.m_probability * total;
                let others = (count - matches).max(0.02 * count);
                let prior = PRIOR_HITS / (1.0 + others);
                (others + prior) / (total + prior * usual / usual_level.u)
            })
            .collect();
        let sum: f64 = shares.iter().sum();
        for (level, share) in comparison.comparison_levels.iter_mut().zip(shares) {
            level.u_probability = share / sum;
        }
    }
}

#[cfg(test)]
#[path = "estimate_u_tests.rs"]
mod tests;
