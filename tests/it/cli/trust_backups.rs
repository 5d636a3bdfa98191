//! Copies of control.db, and what a damaged one leaves.

use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::Duration;

use karat::base::ItemId;
use karat::engine::Answer;

use crate::support::program::wait_for;
use crate::support::{Bench, Team, copy_dir};

fn copies(bench: &Bench) -> Vec<PathBuf> {
    let found = std::fs::read_dir(bench.path().join("backups")).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = found.filter(|path| path.extension().is_some_and(|ending| ending == "db")).collect();
    found.sort();
    found
}

/// Overwrites pages in the middle of control.db; what was in the log is in the file before.
fn damage(bench: &Bench) {
    let path = bench.path().join("control.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(conn);
    let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(8192)).unwrap();
    file.write_all(&vec![0xA5; 8192 * 3]).unwrap();
}

#[test]
fn a_copy_is_made_at_close_and_few_are_kept_each_with_an_anchor() {
    let (bench, _) = Bench::of_bank(80, 5);
    for _ in 0..8 {
        bench.karat(&["backup"]).ok();
    }
    let found = copies(&bench);
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(found.iter().all(|path| path.with_extension("anchor.json").exists()));
    let list = bench.karat(&["backup", "--list", "--json"]).json();
    assert_eq!(list.as_array().unwrap().len(), 5);
    assert!(list[0]["audit_rows"].as_i64() > list[1]["audit_rows"].as_i64(), "{list}");
    // A command that only looks leaves no copy.
    let before = copies(&bench);
    bench.karat(&["status"]).ok();
    assert_eq!(copies(&bench), before);
    let own = bench.dir().join("own.db");
    bench.karat(&["backup", "--to", own.to_str().unwrap()]).ok();
    assert!(bench.karat(&["backup", "--to", own.to_str().unwrap()]).fails(1).contains("already"));
    let said = bench.karat(&["verify"]).ok();
    assert!(said.contains("control.db") && !said.contains("damaged"), "{said}");
}

#[test]
fn a_copy_is_made_while_decisions_are_made() {
    let (bench, _) = Bench::of_bank(80, 5);
    let before = copies(&bench);
    let desk = bench.desk();
    let item: ItemId = desk.open_items()[0].id.clone();
    for _ in 0..13 {
        let decision = desk.decide(&item, Answer::Different);
        desk.undo(decision);
    }
    assert!(wait_for(Duration::from_secs(10), || copies(&bench).len() > before.len()), "{before:?}");
}

#[test]
fn a_damaged_control_is_read_only_says_what_is_lost_and_is_restored() {
    let team = Team::enrol(Bench::of_bank(80, 5).0);
    let items = team.items("tomas", "open");
    team.ran("tomas", &["review", "decide", &items[0], "same"]).ok();
    let kept = team.bench.dir().join("kept");
    copy_dir(&team.bench.path().join("backups"), &kept);
    team.ran("tomas", &["review", "decide", &items[1], "same"]).ok();
    // The copy of the last decision is lost too.
    std::fs::remove_dir_all(team.bench.path().join("backups")).unwrap();
    copy_dir(&kept, &team.bench.path().join("backups"));
    let gold = team.ran("tomas", &["query", "select count(*) from gold.customer_360", "--format", "csv"]).ok();
    damage(&team.bench);

    let refused = team.ran("tomas", &["review", "decide", &items[2], "same"]).fails(1);
    assert!(refused.contains("open for reading") && refused.contains("1 decisions") && refused.contains("karat restore"), "{refused}");
    let status = team.ran("tomas", &["status", "--json"]).json();
    assert!(status["read_only_because"].as_str().unwrap().contains("is lost"), "{status}");
    assert_eq!(
        team.ran("tomas", &["query", "select count(*) from gold.customer_360", "--format", "csv"]).ok(),
        gold,
        "gold is still there"
    );

    assert!(team.ran("tomas", &["restore"]).fails(1).contains("an approver or an engineer"));
    let said = team.ran("ines", &["restore"]).ok();
    assert!(said.contains("1 decisions"), "{said}");
    team.ran("tomas", &["review", "decide", &items[2], "different"]).ok();
    let log = team.ran("ines", &["decision", "list", "--json"]).json();
    assert_eq!(log.as_array().unwrap().len(), 2, "{log}");
    assert_eq!(team.findings(), [], "a restore is a loss that somebody answers for");
    team.ran("erik", &["run"]).ok();

    // Gone altogether, with copies there: not a new, empty workspace.
    std::fs::remove_file(team.bench.path().join("control.db")).unwrap();
    assert!(team.ran("tomas", &["review", "decide", &items[3], "same"]).fails(1).contains("karat restore"));
    team.ran("ines", &["restore"]).ok();
    let left = team.items("tomas", "open");
    team.ran("tomas", &["review", "decide", &left[0], "same"]).ok();
}

#[test]
fn what_is_no_copy_of_this_workspace_is_not_restored() {
    let (bench, _) = Bench::of_bank(80, 5);
    let other = Bench::new();
    let theirs = copies(&other).pop().expect("made at close");
    assert!(bench.karat(&["restore", theirs.to_str().unwrap()]).fails(1).contains("another workspace"));
    let text = bench.file("text.db", "no database");
    assert!(bench.karat(&["restore", &text]).fails(1).contains("not a database"));
    assert!(bench.karat(&["restore", "nowhere.db"]).fails(1).contains("is not there"));
    // Without any copy it still opens for reading.
    damage(&bench);
    std::fs::remove_dir_all(bench.path().join("backups")).unwrap();
    let refused = bench.karat(&["review", "decide", "x", "same"]).fails(1);
    assert!(refused.contains("no copy of it"), "{refused}");
    assert_eq!(bench.karat(&["query", "select 1", "--format", "csv"]).ok().lines().nth(1), Some("1"));
}
