//! The catalogue. Flow: models, what was built of them, files that came, tests, column lineage -> every table with all that is known of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Layer;
use crate::engine::error::EngineError;
use crate::engine::ops::data_tests;
use crate::engine::pages::{CatalogueColumn, CataloguePage, CatalogueTable, CatalogueTest};
use crate::engine::session::Session;
use crate::store::bronze::query::{self, TableSummary};
use crate::store::reader::Connection;
use crate::store::silver::ModelRuns;
use crate::store::{silver, sizes, values};
use crate::warehouse::lineage::{ColumnId, Lineage};
use crate::warehouse::{Graph, Model, ModelKind};

use super::{data, lineage, sqlite};

pub fn catalogue(session: &Session) -> Result<CataloguePage, EngineError> {
    let graph = data_tests::graph(session)?;
    let (conn, gold) = data::seen(session)?;
    let lineage = lineage::columns(&graph, &conn);
    let sources = if sqlite(silver::has_table(&conn, "bronze", "batch"))? { sqlite(query::tables(&conn))? } else { Vec::new() };
    let mut runs = ModelRuns::new();
    for schema in ["silver", "gold"] {
        runs.extend(sqlite(silver::model_runs(&conn, schema))?);
    }
    let mut tables: Vec<CatalogueTable> = Vec::new();
    for source in sources.iter().filter(|source| !data::is_own(&source.table)) {
        tables.push(of_source(&conn, &lineage, &graph, source)?);
    }
    let fresh: BTreeMap<String, String> = tables.iter().map(|table| (table.table.clone(), table.fresh.clone())).collect();
    tables.extend(graph.models().iter().map(|model| of_model(model, &lineage, &runs, &graph, &fresh)));
    for layer in [Layer::Bronze, Layer::Silver, Layer::Gold] {
        let sizes = sqlite(sizes::table_sizes(&conn, layer))?;
        for table in tables.iter_mut().filter(|table| table.layer == layer.name()) {
            table.bytes = sizes.get(name_of(&table.table)).copied();
        }
    }
    tests(session, &mut tables)?;
    kin(&graph, &mut tables);
    for table in &mut tables {
        let owners = &session.workspace.config.owners;
        if let Some(owner) = owners.get(&table.table).or_else(|| owners.get(&table.layer)) {
            table.owner.clone_from(owner);
        }
    }
    let as_of = crate::engine::ops::run::as_of(session, &conn)?;
    Ok(CataloguePage { workspace: session.workspace.config.name.clone(), as_of, gold, tables })
}

fn name_of(table: &str) -> &str {
    table.split_once('.').map_or(table, |(_, name)| name)
}

/// Every batch of a source table is that table.
fn plain(table: &str) -> &str {
    if table.starts_with("bronze.") { table.strip_suffix("_all").unwrap_or(table) } else { table }
}

fn of_source(conn: &Connection, lineage: &Lineage, graph: &Graph, source: &TableSummary) -> Result<CatalogueTable, EngineError> {
    let table = format!("bronze.{}", source.table);
    let columns = values::columns(conn, &table)?
        .into_iter()
        .map(|name| CatalogueColumn {
            pii: pii_below(lineage, graph, &table, &name),
            sql_type: "TEXT".to_owned(),
            origin: "source".to_owned(),
            name,
            ..CatalogueColumn::default()
        })
        .collect();
    let fresh = source.last_date.clone().or_else(|| source.loaded_at.as_deref().and_then(|at| at.get(..10)).map(str::to_owned));
    Ok(CatalogueTable {
        table,
        layer: "bronze".to_owned(),
        kind: "source".to_owned(),
        about: "Rows as they came from the files of its source.".to_owned(),
        source_system: source.source_system.clone(),
        rows: Some(source.rows),
        fresh: fresh.unwrap_or_default(),
        state: "loaded".to_owned(),
        columns,
        ..CatalogueTable::default()
    })
}

/// The tag of a column of staging or silver that shows this one, as it is or cleaned.
fn pii_below(lineage: &Lineage, graph: &Graph, table: &str, column: &str) -> Option<String> {
    let tag = |id: &ColumnId| {
        let columns = &graph.get(&id.table)?.columns;
        columns.iter().find(|known| known.name == id.column)?.pii.clone()
    };
    let below = |table: &str| {
        lineage.downstream(&ColumnId::new(table, column)).into_iter().filter(|step| step.steps == 1).find_map(|step| tag(&step.column))
    };
    below(table).or_else(|| below(&format!("{table}_all")))
}

fn of_model(model: &Model, lineage: &Lineage, runs: &ModelRuns, graph: &Graph, fresh: &BTreeMap<String, String>) -> CatalogueTable {
    let id = model.id();
    let (state, rows, message) = runs.get(&id).cloned().unwrap_or_else(|| ("absent".to_owned(), 0, "not built yet".to_owned()));
    let columns = model.columns.iter().map(|column| {
        let at = ColumnId::new(&id, &column.name);
        let from: BTreeSet<String> = lineage
            .made(&at)
            .map(|made| made.columns.iter().map(|from| format!("{}.{}", plain(&from.table), from.column)).collect())
            .unwrap_or_default();
        CatalogueColumn {
            name: column.name.clone(),
            sql_type: column.sql_type.clone(),
            about: column.description.clone(),
            pii: column.pii.clone(),
            is_key: model.key.contains(&column.name),
            origin: lineage::kind(lineage, &at).to_owned(),
            from: from.into_iter().collect(),
        }
    });
    CatalogueTable {
        layer: model.layer.schema().to_owned(),
        kind: kind(model.kind).to_owned(),
        about: model.about.clone(),
        owner: model.owner.clone(),
        tags: model.tags.clone(),
        file: model.file.clone(),
        key: model.key.clone(),
        rows: (state == "built").then_some(rows),
        fresh: behind(graph, &id).iter().filter_map(|table| fresh.get(plain(table))).max().cloned().unwrap_or_default(),
        columns: columns.collect(),
        table: id,
        state,
        message,
        ..CatalogueTable::default()
    }
}

fn kind(kind: ModelKind) -> &'static str {
    match kind {
        ModelKind::Table => "table",
        ModelKind::View => "view",
        ModelKind::Incremental => "incremental",
        ModelKind::Copy => "copy",
        ModelKind::Alias => "alias",
        ModelKind::Snapshot => "snapshot",
        ModelKind::Rust => "rust",
        ModelKind::External => "external",
    }
}

/// All tables that one is made from, near and far.
fn behind(graph: &Graph, id: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![id.to_owned()];
    while let Some(at) = open.pop() {
        for parent in graph.parents(&at) {
            if found.insert(parent.to_owned()) {
                open.push(parent.to_owned());
            }
        }
    }
    found
}

fn tests(session: &Session, tables: &mut [CatalogueTable]) -> Result<(), EngineError> {
    for (at, row) in session.control().newest_test_results()? {
        if let Some(table) = tables.iter_mut().find(|table| table.table == row.table) {
            table.tests.push(CatalogueTest {
                name: row.name,
                column: row.column,
                outcome: row.outcome,
                failing_rows: row.failing_rows,
                at,
            });
        }
    }
    Ok(())
}

/// Parents and children that stand in the catalogue; models without a source drop out with what only they read.
fn kin(graph: &Graph, tables: &mut [CatalogueTable]) {
    let known: BTreeSet<String> = tables.iter().map(|table| table.table.clone()).collect();
    let mut children: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for table in tables.iter_mut() {
        let parents: BTreeSet<String> = graph.parents(&table.table).into_iter().map(|parent| plain(parent).to_owned()).collect();
        table.parents = parents.into_iter().filter(|parent| known.contains(parent)).collect();
        for parent in &table.parents {
            children.entry(parent.clone()).or_default().insert(table.table.clone());
        }
    }
    for table in tables {
        table.children = children.remove(&table.table).map(|found| found.into_iter().collect()).unwrap_or_default();
    }
}
