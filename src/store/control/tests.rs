use super::*;
use crate::base::{CustomerKey, DecisionId, GoldVersion, ItemId, RecordKey, RunId};
use crate::stewardship::{Answer, assign_keys};

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
