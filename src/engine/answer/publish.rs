//! Publish: live, built, what would change.

use crate::base::{Cell, DataTable, GoldVersion};
use crate::engine::error::EngineError;
use crate::engine::pages::{ChangeCount, Figure, PublishPage, Sight, TestOutcome, VersionRow};
use crate::engine::session::Session;
use crate::store::bronze::waiting::{self, QuarantineSearch};
use crate::store::control;
use crate::store::silver::has_table;
use crate::warehouse::diff::{Change, publish_diff};

use super::super::ops::publish::failed_tests;
use super::sqlite;
use super::words::counted;

/// Quarantined rows on the page; the rest is counted.
const LISTED: u32 = 500;

/// Without rows where personal data are masked: they name customers.
pub fn publish_page(session: &Session, sight: Sight) -> Result<PublishPage, EngineError> {
    let (versions, live, before) = {
        let control = session.control();
        (control.versions()?, control.published()?, control.published_before()?)
    };
    let built = versions.first().filter(|row| Some(row.version) != live && row.published_at.is_none());
    let shown = built.or_else(|| versions.iter().find(|row| Some(row.version) == live));
    let tests: Vec<TestOutcome> = shown.map(|row| serde_json::from_str(&row.tests).unwrap_or_default()).unwrap_or_default();
    let failed = tests.iter().filter(|test| test.is_error()).count() as u64;
    let warned = tests.iter().filter(|test| test.is_warning()).count() as u64;
    // What is built is compared with what people see; where nothing is built, that with what they saw before.
    let from = if built.is_some() { live } else { before };
    let (mut changes, figures) = match shown {
        Some(row) => changes(session, from, row.version)?,
        None => (Vec::new(), Vec::new()),
    };
    if sight != Sight::Clear {
        for change in &mut changes {
            change.rows = DataTable::default();
        }
    }
    Ok(PublishPage {
        live: live.map(|version| version.0),
        built: built.map(|row| row.version.0),
        from: from.map(|version| version.0),
        to: shown.map(|row| row.version.0),
        built_at: built.map(|row| row.built_at.clone()),
        refused_because: built.and_then(|row| {
            let count = failed_tests(&row.tests).len() as u64;
            (count > 0).then(|| {
                format!(
                    "{} of severity error failed, so v{} can't be published. People still see {}.",
                    counted(count, "test"),
                    row.version,
                    live.map_or("nothing".to_owned(), |v| format!("v{v}"))
                )
            })
        }),
        changes,
        figures,
        tests_passed: tests.len() as u64 - failed - warned,
        tests_warned: warned,
        tests_failed: failed,
        size_bytes: versions.iter().map(|row| size_of(session, row.version)).sum(),
        versions: versions.iter().map(|row| version_row(session, row, live)).collect(),
        tests,
    })
}

fn version_row(session: &Session, row: &control::VersionRow, live: Option<GoldVersion>) -> VersionRow {
    let state = if Some(row.version) == live {
        "live"
    } else if !session.workspace.gold(row.version).exists() {
        "removed"
    } else if row.published_at.is_none() {
        "built"
    } else if live.is_some_and(|live| live < row.version) {
        "rolled back"
    } else {
        "kept"
    };
    VersionRow {
        version: row.version.0,
        state: state.to_owned(),
        built_at: row.built_at.clone(),
        published_at: row.published_at.clone(),
        user: row.published_by.clone(),
        restored_at: row.restored_at.clone(),
        restored_by: row.restored_by.clone(),
        as_of: row.as_of.clone(),
        customers: row.customers,
        size_bytes: size_of(session, row.version),
    }
}

fn size_of(session: &Session, version: GoldVersion) -> u64 {
    [session.workspace.gold(version), session.workspace.gold_masked(version)]
        .iter()
        .filter_map(|path| std::fs::metadata(path).ok())
        .map(|facts| facts.len())
        .sum()
}

fn changes(session: &Session, live: Option<GoldVersion>, shown: GoldVersion) -> Result<(Vec<ChangeCount>, Vec<Figure>), EngineError> {
    let old = live.filter(|live| *live != shown).map(|live| session.workspace.gold(live));
    let new = session.workspace.gold(shown);
    if !new.exists() {
        return Ok((Vec::new(), Vec::new()));
    }
    let diff = publish_diff(old.as_deref(), &new)?;
    let quarantine = quarantine(session)?;
    let changes = vec![
        change("new", "New customers", diff.new_customers),
        change("merged", "Merged", diff.merged),
        change("split", "Split", diff.split),
        change("re-keyed", "Re-keyed", diff.rekeyed),
        change("changed", "Values changed", diff.values_changed),
        quarantine,
    ];
    Ok((changes, diff.figures))
}

fn change(id: &str, label: &str, change: Change) -> ChangeCount {
    ChangeCount { id: id.to_owned(), label: label.to_owned(), count: change.count, detail: change.detail, rows: change.rows }
}

/// Rows that wait in quarantine: they are in no gold.
fn quarantine(session: &Session) -> Result<ChangeCount, EngineError> {
    let conn = session.reader_of(None)?;
    let mut count = ChangeCount { id: "quarantine".to_owned(), label: "In quarantine".to_owned(), ..ChangeCount::default() };
    let all = QuarantineSearch::default();
    if sqlite(has_table(&conn, "bronze", "batch"))? {
        count.count = sqlite(waiting::total(&conn, &all))?;
        let rows = sqlite(waiting::rows(&conn, &all, LISTED))?;
        count.rows = DataTable {
            columns: ["File", "Line", "Column", "Reason"].map(str::to_owned).to_vec(),
            rows: rows
                .into_iter()
                .map(|row| {
                    let line = i64::try_from(row.line).unwrap_or_default();
                    vec![Cell::Text(row.file_name), Cell::Integer(line), Cell::Text(row.column_name), Cell::Text(row.reason)]
                })
                .collect(),
            truncated: count.count > u64::from(LISTED),
        };
    }
    count.detail = "in no gold until they are mended".to_owned();
    Ok(count)
}
