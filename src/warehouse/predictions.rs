//! Numbers for models of prediction, and their answers. Flow: a model's SELECT at a cut-off date -> `FeatureTable` -> (somebody predicts)
//! -> rows of gold.
//!
//! The statement that fills a table of features is also the one that training asks at earlier dates: there is one definition.

use std::collections::BTreeSet;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Statement, params_from_iter, types::Value};

use super::error::{Result, SqlContext, WarehouseError};
use super::functions;
use super::graph::Graph;
use super::model::Model;
use super::sources;
use crate::base::{Cell, FeatureTable, RunCtx};

/// Fills tables of predictions; made by whoever knows the models.
pub trait Predictor {
    /// Why there are no predictions for a table; None: there are.
    fn absent(&self, table: &str) -> Option<String>;
    /// The rows of the table, in the order of its columns.
    fn rows(&self, table: &str, features: FeatureTable, ctx: &RunCtx) -> Result<Vec<Vec<Cell>>>;
}

/// The tables that a predictor fills, and the features that each is made from.
const FILLED: [(&str, &str); 2] = [("gold.churn_predictions", "gold.churn_features"), ("gold.loan_predictions", "gold.loan_features")];

/// A table that a predictor fills.
pub(super) fn is_filled(table: &str) -> bool {
    FILLED.iter().any(|(filled, _)| *filled == table)
}

/// Writes what the predictor says into its table, which stands empty.
pub(super) fn fill(conn: &Connection, graph: &Graph, model: &Model, predictor: &dyn Predictor, ctx: &RunCtx) -> Result<()> {
    let id = model.id();
    let Some((_, features)) = FILLED.iter().find(|(filled, _)| *filled == id) else { return Ok(()) };
    let table = stored(conn, graph, features)?;
    let rows = predictor.rows(&id, table, ctx)?;
    let places = vec!["?"; model.columns.len()].join(", ");
    let mut insert = conn.prepare(&format!("INSERT INTO {id} VALUES ({places})")).at(&id)?;
    for row in rows {
        insert.execute(params_from_iter(row.into_iter().map(value_of))).at(&id)?;
    }
    Ok(())
}

fn value_of(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(value) => Value::Integer(value),
        Cell::Real(value) => Value::Real(value),
        Cell::Text(text) => Value::Text(text),
        Cell::Money { minor, .. } => Value::Integer(minor),
    }
}

/// The features that stand in a table of gold.
pub fn stored(conn: &Connection, graph: &Graph, table: &str) -> Result<FeatureTable> {
    let model = model_of(graph, table)?;
    let columns: Vec<&str> = model.columns.iter().map(|column| column.name.as_str()).collect();
    let mut statement = conn.prepare(&format!("SELECT {} FROM {table} ORDER BY {}", columns.join(", "), model.key.join(", "))).at(table)?;
    read(&mut statement, model)
}

/// The same features as they were known at the end of a day, by the same statement over silver. `conn` has silver attached.
pub fn at(conn: &mut Connection, graph: &Graph, table: &str, cutoff: &str, ctx: &RunCtx) -> Result<FeatureTable> {
    let model = model_of(graph, table)?;
    let cancel = ctx.cancel.clone();
    conn.progress_handler(20_000, Some(move || cancel.is_cancelled())).at(table)?;
    let reader: &Connection = conn;
    let asked = || -> Result<FeatureTable> {
        let mut statement = reader.prepare(&model.body).at(table)?;
        if let Some(place) = statement.parameter_index(":as_of").at(table)? {
            statement.raw_bind_parameter(place, cutoff).at(table)?;
        }
        read(&mut statement, model)
    };
    let found = asked();
    conn.progress_handler(0, None::<fn() -> bool>).at(table)?;
    found
}

fn model_of<'a>(graph: &'a Graph, table: &str) -> Result<&'a Model> {
    graph.get(table).ok_or_else(|| WarehouseError::NoSuchModel(table.to_owned()))
}

/// Text columns name the row: the first is its id, `customer_key` its subject, `cutoff_date` its date. All others are numbers.
fn read(statement: &mut Statement<'_>, model: &Model) -> Result<FeatureTable> {
    let id = model.id();
    let place = |name: &str| model.columns.iter().position(|column| column.name == name);
    let (subject, cutoff) = (place("customer_key").unwrap_or(0), place("cutoff_date").unwrap_or(0));
    let numbers: Vec<usize> = (0..model.columns.len()).filter(|at| model.columns[*at].sql_type != "TEXT").collect();
    let mut table = FeatureTable {
        names: numbers.iter().map(|at| model.columns[*at].name.clone()).collect(),
        columns: vec![Vec::new(); numbers.len()],
        ..FeatureTable::default()
    };
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().at(&id)? {
        let text = |at: usize| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default).at(&id);
        table.ids.push(text(0)?);
        table.subjects.push(text(subject)?);
        table.cutoffs.push(text(cutoff)?);
        for (column, at) in table.columns.iter_mut().zip(&numbers) {
            column.push(number(row.get_ref(*at).at(&id)?));
        }
    }
    Ok(table)
}

#[expect(clippy::cast_precision_loss, reason = "counts and days")]
fn number(value: ValueRef<'_>) -> f64 {
    match value {
        ValueRef::Integer(value) => value as f64,
        ValueRef::Real(value) => value,
        _ => f64::NAN,
    }
}

/// First and last day of activity up to a day: posted transactions, or days in the app where there are no transactions.
pub fn activity_span(conn: &Connection, until: &str) -> Result<Option<(String, String)>> {
    for (table, day, is_posted) in
        [("fct_transactions", "transaction_date", " AND is_posted"), ("fct_digital_engagement", "activity_date", "")]
    {
        if sources::columns_of(conn, "silver", table)?.is_empty() {
            continue;
        }
        let sql = format!("SELECT min({day}), max({day}) FROM silver.{table} WHERE customer_key IS NOT NULL AND {day} <= ?1{is_posted}");
        let span: Option<(Option<String>, Option<String>)> =
            conn.query_row(&sql, [until], |row| Ok((row.get(0)?, row.get(1)?))).optional().at(table)?;
        if let Some((Some(first), Some(last))) = span {
            return Ok(Some((first, last)));
        }
    }
    Ok(None)
}

/// Customers with a posted transaction or a day in the app after one day and up to another.
pub fn active_between(conn: &Connection, after: &str, until: &str) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for (table, day, is_posted) in
        [("fct_transactions", "transaction_date", " AND is_posted"), ("fct_digital_engagement", "activity_date", "")]
    {
        if sources::columns_of(conn, "silver", table)?.is_empty() {
            continue;
        }
        let sql = format!(
            "SELECT DISTINCT customer_key FROM silver.{table} WHERE customer_key IS NOT NULL AND {day} > ?1 AND {day} <= ?2{is_posted}"
        );
        let mut statement = conn.prepare(&sql).at(table)?;
        let keys = statement.query_map([after, until], |row| row.get(0)).at(table)?;
        for key in keys {
            found.insert(key.at(table)?);
        }
    }
    Ok(found)
}

/// A column of a bronze table with its values and their counts, the most frequent first.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceColumn {
    /// `bronze.erp_customers.website`
    pub name: String,
    pub values: Vec<(String, u64)>,
}

/// The texts of every column of bronze, from the first rows of each table. Numbers, dates and Karat's own columns are left out.
pub fn source_texts(conn: &Connection, ctx: &RunCtx) -> Result<Vec<SourceColumn>> {
    const ROWS: usize = 20_000;
    const VALUES: usize = 2_000;
    functions::register(conn).at("functions")?;
    let mut found = Vec::new();
    for (table, _) in sources::TABLES {
        let columns = sources::columns_of(conn, "bronze", table)?;
        for column in columns.iter().filter(|column| !column.starts_with('_')) {
            ctx.check()?;
            let sql = format!(
                "SELECT v, count(*) FROM (SELECT \"{column}\" AS v FROM bronze.\"{table}\" LIMIT {ROWS}) \
                 WHERE v GLOB '*[A-Za-z][A-Za-z][A-Za-z]*' GROUP BY v ORDER BY 2 DESC, 1 LIMIT {VALUES}"
            );
            let name = format!("bronze.{table}.{column}");
            let mut statement = conn.prepare(&sql).at(&name)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))).at(&name)?;
            let values: Vec<(String, u64)> = rows.collect::<rusqlite::Result<_>>().at(&name)?;
            if !values.is_empty() {
                found.push(SourceColumn { name, values });
            }
        }
    }
    Ok(found)
}
