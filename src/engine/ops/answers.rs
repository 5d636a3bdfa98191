//! People's answers as labels. Flow: decisions + records + scored pairs -> the strongest pair between each two groups, with what was said of it.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::base::{ItemId, RecordKey};
use crate::matching::ScoredPair;
use crate::matching::learn::Label;
use crate::stewardship::{Answer, Decision, constraints_of, decision::surviving};

/// Answers from which weights can be learnt: with fewer, chance would choose them.
pub const WANTED: u64 = 20;

/// What a person said about two records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answered {
    pub label: Label,
    pub match_weight: f64,
}

/// Whether an answer says that two groups are one; None where it says nothing.
fn same(answer: Answer) -> Option<bool> {
    match answer {
        Answer::Same => Some(true),
        Answer::Different | Answer::Related => Some(false),
        Answer::Unsure => None,
    }
}

/// Questions whose answers can teach.
pub fn count(decisions: &[Decision]) -> u64 {
    let items: BTreeSet<&ItemId> =
        surviving(decisions).filter(|decision| same(decision.answer).is_some()).map(|decision| &decision.item).collect();
    items.len() as u64
}

/// Labels in the order of their rows. Answers that a newer one contradicts are left out, and those about records that no scored pair links.
/// `index`: the row of each record; `pairs`: strongest first.
pub fn labels(decisions: &[Decision], index: &FxHashMap<RecordKey, u32>, pairs: &[ScoredPair]) -> Vec<Answered> {
    let overruled: BTreeSet<_> = constraints_of(decisions, index).overruled.into_iter().collect();
    let telling: Vec<(&Decision, bool)> = surviving(decisions)
        .filter(|decision| !overruled.contains(&decision.id))
        .filter_map(|decision| Some((decision, same(decision.answer)?)))
        .collect();
    if telling.is_empty() {
        return Vec::new();
    }
    // Row -> the decisions that name it, and in which group.
    let mut named: FxHashMap<u32, Vec<(usize, usize)>> = FxHashMap::default();
    for (at, (decision, _)) in telling.iter().enumerate() {
        for (group, keys) in decision.groups.iter().enumerate() {
            for row in keys.iter().filter_map(|key| index.get(key)) {
                named.entry(*row).or_default().push((at, group));
            }
        }
    }
    let mut strongest: BTreeMap<(usize, usize, usize), &ScoredPair> = BTreeMap::new();
    for pair in pairs {
        let (Some(left), Some(right)) = (named.get(&pair.l), named.get(&pair.r)) else { continue };
        for (at, a) in left {
            for (_, b) in right.iter().filter(|(other, b)| other == at && b != a) {
                strongest.entry((*at, *a.min(b), *a.max(b))).or_insert(pair);
            }
        }
    }
    // Of two answers about one pair the newer holds.
    let mut found: BTreeMap<(u32, u32), Answered> = BTreeMap::new();
    for ((at, _, _), pair) in strongest {
        let label = Label { l: pair.l, r: pair.r, same: telling[at].1 };
        found.insert((pair.l, pair.r), Answered { label, match_weight: pair.match_weight });
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::DecisionId;
    use crate::stewardship::fixture;

    fn decision(id: i64, answer: Answer, groups: &[&[&str]]) -> Decision {
        let keys = |group: &&[&str]| group.iter().map(|key| RecordKey::new("crm", *key)).collect();
        fixture::decision(id, answer, groups.iter().map(keys).collect())
    }

    #[test]
    fn an_answer_labels_the_strongest_pair_between_its_groups() {
        let index = ["a", "b", "c", "d"].iter().zip(0_u32..).map(|(key, at)| (RecordKey::new("crm", *key), at)).collect();
        let pair = |l, r, match_weight| ScoredPair { l, r, match_weight, match_probability: 0.5, gamma: Default::default(), match_key: 0 };
        let pairs = [pair(0, 1, 9.0), pair(1, 2, 5.0), pair(0, 2, 3.0), pair(2, 3, 1.0)];
        let mut decisions = vec![
            decision(1, Answer::Different, &[&["a", "b"], &["c"]]),
            decision(2, Answer::Unsure, &[&["a"], &["d"]]),
            decision(3, Answer::Same, &[&["c"], &["d"]]),
            decision(4, Answer::Same, &[&["c"], &["gone"]]),
        ];
        let found = labels(&decisions, &index, &pairs);
        let seen: Vec<(u32, u32, bool, f64)> = found.iter().map(|a| (a.label.l, a.label.r, a.label.same, a.match_weight)).collect();
        assert_eq!(seen, [(1, 2, false, 5.0), (2, 3, true, 1.0)]);
        assert_eq!(count(&decisions), 3);
        // A newer answer contradicts the third: only the newer one is heard.
        decisions.push(decision(5, Answer::Related, &[&["c"], &["d"]]));
        assert_eq!(labels(&decisions, &index, &pairs).iter().filter(|a| a.label.same).count(), 0);
        assert_eq!(count(&decisions), 3, "one question, answered anew");
        decisions[0].undone_by = Some(DecisionId(6));
        assert_eq!(labels(&decisions, &index, &pairs).len(), 1);
    }
}
