//! How long what runs leave behind is kept. Flow: [retention] + what there is -> plan -> bronze anew, files removed, a line in the log.

use std::collections::BTreeSet;

use crate::base::{RecordKey, RunCtx, Stage};
use crate::engine::answer::sqlite;
use crate::engine::error::EngineError;
use crate::engine::pages::{GoingView, RetentionView};
use crate::engine::session::Session;
use crate::runs::{GoldFile, Pinned, Plan, ReportFiles, bytes, plan};
use crate::store::bronze::retention::{remove_batches, replaced};
use crate::store::control::Deed;
use crate::store::run_settings::RetentionRule;
use crate::store::silver::has_table;
use crate::store::space::{file_bytes, free_bytes};
use crate::store::{StoreError, Workspace, workspace};

const HISTORY: &str = "What only the removed files told of the past is gone from histories (silver.customer_history) with the next run.";

/// The rule as workspace.toml has it now.
pub fn rule_of(session: &Session) -> Result<RetentionRule, EngineError> {
    Ok(Workspace::open(session.workspace.dir())?.config.retention)
}

/// Writes the rule into workspace.toml. Nothing is removed before somebody says so.
pub fn set(session: &Session, rule: RetentionRule, user: &str) -> Result<String, EngineError> {
    session.must_write()?;
    let mut space = Workspace::open(session.workspace.dir())?;
    space.config.retention = rule;
    space.save()?;
    let said = in_words(&rule);
    session.control().record_deed(&session.clock.now_iso(), user, Deed::Retention, "workspace.toml", &said)?;
    Ok(format!("The retention rule is set: {said}"))
}

/// "replaced files 90 days, 12 gold versions"; "everything is kept"
pub fn in_words(rule: &RetentionRule) -> String {
    let mut parts = Vec::new();
    parts.extend(rule.batch_days.map(|days| format!("replaced files of bronze for {days} days")));
    parts.extend(rule.gold_versions.map(|most| format!("{most} gold versions besides those in use")));
    parts.extend(rule.reports.map(|most| format!("reports of {most} runs")));
    if parts.is_empty() { "everything is kept".to_owned() } else { parts.join(", ") }
}

/// What the rule would remove now.
pub fn plan_of(session: &Session) -> Result<Plan, EngineError> {
    let space = &session.workspace;
    let (versions, published, before, decided) = {
        let control = session.control();
        let decided: BTreeSet<RecordKey> = control.decided_records()?;
        (control.versions()?, control.published()?, control.published_before()?, decided)
    };
    let conn = session.reader_of(None)?;
    let old = if sqlite(has_table(&conn, "bronze", "batch"))? { sqlite(replaced(&conn, &decided))? } else { Vec::new() };
    let mut golds: Vec<GoldFile> = versions
        .iter()
        .map(|row| GoldFile {
            version: row.version.0,
            bytes: file_bytes(&space.gold(row.version)) + file_bytes(&space.gold_masked(row.version)),
        })
        .filter(|gold| gold.bytes > 0)
        .collect();
    golds.sort_by_key(|gold| gold.version);
    let pinned = Pinned {
        published: published.map(|version| version.0),
        before: before.map(|version| version.0),
        newest: versions.first().map(|row| row.version.0),
    };
    Ok(plan(&rule_of(session)?, &old, &golds, pinned, &reports(session), session.clock.now()))
}

/// Reports that there are, oldest first.
fn reports(session: &Session) -> Vec<ReportFiles> {
    let dir = session.workspace.reports_dir();
    let names = std::fs::read_dir(&dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<ReportFiles> = names
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .filter_map(|path| {
            let name = path.file_stem()?.to_string_lossy().into_owned();
            let size = file_bytes(&path) + file_bytes(&path.with_extension("eml"));
            name.starts_with("run-").then_some(ReportFiles { name, bytes: size })
        })
        .collect();
    found.sort_by(|a, b| (a.name.len(), &a.name).cmp(&(b.name.len(), &b.name)));
    found
}

/// Removes what the rule names. Bronze first: it alone can be cancelled, and then everything is as it was.
pub fn apply(session: &Session, user: &str, ctx: &RunCtx) -> Result<String, EngineError> {
    session.must_write()?;
    let found = plan_of(session)?;
    if found.is_empty() {
        return Ok(format!("Nothing is to be removed: {}", in_words(&rule_of(session)?)));
    }
    let space = &session.workspace;
    let bronze_before = file_bytes(&space.bronze());
    ctx.progress.enter(Stage::Finishing, 0);
    if !found.batches.is_empty() {
        must_have_room(session, bronze_before)?;
        let gone: BTreeSet<i64> = found.batches.iter().map(|batch| batch.batch_id).collect();
        remove_batches(&space.bronze(), &space.building("bronze.db"), &gone, ctx)?;
    }
    ctx.check()?;
    for gold in &found.golds {
        let version = crate::base::GoldVersion(gold.version);
        workspace::remove_file(&space.gold(version))?;
        workspace::remove_file(&space.gold_masked(version))?;
    }
    for report in &found.reports {
        for ending in ["html", "eml"] {
            workspace::remove_file(&space.reports_dir().join(format!("{}.{ending}", report.name)))?;
        }
    }
    let freed = bronze_before.saturating_sub(file_bytes(&space.bronze()))
        + found.golds.iter().map(|gold| gold.bytes).sum::<u64>()
        + found.reports.iter().map(|report| report.bytes).sum::<u64>();
    let detail = format!("removed {}, {} freed", found.words(), bytes(freed));
    session.control().record_deed(&session.clock.now_iso(), user, Deed::Retention, "workspace", &detail)?;
    Ok(format!("Removed {}; {} are free again", found.words(), bytes(freed)))
}

/// The new file is written beside the old one.
fn must_have_room(session: &Session, needed: u64) -> Result<(), EngineError> {
    match free_bytes(session.workspace.dir()) {
        Some(free) if free < needed => Err(StoreError::Refused(format!(
            "The disk is full: bronze.db is written anew beside the old one, which takes up to {}, and {} are free. Nothing was changed; free some space and try again.",
            bytes(needed),
            bytes(free)
        ))
        .into()),
        _ => Ok(()),
    }
}

/// The rule, and what it would remove.
pub fn view(session: &Session) -> Result<RetentionView, EngineError> {
    let rule = rule_of(session)?;
    let found = plan_of(session)?;
    let mut going: Vec<GoingView> = found
        .batches
        .iter()
        .map(|batch| GoingView {
            what: "file of bronze".to_owned(),
            name: format!("{} ({})", batch.file_name, batch.table),
            from: batch.ingested_at.clone(),
            rows: Some(batch.rows),
            bytes: None,
        })
        .collect();
    let file = |what: &str, name: String, bytes: u64| GoingView { what: what.to_owned(), name, bytes: Some(bytes), ..GoingView::default() };
    going.extend(found.golds.iter().map(|gold| file("gold", format!("v{}", gold.version), gold.bytes)));
    going.extend(found.reports.iter().map(|report| file("report", report.name.clone(), report.bytes)));
    let remark = if found.batches.is_empty() { String::new() } else { HISTORY.to_owned() };
    Ok(RetentionView { rule, words: in_words(&rule), summary: found.words(), going, kept: found.kept, remark })
}
