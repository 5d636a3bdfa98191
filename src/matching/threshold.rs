//! Scored pairs -> the match probability from which pairs merge, without labels.
//!
//! F1 grows with every pair that is more likely right than wrong, so the threshold goes down from the settings' own for as long as
//! the expected share of right pairs above it (the mean of their match probabilities) stays high enough.

use super::model::Model;
use super::score::probability_of;

/// Pairs below this are as likely wrong as right once clusters are formed from them.
const LOWEST: f64 = 0.7;

/// Sets the threshold of a newly trained model and says why. `weights`: the match weights of all pairs that may be above it.
pub fn choose(model: &mut Model, weights: impl Iterator<Item = f64>) {
    let fixed = model.settings.auto_threshold;
    model.threshold = model.settings.precision_at_least.map_or(fixed, |precision| lowest_with(precision, fixed, weights));
    model.threshold_reason = match model.settings.precision_at_least {
        Some(precision) if model.threshold < fixed => format!(
            "Pairs merge from a match probability of {:.3}: as low as it can be while at least {:.1} % of all merged pairs are expected to be right.",
            model.threshold,
            precision * 100.0
        ),
        _ => format!(
            "Pairs merge from a match probability of {:.3}: at most {:.1} % of the pairs just above it are expected to be wrong.",
            model.threshold,
            (1.0 - model.threshold) * 100.0
        ),
    };
}

fn lowest_with(precision: f64, fixed: f64, weights: impl Iterator<Item = f64>) -> f64 {
    let (mut pairs, mut right) = (0.0, 0.0);
    let mut below: Vec<f64> = Vec::new();
    for probability in weights.map(probability_of).filter(|p| *p >= LOWEST) {
        if probability >= fixed {
            pairs += 1.0;
            right += probability;
        } else {
            below.push(probability);
        }
    }
    below.sort_unstable_by(|a, b| b.total_cmp(a));
    let mut lowest = fixed;
    for probability in below {
        pairs += 1.0;
        right += probability;
        if right < precision * pairs {
            break;
        }
        lowest = probability;
    }
    // Rounded down, so that the pair it was read from is above it.
    if lowest < fixed { (lowest * 10_000.0).floor() / 10_000.0 } else { fixed }
}

#[cfg(test)]
mod tests {
    use super::lowest_with;
    use crate::matching::score::weight_at;

    fn lowest(precision: f64, probabilities: &[f64]) -> f64 {
        lowest_with(precision, 0.95, probabilities.iter().map(|p| weight_at(*p)))
    }

    #[test]
    fn goes_down_while_enough_pairs_are_right() {
        // 0.999 + 0.999 + 0.9 = 2.898 of 3 are right: 0.966.
        assert!((lowest(0.96, &[0.999, 0.9, 0.999]) - 0.9).abs() < 1e-3);
        assert!((lowest(0.98, &[0.999, 0.9, 0.999]) - 0.95).abs() < 1e-9);
    }

    #[test]
    fn never_goes_where_a_pair_is_nearly_as_likely_wrong() {
        let many: Vec<f64> = std::iter::repeat_n(0.9999, 1000).chain([0.8, 0.6]).collect();
        assert!((lowest(0.9, &many) - 0.8).abs() < 1e-3);
    }

    #[test]
    fn without_pairs_it_stays() {
        assert!((lowest(0.99, &[]) - 0.95).abs() < 1e-9);
    }
}
