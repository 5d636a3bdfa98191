//! What the shell makes of deeds on predictions: what is told, and what Undo takes back next.

use crate::app::cx::Nav;
use crate::app::widgets::toast::Mood;
use crate::engine::pages::ChurnOutcome;
use crate::engine::{ChurnDeed, Command};

use super::frame::{Made, Shell};

impl Shell {
    pub(super) fn predicted(&mut self, now: f64, command: Option<&Command>, outcome: &ChurnOutcome) {
        let Some(Command::Churn(deed)) = command else { return };
        self.pages.risk.done(deed);
        let undo = match (deed, outcome.work_entry) {
            (ChurnDeed::Work { user, .. }, Some(entry)) => Some(ChurnDeed::UndoWork { entry, user: user.clone() }),
            _ => None,
        };
        let action = undo.is_some().then_some("Undo");
        let trained = matches!(deed, ChurnDeed::Train { .. }) && self.nav != Nav::Risk;
        self.decided.extend(undo.map(|deed| Made::Other(Box::new(Command::Churn(deed)))));
        self.toasts.tell(now, Mood::Done, format!("{}.", outcome.summary), action.or(trained.then_some("Open Risk")));
    }

    /// The workspace was opened anew with its other settings: back to where they were changed.
    pub(super) fn policy_kept(&mut self, now: f64, command: Option<&Command>, summary: &str) {
        if let Some(Command::Churn(deed)) = command {
            self.nav = Nav::Risk;
            self.pages.risk.done(deed);
        }
        self.toasts.tell(now, Mood::Done, format!("{summary}."), None);
    }
}
