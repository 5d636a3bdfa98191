//! Any course of deeds by two people ends where replaying what stands ends, and no run contradicts a standing answer.

use std::collections::BTreeMap;

use karat::base::{DecisionId, RecordKey};
use karat::engine::{GoldenChange, GoldenTarget, ReviewDeed, Verdict};
use karat::stewardship::constraints_of;
use karat::store::Control;
use karat::store::control::{NewDecision, NewOverride, Said};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{golden, name, review, state};
use crate::support::{Bench, Desk};

const PEOPLE: [&str; 2] = ["ines", "tomas"];

/// One deed at random; what is refused (an undo of what is undone) is no deed.
fn step(bench: &Bench, desk: &Desk, random: &mut Pcg64Mcg, made: &mut Vec<DecisionId>) {
    let user = PEOPLE[random.random_range(0..2)];
    match random.random_range(0..10) {
        0..=4 => {
            let items = desk.open_items();
            if items.is_empty() {
                return;
            }
            let item = &items[random.random_range(0..items.len())];
            let verdict = match random.random_range(0..4) {
                0 | 1 => Verdict::Same,
                2 => Verdict::Different,
                _ => {
                    let mut groups: Vec<Vec<RecordKey>> = vec![Vec::new(); 3];
                    item.groups.iter().flatten().for_each(|key| groups[random.random_range(0..3)].push(key.clone()));
                    Verdict::Split { groups, relation: None }
                }
            };
            let deed = ReviewDeed::Decide { item: item.id.clone(), verdict, reason: None };
            made.extend(super::does(desk, deed, user).decisions);
        }
        5 | 6 => {
            let customers: Vec<String> = bench.customers().into_values().collect();
            let key = customers[random.random_range(0..customers.len())].parse().unwrap();
            let change = match random.random_range(0..3) {
                0 => GoldenChange::Type(format!("Town {}", random.random_range(1..9))),
                1 => GoldenChange::Pin,
                _ => GoldenChange::GiveBack,
            };
            if let karat::engine::Outcome::Done(karat::engine::Report::Reviewed(outcome)) =
                desk.perform(golden(GoldenTarget::Customer(key), "city", change))
            {
                made.extend(&outcome.decisions);
            }
        }
        7 | 8 => {
            if made.is_empty() {
                return;
            }
            let decision = made[random.random_range(0..made.len())];
            let with_dependants = random.random_bool(0.3);
            desk.perform(review(ReviewDeed::Undo { decision, with_dependants }, user));
        }
        _ => {
            desk.run();
            holds(bench);
        }
    }
}

fn control(bench: &Bench) -> Control {
    Control::open(&bench.path().join("control.db")).unwrap()
}

/// What stands holds in the customers of the last run.
fn holds(bench: &Bench) {
    let control = Control::open_reader(&bench.path().join("control.db")).unwrap();
    let decisions = control.decisions().unwrap();
    let customers = bench.customers();
    let index: rustc_hash::FxHashMap<RecordKey, u32> = customers
        .keys()
        .zip(0_u32..)
        .map(|(record, at)| {
            let (system, id) = record.split_once('/').unwrap();
            (RecordKey::new(system, id), at)
        })
        .collect();
    let overruled = constraints_of(&decisions, &index).overruled;
    for decision in decisions.iter().filter(|decision| decision.undone_by.is_none() && !overruled.contains(&decision.id)) {
        let records: Vec<&RecordKey> = decision.records().collect();
        for (at, l) in records.iter().enumerate() {
            for r in &records[at + 1..] {
                let is_one = customers[&name(l)] == customers[&name(r)];
                assert!(decision.says_of(l, r).is_none_or(|said| said == is_one), "decision {} says otherwise of {l} and {r}", decision.id);
            }
        }
    }
}

/// Says in another workspace what stands in this one, in the same order.
fn replay(from: &Bench, to: &Bench) {
    let (from, mut to) = (control(from), control(to));
    let decisions = from.decisions().unwrap().into_iter().filter(|decision| decision.undone_by.is_none());
    let mut standing: BTreeMap<DecisionId, Result<NewDecision, NewOverride>> = BTreeMap::new();
    for decision in decisions {
        let new = NewDecision {
            item: decision.item,
            answer: decision.answer,
            groups: decision.groups,
            whole_groups: decision.whole_groups,
            was_one: decision.was_one,
            relation: decision.relation,
            match_weight: decision.match_weight,
            author: decision.author,
            decided_at: decision.decided_at,
            reason: decision.reason,
            fingerprint: decision.fingerprint,
            seen: Vec::new(),
            summary: decision.summary,
        };
        standing.insert(decision.id, Ok(new));
    }
    for word in from.overrides().unwrap().into_iter().filter(|word| word.undone_by.is_none()) {
        let said = Said { author: word.author, at: word.decided_at, reason: word.reason, summary: word.summary };
        let new = NewOverride { said, members: word.members, field: word.field, word: word.word, fingerprint: word.fingerprint };
        standing.insert(word.id, Err(new));
    }
    for new in standing.into_values() {
        match new {
            Ok(decision) => drop(to.decide(&decision).unwrap()),
            Err(word) => drop(to.say_golden(&word).unwrap()),
        }
    }
}

#[test]
fn any_course_of_deeds_ends_where_replaying_what_stands_ends() {
    // `KARAT_COURSES=40` tries as many.
    let courses: u64 = std::env::var("KARAT_COURSES").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    for seed in 0..courses {
        let (bench, _) = Bench::of_bank(80, 5);
        let (fresh, _) = Bench::of_bank(80, 5);
        let start = state(&bench);
        let desk = bench.desk();
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut made = Vec::new();
        for _ in 0..14 {
            step(&bench, &desk, &mut random, &mut made);
        }
        desk.run();
        holds(&bench);
        drop(desk);
        replay(&bench, &fresh);
        fresh.karat(&["run"]).ok();
        let (found, wanted) = (state(&bench), state(&fresh));
        let differ: Vec<_> = found.iter().filter(|(record, said)| wanted.get(*record) != Some(said)).take(3).collect();
        assert!(differ.is_empty() && found.len() == wanted.len(), "seed {seed}: {differ:?}");

        // All of it taken back is the start.
        let mut log = control(&bench);
        let standing: Vec<DecisionId> =
            log.decisions().unwrap().iter().filter(|entry| entry.undone_by.is_none()).map(|entry| entry.id).collect();
        let words: Vec<DecisionId> =
            log.overrides().unwrap().iter().filter(|entry| entry.undone_by.is_none()).map(|entry| entry.id).collect();
        let all: Vec<DecisionId> = standing.into_iter().chain(words).collect();
        log.undo_all(&all, "ines", "2026-11-20T18:04:09Z").unwrap();
        assert_eq!(log.verify_audit(&[]).unwrap().findings, []);
        drop(log);
        bench.karat(&["run"]).ok();
        assert_eq!(state(&bench), start, "seed {seed}");
    }
    println!("{courses} courses of deeds by two people end where replaying what stands ends; all taken back is the start");
}
