//! What can be done about runs besides running: their reports, when the next one comes, how long what they leave behind is kept. Sent as
//! `Command::Runs` and `Query::Runs`.

use std::path::PathBuf;

use crate::base::RunId;
pub use crate::store::run_settings::RetentionRule;

#[derive(Debug, Clone, PartialEq)]
pub enum RunsDeed {
    /// The schedule says that it is time for a run. Ends in `Report::Ran`.
    Scheduled,
    /// Runs come by themselves from now on (a cron expression of five fields, in UTC), or no longer. Ends in `Report::Said`.
    SetSchedule { cron: Option<String>, user: String },
    /// Sets how long what runs leave behind is kept. Nothing is removed by it. Ends in `Report::Said`.
    SetRetention { rule: RetentionRule, user: String },
    /// Removes what the rule names. Ends in `Report::Said`.
    ApplyRetention { user: String },
    /// Sends the report of a run to whom `[smtp]` names. Ends in `Report::Said`.
    SendReport { run: RunId },
    /// Writes the report of a run to a path: a message where it ends in `.eml`, else a page for a browser. Ends in `Report::Said`.
    SaveReport { run: RunId, file: PathBuf },
}

impl RunsDeed {
    pub fn title(&self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled run",
            Self::SetSchedule { .. } => "Set the schedule",
            Self::SetRetention { .. } => "Set the retention rule",
            Self::ApplyRetention { .. } => "Remove what is old",
            Self::SendReport { .. } => "Send a report",
            Self::SaveReport { .. } => "Save a report",
        }
    }

    /// Done in moments, beside whatever runs.
    pub fn is_quick(&self) -> bool {
        matches!(self, Self::SetSchedule { .. } | Self::SetRetention { .. })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RunsQuery {
    /// The newest runs and what is set about them. Answered by `Page::Runs`.
    List,
    /// When runs come by themselves, and the next so many times. Answered by `Page::Schedule`.
    Schedule { count: usize },
    /// What the retention rule would remove now. Answered by `Page::Retention`.
    Retention,
    /// One run, model by model. Answered by `Page::Run`.
    One(RunId),
}
