//! The score of a table: the mean of what can be told of how complete, valid, unique and fresh it is, 0 to 100.

use serde::Serialize;

use super::column::{ColumnKind, ColumnProfile};

/// Parts 0 to 1; None where nothing tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Score {
    /// Cells that are filled, of all columns that are not empty altogether.
    pub complete: Option<f64>,
    /// Filled cells that are no placeholder, of their column's kind, without loose space.
    pub valid: Option<f64>,
    /// Of columns that are named like keys and are nearly unique: values that stand once.
    pub unique: Option<f64>,
    /// 1 on the as-of date, half of it for every `HALF_LIFE_DAYS` before.
    pub fresh: Option<f64>,
    /// The mean of the parts that are there, 0 to 100.
    pub score: f64,
}

/// Data of a month before the as-of date are half as fresh.
const HALF_LIFE_DAYS: f64 = 30.0;

/// `age_days`: from the newest load or business date to the as-of date.
#[expect(clippy::cast_precision_loss, reason = "shares")]
pub fn score(columns: &[ColumnProfile], age_days: Option<f64>) -> Score {
    let told: Vec<&ColumnProfile> = columns.iter().filter(|column| column.kind != ColumnKind::Empty).collect();
    let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    let filled: u64 = told.iter().map(|column| column.filled()).sum();
    let cells: u64 = told.iter().map(|column| column.rows).sum();
    let wrong: u64 =
        told.iter().map(|column| (column.placeholders + column.of_another_kind + column.loose_space).min(column.filled())).sum();
    let keys: Vec<&&ColumnProfile> = told.iter().filter(|column| is_key(column)).collect();
    let (once, values) = keys.iter().fold((0, 0), |(once, values), column| (once + column.unique, values + column.filled()));
    let complete = share(filled, cells);
    let valid = share(filled - wrong, filled);
    let unique = share(once, values);
    let fresh = age_days.map(|age| 0.5_f64.powf(age.max(0.0) / HALF_LIFE_DAYS));
    let parts: Vec<f64> = [complete, valid, unique, fresh].into_iter().flatten().collect();
    let score = if parts.is_empty() { 0.0 } else { 100.0 * parts.iter().sum::<f64>() / parts.len() as f64 };
    Score { complete, valid, unique, fresh, score }
}

/// Named like a key and nearly one: at least four of five values stand once.
fn is_key(column: &ColumnProfile) -> bool {
    let name = column.name.to_lowercase();
    let is_named = name == "id" || name == "name" || name.ends_with("_id") || name.ends_with("_key");
    column.kind == ColumnKind::Key || is_named && column.unique * 5 >= column.filled() * 4
}
