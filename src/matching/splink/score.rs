//! Gamma and match weight of a pair: W = log2(lambda / (1 - lambda)) + sum of log2(m / u) + sum of term frequency adjustments.

use rustc_hash::FxHashMap;

use super::super::error::MatchError;
use super::defaults::completed;
use super::import::exact_level;
use super::model::{SplinkComparison, SplinkModel};
use super::sql::eval::truth;
use super::sql::{Frame, Node};
use super::table::{Pair, Table};

/// Remembered pairs per comparison and worker before all are forgotten.
const SEEN_LIMIT: usize = 1 << 20;

/// weight * (log2(u of the exact match) - log2(the greater term frequency, at least `least`)).
#[derive(Debug, Clone, Copy)]
struct Adjustment {
    /// Which term frequency table, and which column's values.
    column: usize,
    table: usize,
    weight: f64,
    log2_u: f64,
    least: f64,
}

#[derive(Debug)]
struct Level {
    gamma: i8,
    /// `None`: ELSE.
    condition: Option<Node>,
    weight: f64,
    adjustment: Option<Adjustment>,
    path: String,
}

#[derive(Debug)]
struct Bound {
    levels: Vec<Level>,
    /// Per record the number of its combination of what the conditions read.
    combination: Vec<u32>,
    name: String,
}

/// Scores pairs of one table.
#[derive(Debug)]
pub struct Scorer {
    prior: f64,
    comparisons: Vec<Bound>,
    /// tf(v) = count(v) / count(non-null) by value, over all inputs together.
    frequencies: Vec<Vec<f64>>,
}

/// Levels remembered by one worker, per comparison and pair of combinations.
#[derive(Debug)]
pub struct Scratch {
    seen: Vec<FxHashMap<u64, u8>>,
}

impl Scorer {
    /// Errors where there are more levels than a gamma holds.
    pub fn new(table: &mut Table, model: &SplinkModel) -> Result<Self, MatchError> {
        let mut scorer = Self { prior: 0.0, comparisons: Vec::new(), frequencies: Vec::new() };
        let lambda = model.probability_two_random_records_match;
        scorer.prior = (lambda / (1.0 - lambda)).log2();
        let mut tables: Vec<usize> = Vec::new();
        for (at, comparison) in model.comparisons.iter().enumerate() {
            let bound = bind(table, comparison, at, &mut tables)?;
            scorer.comparisons.push(bound);
        }
        scorer.frequencies = tables.iter().map(|column| frequencies(table, *column)).collect();
        Ok(scorer)
    }

    pub fn scratch(&self) -> Scratch {
        Scratch { seen: self.comparisons.iter().map(|_| FxHashMap::default()).collect() }
    }

    /// The match weight of a pair; gammas are appended to `gammas`. Splink's order of summation.
    pub fn score(&self, table: &Table, l: u32, r: u32, scratch: &mut Scratch, gammas: &mut Vec<i8>) -> Result<f64, MatchError> {
        let mut weight = self.prior;
        for (comparison, seen) in self.comparisons.iter().zip(&mut scratch.seen) {
            let level = &comparison.levels[comparison.level(table, l, r, seen)?];
            gammas.push(level.gamma);
            weight += level.weight;
            if let Some(adjustment) = &level.adjustment {
                weight += self.adjusted(table, adjustment, l, r);
            }
        }
        Ok(weight)
    }

    fn adjusted(&self, table: &Table, adjustment: &Adjustment, l: u32, r: u32) -> f64 {
        let of = |record: u32| {
            let id = table.columns[adjustment.column].ids[record as usize];
            self.frequencies[adjustment.table].get(id as usize).copied()
        };
        // A missing frequency takes the other side's.
        let greater = match (of(l), of(r)) {
            (Some(l), Some(r)) => l.max(r),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return 0.0,
        };
        adjustment.weight * (adjustment.log2_u - greater.max(adjustment.least).log2())
    }
}

impl Bound {
    /// Which level holds, computed once per pair of combinations.
    fn level(&self, table: &Table, l: u32, r: u32, seen: &mut FxHashMap<u64, u8>) -> Result<usize, MatchError> {
        let key = (u64::from(self.combination[l as usize]) << 32) | u64::from(self.combination[r as usize]);
        if let Some(level) = seen.get(&key) {
            return Ok(usize::from(*level));
        }
        let pair = Pair { table, l, r };
        let mut frame = Frame::new(&pair, table.dialect);
        for (at, level) in self.levels.iter().enumerate() {
            let holds = match &level.condition {
                None => true,
                Some(condition) => truth(condition, &mut frame)
                    .map_err(|fault| MatchError::Splink { path: level.path.clone(), reason: fault.0.into() })?
                    .unwrap_or(false),
            };
            if holds {
                if seen.len() >= SEEN_LIMIT {
                    seen.clear();
                }
                seen.insert(key, u8::try_from(at).unwrap_or(u8::MAX));
                return Ok(at);
            }
        }
        let reason = format!("no level of \"{}\" holds for some pair; add the level ELSE", self.name);
        Err(MatchError::Splink { path: "comparisons".to_owned(), reason })
    }
}

fn bind(table: &mut Table, comparison: &SplinkComparison, at: usize, tables: &mut Vec<usize>) -> Result<Bound, MatchError> {
    let (probabilities, gammas) = (completed(comparison), comparison.gammas());
    if gammas.len() > 120 {
        let path = format!("comparisons[{at}].comparison_levels");
        return Err(MatchError::Splink { path, reason: "there are more than 120 levels".to_owned() });
    }
    let mut read = Vec::new();
    let mut levels = Vec::new();
    for (number, level) in comparison.comparison_levels.iter().enumerate() {
        if let Some(condition) = &level.condition {
            condition.columns(&mut read);
        }
        let (m, u) = probabilities[number];
        let adjusts = !level.is_null_level && level.condition.is_some() && level.tf_adjustment_weight != 0.0;
        let adjustment = level.tf_column.filter(|_| adjusts).map(|column| {
            let exact = if level.disable_tf_exact_match_detection { Some(number) } else { exact_level(comparison, column) };
            let place = tables.iter().position(|held| *held == column).unwrap_or_else(|| {
                tables.push(column);
                tables.len() - 1
            });
            Adjustment {
                column,
                table: place,
                weight: level.tf_adjustment_weight,
                log2_u: probabilities[exact.unwrap_or(number)].1.log2(),
                least: level.tf_minimum_u_value,
            }
        });
        levels.push(Level {
            gamma: i8::try_from(gammas[number]).unwrap_or(i8::MAX),
            condition: level.condition.as_ref().map(|condition| table.derive(condition)),
            weight: if level.is_null_level { 0.0 } else { (m / u).log2() },
            adjustment,
            path: format!("comparisons[{at}].comparison_levels[{number}].sql_condition"),
        });
    }
    let mut columns: Vec<usize> = read.iter().map(|(column, _)| *column).collect();
    columns.sort_unstable();
    columns.dedup();
    let (combination, _) = table.combinations(&columns);
    Ok(Bound { levels, combination, name: comparison.output_column_name.clone() })
}

fn frequencies(table: &Table, column: usize) -> Vec<f64> {
    let column = &table.columns[column];
    let mut counts = vec![0_u64; column.values.len()];
    let mut total = 0_u64;
    for id in &column.ids {
        if let Some(count) = counts.get_mut(*id as usize) {
            *count += 1;
            total += 1;
        }
    }
    counts.into_iter().map(|count| count as f64 / total as f64).collect()
}
