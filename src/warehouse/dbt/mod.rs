//! Silver and gold as a dbt project over Parquet. Flow: graph -> one SELECT per model (body, by portable) -> schema.yml (yaml) -> README (readme) -> files.
//!
//! A model that cannot be said in portable SQL is a model that reads what Karat built, from its Parquet file, and the README says why.

mod body;
mod readme;
mod yaml;

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::error::{Result, SqlContext};
use super::graph::Graph;
use super::model::{Column, Model};
use super::{functions, sources};

/// A table that has to lie beside the project as Parquet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// `bronze/erp_customers`
    pub path: String,
    /// Reads it.
    pub sql: String,
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    /// Path below the project's folder, text.
    pub files: Vec<(String, String)>,
    pub tables: Vec<Table>,
    /// Models that read what Karat built, each with why.
    pub kept: Vec<(String, String)>,
}

/// A model's SELECT, or why there is none.
struct Said<'a> {
    model: &'a Model,
    body: std::result::Result<String, String>,
}

/// The project of all models. `conn` has bronze, silver and gold attached; the views that the tables are read by are made on it.
pub fn project(conn: &Connection, graph: &Graph, as_of: &str) -> Result<Project> {
    functions::register(conn).at("functions")?;
    sources::prepare(conn)?;
    let said: Vec<Said<'_>> = graph.models().iter().map(|model| Said { model, body: body::select(model) }).collect();
    let mut project = Project::default();
    project.files.push(("dbt_project.yml".to_owned(), yaml::project(as_of)));
    project.files.push(("profiles.yml".to_owned(), include_str!("../../../assets/dbt/profiles.yml").to_owned()));
    project.files.push(("macros/karat.sql".to_owned(), include_str!("../../../assets/dbt/macros.sql").to_owned()));
    project.files.push(("macros/project.sql".to_owned(), include_str!("../../../assets/dbt/project.sql").to_owned()));
    project.files.push(("tests/generic/karat_unique_key.sql".to_owned(), include_str!("../../../assets/dbt/unique_key.sql").to_owned()));
    for one in &said {
        project.files.push((one.model.project_path(), body::file(one)));
    }
    project.kept = said.iter().filter_map(|one| Some((one.model.id(), one.body.as_ref().err()?.clone()))).collect();
    let bronze = bronze_read(&said);
    let own = bronze.iter().map(|table| Ok((table.clone(), bronze_columns(conn, table)?))).collect::<Result<Vec<_>>>()?;
    project.files.push(("models/sources.yml".to_owned(), yaml::sources(&own, &said)));
    project.files.push(("models/schema.yml".to_owned(), yaml::schema(&said)));
    project.files.push(("README.md".to_owned(), readme::text(&said, as_of)));
    project.tables = tables(conn, graph, own)?;
    Ok(project)
}

/// Tables of bronze that a model of the project is made from.
fn bronze_read(said: &[Said<'_>]) -> BTreeSet<String> {
    let read = said.iter().flat_map(|one| one.model.all_inputs());
    read.filter_map(|input| input.strip_prefix("bronze.")).map(str::to_owned).collect()
}

fn bronze_columns(conn: &Connection, table: &str) -> Result<Vec<Column>> {
    let names = match sources::contract_columns(table) {
        Some(columns) => columns.into_iter().map(str::to_owned).collect(),
        None => sources::columns_of(conn, "bronze", table)?,
    };
    let sql_type = |name: &str| if matches!(name, "_line" | "_batch_id") { "INTEGER" } else { "TEXT" };
    let column = |name: String| Column { sql_type: sql_type(&name).to_owned(), name, description: String::new(), pii: None };
    Ok(names.into_iter().map(column).collect())
}

/// Every table of bronze that has rows or that a model reads, and every table of silver and gold.
fn tables(conn: &Connection, graph: &Graph, read: Vec<(String, Vec<Column>)>) -> Result<Vec<Table>> {
    let mut bronze = read;
    for (table, _) in sources::TABLES {
        if !bronze.iter().any(|(known, _)| known == table) && sources::has_rows(conn, "temp", &format!("src_{table}"))? {
            bronze.push(((*table).to_owned(), bronze_columns(conn, table)?));
        }
    }
    let list = |columns: &[Column]| columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ");
    let mut found: Vec<Table> = Vec::new();
    for (table, columns) in bronze {
        let from = if sources::is_contract_table(&table) { format!("temp.\"src_{table}\"") } else { format!("bronze.\"{table}\"") };
        found.push(Table { path: format!("bronze/{table}"), sql: format!("SELECT {} FROM {from}", list(&columns)), columns });
    }
    for model in graph.models() {
        let schema = model.layer.schema();
        let standing = sources::columns_of(conn, schema, &model.name)?;
        // A column or a table that was not built yet is empty.
        let cells = model.columns.iter().map(|column| {
            if standing.contains(&column.name) { format!("\"{}\"", column.name) } else { format!("NULL AS \"{}\"", column.name) }
        });
        let from = if standing.is_empty() { "(SELECT 1) WHERE 0".to_owned() } else { format!("{schema}.\"{}\"", model.name) };
        let sql = format!("SELECT {} FROM {from}", cells.collect::<Vec<_>>().join(", "));
        found.push(Table { path: format!("{schema}/{}", model.name), sql, columns: model.columns.clone() });
    }
    Ok(found)
}

#[cfg(test)]
#[path = "dbt_tests.rs"]
mod tests;
