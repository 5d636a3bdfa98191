//! What a table, a column or a row is made from and what is made from it. Flow: models -> steps up and down.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::base::CustomerKey;
use crate::engine::error::EngineError;
use crate::engine::ops::data_tests;
use crate::engine::pages::{ColumnLineagePage, ColumnStep, LineagePage, LineageTable, RowLineagePage, RowLineageStep};
use crate::engine::session::Session;
use crate::store::reader::Connection;
use crate::store::{silver, values};
use crate::warehouse::lineage::{ColumnId, Lineage, OwnSources, RowKey, Step, row_origins};
use crate::warehouse::{Graph, Model, sources};

use super::review::history_of;
use super::{data, sqlite};

pub fn lineage(session: &Session, table: &str) -> Result<LineagePage, EngineError> {
    let graph = data_tests::graph(session)?;
    let model = graph.get(table);
    let parents = |id: &str| -> Vec<String> { graph.parents(id).into_iter().map(str::to_owned).collect() };
    let children = |id: &str| -> Vec<String> { graph.children(id).collect() };
    if model.is_none() && children(table).is_empty() {
        return Err(EngineError::Refused(format!("no model is called {table} and none reads it.{}", near(&graph, table))));
    }
    Ok(LineagePage {
        table: table.to_owned(),
        about: model.map(|model| model.about.clone()).unwrap_or_default(),
        file: model.map(|model| model.file.clone()),
        sql: model.map(|model| model.body.clone()).unwrap_or_default(),
        upstream: reach(table, &parents),
        downstream: reach(table, &children),
    })
}

/// The lineage of every column, with the tables of bronze that only own models read.
pub(super) fn columns(graph: &Graph, conn: &Connection) -> Lineage {
    let own = graph.models().iter().flat_map(Model::all_inputs).filter_map(|input| input.strip_prefix("bronze."));
    let own: OwnSources = own
        .filter(|table| !sources::is_contract_table(table))
        .filter_map(|table| Some((table.to_owned(), values::columns(conn, &format!("bronze.{table}")).ok()?)))
        .collect();
    Lineage::of(graph, &own)
}

pub fn column(session: &Session, column: &str) -> Result<ColumnLineagePage, EngineError> {
    let graph = data_tests::graph(session)?;
    let lineage = columns(&graph, &session.reader_of(None)?);
    let id = ColumnId::parse(column).filter(|id| lineage.knows(id)).ok_or_else(|| {
        let table = column.rsplit_once('.').map_or(column, |(table, _)| table);
        let names = graph.get(table).map(|model| model.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", "));
        EngineError::Refused(match names {
            Some(names) => format!("{table} has no column of that name. It has {names}."),
            None => format!("no model has or reads the column {column}. 'karat lineage TABLE' shows a table.{}", near(&graph, table)),
        })
    })?;
    let roots = lineage.roots(&id);
    let made = lineage.made(&id);
    let about = graph.get(&id.table).and_then(|model| model.columns.iter().find(|column| column.name == id.column));
    let decided: BTreeSet<&str> = lineage.decides(&id).map(|reader| reader.table.as_str()).collect();
    Ok(ColumnLineagePage {
        column: id.to_string(),
        about: about.map(|column| column.description.clone()).unwrap_or_default(),
        kind: kind(&lineage, &id).to_owned(),
        upstream: lineage.upstream(&id).iter().map(step).collect(),
        roots: roots.bronze.iter().map(ToString::to_string).collect(),
        is_generated: roots.generated,
        decided_by: made.map(|made| made.deciding.iter().map(ToString::to_string).collect()).unwrap_or_default(),
        downstream: lineage.downstream(&id).iter().map(step).collect(),
        decides: decided.into_iter().map(str::to_owned).collect(),
        unknown: roots.unknown.iter().map(|(at, why)| format!("{at}: {why}")).collect(),
    })
}

/// In one word, how a column comes to be.
pub(super) fn kind(lineage: &Lineage, id: &ColumnId) -> &'static str {
    match lineage.made(id) {
        None => "source",
        Some(made) if made.unknown.is_some() => "unknown",
        Some(made) if made.is_constant() => "constant",
        Some(made) if made.columns.is_empty() => "generated",
        Some(_) => "made",
    }
}

fn step(step: &Step) -> ColumnStep {
    ColumnStep { column: step.column.to_string(), steps: step.steps, by: step.by.iter().map(ToString::to_string).collect() }
}

pub fn row(session: &Session, table: &str, key: &[String]) -> Result<RowLineagePage, EngineError> {
    let graph = data_tests::graph(session)?;
    if graph.get(table).is_none() {
        return Err(EngineError::Refused(format!("no model is called {table}.{}", near(&graph, table))));
    }
    let conn = data::newest(session)?;
    let (rows, steps) = row_origins(&conn, &graph, table, key)?;
    if rows.is_empty() {
        return Err(EngineError::Refused(format!("{table} has no row of that key.")));
    }
    let on_the_way = rows.iter().chain(steps.iter().flat_map(|step| &step.keys));
    let customers: BTreeSet<CustomerKey> = on_the_way.filter_map(|row| customer_of(&conn, row)).collect();
    let (decisions, overrides) = {
        let control = session.control();
        (control.decisions()?, control.overrides()?)
    };
    let mut records = Vec::new();
    for customer in customers {
        records.extend(sqlite(silver::records_of_customers(&conn, customer))?);
    }
    Ok(RowLineagePage {
        table: table.to_owned(),
        rows: rows.iter().map(RowKey::words).collect(),
        decisions: history_of(&decisions, &overrides, &records),
        steps: steps
            .into_iter()
            .map(|step| RowLineageStep {
                keys: step.keys.iter().map(RowKey::words).collect(),
                table: step.table,
                steps: step.steps,
                by: step.by,
                rows: step.rows,
                note: step.note,
            })
            .collect(),
    })
}

/// The customer that a row's key names, or that its record is.
fn customer_of(conn: &Connection, row: &RowKey) -> Option<CustomerKey> {
    let of_record = || {
        let record = crate::base::RecordKey::new(row.text("source_system")?, row.text("source_customer_id")?);
        silver::customer_of_record(conn, &record).ok().flatten()
    };
    row.text("customer_key").map(str::to_owned).or_else(of_record).and_then(|key| CustomerKey::from_str(&key).ok())
}

/// Tables by the least steps to them, and which of the step before lead there.
fn reach(table: &str, next: &dyn Fn(&str) -> Vec<String>) -> Vec<LineageTable> {
    let mut known: BTreeMap<String, usize> = BTreeMap::from([(table.to_owned(), 0)]);
    let mut found: Vec<LineageTable> = Vec::new();
    let mut open = vec![table.to_owned()];
    let mut steps = 0;
    while !open.is_empty() {
        steps += 1;
        let mut reached: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for from in &open {
            for to in next(from).into_iter().filter(|to| !known.contains_key(to)) {
                reached.entry(to).or_default().push(from.clone());
            }
        }
        open = reached.keys().cloned().collect();
        known.extend(open.iter().map(|to| (to.clone(), steps)));
        found.extend(reached.into_iter().map(|(table, by)| LineageTable { table, steps, by }));
    }
    found
}

/// " Did you mean gold.dim_account, silver.dim_account?"
fn near(graph: &Graph, table: &str) -> String {
    let name = table.rsplit('.').next().unwrap_or(table);
    let meant: Vec<String> = graph.models().iter().filter(|model| model.name == name).map(Model::id).collect();
    if meant.is_empty() { String::new() } else { format!(" Did you mean {}?", meant.join(", ")) }
}
