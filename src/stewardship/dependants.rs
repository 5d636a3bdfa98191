//! What was decided on the strength of what. Flow: log -> for one entry, the later ones that would not have been made so without it.

use std::collections::BTreeSet;

use crate::base::{DecisionId, RecordKey};

use super::decision::{Answer, Decision};
use super::overrides::Override;

/// Standing entries that depend on `of`, directly or through others, oldest first. An answer that changed nothing (a doubtful customer
/// that was confirmed, two that were apart and stayed so) has none.
pub fn dependants(decisions: &[Decision], overrides: &[Override], of: DecisionId) -> Vec<DecisionId> {
    let mut found: BTreeSet<DecisionId> = BTreeSet::new();
    let mut open: Vec<DecisionId> = vec![of];
    while let Some(next) = open.pop() {
        let Some(earlier) = decisions.iter().find(|decision| decision.id == next) else { continue };
        let later = decisions.iter().filter(|later| later.undone_by.is_none() && later.id > earlier.id && rests_on(earlier, &later.groups));
        let golden = overrides
            .iter()
            .filter(|later| later.undone_by.is_none() && later.id > earlier.id && rests_on(earlier, std::slice::from_ref(&later.members)));
        for id in later.map(|later| later.id).chain(golden.map(|later| later.id)) {
            if found.insert(id) {
                open.push(id);
            }
        }
    }
    found.into_iter().collect()
}

/// Whether groups that were asked about later are what `earlier` made of its records: records of two of its groups on one side because it
/// joined them, or records of one group without the others because it cut them.
fn rests_on(earlier: &Decision, later: &[Vec<RecordKey>]) -> bool {
    let sides = |records: &mut dyn Iterator<Item = &RecordKey>| -> BTreeSet<usize> {
        records.filter_map(|key| earlier.groups.iter().position(|group| group.contains(key))).collect()
    };
    if earlier.answer == Answer::Same {
        return !earlier.was_one && later.iter().any(|group| sides(&mut group.iter()).len() > 1);
    }
    if earlier.parts() && earlier.was_one {
        return later.iter().any(|group| sides(&mut group.iter()).len() == 1);
    }
    false
}

#[cfg(test)]
#[path = "dependants_tests.rs"]
mod tests;
