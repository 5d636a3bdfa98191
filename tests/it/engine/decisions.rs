//! A person's answers hold, go into the next run, and can be taken back.

use std::collections::{BTreeMap, BTreeSet};

use karat::base::{RecordKey, Stage};
use karat::engine::pages::ReviewEntry;
use karat::engine::{Answer, Backend, Command, Event, Outcome, Page, Query};

use crate::support::{Bench, Desk};

fn name(key: &RecordKey) -> String {
    format!("{}/{}", key.source_system, key.source_customer_id)
}

/// Customer keys of each group of an item.
fn keys_of(bench: &Bench, item: &ReviewEntry) -> Vec<BTreeSet<String>> {
    let customers = bench.customers();
    item.groups.iter().map(|group| group.iter().map(|key| customers[&name(key)].clone()).collect()).collect()
}

fn of_kind(desk: &Desk, kind: &str) -> ReviewEntry {
    desk.open_items().into_iter().find(|item| item.kind == kind).unwrap_or_else(|| panic!("no {kind} in this bank"))
}

#[test]
fn joined_records_share_one_key_and_the_other_key_leads_there() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let item = of_kind(&desk, "possible_merge");
    let before: BTreeSet<String> = keys_of(&bench, &item).into_iter().flatten().collect();
    assert!(before.len() > 1, "{before:?}");
    desk.decide(&item.id, Answer::Same);
    desk.run();
    let after: BTreeSet<String> = keys_of(&bench, &item).into_iter().flatten().collect();
    assert_eq!(after.len(), 1, "{after:?}");
    let kept = after.first().unwrap();
    assert!(before.contains(kept), "the key that stays is one of the two");
    let aliases: BTreeMap<String, String> = pairs(&bench, "SELECT retired_key, customer_key FROM silver.customer_key_alias");
    for retired in before.iter().filter(|key| *key != kept) {
        assert_eq!(aliases.get(retired), Some(kept));
    }
    let asked: Vec<_> = desk.open_items().into_iter().filter(|open| open.id == item.id).collect();
    assert!(asked.is_empty(), "what was answered is not asked again");
    assert_eq!(bench.number(&format!("SELECT count(*) FROM gold.customer_360 WHERE customer_key = '{kept}'")), 1);
}

#[test]
fn parted_records_never_meet_again() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    for (kind, answer) in
        [("possible_merge", Answer::Different), ("doubtful_cluster", Answer::Different), ("possible_merge", Answer::Related)]
    {
        let item = of_kind(&desk, kind);
        desk.decide(&item.id, answer);
        for full_refresh in [false, true] {
            desk.done(Command::Run { publish: true, full_refresh });
            let keys = keys_of(&bench, &item);
            for (at, group) in keys.iter().enumerate() {
                for other in &keys[at + 1..] {
                    assert!(group.is_disjoint(other), "{kind} {answer:?}: {keys:?}");
                }
            }
            assert!(desk.open_items().iter().all(|open| open.id != item.id));
        }
    }
}

#[test]
fn an_unsure_answer_binds_nothing_and_waits() {
    let (bench, _) = Bench::of_bank(80, 5);
    let start = bench.hashes();
    let desk = bench.desk();
    let item = of_kind(&desk, "possible_merge");
    desk.decide(&item.id, Answer::Unsure);
    desk.run();
    assert_eq!(bench.hashes(), start);
    let Page::ReviewList(entries) = &*desk.ask(Query::ReviewList) else { panic!() };
    let found = entries.iter().find(|entry| entry.id == item.id).unwrap();
    assert_eq!(found.state, "deferred");
}

#[test]
fn all_answers_taken_back_leave_what_there_was() {
    let (bench, _) = Bench::of_bank(80, 5);
    let start = bench.tables();
    let customers = bench.customers();
    let keys: BTreeSet<&String> = customers.values().collect();
    let desk = bench.desk();
    let ids: Vec<_> = desk.open_items().iter().map(|item| item.id.clone()).collect();
    assert!(ids.len() > 8, "too few items to mean something");
    let answers = [Answer::Same, Answer::Different, Answer::Related, Answer::Unsure];
    let decisions: Vec<_> = ids.iter().zip(answers.iter().cycle()).map(|(id, answer)| desk.decide(id, *answer)).collect();
    desk.run();
    assert_ne!(bench.customers(), customers);
    for decision in decisions {
        desk.undo(decision);
    }
    desk.run();
    // Keys that were born meanwhile are known as aliases for good; nothing else may tell that somebody was here.
    let aliases: BTreeMap<String, String> = pairs(&bench, "SELECT retired_key, customer_key FROM silver.customer_key_alias");
    assert!(aliases.keys().all(|key| !keys.contains(key)), "{aliases:?}");
    assert_eq!(bench.customers(), customers);
    let differ: Vec<_> =
        bench.tables().into_iter().filter(|(table, hash)| start.get(table) != Some(hash)).map(|(table, _)| table).collect();
    // `model_run` counts the rows of each table, those of the aliases too.
    let may = |table: &&String| table.ends_with("customer_key_alias") || table.ends_with("model_run");
    assert!(differ.iter().all(|table| may(&table)), "{differ:?}");
    let again: Vec<_> = desk.open_items().iter().map(|item| item.id.clone()).collect();
    assert_eq!(again, ids, "the same questions under the same names");
}

#[test]
fn an_undo_is_refused_twice_and_for_nothing() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let decision = desk.decide(&of_kind(&desk, "possible_merge").id, Answer::Same);
    desk.undo(decision);
    let again = desk.refused(Command::Undo { decision, user: "tester".to_owned() });
    assert!(again.contains("was taken back already"), "{again}");
    let nothing = desk.refused(Command::Undo { decision: karat::base::DecisionId(9_999), user: "tester".to_owned() });
    assert!(nothing.contains("there is no decision 9999"), "{nothing}");
    let unknown = desk.refused(Command::Decide {
        item: karat::base::ItemId("nothing".to_owned()),
        answer: Answer::Same,
        reason: None,
        user: "tester".to_owned(),
    });
    assert!(unknown.contains("nothing"), "{unknown}");
}

#[test]
fn a_run_pins_the_decisions_that_it_saw() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let item = of_kind(&desk, "possible_merge");
    let run = desk.engine.send(Command::Run { publish: true, full_refresh: true });
    let under_way =
        || desk.engine.progress().is_some_and(|progress| ![Stage::Starting, Stage::Standardising].contains(&progress.sample.stage));
    assert!(crate::support::program::wait_for(std::time::Duration::from_secs(20), under_way));
    let decide = desk.engine.send(Command::Decide { item: item.id.clone(), answer: Answer::Same, reason: None, user: "tester".to_owned() });
    let mut ends = Vec::new();
    while ends.len() < 2 {
        for event in desk.engine.poll() {
            if let Event::Ended { job, outcome } = event {
                assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
                ends.push(job);
            }
        }
        std::thread::yield_now();
    }
    assert_eq!(ends, [decide, run], "the decision did not wait for the run");
    let not_applied = |desk: &Desk| {
        let Page::Status(status) = &*desk.ask(Query::Status) else { panic!() };
        status.decisions_not_applied
    };
    assert_eq!(not_applied(&desk), 1);
    assert_eq!(keys_of(&bench, &item).into_iter().flatten().collect::<BTreeSet<_>>().len(), 2);
    desk.run();
    assert_eq!(not_applied(&desk), 0);
    assert_eq!(keys_of(&bench, &item).into_iter().flatten().collect::<BTreeSet<_>>().len(), 1);
}

#[test]
fn keys_stay_when_more_records_come() {
    let bank = crate::support::bank(80, 5);
    let bench = Bench::new();
    let contacts = bank.file("sf_contacts.csv");
    let lines: Vec<&str> = contacts.lines().collect();
    let some = bench.file("first/sf_contacts.csv", lines[..lines.len() * 7 / 10].join("\n"));
    let others =
        ["erp_customers.csv", "gs_branches.csv", "gs_customer_notes.csv", "sb_sessions.csv", "erp_accounts.csv", "erp_transactions.csv"];
    let others: Vec<String> = others.iter().map(|name| bank.files().join(name).display().to_string()).collect();
    let mut paths: Vec<&str> = others.iter().map(String::as_str).collect();
    paths.push(&some);
    bench.karat(&["ingest"].iter().chain(&paths).copied().collect::<Vec<_>>()).ok();
    bench.karat(&["run"]).ok();
    let before = bench.customers();
    let all = bank.files().join("sf_contacts.csv");
    bench.karat(&["ingest", all.to_str().unwrap()]).ok();
    bench.karat(&["run"]).ok();
    let after = bench.customers();
    assert!(after.len() > before.len());
    let aliases = pairs(&bench, "SELECT retired_key, customer_key FROM silver.customer_key_alias");
    let held: BTreeSet<&String> = after.values().collect();
    for (record, key) in &before {
        let leads_to = aliases.get(key).unwrap_or(key);
        assert!(held.contains(leads_to), "{key} of {record} leads nowhere");
    }
    let kept = before.iter().filter(|(record, key)| after[*record] == **aliases.get(*key).unwrap_or(key)).count();
    assert!(kept * 100 >= before.len() * 98, "{kept} of {} records kept their key", before.len());
}

fn pairs(bench: &Bench, sql: &str) -> BTreeMap<String, String> {
    bench.rows(sql).into_iter().map(|mut row| (row.remove(0), row.remove(0))).collect()
}
