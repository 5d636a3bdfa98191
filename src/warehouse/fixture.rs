//! Banks for the tests of this module: a handful of rows of every table, or the files of a folder, and a plain matching by e-mail.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::build::{BuildReport, build};
use super::ddl::create_sql;
use super::graph::Graph;
use super::model::{ModelKind, ModelLayer};
use super::sources::TABLES;
use crate::base::RunCtx;

/// Schemas bronze, silver and gold in memory, or as files of a folder.
pub fn connect(folder: Option<&Path>) -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    for schema in ["bronze", "silver", "gold"] {
        let path = folder.map_or(":memory:".to_owned(), |folder| folder.join(format!("{schema}.db")).display().to_string());
        conn.execute(&format!("ATTACH ?1 AS {schema}"), [path]).unwrap();
    }
    super::functions::register(&conn).unwrap();
    conn
}

/// A small bank with every table; two of its people are known to several systems.
pub fn small() -> Connection {
    let conn = connect(None);
    for (table, columns) in TABLES {
        let list: Vec<String> = columns.split_whitespace().map(|c| format!("\"{c}\" TEXT")).collect();
        conn.execute_batch(&format!("CREATE TABLE bronze.{table} ({}, _file TEXT, _line INTEGER)", list.join(", "))).unwrap();
    }
    conn.execute_batch(include_str!("fixture.sql")).unwrap();
    conn
}

/// One bronze table per CSV file of a folder; `sb_sessions.csv` is `sb_app_sessions`.
pub fn load_folder(conn: &Connection, folder: &Path) {
    for (table, _) in TABLES {
        let path = folder.join(format!("{}.csv", table.replace("sb_app_", "sb_")));
        let Ok(mut reader) = csv::Reader::from_path(&path) else { continue };
        let headers: Vec<String> = reader.headers().unwrap().iter().map(|h| format!("\"{h}\"")).collect();
        conn.execute_batch(&format!("BEGIN; CREATE TABLE bronze.{table} ({} TEXT, _file TEXT, _line INTEGER)", headers.join(" TEXT, ")))
            .unwrap();
        let marks = vec!["?"; headers.len() + 2].join(", ");
        let mut insert = conn.prepare(&format!("INSERT INTO bronze.{table} VALUES ({marks})")).unwrap();
        for record in reader.records() {
            let record = record.unwrap();
            let line = record.position().unwrap().line().to_string();
            let mut values: Vec<&str> = record.iter().collect();
            values.push(table);
            values.push(&line);
            insert.execute(rusqlite::params_from_iter(values)).unwrap();
        }
        conn.execute_batch("COMMIT").unwrap();
    }
}

/// The folder of real files, by KARAT_SHARED_DATA or beside one of the parents; None where it is not on this machine.
pub fn shared_data(below: &str) -> Option<PathBuf> {
    let mut places: Vec<PathBuf> = std::env::var_os("KARAT_SHARED_DATA").map(PathBuf::from).into_iter().collect();
    places.extend(Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|parent| parent.join("shared/data")));
    let found = places.into_iter().map(|place| place.join(below)).find(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: no shared/data/{below} on this machine");
    }
    found
}

/// What the flow does between staging and silver, as plain as can be: one customer per e-mail.
pub fn match_by_email(conn: &Connection, graph: &Graph) {
    for model in graph.models().iter().filter(|m| m.kind == ModelKind::External) {
        conn.execute_batch(&format!("DROP TABLE IF EXISTS {}; {}", model.id(), create_sql(model))).unwrap();
    }
    conn.execute_batch(
        "INSERT INTO silver.customer_record (record_id, source_system, source_customer_id, full_name, email, phone, branch_id, city, postcode, raw_name, raw_email, file, line)
         SELECT row_number() OVER (ORDER BY source_system, source_customer_id), source_system, source_customer_id, raw_name, norm_id(raw_email),
             raw_phone, x.branch_id, city, postcode, raw_name, raw_email, file, line
         FROM silver.stg_customer_record r LEFT JOIN silver.branch_alias x ON x.branch_raw = r.raw_branch;
         INSERT INTO silver.bridge_customer_ids
         SELECT printf('C-%04d', 1000 + dense_rank() OVER (ORDER BY coalesce(email, source_system || source_customer_id))), source_system, source_customer_id
         FROM silver.customer_record;
         INSERT INTO silver.dim_customer (customer_key, full_name, email, phone, branch_id, city, postcode, records, sources)
         SELECT customer_key, max(full_name), max(email), max(phone), max(branch_id), max(city), max(postcode), count(*), count(DISTINCT source_system)
         FROM silver.customer_record JOIN silver.bridge_customer_ids USING (source_system, source_customer_id) GROUP BY 1;
         INSERT INTO silver.pending_review SELECT min(customer_key), 1 FROM silver.dim_customer;",
    )
    .unwrap();
}

/// Staging, matching, silver, gold; no model may fail.
pub fn build_all(conn: &mut Connection, as_of: &str) -> BuildReport {
    let graph = Graph::builtin().unwrap();
    let ctx = RunCtx::default();
    let mut all = build(conn, &ctx, &graph, ModelLayer::Staging, as_of, None).unwrap();
    match_by_email(conn, &graph);
    for layer in [ModelLayer::Silver, ModelLayer::Gold] {
        all.models.extend(build(conn, &ctx, &graph, layer, as_of, None).unwrap().models);
    }
    let failed: Vec<_> = all.failed().map(|s| format!("{}: {}", s.name, s.message)).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    all
}

pub fn one<T: rusqlite::types::FromSql>(conn: &Connection, sql: &str) -> T {
    conn.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
}
