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
use crate::matching::comparison::{Comparer, Conflicts};
use crate::matching::error::MatchError;
use crate::matching::fields::{FieldData, Fields, standardise_records};
use crate::matching::generics::{Sharing, find_shared};
use crate::matching::records::Records;
use crate::matching::run::{Constraints, MatchOutcome};
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
        let fields = standardise_records(records, settings)?;
        ctx.check()?;
        ctx.progress.enter(Stage::Blocking, 0);
        let conflicts = Conflicts::new(settings)?;
        let mut comparer = Comparer::new(&fields, settings)?;
        find_shared(&mut comparer, settings, &conflicts);
        let people = comparer.sharing.iter().map(|sharing| sharing.as_ref().map(|s: &Sharing| s.people().to_vec())).collect();
        let mut blocks = Vec::new();
        for rule in &settings.blocking_rules_to_generate_predictions {
            ctx.check()?;
            blocks.push(RuleBlocks::build(entries_of(&fields, rule)?));
        }
        let stored: Vec<Stored> = fields.fields.par_iter().map(stored).collect::<Result<_, _>>()?;
        ctx.check()?;
        let at = positions(&fields);
        let kept = outcome.pairs.iter().map(|pair| {
            let (a, b) = (at[pair.l as usize], at[pair.r as usize]);
            Kept { l: a.min(b), r: a.max(b), weight: pair.match_weight, gamma: pair.gamma, match_key: pair.match_key }
        });
        let cluster: Vec<u32> = fields.row.iter().map(|row| outcome.cluster[*row as usize]).collect();
        let parted: FxHashMap<u32, u32> = outcome.parted.iter().copied().collect();
        let group: Vec<u32> = fields.row.iter().map(|row| outcome.cluster[*parted.get(row).unwrap_or(row) as usize]).collect();
        let next_cluster = cluster.iter().max().map_or(0, |last| last + 1);
        let place = |pairs: &[(u32, u32)]| pairs.iter().map(|(l, r)| (at[*l as usize], at[*r as usize])).collect();
        let mut ids = Texts::default();
        for row in &fields.row {
            if !ids.push(records.ids.get(*row as usize).map_or("", String::as_str)) {
                return Err(MatchError::IndexFull { what: "ids".to_owned() });
            }
        }
        Ok(Self {
            model: outcome.model.clone(),
            settings: settings.clone(),
            sources: records.sources.clone(),
            habits: fields.habits.clone(),
            fields: stored,
            people,
            pairs: Pairs::build(kept, fields.len()),
            ids,
            alive: vec![true; fields.len()],
            blocks,
            members: Lists::group(next_cluster as usize, group.iter().copied().zip(0_u32..)),
            group,
            cluster,
            next_cluster,
            aliases: std::collections::BTreeMap::new(),
            told: Constraints { must_link: place(&constraints.must_link), cannot_link: place(&constraints.cannot_link) },
            is_broken: false,
            source: fields.source,
            hash: fields.hash,
        })
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
