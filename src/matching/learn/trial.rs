//! The pairs of one run, ready to be clustered again at other thresholds without blocking and scoring.

use rayon::prelude::*;

use crate::base::RunCtx;
use crate::matching::cluster::ModelJudge;
use crate::matching::comparison::{Comparer, Conflicts};
use crate::matching::error::MatchError;
use crate::matching::fields::{Fields, standardise_records};
use crate::matching::generics::{Sharing, find_shared};
use crate::matching::model::Model;
use crate::matching::records::Records;
use crate::matching::review::Scored;
use crate::matching::run::{Constraints, MatchOutcome, cluster_by_row, cluster_pairs, told_in_order};
use crate::matching::score::{Scorer, probability_of};

/// A table and its scored pairs. Records are named by their rows outside and by canonical numbers inside.
#[derive(Debug)]
pub struct Trial {
    pub(super) model: Model,
    fields: Fields,
    sharing: Vec<Option<Sharing>>,
    conflicts: Conflicts,
    unique_sources: Vec<bool>,
    pub(super) pairs: Vec<Scored>,
}

impl Trial {
    /// Takes up what a run found on these records.
    pub fn new(records: &Records, found: &MatchOutcome) -> Result<Self, MatchError> {
        let settings = &found.model.settings;
        let fields = standardise_records(records, settings)?;
        let conflicts = Conflicts::new(settings)?;
        let sharing = {
            let mut comparer = Comparer::new(&fields, settings)?;
            find_shared(&mut comparer, settings, &conflicts);
            comparer.sharing
        };
        let mut at = vec![0_u32; fields.len()];
        for (position, row) in (0_u32..).zip(&fields.row) {
            at[*row as usize] = position;
        }
        let mut pairs: Vec<Scored> = found
            .pairs
            .iter()
            .map(|pair| {
                let (a, b) = (at[pair.l as usize], at[pair.r as usize]);
                Scored { l: a.min(b), r: a.max(b), weight: pair.match_weight, gamma: pair.gamma, match_key: pair.match_key }
            })
            .collect();
        pairs.par_sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then((a.l, a.r).cmp(&(b.l, b.r))));
        let unique_sources = records.sources.iter().map(|source| settings.sources_unique.contains(source)).collect();
        Ok(Self { model: found.model.clone(), fields, sharing, conflicts, unique_sources, pairs })
    }

    /// The clusters (per row a number) at each of these match weights, as a run with that threshold makes them.
    pub fn clusters_at(&self, weights: &[f64], told: &Constraints, ctx: &RunCtx) -> Result<Vec<Vec<u32>>, MatchError> {
        let told = told_in_order(&self.fields, told)?;
        let mut comparer = Comparer::new(&self.fields, &self.model.settings)?;
        comparer.sharing.clone_from(&self.sharing);
        let scorer = Scorer::new(&self.model, &comparer);
        weights
            .par_iter()
            .map(|weight| {
                let mut judge =
                    ModelJudge { comparer: &comparer, scorer: &scorer, conflicts: &self.conflicts, scratch: comparer.scratch() };
                let made = cluster_pairs(&self.pairs, probability_of(*weight), &told, &self.unique_sources, &mut judge, ctx)?;
                Ok(cluster_by_row(&made.cluster, &self.fields))
            })
            .collect()
    }
}
