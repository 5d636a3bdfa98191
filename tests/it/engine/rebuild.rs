//! Silver and gold follow from bronze and control alone.

use std::collections::BTreeMap;

use karat::engine::Command;

use crate::support::desk::SOME_DAY;
use crate::support::{Bench, Desk};

#[test]
fn a_second_run_finds_the_same() {
    let (bench, _) = Bench::of_bank(80, 5);
    let first = bench.hashes();
    bench.karat(&["run"]).ok();
    assert_eq!(bench.hashes(), first);
}

#[test]
fn a_rebuild_from_bronze_and_control_is_the_same_on_another_day() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    for (at, item) in desk.open_items().iter().enumerate() {
        desk.decide(&item.id, if at % 2 == 0 { karat::engine::Answer::Same } else { karat::engine::Answer::Different });
    }
    desk.run();
    drop(desk);
    let first = bench.hashes();
    for (years, full_refresh) in [(1, false), (30, true)] {
        std::fs::remove_file(bench.path().join("silver.db")).unwrap();
        std::fs::remove_dir_all(bench.path().join("gold")).unwrap();
        let desk = Desk::open_at(&bench.path(), SOME_DAY + years * 31_557_600);
        desk.done(Command::Run { publish: true, full_refresh });
        drop(desk);
        assert_eq!(bench.hashes(), first, "{years} years later");
    }
}

#[test]
fn the_same_files_in_another_workspace_give_the_same() {
    let (bench, bank) = Bench::of_bank(40, 9);
    bench.loaded_at_one_moment();
    bench.karat(&["run"]).ok();
    let other = Bench::new();
    // One by one and in another order: bronze differs, what follows from it does not.
    let mut files: Vec<_> = std::fs::read_dir(bank.files()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.reverse();
    for file in files {
        other.karat(&["ingest", file.to_str().unwrap()]).ok();
    }
    other.loaded_at_one_moment();
    other.karat(&["run"]).ok();
    assert_eq!(other.hashes(), bench.hashes());
}

#[test]
fn the_number_of_threads_does_not_show() {
    let (bench, bank) = Bench::of_bank(40, 9);
    bench.loaded_at_one_moment();
    bench.karat(&["run"]).ok();
    let other = Bench::new();
    let alone = |args: &[&str]| {
        let ran = crate::support::program::command(args).env("RAYON_NUM_THREADS", "1").output().unwrap();
        assert!(ran.status.success());
    };
    alone(&["-w", other.ws(), "ingest", bank.files().to_str().unwrap()]);
    other.loaded_at_one_moment();
    alone(&["-w", other.ws(), "run"]);
    assert_eq!(other.hashes(), bench.hashes());
}

/// One event of a source's log about a customer: number, operation, name, address; the place in the log, and when it was if the log says so.
fn event((id, op, name, address): (u32, &str, &str, &str), lsn: u32, at_ms: Option<u64>) -> String {
    let row = format!(
        r#"{{"id":{id},"first_name":"{name}","last_name":"Roe","email":"{name}@example.org","phone":null,"date_of_birth":null,"address":"{address}","status":"ACTIVE","created_at":"2025-01-02T08:00:00Z","updated_at":"2025-01-02T08:00:00Z"}}"#
    );
    let (before, after) = if op == "d" { (row.as_str(), "null") } else { ("null", row.as_str()) };
    let at = at_ms.map_or_else(String::new, |at| format!(r#","ts_ms":{at}"#));
    format!(
        r#"{{"before":{before},"after":{after},"source":{{"connector":"postgresql","name":"bank","schema":"public","table":"customers","lsn":{lsn},"txId":{lsn}{at}}},"op":"{op}"{at}}}"#
    )
}

/// What comes to a bank in a week: the day, the file's name, and what it holds. States that tell when a row changed and states that do not, rows
/// that go and return, a row that cannot be read, parts, and change events.
fn a_week() -> Vec<(i64, &'static str, String)> {
    let erp = "name,customer_name,email_id,address,modified\n";
    let crm = "client_id,first_name,last_name,email,city,account_number,account_open_date\n";
    let ledger = "id,first_name,last_name,email,phone,date_of_birth,address,status,created_at,updated_at\n";
    let ann = |city: &str| format!("1,Ann,Ray,ann@example.org,{city},A-1,01/02/2020\n");
    let bob = "2,Bob,Roe,bob@example.org,York,A-2,01/02/2020\n";
    let oswin = "C-1,Oswin Tarrel,oswin@example.org";
    let ida = |status: &str, at: &str| format!("7,Ida,Quist,ida@example.org,,1980-01-01,1 Elm Row,{status},2025-01-01T00:00:00Z,{at}\n");
    let lines = |events: &[String]| events.join("\n") + "\n";
    let first = event((1, "c", "Cid", "1 Oak Row"), 10, Some(1_760_000_000_000));
    vec![
        (
            0,
            "erp_customers.csv",
            format!("{erp}{oswin},12 Larkspur Lane,2025-01-05 08:00:00\nC-2,Petra Llanwyn,petra@example.org,3 Elm Row,\nC-3,short\n"),
        ),
        (0, "raw_crm_customers.csv", format!("{crm}{}{bob}", ann("Leeds"))),
        (0, "customers+0+0000000000.json", lines(&[first.clone(), event((2, "c", "Dot", "2 Oak Row"), 11, None)])),
        (1, "raw_crm_customers.csv", format!("{crm}{}", ann("York"))),
        (1, "ledger_customers.csv", format!("{ledger}{}", ida("ACTIVE", "2025-01-01T00:00:00Z"))),
        (
            2,
            "customers+0+0000000002.json",
            lines(&[
                first,
                event((1, "u", "Cid", "9 Ash Row"), 20, Some(1_760_100_000_000)),
                event((2, "d", "Dot", "2 Oak Row"), 21, None),
            ]),
        ),
        (3, "erp_customers.csv", format!("{erp}{oswin},1 Harbour Street,2025-09-01 10:00:00\n")),
        (3, "ledger_customers.csv", format!("{ledger}{}", ida("CLOSED", "2025-03-01T00:00:00Z"))),
        (5, "raw_crm_customers.csv", format!("{crm}{}{bob}", ann("York"))),
        (
            5,
            "erp_customers.csv",
            format!("{erp}{oswin},1 Harbour Street,2025-09-01 10:00:00\nC-2,Petra Llanwyn,petra@example.org,3 Elm Row,\n"),
        ),
    ]
}

/// Loads the week, each file on its day; a run after each, or one at the end. On the second day the row that could not be read is mended.
fn loaded_in_a_week(runs_daily: bool) -> Bench {
    let bench = Bench::new();
    let on = |day: i64| Desk::open_at(&bench.path(), SOME_DAY + day * 86_400);
    for (at, (day, name, text)) in a_week().into_iter().enumerate() {
        let path = bench.file(&format!("{at}/{name}"), text);
        on(day).done(Command::Ingest { paths: vec![path.into()], source: None, profile: None, dry_run: false });
        if at == 2 {
            let id = bench.number("SELECT quarantine_id FROM bronze.quarantine");
            let text = "C-3,Ines Fabry,ines@example.org,5 Elm Row,".to_owned();
            on(1).done(Command::Quarantine(karat::engine::QuarantineDeed::MendAndReplay { id, text }));
        }
        if runs_daily {
            on(day).run();
        }
    }
    on(6).run();
    bench
}

fn differing<'a>(found: &BTreeMap<String, [u8; 32]>, wanted: &'a BTreeMap<String, [u8; 32]>) -> Vec<&'a str> {
    assert_eq!(found.len(), wanted.len());
    wanted.iter().filter(|(table, hash)| found.get(*table) != Some(*hash)).map(|(table, _)| table.as_str()).collect()
}

#[test]
fn histories_are_rebuilt_to_the_second_whenever_runs_came() {
    let bench = loaded_in_a_week(true);
    let (hashes, tables) = (bench.hashes(), bench.tables());
    let versions = "SELECT source_system || ' ' || source_customer_id || ' ' || version || ' ' || valid_from || '..' || coalesce(valid_to, '') || CASE is_current WHEN 1 THEN ' now' ELSE '' END
        FROM silver.customer_history ORDER BY source_system, source_customer_id, version";
    let told: Vec<String> = bench.rows(versions).into_iter().flatten().collect();
    let wanted = [
        // Of events: the log's time; of those without one the time at which they were loaded.
        "bank 1 1 2025-10-09T08:53:20.000Z..2025-10-10T12:40:00.000Z",
        "bank 1 2 2025-10-10T12:40:00.000Z.. now",
        "bank 2 1 2025-11-20T09:22:12Z..2025-11-22T09:22:12Z",
        // Of states without a time of change: when each was loaded.
        "crm 1 1 2025-11-20T09:22:12Z..2025-11-21T09:22:12Z",
        "crm 1 2 2025-11-21T09:22:12Z.. now",
        "crm 2 1 2025-11-20T09:22:12Z..2025-11-21T09:22:12Z",
        "crm 2 2 2025-11-25T09:22:12Z.. now",
        "erpnext C-1 1 2025-01-05T08:00:00Z..2025-09-01T10:00:00Z",
        "erpnext C-1 2 2025-09-01T10:00:00Z.. now",
        "erpnext C-2 1 2025-11-20T09:22:12Z..2025-11-23T09:22:12Z",
        "erpnext C-2 2 2025-11-25T09:22:12Z.. now",
        // Mended a day later than its file came.
        "erpnext C-3 1 2025-11-21T09:22:12Z..2025-11-23T09:22:12Z",
        "ledger 7 1 2025-01-01T00:00:00Z..2025-03-01T00:00:00Z",
        "ledger 7 2 2025-03-01T00:00:00Z.. now",
    ];
    assert_eq!(told, wanted);
    let ids = bench.number("SELECT count(DISTINCT scd_id) FROM silver.customer_history");
    assert_eq!(ids, i64::try_from(wanted.len()).unwrap());
    // From nothing but bronze and control, later, and with everything built anew.
    for (years, full_refresh) in [(1, false), (30, true)] {
        std::fs::remove_file(bench.path().join("silver.db")).unwrap();
        std::fs::remove_dir_all(bench.path().join("gold")).unwrap();
        Desk::open_at(&bench.path(), SOME_DAY + years * 31_557_600).done(Command::Run { publish: true, full_refresh });
        assert_eq!(differing(&bench.tables(), &tables), [""; 0], "{years} years later");
        assert_eq!(bench.hashes(), hashes, "{years} years later");
    }
    // Where one run came at the end of the week, the same versions held at the same times. (Customers' keys remember the runs that gave them.)
    let once = loaded_in_a_week(false);
    assert_eq!(once.rows(versions).into_iter().flatten().collect::<Vec<_>>(), told);
}
