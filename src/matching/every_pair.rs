//! Every scored pair of a finished match, also those too unlikely to be kept. They are made again piece by piece, never held together.

use rayon::prelude::*;

use crate::base::RunCtx;

use super::blocking::{Plan, Unit};
use super::comparison::{Comparer, Scratch};
use super::error::MatchError;
use super::prepared::Prepared;
use super::records::Records;
use super::run::{KEPT_FROM, MatchOutcome, ScoredPair};
use super::score::{probability_of, weight_at};
use super::settings::Settings;

/// Pieces of work whose pairs are held at once: some millions of pairs at most.
const UNITS_AT_ONCE: usize = 64;

/// What is needed to score all pairs of a match again.
#[derive(Debug)]
pub struct EveryPair {
    prepared: Prepared,
    plan: Plan,
    /// Rule of the plan -> `match_key`, its number in the match.
    keys: Vec<u8>,
}

impl EveryPair {
    /// `settings` are those that the match was made with.
    pub fn new(records: &Records, settings: &Settings, found: &MatchOutcome) -> Result<Self, MatchError> {
        let prepared = Prepared::new(&found.model, records)?;
        let known = [settings, &found.model.settings].map(|settings| &settings.blocking_rules_to_generate_predictions);
        let mut used = settings.clone();
        used.blocking_rules_to_generate_predictions.clear();
        let mut keys = Vec::new();
        for (key, count) in (0_u8..).zip(&found.rules).filter(|(_, count)| !count.left_out) {
            if let Some(rule) = known.into_iter().flatten().find(|rule| rule.blocking_rule == count.blocking_rule) {
                used.blocking_rules_to_generate_predictions.push(rule.clone());
                keys.push(key);
            }
        }
        let plan = Plan::new(&prepared.fields, &used, &records.sources)?;
        Ok(Self { prepared, plan, keys })
    }

    /// The pairs that the match did not keep, rule after rule. Ends early where the run is cancelled: whoever reads it asks `ctx` afterwards.
    pub fn not_kept<'a>(&'a self, ctx: &'a RunCtx) -> impl Iterator<Item = ScoredPair> + 'a {
        let comparer = self.prepared.comparer();
        self.plan.units.chunks(UNITS_AT_ONCE).take_while(|_| ctx.check().is_ok()).flat_map(move |units| {
            let found: Vec<Vec<ScoredPair>> =
                units.par_iter().map_init(|| comparer.scratch(), |scratch, unit| self.of_unit(&comparer, *unit, scratch)).collect();
            found.into_iter().flatten()
        })
    }

    fn of_unit(&self, comparer: &Comparer<'_>, unit: Unit, scratch: &mut Scratch) -> Vec<ScoredPair> {
        let (floor, row) = (weight_at(KEPT_FROM), &self.prepared.fields.row);
        let mut pairs = Vec::new();
        self.plan.walk(unit, |l, r| {
            let gamma = comparer.vector(l, r, scratch);
            let match_weight = self.prepared.scorer.match_weight(comparer, gamma, l, r);
            if match_weight < floor {
                let (a, b) = (row[l as usize], row[r as usize]);
                let match_key = self.keys.get(usize::from(unit.rule)).copied().unwrap_or(unit.rule);
                let match_probability = probability_of(match_weight);
                pairs.push(ScoredPair { l: a.min(b), r: a.max(b), match_weight, match_probability, gamma, match_key });
            }
        });
        pairs
    }
}
