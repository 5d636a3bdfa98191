//! What the shell makes of the workbench's deeds: what Undo takes back next, and what is told.

use std::path::PathBuf;

use crate::app::cx::{Action, Nav, Pick};
use crate::app::widgets::toast::Mood;
use crate::engine::pages::ReviewOutcome;
use crate::engine::{Command, DashboardDeed, DataDeed, ReviewDeed, RunsDeed, TrustDeed};

use super::frame::{Made, Shell};

impl Shell {
    pub(super) fn reviewed(&mut self, now: f64, command: Option<&Command>, outcome: &ReviewOutcome) {
        let deed = match command {
            Some(Command::Review { deed, .. }) => Some(deed.as_ref()),
            _ => None,
        };
        match deed {
            // Nothing is taken back yet: a second person has to approve it.
            Some(ReviewDeed::Undo { .. }) if !outcome.proposals.is_empty() => {
                self.undoing = None;
                self.toasts.tell(now, Mood::Info, outcome.summary.clone(), None);
                return;
            }
            Some(ReviewDeed::Undo { decision, .. }) => {
                self.decided.retain(|made| made.id().is_none_or(|id| id != *decision && !outcome.taken_back.contains(&id)));
                if self.undoing.take() == Some(*decision) {
                    self.pages.review.undone(&outcome.summary);
                } else {
                    self.pages.review.unmade(&outcome.summary);
                }
                self.toasts.tell(now, Mood::Done, format!("Taken back: {}", outcome.summary), None);
                return;
            }
            // The last entry stands for its batch.
            _ => self.decided.extend(outcome.decisions.last().map(|decision| Made::Deed(*decision))),
        }
        let answers = matches!(deed, Some(ReviewDeed::Decide { .. }));
        if !outcome.decisions.is_empty() && !answers {
            self.pages.review.noted(&outcome.summary);
        }
        if let Some(deed) = deed {
            self.pages.review.reviewed(now, deed, outcome);
        }
        if answers && self.undo_when_decided > 0 {
            self.undo_when_decided -= 1;
            self.undo(now);
        }
        let is_golden = matches!(command, Some(Command::Golden { .. })) && outcome.proposals.is_empty();
        let shown_there = is_golden
            || matches!(
                deed,
                Some(
                    ReviewDeed::Decide { .. }
                        | ReviewDeed::AnswerSample { .. }
                        | ReviewDeed::AnswerAudit { .. }
                        | ReviewDeed::ImportSheet { dry_run: true, .. }
                )
            );
        if (self.nav != Nav::Review || !shown_there) && !outcome.summary.is_empty() {
            let undo = (!outcome.decisions.is_empty()).then_some("Undo");
            self.toasts.tell(now, Mood::Done, outcome.summary.clone(), undo);
        }
    }

    /// The file that a page asked for was picked or typed.
    pub(super) fn picked(&mut self, actions: &mut Vec<Action>, pick: Pick, path: PathBuf) {
        let user = self.data.user();
        let review = |deed: ReviewDeed| Command::Review { deed: Box::new(deed), user: user.clone() };
        let command = match pick {
            Pick::SaveSheet(filter) => review(ReviewDeed::ExportSheet { filter: *filter, path }),
            Pick::ReadSheet => review(ReviewDeed::ImportSheet { path, dry_run: true }),
            Pick::SaveAudit { filter, .. } => Command::Trust(TrustDeed::ExportAudit { filter: *filter, file: path }),
            Pick::SavePack => Command::Trust(TrustDeed::ExportPack { file: path, user }),
            Pick::SaveQuery(sql) => Command::Data(DataDeed::Export { sql, file: path }),
            Pick::SavePage { page, filter, ending } => {
                Command::Dashboard(DashboardDeed::ExportPage { page, filter: *filter, file: with_ending(path, ending) })
            }
            Pick::SaveFigure { page, filter, figure, ending } => {
                Command::Dashboard(DashboardDeed::ExportFigure { page, filter: *filter, figure, file: with_ending(path, ending) })
            }
            Pick::SaveBackup => Command::Trust(TrustDeed::Backup { to: Some(path), user }),
            Pick::SaveReport(run) => Command::Runs(RunsDeed::SaveReport { run, file: with_ending(path, "html") }),
            Pick::WatchFolder => Command::Watch { folder: path, on: true },
            Pick::ReadPack => {
                self.pages.audit.look_into(path);
                return;
            }
        };
        actions.push(Action::Send(command));
    }
}

/// The form was chosen in the menu: a name without its ending gets it.
fn with_ending(path: PathBuf, ending: &str) -> PathBuf {
    if path.extension().is_some() { path } else { path.with_extension(ending) }
}
