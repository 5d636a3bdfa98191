//! Live gold: what an increment gives is what a run gives.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use karat::engine::pages::ArrivalsOutcome;
use karat::engine::watch::{Arrival, Facts};
use karat::engine::{Command, Report};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusqlite::Connection;

use crate::support::{Bench, Desk};

/// Customer-grained tables that take increments.
const OF_CUSTOMERS: [&str; 13] = [
    "fct_transactions",
    "fct_complaints",
    "fct_interactions",
    "agg_customer_accounts",
    "agg_customer_transactions",
    "agg_customer_service",
    "agg_customer_digital",
    "customer_risk_factor",
    "agg_customer_risk",
    "customer_activity",
    "customer_balance",
    "customer_360",
    "high_risk_customers",
];
/// Tables that add up; every row of them is compared.
const SUMS: [&str; 3] = ["dashboard_daily_metrics", "agg_monthly_transactions", "agg_monthly_service"];

fn arrive(desk: &Desk, paths: &[&str]) -> ArrivalsOutcome {
    let files = paths.iter().map(|path| arrival(Path::new(path))).collect();
    match desk.done(Command::Arrive { files }) {
        Report::Arrived(outcome) => *outcome,
        other => panic!("{other:?}"),
    }
}

fn arrival(path: &Path) -> Arrival {
    let facts = std::fs::metadata(path).unwrap();
    let modified = facts.modified().unwrap();
    Arrival { path: path.to_owned(), facts: Facts { size: facts.len(), modified }, at: modified, is_new: true }
}

/// Live gold beside a built gold as `full`.
fn beside(live: &Path, full: &Path) -> Connection {
    let conn = Connection::open(live).unwrap();
    conn.execute("ATTACH ?1 AS full", [full.to_str().unwrap()]).unwrap();
    conn
}

/// Rows in which two tables differ, `rfm_` columns left out: they rank all customers, and stay as published.
fn differing(conn: &Connection, table: &str, of: &str) -> i64 {
    let mut names =
        conn.prepare(&format!("SELECT '\"' || name || '\"' FROM pragma_table_info('{table}') WHERE name NOT LIKE 'rfm%'")).unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let list = names.join(", ");
    let side = |schema: &str| format!("SELECT {list} FROM {schema}.{table} WHERE {of}");
    let sql = format!(
        "SELECT (SELECT count(*) FROM ({0} EXCEPT {1})) + (SELECT count(*) FROM ({1} EXCEPT {0})) + abs((SELECT count(*) FROM ({0})) - (SELECT count(*) FROM ({1})))",
        side("main"),
        side("full")
    );
    conn.query_row(&sql, [], |row| row.get(0)).unwrap()
}

/// One row of a delta: which known transaction, whether it is changed or a new one like it, day of December, amount, state.
type Row = (prop::sample::Index, bool, u32, u32, usize);

const STATES: [&str; 3] = ["Completed", "Pending", "Cancelled"];

/// A file of transactions: changes of known ones and new ones on the same accounts.
fn delta(known: &[Vec<String>], header: &[String], rows: &[Row], serial: usize) -> String {
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let mut text = header.join(",") + "\n";
    for (number, (which, is_change, day, amount, state)) in rows.iter().enumerate() {
        let mut row = known[which.index(known.len())].clone();
        row[at("amount")] = format!("{}.{:02}", amount / 100, amount % 100);
        row[at("status")] = STATES[*state].to_owned();
        if !is_change {
            row[at("name")] = format!("NEW-{serial}-{number}");
            row[at("posting_date")] = format!("2025-12-{day:02}");
            row[at("balance_after")] = format!("{}.00", amount % 5_000);
        }
        let cells: Vec<String> = row
            .iter()
            .map(|cell| if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() })
            .collect();
        writeln!(text, "{}", cells.join(",")).unwrap();
    }
    text
}

fn gold(bench: &Bench) -> PathBuf {
    let version = bench.number("SELECT max(version) FROM control.gold_version");
    bench.path().join(format!("gold/{version:04}.db"))
}

#[test]
fn rows_of_touched_customers_are_those_of_a_run() {
    let (bench, bank) = Bench::of_bank(60, 11);
    let mut reader = csv::Reader::from_path(bank.files().join("erp_transactions.csv")).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let known: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let row = (any::<prop::sample::Index>(), any::<bool>(), 1_u32..32, 1_u32..900_000, 0_usize..3);
    let files = prop::collection::vec(prop::collection::vec(row, 1..40), 1..4);
    let serial = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 5, failure_persistence: None, ..Config::default() });
    runner
        .run(&files, |files| {
            let desk = bench.desk();
            let published = gold(&bench);
            for rows in &files {
                serial.set(serial.get() + 1);
                let text = delta(&known, &header, rows, serial.get());
                let path = bench.file(&format!("drop/erp_transactions_{}.csv", serial.get()), text);
                let outcome = arrive(&desk, &[&path]);
                prop_assert!(outcome.files[0].is_live, "{:?}", outcome);
            }
            let live = bench.path().join("gold/live.db");
            let kept = bench.dir().join("kept.db");
            // A reader copies it: what stands in the log beside it comes along.
            let _ = std::fs::remove_file(&kept);
            Connection::open(&live).unwrap().execute("VACUUM INTO ?1", [kept.to_str().unwrap()]).unwrap();
            let ran = desk.run();
            prop_assert!(ran.published);
            drop(desk);
            let conn = beside(&kept, &gold(&bench));
            conn.execute("ATTACH ?1 AS before", [published.to_str().unwrap()]).unwrap();
            conn.execute_batch(
                "CREATE TEMP TABLE touched AS SELECT DISTINCT customer_key FROM (SELECT * FROM main.fct_transactions EXCEPT SELECT * FROM before.fct_transactions)
                 WHERE customer_key IS NOT NULL",
            )
            .unwrap();
            let touched: i64 = conn.query_row("SELECT count(*) FROM touched", [], |row| row.get(0)).unwrap();
            prop_assert!(touched > 0);
            for table in OF_CUSTOMERS {
                prop_assert_eq!(differing(&conn, table, "customer_key IN (SELECT customer_key FROM touched)"), 0, "{}", table);
            }
            for table in SUMS {
                prop_assert_eq!(differing(&conn, table, "1"), 0, "{}", table);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn cases_and_tasks_are_taken_and_what_can_t_be_waits_and_says_so() {
    let (bench, bank) = Bench::of_bank(60, 11);
    let desk = bench.desk();
    let cases = bank.file("sf_cases.csv");
    let mut lines = cases.lines();
    let header = lines.next().unwrap();
    let again: Vec<String> = lines.take(5).map(|line| line.replace("Closed", "Open")).collect();
    let path = bench.file("drop/sf_cases_new.csv", format!("{header}\n{}\n", again.join("\n")));
    let outcome = arrive(&desk, &[&path]);
    assert!(outcome.files[0].is_live && outcome.customers > 0 && outcome.waiting == 0, "{outcome:?}");
    // A whole export of customers replaces the one before: customers are made by a run.
    let customers = bank.file("erp_customers.csv").replace("Individual", "Company");
    let path = bench.file("drop/erp_customers.csv", customers);
    let outcome = arrive(&desk, &[&path]);
    let waits = outcome.files[0].waits.clone().unwrap_or_default();
    assert_eq!(waits, "a snapshot replaces its whole table: it waits for the next run");
    assert_eq!((outcome.waiting, outcome.customers), (1, 0));
    let conn = Connection::open(bench.path().join("gold/live.db")).unwrap();
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM live_state WHERE state = 'live' AND table_name IN ('fct_complaints', 'customer_360')"), 2);
    assert_eq!(count("SELECT count(*) FROM live_state WHERE state = 'as published' AND table_name = 'kpi' AND note <> ''"), 1);
    assert_eq!(count("SELECT count(*) FROM live_batch WHERE state = 'waits'"), 1);
    drop(conn);
    desk.run();
    let conn = Connection::open(bench.path().join("gold/live.db")).unwrap();
    let left: i64 = conn.query_row("SELECT count(*) FROM live_batch", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0, "a publish makes live gold anew");
    let differ = beside(&bench.path().join("gold/live.db"), &gold(&bench));
    assert_eq!(differing(&differ, "customer_360", "1"), 0);
}

#[test]
fn a_reader_sees_the_old_rows_or_the_new_and_a_broken_increment_leaves_the_old() {
    let (bench, bank) = Bench::of_bank(60, 11);
    let desk = bench.desk();
    let text = bank.file("sf_tasks.csv");
    let mut lines = text.lines();
    let (header, line) = (lines.next().unwrap(), lines.next().unwrap());
    let outcome = arrive(&desk, &[&bench.file("drop/sf_tasks_1.csv", format!("{header}\n{line}\n"))]);
    assert!(outcome.files[0].is_live, "{outcome:?}");
    let live = bench.path().join("gold/live.db");
    let reader = Connection::open(&live).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let count = |conn: &Connection| conn.query_row("SELECT count(*) FROM fct_interactions", [], |row| row.get::<_, i64>(0)).unwrap();
    let before = count(&reader);
    let new = text
        .lines()
        .skip(1)
        .take(20)
        .enumerate()
        .map(|(n, line)| line.replace(",00T", &format!(",00X{n}T")))
        .collect::<Vec<_>>()
        .join("\n");
    let outcome = arrive(&desk, &[&bench.file("drop/sf_tasks_2.csv", format!("{header}\n{new}\n"))]);
    assert!(outcome.files[0].is_live, "{outcome:?}");
    assert_eq!(count(&reader), before, "a reader in the middle sees what it saw");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(count(&reader), before + 20);
    // One of the tables that come last is not what it was: nothing of the increment may stay.
    Connection::open(&live).unwrap().execute_batch("ALTER TABLE customer_360 RENAME TO elsewhere").unwrap();
    let more = new.replace(",00X", ",00Y");
    let outcome = arrive(&desk, &[&bench.file("drop/sf_tasks_3.csv", format!("{header}\n{more}\n"))]);
    assert!(outcome.not_live.as_deref().unwrap_or_default().contains("customer_360"), "{outcome:?}");
    assert_eq!(count(&reader), before + 20);
    Connection::open(&live).unwrap().execute_batch("ALTER TABLE elsewhere RENAME TO customer_360").unwrap();
    let outcome = arrive(&desk, &[]);
    assert!(outcome.customers > 0 && outcome.not_live.is_none(), "{outcome:?}");
    assert_eq!(count(&reader), before + 40, "the next try takes what the one before could not");
}

#[test]
fn files_that_cannot_be_read_stop_nothing() {
    let (bench, bank) = Bench::of_bank(60, 11);
    let desk = bench.desk();
    let cut = bench.file("drop/erp_transactions_a.csv.gz", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x4c][..]);
    let wrong = bench.file("drop/other.csv", "colour,shape\nred,round\n");
    let text = bank.file("erp_transactions.csv");
    let good: String = text.lines().take(1).chain(text.lines().skip(1).take(3)).map(|line| format!("{line}\n")).collect();
    let good = bench.file("drop/erp_transactions_b.csv", good.replace("TXN-", "TXN-N"));
    let outcome = arrive(&desk, &[&cut, &wrong, &good]);
    let states: Vec<&str> = outcome.files.iter().map(|file| file.status.as_str()).collect();
    assert_eq!(states, ["failed", "not recognised", "loaded"], "{outcome:?}");
    assert!(outcome.files[2].is_live && !outcome.files[0].message.is_empty());
    let known = bench.rows("SELECT status FROM control.watched_file ORDER BY path");
    assert_eq!(known, [["failed"], ["loaded"], ["not recognised"]]);
}
