//! Runs that come by themselves, and how long what runs leave behind is kept.

use std::fs;
use std::time::{Duration, Instant};

use karat::base::{CancelToken, Clock, RunCtx};
use karat::engine::runs_deed::RetentionRule;
use karat::engine::{Backend, Command, Event, Outcome, Page, Query, Report, RunsDeed, RunsQuery, SessionOptions};

use crate::support::{Bench, Desk};

/// A clock on which the next full minute is so far away.
fn before_a_minute(left: Duration) -> Clock {
    let now = Clock::System.now();
    let second = chrono::TimeDelta::milliseconds(now.timestamp_millis().rem_euclid(60_000));
    Clock::Ahead(chrono::TimeDelta::seconds(60) - second - chrono::TimeDelta::from_std(left).unwrap())
}

#[test]
fn a_run_comes_when_it_is_time_and_no_longer_when_it_is_off() {
    let (bench, _) = Bench::of_bank(60, 11);
    let clock = before_a_minute(Duration::from_secs(2));
    let desk = Desk::of(SessionOptions { keeps_schedule: true, ..Desk::options(clock) });
    desk.done(Command::Open { dir: bench.path() });
    let set = |cron: Option<&str>| {
        desk.done(Command::Runs(RunsDeed::SetSchedule { cron: cron.map(str::to_owned), user: "lena".into() }));
    };
    set(Some("* * * * *"));
    let until = Instant::now() + Duration::from_secs(60);
    let ran = loop {
        assert!(Instant::now() < until, "no run came");
        std::thread::sleep(Duration::from_millis(20));
        let ended = desk.engine.poll().into_iter().find_map(|event| match event {
            Event::Ended { outcome: Outcome::Done(Report::Ran(outcome)), .. } => Some(outcome),
            Event::Ended { outcome: Outcome::Failed { message, .. }, .. } => panic!("{message}"),
            _ => None,
        });
        if let Some(outcome) = ended {
            break outcome;
        }
    };
    assert!(ran.published && ran.run == 2, "{ran:?}");
    set(None);
    drop(desk);
    let line = &bench.karat(&["runs", "list", "--json"]).json()["runs"][0];
    assert_eq!(line["by"], "tester, by schedule");
    assert_eq!(
        bench.rows("SELECT detail FROM control.audit WHERE deed = 'run' ORDER BY audit_id DESC LIMIT 1"),
        [["started by the schedule"]]
    );
    assert_eq!(bench.rows("SELECT author, detail FROM control.audit WHERE deed = 'schedule'"), [["lena", "* * * * *"], ["lena", "off"]]);
}

/// Three days of customers, each a snapshot, and a run after each.
fn three_days() -> Bench {
    let (bench, bank) = Bench::of_bank(60, 11);
    let text = bank.file("erp_customers.csv");
    for (day, leave_out) in [(1, 1), (2, 2)] {
        let rows: Vec<&str> = text.lines().collect();
        let kept = rows.iter().enumerate().filter(|(at, _)| *at == 0 || *at > leave_out).map(|(_, row)| format!("{row}\n"));
        bench.karat(&["ingest", &bench.file(&format!("day{day}/erp_customers.csv"), kept.collect::<String>())]).ok();
        bench.karat(&["run"]).ok();
    }
    bench
}

fn rule(batch_days: Option<u32>, gold_versions: Option<u32>, reports: Option<u32>) -> Command {
    Command::Runs(RunsDeed::SetRetention { rule: RetentionRule { batch_days, gold_versions, reports }, user: "lena".into() })
}

fn apply() -> Command {
    Command::Runs(RunsDeed::ApplyRetention { user: "lena".into() })
}

#[test]
fn what_is_old_goes_and_what_is_needed_stays() {
    let bench = three_days();
    let count = |sql: &str| bench.number(sql);
    let rows = "SELECT count(*) FROM bronze.erp_customers_all";
    let (all, shown) = (count(rows), bench.rows("SELECT * FROM bronze.erp_customers ORDER BY name"));
    let others = bench.rows("SELECT * FROM bronze.erp_transactions ORDER BY name");
    let hashes = bench.hashes();
    // A year on.
    let desk = Desk::open_at(&bench.path(), Clock::System.now().timestamp() + 400 * 86_400);
    // Without a rule nothing goes.
    assert!(matches!(desk.done(apply()), Report::Said(said) if said.contains("everything is kept")));
    desk.done(rule(Some(30), Some(0), Some(1)));
    let Page::Retention(view) = &*desk.ask(Query::Runs(RunsQuery::Retention)) else { panic!() };
    assert_eq!(view.summary, format!("2 files of bronze ({} rows), 1 gold version, 2 reports", all - i64::try_from(shown.len()).unwrap()));
    assert!(view.kept.iter().any(|kept| kept == "gold v3: people see it") && view.kept.iter().any(|kept| kept.starts_with("gold v2")));
    let before = fs::metadata(bench.path().join("bronze.db")).unwrap().len();
    let Report::Said(said) = desk.done(apply()) else { panic!() };
    assert!(said.starts_with("Removed 2 files of bronze") && said.ends_with("free again"), "{said}");
    drop(desk);
    assert!(fs::metadata(bench.path().join("bronze.db")).unwrap().len() < before);
    let left = |name: &str| bench.path().join(name).exists();
    assert!(!left("gold/0001.db") && !left("gold/0001_masked.db") && left("gold/0002.db") && left("gold/0003.db"));
    assert!(!left("reports/run-0001.html") && !left("reports/run-0002.eml") && left("reports/run-0003.html"));
    // What holds is what held, row for row, and what is built from it is the same.
    assert_eq!(count(rows), i64::try_from(shown.len()).unwrap());
    assert_eq!(bench.rows("SELECT * FROM bronze.erp_customers ORDER BY name"), shown);
    assert_eq!(bench.rows("SELECT * FROM bronze.erp_transactions ORDER BY name"), others);
    assert_eq!(count("SELECT count(*) FROM bronze.batch WHERE status = 'removed'"), 2);
    let logged = bench.rows("SELECT author, detail FROM control.audit WHERE deed = 'retention' ORDER BY audit_id");
    assert!(logged[0][0] == "lena" && logged[1][1].starts_with("removed 2 files of bronze"), "{logged:?}");
    bench.karat(&["verify"]).ok();
    bench.karat(&["run"]).ok();
    assert_eq!(bench.rows("SELECT count(*) FROM gold.customer_360").len(), 1);
    let now = bench.hashes();
    assert_ne!(now, hashes, "histories begin with what is left");
    // New files come in behind what is left.
    bench.karat(&["ingest", &bench.file("day9/erp_customers.csv", bank_of(&bench))]).ok();
    assert_eq!(bench.rows("SELECT count(*) FROM bronze.erp_customers_all")[0][0].parse::<usize>().unwrap(), 2 * shown.len() - 1);
}

/// The current customers but one, as a file.
fn bank_of(bench: &Bench) -> String {
    let columns = "name, customer_name, customer_type, customer_group, territory, email_id, mobile_no, creation";
    let text = bench.karat(&["query", &format!("SELECT {columns} FROM bronze.erp_customers"), "--format", "csv", "--limit", "100000"]).ok();
    let lines: Vec<&str> = text.lines().collect();
    lines[..lines.len() - 1].iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn what_decisions_rest_on_stays() {
    let bench = three_days();
    // Somebody decided about the first customer, whom only the first file shows.
    let gone = bench.value("SELECT name FROM bronze.erp_customers_all EXCEPT SELECT name FROM bronze.erp_customers ORDER BY 1 LIMIT 1");
    let other = bench.value("SELECT name FROM bronze.erp_customers LIMIT 1");
    let conn = rusqlite::Connection::open(bench.path().join("control.db")).unwrap();
    conn.execute_batch(&format!(
        "INSERT INTO decision (decision_id, item_id, answer, author, decided_at, fingerprint, summary) VALUES (900, 'x', 'different', 't', '2025-01-01T00:00:00Z', 1, 's');
         INSERT INTO decision_member VALUES (900, 0, 'erpnext', '{gone}'); INSERT INTO decision_member VALUES (900, 1, 'erpnext', '{other}');"
    ))
    .unwrap();
    drop(conn);
    let desk = Desk::open_at(&bench.path(), Clock::System.now().timestamp() + 400 * 86_400);
    desk.done(rule(Some(30), None, None));
    let Page::Retention(view) = &*desk.ask(Query::Runs(RunsQuery::Retention)) else { panic!() };
    assert_eq!(view.going.len(), 1, "{view:?}");
    assert!(view.kept[0].contains("people decided about a record that no newer file shows"), "{:?}", view.kept);
    desk.done(apply());
    drop(desk);
    assert_eq!(bench.number(&format!("SELECT count(*) FROM bronze.erp_customers_all WHERE name = '{gone}'")), 1);
}

#[test]
fn cancelled_everything_is_as_it_was() {
    let bench = three_days();
    let before = fs::read(bench.path().join("bronze.db")).unwrap();
    let rows = bench.number("SELECT count(*) FROM bronze.erp_customers_all");
    let ids = std::collections::BTreeSet::from([1_i64]);
    let ctx = RunCtx { cancel: CancelToken::default(), ..RunCtx::default() };
    ctx.cancel.cancel();
    let path = bench.path();
    let aside = path.join(".building-bronze.db");
    let result = karat::store::bronze::retention::remove_batches(&path.join("bronze.db"), &aside, &ids, &ctx);
    assert!(matches!(result, Err(karat::store::StoreError::Cancelled)), "{result:?}");
    assert!(!aside.exists() && fs::read(path.join("bronze.db")).unwrap() == before);
    assert_eq!(bench.number("SELECT count(*) FROM bronze.erp_customers_all"), rows);
}
