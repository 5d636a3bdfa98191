//! One program writes, others read.

use std::time::Duration;

use crate::support::program::{command, has_bytes, wait_for};
use crate::support::{Bench, Ran};

#[test]
fn a_second_writer_is_told_who_holds_the_workspace() {
    let (bench, bank) = Bench::of_bank(40, 9);
    let desk = bench.desk();
    let item = desk.open_items()[0].id.0.clone();
    let files = bank.files().display().to_string();
    for args in [
        vec!["run"],
        vec!["ingest", &files],
        vec!["publish"],
        vec!["rollback"],
        vec!["review", "decide", &item, "same"],
        vec!["decision", "undo", "1"],
    ] {
        let said = bench.karat(&args).fails(4);
        assert!(said.contains("held by a test") && said.contains("--wait"), "{args:?}: {said}");
    }
    for args in [vec!["status"], vec!["review", "list"], vec!["review", "show", &item], vec!["versions"], vec!["decision", "list"]] {
        bench.karat(&args).ok();
    }
    assert!(bench.number("select count(*) from gold.customer_360") > 0);
    drop(desk);
    bench.karat(&["run"]).ok();
}

#[test]
fn a_program_that_waits_gets_its_turn() {
    let (bench, _) = Bench::of_bank(40, 9);
    let desk = bench.desk();
    let args = ["-w", bench.ws(), "run", "--wait", "60"];
    let mut child = command(&args).spawn().unwrap();
    assert!(!wait_for(Duration::from_millis(400), || child.try_wait().unwrap().is_some()), "it did not wait");
    drop(desk);
    Ran::of(&child.wait_with_output().unwrap(), &args).ok();
    let desk = bench.desk();
    let said = bench.karat(&["run", "--wait", "1"]).fails(4);
    assert!(said.contains("held by a test"), "{said}");
    drop(desk);
}

#[test]
fn readers_go_on_while_a_run_puts_silver_in_place() {
    let (bench, _) = Bench::of_bank(80, 5);
    let args = ["-w", bench.ws(), "run"];
    let mut child = command(&args).spawn().unwrap();
    let mut reads = 0;
    while child.try_wait().unwrap().is_none() {
        assert_eq!(bench.number("select count(*) from silver.bridge_customer_ids"), 321);
        reads += 1;
    }
    Ran::of(&child.wait_with_output().unwrap(), &args).ok();
    assert!(reads > 0);
}

#[test]
fn a_program_that_ends_leaves_whole_files() {
    let (bench, _) = Bench::of_bank(40, 9);
    bench.karat(&["run"]).ok();
    for name in ["control.db-wal", "bronze.db-wal", "workspace.holder"] {
        assert!(!has_bytes(&bench.path().join(name)), "{name} was left");
    }
}

#[test]
fn a_workspace_of_a_newer_program_is_refused_and_left_alone() {
    let refused = |bench: &Bench, path: &str, commands: &[&[&str]]| {
        let before = bench.bytes();
        for args in commands {
            let said = bench.karat(args).fails(1);
            assert!(said.contains(path) && said.contains("newer Karat"), "{args:?}: {said}");
        }
        let after = bench.bytes();
        let changed: Vec<_> = after.keys().chain(before.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
        assert!(changed.is_empty(), "{changed:?}");
    };
    let (bench, bank) = Bench::of_bank(40, 9);
    let file = bank.files().join("gs_branches.csv").display().to_string();
    let all: [&[&str]; 4] = [&["status"], &["query", "select 1"], &["run"], &["ingest", &file]];
    let bump = |name: &str| {
        let conn = rusqlite::Connection::open(bench.path().join(name)).unwrap();
        let found: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        conn.pragma_update(None, "user_version", 99).unwrap();
        found
    };
    let restore = |name: &str, version: i64| {
        rusqlite::Connection::open(bench.path().join(name)).unwrap().pragma_update(None, "user_version", version).unwrap();
    };
    let found = bump("control.db");
    refused(&bench, "control.db", &all);
    restore("control.db", found);
    let found = bump("bronze.db");
    refused(&bench, "bronze.db", &all);
    restore("bronze.db", found);
    bench.karat(&["run"]).ok();
    let config = bench.path().join("workspace.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("format = 1", "format = 99")).unwrap();
    refused(&bench, "workspace.toml", &all);
    std::fs::write(&config, "format = [").unwrap();
    let said = bench.karat(&["status"]).fails(1);
    assert!(said.contains("workspace.toml line 1"), "{said}");
}

/// bronze.db as the first version of its tables had it; its views, which name what is newer, come back with the next load.
fn make_older(bench: &Bench) {
    let conn = rusqlite::Connection::open(bench.path().join("bronze.db")).unwrap();
    conn.execute_batch(
        "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE type = 'view'; PRAGMA writable_schema = RESET;
         ALTER TABLE batch DROP COLUMN offsets; ALTER TABLE batch DROP COLUMN of_batch; ALTER TABLE quarantine DROP COLUMN mended_text; ALTER TABLE quarantine DROP COLUMN replayed_by;
         PRAGMA user_version = 1;",
    )
    .unwrap();
}

#[test]
fn a_workspace_of_an_older_program_is_brought_up_to_date_by_whoever_opens_it_first() {
    let (bench, _) = Bench::of_bank(40, 9);
    let hashes = bench.hashes();
    for args in [&["status"][..], &["source", "list"], &["run"]] {
        make_older(&bench);
        bench.karat(args).ok();
        assert_eq!(bench.number("select count(*) from bronze.batch where of_batch is not null"), 0);
    }
    assert_eq!(bench.hashes(), hashes);
    // Where somebody else holds the workspace it cannot be done; who holds it is told.
    let desk = bench.desk();
    make_older(&bench);
    let said = bench.karat(&["status"]).fails(4);
    assert!(said.contains("held by a test"), "{said}");
    drop(desk);
    bench.karat(&["status"]).ok();
}
