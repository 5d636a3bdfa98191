//! Models' SQL in words that DuckDB and Spark understand alike. Flow: SQL -> tree -> query, expression, function (every node by name) -> text with
//! marks -> jinja -> the SELECT of a dbt model.
//!
//! What one of them would answer otherwise than SQLite goes through a macro of the exported project, written once per adapter. A piece of SQL that is
//! not known here is an error with its name: nothing is translated by guess.

mod expression;
mod function;
pub mod jinja;
mod kinds;
mod query;

use super::lineage::read;

/// The SELECT of a model with dbt's `{{ }}` in it. The error names what cannot be said.
pub fn select(sql: &str) -> Result<String, String> {
    let tree = read::query(sql)?;
    Ok(jinja::filled(&query::query(&tree, true)?))
}

#[cfg(test)]
#[path = "portable_tests.rs"]
mod tests;
