//! Files that go wrong, each once through the program: what is said, and that the others are loaded.

use std::process::Stdio;
use std::time::Duration;

use crate::support::program::{command, signal, wait_for};
use crate::support::{Bench, Ran};

const HEADER: &str = "branch_id,branch_name,manager_name,opened_date,performance_rating,region,staff_count\n";

fn branches(from: u32, to: u32) -> String {
    let rows: String = (from..to).map(|n| format!("BR{n:03},Branch {n},Ann Ray,2015-03-15,4.5,Central,{n}\n")).collect();
    format!("{HEADER}{rows}")
}

/// One file through the program: its status and message, and how many branches there are then.
fn one(bytes: impl AsRef<[u8]>) -> (String, String, i64) {
    let bench = Bench::new();
    let path = bench.file("drop/gs_branches.csv", bytes);
    let (_, status, message) = bench.ingest(&[&path]).remove(0);
    let known = bench.number("SELECT count(*) FROM bronze.sqlite_master WHERE name = 'gs_branches'");
    let rows = if known == 0 { 0 } else { bench.number("SELECT count(*) FROM bronze.gs_branches") };
    (status, message, rows)
}

fn assert_failed(found: &(String, String, i64), words: &str) {
    assert_eq!((found.0.as_str(), found.2), ("failed", 0), "{found:?}");
    assert!(found.1.contains(words) && found.1.contains("gs_branches.csv"), "{found:?}");
}

fn assert_loaded(found: &(String, String, i64), rows: i64) {
    assert_eq!((found.0.as_str(), found.2), ("loaded", rows), "{found:?}");
}

#[test]
fn nothing_to_read() {
    assert_failed(&one(""), "is empty");
    assert_failed(&one("\n \n\n"), "only blank lines");
    assert_loaded(&one(HEADER), 0);
}

#[test]
fn delimiters_and_encodings() {
    assert_loaded(&one(branches(1, 9).replace(',', ";")), 8);
    let (header, rows) = (HEADER, branches(1, 9).replace(HEADER, "").replace(',', ";"));
    assert_failed(&one(format!("{header}{rows}")), "delimiter may be wrong");
    assert_loaded(
        &one(b"branch_id,branch_name,manager_name,opened_date,performance_rating,region,staff_count\nBR1,Z\xFCrich,A,2015-03-15,4,C,1\n"),
        1,
    );
    let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(branches(1, 9).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_loaded(&one(utf16), 8);
}

#[test]
fn rows_that_do_not_fit_are_kept_aside_with_their_place() {
    let bench = Bench::new();
    let path = bench.file("gs_branches.csv", format!("{}BR9,short\nBR10,a,b,2015-03-15,4,C,1,more,more\n", branches(1, 4)));
    let (_, status, _) = bench.ingest(&[&path]).remove(0);
    assert_eq!(status, "loaded");
    let kept = bench.rows("SELECT line, reason, raw_text FROM bronze.quarantine ORDER BY line");
    assert_eq!(kept.len(), 2);
    assert!(kept[0][0] == "5" && kept[0][1].contains("too few fields: 2") && kept[0][2] == "BR9,short", "{kept:?}");
    assert!(kept[1][0] == "6" && kept[1][1].contains("too many fields: 9"), "{kept:?}");
    assert_eq!(bench.number("SELECT count(*) FROM bronze.gs_branches"), 3);
}

#[test]
fn a_quote_that_never_closes_costs_its_row() {
    let bench = Bench::new();
    let path = bench.file(
        "gs_branches.csv",
        format!("{}BR9,\"never closed,Ann,2015-03-15,4,C,9\n{}", branches(1, 30), branches(40, 60).replace(HEADER, "")),
    );
    let (_, status, message) = bench.ingest(&[&path]).remove(0);
    let told = bench.rows("SELECT line, reason FROM bronze.quarantine");
    assert!(status == "loaded" || message.contains("quote"), "{status}: {message}");
    assert!(told.iter().any(|row| row[0] == "31" && row[1].contains("quote")) || message.contains("line 31"), "{told:?} {message}");
}

#[test]
fn three_hundred_columns_are_no_bank_table() {
    let names: Vec<String> = (0..300).map(|n| format!("column_{n}")).collect();
    let bench = Bench::new();
    let path = bench.file("wide.csv", format!("{}\n{}\n", names.join(","), vec!["1"; 300].join(",")));
    let (_, status, message) = bench.ingest(&[&path]).remove(0);
    assert_eq!(status, "not recognised", "{message}");
    assert!(message.contains("wide.csv") && message.contains("300"), "{message}");
    // A known table with so many columns more keeps them all.
    let wide = format!("{},{}\nBR1,a,b,2015-03-15,4,C,1,{}\n", HEADER.trim(), names.join(","), vec!["7"; 300].join(","));
    let path = bench.file("gs_branches.csv", wide);
    assert_eq!(bench.ingest(&[&path])[0].1, "loaded");
    assert_eq!(bench.value("SELECT column_299 FROM bronze.gs_branches"), "7");
}

#[test]
fn a_vanished_file_and_a_broken_one_do_not_stop_the_rest() {
    let bench = Bench::new();
    let good = bench.file("drop/gs_branches.csv", branches(1, 9));
    let bad = bench.file("drop/sf_contacts.csv", "");
    let gone = bench.dir().join("drop/erp_customers.csv").display().to_string();
    let told = bench.ingest(&[&bad, &gone, &good]);
    assert_eq!(told.len(), 3, "{told:?}");
    let of = |name: &str| told.iter().find(|file| file.0 == name).unwrap();
    assert_eq!(of("gs_branches.csv").1, "loaded");
    assert_eq!(of("sf_contacts.csv").1, "failed");
    assert!(of("erp_customers.csv").1 == "failed" && of("erp_customers.csv").2.contains("not there"), "{told:?}");
    let alone = bench.karat(&["ingest", &gone]).fails(1);
    assert!(alone.contains("no file could be loaded"), "{alone}");
}

#[test]
fn the_same_file_is_not_loaded_twice_and_a_dry_run_loads_nothing() {
    let bench = Bench::new();
    let path = bench.file("gs_branches.csv", branches(1, 9));
    bench.karat(&["ingest", "--dry-run", &path]).ok();
    assert_eq!(bench.number("SELECT count(*) FROM bronze.sqlite_master WHERE name = 'gs_branches'"), 0);
    assert_eq!(bench.ingest(&[&path])[0].1, "loaded");
    assert_eq!(bench.ingest(&[&path])[0].1, "same as before");
    assert_eq!(bench.number("SELECT count(*) FROM bronze.gs_branches_all"), 8);
}

#[test]
fn a_large_file_cancelled_midway_leaves_the_store_as_it_was() {
    let (bench, _) = Bench::of_bank(40, 9);
    let count = "SELECT count(*), count(DISTINCT _batch_id) FROM bronze.sb_app_events_all";
    let before = (bench.rows(count), bench.hashes());
    let rows: String = (0..600_000)
        .map(|n| format!("2024-01-01T10:00:00Z,{{}},2024-01-01T10:00:00Z,view_balance,big-{n},s-{n},a{n}@example.com\n"))
        .collect();
    let large = bench.file("sb_events.csv", format!("created_at,event_data,event_timestamp,event_type,id,session_id,user_email\n{rows}"));
    let args = ["-w", bench.ws(), "ingest", &large];
    let child = command(&args).stdout(Stdio::piped()).spawn().unwrap();
    let log = bench.path().join("bronze.db-wal");
    let grows = || std::fs::metadata(&log).is_ok_and(|facts| facts.len() > 2_000_000);
    assert!(wait_for(Duration::from_secs(60), grows), "it never began to write");
    signal(&child, "INT");
    let said = Ran::of(&child.wait_with_output().unwrap(), &args).fails(130);
    assert!(said.contains("The store is as it was"), "{said}");
    assert_eq!((bench.rows(count), bench.hashes()), before);
    assert_eq!(bench.number("SELECT count(*) FROM bronze.sb_app_events WHERE id LIKE 'big-%'"), 0);
    assert_eq!(bench.value("SELECT status FROM bronze.batch ORDER BY batch_id DESC LIMIT 1"), "cancelled");
    bench.karat(&["run"]).ok();
    assert_eq!(bench.hashes(), before.1);
}
