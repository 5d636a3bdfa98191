//! Gradient boosting: forust's trees, with missing values as they are.

use forust_ml::GradientBooster;
use forust_ml::data::Matrix;
use forust_ml::gradientbooster::ContributionsMethod;
use forust_ml::objective::ObjectiveType;
use forust_ml::sampler::SampleMethod;
use serde::{Deserialize, Serialize};

use super::error::{AnalyticsError, Result};
use crate::base::FeatureTable;

/// How a booster is grown. Chosen for thousands of rows with a few hundred events: shallow trees, slow steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    pub trees: usize,
    pub learning_rate: f32,
    pub max_depth: usize,
    /// Least sum of hessians in a leaf.
    pub min_leaf_weight: f32,
    pub l2: f32,
    /// Share of rows that each tree sees.
    pub subsample: f32,
    /// Share of columns that each tree sees.
    pub column_share: f64,
    pub seed: u64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { trees: 150, learning_rate: 0.05, max_depth: 3, min_leaf_weight: 1.0, l2: 1.0, subsample: 0.8, column_share: 0.5, seed: 7 }
    }
}

impl Parameters {
    /// "150 trees of depth 3, …"
    pub fn in_words(&self) -> String {
        format!(
            "{} trees of depth {}, learning rate {}, {:.0} % of rows and {:.0} % of features a tree, seed {}",
            self.trees,
            self.max_depth,
            self.learning_rate,
            self.subsample * 100.0,
            self.column_share * 100.0,
            self.seed
        )
    }
}

/// A trained booster and the features it reads, in order.
pub struct Booster {
    pub features: Vec<String>,
    inner: GradientBooster,
}

impl std::fmt::Debug for Booster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Booster").field("features", &self.features).field("trees", &self.inner.trees.len()).finish()
    }
}

/// Columns that tell rows apart: forust refuses the others.
pub fn telling_columns(table: &FeatureTable, rows: &[usize]) -> Vec<String> {
    let tells = |column: &[f64]| {
        let mut known = rows.iter().map(|row| column[*row]).filter(|value| !value.is_nan());
        known.next().is_some_and(|first| known.any(|value| value.to_bits() != first.to_bits()))
    };
    table.names.iter().zip(&table.columns).filter(|(_, column)| tells(column)).map(|(name, _)| name.clone()).collect()
}

/// Grows a booster on these rows.
pub fn fit(table: &FeatureTable, labels: &[bool], rows: &[usize], parameters: &Parameters) -> Result<Booster> {
    let features = telling_columns(table, rows);
    if features.is_empty() {
        return Err(AnalyticsError::NoFeatures { columns: table.names.len() });
    }
    let data = flat(table, &features, rows);
    let y: Vec<f64> = rows.iter().map(|row| f64::from(u8::from(labels[*row]))).collect();
    let mut inner = GradientBooster::default()
        .set_objective_type(ObjectiveType::LogLoss)
        .set_iterations(parameters.trees)
        .set_learning_rate(parameters.learning_rate)
        .set_max_depth(parameters.max_depth)
        .set_min_leaf_weight(parameters.min_leaf_weight)
        .set_l2(parameters.l2)
        .set_subsample(parameters.subsample)
        .set_sample_method(SampleMethod::Random)
        .set_colsample_bytree(parameters.column_share)
        .set_initialize_base_score(true)
        .set_seed(parameters.seed);
    inner
        .fit_unweighted(&Matrix::new(&data, rows.len(), features.len()), &y, None)
        .map_err(|error| AnalyticsError::Training(error.to_string()))?;
    Ok(Booster { features, inner })
}

/// Column by column, as forust wants it.
fn flat(table: &FeatureTable, features: &[String], rows: &[usize]) -> Vec<f64> {
    let mut data = Vec::with_capacity(features.len() * rows.len());
    for name in features {
        match table.column(name) {
            Some(column) => data.extend(rows.iter().map(|row| column[*row])),
            None => data.extend(std::iter::repeat_n(f64::NAN, rows.len())),
        }
    }
    data
}

impl Booster {
    /// Probabilities of these rows.
    pub fn probabilities(&self, table: &FeatureTable, rows: &[usize]) -> Vec<f64> {
        if rows.is_empty() {
            return Vec::new();
        }
        let data = flat(table, &self.features, rows);
        let scores = self.inner.predict(&Matrix::new(&data, rows.len(), self.features.len()), true);
        scores.into_iter().map(|score| 1.0 / (1.0 + (-score).exp())).collect()
    }

    /// Row by row what each feature adds to the log odds: Shapley values of the trees. The last of a row is what all rows start from.
    pub fn contributions(&self, table: &FeatureTable, rows: &[usize]) -> Vec<Vec<f64>> {
        if rows.is_empty() {
            return Vec::new();
        }
        let data = flat(table, &self.features, rows);
        let width = self.features.len() + 1;
        let all =
            self.inner.predict_contributions(&Matrix::new(&data, rows.len(), self.features.len()), ContributionsMethod::Shapley, true);
        all.chunks(width).map(<[f64]>::to_vec).collect()
    }

    pub fn to_json(&self) -> Result<String> {
        self.inner.json_dump().map_err(|error| AnalyticsError::Training(error.to_string()))
    }

    pub fn from_json(features: Vec<String>, json: &str) -> Result<Self> {
        let inner = GradientBooster::from_json(json).map_err(|error| AnalyticsError::Damaged(error.to_string()))?;
        Ok(Self { features, inner })
    }
}
