//! An honest measure: every row is predicted by a model that never saw its subject. Flow: rows -> folds -> predictions out of fold ->
//! AUC per fold with an interval, the rest over all folds; and once more where training ends before the later days begin.

use chrono::{Days, NaiveDate};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::boost::{self, Parameters};
use super::error::{AnalyticsError, Result};
use super::logistic;
use super::measure::{GainPoint, ReliabilityBin, RocPoint, auc, auc_in, average_precision, brier, gain, order_of, real, reliability, roc};
use super::split::{FOLDS, folds, later_from};
use super::target::{Labelled, Target};
use crate::base::{RunCtx, Stage};

/// Rows with the event, and rows without, below which nothing is measured.
pub const LEAST_CASES: usize = 10;
/// How often the bootstrap draws.
const DRAWS: usize = 1_000;

/// What two ways of learning are worth on the same folds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub rows: u64,
    pub subjects: u64,
    /// Rows with the event.
    pub cases: u64,
    pub base_rate: f64,
    pub first_cutoff: String,
    pub last_cutoff: String,
    pub cutoffs: u64,
    pub boosting: Scored,
    pub logistic: Scored,
    /// The interval of the boosting's AUC lies above one half.
    pub has_signal: bool,
    /// Brier score of saying the base rate to everybody.
    pub brier_of_base_rate: f64,
    pub method: String,
}

/// One way of learning, measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    pub name: String,
    pub mean_auc: f64,
    /// Of the mean AUC, 95 %.
    pub interval: Interval,
    pub folds: Vec<FoldAuc>,
    /// Over all folds: average precision.
    pub pr_auc: f64,
    pub brier: f64,
    pub reliability: Vec<ReliabilityBin>,
    pub gain: Vec<GainPoint>,
    /// Over all folds. Empty of models that an earlier program trained.
    #[serde(default)]
    pub roc: Vec<RocPoint>,
    /// Other subjects and later days than any that training saw; None: too few of them.
    pub later: Option<Later>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoldAuc {
    pub rows: u64,
    pub cases: u64,
    /// None: all its rows ended the same way.
    pub auc: Option<f64>,
}

/// Measured on later days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Later {
    pub from_cutoff: String,
    pub rows: u64,
    pub cases: u64,
    pub auc: f64,
    pub interval: Interval,
}

/// What the interval is and where it comes from.
pub const METHOD: &str = "Mean AUC of five folds grouped by customer. Interval: 2.5 % and 97.5 % of 1,000 bootstrap draws of whole customers within each fold \
                          (percentile method, Efron and Tibshirani 1993), since rows of one customer are not independent.";

/// Refuses what cannot be measured, with the reason.
pub fn check(data: &Labelled, target: Target) -> Result<()> {
    let (rows, cases) = (data.labels.len(), data.cases());
    if rows == 0 {
        return Err(AnalyticsError::NoRows(match target {
            Target::Churn => "A customer needs dated transactions before a cut-off date and 90 days of data after it.".to_owned(),
            Target::LoanDefault => "A loan's outcome is known once it is closed or defaulted.".to_owned(),
        }));
    }
    if cases == 0 || cases == rows {
        return Err(AnalyticsError::OneClass { label: target.label_of(cases > 0).to_owned(), rows });
    }
    let mut subjects: Vec<&String> = data.table.subjects.iter().collect();
    subjects.sort_unstable();
    subjects.dedup();
    if subjects.len() < FOLDS {
        let noun = if subjects.len() == 1 { "customer" } else { "customers" };
        return Err(AnalyticsError::TooFewSubjects { subjects: format!("{} {noun}", subjects.len()) });
    }
    let rarer = cases.min(rows - cases);
    if rarer < LEAST_CASES {
        let label = target.label_of(cases == rarer).to_owned();
        return Err(AnalyticsError::TooFewCases { label, cases: rarer, rows, least: LEAST_CASES });
    }
    if boost::telling_columns(&data.table, &(0..rows).collect::<Vec<_>>()).is_empty() {
        return Err(AnalyticsError::NoFeatures { columns: data.table.names.len() });
    }
    Ok(())
}

/// Predictions of every row by both ways.
struct OutOfFold {
    boosting: Vec<f64>,
    logistic: Vec<f64>,
}

/// Measures both ways on the same folds. `horizon_days`: how long after a cut-off its outcome is known.
pub fn evaluate(data: &Labelled, target: Target, horizon_days: u64, parameters: &Parameters, ctx: &RunCtx) -> Result<Evaluation> {
    check(data, target)?;
    let fold = folds(&data.table.subjects, &data.labels, parameters.seed);
    ctx.progress.enter(Stage::Learning, 2 * FOLDS as u64);
    let everywhere = out_of_fold(data, &fold, parameters, ctx, |_| true, |_| true)?;
    let later = later_from(&data.table.cutoffs);
    let mut on_later = None;
    if let Some(from) = &later {
        // Outcomes of training are known before the later days begin.
        let known = |row: usize| day_after(&data.table.cutoffs[row], horizon_days).as_str() <= from.as_str();
        let is_later = |row: usize| data.table.cutoffs[row] >= *from;
        on_later = out_of_fold(data, &fold, parameters, ctx, known, is_later).map(Some).or_else(|error| match error {
            AnalyticsError::Cancelled(_) => Err(error),
            // Too little came before: there is nothing to say about later days.
            _ => Ok(None),
        })?;
    }
    let measured = |name: &str, scores: &[f64], later_scores: Option<&Vec<f64>>| {
        let later = later.as_ref().zip(later_scores).and_then(|(from, scores)| later_of(data, scores, from, parameters.seed));
        scored(name, data, scores, &fold, parameters.seed, later)
    };
    let boosting = measured("Gradient boosting", &everywhere.boosting, on_later.as_ref().map(|scores| &scores.boosting));
    let logistic = measured("Logistic regression", &everywhere.logistic, on_later.as_ref().map(|scores| &scores.logistic));
    Ok(summary(data, boosting, logistic))
}

fn summary(data: &Labelled, boosting: Scored, logistic: Scored) -> Evaluation {
    let base_rate = real(data.cases()) / real(data.labels.len());
    let mut subjects: Vec<&String> = data.table.subjects.iter().collect();
    subjects.sort_unstable();
    subjects.dedup();
    let mut cutoffs: Vec<&String> = data.table.cutoffs.iter().collect();
    cutoffs.sort_unstable();
    cutoffs.dedup();
    Evaluation {
        rows: data.labels.len() as u64,
        subjects: subjects.len() as u64,
        cases: data.cases() as u64,
        base_rate,
        first_cutoff: cutoffs.first().map_or_else(String::new, |day| (*day).clone()),
        last_cutoff: cutoffs.last().map_or_else(String::new, |day| (*day).clone()),
        cutoffs: cutoffs.len() as u64,
        has_signal: boosting.interval.low > 0.5,
        boosting,
        logistic,
        brier_of_base_rate: base_rate * (1.0 - base_rate),
        method: METHOD.to_owned(),
    }
}

/// `2025-06-30` and 90 -> `2025-09-28`; a text that is no date stays, and sorts as it is.
fn day_after(cutoff: &str, days: u64) -> String {
    let date = cutoff.parse::<NaiveDate>().ok().and_then(|date| date.checked_add_days(Days::new(days)));
    date.map_or_else(|| cutoff.to_owned(), |date| date.to_string())
}

/// Predicts the rows of each fold that `tests` lets through by models of the other folds' rows that `trains` lets through. NaN: not predicted.
fn out_of_fold(
    data: &Labelled,
    fold: &[usize],
    parameters: &Parameters,
    ctx: &RunCtx,
    trains: impl Fn(usize) -> bool,
    tests: impl Fn(usize) -> bool,
) -> Result<OutOfFold> {
    let rows = data.labels.len();
    let mut found = OutOfFold { boosting: vec![f64::NAN; rows], logistic: vec![f64::NAN; rows] };
    for held_out in 0..FOLDS {
        ctx.check()?;
        let train: Vec<usize> = (0..rows).filter(|row| fold[*row] != held_out && trains(*row)).collect();
        let test: Vec<usize> = (0..rows).filter(|row| fold[*row] == held_out && tests(*row)).collect();
        let cases = train.iter().filter(|row| data.labels[**row]).count();
        if cases == 0 || cases == train.len() {
            return Err(AnalyticsError::Training("a fold has one outcome only to learn from".to_owned()));
        }
        let booster = boost::fit(&data.table, &data.labels, &train, parameters)?;
        put(&mut found.boosting, &test, booster.probabilities(&data.table, &test));
        ctx.check()?;
        let regression = logistic::fit(&data.table, &data.labels, &train, ctx)?;
        put(&mut found.logistic, &test, regression.probabilities(&data.table, &test));
        ctx.progress.advance(1);
    }
    Ok(found)
}

fn put(scores: &mut [f64], rows: &[usize], values: Vec<f64>) {
    rows.iter().zip(values).for_each(|(row, value)| scores[*row] = value);
}

fn scored(name: &str, data: &Labelled, scores: &[f64], fold: &[usize], seed: u64, later: Option<Later>) -> Scored {
    let parts: Vec<Part> = (0..FOLDS).map(|at| Part::of(data, scores, |row| fold[row] == at)).collect();
    let folds: Vec<FoldAuc> = parts
        .iter()
        .map(|part| FoldAuc {
            rows: part.labels.len() as u64,
            cases: part.labels.iter().filter(|label| **label).count() as u64,
            auc: auc(&part.scores, &part.labels, None),
        })
        .collect();
    let mean_auc = mean(folds.iter().filter_map(|fold| fold.auc)).unwrap_or(0.5);
    Scored {
        name: name.to_owned(),
        mean_auc,
        interval: bootstrap(&parts, seed).unwrap_or(Interval { low: mean_auc, high: mean_auc }),
        folds,
        pr_auc: average_precision(scores, &data.labels).unwrap_or_default(),
        brier: brier(scores, &data.labels),
        reliability: reliability(scores, &data.labels),
        gain: gain(scores, &data.labels),
        roc: roc(scores, &data.labels),
        later,
    }
}

fn later_of(data: &Labelled, scores: &[f64], from: &str, seed: u64) -> Option<Later> {
    let part = Part::of(data, scores, |row| !scores[row].is_nan());
    let cases = part.labels.iter().filter(|label| **label).count();
    if cases.min(part.labels.len() - cases) < LEAST_CASES {
        return None;
    }
    let auc = auc(&part.scores, &part.labels, None)?;
    let rows = part.labels.len() as u64;
    let interval = bootstrap(&[part], seed)?;
    Some(Later { from_cutoff: from.to_owned(), rows, cases: cases as u64, auc, interval })
}

/// Some rows with their scores, labels and subjects.
struct Part {
    scores: Vec<f64>,
    labels: Vec<bool>,
    /// Rows of each subject.
    members: Vec<Vec<usize>>,
}

impl Part {
    fn of(data: &Labelled, scores: &[f64], has: impl Fn(usize) -> bool) -> Self {
        let rows: Vec<usize> = (0..scores.len()).filter(|row| has(*row)).collect();
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        let mut members: Vec<Vec<usize>> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let place = *places.entry(data.table.subjects[*row].as_str()).or_insert_with(|| {
                members.push(Vec::new());
                members.len() - 1
            });
            members[place].push(at);
        }
        Self { scores: rows.iter().map(|row| scores[*row]).collect(), labels: rows.iter().map(|row| data.labels[*row]).collect(), members }
    }
}

/// The 95 % interval of the mean AUC of the parts: subjects are drawn with replacement within each part.
fn bootstrap(parts: &[Part], seed: u64) -> Option<Interval> {
    let mut rng = Pcg64::seed_from_u64(seed);
    let orders: Vec<Vec<usize>> = parts.iter().map(|part| order_of(&part.scores)).collect();
    let mut means: Vec<f64> = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        let drawn = parts.iter().zip(&orders).filter_map(|(part, order)| {
            let mut weights = vec![0.0; part.labels.len()];
            for _ in 0..part.members.len() {
                let subject = &part.members[rng.random_range(0..part.members.len())];
                subject.iter().for_each(|row| weights[*row] += 1.0);
            }
            auc_in(order, &part.scores, &part.labels, Some(&weights))
        });
        means.extend(mean(drawn));
    }
    means.sort_by(f64::total_cmp);
    let at = |share: usize| means.get(means.len() * share / 1_000).copied();
    Some(Interval { low: at(25)?, high: at(975)? })
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / real(count))
}
