use std::collections::BTreeMap;

use proptest::prelude::{Just, Strategy, prop, prop_assert_eq, prop_oneof, proptest};
use rusqlite::Connection;

use super::super::fixture::{connect, one};
use crate::base::RunCtx;
use crate::warehouse::build::{Beside, BuildReport, Earlier, ModelState, Plan, build_with};
use crate::warehouse::graph::Graph;
use crate::warehouse::model::{ModelLayer, parse};

const AS_OF: &str = "2025-12-31";
const BODY: &str = "SELECT id, day, amount FROM bronze.spending WHERE :since IS NULL OR day >= :since";

fn text(more: &str, columns: &[&str], body: &str) -> String {
    let columns: String = columns.iter().map(|column| format!("-- column: {column}\n")).collect();
    format!(
        "-- model: spent\n-- layer: silver\n-- materialized: incremental\n-- about: What was spent.\n-- inputs: bronze.spending\n{more}{columns}{body}\n"
    )
}

fn graph(text: &str) -> Graph {
    Graph::of(vec![parse("models/spent.sql", text).unwrap()]).unwrap()
}

fn usual(more: &str) -> Graph {
    graph(&text(more, &["id TEXT", "day TEXT", "amount INTEGER"], BODY))
}

fn bank() -> Connection {
    let conn = connect(None);
    conn.execute_batch("CREATE TABLE bronze.spending (id TEXT, day TEXT, amount INTEGER, colour TEXT)").unwrap();
    conn
}

fn put(conn: &Connection, rows: &str) {
    conn.execute_batch(&format!("INSERT INTO bronze.spending (id, day, amount, colour) VALUES {rows}")).unwrap();
}

fn run(conn: &mut Connection, graph: &Graph, earlier: Earlier) -> BuildReport {
    let plan = Plan { as_of: AS_OF, only: None, earlier };
    build_with(conn, &RunCtx::default(), graph, ModelLayer::Silver, &plan, Beside::default()).unwrap()
}

/// In place; what it says of itself, or why it failed.
fn ran(conn: &mut Connection, graph: &Graph) -> String {
    let report = run(conn, graph, Earlier::InPlace);
    let status = &report.models[0];
    if status.state == ModelState::Failed { status.message.clone() } else { status.note.clone() }
}

fn rows(conn: &Connection) -> String {
    one(conn, "SELECT coalesce(group_concat(concat_ws(' ', id, day, amount), '; ' ORDER BY id, amount), '') FROM silver.spent")
}

const WINDOW: &str = "-- unique_key: id\n-- lookback: 3 days over day\n";

#[test]
fn new_rows_come_in_changed_ones_replace_theirs_and_older_ones_are_left_alone() {
    let (mut conn, graph) = (bank(), usual(WINDOW));
    put(&conn, "('a', '2025-01-01', 1, NULL), ('b', '2025-01-09', 2, NULL)");
    assert_eq!(ran(&mut conn, &graph), "", "the first time it is built whole");
    conn.execute_batch("UPDATE bronze.spending SET amount = 20 WHERE id = 'b'; UPDATE bronze.spending SET amount = 10 WHERE id = 'a'")
        .unwrap();
    put(&conn, "('c', '2025-01-10', 3, NULL)");
    assert_eq!(ran(&mut conn, &graph), "took in 2 rows since 2025-01-06");
    // a lies before the window: what changed there stays unseen until everything is made anew.
    assert_eq!(rows(&conn), "a 2025-01-01 1; b 2025-01-09 20; c 2025-01-10 3");
    run(&mut conn, &graph, Earlier::None);
    assert_eq!(rows(&conn), "a 2025-01-01 10; b 2025-01-09 20; c 2025-01-10 3");
}

#[test]
fn append_puts_behind_and_microbatch_replaces_the_window() {
    let (mut conn, appended) = (bank(), usual("-- strategy: append\n-- lookback: 0 days over day\n"));
    put(&conn, "('a', '2025-01-01', 1, NULL)");
    ran(&mut conn, &appended);
    assert_eq!(ran(&mut conn, &appended), "took in 1 row since 2025-01-01");
    assert_eq!(rows(&conn), "a 2025-01-01 1; a 2025-01-01 1", "as dbt's append: rows of the window come twice");
    let window = usual("-- strategy: microbatch\n-- lookback: 3 days over day\n");
    run(&mut conn, &window, Earlier::None);
    put(&conn, "('b', '2025-01-02', 2, NULL)");
    ran(&mut conn, &window);
    conn.execute_batch("DELETE FROM bronze.spending WHERE id = 'a'").unwrap();
    ran(&mut conn, &window);
    assert_eq!(rows(&conn), "b 2025-01-02 2", "what the source took out of the window is gone");
}

#[test]
fn rows_that_share_a_key_are_named() {
    let (mut conn, graph) = (bank(), usual(WINDOW));
    put(&conn, "('a', '2025-01-01', 1, NULL)");
    ran(&mut conn, &graph);
    put(&conn, "('b', '2025-01-02', 1, NULL), ('b', '2025-01-02', 2, NULL)");
    let said = ran(&mut conn, &graph);
    assert!(said.contains("silver.spent: rows have the same key more than once: b."), "{said}");
    // The next run builds it whole, for nothing is kept of it.
    conn.execute_batch("DELETE FROM bronze.spending WHERE amount = 2").unwrap();
    assert_eq!(ran(&mut conn, &graph), "");
    assert_eq!(rows(&conn), "a 2025-01-01 1; b 2025-01-02 1");
}

#[test]
fn other_columns_are_taken_by_the_policy() {
    let wider = |policy: &str| {
        let more = format!("{WINDOW}-- on_schema_change: {policy}\n");
        graph(&text(
            &more,
            &["id TEXT", "day TEXT", "colour TEXT"],
            "SELECT id, day, colour FROM bronze.spending WHERE :since IS NULL OR day >= :since",
        ))
    };
    let after = |policy: &str| {
        let mut conn = bank();
        put(&conn, "('a', '2025-01-01', 1, 'red')");
        run(&mut conn, &usual(WINDOW), Earlier::None);
        put(&conn, "('b', '2025-02-01', 2, 'blue')");
        let said = ran(&mut conn, &wider(policy));
        let columns: String = one(&conn, "SELECT group_concat(name, ' ') FROM pragma_table_info('spent', 'silver')");
        (said, columns, conn)
    };
    let (said, columns, conn) = after("append_new_columns");
    assert!(said.starts_with("took in 2 rows since 2024-12-29; new: colour; gone: amount; its SQL changed since"), "{said}");
    assert_eq!(columns, "id day amount colour");
    let found: String = one(
        &conn,
        "SELECT group_concat(concat_ws(',', id, coalesce(amount, '-'), coalesce(colour, '-')), ' ' ORDER BY id) FROM silver.spent",
    );
    assert_eq!(found, "a,-,red b,-,blue", "a lies in the window and is read again");
    let (_, columns, _) = after("sync_all_columns");
    assert_eq!(columns, "id day colour");
    let (said, ..) = after("fail");
    assert!(said.contains("models/spent.sql") && said.contains("new: colour; gone: amount") && said.contains("--full-refresh"), "{said}");
    let (said, ..) = after("ignore");
    assert!(said.contains("gone: amount") && said.contains("sync_all_columns"), "{said}");
    // A column that is only new is left out.
    let mut conn = bank();
    put(&conn, "('a', '2025-01-01', 1, 'red')");
    run(&mut conn, &usual(WINDOW), Earlier::None);
    let body = "SELECT id, day, amount, colour FROM bronze.spending WHERE :since IS NULL OR day >= :since";
    let said = ran(&mut conn, &graph(&text(WINDOW, &["id TEXT", "day TEXT", "amount INTEGER", "colour TEXT"], body)));
    assert!(said.contains("left out by on_schema_change = ignore: colour"), "{said}");
    assert_eq!(one::<String>(&conn, "SELECT group_concat(name, ' ') FROM pragma_table_info('spent', 'silver')"), "id day amount");
}

#[test]
fn a_head_that_cannot_be_is_named_with_its_line() {
    let said = |more: &str, body: &str| {
        parse("models/spent.sql", &text(more, &["id TEXT", "day TEXT", "amount INTEGER"], body)).unwrap_err().to_string()
    };
    let table = |head: &str| {
        let text = format!(
            "-- model: spent\n-- layer: silver\n{head}-- inputs: bronze.spending\n-- column: day TEXT\nSELECT day FROM bronze.spending\nWHERE day > :since"
        );
        parse("models/spent.sql", &text).unwrap_err().to_string()
    };
    assert_eq!(said("-- lookback: a week over day\n", BODY), "models/spent.sql, line 6: a look-back window reads `3 days over COLUMN`");
    assert!(said("-- lookback: 3 days over nothing\n", BODY).contains("goes over nothing, which is no column"));
    assert!(
        said("-- strategy: upsert\n", BODY).contains("line 6: the strategy upsert is none of append, delete+insert, merge, microbatch")
    );
    assert!(said("-- on_schema_change: perhaps\n", BODY).contains("none of ignore, fail, append_new_columns, sync_all_columns"));
    assert!(said("-- strategy: microbatch\n", "SELECT id, day, amount FROM bronze.spending").contains("wants a look-back window"));
    assert!(said("-- strategy: merge\n", "SELECT id, day, amount FROM bronze.spending").contains("wants a unique_key"));
    assert!(said("-- unique_key: id\n", BODY).contains("line 10: :since is asked"), "{}", said("-- unique_key: id\n", BODY));
    assert!(table("").contains("line 6: :since belongs to an incremental model"), "{}", table(""));
    assert!(table("-- lookback: 3 days over day\n").contains("line 3: lookback belongs to an incremental model"));
}

/// One arrival: rows to put or change, each so many days after the newest day before (at most as far back as the window), and which to take out.
type Arrival = (Vec<(u8, i64, i64)>, Vec<u8>);

fn arrival() -> impl Strategy<Value = Arrival> {
    let row = (0_u8..12, -3_i64..6, -5_i64..100);
    let gone = prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(0_u8..12, 1..3)];
    (prop::collection::vec(row, 0..6), gone)
}

/// What came, as the rows of a source by key.
fn arrive(held: &mut BTreeMap<u8, (i64, i64)>, arrival: &Arrival, may_take_out: bool) {
    let newest = held.values().map(|(day, _)| *day).max().unwrap_or(100);
    let in_window = |day: i64| day >= newest - 3;
    for (key, days, amount) in &arrival.0 {
        // A row of before the window does not change any more: that is what the window promises.
        if held.get(key).is_none_or(|(day, _)| in_window(*day)) {
            held.insert(*key, (newest + days, *amount));
        }
    }
    if may_take_out {
        held.retain(|key, (day, _)| !arrival.1.contains(key) || !in_window(*day) || *day > newest);
    }
}

fn load(conn: &Connection, held: &BTreeMap<u8, (i64, i64)>) {
    conn.execute_batch("DELETE FROM bronze.spending").unwrap();
    for (key, (day, amount)) in held {
        let sql = "INSERT INTO bronze.spending VALUES (?1, date('2025-01-01', '+' || ?2 || ' days'), ?3, NULL)";
        conn.execute(sql, rusqlite::params![format!("k{key:02}"), day, amount]).unwrap();
    }
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]

    #[test]
    fn taking_in_what_is_new_equals_building_the_whole(arrivals in prop::collection::vec(arrival(), 1..8)) {
        let window = "-- unique_key: id\n-- strategy: microbatch\n-- lookback: 3 days over day\n";
        for (head, may_take_out) in [(WINDOW, false), (window, true)] {
            let (graph, mut step, mut whole) = (usual(head), bank(), bank());
            let mut held = BTreeMap::new();
            for arrival in &arrivals {
                arrive(&mut held, arrival, may_take_out);
                load(&step, &held);
                load(&whole, &held);
                run(&mut step, &graph, Earlier::InPlace);
                run(&mut whole, &graph, Earlier::None);
                prop_assert_eq!(rows(&step), rows(&whole));
            }
        }
    }
}
