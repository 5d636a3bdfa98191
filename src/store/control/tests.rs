use super::*;
use crate::base::{CustomerKey, DecisionId, GoldVersion, ItemId, RecordKey, RunId};
use crate::stewardship::signature::SealedDecision;
use crate::stewardship::{Answer, Domain, Field, Relation, Word, assign_keys};

fn open() -> (tempfile::TempDir, Control) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let control = Control::open(&dir.path().join("control.db")).expect("a new control.db");
    (dir, control)
}

fn new_decision(answer: Answer) -> NewDecision {
    let groups = vec![vec![RecordKey::new("erpnext", "A"), RecordKey::new("salesforce", "B")], vec![RecordKey::new("supabase", "C")]];
    NewDecision {
        item: ItemId::of(&groups),
        answer,
        groups,
        whole_groups: false,
        was_one: false,
        relation: None,
        match_weight: None,
        seen: Vec::new(),
        author: "ines".into(),
        decided_at: "2026-11-20T18:04:09Z".into(),
        reason: None,
        fingerprint: 7,
        summary: "joined C-1001".into(),
    }
}

#[test]
fn a_decision_comes_back_as_it_was_said_and_an_undo_marks_it() {
    let (_dir, mut control) = open();
    let id = control.decide(&new_decision(Answer::Same)).expect("decided");
    let known = control.decisions().expect("the log");
    assert_eq!(known.len(), 1);
    assert_eq!((known[0].id, known[0].answer, known[0].groups.len(), known[0].undone_by), (id, Answer::Same, 2, None));
    let undo = control.undo(id, "ines", "2026-11-20T18:05:00Z").expect("undone");
    assert_eq!(control.decisions().expect("the log")[0].undone_by, Some(undo));
    assert_eq!(control.decision_number().expect("a number"), undo.0);
    assert!(control.undo(id, "ines", "2026-11-20T18:06:00Z").expect_err("twice").to_string().contains("already"));
    assert!(control.undo(DecisionId(99), "ines", "x").expect_err("unknown").to_string().contains("no decision 99"));
}

#[test]
fn the_log_cannot_be_changed_and_the_audit_chain_shows_it() {
    let (_dir, mut control) = open();
    control.decide(&new_decision(Answer::Different)).expect("decided");
    control.record_deed("2026-11-20T18:06:00Z", "ines", Deed::Ingest, "file", "2 rows").expect("audited");
    assert!(control.conn.execute("DELETE FROM decision", []).is_err());
    assert!(control.conn.execute("UPDATE audit SET detail = 'x'", []).is_err());
    assert_eq!(control.verify_audit(&[]).expect("a chain").findings, []);
    control
        .conn
        .execute_batch("DROP TRIGGER audit_is_not_changed; UPDATE audit SET detail = '3 rows' WHERE audit_id = 2")
        .expect("tampered");
    let found = control.verify_audit(&[]).expect("a chain").findings;
    assert_eq!(found.iter().map(|finding| (finding.kind, finding.place.as_str())).collect::<Vec<_>>(), [("altered", "row 2")]);
}

#[test]
fn identity_comes_back_as_it_was_settled() {
    let (_dir, mut control) = open();
    let keys = ["a", "b", "c", "d"].map(|id| RecordKey::new("s", id));
    let empty = control.identity().expect("a registry");
    let first = assign_keys(&keys, &[0, 0, 1, 2], &empty);
    control.settle(RunId(1), &empty, &first.identity, None).expect("settled");
    assert_eq!(control.identity().expect("a registry"), first.identity);
    let second = assign_keys(&keys, &[0, 0, 0, 2], &first.identity);
    control.settle(RunId(2), &first.identity, &second.identity, None).expect("settled");
    let known = control.identity().expect("a registry");
    assert_eq!(known, second.identity);
    assert_eq!(known.retired.get(&CustomerKey(1002)), Some(&CustomerKey(1001)));
}

#[test]
fn the_pointer_moves_and_goes_back() {
    let (_dir, mut control) = open();
    for number in 1..=2 {
        let row = VersionRow {
            version: GoldVersion(number),
            run: RunId(1),
            built_at: "t".into(),
            as_of: "2025-12-31".into(),
            customers: 1,
            content_hash: "h".into(),
            silver_hash: "h".into(),
            tests: "[]".into(),
            published_at: None,
            published_by: None,
            restored_at: None,
            restored_by: None,
        };
        assert_eq!(control.next_version().expect("a number"), row.version);
        control.add_version(&row).expect("added");
        control.point_to(row.version, PublishDeed::Publish, "ines", "t").expect("published");
    }
    assert_eq!(control.published().expect("a pointer"), Some(GoldVersion(2)));
    assert_eq!(control.published_before().expect("one before"), Some(GoldVersion(1)));
    assert!(control.point_to(GoldVersion(9), PublishDeed::Publish, "ines", "t").is_err());
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let (dir, control) = open();
    control.conn.pragma_update(None, "user_version", 99).expect("marked");
    drop(control);
    let error = Control::open(&dir.path().join("control.db")).expect_err("newer");
    assert!(error.to_string().contains("newer Karat"), "{error}");
}

fn word(word: Word) -> NewOverride {
    let said = Said { author: "ines".into(), at: "2026-11-20T18:07:00Z".into(), reason: Some("called".into()), summary: "typed".into() };
    NewOverride { said, members: vec![RecordKey::new("s", "a"), RecordKey::new("s", "b")], field: Field::Email, word, fingerprint: 7 }
}

fn naming() -> NewNaming {
    let said = Said { author: "ines".into(), at: "2026-11-20T18:08:00Z".into(), reason: None, summary: "said".into() };
    NewNaming { said, domain: Domain::Branch, spelling: "Salem St".into(), meaning: Some("BR-1".into()) }
}

/// A log with every kind of entry: a batch of two, one of them a cut; a golden value; a spelling; an undo.
fn full_log() -> (tempfile::TempDir, Control) {
    let (dir, mut control) = open();
    let cut = NewDecision {
        whole_groups: true,
        was_one: true,
        relation: Some(Relation::Household),
        match_weight: Some(0.1 + 0.2),
        seen: vec![(RecordKey::new("s", "a"), r#"{"email":"a@b.example"}"#.into())],
        ..new_decision(Answer::Related)
    };
    control.decide_all(&[new_decision(Answer::Same), cut]).expect("decided");
    control.say_golden(&word(Word::Type("a@b.example".into()))).expect("said");
    let named = control.say_name(&naming()).expect("named");
    control.undo(named, "ines", "2026-11-20T18:09:00Z").expect("undone");
    (dir, control)
}

#[test]
fn every_kind_of_entry_and_each_of_its_columns_is_under_its_seal() {
    let places = |control: &Control| -> Vec<String> {
        control.verify_audit(&[]).expect("a log").findings.into_iter().map(|finding| finding.place).collect()
    };
    let (_dir, control) = full_log();
    assert_eq!(places(&control), Vec::<String>::new());
    for (sql, decision) in [
        ("UPDATE decision SET whole_groups = 0 WHERE decision_id = 2", 2),
        ("UPDATE decision SET was_one = 0 WHERE decision_id = 2", 2),
        ("UPDATE decision SET relation = 'other' WHERE decision_id = 2", 2),
        ("UPDATE decision SET match_weight = 0.3 WHERE decision_id = 2", 2),
        ("UPDATE decision SET batch = NULL WHERE decision_id = 2", 2),
        ("UPDATE decision_seen SET field_values = '{}' WHERE decision_id = 2", 2),
        ("UPDATE golden_deed SET value = 'c@d.example' WHERE decision_id = 3", 3),
        ("UPDATE golden_deed SET action = 'pin' WHERE decision_id = 3", 3),
        ("UPDATE naming SET meaning = 'BR-2' WHERE decision_id = 4", 4),
    ] {
        let (_dir, control) = full_log();
        control.conn.execute_batch(&format!("DROP TRIGGER decision_is_not_changed; {sql}")).expect("tampered");
        assert_eq!(places(&control), [format!("decision {decision}")], "{sql}");
    }
}

#[test]
fn every_kind_of_entry_passes_through_json_to_another_copy_as_it_was_sealed() {
    let (_here, control) = full_log();
    let (_there, mut other) = open();
    let sealed: Vec<SealedDecision> = control.sealed_decisions().expect("sealed").into_iter().map(|(_, sealed)| sealed).collect();
    let text = serde_json::to_string(&sealed).expect("as text");
    let came: Vec<SealedDecision> = serde_json::from_str(&text).expect("as it was");
    assert!(came.iter().all(|sealed| sealed.digest() == sealed.digest));
    let entered: Vec<_> = other
        .write(|tx| {
            let ids = came.iter().map(|sealed| seal::insert_sealed(tx, sealed, Some("pack"))).collect::<Result<Vec<_>, _>>()?;
            Ok(ids)
        })
        .expect("entered");
    assert_eq!(entered.len(), 5);
    assert_eq!(other.decisions().expect("decisions"), control.decisions().expect("decisions"));
    assert_eq!(other.overrides().expect("words"), control.overrides().expect("words"));
    assert_eq!(other.namings().expect("namings"), control.namings().expect("namings"));
    let again: Vec<SealedDecision> = other.sealed_decisions().expect("sealed").into_iter().map(|(_, sealed)| sealed).collect();
    assert_eq!(again, sealed);
}

#[test]
fn a_workspace_from_before_seals_and_the_workbench_keeps_its_decisions() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("control.db");
    let conn = Connection::open(&path).expect("a file");
    for script in &SCRIPTS[..2] {
        conn.execute_batch(script).expect("an old file");
    }
    conn.execute_batch(
        "INSERT INTO decision (item_id, answer, author, decided_at, fingerprint, summary) VALUES ('i', 'same', 'ines', 't', 1, 'joined');
         INSERT INTO decision_member VALUES (1, 0, 's', 'a'), (1, 1, 's', 'b');
         INSERT INTO decision (item_id, answer, undoes, author, decided_at, fingerprint, summary) VALUES ('i', 'undo', 1, 'ines', 't', 0, 'back');
         PRAGMA user_version = 2;",
    )
    .expect("decided long ago");
    drop(conn);
    let mut control = Control::open(&path).expect("taken up");
    let known = control.decisions().expect("the log");
    assert_eq!((known[0].groups.len(), known[0].undone_by), (2, Some(DecisionId(2))));
    assert_eq!(control.decide(&new_decision(Answer::Same)).expect("decided"), DecisionId(3));
    let report = control.verify_audit(&[]).expect("a log");
    assert_eq!((report.findings, report.unsealed_decisions), (Vec::new(), 2));
    assert!(control.conn.execute("DELETE FROM decision", []).is_err(), "its triggers stand");
    let broken: i64 = control.conn.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).expect("checked");
    assert_eq!(broken, 0);
}

#[test]
fn what_is_proposed_waits_each_by_itself_and_is_entered_as_it_was_sealed() {
    let (_dir, mut control) = open();
    let other = NewDecision { item: ItemId("other".into()), ..new_decision(Answer::Different) };
    let made = control.propose_all(&[new_decision(Answer::Same), other], vec!["a VIP".into(), "many".into()]).expect("proposed");
    assert_eq!((made.len(), control.decisions().expect("a log").len()), (2, 0));
    let whys: Vec<String> = control.proposals().expect("two").into_iter().map(|proposal| proposal.why).collect();
    assert_eq!(whys, ["a VIP", "many"]);
    // The second does not wait for the first.
    control.approve(made[1], "lena", "t", None).expect("approved");
    control.return_proposal(made[0], "lena", "t", "no").expect("returned");
    let golden =
        control.propose(vec!["by hand".into()], |control| control.say_golden(&word(Word::Type("a@b.example".into())))).expect("waits");
    assert_eq!(control.overrides().expect("none yet"), []);
    control.approve(golden[0], "lena", "t", None).expect("approved");
    assert_eq!(control.overrides().expect("one")[0].word, Word::Type("a@b.example".into()));
    assert_eq!(control.decisions().expect("a log").len(), 1);
    assert_eq!(control.verify_audit(&[]).expect("a log").findings, []);
}
