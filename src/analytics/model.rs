//! A trained model as the registry keeps it. Flow: labelled rows -> leak check -> evaluation -> booster and baseline of all rows -> Model
//! <-> text.

use serde::{Deserialize, Serialize};

use super::boost::{self, Booster, Parameters};
use super::drift::Reference;
use super::error::{AnalyticsError, Result};
use super::evaluation::{Evaluation, evaluate};
use super::leak::{Refused, refused_features};
use super::logistic::{self, Logistic};
use super::reason::{Reason, reasons};
use super::target::{Labelled, Target};
use crate::base::hash::{digest_of, stable_64};
use crate::base::{FeatureTable, RunCtx, Stage};

/// Grows when the meaning of the text changes.
pub const FORMAT: u64 = 1;
/// More rows than these are thinned, whole subjects at a time: a fold then takes a second, not minutes.
const MOST_ROWS: usize = 60_000;

/// Everything that scoring, monitoring and the page need.
#[derive(Debug)]
pub struct Model {
    pub target: Target,
    pub parameters: Parameters,
    pub booster: Booster,
    pub logistic: Logistic,
    pub evaluation: Evaluation,
    /// Share of rows with the event at training.
    pub base_rate: f64,
    /// How features lay at training, and the model's own probabilities.
    pub references: Vec<Reference>,
    pub scores: Reference,
    /// What the leak check kept away.
    pub refused: Vec<Refused>,
    /// Mean size of each feature's contribution, the largest first.
    pub importance: Vec<Importance>,
    /// SHA-256 of the rows it was trained on.
    pub data_hash: String,
    pub program: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    pub feature: String,
    /// Mean absolute Shapley value, log odds.
    pub mean_contribution: f64,
}

/// How it is written down.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: u64,
    program: String,
    target: Target,
    parameters: Parameters,
    features: Vec<String>,
    booster: String,
    logistic: Logistic,
    evaluation: Evaluation,
    base_rate: f64,
    references: Vec<Reference>,
    scores: Reference,
    refused: Vec<Refused>,
    importance: Vec<Importance>,
    data_hash: String,
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u64,
}

/// One subject's probability and why it is not the average.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    pub probability: f64,
    /// At most three, the strongest first.
    pub reasons: Vec<Reason>,
}

/// Trains on labelled rows. `refused`: columns that the leak check of the sources named; their features are not used either.
pub fn train(
    data: &Labelled,
    target: Target,
    horizon_days: u64,
    parameters: &Parameters,
    mut refused: Vec<Refused>,
    ctx: &RunCtx,
) -> Result<Model> {
    let mut data = thinned(data);
    super::evaluation::check(&data, target)?;
    let leaking = refused_features(&data);
    leaking.iter().for_each(|feature| drop(data.table.take(&feature.column)));
    refused.extend(leaking);
    let evaluation = evaluate(&data, target, horizon_days, parameters, ctx)?;
    ctx.check()?;
    ctx.progress.enter(Stage::Learning, 0);
    ctx.progress.say("the model of all rows");
    let rows: Vec<usize> = (0..data.labels.len()).collect();
    let booster = boost::fit(&data.table, &data.labels, &rows, parameters)?;
    ctx.check()?;
    let logistic = logistic::fit(&data.table, &data.labels, &rows, ctx)?;
    let probabilities = booster.probabilities(&data.table, &rows);
    ctx.check()?;
    let references = booster.features.iter().filter_map(|name| data.table.column(name).map(|column| Reference::of(name, column))).collect();
    Ok(Model {
        target,
        parameters: parameters.clone(),
        importance: importance(&booster, &data.table, &rows),
        base_rate: evaluation.base_rate,
        scores: Reference::of("probability", &probabilities),
        data_hash: data_hash(&data),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        booster,
        logistic,
        evaluation,
        references,
        refused,
    })
}

/// Of so many rows a subject's are among those that are learnt from: all, or a share of the subjects by a hash of their keys.
pub fn is_learnt_from(subject: &str, rows: usize) -> bool {
    rows <= MOST_ROWS || stable_64(subject.as_bytes()) < u64::MAX / rows as u64 * MOST_ROWS as u64
}

fn thinned(data: &Labelled) -> Labelled {
    let rows = data.labels.len();
    let kept: Vec<usize> = (0..rows).filter(|row| is_learnt_from(&data.table.subjects[*row], rows)).collect();
    data.select(&kept)
}

fn importance(booster: &Booster, table: &FeatureTable, rows: &[usize]) -> Vec<Importance> {
    const MOST: usize = 2_000;
    let step = rows.len().div_ceil(MOST).max(1);
    let sample: Vec<usize> = rows.iter().copied().step_by(step).collect();
    let mut sums = vec![0.0; booster.features.len()];
    for row in booster.contributions(table, &sample) {
        sums.iter_mut().zip(&row).for_each(|(sum, part)| *sum += part.abs());
    }
    let mut found: Vec<Importance> = booster
        .features
        .iter()
        .zip(sums)
        .map(|(feature, sum)| Importance { feature: feature.clone(), mean_contribution: sum / super::measure::real(sample.len().max(1)) })
        .collect();
    found.sort_by(|a, b| b.mean_contribution.total_cmp(&a.mean_contribution).then_with(|| a.feature.cmp(&b.feature)));
    found
}

/// The same rows in any order of the same columns give the same hash.
fn data_hash(data: &Labelled) -> String {
    let mut lines: Vec<String> = (0..data.labels.len())
        .map(|row| {
            let values = data.table.columns.iter().map(|column| format!("{:016x}", column[row].to_bits())).collect::<Vec<_>>().join(",");
            format!("{},{},{},{values}", data.table.ids[row], data.table.cutoffs[row], data.labels[row])
        })
        .collect();
    lines.sort_unstable();
    let names = data.table.names.join(",");
    digest_of(std::iter::once(names.as_str()).chain(lines.iter().map(String::as_str)))
}

impl Model {
    /// Probability and reasons of these rows, in order. A feature that the table lacks is not known.
    pub fn predict(&self, table: &FeatureTable, rows: &[usize]) -> Vec<Prediction> {
        let probabilities = self.booster.probabilities(table, rows);
        let contributions = self.booster.contributions(table, rows);
        let one = |((row, probability), parts): ((&usize, f64), Vec<f64>)| {
            let values: Vec<f64> =
                self.booster.features.iter().map(|name| table.column(name).map_or(f64::NAN, |column| column[*row])).collect();
            let reasons = reasons(&self.booster.features, &values, &parts, probability >= self.base_rate);
            Prediction { probability, reasons }
        };
        rows.iter().zip(probabilities).zip(contributions).map(one).collect()
    }

    /// Probabilities alone.
    pub fn probabilities(&self, table: &FeatureTable) -> Vec<f64> {
        self.booster.probabilities(table, &(0..table.rows()).collect::<Vec<_>>())
    }

    pub fn to_text(&self) -> Result<String> {
        let stored = Stored {
            format: FORMAT,
            program: self.program.clone(),
            target: self.target,
            parameters: self.parameters.clone(),
            features: self.booster.features.clone(),
            booster: self.booster.to_json()?,
            logistic: self.logistic.clone(),
            evaluation: self.evaluation.clone(),
            base_rate: self.base_rate,
            references: self.references.clone(),
            scores: self.scores.clone(),
            refused: self.refused.clone(),
            importance: self.importance.clone(),
            data_hash: self.data_hash.clone(),
        };
        serde_json::to_string(&stored).map_err(|error| AnalyticsError::Training(error.to_string()))
    }

    pub fn from_text(text: &str) -> Result<Self> {
        let damaged = |error: serde_json::Error| AnalyticsError::Damaged(error.to_string());
        let FormatOnly { format } = serde_json::from_str(text).map_err(damaged)?;
        if format > FORMAT {
            return Err(AnalyticsError::Newer { found: format, known: FORMAT });
        }
        let stored: Stored = serde_json::from_str(text).map_err(damaged)?;
        Ok(Self {
            target: stored.target,
            parameters: stored.parameters,
            booster: Booster::from_json(stored.features, &stored.booster)?,
            logistic: stored.logistic,
            evaluation: stored.evaluation,
            base_rate: stored.base_rate,
            references: stored.references,
            scores: stored.scores,
            refused: stored.refused,
            importance: stored.importance,
            data_hash: stored.data_hash,
            program: stored.program,
        })
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
