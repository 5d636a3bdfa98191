//! A run's report. Flow: run row + files that it saw + what changed in gold -> RunReport -> reports/run-NNNN.html and .eml -> mail.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::SystemTime;

use crate::base::{GoldVersion, RunCtx, RunId, Secret, Stage};
use crate::engine::answer::words::counted;
use crate::engine::answer::{sqlite, status};
use crate::engine::error::EngineError;
use crate::engine::pages::{MailState, ReportOutcome, RunOutcome};
use crate::engine::session::Session;
use crate::runs::{self, ChangeLine, FigureLine, FileLine, ModelLine, RunReport, TableLine, TestLine};
use crate::store::bronze::query::{LoadedFile, loaded_files};
use crate::store::control::{BegunBy, ReportRow, RunRow, RunState};
use crate::store::run_settings::{MailWhen, Smtp};
use crate::store::silver::has_table;
use crate::store::{StoreError, Workspace, workspace};
use crate::warehouse::diff::{Change, publish_diff};

/// New files listed by name; the rest is counted.
const LISTED: usize = 60;
/// Where the mail server's password comes from, and nowhere else.
const PASSWORD: &str = "KARAT_SMTP_PASSWORD";

/// Writes a run's report and sends it where somebody is to be told. Whatever goes wrong is kept with the run and stops nothing.
pub fn tell(session: &Session, run: RunId, ctx: &RunCtx) -> ReportOutcome {
    ctx.progress.enter(Stage::Reporting, 0);
    let mut row = ReportRow { made_at: session.clock.now_iso(), ..ReportRow::of(run) };
    match gather(session, run) {
        Err(error) => row.message = error.to_string(),
        Ok(report) => {
            match write(session, &report) {
                Ok(name) => row.file = Some(name),
                Err(error) => row.message = format!("its report was not written: {error}"),
            }
            mail(session, &report, &mut row, ctx);
        }
    }
    if let Err(error) = session.control().note_report(&row) {
        row.message = error.to_string();
    }
    outcome_of(session, row)
}

/// Sends a run's report once more, or for the first time. Gives to whom it went.
pub fn send_again(session: &Session, run: RunId, ctx: &RunCtx) -> Result<String, EngineError> {
    session.must_write()?;
    let report = gather(session, run)?;
    let smtp = Workspace::open(session.workspace.dir())?.config.smtp;
    let Some(smtp) = smtp else {
        return Err(EngineError::Refused(
            "no mail server is set. Write [smtp] with server, from and to into workspace.toml; README shows how.".to_owned(),
        ));
    };
    let mut row = session.control().report_of(run)?.unwrap_or_else(|| ReportRow::of(run));
    let sent = post(session, &report, &smtp, ctx);
    (row.made_at, row.mail) = (session.clock.now_iso(), if sent.is_ok() { MailState::Sent } else { MailState::Failed });
    row.mail_message = sent.clone().unwrap_or_else(|why| why);
    session.control().note_report(&row)?;
    sent.map_err(|why| EngineError::Refused(format!("the report of run {run} was not sent: {why}")))
}

pub fn outcome_of(session: &Session, row: ReportRow) -> ReportOutcome {
    let file = row.file.map(|name| session.workspace.reports_dir().join(format!("{name}.html")).display().to_string());
    ReportOutcome { file, message: row.message, mail: row.mail, mail_message: row.mail_message }
}

fn mail(session: &Session, report: &RunReport, row: &mut ReportRow, ctx: &RunCtx) {
    // Read anew: workspace.toml may be edited by hand.
    let smtp = match Workspace::open(session.workspace.dir()) {
        Ok(workspace) => workspace.config.smtp,
        Err(error) => {
            (row.mail, row.mail_message) = (MailState::Failed, error.to_string());
            return;
        }
    };
    let Some(smtp) = smtp.filter(|smtp| smtp.when == MailWhen::Always || report.has_problems()) else { return };
    ctx.progress.say(&smtp.server);
    (row.mail, row.mail_message) = match post(session, report, &smtp, ctx) {
        Ok(said) => (MailState::Sent, said),
        Err(why) => (MailState::Failed, why),
    };
}

/// To whom it went, or why it did not.
fn post(session: &Session, report: &RunReport, smtp: &Smtp, ctx: &RunCtx) -> Result<String, String> {
    let password = std::env::var(PASSWORD).ok().map(Secret::new);
    let letter = runs::letter(report, Some(smtp), SystemTime::from(session.clock.now()));
    let sent = letter.and_then(|letter| runs::send(&letter, smtp, password.as_ref(), &ctx.cancel));
    sent.map(|()| format!("sent to {}", smtp.to.join(", "))).map_err(|error| error.to_string())
}

/// Writes both files and gives their name without its endings.
fn write(session: &Session, report: &RunReport) -> Result<String, EngineError> {
    let (dir, name) = (session.workspace.reports_dir(), format!("run-{:04}", report.run));
    std::fs::create_dir_all(&dir).map_err(|source| StoreError::io(&dir, source))?;
    let at = SystemTime::from(session.clock.now());
    // A wrong address in [smtp] keeps no report from being written.
    let smtp = Workspace::open(session.workspace.dir())?.config.smtp;
    let letter = runs::letter(report, smtp.as_ref(), at).or_else(|_| runs::letter(report, None, at));
    let letter = letter.map_err(|error| EngineError::Refused(error.to_string()))?;
    workspace::replace_file(&dir.join(format!("{name}.html")), runs::html(report).as_bytes())?;
    workspace::replace_file(&dir.join(format!("{name}.eml")), &letter.bytes)?;
    Ok(name)
}

/// The report as a page for a browser, made anew.
pub fn page(session: &Session, run: RunId) -> Result<String, EngineError> {
    Ok(runs::html(&gather(session, run)?))
}

/// Writes a run's report where somebody wants it: `.eml` as a message, anything else as HTML.
pub fn save(session: &Session, run: RunId, file: &std::path::Path) -> Result<PathBuf, EngineError> {
    let report = gather(session, run)?;
    let bytes = if file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("eml")) {
        let letter = runs::letter(&report, None, SystemTime::from(session.clock.now()));
        letter.map_err(|error| EngineError::Refused(error.to_string()))?.bytes
    } else {
        runs::html(&report).into_bytes()
    };
    std::fs::write(file, bytes).map_err(|source| StoreError::io(file, source))?;
    Ok(file.to_owned())
}

/// Everything that is told of a run.
pub fn gather(session: &Session, run: RunId) -> Result<RunReport, EngineError> {
    let (row, seen, batches, before) = {
        let control = session.control();
        let row = control
            .run(run)?
            .ok_or_else(|| EngineError::Refused(format!("there is no run {run}. 'karat runs list' names those there are.")))?;
        let before = control.done_before(run)?;
        let known = before.map(|before| control.batches_of(before)).transpose()?.unwrap_or_default();
        (row, control.seen_before(run)?, control.batches_of(run)?, known)
    };
    let outcome = status::outcome_of(&row);
    let mut report = RunReport {
        workspace: session.workspace.config.name.clone(),
        run: run.0,
        state: row.state.name().to_owned(),
        started_at: row.started_at.clone(),
        finished_at: row.finished_at.clone().unwrap_or_default(),
        seconds: outcome.seconds,
        by: begun_by(&row),
        as_of: outcome.as_of.clone().or(row.as_of.clone()).unwrap_or_default(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        message: row.message.clone().unwrap_or_default(),
        gold: gold(&outcome),
        customers: outcome.customers,
        source_records: outcome.source_records,
        questions: outcome.review_items,
        matched: outcome.matched.clone(),
        stages: outcome.stages.clone(),
        models: outcome.models.iter().map(model_line).collect(),
        tests_run: outcome.tests.len() as u64,
        warnings: outcome.warnings.clone(),
        ..RunReport::default()
    };
    report.tests = outcome
        .tests
        .iter()
        .filter(|test| test.is_error() || test.is_warning())
        .map(|test| TestLine {
            name: test.name.clone(),
            table: test.model.clone(),
            is_error: test.is_error(),
            failing_rows: test.failing_rows,
            message: test.message.clone(),
        })
        .collect();
    report.tests.sort_by_key(|test| !test.is_error);
    add_files(session, &mut report, &batches, &before)?;
    if row.state == RunState::Done
        && let Some(version) = outcome.gold_version
    {
        add_changes(session, &mut report, seen, GoldVersion(version))?;
    }
    Ok(report)
}

/// "lena", "lena, by schedule"
pub fn begun_by(row: &RunRow) -> String {
    match row.begun_by {
        BegunBy::Person => row.author.clone(),
        BegunBy::Schedule => format!("{}, by schedule", row.author),
    }
}

fn gold(outcome: &RunOutcome) -> String {
    match (outcome.gold_version, outcome.published, &outcome.why_not_published) {
        (None, ..) => String::new(),
        (Some(version), true, _) => format!("v{version}, published"),
        (Some(version), false, None) => format!("v{version}, built"),
        (Some(version), false, Some(why)) => format!("v{version}, built and not published: {}", why.trim_end_matches('.')),
    }
}

fn model_line(model: &crate::engine::pages::ModelOutcome) -> ModelLine {
    ModelLine {
        model: model.model.clone(),
        state: model.state.clone(),
        rows: model.rows,
        seconds: model.seconds,
        message: model.message.clone(),
    }
}

/// Files and rows per table, and the files that the run before had not seen.
fn add_files(session: &Session, report: &mut RunReport, batches: &[i64], before: &[i64]) -> Result<(), EngineError> {
    let conn = session.reader_of(None)?;
    if !sqlite(has_table(&conn, "bronze", "batch"))? {
        return Ok(());
    }
    let (saw, knew): (BTreeSet<i64>, BTreeSet<i64>) = (batches.iter().copied().collect(), before.iter().copied().collect());
    let mut tables: BTreeMap<String, TableLine> = BTreeMap::new();
    let mut new: Vec<LoadedFile> = Vec::new();
    for file in sqlite(loaded_files(&conn))?.into_iter().filter(|file| saw.contains(&file.batch_id)) {
        let line = tables.entry(file.table.clone()).or_insert_with(|| TableLine { table: file.table.clone(), ..TableLine::default() });
        line.files += 1;
        line.rows += file.rows;
        if !knew.contains(&file.batch_id) {
            line.new_files += 1;
            line.new_rows += file.rows;
            line.rejected += file.rejected;
            new.push(file);
        }
    }
    report.files_left_off = new.len().saturating_sub(LISTED) as u64;
    let listed = new.into_iter().take(LISTED);
    report.files =
        listed.map(|file| FileLine { file: file.file_name, table: file.table, rows: file.rows, rejected: file.rejected }).collect();
    report.tables = tables.into_values().collect();
    Ok(())
}

/// What the gold that it built has other than the one that people saw before. Nothing where one of them is gone.
fn add_changes(session: &Session, report: &mut RunReport, seen: Option<GoldVersion>, built: GoldVersion) -> Result<(), EngineError> {
    let (old, new) = (seen.map(|seen| session.workspace.gold(seen)), session.workspace.gold(built));
    if !new.is_file() || old.as_ref().is_some_and(|old| !old.is_file()) {
        return Ok(());
    }
    let diff = publish_diff(old.as_deref(), &new)?;
    let line = |label: &str, change: &Change| ChangeLine { label: label.to_owned(), count: change.count, detail: change.detail.clone() };
    report.compared_with = seen.map(|seen| format!("v{seen}"));
    report.changes = vec![
        line("New", &diff.new_customers),
        line("Merged", &diff.merged),
        line("Split", &diff.split),
        line("Under another key", &diff.rekeyed),
        line("With other values", &diff.values_changed),
        line("Gone", &diff.gone),
    ];
    let nothing = |value: &Option<String>| value.clone().unwrap_or_else(|| "\u{2013}".to_owned());
    report.figures = diff
        .figures
        .iter()
        .map(|figure| FigureLine {
            name: figure.name.clone(),
            old: nothing(&figure.old),
            new: nothing(&figure.new),
            change: figure.change.clone(),
            changed: figure.changed,
        })
        .collect();
    Ok(())
}

/// "12 models, 3 tests" of what a run did; empty where it did nothing.
pub fn in_short(outcome: &RunOutcome) -> String {
    let built = outcome.models.iter().filter(|model| model.state == "built").count() as u64;
    let parts = [(built, "model"), (outcome.tests.len() as u64, "test")];
    parts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(*count, noun)).collect::<Vec<_>>().join(", ")
}
