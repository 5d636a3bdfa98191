//! Numbers of a column: quantiles, outliers, histogram.

use serde::Serialize;

use super::column::Bin;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct NumberProfile {
    pub min: f64,
    pub max: f64,
    pub mean: f64,
    /// Of the population.
    pub standard_deviation: f64,
    /// Quartiles: the smallest value that has at least this share of all at or below it.
    pub q25: f64,
    pub median: f64,
    pub q75: f64,
    pub negative: u64,
    pub zero: u64,
    /// Beyond three times the distance of the quartiles from them (Tukey 1977, "far out").
    pub outliers: u64,
    pub histogram: Vec<Bin>,
}

/// Bins of a histogram.
pub const BINS: usize = 32;

/// `values`: each distinct number with its count; sorted here. None where there is none.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub fn profile(values: &mut [(f64, u64)]) -> Option<NumberProfile> {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (first, last) = (values.first()?.0, values.last()?.0);
    let total: u64 = values.iter().map(|(_, count)| count).sum();
    let mean = values.iter().map(|(value, count)| value * *count as f64).sum::<f64>() / total as f64;
    let variance = values.iter().map(|(value, count)| (value - mean).powi(2) * *count as f64).sum::<f64>() / total as f64;
    let (q25, median, q75) = (quantile(values, total, 0.25), quantile(values, total, 0.5), quantile(values, total, 0.75));
    let far = 3.0 * (q75 - q25);
    let is_far = |value: f64| far > 0.0 && (value < q25 - far || value > q75 + far);
    let count = |fits: &dyn Fn(f64) -> bool| values.iter().filter(|(value, _)| fits(*value)).map(|(_, count)| count).sum();
    Some(NumberProfile {
        min: first,
        max: last,
        mean,
        standard_deviation: variance.sqrt(),
        q25,
        median,
        q75,
        negative: count(&|value| value < 0.0),
        zero: count(&|value| value == 0.0),
        outliers: count(&is_far),
        histogram: histogram(values, first, last, &is_far),
    })
}

/// The smallest value with at least this share of all at or below it.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub fn quantile(sorted: &[(f64, u64)], total: u64, share: f64) -> f64 {
    let mut below = 0;
    for (value, count) in sorted {
        below += count;
        if below as f64 >= share * total as f64 {
            return *value;
        }
    }
    sorted.last().map_or(0.0, |(value, _)| *value)
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a bin's number is 0 to 31")]
fn histogram(values: &[(f64, u64)], first: f64, last: f64, is_far: &dyn Fn(f64) -> bool) -> Vec<Bin> {
    let distinct = values.len().min(BINS);
    let width = (last - first) / distinct as f64;
    let edge = |at: usize| if at == distinct { last } else { first + width * at as f64 };
    let mut bins: Vec<Bin> = (0..distinct)
        .map(|at| Bin { label: super::column::short(edge(at)), from: edge(at), to: edge(at + 1), count: 0, is_odd: false })
        .collect();
    for (value, count) in values {
        let at = if width > 0.0 { (((value - first) / width) as usize).min(distinct - 1) } else { 0 };
        bins[at].count += count;
        bins[at].is_odd |= is_far(*value);
    }
    bins
}
