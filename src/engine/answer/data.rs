//! Quality of data. Flow: DataQuery -> control.db, quality.db, a reader -> profile, findings, tests, suggestions -> Page.

use std::collections::BTreeMap;
use std::path::Path;

use rustc_hash::FxHashMap;

use crate::base::dates::{DateOrder, parse_date};
use crate::base::{CancelToken, Cell, DataTable, GoldVersion, RunCtx};
use crate::engine::data_deed::{DataQuery, Filter};
use crate::engine::error::EngineError;
use crate::engine::ops::data_tests;
use crate::engine::pages::{ColumnProfile, QualityTable, QualityTablesPage, TableFinding, TableQualityPage, TableRowsPage, TableTest};
use crate::engine::query::Page;
use crate::engine::session::Session;
use crate::ingest::table::read_table_with;
use crate::quality::{Profiler, Score, findings, rows_unlike, score, stale};
use crate::store::control::RunState;
use crate::store::reader::Connection;
use crate::store::{bronze, failing, typed, values};
use crate::warehouse::{Model, selector};

use super::{catalogue, lineage, sqlite, suggest};

/// Runs that a trend goes back.
const TREND: u32 = 12;

pub fn answer(session: &Session, query: &DataQuery) -> Result<Page, EngineError> {
    match query {
        DataQuery::Tables => tables(session).map(Page::QualityTables),
        DataQuery::Table { table } => table_page(session, table).map(|page| Page::TableQuality(Box::new(page))),
        DataQuery::File { path } => file_page(path).map(|page| Page::TableQuality(Box::new(page))),
        DataQuery::Rows { table, filters, facets, limit } => rows_page(session, table, filters, facets, *limit).map(Page::TableRows),
        DataQuery::Failing { test, table, limit } => failing_rows(session, test, table.as_deref(), *limit).map(Page::Table),
        DataQuery::Lineage { table } => lineage::lineage(session, table).map(|page| Page::Lineage(Box::new(page))),
        DataQuery::ColumnLineage { column } => lineage::column(session, column).map(|page| Page::ColumnLineage(Box::new(page))),
        DataQuery::RowLineage { table, key } => lineage::row(session, table, key).map(|page| Page::RowLineage(Box::new(page))),
        DataQuery::Selected { select, exclude } => selected(session, select, exclude).map(Page::Table),
        DataQuery::Catalogue => catalogue::catalogue(session).map(|page| Page::Catalogue(Box::new(page))),
    }
}

/// In the order in which they are built.
fn selected(session: &Session, select: &[String], exclude: &[String]) -> Result<DataTable, EngineError> {
    let graph = data_tests::graph(session)?;
    let chosen = selector::select(&graph, select, exclude, &data_tests::before(session)?)?;
    let columns = ["model", "layer", "file"].map(str::to_owned).into();
    let texts = |model: &Model| [model.id(), model.layer.name().to_owned(), model.path().to_owned()].map(Cell::Text).into();
    let rows = graph.models().iter().filter(|model| chosen.contains(&model.id())).map(texts).collect();
    Ok(DataTable { columns, rows, truncated: false })
}

/// A reader of everything, with the newest gold.
pub(super) fn newest(session: &Session) -> Result<Connection, EngineError> {
    with_gold(session, newest_gold(session)?)
}

/// A reader of everything, with the gold that people see, and what that is called; the newest where nothing is published.
pub(super) fn seen(session: &Session) -> Result<(Connection, String), EngineError> {
    let published = session.control().published()?;
    let (gold, called) = match (published, newest_gold(session)?) {
        (Some(published), _) => (Some(published), format!("v{published}")),
        (None, Some(newest)) => (Some(newest), format!("v{newest}, not published")),
        (None, None) => (None, "nothing built".to_owned()),
    };
    Ok((with_gold(session, gold)?, called))
}

fn newest_gold(session: &Session) -> Result<Option<GoldVersion>, EngineError> {
    let versions = session.control().versions()?;
    Ok(versions.first().map(|row| row.version).filter(|version| session.workspace.gold(*version).exists()))
}

fn with_gold(session: &Session, gold: Option<GoldVersion>) -> Result<Connection, EngineError> {
    let conn = session.reader_of(gold)?;
    sqlite(crate::warehouse::register(&conn))?;
    Ok(conn)
}

/// Karat's own lists, and views that only give another name or every batch.
pub(super) fn is_own(name: &str) -> bool {
    ["batch", "manifest", "model_run", "quarantine", "drift", "batch_flag", "catalogue"].contains(&name) || name.ends_with("_all")
}

fn tables(session: &Session) -> Result<QualityTablesPage, EngineError> {
    let conn = newest(session)?;
    let mut stands: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (_, row) in session.control().newest_test_results()? {
        let (errors, warnings) = stands.entry(row.table).or_default();
        match (row.outcome.as_str(), row.severity.as_str()) {
            ("error", _) | ("broken", "error") => *errors += 1,
            ("warn" | "broken", _) => *warnings += 1,
            _ => {}
        }
    }
    let systems = sqlite(bronze::query::systems_of_tables(&conn))?;
    let mut found = Vec::new();
    for table in sqlite(typed::tables(&conn))? {
        let Some((layer, name)) = table.split_once('.') else { continue };
        if layer == "control" || is_own(name) {
            continue;
        }
        let (errors, warnings) = stands.get(&table).copied().unwrap_or_default();
        found.push(QualityTable {
            layer: layer.to_owned(),
            source_system: systems.get(name).filter(|_| layer == "bronze").cloned(),
            score: session.control().newest_score(&table)?.map(|score| score.score),
            errors,
            warnings,
            table,
        });
    }
    Ok(QualityTablesPage { tables: found })
}

/// Profiles of all columns of a table.
pub fn profile(
    conn: &Connection,
    table: &str,
    filters: &[Filter],
    only: Option<&[String]>,
    cancel: &CancelToken,
) -> Result<Vec<ColumnProfile>, EngineError> {
    let mut found = Vec::new();
    for column in values::columns(conn, table)? {
        if only.is_some_and(|only| !only.contains(&column)) {
            continue;
        }
        let others: Vec<Filter> = filters.iter().filter(|filter| only.is_none() || filter.column() != column).cloned().collect();
        let mut profiler = Profiler::new(&column);
        values::value_counts(conn, table, &column, &others, cancel, |value, rows| profiler.add(value, rows))?;
        found.push(profiler.finish());
    }
    Ok(found)
}

/// The score, with the newest date of its columns that is not after the as-of date.
pub fn score_of(columns: &[ColumnProfile], as_of: &str) -> Score {
    let day = |text: &str| parse_date(text, DateOrder::DayFirst, 2030).map(|found| found.date);
    let newest = columns.iter().filter_map(|column| day(&column.dates.as_ref()?.latest)).filter(|date| Some(*date) <= day(as_of)).max();
    #[expect(clippy::cast_precision_loss, reason = "days")]
    let age = newest.zip(day(as_of)).map(|(newest, as_of)| (as_of - newest).num_days() as f64);
    score(columns, age)
}

fn table_page(session: &Session, table: &str) -> Result<TableQualityPage, EngineError> {
    let conn = newest(session)?;
    let columns = profile(&conn, table, &[], None, &CancelToken::default())?;
    let rows = columns.first().map_or(0, |column| column.rows);
    let as_of = crate::engine::ops::run::as_of(session, &conn)?;
    let (layer, name) = table.split_once('.').unwrap_or(("", table));
    let history = history(session, &conn, table, rows)?;
    let mut found = history.finding();
    found.extend(stale(&columns, &as_of));
    found.extend(findings(&columns));
    let mut page = TableQualityPage {
        table: table.to_owned(),
        layer: layer.to_owned(),
        rows,
        rows_before: history.earlier,
        key: data_tests::graph(session)?.get(table).map(|model| model.key.clone()).unwrap_or_default(),
        findings: found,
        score: score_of(&columns, &as_of),
        scores: session.control().scores(table, TREND)?.into_iter().map(|score| score.score).collect(),
        ..TableQualityPage::default()
    };
    // Taken out first: control.db is asked again for each.
    let results = session.control().newest_test_results()?;
    for (at, row) in results {
        if row.table != table {
            continue;
        }
        page.tested_at = page.tested_at.max(Some(at));
        #[expect(clippy::cast_precision_loss, reason = "a line of eighty pixels")]
        let trend = session.control().test_trend(table, &row.name, TREND)?.into_iter().map(|(failing, _)| failing as f64).collect();
        page.tests.push(TableTest {
            name: row.name,
            column: row.column,
            kind: row.kind,
            outcome: row.outcome,
            failing_rows: row.failing_rows,
            message: row.message,
            trend,
        });
    }
    let order = ["error", "broken", "warn", "pass"];
    page.tests.sort_by_key(|test| (order.iter().position(|outcome| *outcome == test.outcome), std::cmp::Reverse(test.failing_rows)));
    page.suggested = suggest::suggested(table, &columns, &session.workspace.config.tests);
    if layer == "bronze" {
        let drift = sqlite(bronze::query::drift(&conn, None, 500))?;
        page.drift = drift.into_iter().filter(|row| row.table_name == name).map(|row| row.in_words()).collect();
    }
    page.columns = columns;
    Ok(page)
}

/// How many rows a table had before.
struct History {
    earlier: Vec<u64>,
    now: u64,
    /// What has so many rows.
    what: String,
    condition: String,
}

impl History {
    fn finding(&self) -> Vec<TableFinding> {
        rows_unlike(&self.earlier, self.now, &self.what, self.condition.clone()).into_iter().collect()
    }
}

/// Of a source table its files, of a model its builds.
fn history(session: &Session, conn: &Connection, table: &str, rows: u64) -> Result<History, EngineError> {
    let none = History { earlier: Vec::new(), now: rows, what: String::new(), condition: "1".to_owned() };
    if let Some(name) = table.strip_prefix("bronze.") {
        let mut loads = sqlite(bronze::query::rows_of_loads(conn, name, TREND))?;
        let Some((batch, now)) = loads.pop() else { return Ok(none) };
        let earlier = loads.into_iter().map(|(_, rows)| rows).collect();
        return Ok(History { earlier, now, what: "The newest file has".to_owned(), condition: format!("_batch_id = {batch}") });
    }
    let mut earlier = Vec::new();
    for run in session.control().runs(TREND)?.iter().filter(|run| run.state == RunState::Done).skip(1) {
        earlier.extend(super::status::outcome_of(run).models.into_iter().filter(|model| model.model == table).map(|model| model.rows));
    }
    earlier.reverse();
    Ok(History { earlier, what: "The newest build has".to_owned(), ..none })
}

pub fn file_page(path: &Path) -> Result<TableQualityPage, EngineError> {
    let ctx = RunCtx::default();
    let table = read_table_with(path, None, &ctx)?;
    let mut columns = Vec::with_capacity(table.columns.len());
    for (name, column) in &table.columns {
        let mut counts: FxHashMap<Option<&str>, u64> = FxHashMap::default();
        for value in column {
            *counts.entry(value.as_deref()).or_default() += 1;
        }
        // In a fixed order, so that two calls tell the same.
        let mut counts: Vec<(Option<&str>, u64)> = counts.into_iter().collect();
        counts.sort_unstable();
        let mut profiler = Profiler::new(name);
        counts.into_iter().for_each(|(value, rows)| profiler.add(value, rows));
        columns.push(profiler.finish());
    }
    let name = path.file_stem().map_or_else(|| "file".to_owned(), |stem| stem.to_string_lossy().into_owned());
    Ok(TableQualityPage {
        rows: table.rows as u64,
        findings: findings(&columns),
        score: score(&columns, None),
        suggested: suggest::suggested(&format!("bronze.{name}"), &columns, &[]),
        table: name,
        columns,
        ..TableQualityPage::default()
    })
}

fn rows_page(session: &Session, table: &str, filters: &[Filter], facets: &[String], limit: usize) -> Result<TableRowsPage, EngineError> {
    let mut conn = newest(session)?;
    let cancel = CancelToken::default();
    let facets = if facets.is_empty() { Vec::new() } else { profile(&conn, table, filters, Some(facets), &cancel)? };
    let (matching, total) = (values::count(&conn, table, filters)?, values::count(&conn, table, &[])?);
    Ok(TableRowsPage { matching, total, facets, rows: values::rows(&mut conn, table, filters, limit)? })
}

fn failing_rows(session: &Session, test: &str, table: Option<&str>, limit: usize) -> Result<DataTable, EngineError> {
    let known = session.control().newest_test_results()?;
    let meant: Vec<_> = known.iter().filter(|(_, row)| row.name == test && table.is_none_or(|table| row.table == table)).collect();
    let row = match meant.as_slice() {
        [] => {
            return Err(EngineError::Refused(format!("no test called {test} was ever run here. 'karat test' runs them and names them.")));
        }
        [(_, row)] => row,
        several => {
            let tables: Vec<&str> = several.iter().map(|(_, row)| row.table.as_str()).collect();
            return Err(EngineError::Refused(format!("{test} is a test of {}. Say of which: --table TABLE.", tables.join(", "))));
        }
    };
    let found = failing::failing_rows(&session.workspace.quality(), &row.table, &row.name, limit)?;
    match found {
        Some(rows) => Ok(rows),
        None if row.failing_rows == 0 => Ok(DataTable::default()),
        None => Err(EngineError::Refused(format!("the rows that failed {test} are not kept any more. Say 'karat test' once more."))),
    }
}
