//! Exit codes and JSON are a contract: scripts depend on them.

use std::process::Stdio;
use std::time::Duration;

use crate::support::program::{command, signal, wait_for};
use crate::support::{Bench, Ran, karat};

#[test]
fn bad_usage_is_2() {
    let bench = Bench::empty();
    for args in [&["nonsense"][..], &["query"], &["review", "decide", "x", "perhaps"], &["ingest", "-w", "x"], &["run", "--wait", "long"]] {
        karat(args).fails(2);
    }
    // A folder that is nobody's workspace, and none named.
    let mut lost = command(&["status"]);
    lost.current_dir(bench.dir()).env("HOME", bench.dir()).env("XDG_DATA_HOME", bench.dir());
    let said = Ran::of(&lost.output().unwrap(), &["status"]).fails(2);
    assert!(said.contains("-w DIR") && said.contains("KARAT_WORKSPACE"), "{said}");
    karat(&["--help"]).ok();
    karat(&["--version"]).ok();
}

#[test]
fn the_workspace_is_named_by_w_or_by_the_variable() {
    let (bench, _) = Bench::of_bank(40, 9);
    let ran = command(&["status", "--json"]).env("KARAT_WORKSPACE", bench.ws()).output().unwrap();
    assert!(ran.status.success());
    let ran = command(&["status", "--json"]).current_dir(bench.path()).output().unwrap();
    assert!(ran.status.success());
}

#[test]
fn what_is_no_workspace_is_said_so() {
    let bench = Bench::empty();
    for args in [&["status"][..], &["run"], &["query", "select 1"], &["ingest", "x.csv"], &["publish"], &["review", "list"]] {
        let said = bench.karat(args).fails(1);
        assert!(said.contains("is no workspace") && said.contains("karat new"), "{args:?}: {said}");
        assert!(!bench.path().exists(), "{args:?} made a folder");
    }
}

#[test]
fn a_new_workspace_is_never_made_over_something() {
    let bench = Bench::new();
    let twice = karat(&["new", bench.ws()]).fails(1);
    assert!(twice.contains("is a workspace already"), "{twice}");
    bench.file("full/letter.txt", "dear");
    let full = karat(&["new", bench.dir().join("full").to_str().unwrap()]).fails(1);
    assert!(full.contains("is not empty"), "{full}");
    let nowhere = karat(&["new", bench.dir().join("b").to_str().unwrap(), "--from", "/nowhere/at/all"]).fails(1);
    assert!(nowhere.contains("/nowhere/at/all is not there"), "{nowhere}");
}

#[test]
fn commands_that_come_too_early_say_what_is_first() {
    let bench = Bench::new();
    let run = bench.karat(&["run"]).fails(1);
    assert!(run.contains("no file was loaded yet") && run.contains("karat ingest"), "{run}");
    let publish = bench.karat(&["publish"]).fails(1);
    assert!(publish.contains("nothing is built yet") && publish.contains("karat run"), "{publish}");
    bench.karat(&["status"]).ok();
    bench.karat(&["versions"]).ok();
    bench.karat(&["review", "list"]).ok();
    assert_eq!(bench.karat(&["review", "list", "--json"]).json(), serde_json::json!([]));
}

#[test]
fn every_json_result_is_one_document() {
    let (bench, bank) = Bench::of_bank(40, 9);
    let truth = bank.truth().display().to_string();
    let files = bank.files().display().to_string();
    let item = bench.karat(&["review", "list", "--json"]).json()[0]["id"].as_str().unwrap().to_owned();
    let fresh = bench.dir().join("fresh").display().to_string();
    let generated = bench.dir().join("generated").display().to_string();
    for args in [
        vec!["status"],
        vec!["ingest", &files],
        vec!["ingest", "--dry-run", &files],
        vec!["run"],
        vec!["query", "select * from silver.dim_customer"],
        vec!["review", "list"],
        vec!["review", "show", &item],
        vec!["review", "decide", &item, "same"],
        vec!["decision", "list"],
        vec!["decision", "undo", "1"],
        vec!["publish", "--dry-run"],
        vec!["publish"],
        vec!["versions"],
        vec!["rollback", "1"],
        vec!["evaluate", "--truth", &truth],
        vec!["new", &fresh],
        vec!["generate", "--customers", "5", "--thin", "--out", &generated],
    ] {
        let mut all = args.clone();
        all.push("--json");
        let found = bench.karat(&all).json();
        assert!(found.is_object() || found.is_array(), "{args:?}: {found}");
    }
}

#[test]
fn ctrl_c_ends_a_run_with_130_and_the_store_as_before() {
    let bench = Bench::sample();
    let before = bench.hashes();
    let customers = bench.customers();
    let args = ["-w", bench.ws(), "run", "--full-refresh"];
    let child = command(&args).stdout(Stdio::piped()).spawn().unwrap();
    let building = bench.path().join(".building-silver.db");
    assert!(wait_for(Duration::from_secs(30), || building.exists()));
    signal(&child, "INT");
    let said = Ran::of(&child.wait_with_output().unwrap(), &args).fails(130);
    assert!(said.contains("Cancelled. The store is as it was."), "{said}");
    assert_eq!((bench.hashes(), bench.customers()), (before, customers));
    assert_eq!(bench.value("select state from control.run order by run_id desc limit 1"), "cancelled");
    bench.karat(&["run"]).ok();
    assert_eq!(bench.leftovers(), Vec::<std::path::PathBuf>::new());
}
