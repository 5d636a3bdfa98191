//! What the shell does for the pages, and what it makes of the engine's news.

use std::path::PathBuf;

use egui::Ui;

use crate::app::cx::{Action, Nav, Pick};
use crate::app::data::News;
use crate::app::settings::Recent;
use crate::app::theme::ThemeChoice;
use crate::app::widgets::toast::Mood;
use crate::app::words;
use crate::base::Clock;
use crate::engine::pages::TestsOutcome;
use crate::engine::{Command, MatchDeed, Outcome, QueueSort, Report, ReviewDeed, RunsDeed};

use super::ask::Ask;
use super::files::{Want, Written};
use super::frame::{Made, Over, Shell};
use super::palette::Palette;

impl Shell {
    /// Takes the engine's news.
    pub(super) fn listen(&mut self, now: f64) {
        for news in self.data.poll() {
            match news {
                News::Opened => self.opened(),
                News::Ended { command, outcome } => self.ended(now, command.as_deref(), outcome),
            }
        }
        self.greet();
    }

    fn opened(&mut self) {
        self.pages = crate::app::views::Pages::default();
        self.decided.clear();
        self.at_start = false;
        self.nav = Nav::Sources;
        self.remember();
        let paths = std::mem::take(&mut self.load_when_open);
        if !paths.is_empty() {
            self.data.send(Command::Ingest { paths, source: None, profile: None, dry_run: false });
        }
    }

    fn remember(&mut self) {
        if let Some(status) = &self.data.status {
            let gold = status.gold_published.map_or_else(|| "not published yet".to_owned(), |version| format!("gold v{version}"));
            let subtitle =
                if status.customers > 0 { format!("{}, {gold}", words::counted(status.customers, "customer", "customers")) } else { gold };
            let opened = Clock::System.now_iso().chars().take(10).collect();
            self.settings.remember(Recent { name: status.workspace.clone(), dir: status.dir.clone(), subtitle, opened });
        }
    }

    fn ended(&mut self, now: f64, command: Option<&Command>, outcome: Outcome) {
        let decided_item = match command {
            Some(Command::Decide { item, .. }) => Some(item.clone()),
            _ => None,
        };
        match outcome {
            Outcome::Done(report) => self.done(now, report, command),
            Outcome::Cancelled if matches!(command, Some(Command::Sql { .. })) => self.pages.query.cancelled(),
            Outcome::Cancelled => {
                let at = self.data.status.as_ref().and_then(|status| status.silver_built_at.clone());
                let as_it_was = at.map_or_else(|| "as it was".to_owned(), |at| format!("as it was at {}", words::moment(&at)));
                self.toasts.tell(now, Mood::Info, format!("Cancelled. The store is {as_it_was}."), None);
            }
            Outcome::Failed { message, .. } => {
                if matches!(command, Some(Command::Sql { .. })) {
                    self.pages.query.refused(&message);
                    return;
                }
                if let Some(item) = decided_item {
                    self.pages.review.refused(&item);
                }
                if let Some(command) = command {
                    // Beside the value that was typed; said twice it would cover the evidence.
                    let told = self.pages.review.refused_deed(command, &message);
                    self.pages.customers.refused(command, &message);
                    self.pages.risk.refused(command, &message);
                    if self.refused_trust(command, &message) || told && self.nav == Nav::Review {
                        return;
                    }
                }
                if matches!(command, Some(Command::Run { .. } | Command::Runs(RunsDeed::Scheduled))) {
                    self.notify("The run failed", &message);
                }
                self.toasts.tell(now, Mood::Error, message, None);
            }
        }
    }

    /// Whoever looks at the window sees it there.
    fn notify(&self, title: &str, words: &str) {
        if !self.is_looked_at {
            let workspace = self.data.status.as_ref().map(|status| status.workspace.clone()).unwrap_or_default();
            self.notifier.tell(&format!("{title}: {workspace}"), words);
        }
    }

    fn done(&mut self, now: f64, report: Report, command: Option<&Command>) {
        let decided = matches!(command, Some(Command::Decide { .. }));
        match report {
            Report::Opened => self.remember(),
            Report::Ingested(outcome) if matches!(command, Some(Command::Source(_) | Command::Quarantine(_))) => {
                self.sources_done(now, command, Some(&outcome), "");
            }
            Report::Noted { summary } => self.sources_done(now, command, None, &summary),
            Report::Ingested(outcome) => {
                let text = ingested(&outcome);
                let mood = if outcome.failed > 0 { Mood::Error } else { Mood::Done };
                self.toasts.tell(now, mood, text, (outcome.loaded > 0 && !outcome.dry_run).then_some("Run"));
            }
            // Sources shows them; a toast per file would bury everything else.
            Report::Arrived(outcome) => {
                let failed = outcome.files.iter().filter(|file| file.status == "failed").count() as u64;
                if failed > 0 {
                    let files = words::counted(failed, "new file", "new files");
                    self.toasts.tell(now, Mood::Error, format!("{files} could not be read. Sources says why."), None);
                }
            }
            Report::Ran(outcome) => {
                self.remember();
                let (text, action) = ran(&outcome);
                self.notify("The run is done", &text);
                self.toasts.tell(now, Mood::Done, text, action);
                let failed: Vec<&str> = outcome.failed().map(|model| model.model.as_str()).collect();
                if !failed.is_empty() {
                    let text = format!("Could not be built: {}. Quality says why; the others are built.", failed.join(", "));
                    self.toasts.tell(now, Mood::Error, text, None);
                }
            }
            Report::Decided { decision, summary } => {
                self.decided.push(Made::Answer(decision));
                self.pages.review.decided(now, &summary);
                // Review says it in its own foot; a toast there would hide the evidence.
                if self.nav != Nav::Review {
                    self.toasts.tell(now, Mood::Done, summary, Some("Undo"));
                }
                if decided && self.undo_when_decided > 0 {
                    self.undo_when_decided -= 1;
                    self.undo(now);
                }
            }
            Report::Undone { decision, summary } => {
                self.decided.retain(|known| known.id() != Some(decision));
                self.pages.review.undone(&summary);
                if self.nav != Nav::Review {
                    self.toasts.tell(now, Mood::Done, format!("Taken back: {summary}"), None);
                }
            }
            Report::Reviewed(outcome) => self.reviewed(now, command, &outcome),
            Report::MatchSettings { summary } => self.match_settings(now, command, &summary),
            Report::Tested(outcome) => {
                let (mood, text) = tested(&outcome);
                self.toasts.tell(now, mood, text, None);
            }
            Report::Table { table, seconds } => self.pages.query.answered(table, seconds),
            Report::ViewKept { summary, undo } => {
                self.pages.dashboards.kept_view(&undo);
                self.toasts.tell(now, Mood::Done, format!("{summary}."), Some("Take back"));
            }
            Report::Churn(outcome) => self.predicted(now, command, &outcome),
            Report::Said(summary) if matches!(command, Some(Command::Churn(_))) => self.policy_kept(now, command, &summary),
            Report::Said(summary) => self.toasts.tell(now, Mood::Done, format!("{summary}."), None),
            Report::Trust(outcome) => self.trusted(now, command, &outcome),
            // The window never sends these two; they belong to the command line.
            Report::Generated(_) | Report::Matched(_) => {}
            Report::Published { summary, .. } => {
                self.remember();
                self.toasts.tell(now, Mood::Done, summary, None);
            }
        }
    }

    /// Changes of the draft show on the page itself; what was made aside or written is told.
    fn match_settings(&mut self, now: f64, command: Option<&Command>, summary: &str) {
        match command {
            Some(Command::Match(MatchDeed::Preview { .. })) => {
                self.pages.matching.previewed();
                self.toasts.tell(now, Mood::Done, format!("Preview: {summary}."), (self.nav != Nav::Match).then_some("Open Match"));
            }
            Some(Command::Match(MatchDeed::Suggest)) => {
                self.pages.matching.previewed();
                self.toasts.tell(
                    now,
                    Mood::Done,
                    format!("Suggested weights: {summary}."),
                    (self.nav != Nav::Match).then_some("Open Match"),
                );
            }
            Some(Command::Match(MatchDeed::Measure { .. })) => {
                self.pages.matching.measured();
                self.toasts.tell(now, Mood::Done, format!("{summary}."), (self.nav != Nav::Match).then_some("Open Match"));
            }
            Some(Command::Match(MatchDeed::Export { .. } | MatchDeed::Discard)) => {
                self.toasts.tell(now, Mood::Done, format!("{summary}."), None);
            }
            _ => {}
        }
    }

    pub(super) fn undo(&mut self, now: f64) {
        if self.nav == Nav::Sources && self.pages.sources.undo_draft() {
            return;
        }
        if self.pages.review.deciding() > self.undo_when_decided {
            self.undo_when_decided += 1;
            return;
        }
        let user = self.data.user();
        match self.last_decision() {
            Some(Made::Answer(decision)) => {
                self.data.send(Command::Undo { decision, user });
            }
            Some(Made::Deed(decision)) => {
                self.undoing = Some(decision);
                let deed = Box::new(ReviewDeed::Undo { decision, with_dependants: false });
                self.data.send(Command::Review { deed, user });
            }
            Some(Made::Other(command)) => self.send(now, *command),
            None => self.toasts.tell(now, Mood::Info, "Nothing left to take back: every decision of this session was.", None),
        }
    }

    pub(super) fn perform(&mut self, ui: &Ui, action: Action, now: f64) {
        match action {
            Action::Go(nav) => self.go(nav),
            Action::ReviewTelling => {
                self.pages.review.filter.sort = QueueSort::TeachesMost;
                self.go(Nav::Review);
            }
            Action::OpenCustomer(_)
            | Action::OpenTest { .. }
            | Action::OpenQuery(_)
            | Action::OpenDecision(_)
            | Action::OpenItem(_)
            | Action::OpenRisk(_)
            | Action::OpenWorklist(_)
            | Action::OpenReview(_) => self.open(action, now),
            Action::Send(command) => self.send(now, command),
            Action::CancelJob => match self.data.progress() {
                Some(job) => self.data.cancel(job.job),
                None => self.toasts.tell(now, Mood::Info, "Nothing runs that could be cancelled.", None),
            },
            Action::Start => self.at_start = true,
            Action::AskFiles => self.over = Some(Over::Ask(Ask::Files { path: String::new() })),
            Action::AskWorkspace => self.over = Some(Over::Ask(Ask::Workspace { path: String::new() })),
            Action::AskNew { from } => self.ask_new(from),
            Action::AskRollback { version, to } => self.over = Some(Over::Ask(Ask::Rollback { version, to })),
            Action::Take(paths) => self.take(paths),
            Action::Pick(pick) => {
                let want = match pick {
                    Pick::SaveSheet(_) => Want::SaveSheet,
                    Pick::ReadSheet => Want::Sheet,
                    Pick::SaveAudit { html: false, .. } => Want::Save(Written::AuditCsv),
                    Pick::SaveAudit { html: true, .. } => Want::Save(Written::AuditHtml),
                    Pick::SavePack => Want::Save(Written::Pack),
                    Pick::ReadPack => Want::Pack,
                    Pick::SaveQuery(_) => Want::Save(Written::Rows),
                    Pick::SavePage { ending, .. } | Pick::SaveFigure { ending, .. } => Want::Save(Written::Figure(ending)),
                    Pick::SaveBackup => Want::Save(Written::Backup),
                    Pick::WatchFolder => Want::Folder,
                    Pick::SaveReport(_) => Want::Save(Written::Report),
                };
                self.over = Some(Over::Ask(Ask::path(pick, want, self.settings.folder.as_deref())));
            }
            Action::AskTrust(ask) => self.over = Some(Over::Ask(Ask::Trust(Box::new(ask.into())))),
            Action::ToggleMask => self.toggle_mask(now),
            Action::Tell(text) => self.toasts.tell(now, Mood::Info, text, None),
            Action::Warn(text) => self.toasts.tell(now, Mood::Error, text, None),
            Action::Undo => self.undo(now),
            Action::Palette => self.over = Some(Over::Palette(Palette::default())),
            Action::Keys => self.over = Some(Over::Keys),
            Action::NextTheme => {
                self.settings.theme = next_theme(self.settings.theme, ui.visuals().dark_mode);
                ui.ctx().set_theme(self.settings.theme.preference());
            }
            Action::Zoom(step) => {
                let zoom = ui.ctx().zoom_factor() + f32::from(step) * 0.1;
                ui.ctx().set_zoom_factor(zoom.clamp(0.6, 3.0));
            }
        }
        // What was done shows in the next frame.
        ui.ctx().request_repaint();
    }

    fn go(&mut self, nav: Nav) {
        self.at_start = false;
        if self.nav == nav {
            self.pages.again(nav);
        }
        self.nav = nav;
    }

    /// Goes to one thing on its page.
    fn open(&mut self, action: Action, now: f64) {
        self.at_start = false;
        match action {
            Action::OpenCustomer(key) => {
                self.nav = Nav::Customers;
                self.pages.customers.go_to(key);
            }
            Action::OpenTest { table, test } => {
                self.nav = Nav::Quality;
                self.pages.quality.open_test(&table, test);
            }
            Action::OpenQuery(sql) => {
                self.nav = Nav::Query;
                self.pages.query.ask(&sql);
            }
            Action::OpenDecision(decision) => {
                self.nav = Nav::Review;
                self.pages.review.open_log(Some(decision));
            }
            Action::OpenItem(item) => {
                self.nav = Nav::Review;
                self.pages.review.open_item(&item);
            }
            Action::OpenRisk(tab) => {
                self.nav = Nav::Risk;
                if let Err(why) = self.pages.risk.go_to(tab) {
                    self.toasts.tell(now, Mood::Error, why, None);
                }
            }
            Action::OpenWorklist(customer) => {
                self.nav = Nav::Risk;
                self.pages.risk.show_customer(customer);
            }
            Action::OpenReview(place) => {
                self.nav = Nav::Review;
                self.pages.review.go_to(place);
            }
            _ => {}
        }
    }

    fn send(&mut self, now: f64, command: Command) {
        if !command.is_quick() && self.data.progress().is_some() {
            self.toasts.tell(now, Mood::Info, "A job runs already. Wait until it has ended, or cancel it (Esc).", None);
            return;
        }
        self.data.send(command);
    }

    fn ask_new(&mut self, from: Option<PathBuf>) {
        let mut ask = Ask::New { name: String::new(), dir: String::new(), from: String::new() };
        if let Some(from) = from {
            ask.picked(&[from]);
        }
        self.over = Some(Over::Ask(ask));
    }

    /// Files into the open workspace; on the start page they make a new one.
    fn take(&mut self, paths: Vec<PathBuf>) {
        if self.data.status.is_some() && !self.at_start {
            self.data.send(Command::Ingest { paths, source: None, profile: None, dry_run: false });
            self.nav = Nav::Sources;
            return;
        }
        match paths.as_slice() {
            // By name alone: the window itself touches no files.
            [one] if one.file_name().is_some_and(|name| name == "workspace.toml") => {
                let dir = one.parent().map(PathBuf::from).unwrap_or_default();
                self.data.send(Command::Open { dir });
            }
            [one] if one.extension().is_some_and(|extension| extension == "karat") => {
                self.data.send(Command::Open { dir: one.clone() });
            }
            [one] if one.extension().is_none() => self.ask_new(Some(one.clone())),
            _ => {
                let folder = paths.first().and_then(|path| path.parent()).map(PathBuf::from);
                self.ask_new(folder);
                if let Some(Over::Ask(Ask::New { from, .. })) = &mut self.over {
                    from.clear();
                }
                self.load_when_open = paths;
            }
        }
    }
}

fn next_theme(choice: ThemeChoice, dark: bool) -> ThemeChoice {
    match (choice, dark) {
        // The first press must change what one sees.
        (ThemeChoice::System, true) | (ThemeChoice::Dark, _) => ThemeChoice::Light,
        (ThemeChoice::System, false) => ThemeChoice::Dark,
        (ThemeChoice::Light, _) => ThemeChoice::System,
    }
}

fn ingested(outcome: &crate::engine::pages::IngestOutcome) -> String {
    let what = if outcome.dry_run { "Would load" } else { "Loaded" };
    let mut text = format!("{what} {}, {}.", words::counted(outcome.loaded, "file", "files"), words::counted(outcome.rows, "row", "rows"));
    if outcome.rejected > 0 {
        text.push_str(&format!(" {} in quarantine.", words::counted(outcome.rejected, "row is", "rows are")));
    }
    if outcome.failed > 0 {
        text.push_str(&format!(" {} failed: Sources says where and what to do.", words::counted(outcome.failed, "file", "files")));
    }
    let left = (outcome.files.len() as u64).saturating_sub(outcome.loaded + outcome.failed);
    if left > 0 && outcome.failed == 0 {
        text.push_str(&format!(" {} not loaded: Sources says why.", words::counted(left, "file was", "files were")));
    }
    text
}

fn ran(outcome: &crate::engine::pages::RunOutcome) -> (String, Option<&'static str>) {
    let went = outcome.moved_in_words().map(|moved| format!("; went to another customer: {moved}")).unwrap_or_default();
    let customers = format!(
        "{} from {}{went}",
        words::counted(outcome.customers, "customer", "customers"),
        words::counted(outcome.source_records, "record", "records")
    );
    let version = outcome.gold_version.map(|version| format!("v{version}")).unwrap_or_default();
    let seconds = words::seconds(outcome.seconds);
    match (&outcome.why_not_published, outcome.published) {
        (_, true) => (format!("Run finished in {seconds}: {customers}. Gold {version} is published."), Some("Open Review")),
        (Some(why), false) => (
            format!("Run finished in {seconds}: {customers}. Gold {version} is built and waits: {}.", why.trim_end_matches('.')),
            Some("Open Publish"),
        ),
        (None, false) => (format!("Run finished in {seconds}: {customers}. Gold {version} is built."), Some("Open Publish")),
    }
}

/// "38 tests: 1 error, 2 warnings"
fn tested(outcome: &TestsOutcome) -> (Mood, String) {
    let errors = outcome.tests.iter().filter(|test| test.is_error()).count() as u64;
    let warnings = outcome.tests.iter().filter(|test| test.is_warning()).count() as u64;
    let tests = words::counted(outcome.tests.len() as u64, "test", "tests");
    let text = format!("{tests}: {}, {}", words::counted(errors, "error", "errors"), words::counted(warnings, "warning", "warnings"));
    (if errors > 0 { Mood::Error } else { Mood::Done }, text)
}
