//! What was decided comes back when it no longer fits; what was decided is taken back with its dependants.

use karat::engine::{Answer, Page, Query, ReviewDeed, Verdict};

use super::{does, largest, name};
use crate::support::Bench;

#[test]
fn an_answer_comes_back_when_the_values_change() {
    let (bench, bank) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    // An answer about a contact of the CRM.
    let items = desk.open_items();
    let item = items.iter().find(|item| item.groups.iter().flatten().any(|key| key.source_system == "salesforce")).unwrap();
    let contact = item.groups.iter().flatten().find(|key| key.source_system == "salesforce").unwrap();
    let decision = desk.decide(&item.id, Answer::Different);
    desk.run();
    assert!(desk.open_items().iter().all(|open| open.id != item.id));
    drop(desk);
    let text = bank.file("sf_contacts.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let (id, city) = (column(&head, "sf_contact_id"), column(&head, "mailing_city"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&head).unwrap();
    for row in reader.records().map(Result::unwrap) {
        let is_it = row[id] == contact.source_customer_id;
        writer.write_record(row.iter().enumerate().map(|(at, value)| if is_it && at == city { "Elsewhere" } else { value })).unwrap();
    }
    let changed = bench.file("changed/sf_contacts.csv", writer.into_inner().unwrap());
    bench.karat(&["ingest", &changed]).ok();
    bench.karat(&["run"]).ok();
    let desk = bench.desk();
    let back = desk.open_items().into_iter().find(|open| open.id == item.id).unwrap();
    assert_eq!(back.kind, "contradiction");
    let Page::Item(page) = &*desk.ask(Query::Item(item.id.clone())) else { panic!() };
    let about = page.contradiction.as_ref().unwrap();
    assert_eq!((about.decision.decision, about.changed.len()), (decision, 1), "{about:?}");
    assert_eq!((about.changed[0].label, about.changed[0].now.as_deref()), ("City", Some("Elsewhere")));
    // It binds meanwhile, and a new answer ends it.
    let customers = bench.customers();
    assert_ne!(customers[&name(&item.groups[0][0])], customers[&name(&item.groups[1][0])]);
    desk.decide(&item.id, Answer::Different);
    assert!(desk.open_items().iter().all(|open| open.id != item.id));
    desk.run();
    assert!(desk.open_items().iter().all(|open| open.id != item.id));
}

fn column(head: &csv::StringRecord, name: &str) -> usize {
    head.iter().position(|column| column == name).unwrap_or_else(|| panic!("{name} of {head:?}"))
}

#[test]
fn an_old_answer_is_taken_back_alone_or_with_what_rests_on_it() {
    let (bench, _) = Bench::of_bank(80, 5);
    let start = bench.customers();
    let desk = bench.desk();
    let item = largest(&desk, "possible_merge");
    let first = desk.decide(&item.id, Answer::Same);
    desk.run();
    let joined = bench.customers()[&name(&item.groups[0][0])].clone();
    let other = start.iter().find(|(_, key)| **key != joined && !item.groups.iter().flatten().any(|of| start[&name(of)] == **key)).unwrap();
    let parse = |key: &str| key.parse().unwrap();
    let second = does(&desk, ReviewDeed::Merge { left: parse(&joined), right: parse(other.1), reason: None }, "tomas");
    let Page::Decision(page) = &*desk.ask(Query::Decision(first)) else { panic!() };
    let depends: Vec<_> = page.dependants.iter().map(|view| view.decision).collect();
    assert_eq!(depends, second.decisions);
    // The later answer named the joined records: alone, the first one's undo changes nothing, and the page says why.
    assert_eq!(page.only_this.before, page.only_this.after);
    assert_eq!(page.only_this.still_bound_by, second.decisions);
    assert_ne!(page.with_dependants.before, page.with_dependants.after);
    assert!(page.with_dependants.after.len() >= 2, "{:?}", page.with_dependants);
    let undone = does(&desk, ReviewDeed::Undo { decision: first, with_dependants: true }, "ines");
    assert_eq!(undone.taken_back.len(), 2);
    desk.run();
    assert_eq!(bench.customers(), start);
}

#[test]
fn what_an_undo_is_said_to_change_is_what_it_changes() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let items: Vec<_> = desk.open_items().into_iter().filter(|item| item.kind == "possible_merge").take(4).collect();
    let decisions: Vec<_> = items.iter().map(|item| desk.decide(&item.id, Answer::Same)).collect();
    desk.run();
    for decision in decisions {
        let Page::Decision(page) = &*desk.ask(Query::Decision(decision)) else { panic!() };
        let before = bench.customers();
        for side in &page.only_this.before {
            let key = side.customer.unwrap().to_string();
            assert!(side.records.iter().all(|record| before[&name(record)] == key), "{side:?}");
        }
        does(&desk, ReviewDeed::Undo { decision, with_dependants: false }, "ines");
        desk.run();
        let after = bench.customers();
        for side in &page.only_this.after {
            let key = &after[&name(&side.records[0])];
            let members = after.values().filter(|other| *other == key).count();
            assert_eq!(members, side.records.len(), "{side:?}");
            assert!(side.records.iter().all(|record| &after[&name(record)] == key), "{side:?}");
            if let Some(said) = side.customer {
                assert_eq!(said.to_string(), *key);
            }
            let email = side.fields.iter().find(|(label, _)| label == "E-mail").map(|(_, value)| value.clone()).unwrap_or_default();
            assert_eq!(email, bench.value(&format!("SELECT coalesce(email, '') FROM silver.dim_customer WHERE customer_key = '{key}'")));
        }
        let concerned: usize = page.only_this.after.iter().map(|side| side.records.len()).sum();
        let moved = before.iter().filter(|(record, key)| after[*record] != **key).count();
        assert!(moved <= concerned, "{moved} moved, {concerned} were said to be concerned");
    }
}

#[test]
fn one_person_s_undo_leaves_the_other_s_later_answers() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let items: Vec<_> = desk.open_items().into_iter().filter(|item| item.kind == "possible_merge").take(3).collect();
    let say = |item: &karat::base::ItemId, user: &str| {
        does(&desk, ReviewDeed::Decide { item: item.clone(), verdict: Verdict::Same, reason: None }, user).decisions[0]
    };
    let first = say(&items[0].id, "ines");
    say(&items[1].id, "tomas");
    say(&items[2].id, "tomas");
    does(&desk, ReviewDeed::Undo { decision: first, with_dependants: false }, "ines");
    desk.run();
    let customers = bench.customers();
    for item in &items[1..] {
        let keys: std::collections::BTreeSet<_> = item.groups.iter().flatten().map(|key| &customers[&name(key)]).collect();
        assert_eq!(keys.len(), 1, "{item:?}");
    }
    let Page::Decisions(log) = &*desk.ask(Query::Decisions) else { panic!() };
    let standing: Vec<&str> = log.iter().filter(|view| !view.undone).map(|view| view.user.as_str()).collect();
    assert_eq!(standing, ["tomas", "tomas"]);
}

#[test]
fn two_stewards_on_one_item_leave_two_entries_and_the_later_one_holds_until_it_is_taken_back() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let item = largest(&desk, "possible_merge");
    let sides = |bench: &Bench| -> std::collections::BTreeSet<String> {
        let customers = bench.customers();
        item.groups.iter().flatten().map(|key| customers[&name(key)].clone()).collect()
    };
    let say =
        |verdict: Verdict, user: &str| does(&desk, ReviewDeed::Decide { item: item.id.clone(), verdict, reason: None }, user).decisions[0];
    let first = say(Verdict::Same, "ines");
    let second = say(Verdict::Different, "tomas");
    desk.run();
    assert!(sides(&bench).len() > 1, "the later answer holds");
    let Page::Decisions(log) = &*desk.ask(Query::Decisions) else { panic!() };
    let entries: Vec<_> = log.iter().map(|view| (view.decision, view.user.as_str(), view.undone)).collect();
    assert_eq!(entries, [(second, "tomas", false), (first, "ines", false)], "neither is lost, both are named");
    does(&desk, ReviewDeed::Undo { decision: second, with_dependants: false }, "tomas");
    desk.run();
    assert_eq!(sides(&bench).len(), 1, "the other's answer, which never went away, holds again");
}
