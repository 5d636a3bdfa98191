//! Success criteria of the proof of concept, judged by themselves. Flow: bronze, gold, registry, tests, dashboard -> Criterion each.

use crate::analytics::{Evaluation, Target};
use crate::engine::error::EngineError;
use crate::engine::pages::{CriteriaPage, Criterion, DashboardFilter, DashboardPage, Sight};
use crate::engine::session::Session;
use crate::store::bronze::query;
use crate::store::silver::has_table;
use crate::warehouse::risk;

use super::words::{counted, day, short_name};
use super::{dashboards, sqlite};

const SOURCES: usize = 4;
const AUC: f64 = 0.75;

pub fn criteria(session: &Session, sight: Sight) -> Result<CriteriaPage, EngineError> {
    Ok(CriteriaPage {
        criteria: vec![sources(session)?, customer_360(session, sight)?, auc(session)?, tests(session)?, dashboard(session, sight)],
    })
}

/// Systems with rows in bronze; one without rows counts for nothing.
fn sources(session: &Session) -> Result<Criterion, EngineError> {
    let conn = session.reader_of(None)?;
    let all = if sqlite(has_table(&conn, "bronze", "batch"))? { sqlite(query::systems(&conn))? } else { Vec::new() };
    let loaded: Vec<_> = all.iter().filter(|system| system.rows > 0).collect();
    let each =
        loaded.iter().map(|system| format!("{} ({})", short_name(&system.source_system), counted(system.rows, "row"))).collect::<Vec<_>>();
    let is_met = loaded.len() >= SOURCES;
    let failed: u64 = all.iter().map(|system| system.failed).sum();
    Ok(Criterion {
        id: "sources",
        title: "Four sources are loaded",
        is_met,
        evidence: if each.is_empty() { "no source is loaded".to_owned() } else { each.join(", ") },
        caveat: (failed > 0).then(|| format!("{} could not be read", counted(failed, "file"))),
        at: loaded.iter().filter_map(|system| system.loaded_at.clone()).max(),
        remedy: (!is_met).then(|| format!("{} of {SOURCES} are there: add the files of the others.", loaded.len())),
        command: "karat status",
    })
}

fn customer_360(session: &Session, sight: Sight) -> Result<Criterion, EngineError> {
    let (published, versions) = {
        let control = session.control();
        (control.published()?, control.versions()?)
    };
    let row = published.and_then(|version| versions.into_iter().find(|row| row.version == version));
    let rows = match (&row, sight) {
        (None, _) => 0,
        (Some(_), Sight::Clear) => risk::customers(&session.reader_of_published()?)?,
        (Some(_), _) => risk::customers(&session.reader_of_masked()?)?,
    };
    let is_met = rows > 0;
    Ok(Criterion {
        id: "customer_360",
        title: "customer_360 is published",
        is_met,
        evidence: row.as_ref().map_or_else(
            || "no gold is published".to_owned(),
            |row| format!("gold v{} holds {}, as of {}", row.version, counted(rows, "customer"), day(&row.as_of)),
        ),
        caveat: None,
        at: row.and_then(|row| row.published_at),
        remedy: (!is_met).then(|| "Run, then publish.".to_owned()),
        command: "karat versions",
    })
}

/// The model in production, by the mean of its folds; what later days say stands beside it.
fn auc(session: &Session) -> Result<Criterion, EngineError> {
    let models = session.control().models(Target::Churn.name())?;
    let production = session.control().production_model(Target::Churn.name())?;
    let row = production.as_ref().or(models.first());
    let found: Option<Evaluation> = row.and_then(|row| serde_json::from_str(&row.metrics).ok());
    let mean = found.as_ref().map(|found| found.boosting.mean_auc);
    let is_met = production.is_some() && mean.is_some_and(|mean| mean > AUC);
    let evidence = match (row, &found) {
        (None, _) => "no model of churn is trained".to_owned(),
        (Some(row), None) => format!("what model {} was measured at cannot be read", row.version),
        (Some(row), Some(found)) => {
            let interval = found.boosting.interval;
            format!(
                "model {} ({}): AUC {:.3} ({:.3} to {:.3}) over five folds of customers",
                row.version, row.stage, found.boosting.mean_auc, interval.low, interval.high
            )
        }
    };
    let remedy = match (&production, mean) {
        _ if is_met => None,
        (_, None) => Some("Train a model: 'karat churn train --promote'.".to_owned()),
        (None, Some(_)) => Some("Promote a model: 'karat churn promote'.".to_owned()),
        (Some(_), Some(_)) => Some("The features do not tell enough: load more history, or more sources, then train again.".to_owned()),
    };
    Ok(Criterion {
        id: "auc",
        title: "The churn model reaches an AUC over 0.75",
        is_met,
        evidence,
        caveat: found.as_ref().and_then(doubt),
        at: row.map(|row| row.trained_at.clone()),
        remedy,
        command: "karat churn evaluate",
    })
}

/// What should be known beside the mean.
fn doubt(found: &Evaluation) -> Option<String> {
    if found.boosting.interval.low <= AUC {
        return Some(format!("the lower end of its 95 % interval is {:.3}, not over {AUC}", found.boosting.interval.low));
    }
    let later = found.boosting.later.as_ref()?;
    (found.boosting.mean_auc - later.auc > 0.1).then(|| {
        format!("on later days than any it learnt from {:.3} ({:.3} to {:.3})", later.auc, later.interval.low, later.interval.high)
    })
}

fn tests(session: &Session) -> Result<Criterion, EngineError> {
    let results = session.control().newest_test_results()?;
    let count = |outcomes: &[&str]| results.iter().filter(|(_, row)| outcomes.contains(&row.outcome.as_str())).count() as u64;
    let (failed, warned) = (count(&["error", "broken"]), count(&["warn"]));
    let is_met = !results.is_empty() && failed == 0;
    Ok(Criterion {
        id: "tests",
        title: "The data tests pass",
        is_met,
        evidence: match results.len() as u64 {
            0 => "no test was run".to_owned(),
            all => format!("{} of {} passed, {failed} failed", all - failed - warned, counted(all, "test")),
        },
        caveat: (warned > 0).then(|| counted(warned, "warning")),
        at: results.iter().map(|(at, _)| at.clone()).max(),
        remedy: (!is_met)
            .then(|| if results.is_empty() { "Run: the tests run with it." } else { "Quality shows the rows that fail." }.to_owned()),
        command: "karat test",
    })
}

/// The executive page over what is published: figures that have a value.
fn dashboard(session: &Session, sight: Sight) -> Criterion {
    let view = dashboards::dashboard(session, DashboardPage::default(), &DashboardFilter::default(), sight);
    let drawn = |view: &crate::engine::pages::DashboardView| {
        view.charts.iter().filter(|chart| chart.series.iter().any(|series| series.values.iter().any(Option::is_some))).count()
    };
    let (is_met, evidence) = match &view {
        Ok(view) => {
            let charts = drawn(view);
            let said = format!(
                "{} and {} over gold v{}, as of {}",
                counted(view.tiles.len() as u64, "figure"),
                counted(charts as u64, "chart"),
                view.gold_version,
                day(&view.as_of)
            );
            (!view.tiles.is_empty() && charts > 0, said)
        }
        Err(error) => (false, error.to_string()),
    };
    Criterion {
        id: "dashboard",
        title: "The dashboard shows it",
        is_met,
        evidence,
        caveat: None,
        at: None,
        remedy: (!is_met).then(|| "Publish a gold that has customers and transactions.".to_owned()),
        command: "karat export --dashboard executive --out board.pdf",
    }
}
