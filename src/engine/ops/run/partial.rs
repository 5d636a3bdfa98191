//! Some models anew, over what stands. Flow: copies of silver and the newest gold -> the chosen models and their tests -> masked copy -> place.
//!
//! Nothing is matched: customers stay those of the last whole run.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use crate::base::{Layer, RunCtx, Stage};
use crate::engine::answer::sqlite;
use crate::engine::error::EngineError;
use crate::engine::ops::runs::room;
use crate::engine::ops::{churn, data_tests};
use crate::engine::pages::{MODEL_IS_BUILT, ModelOutcome, RunOutcome, TestOutcome};
use crate::engine::session::Session;
use crate::store::StoreError;
use crate::store::control::{BegunBy, VersionRow};
use crate::store::failing::FailingRows;
use crate::store::reader::{Connection, attach_copy, attach_read_only, detach, in_memory};
use crate::store::silver;
use crate::store::workspace::{self, Workspace};
use crate::warehouse::checks::Runner;
use crate::warehouse::{self, Beside, Earlier, Graph, ModelLayer, Plan, selector};

use super::build::{broken_models, must_not_have_failed};
use super::{Pinned, RunAsked, ended};

/// Which models.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'a> {
    pub select: &'a [String],
    pub exclude: &'a [String],
    pub publish: bool,
    /// Incremental models forget the rows they have.
    pub full_refresh: bool,
}

/// Builds the chosen models and logs the run, however it ends.
pub fn run_models(session: &Session, chosen: &Chosen<'_>, ctx: &RunCtx) -> Result<RunOutcome, EngineError> {
    session.must_write()?;
    let started = Instant::now();
    ctx.progress.enter(Stage::Starting, 0);
    // A selection that cannot be made is no run: the one before it is still the last.
    let graph = data_tests::graph(session)?;
    let only = selector::select(&graph, chosen.select, chosen.exclude, &data_tests::before(session)?)?;
    if only.is_empty() {
        return Err(EngineError::Refused(
            "the selection names no model. 'karat query \"select * from gold.catalogue\"' lists them.".to_owned(),
        ));
    }
    let warnings = room::check(session)?;
    let pinned = super::pin(session, BegunBy::Person)?;
    let built = build(session, &pinned, (&graph, &only), chosen.full_refresh, ctx);
    let asked = RunAsked { select: chosen.select.to_vec(), exclude: chosen.exclude.to_vec(), full_refresh: chosen.full_refresh };
    ended::end(session, &pinned, built, ended::Wanted { publish: chosen.publish, started, warnings, asked }, ctx)
}

fn build(
    session: &Session,
    pinned: &Pinned,
    (graph, only): (&Graph, &BTreeSet<String>),
    full_refresh: bool,
    ctx: &RunCtx,
) -> Result<RunOutcome, EngineError> {
    let space = &session.workspace;
    let before = session.control().versions()?.into_iter().find(|row| space.gold(row.version).exists());
    let (Some(before), true) = (before, space.silver().exists()) else {
        return Err(EngineError::Refused("nothing is built yet that single models could be built over. Say 'karat run' first.".to_owned()));
    };
    let (silver_path, gold_path, masked_path) = (space.building("silver.db"), space.building("gold.db"), space.building("gold_masked.db"));
    let mut conn = over_copies(space, [(space.silver(), &silver_path), (space.gold(before.version), &gold_path)])?;
    let mut checks = data_tests::checks(session, graph, &pinned.as_of)?;
    checks.retain(|check| only.contains(&check.table));
    let failing = FailingRows::create(&space.building("quality.db"), Some(&space.quality()))?;
    let mut tests = Runner::new(checks, Some(&failing), ctx);
    let mut models = Vec::new();
    let earlier = if full_refresh { Earlier::None } else { Earlier::InPlace };
    let plan = Plan { as_of: &pinned.as_of, only: Some(only), earlier };
    sqlite(conn.execute_batch("BEGIN"))?;
    for layer in [ModelLayer::Staging, ModelLayer::Silver, ModelLayer::Gold] {
        let beside = Beside { tests: Some(&mut tests), predictor: Some(&pinned.models) };
        let report = warehouse::build_with(&mut conn, ctx, graph, layer, &plan, beside)?;
        must_not_have_failed(graph, &[(layer.name(), report.clone())])?;
        models.extend(
            report.models.into_iter().filter(|status| only.contains(&status.name)).map(|status| ModelOutcome::of(layer.name(), status)),
        );
    }
    sqlite(silver::set_manifest(&conn, "gold", &[("_built_at", &session.clock.now_iso())]))?;
    sqlite(conn.execute_batch("COMMIT"))?;
    ctx.progress.enter(Stage::Testing, 0);
    tests.rest(&mut conn)?;
    let results = std::mem::take(&mut tests.results);
    let hashes = (warehouse::content_hash(&conn, "silver")?, warehouse::content_hash(&conn, "gold")?);
    detach(&conn, Layer::Gold)?;
    detach(&conn, Layer::Silver)?;
    drop(conn);
    ctx.progress.enter(Stage::Masking, 0);
    warehouse::mask::write_masked(graph, &gold_path, &masked_path, ctx)?;

    let mut now: Vec<TestOutcome> = results.iter().map(data_tests::outcome_of).collect();
    now.extend(broken_models(&models));
    let row = VersionRow {
        version: session.control().next_version()?,
        run: pinned.run,
        built_at: session.clock.now_iso(),
        as_of: pinned.as_of.clone(),
        customers: before.customers,
        silver_hash: hashes.0,
        content_hash: hashes.1,
        tests: all_tests(&before.tests, &now, only),
        published_at: None,
        published_by: None,
        restored_at: None,
        restored_by: None,
    };
    ctx.check()?;
    workspace::put_in_place(&silver_path, &space.silver())?;
    session.forget_silver();
    workspace::put_in_place(&gold_path, &space.gold(row.version))?;
    workspace::put_in_place(&masked_path, &space.gold_masked(row.version))?;
    session.control().add_version(&row)?;
    churn::note(session, &pinned.models, row.version, &pinned.as_of)?;
    data_tests::keep(session, results, Some(pinned.run), failing)?;
    Ok(RunOutcome {
        run: pinned.run.0,
        gold_version: Some(row.version.0),
        as_of: Some(row.as_of),
        customers: row.customers,
        models,
        tests: now,
        matched: "not matched: single models were built".to_owned(),
        ..RunOutcome::default()
    })
}

/// Bronze as it is, silver and gold as copies that may be written.
fn over_copies(space: &Workspace, copies: [(PathBuf, &PathBuf); 2]) -> Result<Connection, EngineError> {
    for (from, to) in &copies {
        fs::copy(from, to).map_err(|source| StoreError::io(to, source))?;
    }
    let conn = in_memory()?;
    attach_read_only(&conn, Layer::Bronze, &space.bronze())?;
    for (layer, (_, copy)) in [Layer::Silver, Layer::Gold].into_iter().zip(copies) {
        attach_copy(&conn, layer, copy)?;
    }
    sqlite(warehouse::register(&conn))?;
    Ok(conn)
}

/// Results of the version before with those of now; what was not tested now stands as it was found before.
fn all_tests(before: &str, now: &[TestOutcome], built: &BTreeSet<String>) -> String {
    let mut all: Vec<TestOutcome> = serde_json::from_str(before).unwrap_or_default();
    all.retain(|known| known.name != MODEL_IS_BUILT || !built.contains(&known.model));
    all.retain(|known| !now.iter().any(|test| test.name == known.name && test.model == known.model));
    all.extend(now.iter().cloned());
    serde_json::to_string(&all).unwrap_or_else(|_| "[]".to_owned())
}
