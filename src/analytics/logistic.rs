//! The baseline: logistic regression with a ridge, by Newton's method (iteratively reweighted least squares).
//!
//! Features are standardised; what is not known takes the mean, and a column beside it says so.

use serde::{Deserialize, Serialize};

use super::boost::telling_columns;
use super::error::{AnalyticsError, Result};
use super::measure::real;
use crate::base::{FeatureTable, RunCtx};

const STEPS: usize = 12;
const RIDGE: f64 = 1.0;
/// Values further from the mean than so many standard deviations count as so many.
const FARTHEST: f64 = 5.0;

/// A trained regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    terms: Vec<Term>,
    intercept: f64,
}

/// What one feature adds to the log odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Term {
    feature: String,
    mean: f64,
    deviation: f64,
    weight: f64,
    /// Added where the feature is not known.
    weight_missing: f64,
}

impl Term {
    fn of(table: &FeatureTable, rows: &[usize], feature: String) -> Option<Self> {
        let column = table.column(&feature)?;
        let known: Vec<f64> = rows.iter().map(|row| column[*row]).filter(|value| !value.is_nan()).collect();
        let mean = known.iter().sum::<f64>() / real(known.len().max(1));
        let deviation = (known.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / real(known.len().max(1))).sqrt();
        (deviation > 0.0).then_some(Self { feature, mean, deviation, weight: 0.0, weight_missing: 0.0 })
    }

    /// (standardised value, 1 where it is not known)
    fn inputs(&self, value: f64) -> (f64, f64) {
        if value.is_nan() { (0.0, 1.0) } else { (((value - self.mean) / self.deviation).clamp(-FARTHEST, FARTHEST), 0.0) }
    }
}

/// Fits on these rows.
pub fn fit(table: &FeatureTable, labels: &[bool], rows: &[usize], ctx: &RunCtx) -> Result<Logistic> {
    let mut terms: Vec<Term> = telling_columns(table, rows).into_iter().filter_map(|feature| Term::of(table, rows, feature)).collect();
    if terms.is_empty() {
        return Err(AnalyticsError::NoFeatures { columns: table.names.len() });
    }
    let width = 1 + 2 * terms.len();
    let inputs = inputs(table, rows, &terms);
    let mut weights = vec![0.0; width];
    for _ in 0..STEPS {
        ctx.check()?;
        let step = newton_step(&inputs, labels, rows, &weights);
        let Some(step) = step else { break };
        let longest = step.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
        weights.iter_mut().zip(&step).for_each(|(weight, part)| *weight += part);
        if longest < 1e-6 {
            break;
        }
    }
    for (at, term) in terms.iter_mut().enumerate() {
        term.weight = weights[1 + 2 * at];
        term.weight_missing = weights[2 + 2 * at];
    }
    Ok(Logistic { terms, intercept: weights[0] })
}

/// One row of inputs after the other, led by 1.
fn inputs(table: &FeatureTable, rows: &[usize], terms: &[Term]) -> Vec<Vec<f64>> {
    let columns: Vec<&[f64]> = terms.iter().filter_map(|term| table.column(&term.feature)).collect();
    rows.iter()
        .map(|row| {
            let mut values = Vec::with_capacity(1 + 2 * terms.len());
            values.push(1.0);
            for (term, column) in terms.iter().zip(&columns) {
                let (value, missing) = term.inputs(column[*row]);
                values.extend([value, missing]);
            }
            values
        })
        .collect()
}

/// What Newton's method adds to the weights. None where the equations have no solution.
fn newton_step(inputs: &[Vec<f64>], labels: &[bool], rows: &[usize], weights: &[f64]) -> Option<Vec<f64>> {
    let width = weights.len();
    let mut gradient = vec![0.0; width];
    let mut hessian = vec![0.0; width * width];
    for (values, row) in inputs.iter().zip(rows) {
        let p = sigmoid(dot(values, weights));
        let (error, curve) = (f64::from(u8::from(labels[*row])) - p, (p * (1.0 - p)).max(1e-9));
        for (i, value) in values.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            gradient[i] += error * value;
            let scaled = curve * value;
            hessian[i * width..=i * width + i].iter_mut().zip(values).for_each(|(cell, other)| *cell += scaled * other);
        }
    }
    for i in 0..width {
        // The intercept is not shrunk; a breath of ridge keeps the equations solvable.
        let ridge = if i == 0 { 1e-9 } else { RIDGE };
        hessian[i * width + i] += ridge;
        gradient[i] -= if i == 0 { 0.0 } else { RIDGE * weights[i] };
    }
    solve(&mut hessian, gradient, width)
}

/// Solves A x = b for a symmetric positive A, of which the lower half is given, by Cholesky's decomposition.
fn solve(a: &mut [f64], b: Vec<f64>, width: usize) -> Option<Vec<f64>> {
    for i in 0..width {
        for j in 0..=i {
            let sum: f64 = a[i * width + j] - (0..j).map(|k| a[i * width + k] * a[j * width + k]).sum::<f64>();
            if i == j {
                if sum <= 0.0 {
                    return None;
                }
                a[i * width + i] = sum.sqrt();
            } else {
                a[i * width + j] = sum / a[j * width + j];
            }
        }
    }
    let mut x = b;
    for i in 0..width {
        let sum: f64 = (0..i).map(|k| a[i * width + k] * x[k]).sum();
        x[i] = (x[i] - sum) / a[i * width + i];
    }
    for i in (0..width).rev() {
        let sum: f64 = (i + 1..width).map(|k| a[k * width + i] * x[k]).sum();
        x[i] = (x[i] - sum) / a[i * width + i];
    }
    Some(x)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Logistic {
    /// Probabilities of these rows.
    pub fn probabilities(&self, table: &FeatureTable, rows: &[usize]) -> Vec<f64> {
        let columns: Vec<Option<&[f64]>> = self.terms.iter().map(|term| table.column(&term.feature)).collect();
        let score = |row: &usize| {
            let parts = self.terms.iter().zip(&columns).map(|(term, column)| {
                let (value, missing) = term.inputs(column.map_or(f64::NAN, |column| column[*row]));
                term.weight * value + term.weight_missing * missing
            });
            sigmoid(self.intercept + parts.sum::<f64>())
        };
        rows.iter().map(score).collect()
    }
}
