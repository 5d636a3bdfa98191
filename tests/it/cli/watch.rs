//! `karat watch`.

use std::time::Duration;

use crate::support::program::{command, signal, wait_for};
use crate::support::{Bench, Ran};

fn number(bench: &Bench, sql: &str) -> i64 {
    let text = bench.karat(&["query", "--live", sql, "--format", "csv"]).ok();
    text.lines().nth(1).unwrap().parse().unwrap()
}

/// Three transactions like the bank's first ones, under other numbers.
fn three_more(bank: &crate::support::Bank, mark: &str) -> String {
    let text = bank.file("erp_transactions.csv");
    text.lines().take(4).map(|line| format!("{}\n", line.replace("TXN-", mark))).collect()
}

#[test]
fn once_takes_what_is_there_and_carries_it_through_to_gold() {
    let (bench, bank) = Bench::of_bank(60, 11);
    let before = bench.number("select count(*) from gold.fct_transactions");
    let said = bench.karat(&["query", "--live", "select 1"]).fails(1);
    assert!(said.contains("no live gold") && said.contains("karat watch"), "{said}");
    bench.file("drop/erp_transactions_1.csv", three_more(&bank, "W1-"));
    bench.file("drop/erp_transactions_2.csv.part", three_more(&bank, "W2-"));
    bench.file("drop/broken.csv.gz", &[0x1f, 0x8b, 8, 0, 1, 2][..]);
    let drop = bench.dir().join("drop");
    let drop = drop.to_str().unwrap();
    let out = bench.karat(&["watch", drop, "--once"]).ok();
    assert!(out.contains("erp_transactions_1.csv  erp_transactions  3 rows  loaded  visible"), "{out}");
    assert!(out.contains("broken.csv.gz") && !out.contains(".part"), "{out}");
    assert_eq!(number(&bench, "select count(*) from gold.fct_transactions"), before + 3);
    assert_eq!(bench.number("select count(*) from gold.fct_transactions"), before, "published gold does not change");
    // Nothing is taken twice; what is new is taken.
    assert_eq!(bench.karat(&["watch", drop, "--once"]).ok(), "");
    std::fs::rename(bench.dir().join("drop/erp_transactions_2.csv.part"), bench.dir().join("drop/erp_transactions_2.csv")).unwrap();
    bench.file("drop/erp_customers.csv", bank.file("erp_customers.csv").replace("Individual", "Company"));
    let ran = bench.karat(&["watch", drop, "--once"]);
    let out = ran.ok();
    assert!(out.contains("it waits for the next run") && out.contains("published"), "{out}");
    assert_eq!(bench.number("select count(*) from gold.fct_transactions"), before + 6, "the run took all of it");
    assert_eq!(number(&bench, "select count(*) from gold.fct_transactions"), before + 6);
}

#[test]
fn a_watcher_takes_files_as_they_come_and_can_be_killed_at_any_time() {
    let (bench, bank) = Bench::of_bank(60, 11);
    std::fs::create_dir(bench.dir().join("drop")).unwrap();
    let drop = bench.dir().join("drop");
    let before = bench.number("select count(*) from gold.fct_transactions");
    let args = ["-w", bench.ws(), "watch", drop.to_str().unwrap(), "--run-after", "0"];
    for round in 0_u64..4 {
        let mut child = command(&args).spawn().unwrap();
        let name = format!("erp_transactions_{round}.csv");
        bench.file("aside.tmp", three_more(&bank, &format!("K{round}-")));
        std::thread::sleep(Duration::from_millis(150 * round));
        std::fs::rename(bench.dir().join("aside.tmp"), drop.join(&name)).unwrap();
        std::thread::sleep(Duration::from_millis(40 + 90 * round));
        signal(&child, "KILL");
        child.wait().unwrap();
        if bench.path().join("gold/live.db").exists() {
            let conn = rusqlite::Connection::open(bench.path().join("gold/live.db")).unwrap();
            assert_eq!(conn.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(), "ok");
        }
    }
    let mut child = command(&args).spawn().unwrap();
    let is_whole = || {
        let ran = bench.karat(&["query", "--live", "select count(*) from gold.fct_transactions", "--format", "csv"]);
        ran.code == 0 && ran.out.lines().nth(1) == Some(&(before + 12).to_string())
    };
    let seen = wait_for(Duration::from_secs(30), is_whole);
    signal(&child, "INT");
    child.wait().unwrap();
    assert!(seen, "what came before a kill was not taken after it");
    assert_eq!(bench.leftovers(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn folders_are_kept_in_the_settings_and_what_is_none_is_refused() {
    let bench = Bench::new();
    let said = bench.karat(&["watch"]).fails(2);
    assert!(said.contains("which folder?"), "{said}");
    let said = bench.karat(&["watch", bench.dir().join("gone").to_str().unwrap(), "--once"]).fails(1);
    assert!(said.contains("can't be watched"), "{said}");
    std::fs::create_dir(bench.dir().join("drop")).unwrap();
    let drop = bench.dir().join("drop").canonicalize().unwrap();
    let args = ["-w", bench.ws(), "watch", drop.to_str().unwrap(), "--keep"];
    let child = command(&args).spawn().unwrap();
    let settings = bench.path().join("workspace.toml");
    let kept =
        wait_for(Duration::from_secs(20), || std::fs::read_to_string(&settings).is_ok_and(|text| text.contains(drop.to_str().unwrap())));
    signal(&child, "INT");
    let ended = Ran::of(&child.wait_with_output().unwrap(), &args);
    assert!(kept, "{ended:?}");
    let inside = bench.path().join("gold");
    let said = bench.karat(&["watch", inside.to_str().unwrap(), "--keep"]).fails(1);
    assert!(said.contains("lies in it"), "{said}");
}
