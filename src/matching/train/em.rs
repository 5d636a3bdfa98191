//! Expectation maximisation over pattern counts (Winkler 1988; Enamorado, Fifield and Imai 2019), with four classes:
//! match, same household, same place, unrelated. Priors are shares of all possible pairs, not of the candidates: pairs that no rule
//! gives count as unrelated, so blocking does not bend lambda.

use crate::base::RunCtx;
use crate::matching::blocking::Plan;
use crate::matching::comparison::household_mask;
use crate::matching::error::MatchError;
use crate::matching::levels::{self, levels_of};
use crate::matching::model::{ComparisonModel, Model};
use crate::matching::settings::{ComparisonKind, Settings, Transform};

use super::estimate_u::{self, LevelCounts};
use super::patterns::Pattern;

/// Pairs that a level's usual m weighs as much as.
const PRIOR_MATCHES: f64 = 8.0;
/// Share of pairs in a household with one given name (fathers and sons), one birth date (twins), or an e-mail or phone of which
/// nobody else's use is known.
const RELATIVES: f64 = 0.02;
/// Share of pairs in a household with an e-mail or phone that different people are seen to use.
const SHARED_CONTACT: f64 = 0.1;
/// The least odds that agreement on one e-mail, phone or id leaves: one in so many such pairs is of two people.
const WRONG_OWNER: f64 = 0.002;
/// The same for places.
const PRIOR_PLACES: f64 = 30.0;

/// What blocking finds whole: every pair that reaches such an exact level is a candidate, so EM can count its u.
#[derive(Debug)]
pub struct Covered {
    /// Per comparison.
    comparisons: Vec<bool>,
    /// Given name and surname together.
    names: bool,
}

/// What these rules cover.
pub fn covered(settings: &Settings, plan: &Plan) -> Covered {
    let names = Model::names(settings).is_some_and(|names| {
        let fields = names.map(|(at, _)| settings.comparisons[at].field.as_str());
        settings.blocking_rules_to_generate_predictions.iter().zip(&plan.counts).any(|(rule, count)| {
            count.skipped_pairs == 0
                && rule.keys.iter().all(|key| key.transform == Transform::Whole && fields.contains(&key.field.as_str()))
        })
    });
    Covered { comparisons: covered_comparisons(settings, plan), names }
}

fn covered_comparisons(settings: &Settings, plan: &Plan) -> Vec<bool> {
    settings
        .comparisons
        .iter()
        .map(|comparison| {
            matches!(comparison.kind, ComparisonKind::Email | ComparisonKind::Phone | ComparisonKind::Id)
                && settings.blocking_rules_to_generate_predictions.iter().zip(&plan.counts).any(|(rule, count)| {
                    let whole_field =
                        rule.keys.len() == 1 && rule.keys[0].field == comparison.field && rule.keys[0].transform == Transform::Whole;
                    (rule.keys.is_empty() || whole_field) && count.skipped_pairs == 0
                })
        })
        .collect()
}

/// Expected pairs per level and class after one E-step.
#[derive(Debug, Default)]
struct Expected {
    matches: f64,
    households: f64,
    places: f64,
    /// Unrelated pairs with the same given name and surname.
    namesakes: f64,
    /// `[comparison][gamma]` -> (match, household, place, unrelated).
    levels: Vec<Vec<[f64; 4]>>,
}

/// Trains m, h, lambda and the household share; corrects u for the matches among random pairs.
pub fn run(
    model: &mut Model,
    patterns: &[Pattern],
    random: &LevelCounts,
    all_pairs: f64,
    covered: &Covered,
    ctx: &RunCtx,
) -> Result<(), MatchError> {
    let (covered, all_namesakes) = (&covered.comparisons, covered.names);
    let usual = Model::untrained(&model.settings);
    if Model::knows_households(&model.settings) {
        model.probability_same_household = model.probability_two_random_records_match;
        set_households(model, None);
    }
    if Model::knows_places(&model.settings) {
        model.probability_same_place = 4.0 * model.probability_two_random_records_match;
    }
    for iteration in 0..model.settings.max_iterations {
        ctx.check()?;
        let before: Vec<f64> = model.comparisons.iter().flat_map(|c| c.comparison_levels.iter().map(|l| l.m_probability)).collect();
        let lambda_before = model.probability_two_random_records_match;
        let expected = expect(model, patterns);
        maximise(model, &usual, &expected, all_pairs);
        let lambda = model.probability_two_random_records_match;
        estimate_u::apply(model, random, lambda);
        count_covered_u(model, &expected, all_pairs, covered);
        set_households(model, Some(&expected));
        if all_namesakes {
            set_name_dependence(model, &expected, all_pairs);
        }
        model.em_iterations = iteration + 1;
        let after = model.comparisons.iter().flat_map(|c| c.comparison_levels.iter().map(|l| l.m_probability));
        let moved = before.iter().zip(after).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let lambda_moved = (lambda / lambda_before).ln().abs();
        if moved < model.settings.em_convergence && lambda_moved < 100.0 * model.settings.em_convergence {
            break;
        }
    }
    Ok(())
}

/// The level of an e-mail or phone that several people are seen to use.
fn shared_level(kind: ComparisonKind) -> Option<usize> {
    match kind {
        ComparisonKind::Email => Some(usize::from(levels::email::SHARED)),
        ComparisonKind::Phone => Some(usize::from(levels::phone::SHARED)),
        _ => None,
    }
}

/// How often two members of one household reach each level. Hardly anything here is trained: a class with freedom would take true
/// matches, or neighbours, wherever the data have no families in them. What a household shares it shares as one person's
/// records do; in what is personal its members are strangers, but for namesakes, twins and the e-mail or phone they share.
fn set_households(model: &mut Model, expected: Option<&Expected>) {
    let household = household_mask(&model.settings);
    for (at, comparison) in model.comparisons.iter_mut().enumerate() {
        let kind = model.settings.comparisons[at].kind;
        let top = comparison.comparison_levels.len() - 1;
        // Twins alone are counted: some tables have none, and then a birth date tells brothers apart.
        let twins = expected.map_or(RELATIVES, |expected| {
            let counts = &expected.levels[at];
            let total: f64 = counts.iter().map(|c| c[1]).sum();
            ((counts[top][1] + PRIOR_PLACES * RELATIVES) / (total + PRIOR_PLACES)).min(2.0 * RELATIVES)
        });
        for (g, level) in comparison.comparison_levels.iter_mut().enumerate() {
            let personal = match kind {
                ComparisonKind::GivenName | ComparisonKind::Email | ComparisonKind::Phone if g == top => RELATIVES,
                ComparisonKind::Date if g == top => twins,
                _ if Some(g) == shared_level(kind) => SHARED_CONTACT,
                _ => 0.0,
            };
            level.h_probability = if household[at] { level.m_probability } else { level.u_probability.max(personal) };
        }
    }
}

/// Most bits that names may depend on each other.
const DEPENDENCE_LIMIT: f64 = 6.0;

/// log2( share of unrelated pairs with both names the same / product of the two shares ).
fn set_name_dependence(model: &mut Model, expected: &Expected, all_pairs: f64) {
    let Some(names) = Model::names(&model.settings) else { return };
    // Share of pairs that have both names to compare, as among the matches.
    let known: f64 =
        names.iter().map(|(at, _)| expected.levels[*at].iter().map(|c| c[0]).sum::<f64>() / expected.matches.max(1.0)).product();
    let independent: f64 =
        names.iter().map(|(at, exact)| model.comparisons[*at].comparison_levels[usize::from(*exact)].u_probability).product();
    let chance = independent * all_pairs * known.clamp(0.05, 1.0);
    // Where chance alone would give few, there is nothing to learn from.
    let bits = ((expected.namesakes + PRIOR_NAMESAKES) / (chance + PRIOR_NAMESAKES)).log2();
    model.name_dependence_bits = bits.clamp(0.0, DEPENDENCE_LIMIT);
}

/// Share of probability from which a pair counts as unrelated namesakes.
const CLEARLY: f64 = 0.9;
/// Pairs of namesakes that the independence of names is worth.
const PRIOR_NAMESAKES: f64 = 20.0;

fn expect(model: &Model, patterns: &[Pattern]) -> Expected {
    let log = |p: f64| p.max(1e-12).log2();
    let tables: Vec<Vec<[f64; 4]>> = model
        .comparisons
        .iter()
        .map(|c| {
            c.comparison_levels
                .iter()
                .map(|l| [log(l.m_probability), log(l.h_probability), log(l.n_probability), log(l.u_probability)])
                .collect()
        })
        .collect();
    let lambda = model.probability_two_random_records_match;
    let household = model.probability_same_household;
    let place = model.probability_same_place;
    let maybe = |share: f64| if share > 0.0 { log(share) } else { f64::NEG_INFINITY };
    let priors = [log(lambda), maybe(household), maybe(place), log((1.0 - lambda - household - place).max(1e-9))];
    let mut expected = Expected {
        matches: 0.0,
        households: 0.0,
        places: 0.0,
        namesakes: 0.0,
        levels: tables.iter().map(|levels| vec![[0.0; 4]; levels.len()]).collect(),
    };
    let names = Model::names(&model.settings);
    for pattern in patterns {
        let mut logs = priors;
        for (sum, bits) in logs.iter_mut().zip(pattern.adjustments) {
            *sum += f64::from(bits);
        }
        let same_name = names.is_some_and(|names| names.iter().all(|(at, exact)| pattern.gamma.get(*at) == Some(*exact)));
        if same_name {
            logs[2] += model.name_dependence_bits;
            logs[3] += model.name_dependence_bits;
        }
        for (at, table) in tables.iter().enumerate() {
            if let Some(g) = pattern.gamma.get(at) {
                for (sum, bits) in logs.iter_mut().zip(table[usize::from(g)]) {
                    *sum += bits;
                }
            }
        }
        let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let parts = logs.map(|bits| (bits - highest).exp2());
        let total: f64 = parts.iter().sum();
        let shares = parts.map(|part| part / total * pattern.pairs);
        expected.matches += shares[0];
        expected.households += shares[1];
        expected.places += shares[2];
        // Only clear cases: two names and nothing else are as well one person, and would make namesakes of themselves.
        let clear = same_name && parts[3] > CLEARLY * total;
        expected.namesakes += if clear { shares[3] } else { 0.0 };
        for (at, levels) in expected.levels.iter_mut().enumerate() {
            if let Some(g) = pattern.gamma.get(at) {
                for (sum, share) in levels[usize::from(g)].iter_mut().zip(shares) {
                    *sum += share;
                }
            }
        }
    }
    expected
}

fn maximise(model: &mut Model, usual: &Model, expected: &Expected, all_pairs: f64) {
    let kinds: Vec<ComparisonKind> = model.settings.comparisons.iter().map(|c| c.kind).collect();
    let chief = chief(model, &kinds);
    for (at, comparison) in model.comparisons.iter_mut().enumerate() {
        let counts = &expected.levels[at];
        let total_m: f64 = counts.iter().map(|c| c[0]).sum();
        let total_n: f64 = counts.iter().map(|c| c[2]).sum();
        let usual = &usual.comparisons[at].comparison_levels;
        for (g, level) in comparison.comparison_levels.iter_mut().enumerate() {
            level.m_probability = (counts[g][0] + PRIOR_MATCHES * usual[g].m_probability) / (total_m + PRIOR_MATCHES);
            level.n_probability = if kinds[at].is_place() {
                (counts[g][2] + PRIOR_PLACES * usual[g].m_probability) / (total_n + PRIOR_PLACES)
            } else {
                level.u_probability
            };
        }
        keep_order(comparison, if chief == Some(at) { Some(DIFFERS_AT_MOST) } else { differs_at_most(kinds[at]) });
    }
    model.probability_two_random_records_match = ((expected.matches + 0.5) / all_pairs).clamp(1e-12, 0.5);
    if model.probability_same_place > 0.0 {
        model.probability_same_place = ((expected.places + 0.5) / all_pairs).clamp(1e-12, 0.4);
    }
    if model.probability_same_household > 0.0 {
        model.probability_same_household = ((expected.households + 0.5) / all_pairs).clamp(1e-12, 0.5);
    }
}

/// Share of matches that may differ in what tells most, where the table has no names.
const DIFFERS_AT_MOST: f64 = 0.5;

/// The comparison that tells most in a table without names and birth dates: random pairs are equal in it least often. Without one
/// that matches have to agree in, EM could as well take for matches what only shares a town and a kind.
fn chief(model: &Model, kinds: &[ComparisonKind]) -> Option<usize> {
    if kinds.iter().any(|kind| differs_at_most(*kind).is_some()) {
        return None;
    }
    let equal = |at: &usize| model.comparisons[*at].comparison_levels.last().map_or(1.0, |level| level.u_probability);
    (0..kinds.len()).min_by(|a, b| equal(a).total_cmp(&equal(b)))
}

/// Disagreement never speaks for a match, full agreement never against one.
fn keep_order(comparison: &mut ComparisonModel, differs_at_most: Option<f64>) {
    if let Some(most) = differs_at_most {
        anchor(comparison, most);
    }
    let top = comparison.comparison_levels.len() - 1;
    for (g, level) in comparison.comparison_levels.iter_mut().enumerate() {
        if g == 0 {
            level.m_probability = level.m_probability.min(level.u_probability);
        } else if g == top {
            level.m_probability = level.m_probability.max(level.u_probability);
        }
    }
}

/// Matches keep their meaning: one person's records seldom differ in given name, surname and birth date.
fn differs_at_most(kind: ComparisonKind) -> Option<f64> {
    match kind {
        ComparisonKind::GivenName | ComparisonKind::Date => Some(0.25),
        ComparisonKind::FamilyName => Some(0.35),
        ComparisonKind::Organisation => Some(0.3),
        _ => None,
    }
}

/// Limits the share of matches that differ; the other levels keep their proportions.
fn anchor(comparison: &mut ComparisonModel, most: f64) {
    let levels = &mut comparison.comparison_levels;
    if levels[0].m_probability > most {
        let scale = (1.0 - most) / (1.0 - levels[0].m_probability).max(1e-9);
        levels.iter_mut().for_each(|level| level.m_probability *= scale);
        levels[0].m_probability = most;
    }
}

/// u of exact and shared levels that blocking covers: unrelated pairs counted, not guessed from a sample that hardly has any.
fn count_covered_u(model: &mut Model, expected: &Expected, all_pairs: f64, covered: &[bool]) {
    for (at, _) in covered.iter().enumerate().filter(|(_, covered)| **covered) {
        let kind = model.settings.comparisons[at].kind;
        let compared: f64 = {
            // Share of random pairs that have both values, times all pairs.
            let known: f64 = expected.levels[at].iter().map(|c| c[0]).sum();
            let share = if expected.matches > 0.0 { (known / expected.matches).clamp(0.05, 1.0) } else { 1.0 };
            all_pairs * share
        };
        let top = levels_of(kind).len() - 1;
        let least = WRONG_OWNER * model.probability_two_random_records_match;
        let mut set = |g: usize, unrelated: f64| {
            model.comparisons[at].comparison_levels[g].u_probability = ((unrelated + 0.5) / compared).clamp(least, 0.5);
        };
        set(top, expected.levels[at][top][3]);
        if let Some(shared) = shared_level(kind) {
            set(shared, expected.levels[at][shared][3]);
        }
    }
}
