//! Data tests of a workspace. Flow: models + workspace.toml + tests/*.sql -> checks -> results in control.db, failing rows in quality.db.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use crate::base::{GoldVersion, RunCtx, RunId, Stage};
use crate::engine::answer::data;
use crate::engine::error::EngineError;
use crate::engine::pages::{RunOutcome, TestOutcome, TestsOutcome};
use crate::engine::session::Session;
use crate::store::control::{RunState, TableScore, TestResultRow};
use crate::store::data_test::TestKind;
use crate::store::failing::FailingRows;
use crate::store::reader::Connection;
use crate::store::workspace;
use crate::warehouse::before::Before;
use crate::warehouse::checks::{self, Check, Known, Runner, TestResult};
use crate::warehouse::{self, Graph, selector};

/// Earlier runs that the number of rows is compared with.
const EARLIER: u32 = 8;
/// Rows beyond which a table is profiled only when somebody looks at it.
const MOST_SCORED: u64 = 1_000_000;

/// The models that come with the program, and the workspace's own.
pub fn graph(session: &Session) -> Result<Graph, EngineError> {
    Ok(Graph::with_own(&session.workspace.own_sql("models")?)?)
}

/// What selections compare with: what became of models in the last run, what they were built with, which sources came since.
pub fn before(session: &Session) -> Result<Before, EngineError> {
    let run = session.control().last_ended_run()?.filter(|run| run.state == RunState::Done);
    let outcome: Option<RunOutcome> = run.and_then(|run| run.outcome).and_then(|json| serde_json::from_str(&json).ok());
    let results = outcome.map(|outcome| outcome.models.into_iter().map(|model| (model.model, model.state)).collect());
    let conn = session.reader_of(newest_gold(session)?)?;
    Ok(Before::read(&conn, results)?)
}

/// The newest gold that was built and is there.
pub fn newest_gold(session: &Session) -> Result<Option<GoldVersion>, EngineError> {
    Ok(session.control().versions()?.first().map(|row| row.version).filter(|version| session.workspace.gold(*version).exists()))
}

/// Every check that holds in the workspace.
pub fn checks(session: &Session, graph: &Graph, as_of: &str) -> Result<Vec<Check>, EngineError> {
    let tests = &session.workspace.config.tests;
    let mut earlier_rows = BTreeMap::new();
    let heads = graph.models().iter().flat_map(|model| model.tests.iter().map(|(_, test)| test));
    for test in heads.chain(tests).filter(|test| test.kind == TestKind::RowCount) {
        let trend = session.control().test_trend(&test.table, &test.own_name(), EARLIER)?;
        earlier_rows.insert((test.table.clone(), test.own_name()), trend.into_iter().map(|(_, checked)| checked).collect());
    }
    let known = Known { as_of, earlier_rows: &earlier_rows };
    Ok(checks::all(graph, tests, &session.workspace.own_sql("tests")?, &known)?)
}

pub fn outcome_of(result: &TestResult) -> TestOutcome {
    TestOutcome {
        name: result.name.clone(),
        model: result.table.clone(),
        severity: if result.severity == checks::Severity::Error { "error" } else { "warning" }.to_owned(),
        outcome: result.outcome.name().to_owned(),
        failing_rows: result.failing_rows,
        checked_rows: result.checked_rows,
        message: result.message.clone(),
    }
}

/// Keeps results in control.db and puts the failing rows in place.
pub fn keep(session: &Session, results: Vec<TestResult>, run: Option<RunId>, failing: FailingRows) -> Result<(), EngineError> {
    let rows: Vec<TestResultRow> = results
        .into_iter()
        .map(|result| TestResultRow {
            name: result.name,
            table: result.table,
            column: result.column,
            kind: result.kind,
            severity: result.severity.name().to_owned(),
            outcome: result.outcome.name().to_owned(),
            failing_rows: result.failing_rows,
            checked_rows: result.checked_rows,
            seconds: result.seconds,
            message: result.message,
            sql: result.sql,
        })
        .collect();
    session.control().add_test_run(&session.clock.now_iso(), &session.acting(), run, &rows)?;
    crate::engine::answer::sqlite(failing.finish())?;
    workspace::put_in_place(&session.workspace.building("quality.db"), &session.workspace.quality())?;
    Ok(())
}

/// Runs tests over what stands: bronze, silver and the newest gold.
pub fn test(session: &Session, select: &[String], exclude: &[String], ctx: &RunCtx) -> Result<TestsOutcome, EngineError> {
    session.must_write()?;
    let started = Instant::now();
    ctx.progress.enter(Stage::Testing, 0);
    let mut conn = session.reader_of(newest_gold(session)?)?;
    crate::engine::answer::sqlite(warehouse::register(&conn))?;
    let as_of = super::run::as_of(session, &conn)?;
    let graph = graph(session)?;
    let mut wanted = checks(session, &graph, &as_of)?;
    if !select.is_empty() || !exclude.is_empty() {
        let last = before(session)?;
        let all: Vec<Check> = wanted.clone();
        let chosen = chosen(&graph, &all, select, &last)?;
        let without = if exclude.is_empty() { Vec::new() } else { self::chosen(&graph, &all, exclude, &last)? };
        let mut at = 0;
        wanted.retain(|_| {
            at += 1;
            chosen[at - 1] && !without.get(at - 1).copied().unwrap_or(false)
        });
    }
    // The rows of tests that are not run now stay.
    let before = (!select.is_empty() || !exclude.is_empty()).then(|| session.workspace.quality());
    let failing = FailingRows::create(&session.workspace.building("quality.db"), before.as_deref())?;
    let mut runner = Runner::new(wanted, Some(&failing), ctx);
    runner.rest(&mut conn)?;
    let results = std::mem::take(&mut runner.results);
    keep_scores(session, &conn, &results, &as_of, ctx)?;
    drop(conn);
    let tests: Vec<TestOutcome> = results.iter().map(outcome_of).collect();
    keep(session, results, None, failing)?;
    Ok(TestsOutcome { as_of, seconds: started.elapsed().as_secs_f64(), tests })
}

/// Profiles each table that was tested and keeps its score, so that scores have a course. Tables of more rows than `MOST_SCORED` are left out.
fn keep_scores(session: &Session, conn: &Connection, results: &[TestResult], as_of: &str, ctx: &RunCtx) -> Result<(), EngineError> {
    let tables: BTreeSet<&str> =
        results.iter().filter(|result| result.checked_rows <= MOST_SCORED).map(|result| result.table.as_str()).collect();
    for table in tables {
        ctx.check()?;
        ctx.progress.say(table);
        let columns = data::profile(conn, table, &[], None, &ctx.cancel)?;
        let score = data::score_of(&columns, as_of);
        let row = TableScore {
            at: session.clock.now_iso(),
            rows: columns.first().map_or(0, |column| column.rows),
            complete: score.complete,
            valid: score.valid,
            unique: score.unique,
            fresh: score.fresh,
            score: score.score,
        };
        session.control().add_score(table, &row)?;
    }
    Ok(())
}

/// Which checks a selection means: those of this name or kind, else those of the tables that it selects.
fn chosen(graph: &Graph, checks: &[Check], expressions: &[String], last: &Before) -> Result<Vec<bool>, EngineError> {
    let mut found = vec![expressions.is_empty(); checks.len()];
    for expression in expressions.iter().flat_map(|text| text.split_whitespace()) {
        let own: Vec<bool> = checks
            .iter()
            .map(|check| {
                check.name == expression || check.table == expression || expression.strip_prefix("test_type:") == Some(&check.kind)
            })
            .collect();
        if own.contains(&true) {
            found.iter_mut().zip(own).for_each(|(found, own)| *found |= own);
            continue;
        }
        let tables = selector::select(graph, &[expression.to_owned()], &[], last)?;
        found.iter_mut().zip(checks).for_each(|(found, check)| *found |= tables.contains(&check.table));
    }
    Ok(found)
}
