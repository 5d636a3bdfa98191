//! SQL that a person types on the Query page, by the page's own command: it reads, it can be stopped, and it never fills the memory.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use karat::base::{Cell, DataTable};
use karat::engine::{Backend, Command, DataDeed, Outcome, Page, Query, Report};

use crate::support::{Bench, Desk};

/// As the page asks.
fn typed(desk: &Desk, sql: &str) -> Outcome {
    desk.perform(Command::Sql { sql: sql.to_owned(), limit: 10_000 })
}

#[track_caller]
fn rows(desk: &Desk, sql: &str) -> Arc<DataTable> {
    match typed(desk, sql) {
        Outcome::Done(Report::Table { table, .. }) => table,
        other => panic!("{sql}: {other:?}"),
    }
}

/// Every way of writing that anybody of us could think of. `{out}`: a file that must not come to be.
const WRITES: &[&str] = &[
    // Rows.
    "INSERT INTO control.setting VALUES ('a', 'b')",
    "INSERT INTO control.setting VALUES ('a', 'b') RETURNING *",
    "INSERT OR REPLACE INTO control.setting VALUES ('a', 'b') ON CONFLICT DO NOTHING",
    "REPLACE INTO control.setting VALUES ('a', 'b')",
    "UPDATE silver.dim_customer SET full_name = 'x' RETURNING full_name",
    "UPDATE gold.customer_360 SET risk_score = 0 FROM silver.dim_customer d WHERE d.customer_key = customer_360.customer_key",
    "DELETE FROM gold.customer_360",
    "DELETE FROM control.audit RETURNING *",
    "WITH x AS (SELECT 1) INSERT INTO control.setting SELECT 'a', 'b'",
    "WITH x AS (SELECT 1) DELETE FROM bronze.batch",
    // Tables, views, triggers, indexes.
    "CREATE TABLE gold.x (a)",
    "CREATE TABLE x (a)",
    "CREATE TABLE x AS SELECT * FROM silver.dim_customer",
    "CREATE TEMP TABLE x AS SELECT 1",
    "CREATE VIEW gold.v AS SELECT 1",
    "CREATE TEMP VIEW v AS SELECT 1",
    "CREATE TEMP TRIGGER t AFTER UPDATE ON silver.dim_customer BEGIN DELETE FROM silver.dim_customer; END",
    "CREATE TRIGGER gold.t AFTER DELETE ON customer_360 BEGIN SELECT 1; END",
    "CREATE INDEX silver.i ON dim_customer (full_name)",
    "CREATE VIRTUAL TABLE x USING fts5(a)",
    "CREATE VIRTUAL TABLE temp.x USING rtree(id, a, b)",
    "CREATE VIRTUAL TABLE gold.x USING dbstat",
    "DROP TABLE silver.dim_customer",
    "DROP VIEW bronze.erp_customers",
    "ALTER TABLE silver.dim_customer ADD COLUMN x",
    "ALTER TABLE silver.dim_customer RENAME TO other",
    // Files.
    "ATTACH '{out}' AS other",
    "ATTACH DATABASE 'file:{out}?mode=rwc' AS other",
    "DETACH silver",
    "VACUUM",
    "VACUUM INTO '{out}'",
    "VACUUM silver INTO '{out}'",
    "SELECT load_extension('x')",
    "SELECT LOAD_EXTENSION('x', 'y')",
    "SELECT writefile('{out}', 'x')",
    "SELECT edit('x', 'touch {out}')",
    "SELECT fts3_tokenizer('simple', x'00')",
    // What the engine is told.
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "PRAGMA silver.user_version = 9",
    "PRAGMA control.journal_mode = DELETE",
    "PRAGMA control.wal_checkpoint(TRUNCATE)",
    "PRAGMA optimize",
    "SELECT * FROM pragma_journal_mode",
    "SELECT * FROM pragma_table_info('dim_customer', 'silver')",
    "REINDEX",
    "ANALYZE",
    "ANALYZE silver.dim_customer",
    "BEGIN",
    "BEGIN IMMEDIATE",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT s",
    "RELEASE s",
    // More than one statement, and what hides one.
    "SELECT 1; SELECT 2",
    "SELECT 1; DELETE FROM gold.customer_360",
    "SELECT 1 /* ; */ ; DELETE FROM gold.customer_360 --",
    "-- only reading\nDELETE FROM gold.customer_360",
    "/* SELECT */ DELETE /**/ FROM/**/gold.customer_360",
    ";;DELETE FROM gold.customer_360",
    "EXPLAIN DELETE FROM gold.customer_360",
    "EXPLAIN QUERY PLAN DELETE FROM gold.customer_360",
    "EXPLAIN SELECT 1; DELETE FROM gold.customer_360",
    "SELECT 1\u{0}; DELETE FROM gold.customer_360",
    "",
    ";",
    "-- nothing",
];

#[test]
fn no_way_of_writing_gets_through_and_no_byte_changes() {
    let (bench, _) = Bench::of_bank(40, 9);
    let out = bench.dir().join("stolen.db");
    let desk = bench.desk();
    rows(&desk, "SELECT 1");
    let before = bench.bytes();
    let listed = || std::fs::read_dir(bench.dir()).unwrap().flatten().map(|entry| entry.file_name()).collect::<Vec<_>>();
    let beside = listed();
    for write in WRITES {
        let sql = write.replace("{out}", out.to_str().unwrap());
        match typed(&desk, &sql) {
            Outcome::Failed { message, .. } => {
                assert!(message.len() > 15 && !message.contains(bench.ws()), "{sql}: {message}");
            }
            other => panic!("{sql}: {other:?}"),
        }
        // The same by way of a file, and as the command line asks.
        let exported = bench.dir().join("rows.csv");
        desk.refused(Command::Data(DataDeed::Export { sql: sql.clone(), file: exported.clone() }));
        assert!(!exported.exists(), "{sql}");
        assert!(refuses(&desk, Query::Sql { sql: sql.clone(), limit: 10 }), "{sql}");
    }
    assert_eq!(listed(), beside, "a file came to be");
    let after = bench.bytes();
    let changed: Vec<_> = before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!(changed.is_empty(), "{changed:?}");
    assert!(matches!(rows(&desk, "SELECT count(*) FROM gold.customer_360").rows[0][0], Cell::Integer(n) if n > 0), "and it still reads");
}

fn refuses(desk: &Desk, query: Query) -> bool {
    let ticket = desk.engine.ask(query);
    loop {
        std::thread::sleep(Duration::from_millis(1));
        for event in desk.engine.poll() {
            if let karat::engine::Event::Answer { ticket: answered, page } = event
                && answered == ticket
            {
                return page.is_err();
            }
        }
    }
}

#[test]
fn what_reads_is_let_through_however_it_is_written() {
    let (bench, _) = Bench::of_bank(40, 9);
    let desk = bench.desk();
    for sql in [
        "SELECT 1;",
        "-- a comment; with a semicolon\nSELECT 1 /* DELETE FROM x; */",
        "EXPLAIN SELECT * FROM gold.customer_360",
        "EXPLAIN QUERY PLAN SELECT * FROM gold.customer_360 WHERE customer_key = 'C-1'",
        "VALUES (1), (2)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n",
        "SELECT 'DELETE FROM gold.customer_360; --' AS \"insert\"",
        "SELECT name FROM silver.sqlite_master",
        "SELECT key, value FROM json_each('{\"a\": 1}')",
    ] {
        assert!(!rows(&desk, sql).rows.is_empty(), "{sql}");
    }
}

const TEN_MILLION: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000) SELECT i, 'row ' || i AS name FROM n";

/// Bytes that this process holds, as Linux counts them; None elsewhere.
fn resident() -> Option<u64> {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm").ok()?.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

#[test]
fn ten_million_rows_are_cut_to_what_can_be_looked_at() {
    let (bench, _) = Bench::of_bank(40, 9);
    let desk = bench.desk();
    rows(&desk, "SELECT 1");
    let (before, began) = (resident(), Instant::now());
    let table = rows(&desk, TEN_MILLION);
    assert!(table.truncated && table.rows.len() == 10_000);
    assert!(began.elapsed() < Duration::from_secs(5), "the other rows are never made: {:?}", began.elapsed());
    if let (Some(before), Some(after)) = (before, resident()) {
        assert!(after.saturating_sub(before) < 100 << 20, "{before} {after}");
    }
    // A few enormous rows instead of many small ones.
    let wide = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) SELECT hex(zeroblob(10000000)) FROM n";
    let table = rows(&desk, wide);
    assert!(table.truncated && (10..20).contains(&table.rows.len()), "{}", table.rows.len());
    match typed(&desk, "SELECT hex(zeroblob(400000000))") {
        Outcome::Failed { message, .. } => assert!(message.contains("longer than 64 MB"), "{message}"),
        other => panic!("{other:?}"),
    }
    let told = bench.karat(&["query", TEN_MILLION, "--limit", "3"]).ok();
    assert!(told.contains("More rows than 3 were found") && told.contains("karat export"), "{told}");
}

#[test]
fn a_statement_without_end_is_cancelled_on_the_page_and_on_its_way_to_a_file() {
    let (bench, _) = Bench::of_bank(40, 9);
    let desk = bench.desk();
    let bomb = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let file = |name: &str| bench.dir().join(name);
    let export = |sql: &str, path: &Path| Command::Data(DataDeed::Export { sql: sql.to_owned(), file: path.to_owned() });
    let commands = [
        Command::Sql { sql: bomb.to_owned(), limit: 10_000 },
        export(bomb, &file("a.csv")),
        export(bomb, &file("a.parquet")),
        export(&bomb.replace("count(*)", "i"), &file("b.csv")),
    ];
    for command in commands {
        let job = desk.engine.send(command.clone());
        std::thread::sleep(Duration::from_millis(100));
        let began = Instant::now();
        desk.engine.cancel(job);
        let outcome = desk.end_of(job);
        assert!(matches!(outcome, Outcome::Cancelled), "{command:?}: {outcome:?}");
        assert!(began.elapsed() < Duration::from_secs(1), "{command:?}: {:?}", began.elapsed());
    }
    let left: Vec<_> =
        std::fs::read_dir(bench.dir()).unwrap().flatten().map(|entry| entry.file_name()).filter(|name| name != "ws").collect();
    assert!(left.is_empty(), "{left:?}");
    match &*desk.ask(Query::Sql { sql: "SELECT 1".to_owned(), limit: 1 }) {
        Page::Table(table) => assert_eq!(table.rows.len(), 1),
        other => panic!("{other:?}"),
    }
}
