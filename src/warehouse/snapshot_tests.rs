use std::collections::BTreeSet;

use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};

use super::super::fixture::{connect, one};
use super::*;
use crate::warehouse::build::build;
use crate::warehouse::graph::Graph;
use crate::warehouse::model::{ModelLayer, parse};

/// Rows of one state: key, time of change, value.
type State = Vec<(&'static str, Option<&'static str>, &'static str)>;

fn versions(strategy: Strategy, deletes: HardDeletes, states: &[State]) -> Vec<String> {
    let (mut fold, mut ended) = (Fold::new(strategy, deletes), Vec::new());
    for (at, state) in (1_i64..).zip(states) {
        for (key, changed_at, value) in state {
            fold.take(row(at, Scope::Whole, key, *changed_at, value), &mut ended);
        }
    }
    assert!(fold.finish(&mut ended).is_empty());
    ended.sort_by(|a, b| (&a.key, a.version).cmp(&(&b.key, b.version)));
    ended.iter().map(told).collect()
}

fn row(state: i64, scope: Scope, key: &str, changed_at: Option<&str>, value: &str) -> StateRow {
    let values = vec![Value::Text(key.to_owned()), if value.is_empty() { Value::Null } else { Value::Text(value.to_owned()) }];
    let changed_at = changed_at.map(str::to_owned);
    StateRow { state, at: format!("d{state}"), scope, lane: "lane".to_owned(), changed_at, key: key.to_owned(), values }
}

fn told(version: &Version) -> String {
    let value = match &version.values[1] {
        Value::Text(text) => text.as_str(),
        _ => "-",
    };
    let deleted = if version.is_deleted { " deleted" } else { "" };
    format!("{} {value} {}..{}{deleted}", version.key, version.valid_from, version.valid_to.as_deref().unwrap_or(""))
}

#[test]
fn a_changed_value_and_an_empty_one_open_versions_and_an_unchanged_one_does_not() {
    let states: Vec<State> =
        vec![vec![("a", None, "x")], vec![("a", None, "x")], vec![("a", None, "")], vec![("a", None, "")], vec![("a", None, "x")]];
    assert_eq!(versions(Strategy::Check, HardDeletes::Ignore, &states), ["a x d1..d3", "a - d3..d5", "a x d5.."]);
}

#[test]
fn a_missing_key_is_taken_in_three_ways_and_opens_a_version_when_it_returns() {
    let states: Vec<State> = vec![
        vec![("a", None, "x"), ("b", None, "y")],
        vec![("b", None, "y")],
        vec![("b", None, "y")],
        vec![("a", None, "x"), ("b", None, "y")],
    ];
    assert_eq!(versions(Strategy::Check, HardDeletes::Ignore, &states), ["a x d1..", "b y d1.."]);
    assert_eq!(versions(Strategy::Check, HardDeletes::Invalidate, &states), ["a x d1..d2", "a x d4..", "b y d1.."]);
    assert_eq!(versions(Strategy::Check, HardDeletes::NewRecord, &states), ["a x d1..d2", "a x d2..d4 deleted", "a x d4..", "b y d1.."]);
}

#[test]
fn the_source_s_time_of_change_decides_where_it_has_one() {
    let states: Vec<State> =
        vec![vec![("a", Some("c1"), "x")], vec![("a", Some("c1"), "other")], vec![("a", Some("c3"), "y")], vec![], vec![("b", None, "z")]];
    let found = versions(Strategy::Timestamp, HardDeletes::Invalidate, &states);
    assert_eq!(found, ["a x c1..c3", "a y c3..d5", "b z d5.."]);
    // A key that returns with an old time begins where it was missed: dbt would let the two overlap.
    let states: Vec<State> =
        vec![vec![("a", Some("c1"), "x"), ("b", None, "y")], vec![("b", None, "y")], vec![("a", Some("c1"), "x"), ("b", None, "y")]];
    assert_eq!(versions(Strategy::Timestamp, HardDeletes::Invalidate, &states)[..2], ["a x c1..d2", "a x d2.."]);
}

#[test]
fn parts_and_deletions_of_change_events_keep_every_version() {
    let (mut fold, mut ended) = (Fold::new(Strategy::Check, HardDeletes::Invalidate), Vec::new());
    let events = [(Scope::Part, "1"), (Scope::Part, "2"), (Scope::Part, "2"), (Scope::Gone, ""), (Scope::Gone, ""), (Scope::Part, "2")];
    for (at, (scope, value)) in (1_i64..).zip(events) {
        fold.take(row(at, scope, "a", None, value), &mut ended);
        fold.take(row(at, Scope::Part, "untouched", None, "u"), &mut ended);
    }
    fold.finish(&mut ended);
    ended.sort_by(|a, b| (&a.key, a.version).cmp(&(&b.key, b.version)));
    assert_eq!(ended.iter().map(told).collect::<Vec<_>>(), ["a 1 d1..d2", "a 2 d2..d4", "a 2 d6..", "untouched u d1.."]);
}

#[test]
fn a_key_that_stands_twice_in_a_state_is_an_error_that_names_it() {
    let mut conn = connect(None);
    conn.execute_batch(
        "CREATE TABLE bronze.erp_accounts_all (name TEXT, account_type TEXT, _batch_id INTEGER, _ingested_at TEXT, _source_system TEXT);
         INSERT INTO bronze.erp_accounts_all VALUES ('A-1', 'Savings', 1, '2025-01-01T00:00:00Z', 'erpnext'), ('A-1', 'Current', 1, '2025-01-01T00:00:00Z', 'erpnext'),
             ('A-2', 'Savings', 1, '2025-01-01T00:00:00Z', 'erpnext');",
    )
    .unwrap();
    let graph = Graph::builtin().unwrap();
    build(&mut conn, &RunCtx::default(), &graph, ModelLayer::Staging, "2025-12-31", None).unwrap();
    let report = build(&mut conn, &RunCtx::default(), &graph, ModelLayer::Silver, "2025-12-31", None).unwrap();
    let status = report.get("silver.account_history").unwrap();
    assert!(status.message.contains("the same key more than once: A-1. Mend the export"), "{}", status.message);
}

#[test]
fn a_snapshot_says_its_strategy_and_gets_its_columns() {
    let head = "-- model: h\n-- kind: snapshot\n-- inputs: bronze.erp_items_all\n-- key: name\n-- strategy: timestamp\n-- deletes: new_record\n-- column: name TEXT\n";
    let model = parse("h.sql", &format!("{head}SELECT 1, '', 'whole', 'l', NULL, name FROM bronze.erp_items_all")).unwrap();
    let names: Vec<&str> = model.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["name", "version", "valid_from", "valid_to", "is_current", "is_deleted", "scd_id"]);
    assert_eq!(
        model.history.unwrap(),
        Rule { key: vec!["name".to_owned()], strategy: Strategy::Timestamp, deletes: HardDeletes::NewRecord }
    );
    let error = parse("h.sql", &head.replace("new_record", "forget")).unwrap_err().to_string();
    assert!(error.starts_with("h.sql, line 6: the deletes forget is none of"), "{error}");
    let error = parse("h.sql", &head.replace("-- kind: snapshot\n", "")).unwrap_err().to_string();
    assert!(error.contains("belongs to a snapshot"), "{error}");
}

/// One day: per key absent, or one of three values and one of a few times of change.
type Day = Vec<Option<(u8, Option<u8>)>>;

fn days() -> impl proptest::strategy::Strategy<Value = Vec<Day>> {
    prop::collection::vec(prop::collection::vec(prop::option::of((0_u8..3, prop::option::of(0_u8..6))), 5), 1..12)
}

proptest! {
    #[test]
    fn versions_never_overlap_and_one_at_most_is_current(days in days(), timestamp: bool, mode in 0_u8..3) {
        let strategy = if timestamp { Strategy::Timestamp } else { Strategy::Check };
        let deletes = [HardDeletes::Ignore, HardDeletes::Invalidate, HardDeletes::NewRecord][usize::from(mode)];
        let run = |repeat: bool| {
            let (mut fold, mut ended) = (Fold::new(strategy, deletes), Vec::new());
            let mut number = 100;
            for day in &days {
                for _ in 0..=u8::from(repeat) {
                    number += 1;
                    for (key, cell) in day.iter().enumerate() {
                        if let Some((value, changed_at)) = cell {
                            let changed_at = changed_at.map(|at| format!("d1{at:02}"));
                            let mut row = row(number, Scope::Whole, &key.to_string(), changed_at.as_deref(), &value.to_string());
                            row.at = format!("d{}", 101 + (number - 101) / (1 + i64::from(repeat)));
                            fold.take(row, &mut ended);
                        }
                    }
                }
            }
            fold.finish(&mut ended);
            ended.sort_by(|a, b| (&a.key, a.version).cmp(&(&b.key, b.version)));
            ended
        };
        let found = run(false);
        for pair in found.windows(2).filter(|pair| pair[0].key == pair[1].key) {
            prop_assert_eq!(pair[0].version + 1, pair[1].version);
            prop_assert!(pair[0].valid_to.as_ref().is_some_and(|to| *to >= pair[0].valid_from && *to <= pair[1].valid_from));
        }
        let current: Vec<&str> = found.iter().filter(|version| version.valid_to.is_none()).map(|version| version.key.as_str()).collect();
        prop_assert_eq!(current.len(), current.iter().collect::<BTreeSet<_>>().len());
        // The same state once more adds nothing.
        prop_assert_eq!(found, run(true));
    }
}

/// Ten daily states as dbt-core with dbt-duckdb kept them (`benches/peers/dbt_snapshots.py`): same versions, same intervals.
#[test]
fn versions_are_those_of_dbt() {
    let conn = connect(None);
    let states = include_str!("snapshot_states.csv");
    let wanted = include_str!("snapshot_dbt.csv");
    conn.execute_batch(
        "CREATE TABLE bronze.found (run TEXT, id TEXT, name TEXT, city TEXT, valid_from TEXT, valid_to TEXT, is_deleted TEXT)",
    )
    .unwrap();
    for (name, strategy) in [("timestamp", Strategy::Timestamp), ("check", Strategy::Check)] {
        for (mode, deletes) in
            [("ignore", HardDeletes::Ignore), ("invalidate", HardDeletes::Invalidate), ("new_record", HardDeletes::NewRecord)]
        {
            let (mut fold, mut ended) = (Fold::new(strategy, deletes), Vec::new());
            for line in states.lines().skip(1) {
                let cells: Vec<&str> = line.split(',').collect();
                let value = |at: usize| if cells[at].is_empty() { Value::Null } else { Value::Text(cells[at].to_owned()) };
                let (state, changed_at) = (cells[0][8..10].parse().unwrap(), Some(cells[4].to_owned()));
                let values = vec![Value::Text(cells[1].to_owned()), value(2), value(3)];
                fold.take(
                    StateRow {
                        state,
                        at: cells[0].to_owned(),
                        scope: Scope::Whole,
                        lane: String::new(),
                        changed_at,
                        key: cells[1].to_owned(),
                        values,
                    },
                    &mut ended,
                );
            }
            assert!(fold.finish(&mut ended).is_empty());
            for version in ended {
                let mut cells = vec![Value::Text(format!("{name} {mode}"))];
                cells.extend(version.values);
                cells.extend([
                    Value::Text(version.valid_from),
                    Value::Text(version.valid_to.unwrap_or_default()),
                    Value::Text(if version.is_deleted { "True" } else { "False" }.to_owned()),
                ]);
                conn.execute("INSERT INTO bronze.found VALUES (?, ?, ?, ?, ?, ?, ?)", rusqlite::params_from_iter(cells)).unwrap();
            }
        }
    }
    let found: String = one(
        &conn,
        "SELECT group_concat(line, char(10)) FROM (SELECT run || ',' || id || ',' || coalesce(name, '') || ',' || coalesce(city, '') || ',' || valid_from || ',' || valid_to || ',' || is_deleted AS line
         FROM bronze.found ORDER BY line)",
    );
    let wanted: Vec<&str> = wanted.lines().skip(1).collect();
    let found: Vec<&str> = found.lines().collect();
    assert!(wanted.len() > 100, "{}", wanted.len());
    assert_eq!(found, wanted);
}
