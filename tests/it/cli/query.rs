//! Typed SQL reads and does nothing else.

use crate::support::Bench;

#[test]
fn the_four_questions_of_a_fresh_workspace_are_answered() {
    let (bench, _) = Bench::of_bank(40, 9);
    for table in ["gold.customer_360", "silver.dim_customer", "silver.bridge_customer_ids", "bronze.erp_customers"] {
        assert!(bench.number(&format!("select count(*) from {table}")) > 0, "{table}");
    }
    let row = &bench.rows("select customer_key, source_system, source_customer_id from silver.bridge_customer_ids order by 1 limit 1")[0];
    assert!(row[0].starts_with("C-"), "{row:?}");
}

#[test]
fn rows_come_as_table_csv_and_json() {
    let (bench, _) = Bench::of_bank(40, 9);
    let sql = "select 1 as a, 0.1 as b, null as c, 'x,\"y' as d union all select 2, 0.1 + 0.2, null, 'ü'";
    assert_eq!(bench.karat(&["query", sql, "--format", "csv"]).ok(), "a,b,c,d\n1,0.1,,\"x,\"\"y\"\n2,0.30000000000000004,,ü\n");
    let json = bench.karat(&["query", sql, "--json"]).json();
    assert_eq!(
        json,
        serde_json::json!([{"a": 1, "b": 0.1, "c": null, "d": "x,\"y"}, {"a": 2, "b": 0.300_000_000_000_000_04, "c": null, "d": "ü"}])
    );
    let table = bench.karat(&["query", sql]).ok();
    assert!(table.lines().nth(1).unwrap().starts_with("-"), "{table}");
    let limited = bench.karat(&["query", "select customer_key from silver.dim_customer", "--limit", "3"]).ok();
    assert!(limited.contains("More rows than 3"), "{limited}");
    assert_eq!(bench.karat(&["query", "select 1 as a where 0", "--json"]).json(), serde_json::json!([]));
}

#[test]
fn nothing_can_be_written() {
    let (bench, _) = Bench::of_bank(40, 9);
    let before = bench.bytes();
    let out = bench.dir().join("stolen.db").display().to_string();
    let attempts = [
        "INSERT INTO control.setting VALUES ('a', 'b')".to_owned(),
        "UPDATE silver.dim_customer SET full_name = 'x'".to_owned(),
        "DELETE FROM gold.customer_360".to_owned(),
        "REPLACE INTO control.setting VALUES ('a', 'b')".to_owned(),
        "DROP TABLE silver.dim_customer".to_owned(),
        "ALTER TABLE silver.dim_customer ADD COLUMN x".to_owned(),
        format!("ATTACH '{out}' AS other"),
        "DETACH silver".to_owned(),
        "PRAGMA query_only = OFF".to_owned(),
        "PRAGMA silver.user_version = 9".to_owned(),
        "CREATE TABLE gold.x (a)".to_owned(),
        "CREATE TABLE x (a)".to_owned(),
        "CREATE TEMP TABLE x AS SELECT 1".to_owned(),
        "CREATE VIEW gold.v AS SELECT 1".to_owned(),
        "CREATE INDEX silver.i ON dim_customer (full_name)".to_owned(),
        "SELECT load_extension('x')".to_owned(),
        format!("VACUUM INTO '{out}'"),
        format!("VACUUM silver INTO '{out}'"),
        "REINDEX".to_owned(),
        "ANALYZE".to_owned(),
        "BEGIN".to_owned(),
        "COMMIT".to_owned(),
        "SELECT 1; SELECT 2".to_owned(),
        "SELECT 1; DELETE FROM gold.customer_360".to_owned(),
        "WITH x AS (SELECT 1) INSERT INTO control.setting SELECT 'a', 'b'".to_owned(),
        "EXPLAIN DELETE FROM gold.customer_360; DELETE FROM gold.customer_360".to_owned(),
    ];
    for sql in &attempts {
        let said = bench.karat(&["query", sql]).fails(1);
        assert!(said.len() > 20, "{sql}: {said}");
    }
    assert!(!bench.dir().join("stolen.db").exists());
    let after = bench.bytes();
    let changed: Vec<_> = before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!(changed.is_empty(), "{changed:?}");
    assert!(bench.number("select count(*) from gold.customer_360") > 0);
}

#[test]
fn a_wrong_statement_is_explained() {
    let (bench, _) = Bench::of_bank(40, 9);
    for (sql, words) in [("select * from gold.nothing", "nothing"), ("selec 1", "selec"), ("", ""), ("-- only words", "")] {
        let said = bench.karat(&["query", sql]).fails(1);
        assert!(said.contains(words) && said.lines().count() >= 1, "{sql}: {said}");
    }
}
