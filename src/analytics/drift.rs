//! Has the world moved since training? Population stability index per feature and of the scores.
//!
//! PSI = sum over bins of (now - then) ln(now / then). Below 0.1 nothing moved, from 0.25 the model is old (Siddiqi 2006).

use serde::{Deserialize, Serialize};

use super::measure::real;
use crate::base::FeatureTable;

const BINS: usize = 10;
/// A share of 0 counts as this much, so that the logarithm stands.
const LEAST_SHARE: f64 = 1e-4;
pub const MOVED: f64 = 0.1;
pub const OLD: f64 = 0.25;

/// How values lay at training: shares of the bins between the edges, the last for what is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    pub name: String,
    /// Rising; a value belongs to the first bin whose edge it does not exceed.
    pub edges: Vec<f64>,
    pub shares: Vec<f64>,
}

/// What moved since training.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    pub scores: Option<f64>,
    /// The furthest first.
    pub features: Vec<FeatureDrift>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureDrift {
    pub name: String,
    pub psi: f64,
    /// Share of rows where it is not known, at training and now.
    pub missing_then: f64,
    pub missing_now: f64,
}

impl Reference {
    /// Bins of about equally many rows.
    pub fn of(name: &str, values: &[f64]) -> Self {
        let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        known.sort_by(f64::total_cmp);
        let mut edges: Vec<f64> = (1..BINS).filter_map(|at| known.get(known.len() * at / BINS).copied()).collect();
        edges.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let shares = shares(&edges, values);
        Self { name: name.to_owned(), edges, shares }
    }

    pub fn psi(&self, values: &[f64]) -> f64 {
        let now = shares(&self.edges, values);
        self.shares
            .iter()
            .zip(&now)
            .map(|(then, now)| {
                let (then, now) = (then.max(LEAST_SHARE), now.max(LEAST_SHARE));
                (now - then) * (now / then).ln()
            })
            .sum()
    }
}

fn shares(edges: &[f64], values: &[f64]) -> Vec<f64> {
    let mut counts = vec![0_usize; edges.len() + 2];
    for value in values {
        let bin = if value.is_nan() { edges.len() + 1 } else { edges.partition_point(|edge| edge < value) };
        counts[bin] += 1;
    }
    counts.into_iter().map(|count| real(count) / real(values.len().max(1))).collect()
}

/// Features and scores of today beside those of training.
pub fn drift(references: &[Reference], scores: &Reference, table: &FeatureTable, probabilities: &[f64]) -> Drift {
    if table.rows() == 0 {
        return Drift::default();
    }
    let one = |reference: &Reference| {
        let unknown = vec![f64::NAN; table.rows()];
        let column = table.column(&reference.name).unwrap_or(&unknown);
        FeatureDrift {
            name: reference.name.clone(),
            psi: reference.psi(column),
            missing_then: reference.shares.last().copied().unwrap_or_default(),
            missing_now: real(column.iter().filter(|value| value.is_nan()).count()) / real(table.rows()),
        }
    };
    let mut features: Vec<FeatureDrift> = references.iter().map(one).collect();
    features.sort_by(|a, b| b.psi.total_cmp(&a.psi).then_with(|| a.name.cmp(&b.name)));
    Drift { scores: Some(scores.psi(probabilities)), features }
}
