//! Any course of decisions and undos binds what the decisions that are left would bind alone.

use std::collections::BTreeSet;

use karat::base::{DecisionId, ItemId, RecordKey};
use karat::stewardship::{Answer, Decision, constraints_of};
use karat::store::Control;
use karat::store::control::NewDecision;
use proptest::prelude::*;
use rustc_hash::FxHashMap;

const RECORDS: u32 = 8;

#[derive(Debug, Clone)]
enum Step {
    Decide {
        answer: usize,
        groups: Vec<BTreeSet<u32>>,
    },
    /// Takes back the decision at this place of the log, where there is one.
    Undo(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let group = prop::collection::btree_set(0..RECORDS, 1..4);
    prop_oneof![
        3 => (0_usize..4, prop::collection::vec(group, 2..4)).prop_map(|(answer, groups)| Step::Decide { answer, groups }),
        2 => (0_usize..12).prop_map(Step::Undo),
    ]
}

fn key(record: u32) -> RecordKey {
    RecordKey::new("erpnext", format!("CUST-{record}"))
}

fn decision(answer: usize, groups: &[BTreeSet<u32>]) -> NewDecision {
    // A record stands in one group only, as in every question that is asked.
    let mut seen = BTreeSet::new();
    let groups: Vec<Vec<RecordKey>> =
        groups.iter().map(|group| group.iter().filter(|record| seen.insert(**record)).map(|record| key(*record)).collect()).collect();
    NewDecision {
        item: ItemId::of(&groups),
        answer: Answer::ALL[answer],
        groups,
        whole_groups: false,
        was_one: false,
        relation: None,
        match_weight: None,
        seen: Vec::new(),
        author: "tester".to_owned(),
        decided_at: "2025-11-20T09:22:12Z".to_owned(),
        reason: None,
        fingerprint: 0,
        summary: "said so".to_owned(),
    }
}

type Pairs = Vec<(u32, u32)>;

/// Must-links and cannot-links.
fn bound(decisions: &[Decision]) -> (Pairs, Pairs) {
    let index: FxHashMap<RecordKey, u32> = (0..RECORDS).map(|record| (key(record), record)).collect();
    let found = constraints_of(decisions, &index);
    (found.must_link, found.cannot_link)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn undone_decisions_leave_no_trace(steps in prop::collection::vec(step(), 1..14)) {
        let dir = tempfile::tempdir().unwrap();
        let mut control = Control::open(&dir.path().join("control.db")).unwrap();
        let mut model: Vec<(DecisionId, NewDecision)> = Vec::new();
        let mut made = Vec::new();
        for step in steps {
            match step {
                Step::Decide { answer, groups } => {
                    let new = decision(answer, &groups);
                    let id = control.decide(&new).unwrap();
                    made.push(id);
                    model.push((id, new));
                }
                Step::Undo(at) => {
                    let Some(id) = made.get(at) else { continue };
                    let held = model.iter().any(|(known, _)| known == id);
                    prop_assert_eq!(control.undo(*id, "tester", "2025-11-20T09:22:13Z").is_ok(), held);
                    model.retain(|(known, _)| known != id);
                }
            }
        }
        drop(control);
        // Read anew from the file, and against a log that only ever saw the survivors.
        let reopened = Control::open(&dir.path().join("control.db")).unwrap();
        let mut replayed = Control::open(&dir.path().join("replayed.db")).unwrap();
        for (_, new) in &model {
            replayed.decide(new).unwrap();
        }
        prop_assert_eq!(bound(&reopened.decisions().unwrap()), bound(&replayed.decisions().unwrap()));
        prop_assert_eq!(reopened.verify_audit(&[]).unwrap().findings, []);
    }

    #[test]
    fn what_is_bound_never_contradicts_itself(steps in prop::collection::vec(step(), 1..14)) {
        let decisions: Vec<Decision> = (1..).zip(&steps).filter_map(|(id, step)| match step {
            Step::Decide { answer, groups } => {
                let new = decision(*answer, groups);
                Some(Decision {
                    id: DecisionId(id), item: new.item, answer: new.answer, groups: new.groups, author: new.author,
                    decided_at: new.decided_at, reason: None, fingerprint: 0, summary: new.summary, undone_by: None,
                    whole_groups: false, was_one: false, relation: None, match_weight: None, batch: None,
                })
            }
            Step::Undo(_) => None,
        }).collect();
        let (must, cannot) = bound(&decisions);
        let mut cluster: Vec<u32> = (0..RECORDS).collect();
        for (a, b) in &must {
            let (from, to) = (cluster[*a as usize], cluster[*b as usize]);
            cluster.iter_mut().filter(|name| **name == from).for_each(|name| *name = to);
        }
        for (a, b) in &cannot {
            prop_assert_ne!(cluster[*a as usize], cluster[*b as usize]);
        }
        // The newest answer always holds whole.
        if let Some(newest) = decisions.iter().rev().find(|decision| decision.answer != Answer::Unsure) {
            let records: Vec<u32> = newest.groups.iter().flatten().map(|key| key.source_customer_id[5..].parse().unwrap()).collect();
            if newest.answer == Answer::Same {
                prop_assert!(records.windows(2).all(|pair| cluster[pair[0] as usize] == cluster[pair[1] as usize]));
            }
        }
    }
}
