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
use crate::matching::score::{Scorer, probability_of, weight_at};
use crate::matching::settings::LinkType;

/// A table and its scored pairs. Records are named by their rows outside and by canonical numbers inside.
#[derive(Debug)]
pub struct Trial {
    pub(super) model: Model,
    pub(super) fields: Fields,
    sharing: Vec<Option<Sharing>>,
    pub(super) conflicts: Conflicts,
    unique_sources: Vec<bool>,
    /// Strongest first, in canonical numbers.
    pub(super) pairs: Vec<Scored>,
    /// Row -> canonical number.
    at: Vec<u32>,
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
        Ok(Self { model: found.model.clone(), fields, sharing, conflicts, unique_sources, pairs, at })
    }

    /// The clusters (per row a number) at each of these match weights, as a run with that threshold makes them.
    pub fn clusters_at(&self, weights: &[f64], told: &Constraints, ctx: &RunCtx) -> Result<Vec<Vec<u32>>, MatchError> {
        let found = self.canonical_clusters_at(weights, told, ctx)?;
        Ok(found.iter().map(|clusters| cluster_by_row(clusters, &self.fields)).collect())
    }

    /// The same in canonical numbers.
    pub(super) fn canonical_clusters_at(&self, weights: &[f64], told: &Constraints, ctx: &RunCtx) -> Result<Vec<Vec<u32>>, MatchError> {
        let told = told_in_order(&self.fields, told)?;
        let mut comparer = Comparer::new(&self.fields, &self.model.settings)?;
        comparer.sharing.clone_from(&self.sharing);
        let scorer = Scorer::new(&self.model, &comparer);
        weights
            .par_iter()
            .map_init(
                || comparer.scratch(),
                |scratch, weight| {
                    let held = std::mem::replace(scratch, comparer.scratch());
                    let mut judge = ModelJudge { comparer: &comparer, scorer: &scorer, conflicts: &self.conflicts, scratch: held };
                    let (made, _) = cluster_pairs(&self.pairs, probability_of(*weight), &told, &self.unique_sources, &mut judge, ctx)?;
                    *scratch = judge.scratch;
                    Ok(made.cluster)
                },
            )
            .collect()
    }

    /// The match weight from which the run merged.
    pub fn threshold_weight(&self) -> f64 {
        weight_at(self.model.threshold)
    }

    pub fn records(&self) -> usize {
        self.fields.len()
    }

    pub(super) fn source(&self, record: usize) -> u16 {
        self.fields.source[record]
    }

    pub(super) fn sources(&self) -> usize {
        self.unique_sources.len()
    }

    /// Only pairs of different sources count.
    pub(super) fn cross_only(&self) -> bool {
        self.model.settings.link_type == LinkType::LinkOnly
    }

    /// Canonical number of a row.
    pub(super) fn place(&self, row: u32) -> Result<u32, MatchError> {
        self.at.get(row as usize).copied().ok_or(MatchError::NoSuchRecord { record: row, records: self.at.len() })
    }

    /// Row of a canonical number.
    pub(super) fn row(&self, record: u32) -> u32 {
        self.fields.row[record as usize]
    }
}
