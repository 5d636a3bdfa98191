//! What a page gets beside its own state: the data, what it may ask the shell to do, and what the person has set.

use std::path::PathBuf;

use crate::base::{CustomerKey, DecisionId, ItemId, RunId};
use crate::engine::pages::{DashboardFilter, DashboardPage, FourEyes};
use crate::engine::trust_deed::AuditFilter;
use crate::engine::{Command, QueueFilter};

use super::data::Data;
use super::settings::Settings;

/// Pages of the rail, in the order of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
pub enum Nav {
    #[default]
    Sources,
    Quality,
    Match,
    Review,
    Customers,
    Publish,
    Dashboards,
    Risk,
    Query,
    Catalogue,
    Runs,
    Audit,
}

impl Nav {
    pub const ALL: [Self; 12] = [
        Self::Sources,
        Self::Quality,
        Self::Match,
        Self::Review,
        Self::Customers,
        Self::Publish,
        Self::Dashboards,
        Self::Risk,
        Self::Query,
        Self::Catalogue,
        Self::Runs,
        Self::Audit,
    ];

    /// Shows nothing while personal data are masked: the engine answers its questions only in the clear.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Sources | Self::Quality | Self::Match | Self::Review | Self::Customers)
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Sources => "Sources",
            Self::Quality => "Quality",
            Self::Match => "Match",
            Self::Review => "Review",
            Self::Customers => "Customers",
            Self::Publish => "Publish",
            Self::Dashboards => "Dashboards",
            Self::Risk => "Risk",
            Self::Query => "Query",
            Self::Catalogue => "Catalogue",
            Self::Runs => "Runs",
            Self::Audit => "Audit",
        }
    }

    /// The keys that lead to it.
    pub fn keys(self) -> &'static str {
        match self {
            Self::Sources => "Ctrl 1",
            Self::Quality => "Ctrl 2",
            Self::Match => "Ctrl 3",
            Self::Review => "Ctrl 4",
            Self::Customers => "Ctrl 5",
            Self::Publish => "Ctrl 6",
            Self::Dashboards => "Ctrl 7",
            Self::Query => "Ctrl 8",
            Self::Catalogue => "Ctrl 9",
            Self::Runs => "Ctrl U",
            Self::Audit => "Ctrl 0",
            Self::Risk => "Ctrl R",
        }
    }

    /// The key that leads to it, with Ctrl: the last word of `keys`.
    pub fn key(self) -> Option<egui::Key> {
        egui::Key::from_name(self.keys().rsplit(' ').next()?)
    }

    /// `sources`, as `karat screenshot` names it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|nav| nav.title().eq_ignore_ascii_case(name))
    }
}

/// A file that is asked for, and what for.
#[derive(Debug, Clone, PartialEq)]
pub enum Pick {
    /// Where to write the queue as a workbook.
    SaveSheet(Box<QueueFilter>),
    /// Which filled workbook to read.
    ReadSheet,
    /// Where to write rows of the audit log; `html`: as a page instead of CSV.
    SaveAudit {
        filter: Box<AuditFilter>,
        html: bool,
    },
    /// Where to write the decisions for another copy of the workspace.
    SavePack,
    /// Which such file to look into.
    ReadPack,
    /// Where to copy control.db to.
    SaveBackup,
    /// Where to write what the statement answers.
    SaveQuery(String),
    /// Where to write a page of the dashboards, or one figure of it; the form by its ending.
    SavePage {
        page: DashboardPage,
        filter: Box<DashboardFilter>,
        ending: &'static str,
    },
    SaveFigure {
        page: DashboardPage,
        filter: Box<DashboardFilter>,
        figure: String,
        ending: &'static str,
    },
    /// Which folder to watch.
    WatchFolder,
    /// Where to write the report of a run: a page, or a message where the name ends in .eml.
    SaveReport(RunId),
}

/// What is asked about people, keys and copies, before anything is typed.
#[derive(Debug, Clone, PartialEq)]
pub enum TrustAsk {
    SignIn(String),
    Passphrase(String),
    /// `first`: nobody is enrolled yet.
    Enrol {
        first: bool,
    },
    Retire(String),
    Policy(FourEyes),
    /// A copy of control.db, and what it is called in words.
    Restore {
        file: PathBuf,
        name: String,
    },
}

/// Something that only the shell can do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Go(Nav),
    /// Review, with those questions first whose answers teach most.
    ReviewTelling,
    OpenCustomer(CustomerKey),
    /// The rows that failed a test, in Quality.
    OpenTest {
        table: String,
        test: String,
    },
    /// Query, with this statement in its editor, run at once.
    OpenQuery(String),
    /// An entry of the decision log, in Review.
    OpenDecision(DecisionId),
    /// A question in Review, whatever the filter.
    OpenItem(ItemId),
    /// A place of Review, as `karat screenshot review:PLACE` names it.
    OpenReview(&'static str),
    /// A tab of Risk, as `karat screenshot risk:TAB` names it.
    OpenRisk(&'static str),
    /// A customer in Risk's worklist.
    OpenWorklist(CustomerKey),
    Send(Command),
    CancelJob,
    /// The start page, while a workspace stays open.
    Start,
    AskFiles,
    AskWorkspace,
    AskNew {
        from: Option<PathBuf>,
    },
    AskRollback {
        version: Option<u32>,
        to: String,
    },
    /// Paths that were dropped or picked.
    Take(Vec<PathBuf>),
    Pick(Pick),
    AskTrust(TrustAsk),
    /// Masks personal data, or shows them in the clear.
    ToggleMask,
    Tell(String),
    Warn(String),
    Undo,
    Palette,
    Keys,
    NextTheme,
    Zoom(i8),
}

#[derive(Debug)]
pub struct Cx<'a> {
    pub data: &'a mut Data,
    pub settings: &'a mut Settings,
    pub actions: &'a mut Vec<Action>,
    /// Seconds on egui's clock.
    pub now: f64,
    /// A dialog or the palette is open: pages leave the keyboard alone.
    pub covered: bool,
}

impl Cx<'_> {
    pub fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    pub fn send(&mut self, command: Command) {
        self.actions.push(Action::Send(command));
    }

    /// Single keys belong to the page: nothing covers it and nobody types.
    pub fn keys_free(&self, ui: &egui::Ui) -> bool {
        !self.covered && !ui.ctx().text_edit_focused() && !egui::Popup::is_any_open(ui.ctx())
    }
}
