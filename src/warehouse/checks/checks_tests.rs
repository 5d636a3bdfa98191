use std::collections::BTreeMap;

use rusqlite::Connection;

use super::check::Threshold;
use super::*;
use crate::base::RunCtx;
use crate::store::data_test::{Scalar, TestKind};
use crate::warehouse::fixture::{build_all, connect, small};

const NOTHING: BTreeMap<(String, String), Vec<u64>> = BTreeMap::new();

fn known() -> Known<'static> {
    Known { as_of: "2025-12-31", earlier_rows: Box::leak(Box::new(NOTHING)) }
}

fn run_promises(conn: &mut Connection) -> Vec<TestResult> {
    let ctx = RunCtx::default();
    let mut runner = Runner::new(promises(), None, &ctx);
    runner.rest(conn).unwrap();
    runner.results
}

fn run_one(conn: &mut Connection, test: &DataTest) -> TestResult {
    let ctx = RunCtx::default();
    let mut runner = Runner::new(vec![check_of(test, "workspace.toml", 1, &known()).unwrap()], None, &ctx);
    runner.rest(conn).unwrap();
    runner.results.pop().unwrap()
}

#[test]
fn promises_hold_and_orphans_are_warnings() {
    let mut conn = small();
    build_all(&mut conn, "2025-12-31");
    let results = run_promises(&mut conn);
    assert_eq!(results.len(), promises().len());
    let failing: Vec<String> = results
        .iter()
        .filter(|r| r.outcome != Outcome::Pass)
        .map(|r| format!("{} {} {}", r.outcome.name(), r.table, r.failing_rows))
        .collect();
    assert_eq!(
        failing,
        ["warn silver.branch_alias 1", "warn silver.dim_account 1", "warn silver.fct_complaints 1", "warn silver.fct_complaints 1"]
    );
}

#[test]
fn a_lost_record_is_an_error() {
    let mut conn = small();
    build_all(&mut conn, "2025-12-31");
    conn.execute_batch("DELETE FROM silver.bridge_customer_ids WHERE source_customer_id = 'CUST-3'").unwrap();
    let results = run_promises(&mut conn);
    let lost = results.iter().find(|r| r.name == "no_lost_record").unwrap();
    assert_eq!((lost.outcome, lost.failing_rows), (Outcome::Error, 1));
    assert!(lost.stops());
    assert_eq!(lost.message, "1 case: customer records are no customer, or more than one.");
}

/// Ten operations of four accounts, with a breach of every kind.
fn bank() -> Connection {
    let conn = connect(None);
    conn.execute_batch(
        "CREATE TABLE bronze.account (id TEXT, iban TEXT);
         INSERT INTO bronze.account VALUES ('1', 'DE12'), ('2', 'DE34'), ('3', 'FR5'), ('4', '');
         CREATE TABLE bronze.operation (id TEXT, account TEXT, kind TEXT, amount TEXT, day TEXT);
         INSERT INTO bronze.operation VALUES ('a', '1', 'credit', '10.10', '2025-12-30'), ('b', '1', 'debit', '20.20', '2025-12-29'),
             ('b', '2', 'CREDIT', '-5', '12/28/2025'), ('d', '9', 'debit', 'ten', ''), ('e', '', 'credit', NULL, '2025-11-01'),
             (NULL, '3', 'gift', '7', '2025-12-01');
         CREATE TABLE bronze.ledger (account TEXT, amount TEXT);
         INSERT INTO bronze.ledger VALUES ('1', '30.30'), ('2', '-5'), ('3', '8');",
    )
    .unwrap();
    conn
}

fn of(kind: TestKind, column: &str) -> DataTest {
    DataTest::of("bronze.operation", kind, Some(column))
}

#[test]
fn every_kind_finds_its_rows_and_no_others() {
    let mut conn = bank();
    let text = |value: &str| Some(Scalar::Text(value.into()));
    let table = [
        (of(TestKind::Unique, "id"), 1),
        (DataTest { columns: vec!["account".into()], ..of(TestKind::Unique, "id") }, 0),
        (of(TestKind::NotNull, "account"), 1),
        (of(TestKind::NotNull, "id"), 1),
        (DataTest { values: vec![Scalar::Text("credit".into()), Scalar::Text("debit".into())], ..of(TestKind::AcceptedValues, "kind") }, 2),
        (DataTest { to: Some("bronze.account.id".into()), ..of(TestKind::Relationships, "account") }, 1),
        (DataTest { min: Some(Scalar::Integer(0)), ..of(TestKind::Range, "amount") }, 2),
        (DataTest { min: Some(Scalar::Integer(0)), condition: Some("id <> 'd'".into()), ..of(TestKind::Range, "amount") }, 1),
        (DataTest { min: text("2025-12-01"), max: text("2025-12-29"), ..of(TestKind::Range, "day") }, 2),
        (DataTest { pattern: Some("^[a-z]+$".into()), ..of(TestKind::Regex, "kind") }, 1),
        (DataTest { max: Some(Scalar::Integer(5)), ..of(TestKind::Length, "kind") }, 3),
        (DataTest { max_age_days: Some(2.0), ..of(TestKind::Freshness, "day") }, 0),
        (DataTest { max_age_days: Some(0.0), ..of(TestKind::Freshness, "day") }, 1),
        (DataTest { min: Some(Scalar::Integer(7)), ..DataTest::of("bronze.operation", TestKind::RowCount, None) }, 1),
        (DataTest { to: Some("bronze.ledger.amount".into()), by: Some("account".into()), ..of(TestKind::Sum, "amount") }, 1),
        (
            DataTest {
                to: Some("bronze.ledger.amount".into()),
                by: Some("account".into()),
                tolerance: Some(1.0),
                ..of(TestKind::Sum, "amount")
            },
            0,
        ),
        (
            DataTest {
                to: Some("bronze.ledger.amount".into()),
                condition: Some("account IN ('1', '2')".into()),
                min: Some(Scalar::Real(0.7)),
                max: Some(Scalar::Real(0.8)),
                ..of(TestKind::Ratio, "amount")
            },
            0,
        ),
        (DataTest { sql: Some("SELECT id FROM bronze.operation WHERE kind = 'gift';".into()), ..of(TestKind::Sql, "kind") }, 1),
    ];
    for (test, expected) in table {
        let result = run_one(&mut conn, &test);
        assert_ne!(result.outcome, Outcome::Broken, "{test:?}: {}", result.message);
        assert_eq!(result.failing_rows, expected, "{}: {}", result.name, result.sql);
        assert_eq!(result.outcome == Outcome::Pass, expected == 0, "{}", result.name);
    }
}

#[test]
fn thresholds_tell_error_from_warning() {
    let mut conn = bank();
    let orphan = DataTest { to: Some("bronze.account.id".into()), ..of(TestKind::Relationships, "account") };
    let outcome = |conn: &mut Connection, severity, error_if: Option<&str>, warn_if: Option<&str>| {
        let own = |text: Option<&str>| text.map(str::to_owned);
        run_one(conn, &DataTest { severity, error_if: own(error_if), warn_if: own(warn_if), ..orphan.clone() }).outcome
    };
    // A source's test warns; one row of six fails.
    assert_eq!(outcome(&mut conn, None, None, None), Outcome::Warn);
    assert_eq!(outcome(&mut conn, Some(Severity::Error), None, None), Outcome::Error);
    assert_eq!(outcome(&mut conn, Some(Severity::Error), Some("> 1"), None), Outcome::Warn);
    assert_eq!(outcome(&mut conn, Some(Severity::Error), Some("> 1"), Some("> 1")), Outcome::Pass);
    assert_eq!(outcome(&mut conn, Some(Severity::Error), Some(">= 16 %"), None), Outcome::Error);
    assert_eq!(outcome(&mut conn, Some(Severity::Error), Some("> 17%"), None), Outcome::Warn);
    assert_eq!(outcome(&mut conn, Some(Severity::Warn), Some(">= 1"), None), Outcome::Warn);
    assert!(Threshold::parse("10").is_none() && Threshold::parse("> ten").is_none() && Threshold::parse(">-1").is_none());
}

#[test]
fn a_row_count_far_from_the_mean_of_earlier_runs_is_found() {
    let mut conn = bank();
    let test = DataTest::of("bronze.operation", TestKind::RowCount, None);
    for (earlier, fails) in [(vec![], 0), (vec![5, 7], 0), (vec![3, 3], 1), (vec![100], 1)] {
        let rows = BTreeMap::from([(("bronze.operation".to_owned(), "row_count".to_owned()), earlier)]);
        let check = check_of(&test, "workspace.toml", 1, &Known { as_of: "", earlier_rows: &rows }).unwrap();
        let ctx = RunCtx::default();
        let mut runner = Runner::new(vec![check], None, &ctx);
        runner.rest(&mut conn).unwrap();
        assert_eq!((runner.results[0].failing_rows, runner.results[0].checked_rows), (fails, 6));
    }
}

#[test]
fn a_test_that_writes_or_is_wrong_is_broken_and_changes_nothing() {
    let mut conn = bank();
    for (sql, said) in [
        ("DELETE FROM bronze.operation RETURNING id", "it may not write"),
        ("SELECT id FROM bronze.operation) ; DROP TABLE bronze.operation; --", ""),
        ("WITH x AS (SELECT 1) INSERT INTO bronze.account SELECT * FROM x", ""),
        ("SELECT nix FROM bronze.operation", "no such column: nix"),
        ("SELECT load_extension('x')", ""),
    ] {
        let result = run_one(&mut conn, &DataTest { sql: Some(sql.into()), severity: Some(Severity::Error), ..of(TestKind::Sql, "id") });
        assert_eq!(result.outcome, Outcome::Broken, "{sql}");
        assert!(result.stops() && result.message.contains(said) && result.message.starts_with("workspace.toml"), "{}", result.message);
    }
    let rows: i64 = conn.query_row("SELECT count(*) FROM bronze.operation", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 6);
    // The connection writes again afterwards.
    conn.execute_batch("DELETE FROM bronze.operation").unwrap();
}

#[test]
fn a_declaration_that_cannot_be_is_refused_with_its_place() {
    for test in [
        of(TestKind::AcceptedValues, "kind"),
        of(TestKind::Relationships, "account"),
        of(TestKind::Range, "amount"),
        of(TestKind::Regex, "kind"),
        DataTest { pattern: Some("(".into()), ..of(TestKind::Regex, "kind") },
        DataTest { error_if: Some("many".into()), ..of(TestKind::NotNull, "kind") },
        DataTest { table: "operation".into(), ..of(TestKind::NotNull, "kind") },
        DataTest::of("bronze.operation", TestKind::NotNull, None),
    ] {
        let error = check_of(&test, "workspace.toml", 7, &known()).unwrap_err().to_string();
        assert!(error.starts_with("workspace.toml, line 7: the test "), "{error}");
    }
}

#[test]
fn files_of_tests_and_heads_of_models_are_checks() {
    let model = "-- model: mine\n-- layer: gold\n-- inputs: silver.dim_account\n-- test: kind = \"unique\", column = \"id\", severity = \"warn\"\n\
                 -- column: id TEXT\nSELECT account_id FROM silver.dim_account\n";
    let graph = Graph::with_own(&[("models/mine.sql".into(), model.into())]).unwrap();
    let file = "-- severity: warn\n-- about: Every account has a customer.\nSELECT * FROM silver.dim_account a\nLEFT JOIN silver.dim_customer c USING (customer_key) WHERE c.customer_key IS NULL";
    let checks = all(&graph, &[], &[("tests/orphans.sql".into(), file.into())], &known()).unwrap();
    let mine = checks.iter().find(|check| check.table == "gold.mine").unwrap();
    assert_eq!((mine.name.as_str(), mine.severity, mine.place.as_str()), ("unique_id", Severity::Warn, "models/mine.sql"));
    let orphans = checks.last().unwrap();
    assert_eq!((orphans.name.as_str(), orphans.table.as_str()), ("orphans", "silver.dim_account"));
    assert_eq!(orphans.needs, ["silver.dim_customer"]);
    assert!(all(&graph, &[], &[("tests/x.sql".into(), "SELECT 1".into())], &known()).is_err());
}
