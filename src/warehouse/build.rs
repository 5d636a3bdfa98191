//! Runs models in order: typed table, rows, indexes, and what came of each.

use std::collections::BTreeSet;
use std::time::Instant;

use rusqlite::{Connection, ErrorCode, OptionalExtension};
use serde::{Deserialize, Serialize};

use super::branch;
use super::catalogue;
use super::checks::Runner;
use super::ddl::{create_sql, index_sql, quoted};
use super::error::{Result, SqlContext, WarehouseError, in_file};
use super::functions;
use super::graph::Graph;
use super::incremental;
use super::kpi;
use super::model::{Model, ModelKind, ModelLayer};
use super::predictions::{self, Predictor};
use super::snapshot;
use super::sources;
use crate::base::{RunCtx, Stage, Step};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelState {
    Built,
    /// No source feeds it: an empty table stands in its place.
    Absent,
    Failed,
    /// Something it needs failed.
    Skipped,
}

impl ModelState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Built => "built",
            Self::Absent => "absent",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelStatus {
    /// `silver.dim_account`
    pub name: String,
    pub state: ModelState,
    pub rows: u64,
    pub seconds: f64,
    /// Why it is not built; empty where it is.
    pub message: String,
    /// What an incremental model took in; empty where it was built whole.
    #[serde(default)]
    pub note: String,
}

impl ModelStatus {
    fn step(&self) -> Step {
        let state = self.state.name().to_owned();
        Step { name: self.name.clone(), state, rows: self.rows, seconds: self.seconds, message: self.message.clone() }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BuildReport {
    pub models: Vec<ModelStatus>,
}

impl BuildReport {
    pub fn get(&self, id: &str) -> Option<&ModelStatus> {
        self.models.iter().find(|status| status.name == id)
    }

    pub fn failed(&self) -> impl Iterator<Item = &ModelStatus> {
        self.models.iter().filter(|status| status.state == ModelState::Failed)
    }
}

/// Where the tables of the run before stand, for models that keep their rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// Nowhere, or nobody wants them: everything is built whole.
    None,
    /// In the schema that is built: it is a copy of what stands.
    InPlace,
    /// In schemas `earlier_silver` and `earlier_gold`.
    Attached,
}

impl Earlier {
    fn schema(self, layer: ModelLayer) -> Option<String> {
        match self {
            Self::None => None,
            Self::InPlace => Some(layer.schema().to_owned()),
            Self::Attached => Some(format!("earlier_{}", layer.schema())),
        }
    }
}

/// What is built.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// ISO date: goes into `<schema>.manifest` and to every model as `:as_of`.
    pub as_of: &'a str,
    /// Ids; what they leave out must stand already.
    pub only: Option<&'a BTreeSet<String>>,
    pub earlier: Earlier,
}

/// Builds the models of one layer, all of them whole, into the attached schema `silver` (staging, silver) or `gold`.
///
/// `as_of` (ISO date) goes into `<schema>.manifest` and to every model as `:as_of`. `only` (ids) limits what is built; what it
/// leaves out must stand already. The connection needs schemas `bronze` (staging, silver) or `silver` (gold) beside the one that
/// is built; `control` is never read. Stops with `Cancelled` between models and inside a statement.
pub fn build(
    conn: &mut Connection,
    ctx: &RunCtx,
    graph: &Graph,
    layer: ModelLayer,
    as_of: &str,
    only: Option<&BTreeSet<String>>,
) -> Result<BuildReport> {
    build_with(conn, ctx, graph, layer, &Plan { as_of, only, earlier: Earlier::None }, Beside::default())
}

/// What goes along with a build.
#[derive(Default)]
#[expect(missing_debug_implementations, reason = "a predictor is known by what it does")]
pub struct Beside<'a, 't> {
    /// Each table is tested as soon as it stands: what reads one on which a test of severity error fails is skipped.
    pub tests: Option<&'a mut Runner<'t>>,
    /// Fills the tables of predictions; without one they are absent.
    pub predictor: Option<&'a dyn Predictor>,
}

/// As `build` by a plan, with tests and predictions.
pub fn build_with(
    conn: &mut Connection,
    ctx: &RunCtx,
    graph: &Graph,
    layer: ModelLayer,
    plan: &Plan<'_>,
    beside: Beside<'_, '_>,
) -> Result<BuildReport> {
    functions::register(conn).at("functions")?;
    let result = Builder::new(conn, graph, layer, plan).and_then(|mut builder| {
        builder.predictor = beside.predictor;
        builder.run(ctx, plan.only, beside.tests)
    });
    conn.progress_handler(0, None::<fn() -> bool>).at("progress handler")?;
    result
}

struct Builder<'a> {
    conn: &'a mut Connection,
    graph: &'a Graph,
    layer: ModelLayer,
    as_of: &'a str,
    earlier: Earlier,
    /// Ids of sources and models that have rows or were built.
    present: BTreeSet<String>,
    broken: BTreeSet<String>,
    predictor: Option<&'a dyn Predictor>,
}

impl<'a> Builder<'a> {
    fn new(conn: &'a mut Connection, graph: &'a Graph, layer: ModelLayer, plan: &Plan<'a>) -> Result<Self> {
        let (schema, as_of) = (layer.schema(), plan.as_of);
        conn.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS {schema}.manifest (key TEXT PRIMARY KEY, value TEXT);
             CREATE TABLE IF NOT EXISTS {schema}.model_run (model TEXT PRIMARY KEY, state TEXT NOT NULL, rows INTEGER NOT NULL,
                 message TEXT NOT NULL, _built_seconds REAL, _built_hash TEXT);"
        ))
        .at("manifest")?;
        // A file that an older program built does not know what its models were.
        if !sources::columns_of(conn, schema, "model_run")?.iter().any(|column| column == "_built_hash") {
            conn.execute_batch(&format!("ALTER TABLE {schema}.model_run ADD COLUMN _built_hash TEXT")).at("model_run")?;
        }
        conn.execute(&format!("INSERT OR REPLACE INTO {schema}.manifest (key, value) VALUES ('as_of', ?1)"), [as_of]).at("manifest")?;
        let mut present = BTreeSet::new();
        if layer == ModelLayer::Gold {
            present.extend(external_present(conn, graph)?);
        } else {
            present.extend(sources::prepare(conn)?);
            let own = graph.models().iter().flat_map(Model::all_inputs).filter_map(|input| input.strip_prefix("bronze."));
            for table in own.filter(|table| !sources::is_contract_table(table)) {
                present.extend(sources::prepare_own(conn, table)?);
            }
        }
        if layer != ModelLayer::Staging {
            let mut statement = conn.prepare("SELECT model FROM silver.model_run WHERE state = 'built'").at("silver.model_run")?;
            let built = statement.query_map([], |row| row.get(0)).at("silver.model_run")?;
            present.extend(built.collect::<rusqlite::Result<Vec<String>>>().at("silver.model_run")?);
        }
        if layer == ModelLayer::Gold {
            // Of a copy of what stands: what is not built anew now is there.
            let mut statement = conn.prepare("SELECT model FROM gold.model_run WHERE state = 'built'").at("gold.model_run")?;
            let built = statement.query_map([], |row| row.get(0)).at("gold.model_run")?;
            let built = built.collect::<rusqlite::Result<Vec<String>>>().at("gold.model_run")?;
            present.extend(built.into_iter().filter(|id| plan.only.is_some_and(|only| !only.contains(id))));
        }
        Ok(Self { conn, graph, layer, as_of, earlier: plan.earlier, present, broken: BTreeSet::new(), predictor: None })
    }

    fn run(&mut self, ctx: &RunCtx, only: Option<&BTreeSet<String>>, mut tests: Option<&mut Runner<'_>>) -> Result<BuildReport> {
        let models: Vec<&Model> = self
            .graph
            .layer(self.layer)
            .filter(|model| model.kind == ModelKind::External || only.is_none_or(|ids| ids.contains(&model.id())))
            .collect();
        let stage = if self.layer == ModelLayer::Gold { Stage::BuildingGold } else { Stage::BuildingSilver };
        ctx.progress.enter(stage, u64::try_from(models.len()).unwrap_or(0));
        let mut report = BuildReport::default();
        let mut to_come: BTreeSet<String> = self.graph.models().iter().filter(|model| model.layer >= self.layer).map(Model::id).collect();
        for model in models {
            ctx.check()?;
            ctx.progress.say(&model.id());
            let cancel = ctx.cancel.clone();
            self.conn.progress_handler(20_000, Some(move || cancel.is_cancelled())).at("progress handler")?;
            let stopped = tests.as_ref().and_then(|tests| {
                model.all_inputs().find_map(|input| tests.stopped(input).map(|test| format!("the test {test} of {input} failed")))
            });
            let status = self.one(ctx, model, stopped)?;
            to_come.remove(&status.name);
            if let Some(tests) = &mut tests {
                let is_ready = |table: &str| table.starts_with("bronze.") || self.graph.get(table).is_some() && !to_come.contains(table);
                match status.state {
                    ModelState::Built | ModelState::Absent => tests.built(self.conn, &status.name, &is_ready)?,
                    ModelState::Failed | ModelState::Skipped => tests.left_out(&status.name),
                }
            }
            self.record(&status, &model.hash)?;
            if model.kind != ModelKind::External {
                ctx.progress.finish(status.step());
            }
            report.models.push(status);
            ctx.progress.advance(1);
        }
        Ok(report)
    }

    /// `stopped`: why it may not be built, where a test says so.
    fn one(&mut self, ctx: &RunCtx, model: &Model, stopped: Option<String>) -> Result<ModelStatus> {
        let started = Instant::now();
        let id = model.id();
        let (mut rows, mut note) = (None, String::new());
        let (state, message) = if let Some(broken) = model.all_inputs().find(|input| self.broken.contains(*input)) {
            self.empty(model)?;
            (ModelState::Skipped, format!("{broken} failed"))
        } else if let Some(stopped) = stopped {
            self.empty(model)?;
            (ModelState::Skipped, stopped)
        } else if let Some(missing) = self.missing(model) {
            if model.kind != ModelKind::External || !self.stands(model)? {
                self.empty(model)?;
            }
            (ModelState::Absent, missing)
        } else {
            match self.fill(ctx, model) {
                Ok(filled) => {
                    (rows, note) = (filled.rows, filled.note);
                    (ModelState::Built, String::new())
                }
                Err(WarehouseError::Cancelled(cancelled)) => return Err(cancelled.into()),
                Err(error) if error.is_of_disk() => return Err(error),
                Err(error) => {
                    self.empty(model)?;
                    (ModelState::Failed, error.to_string())
                }
            }
        };
        match state {
            ModelState::Built => drop(self.present.insert(id.clone())),
            ModelState::Failed | ModelState::Skipped => drop(self.broken.insert(id.clone())),
            ModelState::Absent => {}
        }
        let rows = match rows {
            Some(rows) => rows,
            None if model.is_view() => 0,
            None => self.count(model)?,
        };
        Ok(ModelStatus { name: id, state, rows, seconds: started.elapsed().as_secs_f64(), message, note })
    }

    /// Why a model has no source, in words.
    fn missing(&self, model: &Model) -> Option<String> {
        if model.kind == ModelKind::External {
            let stands =
                self.stands(model).unwrap_or(false) && sources::has_rows(self.conn, model.layer.schema(), &model.name).unwrap_or(false);
            return (!stands).then(|| "no source".to_owned());
        }
        if let Some(input) = model.inputs.iter().find(|input| !self.present.contains(*input)) {
            return Some(format!("no source: {input} has no rows"));
        }
        if predictions::is_filled(&model.id()) {
            return match self.predictor {
                Some(predictor) => predictor.absent(&model.id()),
                None => Some("no source: no model predicts it".to_owned()),
            };
        }
        let choice = if model.inputs.is_empty() && model.any.is_empty() { &model.optional } else { &model.any };
        let none = !choice.is_empty() && !choice.iter().any(|input| self.present.contains(input));
        none.then(|| format!("no source: none of {} has rows", choice.join(", ")))
    }

    fn stands(&self, model: &Model) -> Result<bool> {
        Ok(!sources::columns_of(self.conn, model.layer.schema(), &model.name)?.is_empty())
    }

    /// The empty table that keeps downstream SQL alive.
    fn empty(&self, model: &Model) -> Result<()> {
        if model.is_view() {
            return self.fill_view(model);
        }
        self.conn
            .execute_batch(&format!("DROP TABLE IF EXISTS {}; {}; {}", quoted(model), create_sql(model), index_sql(model)))
            .at(&model.id())
    }

    /// No savepoint: a file that is built aside may have no journal, and `empty` drops what a failure leaves.
    fn fill(&self, ctx: &RunCtx, model: &Model) -> Result<Filled> {
        let rows = match model.kind {
            ModelKind::External => None,
            ModelKind::View | ModelKind::Alias => self.fill_view(model).map(|()| None)?,
            ModelKind::Table | ModelKind::Copy => self.fill_table(model).map(Some)?,
            ModelKind::Incremental => return self.fill_incremental(model),
            ModelKind::Snapshot => self.fill_snapshot(ctx, model)?,
            ModelKind::Rust => self.fill_rust(ctx, model).map(|()| None)?,
        };
        Ok(Filled { rows, note: String::new() })
    }

    /// From the rows of the run before where they stand and were made by this model, else whole.
    fn fill_incremental(&self, model: &Model) -> Result<Filled> {
        if let (Some(rule), Some(schema)) = (&model.increment, self.earlier.schema(self.layer))
            && let Some(hash) = built_before(self.conn, &schema, &model.id())?
            && let Some(taken) = incremental::fill(self.conn, model, rule, &schema, self.as_of)?
        {
            let (_, before) = hash.split_once('.').unwrap_or_default();
            let is_same = model.hash.ends_with(before);
            let changed = if is_same { "" } else { "; its SQL changed since: --full-refresh makes the rows that stood anew" };
            return Ok(Filled { rows: Some(taken.rows), note: taken.note + changed });
        }
        Ok(Filled { rows: Some(self.fill_table(model)?), note: String::new() })
    }

    fn fill_view(&self, model: &Model) -> Result<()> {
        let schema = model.layer.schema();
        let body = match model.kind {
            ModelKind::Alias => format!("SELECT * FROM {}", model.all_inputs().next().map_or("", String::as_str)),
            _ => model.body.clone(),
        };
        let body = body.replace(&format!("{schema}."), "");
        let columns: Vec<String> = model.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        self.conn
            .execute_batch(&format!("DROP VIEW IF EXISTS {id}; CREATE VIEW {id} ({}) AS {body}", columns.join(", "), id = quoted(model)))
            .at(&model.id())
    }

    fn fill_table(&self, model: &Model) -> Result<u64> {
        let id = model.id();
        let columns: Vec<String> = model.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        let columns = columns.join(", ");
        let select = match model.kind {
            ModelKind::Copy => format!("SELECT {columns} FROM {}", model.all_inputs().next().map_or("", String::as_str)),
            _ => model.body.replace("bronze.", "temp.src_"),
        };
        self.conn.execute_batch(&format!("DROP TABLE IF EXISTS {}; {}", quoted(model), create_sql(model))).at(&id)?;
        let sql = format!("INSERT INTO {} ({columns})\n{select}", quoted(model));
        let mut statement = self.conn.prepare(&sql).map_err(|error| in_file(model, &sql, error))?;
        bind(&mut statement, self.as_of, None).at(&id)?;
        let rows = match statement.raw_execute() {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => return Err(self.doubled(model, &select)?),
            ran => ran.at(&id)?,
        };
        drop(statement);
        self.conn.execute_batch(&index_sql(model)).at(&id)?;
        Ok(u64::try_from(rows).unwrap_or(0))
    }

    /// The keys that the rows of a SELECT have more than once, as an error.
    fn doubled(&self, model: &Model, select: &str) -> Result<WarehouseError> {
        let (id, keys) = (model.id(), model.key.join(", "));
        let names: Vec<&str> = model.columns.iter().map(|column| column.name.as_str()).collect();
        let sql = format!(
            "WITH asked ({}) AS ({select}) SELECT concat_ws(' ', {keys}) FROM asked GROUP BY {keys} HAVING count(*) > 1 ORDER BY 1",
            names.join(", ")
        );
        let mut statement = self.conn.prepare(&sql).at(&id)?;
        bind(&mut statement, self.as_of, None).at(&id)?;
        let mut found: Vec<String> = statement.raw_query().mapped(|row| row.get(0)).collect::<rusqlite::Result<_>>().at(&id)?;
        Ok(snapshot::doubled(&id, &mut found))
    }

    fn fill_snapshot(&self, ctx: &RunCtx, model: &Model) -> Result<Option<u64>> {
        let Some(rule) = &model.history else { return Ok(None) };
        self.conn.execute_batch(&format!("DROP TABLE IF EXISTS {}; {}", quoted(model), create_sql(model))).at(&model.id())?;
        let versions = snapshot::fill(self.conn, ctx, model, rule)?;
        self.conn.execute_batch(&index_sql(model)).at(&model.id())?;
        Ok(Some(versions))
    }

    fn fill_rust(&self, ctx: &RunCtx, model: &Model) -> Result<()> {
        self.conn.execute_batch(&format!("DROP TABLE IF EXISTS {}; {}", quoted(model), create_sql(model))).at(&model.id())?;
        match model.id().as_str() {
            "silver.branch_alias" => branch::fill_alias(self.conn)?,
            "gold.kpi" => kpi::fill(self.conn, ctx, &self.present)?,
            "gold.catalogue" => catalogue::fill(self.conn, self.graph)?,
            table if predictions::is_filled(table) => {
                if let Some(predictor) = self.predictor {
                    predictions::fill(self.conn, self.graph, model, predictor, ctx)?;
                }
            }
            other => return Err(WarehouseError::NoSuchModel(other.to_owned())),
        }
        self.conn.execute_batch(&index_sql(model)).at(&model.id())
    }

    fn count(&self, model: &Model) -> Result<u64> {
        let rows: i64 = self.conn.query_row(&format!("SELECT count(*) FROM {}", quoted(model)), [], |row| row.get(0)).at(&model.id())?;
        Ok(u64::try_from(rows).unwrap_or(0))
    }

    fn record(&self, status: &ModelStatus, hash: &str) -> Result<()> {
        self.conn
            .execute(
                &format!("INSERT OR REPLACE INTO {}.model_run VALUES (?1, ?2, ?3, ?4, ?5, ?6)", self.layer.schema()),
                rusqlite::params![
                    status.name,
                    status.state.name(),
                    i64::try_from(status.rows).unwrap_or(i64::MAX),
                    status.message,
                    status.seconds,
                    hash
                ],
            )
            .at("model_run")
            .map(drop)
    }
}

/// What filling a table came to.
struct Filled {
    /// None: not known without counting.
    rows: Option<u64>,
    note: String,
}

/// Binds what a model may ask: the as-of date, and where its look-back window begins (NULL where it is built whole).
pub(crate) fn bind(statement: &mut rusqlite::Statement<'_>, as_of: &str, since: Option<&str>) -> rusqlite::Result<()> {
    for (name, value) in [(":as_of", Some(as_of)), (":since", since)] {
        if let Some(at) = statement.parameter_index(name)? {
            statement.raw_bind_parameter(at, value)?;
        }
    }
    Ok(())
}

/// The hash of a model as a schema was built with it; None where the model did not stand there.
fn built_before(conn: &Connection, schema: &str, id: &str) -> Result<Option<String>> {
    if !sources::columns_of(conn, schema, "model_run")?.iter().any(|column| column == "_built_hash") {
        return Ok(None);
    }
    let sql = format!("SELECT coalesce(_built_hash, '.') FROM {schema}.model_run WHERE model = ?1 AND state = 'built'");
    conn.query_row(&sql, [id], |row| row.get(0)).optional().at(id)
}

/// Tables that the flow wrote between staging and silver and that have rows.
fn external_present(conn: &Connection, graph: &Graph) -> Result<Vec<String>> {
    let mut present = Vec::new();
    for model in graph.models().iter().filter(|model| model.kind == ModelKind::External) {
        if !sources::columns_of(conn, "silver", &model.name)?.is_empty() && sources::has_rows(conn, "silver", &model.name)? {
            present.push(model.id());
        }
    }
    Ok(present)
}

/// The as-of date that a built schema (`silver` or `gold`) counts from.
pub fn as_of(conn: &Connection, schema: &str) -> Result<Option<String>> {
    conn.query_row(&format!("SELECT value FROM {schema}.manifest WHERE key = 'as_of'"), [], |row| row.get(0)).optional().at("manifest")
}

#[cfg(test)]
#[path = "build_tests.rs"]
mod tests;
