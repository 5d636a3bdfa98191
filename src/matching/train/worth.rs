//! Trained model + counted patterns -> the blocking rules that are worth their pairs.
//!
//! The matches a rule brings are the sum of the match probabilities of the pairs that no earlier rule gives.

use crate::matching::score::{Scorer, probability_of};

use super::patterns::Counted;

/// A rule stays if it brings this share of all expected matches ...
const SHARE: f64 = 1e-2;
/// ... or one match for so many pairs.
const PAIRS_PER_MATCH: f64 = 2_000.0;

/// What a rule is expected to bring.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Yield {
    pub pairs: f64,
    pub matches: f64,
}

/// Pairs and expected matches per rule.
pub fn yields(counted: &Counted, scorer: &Scorer, rules: usize) -> Vec<Yield> {
    let probabilities: Vec<f64> =
        counted.patterns.iter().map(|pattern| probability_of(scorer.weight_of_pattern(pattern.gamma, pattern.adjustments))).collect();
    let mut found = vec![Yield::default(); rules];
    for (rule, pattern, pairs) in &counted.by_rule {
        let of_rule = &mut found[usize::from(*rule)];
        of_rule.pairs += pairs;
        of_rule.matches += pairs * probabilities[*pattern as usize];
    }
    found
}

/// Rules that cost more than they bring: they add hardly a match to what the others find, and compare thousands of pairs for each.
pub fn not_worth(yields: &[Yield]) -> Vec<bool> {
    let all: f64 = yields.iter().map(|y| y.matches).sum();
    yields.iter().map(|y| y.matches < SHARE * all && y.matches * PAIRS_PER_MATCH < y.pairs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_left_out_only_if_it_is_poor_in_both_senses() {
        let of = |pairs, matches| Yield { pairs, matches };
        let rules = [of(1e6, 1e5), of(1e6, 10.0), of(2e4, 10.0), of(4e6, 1_200.0)];
        assert_eq!(not_worth(&rules), [false, true, false, false]);
        assert!(not_worth(&[]).is_empty());
    }
}
