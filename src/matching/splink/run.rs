//! Scores a table with a Splink model and forms clusters.

use std::time::Instant;

use rayon::prelude::*;

use crate::base::{RunCtx, Stage};

use super::super::blocking::RuleCount;
use super::super::error::MatchError;
use super::super::records::Records;
use super::super::run::Constraints;
use super::super::score::{probability_of, weight_at};
use super::super::settings::LinkType;
use super::block::Blocks;
use super::components::{Link, Rules, components};
use super::model::SplinkModel;
use super::score::Scorer;
use super::table::Table;

/// How to run a model.
#[derive(Debug, Clone, PartialEq)]
pub struct SplinkOptions {
    /// Instead of the model's.
    pub link_type: Option<LinkType>,
    /// match_probability from which records join.
    pub threshold: f64,
    /// match_probability from which pairs are kept; 0 keeps all.
    pub keep_from: f64,
    /// Sources of which a cluster holds at most one record.
    pub sources_unique: Vec<String>,
}

/// A scored pair. `l` and `r` are rows of the input, in Splink's order: l has the smaller unique id.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SplinkPair {
    pub l: u32,
    pub r: u32,
    pub match_weight: f64,
    pub match_probability: f64,
    pub match_key: u16,
}

#[derive(Debug, Clone)]
pub struct SplinkOutcome {
    /// Strongest first.
    pub pairs: Vec<SplinkPair>,
    /// Per pair one gamma per comparison, one pair after the other.
    pub gammas: Vec<i8>,
    /// Names of the comparisons.
    pub comparisons: Vec<String>,
    /// Per row the number of its cluster, numbered by first row.
    pub cluster: Vec<u32>,
    pub clusters: u64,
    pub scored_pairs: u64,
    pub rules: Vec<RuleCount>,
    pub link_type: LinkType,
    pub seconds_per_stage: Vec<(String, f64)>,
}

/// What one piece of work found.
#[derive(Default)]
struct Found {
    rule: u16,
    scored: u64,
    /// Positions, weight.
    pairs: Vec<(u32, u32, f64)>,
    gammas: Vec<i8>,
}

/// Pairs between two looks at the cancel token.
const LOOK_EVERY: u64 = 2048;

/// Scores every pair that the blocking rules give, as Splink does, and joins those at or above the threshold.
///
/// The same result for every number of threads and every order of rows.
pub fn match_splink(
    records: &Records,
    model: &SplinkModel,
    options: &SplinkOptions,
    constraints: &Constraints,
    ctx: &RunCtx,
) -> Result<SplinkOutcome, MatchError> {
    let mut seconds = Vec::new();
    let mut clock = Instant::now();
    let mut lap = |name: &str| {
        seconds.push((name.to_owned(), clock.elapsed().as_secs_f64()));
        clock = Instant::now();
    };
    let link_type = options.link_type.unwrap_or(model.link_type);
    check_sources(records, link_type)?;
    ctx.progress.enter(Stage::Standardising, 0);
    let mut table = Table::new(records, model, link_type)?;
    ctx.check()?;
    let scorer = Scorer::new(&mut table, model)?;
    ctx.check()?;
    lap("standardise");
    ctx.progress.enter(Stage::Blocking, 0);
    let mut blocks = Blocks::new(&mut table, model, link_type)?;
    ctx.check()?;
    lap("block");
    ctx.progress.enter(Stage::Scoring, blocks.units.len() as u64);
    let (pairs, gammas, scored_pairs) = score_all(&table, &scorer, &mut blocks, options.keep_from, ctx)?;
    lap("score");
    ctx.progress.enter(Stage::Clustering, 0);
    let cluster = clusters(records, &table, &pairs, options, constraints)?;
    ctx.check()?;
    lap("cluster");
    let clusters = cluster.iter().max().map_or(0, |last| u64::from(*last) + 1);
    let rows = pairs.into_iter().map(|pair| SplinkPair { l: table.row[pair.l as usize], r: table.row[pair.r as usize], ..pair }).collect();
    Ok(SplinkOutcome {
        pairs: rows,
        gammas,
        comparisons: model.comparisons.iter().map(|comparison| comparison.output_column_name.clone()).collect(),
        cluster,
        clusters,
        scored_pairs,
        rules: blocks.counts,
        link_type,
        seconds_per_stage: seconds,
    })
}

fn check_sources(records: &Records, link_type: LinkType) -> Result<(), MatchError> {
    let sources = records.sources.len();
    let reason = match link_type {
        LinkType::DedupeOnly if sources > 1 => {
            format!("it is dedupe_only, which takes one table; there are {sources}. Use --link-type link-and-dedupe or one file")
        }
        LinkType::LinkOnly if sources < 2 => "it is link_only, which needs two tables or more; there is one. Name another file".to_owned(),
        _ => return Ok(()),
    };
    Err(MatchError::Splink { path: "link_type".to_owned(), reason })
}

type Kept = (Vec<SplinkPair>, Vec<i8>, u64);

fn score_all(table: &Table, scorer: &Scorer, blocks: &mut Blocks, keep_from: f64, ctx: &RunCtx) -> Result<Kept, MatchError> {
    let floor = if keep_from > 0.0 { weight_at(keep_from) } else { f64::NEG_INFINITY };
    let walked: &Blocks = blocks;
    let found: Vec<Found> = walked
        .units
        .par_iter()
        .map_init(
            || (scorer.scratch(), Vec::new(), Vec::new()),
            |(scratch, seen, gammas), unit| {
                ctx.check()?;
                let mut found = Found { rule: unit.rule, ..Found::default() };
                for l in unit.from..unit.to {
                    walked.walk(table, unit.rule, l, seen, |r| {
                        gammas.clear();
                        let weight = scorer.score(table, l, r, scratch, gammas)?;
                        found.scored += 1;
                        if found.scored.is_multiple_of(LOOK_EVERY) {
                            ctx.check()?;
                        }
                        if weight >= floor {
                            found.pairs.push((l, r, weight));
                            found.gammas.extend_from_slice(gammas);
                        }
                        Ok::<_, MatchError>(())
                    })?;
                }
                ctx.progress.advance(1);
                Ok::<_, MatchError>(found)
            },
        )
        .collect::<Result<_, _>>()?;
    let mut scored = 0;
    for found in &found {
        scored += found.scored;
        blocks.counts[usize::from(found.rule)].new_pairs += found.scored;
    }
    Ok(strongest_first(&found, scored))
}

fn strongest_first(found: &[Found], scored: u64) -> Kept {
    let width = found.iter().find(|found| !found.pairs.is_empty()).map_or(0, |found| found.gammas.len() / found.pairs.len());
    let mut all: Vec<(SplinkPair, u32, u32)> = Vec::with_capacity(found.iter().map(|found| found.pairs.len()).sum());
    for (unit, found) in (0_u32..).zip(found) {
        for (at, (l, r, weight)) in (0_u32..).zip(&found.pairs) {
            let pair =
                SplinkPair { l: *l, r: *r, match_weight: *weight, match_probability: probability_of(*weight), match_key: found.rule };
            all.push((pair, unit, at));
        }
    }
    all.par_sort_unstable_by(|(a, ..), (b, ..)| b.match_weight.total_cmp(&a.match_weight).then((a.l, a.r).cmp(&(b.l, b.r))));
    let mut gammas = Vec::with_capacity(all.len() * width);
    for (_, unit, at) in &all {
        let from = *at as usize * width;
        gammas.extend_from_slice(&found[*unit as usize].gammas[from..from + width]);
    }
    (all.into_iter().map(|(pair, ..)| pair).collect(), gammas, scored)
}

fn clusters(
    records: &Records,
    table: &Table,
    pairs: &[SplinkPair],
    options: &SplinkOptions,
    constraints: &Constraints,
) -> Result<Vec<u32>, MatchError> {
    let mut position = vec![0_u32; table.len()];
    for (at, row) in (0_u32..).zip(&table.row) {
        position[*row as usize] = at;
    }
    let place =
        |record: &u32| position.get(*record as usize).copied().ok_or(MatchError::NoSuchRecord { record: *record, records: table.len() });
    let told = |all: &[(u32, u32)]| all.iter().map(|(l, r)| Ok((place(l)?, place(r)?))).collect::<Result<Vec<_>, MatchError>>();
    let (must_link, cannot_link) = (told(&constraints.must_link)?, told(&constraints.cannot_link)?);
    let rules = Rules {
        must_link: &must_link,
        cannot_link: &cannot_link,
        source: &table.source,
        unique_sources: records.sources.iter().map(|source| options.sources_unique.contains(source)).collect(),
    };
    let links = pairs.iter().filter(|pair| pair.match_probability >= options.threshold);
    let links = links.map(|pair| Link { l: pair.l, r: pair.r, weight: pair.match_weight }).collect();
    let by_position = components(table.len(), links, &rules);
    let mut names: Vec<Option<u32>> = vec![None; table.len()];
    let mut next = 0;
    Ok(position
        .iter()
        .map(|at| {
            *names[by_position[*at as usize] as usize].get_or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
        .collect())
}
