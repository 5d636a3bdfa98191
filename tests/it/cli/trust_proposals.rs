//! Four eyes: what the policy names waits for a second person.

use crate::support::{Bench, Team};

/// A team whose policy is this.
fn team(policy: &str) -> Team {
    let (bench, _) = Bench::of_bank(80, 5);
    let path = bench.path().join("workspace.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\n[four_eyes]\n{policy}\n")).unwrap();
    Team::enrol(bench)
}

#[test]
fn a_decision_under_the_policy_waits_and_is_not_in_a_run_before_it_is_approved() {
    let team = team("probability = [0.0, 1.0]");
    let item = team.items("tomas", "open")[0].clone();
    let shown = team.ran("tomas", &["review", "show", &item]).ok();
    assert!(shown.contains("if same, a second person approves it: the probability"), "said before it is decided: {shown}");
    let said = team.ran("tomas", &["review", "decide", &item, "same", "--reason", "one phone"]).ok();
    assert!(said.contains("second person") && said.contains("probability"), "{said}");
    assert_eq!(team.items("tomas", "proposed"), std::slice::from_ref(&item));
    let sql = "SELECT count(*) FROM control.decision";
    let count = |team: &Team| team.ran("ines", &["query", "--unmask", "--format", "csv", sql]).ok().lines().nth(1).unwrap().to_owned();
    assert_eq!(count(&team), "0");
    team.ran("erik", &["run"]).ok();
    assert_eq!(team.items("tomas", "proposed"), std::slice::from_ref(&item), "the run asked again: nothing was bound");
    assert!(team.ran("tomas", &["review", "decide", &item, "different"]).fails(1).contains("waits for an answer to proposal 1"));

    // A steward approves nothing, and nobody approves their own.
    assert!(team.ran("tomas", &["review", "approve", "1"]).fails(1).contains("takes an approver"));
    assert!(team.ran("ines", &["review", "approve", "77"]).fails(1).contains("no proposal 77"));
    team.ran("ines", &["review", "approve", &item, "--comment", "seen"]).ok();
    assert!(team.ran("ines", &["review", "approve", "1"]).fails(1).contains("approved already"));
    assert_eq!(team.items("tomas", "decided"), std::slice::from_ref(&item));
    let log = team.ran("ines", &["decision", "list", "--json"]).json();
    assert_eq!((&log[0]["user"], &log[0]["answer"]), (&"tomas".into(), &"same".into()), "{log}");
    let report = team.ran("ines", &["audit", "verify", "--json"]).json();
    assert_eq!((&report["signed_decisions"], report["findings"].as_array().unwrap().len()), (&1.into(), 0), "{report}");
    team.ran("erik", &["run"]).ok();
    assert!(!team.items("tomas", "open").contains(&item) && !team.items("tomas", "decided").contains(&item));
}

#[test]
fn who_proposes_does_not_approve_and_what_is_returned_binds_nothing() {
    let team = team("records_over = 1000");
    let items = team.items("ines", "open");
    team.ran("ines", &["review", "propose", &items[0], "different"]).ok();
    assert!(team.ran("ines", &["review", "approve", "1"]).fails(1).contains("A second person"));
    assert!(team.ran("ines", &["review", "return", "1", "--comment", "x"]).fails(1).contains("A second person"));
    // The policy does not name this one: it is decided at once.
    team.ran("tomas", &["review", "decide", &items[1], "different"]).ok();
    team.ran("tomas", &["review", "propose", &items[2], "same"]).ok();
    assert!(team.ran("ines", &["review", "return", "2", "--comment", " "]).fails(1).contains("say why"));
    team.ran("ines", &["review", "return", "2", "--comment", "look at the birth date"]).ok();
    assert_eq!(team.items("tomas", "returned"), [items[2].clone()]);
    let rows = team.ran("tomas", &["review", "proposals", "--all", "--json"]).json();
    assert_eq!((&rows[0]["state"], &rows[0]["comment"]), (&"returned".into(), &"look at the birth date".into()));
    let log = team.ran("ines", &["decision", "list", "--json"]).json();
    assert_eq!(log.as_array().unwrap().len(), 1, "{log}");

    // A proposal that somebody changed behind Karat's back is not approved.
    team.with_new_key("ines", &["person", "add", "lena", "--role", "approver"], "lena opens it").ok();
    team.tamper("UPDATE proposal SET body = replace(body, '\"different\"', '\"same\"') WHERE proposal_id = 1");
    assert!(team.ran("lena", &["review", "approve", "1"]).fails(1).contains("changed outside"));
}

#[test]
fn words_on_golden_values_and_merges_by_hand_wait_too() {
    let team = team("field_override = true\nrecords_over = 1");
    let listed = |sql: &str| -> Vec<String> {
        let text = team.ran("ines", &["query", "--unmask", "--format", "csv", sql]).ok();
        text.lines().skip(1).map(str::to_owned).collect()
    };
    let keys = listed("SELECT customer_key FROM silver.dim_customer ORDER BY 1 LIMIT 2");
    let said = team.ran("tomas", &["golden", "override", &keys[0], "email", "new@mail.example"]).ok();
    assert!(said.contains("A second person has to approve it") && said.contains("by hand"), "{said}");
    let said = team.ran("tomas", &["merge", &keys[0], &keys[1]]).ok();
    assert!(said.contains("records are concerned"), "{said}");
    assert_eq!(listed("SELECT answer FROM control.decision"), Vec::<String>::new());
    team.ran("ines", &["review", "approve", "1"]).ok();
    team.ran("ines", &["review", "approve", "2"]).ok();
    assert_eq!(listed("SELECT answer FROM control.decision ORDER BY decision_id"), ["golden", "same"]);
    assert_eq!(team.findings(), []);
}
