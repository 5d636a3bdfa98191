//! How many of a group must be looked at to prove that hardly any is wrong. Flow: group size + policy -> sample size.
//!
//! Acceptance sampling without a defect (Dodge and Romig's plan with c = 0), with the finite correction: drawn without replacement, a
//! sample of n misses all D wrong ones of N with the hypergeometric probability C(N - D, n) / C(N, n).

/// What a sample must prove: at most this share of the group is wrong, at this confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    pub most_wrong: f64,
    pub confidence: f64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { most_wrong: 0.01, confidence: 0.95 }
    }
}

/// The smallest sample that, answered without a miss, proves it; None where the group is too small: a share of it that may be wrong is less
/// than one item, so that only looking at all of them would prove it.
pub fn sample_size(group: u64, policy: Policy) -> Option<u64> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a queue has far fewer than 2^52 items"
    )]
    let may_be_wrong = (group as f64 * policy.most_wrong + 1e-9).floor() as u64;
    if may_be_wrong == 0 {
        return None;
    }
    // One more than may be wrong: the least that must be found.
    let wrong = may_be_wrong + 1;
    let mut missed = 1.0;
    for drawn in 0..group.saturating_sub(wrong) {
        #[expect(clippy::cast_precision_loss, reason = "a queue has far fewer than 2^52 items")]
        let next = (group - wrong - drawn) as f64 / (group - drawn) as f64;
        missed *= next;
        if missed <= 1.0 - policy.confidence {
            return Some(drawn + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_the_hypergeometric_one() {
        let size = |group| sample_size(group, Policy::default());
        // 418 items, 5 of them wrong: C(413, 188) / C(418, 188) = 0.0496, one item fewer leaves 0.0502.
        assert_eq!(size(418), Some(188));
        assert_eq!(size(100), Some(78));
        assert_eq!(size(99), None);
        assert_eq!(size(0), None);
        // Without the correction: log(0.05) / log(0.99) = 299.
        assert!(size(1_000_000).is_some_and(|n| (297..=299).contains(&n)), "{:?}", size(1_000_000));
        let strict = Policy { most_wrong: 0.001, confidence: 0.99 };
        assert!(sample_size(999, strict).is_none() && sample_size(2_000, strict).is_some_and(|n| n > 1_000));
    }

    #[test]
    fn one_item_fewer_would_not_prove_it() {
        for group in [100_u64, 150, 200, 418, 1_000] {
            let size = sample_size(group, Policy::default()).expect("large enough");
            let wrong = group / 100 + 1;
            let missed = |n: u64| (0..n).map(|drawn| (group - wrong - drawn) as f64 / (group - drawn) as f64).product::<f64>();
            assert!(missed(size) <= 0.05 && missed(size - 1) > 0.05, "{group}");
        }
    }
}
