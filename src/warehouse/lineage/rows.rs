//! The rows that one row was made from, down to files and lines. Flow: table + key -> its rows -> origins of each -> rows one step up, and so on.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use rusqlite::types::Value;
use sqlparser::ast::Value as Literal;

use super::origins::{Origin, origins};
use crate::warehouse::build::as_of;
use crate::warehouse::error::{Result, SqlContext, WarehouseError};
use crate::warehouse::graph::Graph;
use crate::warehouse::model::{Model, ModelKind};
use crate::warehouse::{functions, snapshot, sources};

/// Rows of one table that are followed further; of the others only the number is told.
pub const FOLLOWED: usize = 20;
/// Rows that are followed in all.
const IN_ALL: usize = 200;

/// A row by the columns that tell it from others: its key, or file and line.
#[derive(Debug, Clone, PartialEq)]
pub struct RowKey(pub Vec<(String, Value)>);

impl RowKey {
    /// `accounts.csv, line 12`; `ACC-17`; `2025-01, BR001`.
    pub fn words(&self) -> String {
        let plain = |value: &Value| match value {
            Value::Null | Value::Blob(_) => String::new(),
            Value::Integer(number) => number.to_string(),
            Value::Real(number) => format!("{number:?}"),
            Value::Text(text) => text.clone(),
        };
        let word = |(name, value): &(String, Value)| if name == "_line" { format!("line {}", plain(value)) } else { plain(value) };
        self.0.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    /// The value of a column of the key, where that is a text.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.0.iter().find(|(name, _)| name == column) {
            Some((_, Value::Text(text))) => Some(text),
            _ => None,
        }
    }
}

/// Rows of one table, so many steps up.
#[derive(Debug, Clone, PartialEq)]
pub struct RowStep {
    pub table: String,
    pub steps: usize,
    /// How many there are.
    pub rows: u64,
    /// The first of them.
    pub keys: Vec<RowKey>,
    /// The table one step nearer.
    pub by: String,
    /// Why it was not followed from there, where it was not.
    pub note: Option<String>,
}

/// The rows of `table` whose key begins with `key`, and all that they were made from, nearest first. The connection has bronze, silver,
/// gold and control attached.
pub fn row_origins(conn: &Connection, graph: &Graph, table: &str, key: &[String]) -> Result<(Vec<RowKey>, Vec<RowStep>)> {
    functions::register(conn).at("functions")?;
    sources::prepare(conn)?;
    for input in graph.models().iter().flat_map(Model::all_inputs).filter_map(|input| input.strip_prefix("bronze.")) {
        if !sources::is_contract_table(input) {
            sources::prepare_own(conn, input)?;
        }
    }
    let search = Search { conn, graph, as_of: as_of(conn, "silver")?.unwrap_or_default() };
    let start = search.start(table, key)?;
    let mut seen: BTreeSet<String> = start.iter().map(|row| said(table, row)).collect();
    let mut open: Vec<(String, RowKey)> = start.iter().take(FOLLOWED).map(|row| (table.to_owned(), row.clone())).collect();
    let mut found: Vec<RowStep> = Vec::new();
    let mut steps = 0;
    while !open.is_empty() {
        steps += 1;
        let mut reached: BTreeMap<(String, String), RowStep> = BTreeMap::new();
        for (at, row) in &open {
            for (origin, rows) in search.up(at, row)? {
                let place = (origin.table.clone(), at.clone());
                let step = reached.entry(place).or_insert_with(|| RowStep {
                    table: origin.table.clone(),
                    steps,
                    rows: 0,
                    keys: Vec::new(),
                    by: at.clone(),
                    note: None,
                });
                match rows {
                    Ok(rows) => {
                        let fresh = rows.into_iter().filter(|row| seen.insert(said(&origin.table, row)));
                        for row in fresh {
                            step.rows += 1;
                            if step.keys.len() < FOLLOWED {
                                step.keys.push(row);
                            }
                        }
                    }
                    Err(why) => step.note = Some(why),
                }
            }
        }
        open = reached.values().flat_map(|step| step.keys.iter().map(|row| (step.table.clone(), row.clone()))).collect();
        open.truncate(IN_ALL.saturating_sub(found.iter().map(|step| step.keys.len()).sum()));
        found.extend(reached.into_values().filter(|step| step.rows > 0 || step.note.is_some()));
    }
    Ok((start, found))
}

fn said(table: &str, row: &RowKey) -> String {
    format!("{table} {:?}", row.0)
}

/// Rows, or why they cannot be told.
type Told = std::result::Result<Vec<RowKey>, String>;

struct Search<'a> {
    conn: &'a Connection,
    graph: &'a Graph,
    as_of: String,
}

impl Search<'_> {
    /// What tells rows of a table apart.
    fn key_of(&self, table: &str) -> Vec<String> {
        if table.starts_with("bronze.") {
            return vec!["_file".to_owned(), "_line".to_owned()];
        }
        match self.graph.get(table) {
            Some(model) if model.key.is_empty() && model.is_copy() => {
                model.all_inputs().next().map(|input| self.key_of(input)).unwrap_or_default()
            }
            Some(model) if model.key.is_empty() => model.columns.iter().map(|column| column.name.clone()).collect(),
            Some(model) => model.key.clone(),
            None => Vec::new(),
        }
    }

    fn start(&self, table: &str, key: &[String]) -> Result<Vec<RowKey>> {
        let columns = self.key_of(table);
        if columns.len() < key.len() || key.is_empty() || table.starts_with("bronze.") {
            let message = format!("a row of {table} is named by {}, divided by commas; the last ones may be left out", columns.join(","));
            return Err(WarehouseError::Other(message));
        }
        let names: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let held: Vec<String> = names.iter().zip(key).map(|(name, value)| format!("CAST({name} AS TEXT) = {}", quoted(value))).collect();
        let sql = format!("SELECT DISTINCT {} FROM {table} WHERE {} ORDER BY 1", names.join(", "), held.join(" AND "));
        self.rows(&sql, &columns)
    }

    /// The tables behind a row, each with its rows or the reason why they cannot be told.
    fn up(&self, table: &str, row: &RowKey) -> Result<Vec<(Origin, Told)>> {
        let Some(model) = self.graph.get(table) else { return Ok(Vec::new()) };
        let origins = match self.origins(model, row)? {
            Ok(origins) => origins,
            Err(why) => return Ok(vec![(Origin { table: table.to_owned(), sql: String::new() }, Err(why))]),
        };
        let mut found = Vec::new();
        for origin in origins {
            let rows = match self.rows(&origin.sql.replace("bronze.", "temp.src_"), &self.key_of(&origin.table)) {
                Ok(rows) => Ok(rows),
                Err(WarehouseError::Cancelled(cancelled)) => return Err(cancelled.into()),
                // A key that SQL forms over many rows (a number, a maximum) cannot be asked of single ones.
                Err(WarehouseError::Sql { source: rusqlite::Error::SqlInputError { msg, .. }, .. }) => Err(format!("not followed: {msg}")),
                Err(WarehouseError::Sql { source: rusqlite::Error::SqliteFailure(error, Some(msg)), .. })
                    if error.code == rusqlite::ErrorCode::Unknown =>
                {
                    Err(format!("not followed: {msg}"))
                }
                Err(other) => return Err(other),
            };
            found.push((origin, rows));
        }
        Ok(found)
    }

    fn origins(&self, model: &Model, row: &RowKey) -> Result<std::result::Result<Vec<Origin>, String>> {
        let key_of = |table: &str| self.key_of(table);
        let held = |column: &str| row.0.iter().find(|(name, _)| name == column).map(|(_, value)| literal(value));
        let by_place = |names: &[String], skip: usize| -> Vec<(usize, Literal)> {
            model
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| names.contains(&column.name))
                .filter_map(|(at, column)| Some((at + skip, held(&column.name)?)))
                .collect()
        };
        Ok(match (model.kind, model.id().as_str()) {
            (ModelKind::Table | ModelKind::View | ModelKind::Incremental, _) => {
                origins(&model.body, &by_place(&self.key_of(&model.id()), 0), &key_of)
            }
            (ModelKind::Snapshot, _) => {
                let key = model.history.as_ref().map(|rule| rule.key.clone()).unwrap_or_default();
                origins(&model.body, &by_place(&key, snapshot::LEADING), &key_of)
            }
            (ModelKind::Copy | ModelKind::Alias, _) => {
                let input = model.all_inputs().next().cloned().unwrap_or_default();
                Ok(vec![self.same(&input, row)])
            }
            (_, "gold.kpi") => {
                let sql: Option<String> =
                    held("kpi_id").map(|id| self.one(&format!("SELECT sql FROM gold.kpi WHERE kpi_id IS ({id}) LIMIT 1"))).transpose()?;
                let wanted = ["part", "currency"].into_iter().enumerate().filter_map(|(at, name)| Some((at, held(name)?)));
                origins(&sql.unwrap_or_default(), &wanted.collect::<Vec<_>>(), &key_of)
            }
            _ => Ok(self.of_flow(model, row)),
        })
    }

    /// Rows of another table with the same key.
    fn same(&self, table: &str, row: &RowKey) -> Origin {
        let held: Vec<String> = row.0.iter().map(|(name, value)| format!("\"{name}\" IS ({})", literal(value))).collect();
        let key: Vec<String> = self.key_of(table).iter().map(|column| format!("\"{column}\"")).collect();
        Origin { table: table.to_owned(), sql: format!("SELECT DISTINCT {} FROM {table} WHERE {}", key.join(", "), held.join(" AND ")) }
    }

    /// Customers and their records, which the flow writes and no SQL tells of.
    fn of_flow(&self, model: &Model, row: &RowKey) -> Vec<Origin> {
        let held = |column: &str| row.0.iter().find(|(name, _)| name == column).map(|(_, value)| literal(value));
        let records = "silver.customer_record";
        let record = |held: String| {
            Origin {
            table: records.to_owned(),
            sql: format!(
                "SELECT DISTINCT r.record_id FROM silver.customer_record r
                 JOIN silver.bridge_customer_ids b ON b.source_system = r.source_system AND b.source_customer_id = r.source_customer_id WHERE {held}"
            ),
        }
        };
        match (model.name.as_str(), held("customer_key"), held("source_system").zip(held("source_customer_id")), held("record_id")) {
            ("customer_record", _, _, Some(id)) => vec![Origin {
                table: "silver.stg_customer_record".to_owned(),
                sql: format!(
                    "SELECT DISTINCT s.source_system, s.source_customer_id FROM silver.stg_customer_record s JOIN silver.customer_record r
                     ON r.source_system = s.source_system AND r.source_customer_id = s.source_customer_id WHERE r.record_id IS ({id})"
                ),
            }],
            ("dim_customer" | "golden_source", Some(key), ..) => vec![record(format!("b.customer_key IS ({key})"))],
            ("bridge_customer_ids", _, Some((system, id)), _) => {
                vec![record(format!("r.source_system IS ({system}) AND r.source_customer_id IS ({id})"))]
            }
            _ => Vec::new(),
        }
    }

    fn one(&self, sql: &str) -> Result<String> {
        self.conn.query_row(sql, [], |row| row.get(0)).at("gold.kpi")
    }

    fn rows(&self, sql: &str, columns: &[String]) -> Result<Vec<RowKey>> {
        let mut statement = self.conn.prepare(sql).at("rows behind a row")?;
        if let Some(at) = statement.parameter_index(":as_of").at("rows behind a row")? {
            statement.raw_bind_parameter(at, &self.as_of).at("rows behind a row")?;
        }
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().at("rows behind a row")? {
            let key = columns.iter().enumerate().map(|(at, name)| Ok((name.clone(), row.get(at)?))).collect::<rusqlite::Result<_>>();
            found.push(RowKey(key.at("rows behind a row")?));
        }
        Ok(found)
    }
}

fn literal(value: &Value) -> Literal {
    match value {
        Value::Null | Value::Blob(_) => Literal::Null,
        Value::Integer(number) => Literal::Number(number.to_string(), false),
        Value::Real(number) => Literal::Number(format!("{number:?}"), false),
        Value::Text(text) => Literal::SingleQuotedString(text.clone()),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
