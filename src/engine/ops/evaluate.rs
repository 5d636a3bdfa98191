//! How right the customers are. Flow: truth file + bridge + decisions not yet applied -> pairs -> precision, recall, F1.

use std::path::Path;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::RecordKey;
use crate::engine::answer::sqlite;
use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::ingest::truth::{TruthRow, read_truth};
use crate::matching::evaluate::{b_cubed, pairwise};
use crate::stewardship::{Answer, Decision, decision::surviving};
use crate::store::silver::{bridge, manifest};

/// What `karat evaluate` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    /// Pairs of linkable records that are one person in the truth, and those of them that were joined: recall.
    pub true_pairs: u64,
    pub true_pairs_joined: u64,
    /// Pairs of all records that were joined, and those of them that are one person: precision.
    pub predicted_pairs: u64,
    pub true_positives: u64,
    pub b_cubed_f1: f64,
    /// Records of the truth that the workspace has; the others take no part.
    pub records: u64,
    pub records_not_in_workspace: u64,
    /// Records that the truth itself marks as not linkable; they take no part in recall.
    pub records_not_linkable: u64,
    /// Decisions newer than the last run; they are counted as if they were applied.
    pub decisions_not_applied: u64,
}

pub fn evaluate(session: &Session, truth: &Path) -> Result<Evaluation, EngineError> {
    let rows = read_truth(truth)?;
    let conn = session.reader_of(None)?;
    let built_from = sqlite(manifest(&conn, "silver"))?;
    if built_from.is_empty() {
        return Err(EngineError::Refused("there are no customers yet. Say 'karat run' first.".to_owned()));
    }
    let applied: i64 = built_from.get("decision_number").and_then(|number| number.parse().ok()).unwrap_or_default();
    let newer: Vec<Decision> = session.control().decisions()?.into_iter().filter(|decision| decision.id.0 > applied).collect();
    let customers = overlay(sqlite(bridge(&conn))?, &newer);
    Ok(score(&rows, &customers, newer.len() as u64))
}

/// Customers as the next run would leave them: joined and parted by the decisions that came since.
fn overlay(bridge: Vec<(RecordKey, String)>, newer: &[Decision]) -> FxHashMap<RecordKey, String> {
    let mut customer: FxHashMap<RecordKey, String> = bridge.into_iter().collect();
    for decision in surviving(newer) {
        let known = |key: &RecordKey| customer.get(key).cloned();
        match decision.answer {
            Answer::Same => {
                let joined: Vec<String> = decision.groups.iter().flatten().filter_map(known).collect();
                if let Some(first) = joined.first().cloned() {
                    for held in customer.values_mut().filter(|held| joined.contains(held)) {
                        held.clone_from(&first);
                    }
                }
            }
            Answer::Different | Answer::Related => {
                let first = decision.groups.first().and_then(|group| group.first()).and_then(known);
                for (at, group) in decision.groups.iter().enumerate().skip(1) {
                    for key in group {
                        if customer.get(key) == first.as_ref() {
                            customer.insert(key.clone(), format!("parted {} {at}", decision.id));
                        }
                    }
                }
            }
            Answer::Unsure => {}
        }
    }
    customer
}

fn score(truth: &[TruthRow], customers: &FxHashMap<RecordKey, String>, newer: u64) -> Evaluation {
    let present: Vec<(&TruthRow, &String)> =
        truth.iter().filter_map(|row| customers.get(&row.key).map(|customer| (row, customer))).collect();
    let linkable: Vec<&(&TruthRow, &String)> = present.iter().filter(|(row, _)| row.linkable).collect();
    // Precision counts every record; recall leaves out those that nothing could link.
    let all = pairwise(
        &present.iter().map(|(_, customer)| customer.as_str()).collect::<Vec<_>>(),
        &present.iter().map(|(row, _)| row.entity.as_str()).collect::<Vec<_>>(),
        None,
    );
    let (predicted, actual): (Vec<&str>, Vec<&str>) =
        linkable.iter().map(|(row, customer)| (customer.as_str(), row.entity.as_str())).unzip();
    let fair = pairwise(&predicted, &actual, None);
    let (precision, recall) = (all.precision, fair.recall);
    Evaluation {
        precision,
        recall,
        f1: if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 },
        true_pairs: fair.actual,
        true_pairs_joined: fair.true_positives,
        predicted_pairs: all.predicted,
        true_positives: all.true_positives,
        b_cubed_f1: b_cubed(&predicted, &actual).f1,
        records: present.len() as u64,
        records_not_in_workspace: (truth.len() - present.len()) as u64,
        records_not_linkable: (present.len() - linkable.len()) as u64,
        decisions_not_applied: newer,
    }
}
