//! `karat retention`. Flow: arguments -> client -> text or JSON.

use clap::Subcommand;

use crate::base::Cell;
use crate::engine::pages::RetentionView;
use crate::engine::runs_deed::RetentionRule;
use crate::engine::{Command, Page, Query, RunsDeed, RunsQuery};

use super::args::Common;
use super::client::{Stop, note, user};
use super::print::{self, number, size, text_table};
use super::report_data::said;
use super::run::{reader, writer};

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum RetentionAction {
    /// The rule, and what it would remove now
    Show,
    /// How long what runs leave behind is kept; what is not named is kept for ever
    #[command(after_help = "Example:\n  karat retention set -w bank --batch-days 90 --gold-versions 12 --reports 60")]
    Set {
        /// Days that a file of bronze stays after a newer one replaced it
        #[arg(long, value_name = "DAYS")]
        batch_days: Option<u32>,
        /// Gold versions that stay, besides the one that people see, the one before it and one that waits
        #[arg(long, value_name = "N")]
        gold_versions: Option<u32>,
        /// Runs whose reports stay
        #[arg(long, value_name = "N")]
        reports: Option<u32>,
    },
    /// Remove what the rule names; it cannot be taken back
    Apply {
        /// Say what would be removed and remove nothing
        #[arg(long)]
        dry_run: bool,
    },
}

pub fn retention(common: &Common, action: RetentionAction) -> Result<(), Stop> {
    match action {
        RetentionAction::Show | RetentionAction::Apply { dry_run: true } => {
            let page = reader(common, "retention")?.ask(Query::Runs(RunsQuery::Retention))?;
            let Page::Retention(view) = &*page else { return Ok(()) };
            if common.json { print::json(&**view) } else { print::out(&text(view)) }
        }
        RetentionAction::Set { batch_days, gold_versions, reports } => {
            let rule = RetentionRule { batch_days, gold_versions, reports };
            let done = writer(common, "retention")?.perform(Command::Runs(RunsDeed::SetRetention { rule, user: user(common) }))?;
            said(common, &done)
        }
        RetentionAction::Apply { dry_run: false } => {
            let client = writer(common, "retention")?;
            let page = client.ask(Query::Runs(RunsQuery::Retention))?;
            if let Page::Retention(view) = &*page
                && !common.json
            {
                view.kept.iter().for_each(|kept| note(&format!("Stays: {kept}.")));
            }
            said(common, &client.perform(Command::Runs(RunsDeed::ApplyRetention { user: user(common) }))?)
        }
    }
}

fn text(view: &RetentionView) -> String {
    let mut text = format!("{:<12} {}\n{:<12} {}\n", "rule", view.words, "would remove", view.summary);
    let rows = view.going.iter().map(|going| {
        vec![
            Cell::text(&going.what),
            Cell::text(&going.name),
            Cell::text(&going.from),
            going.rows.map_or(Cell::Null, number),
            Cell::text(going.bytes.map(size).unwrap_or_default()),
        ]
    });
    if !view.going.is_empty() {
        text.push_str(&format!("\n{}", text_table(&["what", "name", "loaded", "rows", "size"], rows.collect())));
    }
    for kept in &view.kept {
        text.push_str(&format!("\nstays: {kept}"));
    }
    if !view.remark.is_empty() {
        text.push_str(&format!("\n{}", view.remark));
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
