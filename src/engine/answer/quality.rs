//! How good matching is, from the audit deck's labels and the model's own expectations. Flow: labels by stratum -> precision, recall; diagnostics -> thresholds.

use std::collections::BTreeMap;

use crate::engine::error::EngineError;
use crate::engine::pages::{AuditDeckPage, AuditPair, Measured, QualityPage, StratumRow, ThresholdPoint};
use crate::engine::session::Session;
use crate::matching::Diagnostics;
use crate::matching::audit::Stratum;
use crate::matching::evaluation::wilson;
use crate::store::control::AuditedPair;
use crate::store::silver::record_by_key;

use super::review::pair_rows;
use super::sqlite;

/// Answers that each stratum of unjoined pairs needs before recall is told.
const ENOUGH: u64 = 5;

pub fn quality(session: &Session) -> Result<QualityPage, EngineError> {
    let (pairs, state) = {
        let control = session.control();
        (control.audit_pairs()?, control.match_state()?)
    };
    let diagnostics: Diagnostics = state.and_then(|state| serde_json::from_str(&state.diagnostics).ok()).unwrap_or_default();
    let strata: Vec<StratumRow> = Stratum::ALL.iter().map(|stratum| stratum_row(*stratum, &pairs)).collect();
    let (recall, recall_missing) = recall(&strata);
    let joined = &strata[0];
    Ok(QualityPage {
        precision: (joined.answered > 0).then(|| measured(joined.same, joined.answered)),
        recall,
        recall_missing,
        threshold: diagnostics.pairs.auto_threshold,
        thresholds: diagnostics
            .pairs
            .thresholds
            .iter()
            .map(|row| ThresholdPoint {
                probability: row.match_probability,
                match_weight: row.match_weight,
                queue: row.expected_reviews,
                joined: row.pairs,
                wrong: row.expected_wrong_merges,
                missed: row.expected_missed_pairs,
                measured: false,
            })
            .collect(),
        strata,
    })
}

fn stratum_row(stratum: Stratum, pairs: &[AuditedPair]) -> StratumRow {
    let of: Vec<&AuditedPair> = pairs.iter().filter(|pair| pair.pair.stratum == stratum.name()).collect();
    let said: Vec<bool> = of.iter().filter_map(|pair| pair.answer.flatten()).collect();
    let label = match stratum {
        Stratum::AutoMerged => "Joined",
        Stratum::Review => "Asked about",
        Stratum::Rejected => "Compared, apart",
        Stratum::NotBlocked => "Not compared",
    };
    StratumRow {
        stratum: stratum.name().to_owned(),
        label: label.to_owned(),
        // As it was when its newest pair was dealt.
        pairs: of.last().map_or(0.0, |pair| pair.pair.stratum_pairs),
        answered: said.len() as u64,
        same: said.iter().filter(|same| **same).count() as u64,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn measured(same: u64, answered: u64) -> Measured {
    let interval = wilson(same, answered);
    Measured { value: same as f64 / answered as f64, low: interval.low, high: interval.high, labels: answered }
}

/// Matching pairs that were joined among all matching pairs: each stratum's share of matches, weighted by its pairs. The interval takes the
/// far ends of all strata together and so is wider than 95 %.
fn recall(strata: &[StratumRow]) -> (Option<Measured>, Option<String>) {
    let open: Vec<&StratumRow> = strata[1..].iter().filter(|row| row.pairs > 0.0 || row.answered > 0).collect();
    let short: Vec<&&StratumRow> = open.iter().filter(|row| row.answered < ENOUGH).collect();
    if strata[0].answered < ENOUGH || open.is_empty() || !short.is_empty() {
        let there: u64 = open.iter().map(|row| row.answered.min(ENOUGH)).sum();
        let wanted = ENOUGH * open.len().max(1) as u64;
        return (None, Some(format!("Recall needs answers about pairs that were not joined: {there} of {wanted} are there.")));
    }
    let shares: Vec<(f64, Measured)> =
        strata.iter().filter(|row| row.answered > 0).map(|row| (row.pairs, measured(row.same, row.answered))).collect();
    let of = |joined: f64, missed: &dyn Fn(&Measured) -> f64| {
        let lost: f64 = shares[1..].iter().map(|(pairs, share)| pairs * missed(share)).sum();
        let found = shares[0].0 * joined;
        if found + lost > 0.0 { found / (found + lost) } else { 1.0 }
    };
    let joined = shares[0].1;
    let labels = strata.iter().map(|row| row.answered).sum();
    (
        Some(Measured {
            value: of(joined.value, &|share| share.value),
            low: of(joined.low, &|share| share.high),
            high: of(joined.high, &|share| share.low),
            labels,
        }),
        None,
    )
}

pub fn audit_deck(session: &Session) -> Result<AuditDeckPage, EngineError> {
    let today = session.clock.now_iso()[..10].to_owned();
    let all = session.control().audit_pairs()?;
    // The newest day that pairs were dealt on: today's, or those that are still there to answer.
    let day = all.iter().map(|pair| pair.day.as_str()).max().unwrap_or(&today).to_owned();
    let conn = session.reader_of(None)?;
    let branches = sqlite(crate::store::silver::branch_names(&conn))?;
    let mut pairs = Vec::new();
    for dealt in all.iter().filter(|pair| pair.day == day) {
        let found = (sqlite(record_by_key(&conn, &dealt.pair.left))?, sqlite(record_by_key(&conn, &dealt.pair.right))?);
        let (Some(left), Some(right)) = found else { continue };
        let (records, rows) = pair_rows(&conn, &[left, right], &branches);
        pairs.push(AuditPair { pair: dealt.id, records, rows, answer: dealt.answer });
    }
    // Pairs of one stratum are not shown one after the other: what became of a pair must not be guessed.
    let order: BTreeMap<u64, AuditPair> =
        pairs.into_iter().map(|pair| (crate::base::hash::stable_64(format!("{day}{}", pair.pair).as_bytes()), pair)).collect();
    let pairs: Vec<AuditPair> = order.into_values().collect();
    Ok(AuditDeckPage { answered: pairs.iter().filter(|pair| pair.answer.is_some()).count() as u64, day, pairs })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(pairs: f64, answered: u64, same: u64) -> StratumRow {
        StratumRow { stratum: String::new(), label: String::new(), pairs, answered, same }
    }

    #[test]
    fn recall_is_told_only_when_pairs_of_every_kind_were_answered() {
        let (found, missing) = recall(&[row(100.0, 20, 20), row(10.0, 5, 4), row(1000.0, 3, 0), row(0.0, 0, 0)]);
        assert!(found.is_none());
        assert_eq!(missing.as_deref(), Some("Recall needs answers about pairs that were not joined: 8 of 10 are there."));
        // 95 of 100 joined pairs are right; 8 of 10 that were asked about are matches, none of those rejected.
        let (found, _) = recall(&[row(100.0, 20, 19), row(10.0, 5, 4), row(1000.0, 40, 0), row(0.0, 0, 0)]);
        let found = found.expect("recall");
        assert!((found.value - 95.0 / 103.0).abs() < 1e-9, "{found:?}");
        assert!(found.low < found.value && found.value < found.high && found.labels == 65, "{found:?}");
    }
}
