//! The chain of the whole engine, with its times.

use std::time::Instant;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::{RunCtx, Stage, free_aside};

use super::blocking::{Plan, RuleCount};
use super::cluster::{Clustering, Edge, Limits, ModelJudges, Refusal, cluster};
use super::comparison::{Comparer, Conflicts};
use super::diagnostics::{self, Diagnostics, Tally};
use super::error::MatchError;
use super::fields::{Fields, standardise_records};
use super::generics::{SharedValue, Sharing, find_shared};
use super::model::Model;
use super::records::Records;
use super::review::{self, ReviewInput, ReviewItem, Scored};
use super::rival::{Claim, part_doubtful};
use super::score::{Scorer, probability_of, weight_at};
use super::settings::Settings;
use super::threshold;
use super::train;
use super::vector::Gamma;

/// What people decided, as pairs of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraints {
    pub must_link: Vec<(u32, u32)>,
    pub cannot_link: Vec<(u32, u32)>,
}

/// A pair above the floor. `l` < `r` are rows of the input; `match_key` is the number of its blocking rule.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ScoredPair {
    pub l: u32,
    pub r: u32,
    pub match_weight: f64,
    pub match_probability: f64,
    pub gamma: Gamma,
    pub match_key: u8,
}

#[derive(Debug, Clone)]
pub struct MatchOutcome {
    pub model: Model,
    /// Above the floor, strongest first.
    pub pairs: Vec<ScoredPair>,
    /// Per row the number of its cluster, numbered by first row.
    pub cluster: Vec<u32>,
    /// Rows that left their cluster because a namesake claims them too, each with a row that stayed in it.
    pub parted: Vec<(u32, u32)>,
    /// Strong pairs of rows that were not allowed to join their clusters, and why.
    pub refused: Vec<(u32, u32, Refusal)>,
    /// match_probability from which pairs merged, and why.
    pub threshold: f64,
    pub threshold_reason: String,
    pub rules: Vec<RuleCount>,
    pub scored_pairs: u64,
    pub clusters: u64,
    /// Stage -> seconds, in order.
    pub seconds_per_stage: Vec<(String, f64)>,
    pub review: Vec<ReviewItem>,
    /// E-mails and phones that different people carry.
    pub shared_values: Vec<SharedValue>,
    pub diagnostics: Diagnostics,
}

/// Mean evidence (bits, prior left out) that two clusters need to be joined: odds of 16 to 1 over all their pairs.
const JOINED_FROM: f64 = 4.0;
/// Match weight that two clusters need when each is taken as one record: odds of 8 to 1.
const WHOLE_FROM: f64 = 3.0;
/// Pairs below this probability are not kept.
pub(super) const KEPT_FROM: f64 = 0.01;

/// A finished match and the table it was made on, as matching saw it.
#[derive(Debug)]
pub struct Matched {
    pub outcome: MatchOutcome,
    pub(super) fields: Fields,
    /// Per comparison what is known about values that several people carry.
    pub(super) sharing: Vec<Option<Sharing>>,
}

/// Matches a table: standardise, block, train (or use the pinned model), score, cluster, and list what a person should see.
///
/// The result is the same for every number of threads and every order of rows. Errors name columns and settings, never values.
pub fn match_records(
    records: &Records,
    settings: &Settings,
    pinned: Option<&Model>,
    constraints: &Constraints,
    ctx: &RunCtx,
) -> Result<MatchOutcome, MatchError> {
    match_and_keep(records, settings, pinned, constraints, ctx).map(|matched| matched.outcome)
}

/// [`match_records`], for who goes on with the table: an index is built from it.
pub fn match_and_keep(
    records: &Records,
    settings: &Settings,
    pinned: Option<&Model>,
    constraints: &Constraints,
    ctx: &RunCtx,
) -> Result<Matched, MatchError> {
    let mut seconds: Vec<(String, f64)> = Vec::new();
    let mut clock = Instant::now();
    if let Some(model) = pinned {
        model.check_fits(settings)?;
    }
    ctx.progress.enter(Stage::Standardising, 0);
    let fields = standardise_records(records, settings, ctx)?;
    ctx.check()?;
    lap(&mut clock, "standardise", &mut seconds);
    match match_fields(&fields, records, settings, pinned, constraints, seconds, ctx) {
        Ok((outcome, sharing)) => Ok(Matched { outcome, fields, sharing }),
        Err(error) => {
            free_aside(fields);
            Err(error)
        }
    }
}

/// Everything behind standardising. `seconds`: what that took.
fn match_fields(
    fields: &Fields,
    records: &Records,
    settings: &Settings,
    pinned: Option<&Model>,
    constraints: &Constraints,
    mut seconds: Vec<(String, f64)>,
    ctx: &RunCtx,
) -> Result<(MatchOutcome, Vec<Option<Sharing>>), MatchError> {
    let mut clock = Instant::now();
    ctx.progress.enter(Stage::Blocking, 0);
    let conflicts = Conflicts::new(settings)?;
    let mut comparer = Comparer::new(fields, settings)?;
    let shared_values = find_shared(&mut comparer, settings, &conflicts, ctx)?;
    ctx.check()?;
    // A pinned model brings the rules that were found worth their pairs when it was trained.
    let planned = pinned.map_or(settings, |model| planned(settings, model));
    let mut plan = Plan::new(fields, planned, &records.sources, ctx)?;
    ctx.check()?;
    lap(&mut clock, "block", &mut seconds);

    let mut model = model_of(pinned, &comparer, &mut plan, settings, &mut seconds, ctx)?;
    // Training has told its own times.
    clock = Instant::now();
    let scorer = Scorer::new(&model, &comparer);
    let (pairs, tallies) = score_all(&comparer, &scorer, &mut plan, ctx)?;
    if pinned.is_none() {
        threshold::choose(&mut model, pairs.iter().map(|pair| pair.weight));
    }
    lap(&mut clock, "score", &mut seconds);

    let told = told_in_order(fields, constraints)?;
    let unique_sources: Vec<bool> = records.sources.iter().map(|s| settings.sources_unique.contains(s)).collect();
    ctx.progress.enter(Stage::Clustering, 0);
    let judges = ModelJudges { comparer: &comparer, scorer: &scorer, conflicts: &conflicts };
    let (clustering, whole) = cluster_pairs(&pairs, model.threshold, &told, &unique_sources, &judges, ctx)?;
    lap(&mut clock, "cluster", &mut seconds);

    let input = ReviewInput {
        comparer: &comparer,
        scorer: &scorer,
        conflicts: &conflicts,
        model: &model,
        pairs: &pairs,
        clustering: &clustering,
        cannot_link: &told.cannot_link,
        must_link: &told.must_link,
    };
    let review = review::find(&input, ctx)?;
    lap(&mut clock, "review", &mut seconds);
    let seen = diagnostics::Seen { matched: &input, plan: &plan, tallies: &tallies, review_items: review.len() };
    let diagnostics = diagnostics::find(&seen, ctx)?;
    lap(&mut clock, "diagnose", &mut seconds);
    let outcome = MatchOutcome {
        threshold: model.threshold,
        threshold_reason: model.threshold_reason.clone(),
        pairs: pairs_by_row(&pairs, fields),
        cluster: cluster_by_row(&clustering.cluster, fields),
        parted: parted_by_row(&whole, &clustering.cluster, fields),
        refused: clustering.refused.iter().map(|(edge, why)| (fields.row[edge.l as usize], fields.row[edge.r as usize], *why)).collect(),
        rules: plan.counts,
        scored_pairs: tallies.iter().map(Tally::total).sum(),
        clusters: clustering.members.len() as u64,
        seconds_per_stage: seconds,
        review: review_by_row(review, fields),
        shared_values,
        diagnostics,
        model,
    };
    Ok((outcome, std::mem::take(&mut comparer.sharing)))
}

/// The pinned model, or one that is trained here; the plan loses the rules that training finds not worth their pairs.
fn model_of(
    pinned: Option<&Model>,
    comparer: &Comparer<'_>,
    plan: &mut Plan,
    settings: &Settings,
    seconds: &mut Vec<(String, f64)>,
    ctx: &RunCtx,
) -> Result<Model, MatchError> {
    if let Some(model) = pinned {
        return Ok(model.clone());
    }
    let (mut model, left_out) = train::train(comparer, plan, settings, ctx, seconds)?;
    plan.leave_out(&left_out);
    model.keep_rules(&left_out);
    Ok(model)
}

/// The settings that say which pairs a pinned model compares.
pub(super) fn planned<'a>(settings: &'a Settings, model: &'a Model) -> &'a Settings {
    if settings.leave_out_poor_rules { &model.settings } else { settings }
}

/// Clusters as they are at a threshold (match probability): strongest pairs first under constraints, then namesakes parted; and the clusters before those were.
/// Records, pairs and constraints are in canonical numbering.
pub(super) fn cluster_pairs(
    pairs: &[Scored],
    threshold: f64,
    told: &Constraints,
    unique_sources: &[bool],
    judges: &ModelJudges<'_>,
    ctx: &RunCtx,
) -> Result<(Clustering, Vec<u32>), MatchError> {
    let from = weight_at(threshold);
    let limits = limits_at(threshold, unique_sources.to_vec());
    let conflicts = judges.conflicts;
    let edges = pairs
        .iter()
        .filter(|pair| pair.weight >= from && !conflicts.any(pair.gamma))
        .map(|pair| Edge { l: pair.l, r: pair.r, weight: pair.weight, gamma: pair.gamma })
        .collect();
    let fields = judges.comparer.fields;
    let clustering = cluster(&fields.source, edges, told, &limits, judges, ctx)?;
    let claims: Vec<Claim> =
        pairs.iter().filter(|pair| !conflicts.any(pair.gamma)).map(|pair| Claim { l: pair.l, r: pair.r, weight: pair.weight }).collect();
    let decided = told.must_link.iter().chain(&told.cannot_link).flat_map(|(l, r)| [*l, *r]).collect();
    let whole = clustering.cluster.clone();
    Ok((part_doubtful(clustering, &claims, threshold, &decided, judges, ctx)?, whole))
}

/// The limits of clustering at a threshold (match probability). One that somebody sets lower holds for whole clusters too.
pub(super) fn limits_at(threshold: f64, unique_sources: Vec<bool>) -> Limits {
    let threshold = weight_at(threshold);
    Limits { threshold, mean_at_least: JOINED_FROM, profile_at_least: WHOLE_FROM.min(threshold), unique_sources }
}

/// Notes how long a stage took and starts the next.
fn lap(clock: &mut Instant, name: &str, seconds: &mut Vec<(String, f64)>) {
    seconds.push((name.to_owned(), clock.elapsed().as_secs_f64()));
    *clock = Instant::now();
}

/// Scores every candidate pair, counts all of them by weight per rule, and keeps those above the floor, in canonical order.
fn score_all(comparer: &Comparer<'_>, scorer: &Scorer, plan: &mut Plan, ctx: &RunCtx) -> Result<(Vec<Scored>, Vec<Tally>), MatchError> {
    let floor = weight_at(KEPT_FROM);
    ctx.progress.enter(Stage::Scoring, plan.units.len() as u64);
    let walked: &Plan = plan;
    let found: Vec<(u8, Tally, Vec<Scored>)> = walked
        .units
        .par_iter()
        .map_init(
            || (comparer.scratch(), scorer.met()),
            |(scratch, met), unit| {
                ctx.check()?;
                let (mut tally, mut kept) = (Tally::default(), Vec::new());
                let mut pairs = Vec::new();
                walked.walk(*unit, |l, r| pairs.push((l, r)));
                for ((l, r), gamma) in pairs.iter().copied().zip(comparer.vectors(&pairs, scratch)) {
                    let weight = scorer.match_weight_from(floor, met, comparer, gamma, l, r);
                    tally.add(weight);
                    if weight >= floor {
                        kept.push(Scored { l, r, weight, gamma, match_key: unit.rule });
                    }
                }
                ctx.progress.advance(1);
                Ok::<_, MatchError>((unit.rule, tally, kept))
            },
        )
        .collect::<Result<_, _>>()?;
    let mut tallies = vec![Tally::default(); plan.counts.len()];
    let mut pairs = Vec::with_capacity(found.iter().map(|(_, _, kept)| kept.len()).sum());
    for (rule, tally, kept) in found {
        plan.counts[usize::from(rule)].new_pairs += tally.total();
        tallies[usize::from(rule)].merge(&tally);
        pairs.extend(kept);
    }
    Ok((pairs, tallies))
}

/// The constraints in canonical numbering.
pub(super) fn told_in_order(fields: &Fields, constraints: &Constraints) -> Result<Constraints, MatchError> {
    let mut at = vec![0_u32; fields.len()];
    for (position, row) in (0_u32..).zip(&fields.row) {
        at[*row as usize] = position;
    }
    let place = |record: u32| at.get(record as usize).copied().ok_or(MatchError::NoSuchRecord { record, records: fields.len() });
    let all = |pairs: &[(u32, u32)]| pairs.iter().map(|(l, r)| Ok((place(*l)?, place(*r)?))).collect::<Result<Vec<_>, MatchError>>();
    Ok(Constraints { must_link: all(&constraints.must_link)?, cannot_link: all(&constraints.cannot_link)? })
}

fn pairs_by_row(pairs: &[Scored], fields: &Fields) -> Vec<ScoredPair> {
    let mut out: Vec<ScoredPair> = pairs
        .iter()
        .map(|pair| {
            let (a, b) = (fields.row[pair.l as usize], fields.row[pair.r as usize]);
            ScoredPair {
                l: a.min(b),
                r: a.max(b),
                match_weight: pair.weight,
                match_probability: probability_of(pair.weight),
                gamma: pair.gamma,
                match_key: pair.match_key,
            }
        })
        .collect();
    out.par_sort_unstable_by(|a, b| b.match_weight.total_cmp(&a.match_weight).then((a.l, a.r).cmp(&(b.l, b.r))));
    out
}

pub(super) fn cluster_by_row(cluster: &[u32], fields: &Fields) -> Vec<u32> {
    let mut by_row = vec![0_u32; cluster.len()];
    for (position, row) in fields.row.iter().enumerate() {
        by_row[*row as usize] = cluster[position];
    }
    let mut names: Vec<Option<u32>> = vec![None; cluster.len()];
    let mut next = 0;
    for name in &mut by_row {
        *name = *names[*name as usize].get_or_insert_with(|| {
            next += 1;
            next - 1
        });
    }
    by_row
}

/// Records whose cluster is not what it was, with one that stayed.
fn parted_by_row(before: &[u32], after: &[u32], fields: &Fields) -> Vec<(u32, u32)> {
    let stayed: FxHashMap<u32, u32> =
        before.iter().zip(after).zip(&fields.row).filter(|((b, a), _)| b == a).map(|((b, _), row)| (*b, *row)).collect();
    let left = before.iter().zip(after).zip(&fields.row).filter(|((b, a), _)| b != a);
    left.filter_map(|((b, _), row)| Some((*row, *stayed.get(b)?))).collect()
}

fn review_by_row(mut items: Vec<ReviewItem>, fields: &Fields) -> Vec<ReviewItem> {
    for group in items.iter_mut().flat_map(|item| item.groups.iter_mut()) {
        for record in group.iter_mut() {
            *record = fields.row[*record as usize];
        }
        group.sort_unstable();
    }
    items
}
