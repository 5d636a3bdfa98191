//! Figures of customers as they would be, joined. Flow: a few customers' rows of silver, re-keyed, in memory -> the gold models on them.
//!
//! The same SQL as a run's, so the figures are a run's. Nothing is written but memory.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::build::{Beside, Earlier, Plan, as_of, build_with};
use super::error::{Result, SqlContext};
use super::graph::Graph;
use super::model::{Model, ModelLayer};
use super::predictions::Predictor;
use crate::base::RunCtx;

/// The tables that are wanted; everything that they are made from is built, too.
const WANTED: [&str; 3] = ["gold.customer_360", "gold.customer_balance", "gold.churn_predictions"];

/// Builds `gold.customer_360`, `gold.customer_balance` and `gold.churn_predictions` for customers that are joined. `whole` has the silver that stands attached
/// as `whole`, and nothing else; `joins` are customer keys with the key that each goes into.
pub fn build_joined(conn: &mut Connection, joins: &[(String, String)], predictor: &dyn Predictor) -> Result<()> {
    let graph = Graph::builtin()?;
    let only = needed(&graph);
    let what = "joined customers";
    conn.execute_batch(
        "ATTACH ':memory:' AS silver; ATTACH ':memory:' AS gold; ATTACH ':memory:' AS bronze;
         CREATE TABLE temp.joins (old_key TEXT PRIMARY KEY, new_key TEXT NOT NULL);
         CREATE TABLE silver.model_run AS SELECT * FROM whole.model_run; CREATE TABLE silver.manifest AS SELECT * FROM whole.manifest;",
    )
    .at(what)?;
    for (old, new) in joins {
        conn.execute("INSERT INTO temp.joins VALUES (?1, ?2)", params![old, new]).at(what)?;
    }
    let tables: BTreeSet<&str> =
        graph.models().iter().filter(|model| only.contains(&model.id())).flat_map(Model::all_inputs).map(String::as_str).collect();
    let tables: Vec<&str> = tables.iter().filter_map(|id| id.strip_prefix("silver.")).collect();
    // A figure is unknown where no customer at all has such rows: one customer of each table stands for all others.
    for table in &tables {
        if columns_of(conn, table)?.iter().any(|column| column == "customer_key") {
            let witness = format!(
                "INSERT OR IGNORE INTO temp.joins SELECT customer_key, customer_key FROM whole.{table}
                 WHERE customer_key IS NOT NULL AND customer_key NOT IN (SELECT old_key FROM temp.joins) LIMIT 1"
            );
            conn.execute_batch(&witness).at(table)?;
        }
    }
    for table in tables {
        let columns = columns_of(conn, table)?;
        if !columns.is_empty() {
            let key = graph.get(&format!("silver.{table}")).map(|model| model.key.clone()).unwrap_or_default();
            conn.execute_batch(&copy_sql(table, &columns, &key)).at(table)?;
        }
    }
    let day = as_of(conn, "silver")?.unwrap_or_default();
    let plan = Plan { as_of: &day, only: Some(&only), earlier: Earlier::None };
    let beside = Beside { tests: None, predictor: Some(predictor) };
    build_with(conn, &RunCtx::default(), &graph, ModelLayer::Gold, &plan, beside).map(drop)
}

/// Gold models that the wanted ones are made from, and those.
fn needed(graph: &Graph) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = WANTED.map(str::to_owned).into();
    let mut open = WANTED.map(str::to_owned).to_vec();
    while let Some(id) = open.pop() {
        let inputs = graph.get(&id).into_iter().flat_map(Model::all_inputs);
        for input in inputs.filter(|input| input.starts_with("gold.")) {
            if found.insert(input.clone()) {
                open.push(input.clone());
            }
        }
    }
    found
}

fn columns_of(conn: &Connection, table: &str) -> Result<Vec<String>> {
    let mut rows = conn.prepare("SELECT name FROM pragma_table_info(?1, 'whole')").at(table)?;
    let found = rows.query_map([table], |row| row.get(0)).at(table)?;
    found.collect::<rusqlite::Result<_>>().at(table)
}

/// The rows of the customers, under their new keys. Rows that fall together add up (a day's sessions); of customers themselves the first stays.
fn copy_sql(table: &str, columns: &[String], key: &[String]) -> String {
    if !columns.iter().any(|column| column == "customer_key") {
        return format!("CREATE TABLE silver.{table} AS SELECT * FROM whole.{table}");
    }
    let is_summed = key.iter().any(|column| column == "customer_key") && table != "dim_customer";
    let select: Vec<String> = columns
        .iter()
        .map(|column| match column.as_str() {
            "customer_key" => "j.new_key AS customer_key".to_owned(),
            _ if is_summed && !key.contains(column) => format!("sum(t.{column}) AS {column}"),
            _ => format!("t.{column} AS {column}"),
        })
        .collect();
    let others = key.iter().filter(|column| *column != "customer_key").map(|column| format!(", t.{column}")).collect::<String>();
    let group = match (is_summed, table) {
        (true, _) => format!(" GROUP BY j.new_key{others}"),
        (false, "dim_customer") => " GROUP BY j.new_key".to_owned(),
        (false, _) => String::new(),
    };
    format!(
        "CREATE TABLE silver.{table} AS SELECT {} FROM whole.{table} t JOIN temp.joins j ON j.old_key = t.customer_key{group}",
        select.join(", ")
    )
}
