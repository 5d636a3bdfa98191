//! People, keys and the audit log: who may act, and what a changed log gives away.

use crate::support::team::passphrase;
use crate::support::{Bench, Team, karat};

#[test]
fn without_people_everybody_acts_and_nothing_is_signed() {
    let (bench, _) = Bench::of_bank(80, 5);
    let item = bench.karat(&["review", "list", "--state", "open", "--json"]).json()[0]["id"].as_str().unwrap().to_owned();
    bench.karat(&["review", "decide", &item, "same", "--as", "anybody"]).ok();
    let report = bench.karat(&["audit", "verify", "--json"]).json();
    assert_eq!((&report["signed_rows"], &report["signed_decisions"], &report["decisions"]), (&0.into(), &0.into(), &1.into()));
    assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{report}");
    assert!(bench.karat(&["person", "list"]).ok().is_empty());
}

#[test]
fn acting_as_somebody_enrolled_takes_their_key_and_their_role() {
    let team = Team::enrol(Bench::of_bank(80, 5).0);
    let item = &team.items("tomas", "open")[0];
    let decide = ["review", "decide", item, "different"];
    let no_key = team.run("tomas", &decide, &[]).fails(1);
    assert!(no_key.contains("needs their key"), "{no_key}");
    let wrong = team.run("tomas", &decide, &[("KARAT_PASSPHRASE", "guessed")]).fails(1);
    assert!(wrong.contains("passphrase of tomas is wrong") && !wrong.contains("guessed"), "{wrong}");
    let stranger = team.run("mallory", &decide, &[]).fails(1);
    assert!(stranger.contains("mallory is enrolled"), "{stranger}");
    for who in ["erik", "ana"] {
        let refused = team.ran(who, &decide).fails(1);
        assert!(refused.contains("takes a steward or an approver"), "{refused}");
    }
    assert!(team.ran("tomas", &["publish"]).fails(1).contains("to publish"));
    assert!(team.ran("tomas", &["person", "add", "eve", "--role", "approver"]).fails(2).contains("no passphrase for eve"));
    let refused = team.with_new_key("tomas", &["person", "add", "eve", "--role", "approver"], "x y z").fails(1);
    assert!(refused.contains("to enrol"), "{refused}");
    assert_eq!(team.bench.number("SELECT 1"), 1, "anybody may ask what needs no data");

    team.ran_by_descriptor("tomas", &["review", "show", item]).ok();
    team.ran_by_descriptor("tomas", &decide).ok();
    let report = team.ran("ines", &["audit", "verify", "--json"]).json();
    assert_eq!((&report["signed_decisions"], &report["decisions"]), (&1.into(), &1.into()), "{report}");
    assert_eq!(team.findings(), []);

    // A retired person acts no more, and what they signed stays proved.
    team.ran("ines", &["person", "retire", "tomas"]).ok();
    assert!(team.ran("tomas", &["decision", "undo", "1"]).fails(1).contains("nobody called tomas is enrolled"));
    assert_eq!(team.findings(), []);
    let again = team.ran("ines", &["person", "add", "tomas", "--role", "steward"]).fails(1);
    assert!(again.contains("retired key is not taken again"), "{again}");
    // The first one enrolled must be able to enrol others, and nobody retires themselves.
    assert!(team.ran("ines", &["person", "retire", "ines"]).fails(1).contains("nobody retires themselves"));
}

#[test]
fn a_key_made_elsewhere_is_enrolled_by_its_public_half() {
    let team = Team::enrol(Bench::new());
    let elsewhere = team.bench.dir().join("other laptop").to_string_lossy().into_owned();
    let made =
        team.run("lena", &["person", "key", "lena", "--json"], &[("KARAT_KEYS", &elsewhere), ("KARAT_PASSPHRASE", "lena's own")]).json();
    let public = made["public_key"].as_str().unwrap();
    team.ran("ines", &["person", "add", "lena", "--role", "steward", "--public-key", public]).ok();
    assert!(team.ran("ines", &["person", "add", "x", "--role", "steward", "--public-key", "12"]).fails(1).contains("no public key"));
    assert!(team.ran("ines", &["person", "add", "x", "--role", "steward", "--public-key", public]).fails(1).contains("is lena's"));
    let list = team.ran("ines", &["person", "list", "--json"]).json();
    let lena = list["people"].as_array().unwrap().iter().find(|row| row["name"] == "lena").unwrap();
    assert_eq!((&lena["role"], &lena["has_key_here"]), (&"steward".into(), &false.into()));
    let env = [("KARAT_KEYS", elsewhere.as_str()), ("KARAT_PASSPHRASE", "lena's own"), ("KARAT_NEW_PASSPHRASE", "another")];
    team.run("lena", &["person", "passphrase", "lena"], &env).ok();
    let old = team.run("lena", &["query", "--unmask", "select 1"], &env[..2]).fails(1);
    assert!(old.contains("passphrase of lena is wrong"), "{old}");
    let new = [("KARAT_KEYS", elsewhere.as_str()), ("KARAT_PASSPHRASE", "another")];
    team.run("lena", &["query", "--unmask", "select 1"], &new).ok();
}

/// A published workspace with three decisions of tomas, an undo by ines, and the row numbers of the decisions in the log.
fn worked() -> (Team, Vec<i64>) {
    let team = Team::enrol(Bench::of_bank(80, 5).0);
    let items = team.items("tomas", "open");
    for item in &items[..3] {
        team.ran("tomas", &["review", "decide", item, "different", "--reason", "another person"]).ok();
    }
    team.ran("ines", &["decision", "undo", "2"]).ok();
    team.ran("erik", &["run"]).ok();
    let log = team.ran("ines", &["audit", "list", "--deed", "decide", "--json"]).json();
    let mut rows: Vec<i64> = log["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()).collect();
    rows.reverse();
    assert_eq!(rows.len(), 3);
    assert_eq!(team.findings(), []);
    (team, rows)
}

#[track_caller]
fn finds(team: &Team, kind: &str, place: &str) {
    let found = team.findings();
    assert!(found.iter().any(|(k, p)| k == kind && p == place), "{kind} {place} in {found:?}");
}

#[test]
fn verify_names_the_row_that_was_altered_removed_or_put_elsewhere() {
    let (team, rows) = worked();
    let copy = |sql: &str| {
        let other = Team { bench: team.bench.copy() };
        other.tamper(sql);
        other
    };
    let row = rows[1];
    let altered = copy(&format!("UPDATE audit SET author = 'erik' WHERE audit_id = {row}"));
    finds(&altered, "altered", &format!("row {row}"));

    let removed = copy(&format!("DELETE FROM audit WHERE audit_id = {row}"));
    finds(&removed, "removed", &format!("row {row}"));

    // Closed up: the numbers tell nothing any more, the chain does.
    let closed =
        copy(&format!("DELETE FROM audit WHERE audit_id = {row}; UPDATE audit SET audit_id = audit_id - 1 WHERE audit_id > {row}"));
    finds(&closed, "altered", &format!("row {row}"));

    let swapped = copy(&format!(
        "UPDATE audit SET audit_id = -1 WHERE audit_id = {row}; UPDATE audit SET audit_id = {row} WHERE audit_id = {row} + 1;
         UPDATE audit SET audit_id = {row} + 1 WHERE audit_id = -1"
    ));
    finds(&swapped, "reordered", &format!("row {row}"));
    finds(&swapped, "reordered", &format!("row {}", row + 1));

    let unsigned = copy(&format!("DELETE FROM audit_seal WHERE audit_id = {row}"));
    finds(&unsigned, "unsigned", &format!("row {row}"));
}

#[test]
fn verify_names_a_cut_before_the_last_anchor_and_says_what_it_cannot_find() {
    let (team, rows) = worked();
    let last: i64 = team.ran("ines", &["audit", "list", "--json"]).json()["total"].as_i64().unwrap();
    let anchor = std::fs::read_dir(team.bench.path().join("gold")).unwrap().flatten().map(|entry| entry.path());
    let anchor = anchor.filter(|path| path.to_string_lossy().ends_with(".anchor.json")).max().expect("publishing leaves an anchor");
    let known = serde_json::from_slice::<serde_json::Value>(&std::fs::read(&anchor).unwrap()).unwrap()["head"]["count"].as_i64().unwrap();
    assert!(known > rows[2] && known <= last);

    let cut = Team { bench: team.bench.copy() };
    let from = rows[2];
    cut.tamper(&format!("DELETE FROM audit WHERE audit_id >= {from}; UPDATE sqlite_sequence SET seq = {from} - 1 WHERE name = 'audit'"));
    finds(&cut, "cut", &format!("row {known}"));

    // After the last anchor a cut with SQLite's counter set back leaves nothing to tell it by, and verify says so.
    let after = Team { bench: team.bench.copy() };
    // Every session leaves an anchor beside its backup; without them the published gold's is the last.
    assert!(known < last && std::fs::read_dir(after.bench.path().join("backups")).unwrap().count() > 1);
    std::fs::remove_dir_all(after.bench.path().join("backups")).unwrap();
    after.tamper(&format!("DELETE FROM audit WHERE audit_id > {known}; DELETE FROM audit_seal WHERE audit_id > {known}; UPDATE sqlite_sequence SET seq = {known} WHERE name = 'audit'"));
    assert_eq!(after.findings(), []);
    let text = karat(&["-w", after.bench.ws(), "audit", "verify"]).ok();
    assert!(text.contains(&format!("cannot be found: rows cut off after row {known}")), "{text}");
    // Unless an anchor was kept elsewhere.
    let kept = std::fs::read_dir(team.bench.path().join("backups")).unwrap().flatten().map(|entry| entry.path());
    let kept = kept.filter(|path| path.to_string_lossy().ends_with(".anchor.json")).max().unwrap();
    let told = karat(&["-w", after.bench.ws(), "audit", "verify", "--anchor", kept.to_str().unwrap()]).fails(1);
    assert!(told.contains("its end was cut off"), "{told}");
}

#[test]
fn verify_names_decisions_that_were_changed_or_signed_by_somebody_else() {
    let (team, _) = worked();
    let copy = |sql: &str| {
        let other = Team { bench: team.bench.copy() };
        other.tamper(sql);
        other
    };
    finds(&copy("UPDATE decision SET answer = 'same' WHERE decision_id = 1"), "decision", "decision 1");
    finds(&copy("UPDATE decision_member SET group_no = 0 WHERE decision_id = 3"), "decision", "decision 3");
    finds(&copy("DELETE FROM decision_seal WHERE decision_id = 3"), "decision", "decision 3");
    finds(
        &copy("UPDATE decision_seal SET signature = (SELECT signature FROM decision_seal WHERE decision_id = 3) WHERE decision_id = 1"),
        "signature",
        "decision 1",
    );
    finds(&copy("UPDATE decision_seal SET signature = NULL, public_key = NULL WHERE decision_id = 1"), "unsigned", "decision 1");
    finds(
        &copy("UPDATE decision_seal SET public_key = (SELECT public_key FROM person WHERE name = 'erik') WHERE decision_id = 1"),
        "other_key",
        "decision 1",
    );
    finds(
        &copy(
            "INSERT INTO decision (item_id, answer, author, decided_at, fingerprint, summary) VALUES ('x', 'same', 'tomas', 't', 0, 's')",
        ),
        "decision",
        "decision 5",
    );
    finds(&copy("UPDATE person SET role = 'approver' WHERE name = 'tomas'"), "person", "person tomas");
    finds(
        &copy("UPDATE person SET public_key = (SELECT public_key FROM person WHERE name = 'erik') || 'x' WHERE name = 'tomas'"),
        "person",
        "person tomas",
    );
}

#[test]
fn the_log_is_searched_by_person_customer_and_day_and_written_out() {
    let (team, _) = worked();
    let (day, customer) = {
        let log = team.ran("ines", &["audit", "list", "--json"]).json();
        let rows = team.ran("ines", &["query", "--unmask", "--format", "csv", "SELECT 'C-' || customer_key FROM control.customer_identity JOIN control.decision_member USING (source_system, source_customer_id) WHERE decision_id = 1"]).ok();
        (log["entries"][0]["at"].as_str().unwrap()[..10].to_owned(), rows.lines().nth(1).unwrap().to_owned())
    };
    let count = |args: &[&str]| {
        let mut all = vec!["audit", "list", "--json"];
        all.extend(args);
        team.ran("ines", &all).json()["entries"].as_array().unwrap().len()
    };
    assert_eq!(count(&["--person", "tomas", "--deed", "decide"]), 3);
    assert!(count(&["--customer", &customer]) >= 1);
    assert_eq!(count(&["--customer", "C-99999"]), 0);
    assert_eq!(count(&["--day", "2020-01-15"]), 0);
    // Who saw personal data today? tomas through the queue, ines through her query and this log itself.
    assert!(count(&["--deed", "unmask", "--day", &day, "--person", "tomas"]) >= 1);
    let csv = team.bench.dir().join("log.csv");
    let html = team.bench.dir().join("log.html");
    team.ran("ines", &["audit", "export", csv.to_str().unwrap()]).ok();
    team.ran("ines", &["audit", "export", html.to_str().unwrap(), "--deed", "unmask"]).ok();
    let csv = std::fs::read_to_string(csv).unwrap();
    assert!(csv.starts_with("row,at,person,deed,subject,told,detail,signed,hash\n1,") && csv.contains("tomas,decide,decision 1,"), "{csv}");
    let html = std::fs::read_to_string(html).unwrap();
    assert!(html.contains("<td>unmask</td>") && !html.contains("<td>decide</td>"));
    assert!(team.ran("ines", &["audit", "export", "log.docx"]).fails(1).contains(".csv or .html"));
    assert!(passphrase("ines").len() > 4 && !csv.contains(&passphrase("ines")));
}
