//! Building aside. Flow: attach -> staging models -> identify -> silver tables and models -> tests -> gold models -> masked copy -> place.

use std::time::Instant;

use rusqlite::Connection;

use crate::base::{DecisionId, Layer, RunCtx, Stage};
use crate::engine::answer::sqlite;
use crate::engine::error::EngineError;
use crate::engine::ops::steward::{golden, names};
use crate::engine::ops::{churn, data_tests, match_desk};
use crate::engine::pages::{MODEL_IS_BUILT, ModelOutcome, MovedRecords, RunOutcome, TestOutcome};
use crate::engine::session::Session;
use crate::stewardship::Naming;
use crate::stewardship::resolve::Moved;
use crate::stewardship::standardise::standardise_all;
use crate::store::bronze::query::last_loaded_day;
use crate::store::control::VersionRow;
use crate::store::failing::FailingRows;
use crate::store::reader::{attach_building, attach_read_only, attach_read_only_as, detach, in_memory};
use crate::store::silver::{self, SilverRows};
use crate::warehouse::checks::Runner;
use crate::warehouse::{self, Beside, BuildReport, Earlier, Graph, Model, ModelLayer, ModelStatus, Plan};

use super::identify::{Identified, Said, Taken, identify};
use super::kept::{self, Written};
use super::place::{Built, put_in_place};
use super::{Pinned, RunOptions};

/// Seconds per stage, in order.
#[derive(Debug, Default)]
struct Watch {
    stages: Vec<(String, f64)>,
}

impl Watch {
    fn time<T>(&mut self, stage: &str, work: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
        let started = Instant::now();
        let value = work()?;
        self.stages.push((stage.to_owned(), started.elapsed().as_secs_f64()));
        Ok(value)
    }
}

/// Builds silver and gold from what is pinned and puts them in place.
pub fn build(session: &Session, pinned: &Pinned, options: &RunOptions, ctx: &RunCtx) -> Result<RunOutcome, EngineError> {
    let mut watch = Watch::default();
    let (silver_path, gold_path) = (session.workspace.building("silver.db"), session.workspace.building("gold.db"));
    let masked_path = session.workspace.building("gold_masked.db");
    let graph = data_tests::graph(session)?;
    let checks = data_tests::checks(session, &graph, &pinned.as_of)?;
    let failing = FailingRows::create(&session.workspace.building("quality.db"), None)?;
    let mut tests = Runner::new(checks, Some(&failing), ctx);
    let mut conn = in_memory()?;
    attach_read_only(&conn, Layer::Bronze, &session.workspace.bronze())?;
    attach_building(&conn, Layer::Silver, &silver_path)?;
    let earlier = attach_earlier(session, &conn, &graph, options)?;

    let mut reports: Vec<(&str, BuildReport)> = Vec::new();
    sqlite(warehouse::register(&conn))?;
    watch.time("source tests", || Ok(tests.sources(&mut conn)?))?;
    sqlite(conn.execute_batch("BEGIN"))?;
    let plan = Plan { as_of: &pinned.as_of, only: None, earlier };
    let layer = |conn: &mut Connection, layer: ModelLayer, tests: &mut Runner<'_>| {
        let beside = Beside { tests: Some(tests), predictor: Some(&pinned.models) };
        Ok(warehouse::build_with(conn, ctx, &graph, layer, &plan, beside)?)
    };
    reports.push(("staging", watch.time("staging", || layer(&mut conn, ModelLayer::Staging, &mut tests))?));
    if let Some(test) = stopped_records(&graph, &tests) {
        let results = std::mem::take(&mut tests.results);
        data_tests::keep(session, results, Some(pinned.run), failing)?;
        return Err(EngineError::Refused(format!(
            "the test {test} failed on what customers are made of, so nothing was put in place. 'karat test --rows {test}' shows its rows."
        )));
    }
    must_not_have_failed(&graph, &reports)?;
    let namings = namings_until(session, pinned.decision_number)?;
    names::confirm_branches(&conn, &namings)?;
    let mut found = watch.time("customers", || customers(session, &conn, pinned, options, ctx))?;
    watch.stages.extend(found.stages.clone());
    watch.time("write customers", || write_identity(&conn, &found))?;
    reports.push(("silver", watch.time("silver", || layer(&mut conn, ModelLayer::Silver, &mut tests))?));
    names::confirm_complaint_types(&conn, &namings)?;
    set_silver_manifest(session, &conn, pinned)?;
    sqlite(conn.execute_batch("COMMIT"))?;
    must_not_have_failed(&graph, &reports)?;

    attach_building(&conn, Layer::Gold, &gold_path)?;
    sqlite(conn.execute_batch("BEGIN"))?;
    reports.push(("gold", watch.time("gold", || layer(&mut conn, ModelLayer::Gold, &mut tests))?));
    sqlite(silver::set_manifest(
        &conn,
        "gold",
        &[("_built_at", &session.clock.now_iso()), ("program", env!("CARGO_PKG_VERSION")), ("models", &pinned.models.names())],
    ))?;
    sqlite(conn.execute_batch("COMMIT"))?;
    must_not_have_failed(&graph, &reports)?;

    watch.time("tests", || {
        ctx.progress.enter(Stage::Testing, 0);
        Ok(tests.rest(&mut conn)?)
    })?;
    let results = std::mem::take(&mut tests.results);
    let mut tests: Vec<TestOutcome> = results.iter().map(data_tests::outcome_of).collect();
    tests.extend(broken_models(&model_outcomes(&reports)));
    let hashes =
        watch.time("content hashes", || Ok((warehouse::content_hash(&conn, "silver")?, warehouse::content_hash(&conn, "gold")?)))?;
    ctx.check()?;
    detach(&conn, Layer::Gold)?;
    watch.time("masked copy", || {
        ctx.progress.enter(Stage::Masking, 0);
        Ok(warehouse::mask::write_masked(&graph, &gold_path, &masked_path, ctx)?)
    })?;
    detach(&conn, Layer::Silver)?;
    drop(conn);

    let row = version_row(session, pinned, &found, hashes, &tests)?;
    ctx.check()?;
    ctx.progress.enter(Stage::Finishing, 0);
    let index = watch.time("index", || write_index(session, &mut found, pinned, ctx))?;
    ctx.check()?;
    let built = Built { silver: &silver_path, gold: &gold_path, masked: &masked_path, found: &found, index: index.as_ref(), row: &row };
    put_in_place(session, &built)?;
    churn::note(session, &pinned.models, row.version, &pinned.as_of)?;
    data_tests::keep(session, results, Some(pinned.run), failing)?;
    if let Some(kept) = found.index.take() {
        kept::keep(session, kept);
    }
    Ok(outcome(&found, &reports, tests, watch, pinned, row.version.0))
}

fn version_row(
    session: &Session,
    pinned: &Pinned,
    found: &Identified,
    hashes: (String, String),
    tests: &[TestOutcome],
) -> Result<VersionRow, EngineError> {
    Ok(VersionRow {
        version: session.control().next_version()?,
        run: pinned.run,
        built_at: session.clock.now_iso(),
        as_of: pinned.as_of.clone(),
        customers: found.customers.len() as u64,
        silver_hash: hashes.0,
        content_hash: hashes.1,
        tests: serde_json::to_string(tests).unwrap_or_else(|_| "[]".to_owned()),
        published_at: None,
        published_by: None,
        restored_at: None,
        restored_by: None,
    })
}

fn moved(one: &Moved) -> MovedRecords {
    MovedRecords { from: one.from.to_string(), to: one.to.to_string(), records: one.records }
}

fn outcome(
    found: &Identified,
    reports: &[(&str, BuildReport)],
    tests: Vec<TestOutcome>,
    watch: Watch,
    pinned: &Pinned,
    version: u32,
) -> RunOutcome {
    RunOutcome {
        run: pinned.run.0,
        gold_version: Some(version),
        as_of: Some(pinned.as_of.clone()),
        source_records: found.records.len() as u64,
        customers: found.customers.len() as u64,
        review_items: found.questions.len() as u64,
        review_aside: 0,
        moved: found.moved.iter().map(moved).collect(),
        models: model_outcomes(reports),
        tests,
        stages: watch.stages,
        matched: found.way.clone(),
        ..RunOutcome::default()
    }
}

/// Staged records to customers.
fn customers(session: &Session, conn: &Connection, pinned: &Pinned, options: &RunOptions, ctx: &RunCtx) -> Result<Identified, EngineError> {
    ctx.progress.enter(Stage::Standardising, 0);
    let staged = sqlite(silver::staged_records(conn))?;
    let records = standardise_all(&staged, &pinned.as_of);
    // A bank whose files name accounts and no people has figures all the same.
    if records.is_empty() && !warehouse::has_transactions(conn)? {
        return Err(EngineError::Refused(
            "no loaded file holds customers (erp_customers, sf_contacts, sb_app_sessions, gs_customer_notes, raw_crm_customers, core_customers, ledger_customers) \
             or transactions. Load one of them, then run again."
                .to_owned(),
        ));
    }
    let said = said_until(session, pinned.decision_number)?;
    let (before, model) = {
        let control = session.control();
        (control.identity()?, control.pinned_model()?)
    };
    let config = match_desk::config_of(&session.workspace)?;
    if options.full_refresh {
        // Nothing from before is to be relied on.
        kept::erase(session)?;
    }
    let pin = options.model.clone();
    let taken = Taken {
        config: &config,
        pinned: pin.as_ref().or(model.as_ref()),
        pin: pin.clone(),
        full_refresh: options.full_refresh,
        said: &said,
    };
    let mut found = identify(records, &before, &taken, &|model| kept::find(session, model), ctx)?;
    found.told.at = session.clock.now_iso();
    Ok(found)
}

/// What people said up to an entry of the log, that one included; what was taken back later than it still holds.
fn said_until(session: &Session, entry: i64) -> Result<Said, EngineError> {
    let rules = golden::rules_of(session)?;
    let control = session.control();
    let mut decisions = control.decisions()?;
    decisions.retain(|decision| decision.id.0 <= entry);
    decisions.iter_mut().for_each(|decision| still_stands(&mut decision.undone_by, entry));
    let mut overrides = control.overrides()?;
    overrides.retain(|word| word.id.0 <= entry);
    overrides.iter_mut().for_each(|word| still_stands(&mut word.undone_by, entry));
    Ok(Said { decisions, overrides, with_values: control.decisions_with_values()?, rules })
}

/// What people said of spellings up to an entry of the log.
fn namings_until(session: &Session, entry: i64) -> Result<Vec<Naming>, EngineError> {
    let mut namings = session.control().namings()?;
    namings.retain(|naming| naming.id.0 <= entry);
    namings.iter_mut().for_each(|naming| still_stands(&mut naming.undone_by, entry));
    Ok(namings)
}

/// An undo that came after the entry is not known yet.
fn still_stands(undone_by: &mut Option<DecisionId>, entry: i64) {
    if undone_by.is_some_and(|undo| undo.0 > entry) {
        *undone_by = None;
    }
}

/// Writes the index aside. It is a cache: a run does not fail for want of it.
fn write_index(session: &Session, found: &mut Identified, pinned: &Pinned, ctx: &RunCtx) -> Result<Option<Written>, EngineError> {
    let Some(index) = &mut found.index else { return Ok(None) };
    match kept::write_aside(session, index, pinned, ctx) {
        Ok(written) => Ok(written),
        Err(EngineError::Cancelled) => Err(EngineError::Cancelled),
        Err(error) => {
            found.index = None;
            found.way.push_str(&format!("; the index for the next run was not written: {error}"));
            Ok(None)
        }
    }
}

fn write_identity(conn: &Connection, found: &Identified) -> Result<(), EngineError> {
    let write = || -> rusqlite::Result<()> {
        silver::create_tables(conn)?;
        silver::write_records(conn, &found.records)?;
        silver::write_customers(conn, &SilverRows { records: &found.records, customers: &found.customers }, &found.resolution.identity)?;
        silver::write_questions(conn, &found.questions)?;
        silver::write_relations(conn, &found.relations)?;
        silver::write_shared(conn, &found.shared)
    };
    sqlite(write())
}

fn set_silver_manifest(session: &Session, conn: &Connection, pinned: &Pinned) -> Result<(), EngineError> {
    let batches = pinned.batches.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let entries = [
        ("decision_number", pinned.decision_number.to_string()),
        ("batches", batches),
        ("program", env!("CARGO_PKG_VERSION").to_owned()),
        ("_built_at", session.clock.now_iso()),
        ("_built_run", pinned.run.to_string()),
    ];
    let entries: Vec<(&str, &str)> = entries.iter().map(|(key, value)| (*key, value.as_str())).collect();
    sqlite(silver::set_manifest(conn, "silver", &entries))
}

/// The files of the run before, where a model wants the rows that it left there.
fn attach_earlier(session: &Session, conn: &Connection, graph: &Graph, options: &RunOptions) -> Result<Earlier, EngineError> {
    let space = &session.workspace;
    let gold = data_tests::newest_gold(session)?.map(|version| space.gold(version));
    let (Some(gold), true) = (gold, space.silver().exists()) else { return Ok(Earlier::None) };
    if options.full_refresh || !graph.models().iter().any(|model| model.increment.is_some()) {
        return Ok(Earlier::None);
    }
    attach_read_only_as(conn, "earlier_silver", &space.silver())?;
    attach_read_only_as(conn, "earlier_gold", &gold)?;
    Ok(Earlier::Attached)
}

fn model_outcomes(reports: &[(&str, BuildReport)]) -> Vec<ModelOutcome> {
    let all = reports.iter().flat_map(|(layer, report)| report.models.iter().map(move |status| (layer, status.clone())));
    all.map(|(layer, status)| ModelOutcome::of(layer, status)).collect()
}

/// Models that failed, as tests that did: a gold that lacks one is not published unseen.
pub fn broken_models(models: &[ModelOutcome]) -> Vec<TestOutcome> {
    let failed = models.iter().filter(|model| model.state == "failed");
    failed
        .map(|model| TestOutcome {
            name: MODEL_IS_BUILT.to_owned(),
            model: model.model.clone(),
            severity: "error".to_owned(),
            outcome: "broken".to_owned(),
            message: model.message.clone(),
            ..TestOutcome::default()
        })
        .collect()
}

/// A shipped model that failed stops the run: half a gold is worse than the one from before. One of the workspace's own stops what reads it.
pub fn must_not_have_failed(graph: &Graph, reports: &[(&str, BuildReport)]) -> Result<(), EngineError> {
    let is_own = |status: &&ModelStatus| graph.get(&status.name).is_some_and(Model::is_own);
    let shipped = reports.iter().flat_map(|(_, report)| report.failed()).filter(|status| !is_own(status));
    let failed: Vec<String> = shipped.map(|status| format!("{}: {}", status.name, status.message)).collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(EngineError::Refused(format!(
        "{} failed, nothing was put in place. {}",
        super::super::super::answer::words::counted(failed.len() as u64, "model"),
        failed.join("; ")
    )))
}

/// The test of severity error that failed on what customers are made of.
fn stopped_records(graph: &Graph, tests: &Runner<'_>) -> Option<String> {
    let mut tables = vec!["silver.stg_customer_record"];
    while let Some(table) = tables.pop() {
        if let Some(test) = tests.stopped(table) {
            return Some(test);
        }
        tables.extend(graph.get(table).into_iter().flat_map(|model| model.all_inputs().map(String::as_str)));
    }
    None
}

/// The batches that the current views show.
pub fn current_batches(conn: &Connection) -> Result<Vec<i64>, EngineError> {
    if !sqlite(silver::has_table(conn, "bronze", "batch"))? {
        return Ok(Vec::new());
    }
    let read = || -> rusqlite::Result<Vec<i64>> {
        let mut rows = conn.prepare("SELECT batch_id FROM bronze.batch WHERE status = 'loaded' ORDER BY batch_id")?;
        let found = rows.query_map([], |row| row.get(0))?;
        found.collect()
    };
    sqlite(read())
}

/// The workspace's as-of date: what workspace.toml says, else the latest business date in bronze. Files without any have the day on which the
/// last of them was loaded: the day of the run would make the same files give another gold tomorrow.
pub fn as_of(session: &Session, conn: &Connection) -> Result<String, EngineError> {
    if let Some(as_of) = &session.workspace.config.as_of {
        return Ok(as_of.clone());
    }
    if let Some(latest) = warehouse::latest_business_date(conn)? {
        return Ok(latest);
    }
    let loaded = sqlite(last_loaded_day(conn))?;
    Ok(loaded.unwrap_or_else(|| session.clock.now_iso()[..10].to_owned()))
}
