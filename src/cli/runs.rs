//! `karat runs` and `karat schedule`. Flow: arguments -> client -> text or JSON.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use crate::base::{Cell, RunId};
use crate::engine::pages::{MailState, ReportOutcome, RunLine, ScheduleView};
use crate::engine::{Command, Page, Query, RunsDeed, RunsQuery};

use super::args::Common;
use super::client::{Stop, note, user};
use super::print::{self, number, text_table};
use super::report_data::said;
use super::run::{reader, writer};

#[derive(Debug, Subcommand)]
pub enum RunsAction {
    /// The newest runs
    List,
    /// One run, model by model
    Show { run: i64 },
    /// Write a run's report: a page for a browser, or a message where FILE ends in .eml
    Report {
        run: i64,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Send a run's report to whom [smtp] in workspace.toml names; the password comes from KARAT_SMTP_PASSWORD
    Send { run: i64 },
}

#[derive(Debug, Subcommand)]
pub enum ScheduleAction {
    /// When runs come by themselves while the window is open, and those that were missed
    Show,
    /// Set it: minute, hour, day of the month, month, day of the week, in UTC
    #[command(after_help = "Example:\n  karat schedule set -w bank \"0 7 * * *\"      every day at 07:00 UTC")]
    Set { cron: String },
    /// No run comes by itself any more
    Off,
    /// The next times
    Next {
        #[arg(long, default_value_t = 5)]
        count: usize,
    },
    /// The same for a timer of the system, so that runs come while Karat is closed
    Print { timer: TimerArg },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TimerArg {
    Cron,
    Systemd,
    Windows,
}

pub fn schedule(common: &Common, action: ScheduleAction) -> Result<(), Stop> {
    let set = |cron: Option<String>| {
        let deed = RunsDeed::SetSchedule { cron, user: user(common) };
        said(common, &writer(common, "schedule")?.perform(Command::Runs(deed))?)
    };
    match action {
        ScheduleAction::Set { cron } => return set(Some(cron)),
        ScheduleAction::Off => return set(None),
        ScheduleAction::Show | ScheduleAction::Next { .. } | ScheduleAction::Print { .. } => {}
    }
    let page = reader(common, "schedule")?
        .ask(Query::Runs(RunsQuery::Schedule { count: if let ScheduleAction::Next { count } = action { count } else { 5 } }))?;
    let Page::Schedule(view) = &*page else { return Ok(()) };
    if let Some(problem) = &view.problem {
        return Err(Stop::Failed(problem.clone()));
    }
    match action {
        ScheduleAction::Print { timer } => print_timer(view, timer),
        _ if common.json => print::json(view),
        _ if view.cron.is_none() => {
            note("No run comes by itself. 'karat schedule set \"0 7 * * *\"' makes one come every day at 07:00 UTC.");
            Ok(())
        }
        ScheduleAction::Next { .. } => print::out(&view.next.iter().map(|at| format!("{at}\n")).collect::<String>()),
        _ => print::out(&schedule_text(view)),
    }
}

fn schedule_text(view: &ScheduleView) -> String {
    let mut text = String::new();
    for (label, value) in [
        ("cron", view.cron.clone().unwrap_or_default()),
        ("in words", view.words.clone()),
        ("since", view.since.clone().unwrap_or_else(|| "not yet: the next command that writes notes it".to_owned())),
        ("next", view.next.join(", ")),
        ("missed", if view.missed.is_empty() { "none".to_owned() } else { view.missed.join(", ") }),
    ] {
        text.push_str(&format!("{label:<12} {value}\n"));
    }
    text.push_str("It works while the window is open; 'karat schedule print cron|systemd|windows' gives a timer for when it is not.\n");
    text
}

fn print_timer(view: &ScheduleView, timer: TimerArg) -> Result<(), Stop> {
    let name = match timer {
        TimerArg::Cron => "cron",
        TimerArg::Systemd => "systemd",
        TimerArg::Windows => "windows",
    };
    let Some(found) = view.snippets.iter().find(|snippet| snippet.timer == name) else {
        return Err(Stop::Failed("there is no schedule to print. Set one with 'karat schedule set \"0 7 * * *\"'.".to_owned()));
    };
    match &found.problem {
        Some(problem) => Err(Stop::Failed(problem.clone())),
        None => print::out(&found.text),
    }
}

pub fn runs(common: &Common, action: RunsAction) -> Result<(), Stop> {
    match action {
        RunsAction::List => list(common, &*reader(common, "runs")?.ask(Query::Runs(RunsQuery::List))?),
        RunsAction::Show { run } => show(common, &*reader(common, "runs")?.ask(Query::Runs(RunsQuery::One(RunId(run))))?),
        RunsAction::Report { run, out } => {
            said(common, &reader(common, "runs")?.perform(Command::Runs(RunsDeed::SaveReport { run: RunId(run), file: out }))?)
        }
        RunsAction::Send { run } => {
            said(common, &writer(common, "runs")?.perform(Command::Runs(RunsDeed::SendReport { run: RunId(run) }))?)
        }
    }
}

fn list(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Runs(page) = page else { return Ok(()) };
    if common.json {
        return print::json(&**page);
    }
    let rows = page.runs.iter().map(|run| {
        vec![
            Cell::text(run.run.to_string()),
            Cell::text(&run.state),
            Cell::text(&run.started_at),
            Cell::text(format!("{:.1}", run.seconds)),
            Cell::text(&run.by),
            Cell::text(format!("{} files, {} new", run.files, run.new_files)),
            Cell::text(run.gold_version.map_or_else(String::new, |version| format!("v{version}"))),
            number(run.models_built),
            number(run.errors),
            number(run.warnings),
            Cell::text(&run.message),
        ]
    });
    print::out(&text_table(&["run", "state", "began", "seconds", "by", "saw", "gold", "models", "errors", "warnings", ""], rows.collect()))
}

fn show(common: &Common, page: &Page) -> Result<(), Stop> {
    let Page::Run(page) = page else { return Ok(()) };
    if common.json {
        return print::json(&**page);
    }
    let mut text = head(&page.line);
    for warning in &page.warnings {
        text.push_str(&format!("{warning}\n"));
    }
    let models = page.models.iter().map(|model| {
        vec![
            Cell::text(&model.model),
            Cell::text(&model.state),
            number(model.rows),
            Cell::text(format!("{:.2}", model.seconds)),
            Cell::text(&model.message),
        ]
    });
    text.push_str(&format!("\n{}", text_table(&["model", "state", "rows", "seconds", ""], models.collect())));
    if !page.tests.is_empty() {
        let tests = page.tests.iter().map(|test| {
            let severity = if test.is_error() { "error" } else { "warning" };
            vec![
                Cell::text(severity),
                Cell::text(&test.model),
                Cell::text(&test.name),
                number(test.failing_rows),
                Cell::text(&test.message),
            ]
        });
        text.push_str(&format!("\n{}", text_table(&["", "table", "test", "rows", ""], tests.collect())));
    }
    print::out(&text)
}

fn head(run: &RunLine) -> String {
    let mut lines = vec![
        ("run", run.run.to_string()),
        ("state", run.state.clone()),
        ("began", run.started_at.clone()),
        ("seconds", format!("{:.1}", run.seconds)),
        ("by", run.by.clone()),
        ("saw", format!("{} files, {} new; decisions up to {}", run.files, run.new_files, run.decision)),
        ("report", run.report.file.clone().unwrap_or_else(|| run.report.message.clone())),
    ];
    if run.report.mail != MailState::Off {
        lines.push(("mail", run.report.mail_message.clone()));
    }
    if !run.message.is_empty() {
        lines.push(("failed", run.message.clone()));
    }
    lines.iter().map(|(label, value)| format!("{label:<12} {value}\n")).collect()
}

/// After a run: where its report is, and whether it went out.
pub fn tell_report(report: &ReportOutcome) {
    match &report.file {
        Some(file) => note(&format!("Its report is {file}.")),
        None if !report.message.is_empty() => note(&format!("There is no report of this run: {}", report.message)),
        None => {}
    }
    match report.mail {
        MailState::Off => {}
        MailState::Sent => note(&format!("The report was {}.", report.mail_message)),
        MailState::Failed => note(&format!("The report was not sent: {}", report.mail_message)),
    }
}
