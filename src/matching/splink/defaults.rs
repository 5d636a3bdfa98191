//! What Splink fills in where m or u is missing.

use super::model::SplinkComparison;

/// m and u of every level of a comparison, missing ones filled as Splink does on loading; null levels have 1 and 1.
///
/// m is 0.95 for the top level and 0.05 / (n - 1) for each other; u = m / 2^w with w = 10 for the top and from -5 to 3 in even steps below.
pub fn completed(comparison: &SplinkComparison) -> Vec<(f64, f64)> {
    let count = comparison.level_count();
    comparison
        .comparison_levels
        .iter()
        .zip(comparison.gammas())
        .map(|(level, gamma)| {
            let Ok(gamma) = usize::try_from(gamma) else { return (1.0, 1.0) };
            let m = if gamma + 1 == count { 0.95 } else { (1.0 - 0.95) / (count as f64 - 1.0) };
            let u = m / default_weight(gamma, count).exp2();
            (level.m_probability.unwrap_or(m), level.u_probability.unwrap_or(u))
        })
        .collect()
}

fn default_weight(gamma: usize, count: usize) -> f64 {
    if gamma + 1 == count {
        return 10.0;
    }
    if count == 2 {
        return -5.0;
    }
    let steps = count as f64 - 2.0;
    if steps == 0.0 { -5.0 } else { -5.0 + gamma as f64 * (8.0 / steps) }
}
