//! u: how often random pairs reach each level. Random pairs are nearly all non-matches; what matches add is taken away after EM.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

use crate::base::RunCtx;
use crate::matching::comparison::Comparer;
use crate::matching::error::MatchError;
use crate::matching::levels::levels_of;
use crate::matching::model::Model;
use crate::matching::settings::{LinkType, Settings};

/// Tables with no more pairs are counted whole.
const COUNTED_WHOLE: u64 = 500_000;
/// Pairs drawn of larger ones.
const SAMPLE: u64 = 200_000;
const CHUNK: u64 = 10_000;
/// Weight of the usual u of a level, in pairs.
const PRIOR_PAIRS: f64 = 20.0;

/// `[comparison][gamma]` -> random pairs seen.
pub type LevelCounts = Vec<Vec<u64>>;

/// Compares random pairs.
pub fn count_levels(comparer: &Comparer<'_>, settings: &Settings, ctx: &RunCtx) -> Result<LevelCounts, MatchError> {
    let records = comparer.fields.len() as u64;
    let zero: LevelCounts = settings.comparisons.iter().map(|c| vec![0; levels_of(c.kind).len()]).collect();
    if records < 2 {
        return Ok(zero);
    }
    let source = &comparer.fields.source;
    let cross_only = settings.link_type == LinkType::LinkOnly;
    let whole = records * (records - 1) / 2 <= COUNTED_WHOLE;
    let chunks = if whole { records } else { SAMPLE / CHUNK };
    ctx.progress.enter(crate::base::Stage::EstimatingU, chunks);
    (0..chunks)
        .into_par_iter()
        .map_init(
            || comparer.scratch(),
            |scratch, chunk| {
                ctx.check()?;
                let mut counts = zero.clone();
                let mut see = |l: u32, r: u32| {
                    if cross_only && source[l as usize] == source[r as usize] {
                        return;
                    }
                    let gamma = comparer.vector(l, r, scratch);
                    for (at, levels) in counts.iter_mut().enumerate() {
                        if let Some(g) = gamma.get(at) {
                            levels[usize::from(g)] += 1;
                        }
                    }
                };
                if whole {
                    let l = u32::try_from(chunk).unwrap_or(0);
                    (l + 1..u32::try_from(records).unwrap_or(0)).for_each(|r| see(l, r));
                } else {
                    let mut random = Pcg64Mcg::seed_from_u64(settings.seed ^ (chunk << 20));
                    for _ in 0..CHUNK {
                        let (l, r) = (random.random_range(0..records), random.random_range(0..records));
                        if l != r {
                            see(u32::try_from(l).unwrap_or(0), u32::try_from(r).unwrap_or(0));
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
                for (x, y) in a.iter_mut().zip(b) {
                    for (x, y) in x.iter_mut().zip(y) {
                        *x += y;
                    }
                }
                Ok(a)
            },
        )
}

/// u = (share among random pairs - lambda m) / (1 - lambda), smoothed by the level's usual u.
pub fn apply(model: &mut Model, counts: &LevelCounts, lambda: f64) {
    let kinds: Vec<_> = model.settings.comparisons.iter().map(|c| c.kind).collect();
    for ((comparison, counts), kind) in model.comparisons.iter_mut().zip(counts).zip(kinds) {
        let levels = levels_of(kind);
        let total: f64 = counts.iter().map(|c| *c as f64).sum();
        let usual: f64 = levels.iter().map(|l| l.u).sum();
        let shares: Vec<f64> = comparison
            .comparison_levels
            .iter()
            .zip(counts)
            .zip(levels)
            .map(|((level, count), usual_level)| {
                let matches = lambda * level.m_probability * total;
                let others = (*count as f64 - matches).max(0.02 * *count as f64);
                (others + PRIOR_PAIRS * usual_level.u / usual) / (total + PRIOR_PAIRS)
            })
            .collect();
        let sum: f64 = shares.iter().sum();
        for (level, share) in comparison.comparison_levels.iter_mut().zip(shares) {
            level.u_probability = share / sum;
        }
    }
}
