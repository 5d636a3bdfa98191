//! A finished match -> Index.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::blocks::RuleBlocks;
use super::lists::{Lists, number};
use super::pairs::{Kept, Pairs};
use super::texts::{Dictionary, Texts};
use super::{Index, Stored};
use crate::base::{RunCtx, Stage};
use crate::matching::blocking::entries_of;
use crate::matching::cluster::Refusal;
use crate::matching::comparison::{Comparer, Conflicts};
use crate::matching::error::MatchError;
use crate::matching::fields::{FieldData, Fields, Inputs, standardise_records};
use crate::matching::generics::{Sharing, find_shared};
use crate::matching::model::Model;
use crate::matching::records::Records;
use crate::matching::review::ReviewKind;
use crate::matching::run::{Constraints, MatchOutcome, Matched, planned};
use crate::matching::settings::Settings;

impl Index {
    /// From a table and its match: the same records, settings and constraints that `outcome` came from.
    pub fn build(
        records: &Records,
        settings: &Settings,
        outcome: &MatchOutcome,
        constraints: &Constraints,
        ctx: &RunCtx,
    ) -> Result<Self, MatchError> {
        ctx.progress.enter(Stage::Standardising, 0);
        let fields = standardise_records(records, settings, ctx)?;
        ctx.check()?;
        let mut comparer = Comparer::new(&fields, settings)?;
        find_shared(&mut comparer, settings, &Conflicts::new(settings)?, ctx)?;
        let sharing = std::mem::take(&mut comparer.sharing);
        drop(comparer);
        Self::assemble(records, settings, (fields, &sharing), outcome, constraints, ctx)
    }

    /// [`Self::build`] from a match that kept its table. Gives back the outcome too.
    pub fn of(
        records: &Records,
        settings: &Settings,
        matched: Matched,
        constraints: &Constraints,
        ctx: &RunCtx,
    ) -> Result<(Self, MatchOutcome), MatchError> {
        let Matched { outcome, fields, sharing } = matched;
        let index = Self::assemble(records, settings, (fields, &sharing), &outcome, constraints, ctx)?;
        Ok((index, outcome))
    }

    fn assemble(
        records: &Records,
        settings: &Settings,
        (fields, sharing): (Fields, &[Option<Sharing>]),
        outcome: &MatchOutcome,
        constraints: &Constraints,
        ctx: &RunCtx,
    ) -> Result<Self, MatchError> {
        ctx.progress.enter(Stage::Blocking, 0);
        let settings = Self::settings_of(settings, &outcome.model);
        let mut blocks = Vec::new();
        for rule in &settings.blocking_rules_to_generate_predictions {
            ctx.check()?;
            blocks.push(RuleBlocks::build(entries_of(&fields, rule)?));
        }
        let stored: Vec<Stored> = fields.fields.par_iter().map(stored).collect::<Result<_, _>>()?;
        ctx.check()?;
        let at = positions(&fields);
        let place = |l: u32, r: u32| {
            let (a, b) = (at[l as usize], at[r as usize]);
            (a.min(b), a.max(b))
        };
        let kept = outcome.pairs.iter().map(|pair| {
            let (l, r) = place(pair.l, pair.r);
            Kept { l, r, weight: pair.match_weight, gamma: pair.gamma, match_key: pair.match_key }
        });
        let cluster: Vec<u32> = fields.row.iter().map(|row| outcome.cluster[*row as usize]).collect();
        let parted: FxHashMap<u32, u32> = outcome.parted.iter().copied().collect();
        let group: Vec<u32> = fields.row.iter().map(|row| outcome.cluster[*parted.get(row).unwrap_or(row) as usize]).collect();
        let next_cluster = cluster.iter().max().map_or(0, |last| last + 1);
        let placed = |pairs: &[(u32, u32)]| pairs.iter().map(|(l, r)| (at[*l as usize], at[*r as usize])).collect();
        let mut refused: FxHashMap<u32, Vec<(u32, Refusal)>> = FxHashMap::default();
        for (l, r, why) in &outcome.refused {
            let (l, r) = place(*l, *r);
            refused.entry(l).or_default().push((r, *why));
        }
        refused.values_mut().for_each(|others| others.sort_unstable_by_key(|(other, _)| *other));
        let doubtful = outcome.review.iter().filter(|item| item.kind == ReviewKind::DoubtfulCluster);
        let doubtful = doubtful.filter_map(|item| {
            let weakest = item.groups.get(1)?.first()?;
            Some((at[*weakest as usize], (item.match_weight, item.pattern.clone())))
        });
        let mut ids = Texts::default();
        for row in &fields.row {
            if !ids.push(records.id(*row)) {
                return Err(MatchError::IndexFull { what: "ids".to_owned() });
            }
        }
        let inputs = Inputs::of(records, &settings);
        Ok(Self {
            said: fields.row.par_iter().map(|row| inputs.hash(*row)).collect(),
            model: outcome.model.clone(),
            sources: records.sources.clone(),
            habits: fields.habits.clone(),
            fields: stored,
            people: sharing.iter().map(|sharing| sharing.as_ref().map(|sharing| sharing.people().to_vec())).collect(),
            pairs: Pairs::build(kept, fields.len()),
            ids,
            alive: vec![true; fields.len()],
            blocks,
            members: Lists::group(next_cluster as usize, group.iter().copied().zip(0_u32..)),
            group,
            cluster,
            next_cluster,
            aliases: std::collections::BTreeMap::new(),
            refused,
            doubtful: doubtful.collect(),
            told: Constraints { must_link: placed(&constraints.must_link), cannot_link: placed(&constraints.cannot_link) },
            is_broken: false,
            source: fields.source,
            hash: fields.hash,
            settings,
        })
    }

    /// The settings of an index: with the blocking rules that the model compares by.
    pub fn settings_of(settings: &Settings, model: &Model) -> Settings {
        let planned = planned(settings, model);
        Settings {
            blocking_rules_to_generate_predictions: planned.blocking_rules_to_generate_predictions.clone(),
            pairs_per_record_and_rule: planned.pairs_per_record_and_rule,
            ..settings.clone()
        }
    }
}

/// Row -> canonical position.
fn positions(fields: &Fields) -> Vec<u32> {
    let mut at = vec![0; fields.len()];
    for (position, row) in (0_u32..).zip(&fields.row) {
        at[*row as usize] = position;
    }
    at
}

fn stored(field: &FieldData) -> Result<Stored, MatchError> {
    let mut texts = Texts::default();
    for value in &field.values {
        if !texts.push(&value.text) {
            return Err(MatchError::IndexFull { what: format!("field \"{}\"", field.name) });
        }
    }
    texts.all.shrink_to_fit();
    let sorted = number(texts.len());
    Ok(Stored { dictionary: Dictionary::new(texts, sorted), ids: field.ids.clone() })
}
