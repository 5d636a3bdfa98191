//! The pairs of one run, ready to be clustered again at other thresholds without blocking and scoring.

use rayon::prelude::*;

use crate::base::RunCtx;
use crate::matching::cluster::ModelJudges;
use crate::matching::error::MatchError;
use crate::matching::prepared::Prepared;
use crate::matching::records::Records;
use crate::matching::review::Scored;
use crate::matching::run::{Constraints, MatchOutcome, cluster_by_row, cluster_pairs, told_in_order};
use crate::matching::score::{probability_of, weight_at};
use crate::matching::settings::LinkType;

/// A table and its scored pairs. Records are named by their rows outside and by canonical numbers inside.
#[derive(Debug)]
pub struct Trial {
    pub(super) prepared: Prepared,
    unique_sources: Vec<bool>,
    /// Strongest first, in canonical numbers.
    pub(super) pairs: Vec<Scored>,
}

impl Trial {
    /// Takes up what a run found on these records.
    pub fn new(records: &Records, found: &MatchOutcome) -> Result<Self, MatchError> {
        let prepared = Prepared::new(&found.model, records)?;
        let mut pairs: Vec<Scored> = found
            .pairs
            .iter()
            .map(|pair| {
                let (a, b) = (prepared.place(pair.l)?, prepared.place(pair.r)?);
                Ok(Scored { l: a.min(b), r: a.max(b), weight: pair.match_weight, gamma: pair.gamma, match_key: pair.match_key })
            })
            .collect::<Result<_, MatchError>>()?;
        pairs.par_sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then((a.l, a.r).cmp(&(b.l, b.r))));
        let unique_sources = records.sources.iter().map(|source| found.model.settings.sources_unique.contains(source)).collect();
        Ok(Self { prepared, unique_sources, pairs })
    }

    /// The clusters (per row a number) at each of these match weights, as a run with that threshold makes them.
    pub fn clusters_at(&self, weights: &[f64], told: &Constraints, ctx: &RunCtx) -> Result<Vec<Vec<u32>>, MatchError> {
        let found = self.canonical_clusters_at(weights, told, ctx)?;
        Ok(found.iter().map(|clusters| cluster_by_row(clusters, &self.prepared.fields)).collect())
    }

    /// The same in canonical numbers.
    pub(super) fn canonical_clusters_at(&self, weights: &[f64], told: &Constraints, ctx: &RunCtx) -> Result<Vec<Vec<u32>>, MatchError> {
        let told = told_in_order(&self.prepared.fields, told)?;
        let comparer = self.prepared.comparer();
        let judges = ModelJudges { comparer: &comparer, scorer: &self.prepared.scorer, conflicts: &self.prepared.conflicts };
        let at = |weight: &f64| {
            let (made, _) = cluster_pairs(&self.pairs, probability_of(*weight), &told, &self.unique_sources, &judges, ctx)?;
            Ok(made.cluster)
        };
        weights.par_iter().map(at).collect()
    }

    /// The match weight from which the run merged.
    pub fn threshold_weight(&self) -> f64 {
        weight_at(self.prepared.model.threshold)
    }

    pub fn records(&self) -> usize {
        self.prepared.fields.len()
    }

    pub(super) fn source(&self, record: usize) -> u16 {
        self.prepared.fields.source[record]
    }

    pub(super) fn sources(&self) -> usize {
        self.unique_sources.len()
    }

    /// Only pairs of different sources count.
    pub(super) fn cross_only(&self) -> bool {
        self.prepared.model.settings.link_type == LinkType::LinkOnly
    }

    /// Canonical number of a row.
    pub(super) fn place(&self, row: u32) -> Result<u32, MatchError> {
        self.prepared.place(row)
    }

    /// Row of a canonical number.
    pub(super) fn row(&self, record: u32) -> u32 {
        self.prepared.fields.row[record as usize]
    }
}
