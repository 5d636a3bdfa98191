//! Cuts, merges by hand, words on golden values, assignments.

use std::collections::BTreeSet;
use std::str::FromStr;

use karat::base::CustomerKey;
use karat::engine::{Answer, GoldenChange, GoldenTarget, Page, Query, QueueFilter, Relation, ReviewDeed, Verdict};

use super::{does, golden, largest, name, review};
use crate::support::{Bench, Desk};

#[test]
fn a_cut_holds_in_every_later_run() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let item = largest(&desk, "possible_merge");
    let records: Vec<_> = item.groups.iter().flatten().cloned().collect();
    assert!(records.len() > 2, "{records:?}");
    // Every second record on one side, across what was asked.
    let groups: Vec<Vec<_>> =
        [0, 1].map(|side| records.iter().enumerate().filter(|(at, _)| at % 2 == side).map(|(_, key)| key.clone()).collect()).to_vec();
    let verdict = Verdict::Split { groups: groups.clone(), relation: None };
    let said = does(&desk, ReviewDeed::Decide { item: item.id.clone(), verdict, reason: None }, "ines");
    for full_refresh in [false, true] {
        desk.done(karat::engine::Command::Run { publish: true, full_refresh });
        let customers = bench.customers();
        let keys: Vec<BTreeSet<&String>> = groups.iter().map(|group| group.iter().map(|key| &customers[&name(key)]).collect()).collect();
        assert!(keys.iter().all(|of| of.len() == 1), "{keys:?}");
        assert_ne!(keys[0], keys[1]);
    }
    let Page::Decision(page) = &*desk.ask(Query::Decision(said.decisions[0])) else { panic!() };
    assert_eq!((page.entry.kind.as_str(), page.groups.len()), ("split", 2));
}

#[test]
fn a_cut_that_is_no_partition_is_refused() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let item = largest(&desk, "possible_merge");
    let records: Vec<_> = item.groups.iter().flatten().cloned().collect();
    let refused = |groups: Vec<Vec<_>>| {
        let verdict = Verdict::Split { groups, relation: None };
        desk.refused(review(ReviewDeed::Decide { item: item.id.clone(), verdict, reason: None }, "ines"))
    };
    let all = |from: usize| records[from..].to_vec();
    assert!(refused(vec![all(1)]).contains("stands in no group"));
    assert!(refused(vec![all(0), vec![records[0].clone()]]).contains("two groups"));
    assert!(refused(vec![all(0), vec![karat::base::RecordKey::new("erpnext", "nobody")]]).contains("none of the records"));
    assert!(bench.rows("SELECT 1 FROM control.decision").is_empty());
}

#[test]
fn related_customers_are_remembered_as_such() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let item = largest(&desk, "possible_merge");
    does(&desk, ReviewDeed::Decide { item: item.id.clone(), verdict: Verdict::Related(Relation::Household), reason: None }, "ines");
    desk.run();
    let customers = bench.customers();
    let keys: BTreeSet<&String> = item.groups.iter().flatten().map(|key| &customers[&name(key)]).collect();
    let rows = bench.rows("SELECT customer_key, related_key, relation FROM silver.customer_relation ORDER BY 1");
    assert!(rows.len() >= 2 && rows.iter().all(|row| row[2] == "household"), "{rows:?}");
    assert!(rows.iter().all(|row| keys.contains(&row[0]) && keys.contains(&row[1])));
}

#[test]
fn customers_are_merged_and_parted_by_hand() {
    let (bench, _) = Bench::of_bank(80, 5);
    let start = bench.customers();
    let mut keys: Vec<&String> = start.values().collect::<BTreeSet<_>>().into_iter().collect();
    keys.truncate(2);
    let (a, b) = (keys[0].clone(), keys[1].clone());
    bench.karat(&["merge", &a, &b, "--reason", "they told us"]).ok();
    let nothing = bench.karat(&["merge", &a, &a]);
    assert_eq!(nothing.code, 1);
    bench.karat(&["run"]).ok();
    let merged = bench.customers();
    let of = |customers: &std::collections::BTreeMap<String, String>, record: &str| customers[record].clone();
    let (left, right) = (start.iter().find(|(_, key)| **key == a).unwrap().0, start.iter().find(|(_, key)| **key == b).unwrap().0);
    assert_eq!(of(&merged, left), of(&merged, right));
    let why = bench.karat(&["why", &left.replacen('/', ":", 1), &right.replacen('/', ":", 1)]).ok();
    assert!(why.contains("They are one customer: decision 1 by tester says so."), "{why}");
    // Parted again by naming the groups.
    let key = of(&merged, left);
    let group = |side: &str| {
        let of_side = start.iter().filter(|(_, key)| *key == side).map(|(record, _)| record.replacen('/', ":", 1));
        of_side.collect::<Vec<_>>().join(",")
    };
    bench.karat(&["unmerge", &key, &group(&a), &group(&b)]).ok();
    bench.karat(&["run"]).ok();
    let parted = bench.customers();
    assert_ne!(of(&parted, left), of(&parted, right));
    let why = bench.karat(&["why", &left.replacen('/', ":", 1), &right.replacen('/', ":", 1)]).ok();
    assert!(why.contains("Decision 2 by tester keeps them apart."), "{why}");
}

#[test]
fn a_word_on_a_golden_value_survives_runs_and_merges_and_is_given_back() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let item = largest(&desk, "possible_merge");
    let customers = bench.customers();
    let key = CustomerKey::from_str(&customers[&name(&item.groups[0][0])]).unwrap();
    let value = |field: &str| {
        let customer = bench.customers()[&name(&item.groups[0][0])].clone();
        bench.value(&format!("SELECT {field} FROM silver.dim_customer WHERE customer_key = '{customer}'"))
    };
    let wrong = desk.refused(golden(GoldenTarget::Customer(key), "email", GoldenChange::Type("nobody at all".to_owned())));
    assert!(wrong.contains("E-mail needs an address") && !wrong.contains("nobody at all"), "{wrong}");
    assert!(desk.refused(golden(GoldenTarget::Customer(key), "shoe_size", GoldenChange::Pin)).contains("there is no field"));
    desk.done(golden(GoldenTarget::Customer(key), "email", GoldenChange::Type("Hand@Typed.example".to_owned())));
    desk.done(golden(GoldenTarget::Customer(key), "full_name", GoldenChange::Pin));
    let name_before = value("full_name");
    let email_before = value("email");
    // What it was and what it is stands in the log and beside the audit's row, which itself holds no value.
    let log = bench.karat(&["decision", "list"]).ok();
    let change = format!("typed E-mail of {key}: {email_before} \u{2192} hand@typed.example");
    assert!(log.contains(&change) && log.contains(&format!("pinned Full name of {key}: {name_before} stays")), "{log}");
    let audit = bench.karat(&["audit", "list"]).ok();
    assert!(audit.contains(&change), "{audit}");
    assert!(bench.rows("SELECT detail FROM control.audit").iter().all(|row| !row[0].contains("hand@typed.example")));
    let queue = |desk: &Desk| match &*desk.ask(Query::Queue(QueueFilter::default())) {
        Page::Queue(queue) => queue.last_decision.as_ref().map(|last| last.summary.clone()),
        other => panic!("{other:?}"),
    };
    assert_eq!(queue(&desk).as_deref(), Some(format!("pinned Full name of {key}: {name_before} stays").as_str()), "what Undo takes back");
    desk.run();
    assert_eq!(value("email"), "hand@typed.example");
    let rule = bench.value("SELECT rule || source_system FROM silver.golden_source WHERE value = 'hand@typed.example'");
    assert_eq!(rule, "typedsteward");
    does(&desk, ReviewDeed::Decide { item: item.id.clone(), verdict: Verdict::Same, reason: None }, "tomas");
    desk.run();
    assert_eq!((value("email"), value("full_name")), ("hand@typed.example".to_owned(), name_before));
    let key = CustomerKey::from_str(&bench.customers()[&name(&item.groups[0][0])]).unwrap();
    let Page::Customer(page) = &*desk.ask(Query::Customer(key)) else { panic!() };
    let field = page.fields.iter().find(|field| field.field == "email").unwrap();
    assert_eq!((field.overridden.as_deref(), field.rules.is_empty()), (Some("type"), false));
    desk.done(golden(GoldenTarget::Customer(key), "email", GoldenChange::GiveBack));
    assert!(desk.refused(golden(GoldenTarget::Customer(key), "email", GoldenChange::GiveBack)).contains("the rules decide"));
    desk.run();
    assert_ne!(value("email"), "hand@typed.example");
}

#[test]
fn rules_are_the_workspace_s_to_set() {
    let (bench, _) = Bench::of_bank(80, 5);
    let before = bench.rows("SELECT rule, count(*) FROM silver.golden_source WHERE field = 'full_name' GROUP BY 1");
    let said = bench.karat(&["golden", "rules", "full_name", "newest"]);
    assert!(said.code == 1 && said.err.contains("there is no rule 'newest'") && said.err.contains("most_recent"), "{}", said.err);
    bench.karat(&["golden", "rules", "full_name", "longest"]).ok();
    bench.karat(&["run"]).ok();
    let after = bench.rows("SELECT rule, count(*) FROM silver.golden_source WHERE field = 'full_name' GROUP BY 1");
    assert_ne!(before, after);
    assert!(after.iter().any(|row| row[0] == "longest"), "{after:?}");
    let worst = bench.number(
        "SELECT count(*) FROM silver.golden_source g JOIN silver.bridge_customer_ids b USING (customer_key)
         JOIN silver.customer_record r ON r.source_system = b.source_system AND r.source_customer_id = b.source_customer_id
         WHERE g.field = 'full_name' AND length(r.full_name) > length(g.value)",
    );
    assert_eq!(worst, 0);
    let listed = bench.karat(&["golden", "rules"]).ok();
    assert!(listed.contains("longest") && listed.contains("workspace.toml"), "{listed}");
}

#[test]
fn items_are_given_deferred_and_talked_about() {
    let (bench, _) = Bench::of_bank(80, 5);
    let ids: Vec<String> = bench.desk().open_items().iter().map(|item| item.id.0.clone()).collect();
    bench.karat(&["review", "assign", &ids[0], &ids[1], "--to", "tomas"]).ok();
    bench.karat(&["review", "comment", &ids[0], "waits for the branch"]).ok();
    bench.karat(&["review", "defer", &ids[2], "--until", "2099-01-31", "--reason", "on leave"]).ok();
    bench.karat(&["review", "note", "look at the twins first", "--to", "tomas"]).ok();
    assert_eq!(bench.karat(&["review", "defer", &ids[3], "--until", "2001-01-01"]).code, 1);
    assert_eq!(bench.karat(&["review", "assign", "nothing", "--to", "tomas"]).code, 1);
    let mine: serde_json::Value =
        serde_json::from_str(&bench.karat(&["review", "list", "--mine", "--as", "tomas", "--json"]).ok()).unwrap();
    let found: BTreeSet<&str> = mine.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(found, BTreeSet::from([ids[0].as_str(), ids[1].as_str()]));
    let notes = bench.karat(&["review", "note", "--as", "tomas"]).ok();
    assert!(notes.contains("look at the twins first"), "{notes}");
    assert!(!bench.karat(&["review", "note", "--as", "ines"]).ok().contains("twins"));
    let desk = bench.desk();
    let Page::Queue(queue) = &*desk.ask(Query::Queue(QueueFilter::default())) else { panic!() };
    assert!(queue.items.iter().all(|row| row.id.0 != ids[2]), "a deferred item waits");
    assert_eq!(queue.new_since_last_run, queue.open_total, "one run: all of it is new");
    let facet = |key: &str| queue.facets.iter().find(|facet| facet.key == key).unwrap();
    let given = facet("assignee").values.iter().find(|value| value.key == "tomas").unwrap();
    assert_eq!(given.count, 2);
    assert!(facet("value").values.iter().map(|value| value.count).sum::<u64>() == queue.items.len() as u64);
    let item = karat::base::ItemId(ids[0].clone());
    let Page::Item(page) = &*desk.ask(Query::Item(item)) else { panic!() };
    let kinds: Vec<&str> = page.events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!((kinds, page.assignee.as_deref()), (vec!["assign", "comment"], Some("tomas")));
    does(&desk, ReviewDeed::Reopen { item: karat::base::ItemId(ids[2].clone()) }, "ines");
    assert!(desk.open_items().iter().any(|item| item.id.0 == ids[2]));
    desk.decide(&karat::base::ItemId(ids[2].clone()), Answer::Same);
}

#[test]
fn spellings_of_branches_are_confirmed_and_remembered() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let domain = karat::engine::Domain::Branch;
    let Page::Names(names) = &*desk.ask(Query::Names(domain)) else { panic!() };
    let row = names.rows.iter().find(|row| row.state == "suggested" && row.rows > 0).unwrap_or_else(|| panic!("{:?}", names.rows));
    let other = names.meanings.iter().find(|(key, _)| Some(key) != row.meaning.as_ref()).unwrap();
    let of = |spelling: &str| {
        bench.rows(&format!("SELECT DISTINCT branch_id FROM silver.customer_record WHERE raw_branch = '{}'", spelling.replace('\'', "''")))
    };
    let said = does(&desk, ReviewDeed::Name { domain, spelling: row.spelling.clone(), meaning: Some(other.1.clone()) }, "ines");
    let wrong = ReviewDeed::Name { domain, spelling: row.spelling.clone(), meaning: Some("no such place".to_owned()) };
    assert!(desk.refused(review(wrong, "ines")).contains("it can only mean what there is"));
    desk.run();
    assert_eq!(of(&row.spelling), [vec![other.0.clone()]]);
    let Page::Names(names) = &*desk.ask(Query::Names(domain)) else { panic!() };
    let now = names.rows.iter().find(|now| now.spelling == row.spelling).unwrap();
    assert_eq!((now.state.as_str(), now.meaning.as_ref()), ("confirmed", Some(&other.0)));
    does(&desk, ReviewDeed::Undo { decision: said.decisions[0], with_dependants: false }, "tomas");
    desk.run();
    assert_eq!(of(&row.spelling), [vec![row.meaning.clone().unwrap()]]);
}

#[test]
fn a_rule_that_selects_nothing_leaves_the_choice_to_what_comes_after_it() {
    let (bench, _) = Bench::of_bank(80, 5);
    let named = "SELECT count(*) FROM silver.dim_customer WHERE city IS NOT NULL";
    let before = bench.number(named);
    let path = bench.path().join("workspace.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        format!("{text}\n[survivorship]\nsource_priority = [\"nowhere\"]\nfields = {{ city = [\"source_priority\"] }}\n"),
    )
    .unwrap();
    bench.karat(&["run"]).ok();
    assert!(before > 0);
    assert_eq!(bench.number(named), before, "no value is lost to a system that nobody has");
}
