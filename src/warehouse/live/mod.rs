//! Live gold between publishes. Flow: copy of a published gold -> begin; batches that came since -> new rows of facts -> touched customers
//! and accounts -> rows made anew, sums corrected -> live_state. One transaction; nobody is joined with anybody.
//!
//! A model says in its head how its table takes an increment (`live:`, see [`super::model::Live`]); without a word it stays as published.

mod facts;
mod figures;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Result, SqlContext, WarehouseError};
use super::functions;
use super::graph::Graph;
use super::model::{Live, Model, ModelKind, ModelLayer};
use super::sources;
use crate::base::RunCtx;
use crate::store::bronze::news::{LoadedBatch, loaded_since, write_news};

/// What became of one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBatch {
    pub id: i64,
    pub table: String,
    /// Why it is not in live gold before the next run; None where it is.
    pub waits: Option<String>,
}

/// What an increment did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taken {
    pub batches: Vec<TakenBatch>,
    /// Customers whose rows were made anew.
    pub customers: u64,
    pub as_of: String,
    /// Seconds per table, in order.
    pub steps: Vec<(String, f64)>,
}

/// Makes a copy of a published gold ready for increments: it is attached as `gold`, silver beside it. `batches`: the highest number among
/// the batches that it was built from.
pub fn begin(conn: &Connection, graph: &Graph, version: u32, run: i64, batch: i64) -> Result<()> {
    conn.execute_batch(
        "CREATE TABLE gold.live_state (table_name TEXT PRIMARY KEY, state TEXT NOT NULL, as_of TEXT, batch_id INTEGER NOT NULL, note TEXT NOT NULL);
         CREATE TABLE gold.live_batch (batch_id INTEGER PRIMARY KEY, table_name TEXT NOT NULL, state TEXT NOT NULL, note TEXT NOT NULL);",
    )
    .at("live gold")?;
    let as_of = super::as_of(conn, "gold")?;
    let mut insert = conn.prepare("INSERT INTO gold.live_state VALUES (?1, ?2, ?3, ?4, ?5)").at("gold.live_state")?;
    for model in graph.layer(ModelLayer::Gold).filter(|model| !model.is_view()) {
        let (state, note) = match takes_increments(graph, model) {
            true => ("live", ""),
            false => ("as published", "takes no increments: the next run brings it up to date"),
        };
        insert.execute(params![model.name, state, as_of, batch, note]).at("gold.live_state")?;
    }
    let entries = [
        ("live_version", version.to_string()),
        ("live_run", run.to_string()),
        ("live_batch", batch.to_string()),
        ("live_as_of", as_of.unwrap_or_default()),
    ];
    for (key, value) in entries {
        conn.execute("INSERT OR REPLACE INTO gold.manifest (key, value) VALUES (?1, ?2)", [key, value.as_str()]).at("gold.manifest")?;
    }
    Ok(())
}

/// The version that a live gold was made from; None where it is none.
pub fn version_of(conn: &Connection) -> Result<Option<u32>> {
    manifest(conn, "gold", "live_version")
}

/// A gold table, or the silver model that it copies, has a rule.
fn takes_increments(graph: &Graph, model: &Model) -> bool {
    let maker = if model.kind == ModelKind::Copy { model.all_inputs().next().and_then(|input| graph.get(input)) } else { Some(model) };
    maker.is_some_and(|maker| maker.live.is_some())
}

/// Takes every batch that came since into live gold. `conn` has bronze and silver attached read-only and live gold as `gold`. Batches
/// that cannot be taken are named with the reason and wait for the next run. `as_of`: the workspace's fixed date; without one the date
/// follows the rows that come. A stop on the way leaves live gold as it was.
pub fn take(conn: &mut Connection, ctx: &RunCtx, graph: &Graph, as_of: Option<&str>) -> Result<Taken> {
    functions::register(conn).at("functions")?;
    let cancel = ctx.cancel.clone();
    conn.progress_handler(20_000, Some(move || cancel.is_cancelled())).at("progress handler")?;
    let result = conn.execute_batch("BEGIN IMMEDIATE").at("live gold").and_then(|()| {
        let taken = Increment::new(conn, ctx, graph, as_of).and_then(Increment::take);
        match &taken {
            Ok(_) => conn.execute_batch("COMMIT").at("live gold")?,
            Err(_) => {
                // The first error is the one to tell; a connection that is closed rolls back too.
                let _ = conn.execute_batch("ROLLBACK");
            }
        }
        taken
    });
    conn.progress_handler(0, None::<fn() -> bool>).at("progress handler")?;
    result
}

struct Increment<'a> {
    conn: &'a Connection,
    ctx: &'a RunCtx,
    graph: &'a Graph,
    /// Set for the whole workspace.
    fixed: Option<&'a str>,
    before: String,
    as_of: String,
    steps: Vec<(String, f64)>,
    /// The as-of date of the gold that was published: while it holds, a row whose inputs did not change is what it was.
    base_as_of: String,
    /// Gold tables whose changed rows lie in `temp.old_<name>` and `temp.made_<name>`.
    changed: BTreeSet<String>,
}

impl<'a> Increment<'a> {
    fn new(conn: &'a Connection, ctx: &'a RunCtx, graph: &'a Graph, fixed: Option<&'a str>) -> Result<Self> {
        let before = super::as_of(conn, "gold")?.unwrap_or_default();
        let as_of = fixed.map_or_else(|| before.clone(), str::to_owned);
        let base_as_of = manifest(conn, "gold", "live_as_of")?.unwrap_or_default();
        Ok(Self { conn, ctx, graph, fixed, before, as_of, steps: Vec::new(), base_as_of, changed: BTreeSet::new() })
    }

    fn take(mut self) -> Result<Taken> {
        let base: i64 = manifest(self.conn, "gold", "live_batch")?.unwrap_or(0);
        let seen: Option<i64> = self.conn.query_row("SELECT max(batch_id) FROM gold.live_batch", [], |row| row.get(0)).at("live_batch")?;
        let came = loaded_since(self.conn, seen.unwrap_or(base)).at("bronze.batch")?;
        if came.is_empty() {
            return Ok(Taken { as_of: self.before, ..Taken::default() });
        }
        let batches = self.sort_out(&came, base)?;
        let mut by_table: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for batch in batches.iter().filter(|batch| batch.waits.is_none()) {
            by_table.entry(batch.table.as_str()).or_default().push(batch.id);
        }
        let customers = if by_table.is_empty() { 0 } else { self.apply(&by_table)? };
        let newest = came.last().map_or(base, |batch| batch.id);
        self.note(&batches, newest)?;
        Ok(Taken { batches, customers, as_of: self.as_of, steps: self.steps })
    }

    /// Which batches can be taken, and why the others wait.
    fn sort_out(&self, came: &[LoadedBatch], base: i64) -> Result<Vec<TakenBatch>> {
        let built: Option<i64> = manifest(self.conn, "silver", "_built_run")?;
        let of_run: Option<i64> = manifest(self.conn, "gold", "live_run")?;
        let takers: BTreeSet<&str> = self
            .graph
            .models()
            .iter()
            .filter_map(|model| match &model.live {
                Some(Live::Rows(inputs)) => Some(inputs.iter().filter_map(|input| input.strip_prefix("bronze."))),
                _ => None,
            })
            .flatten()
            .collect();
        let mut known = self
            .conn
            .prepare("SELECT EXISTS (SELECT 1 FROM bronze.batch WHERE table_name = ?1 AND status = 'loaded' AND batch_id <= ?2)")
            .at("bronze.batch")?;
        came.iter()
            .map(|batch| {
                let is_known: bool = known.query_row(params![batch.table, base], |row| row.get(0)).at("bronze.batch")?;
                let waits = if built != of_run {
                    Some("silver is of another run than the gold that people see")
                } else if batch.is_snapshot {
                    Some("a snapshot replaces its whole table")
                } else if !takers.contains(batch.table.as_str()) {
                    Some("no live table is made from these rows alone")
                } else if !is_known {
                    Some("the first file of its table")
                } else if batch.completes.is_some_and(|whole| whole <= base) {
                    Some("mended rows of an earlier file")
                } else {
                    None
                };
                Ok(TakenBatch {
                    id: batch.id,
                    table: batch.table.clone(),
                    waits: waits.map(|why| format!("{why}: it waits for the next run")),
                })
            })
            .collect()
    }

    fn apply(&mut self, by_table: &BTreeMap<&str, Vec<i64>>) -> Result<u64> {
        self.conn
            .execute_batch(
                "DROP TABLE IF EXISTS temp.touched_customer_key; DROP TABLE IF EXISTS temp.touched_account_id;
                 CREATE TEMP TABLE touched_customer_key (key TEXT PRIMARY KEY); CREATE TEMP TABLE touched_account_id (key TEXT PRIMARY KEY);",
            )
            .at("live gold")?;
        for (table, ids) in by_table {
            let started = Instant::now();
            write_news(self.conn, table, ids, &format!("news_{table}")).at(&format!("bronze.{table}"))?;
            self.steps.push((format!("bronze.{table}"), started.elapsed().as_secs_f64()));
        }
        if self.fixed.is_none() {
            for table in by_table.keys() {
                sources::prepare_one(self.conn, table, sources::Seen::Part(&format!("news_{table}"), "_gone = 0"))?;
            }
            if by_table.contains_key("core_transactions") {
                sources::prepare_one(self.conn, "core_dates", sources::Seen::Whole)?;
            }
            let latest = sources::latest_of(self.conn, |table| by_table.contains_key(table))?;
            self.as_of = latest.map_or(self.before.clone(), |latest| latest.max(self.before.clone()));
        }
        for model in self.graph.models() {
            self.ctx.check()?;
            let Some(live) = &model.live else { continue };
            let Some(target) = self.target(model) else { continue };
            let started = Instant::now();
            let did = match live {
                Live::Rows(inputs) => self.take_rows(model, target, inputs, by_table)?,
                Live::By { column, inputs } => self.make_anew(model, target, column, inputs)?,
                Live::Sum(input) => self.correct_sums(model, input)?,
            };
            if did {
                self.steps.push((target.id(), started.elapsed().as_secs_f64()));
            }
        }
        let customers: i64 = self.conn.query_row("SELECT count(*) FROM temp.touched_customer_key", [], |row| row.get(0)).at("live gold")?;
        Ok(u64::try_from(customers).unwrap_or(0))
    }

    /// The gold table that shows a model's rows: itself, or the copy of a silver model.
    fn target(&self, model: &'a Model) -> Option<&'a Model> {
        if model.layer == ModelLayer::Gold {
            return Some(model);
        }
        let id = model.id();
        self.graph.layer(ModelLayer::Gold).find(|copy| copy.kind == ModelKind::Copy && copy.all_inputs().next() == Some(&id))
    }

    fn note(&self, batches: &[TakenBatch], newest: i64) -> Result<()> {
        let mut insert = self.conn.prepare("INSERT INTO gold.live_batch VALUES (?1, ?2, ?3, ?4)").at("live_batch")?;
        for batch in batches {
            let state = if batch.waits.is_some() { "waits" } else { "taken" };
            insert.execute(params![batch.id, batch.table, state, batch.waits.as_deref().unwrap_or("")]).at("live_batch")?;
        }
        if !self.changed.is_empty() {
            self.conn
                .execute("UPDATE gold.live_state SET as_of = ?1, batch_id = ?2 WHERE state = 'live'", params![self.as_of, newest])
                .at("live_state")?;
            self.conn.execute("UPDATE gold.manifest SET value = ?1 WHERE key = 'as_of'", [&self.as_of]).at("gold.manifest")?;
        }
        Ok(())
    }

    /// Runs one statement, with the as-of date where it asks for it.
    fn run(&self, what: &str, sql: &str, as_of: &str) -> Result<usize> {
        let mut statement = self.conn.prepare(sql).at(what)?;
        if let Some(at) = statement.parameter_index(":as_of").at(what)? {
            statement.raw_bind_parameter(at, as_of).at(what)?;
        }
        statement.raw_execute().at(what)
    }
}

fn manifest<T: std::str::FromStr>(conn: &Connection, schema: &str, key: &str) -> Result<Option<T>> {
    let sql = format!("SELECT value FROM {schema}.manifest WHERE key = ?1");
    let found: Option<String> = match conn.query_row(&sql, [key], |row| row.get(0)).optional() {
        Ok(found) => found,
        // A file that was never built has no manifest.
        Err(rusqlite::Error::SqlInputError { .. }) => None,
        Err(source) if source.sqlite_error_code() == Some(rusqlite::ErrorCode::Unknown) => None,
        Err(source) => return Err(WarehouseError::Sql { what: format!("{schema}.manifest"), source }),
    };
    Ok(found.and_then(|text| text.parse().ok()))
}

/// Columns in double quotes with commas between.
fn column_list(model: &Model) -> String {
    model.columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
}
