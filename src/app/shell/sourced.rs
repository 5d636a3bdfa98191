//! What the shell makes of deeds on the sources: what is told, and what Undo takes back next.

use crate::app::widgets::toast::Mood;
use crate::app::words;
use crate::engine::pages::IngestOutcome;
use crate::engine::{Command, QuarantineDeed, SourceDeed};

use super::frame::{Made, Shell};

impl Shell {
    pub(super) fn sources_done(&mut self, now: f64, command: Option<&Command>, outcome: Option<&IngestOutcome>, summary: &str) {
        let (text, undo) = match command {
            Some(Command::Source(deed)) => {
                self.pages.sources.mapped();
                mapped(deed, outcome, summary)
            }
            Some(Command::Quarantine(deed)) => quarantined(deed, outcome, summary),
            _ => return,
        };
        let is_undone = undo.is_some();
        self.decided.extend(undo.map(|command| Made::Other(Box::new(command))));
        self.toasts.tell(now, Mood::Done, text, is_undone.then_some("Undo"));
    }
}

/// What is told, and the command that takes it back.
fn mapped(deed: &SourceDeed, outcome: Option<&IngestOutcome>, summary: &str) -> (String, Option<Command>) {
    let SourceDeed::Map { file, mapping, load, replaces } = deed else { return (summary.to_owned(), None) };
    let rows = outcome.map(|outcome| format!(" and loaded {}", words::counted(outcome.rows, "row", "rows"))).unwrap_or_default();
    let aside = outcome.filter(|outcome| outcome.rejected > 0);
    let aside = aside.map(|outcome| format!(" {} in quarantine.", words::counted(outcome.rejected, "row is", "rows are")));
    let columns = words::counted(mapping.columns.len() as u64, "column", "columns");
    let text = format!("Mapped {columns} to {}{rows}.{} The next run builds with it.", mapping.table, aside.unwrap_or_default());
    let undo = match replaces {
        Some(before) => SourceDeed::Map { file: file.clone(), mapping: before.clone(), load: *load, replaces: Some(mapping.clone()) },
        None => SourceDeed::Unmap { mapping: mapping.clone() },
    };
    (text, Some(Command::Source(undo)))
}

fn quarantined(deed: &QuarantineDeed, outcome: Option<&IngestOutcome>, summary: &str) -> (String, Option<Command>) {
    match (deed, outcome) {
        (QuarantineDeed::Replay { .. } | QuarantineDeed::MendAndReplay { .. }, Some(outcome)) => {
            let waits = format!(" {} on.", words::counted(outcome.rejected, "row waits", "rows wait"));
            let waits = if outcome.rejected > 0 { waits } else { String::new() };
            let text = format!("{} came back.{waits} The next run builds with them.", words::counted(outcome.rows, "row", "rows"));
            let batches: Vec<i64> = outcome.files.iter().filter_map(|file| file.batch).collect();
            (text, (!batches.is_empty()).then_some(Command::Quarantine(QuarantineDeed::Undo { batches })))
        }
        (QuarantineDeed::Mend { id, .. }, _) => {
            let text = "The row has another text. Read it again when you like.".to_owned();
            (text, Some(Command::Quarantine(QuarantineDeed::PutBack { id: *id })))
        }
        _ => (summary.to_owned(), None),
    }
}
