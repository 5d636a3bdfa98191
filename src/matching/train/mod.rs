//! Flow: random pairs -> u (estimate_u) -> a first lambda (lambda) -> counted patterns of candidate pairs (patterns) -> m, h, lambda by EM (em) -> rules that bring nothing (worth).

pub mod em;
pub mod estimate_u;
pub mod lambda;
pub mod patterns;
pub mod worth;

use crate::base::{RunCtx, Stage};

use super::blocking::Plan;
use super::comparison::Comparer;
use super::error::MatchError;
use super::model::Model;
use super::score::Scorer;
use super::settings::Settings;
use super::term_frequency::TermFrequencies;

/// Trains a model on one table, and tells of each blocking rule whether it is to be left out.
pub fn train(
    comparer: &Comparer<'_>,
    plan: &Plan,
    settings: &Settings,
    ctx: &RunCtx,
    timings: &mut Vec<(String, f64)>,
) -> Result<(Model, Vec<bool>), MatchError> {
    let mut model = Model::untrained(settings);
    model.trained_on_records = comparer.fields.len() as u64;
    for (at, comparison) in settings.comparisons.iter().enumerate() {
        if comparison.term_frequency {
            model.comparisons[at].term_frequencies = Some(TermFrequencies::of(&comparer.fields.fields[comparer.field_of(at)]));
        }
    }
    let clock = std::time::Instant::now();
    ctx.progress.enter(Stage::EstimatingU, 0);
    let random = estimate_u::count_levels(comparer, settings, ctx)?;
    estimate_u::apply(&mut model, &random, 0.0);
    timings.push(("estimate_u".to_owned(), clock.elapsed().as_secs_f64()));

    let clock = std::time::Instant::now();
    ctx.progress.enter(Stage::EstimatingM, 0);
    model.probability_two_random_records_match = lambda::first_guess(settings, comparer.fields.len(), plan.all_pairs());
    let scorer = Scorer::new(&model, comparer);
    let counted = patterns::count(comparer, &scorer, plan, settings.seed, ctx)?;
    em::run(&mut model, &counted.patterns, &random, plan.all_pairs(), &em::covered(settings, plan), ctx)?;
    model.round();
    let left_out = if settings.leave_out_poor_rules {
        worth::not_worth(&worth::yields(&counted, &Scorer::new(&model, comparer), plan.counts.len()))
    } else {
        vec![false; plan.counts.len()]
    };
    timings.push(("train_m".to_owned(), clock.elapsed().as_secs_f64()));
    Ok((model, left_out))
}
