//! The shell's state and one frame of it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

use egui::{Key, Modifiers, Rect, Ui, pos2, vec2};

use crate::app::cx::{Action, Cx, Nav};
use crate::app::data::Data;
use crate::app::notice::{Notifier, Silent};
use crate::app::settings::Settings;
use crate::app::theme::kind::{DENSE, DENSE_M, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::Pages;
use crate::app::widgets::{Row, area, draw};
use crate::base::DecisionId;
use crate::engine::pages::{Acting, Sight};
use crate::engine::{Backend, Command, Query};

use super::ask::{Ask, Asked};
use super::bottom_bar::Pace;
use super::files::{FilePicker, SystemPicker};
use super::palette::Palette;
use super::toasts::Toasts;
use super::{acting, bottom_bar, keys, palette, rail, top_bar};

/// An entry of the log that this session made.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Made {
    /// One answer.
    Answer(DecisionId),
    /// A deed of the workbench: its batch goes with it.
    Deed(DecisionId),
    /// A deed that is not in the log of decisions, and the command that takes it back.
    Other(Box<Command>),
}

impl Made {
    /// Its entry of the decision log; None where it is none of the log.
    pub(super) fn id(&self) -> Option<DecisionId> {
        match self {
            Self::Answer(id) | Self::Deed(id) => Some(*id),
            Self::Other(_) => None,
        }
    }
}

/// What lies over the page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Over {
    Palette(Palette),
    Keys,
    Ask(Ask),
}

/// The window without its window.
pub struct Shell {
    pub data: Data,
    pub settings: Settings,
    pub nav: Nav,
    /// The start page shows, with or without a workspace behind it.
    pub at_start: bool,
    pub pages: Pages,
    pub(super) toasts: Toasts,
    pub(super) over: Option<Over>,
    pub(super) picker: Box<dyn FilePicker>,
    pub(super) notifier: Box<dyn Notifier>,
    /// Somebody looks at the window.
    pub(super) is_looked_at: bool,
    pub(super) picking: Option<Receiver<Vec<PathBuf>>>,
    pub(super) pace: Pace,
    /// Decisions of this session that stand, newest last.
    pub(super) decided: Vec<Made>,
    /// Undo was pressed while a decision was on its way.
    pub(super) undo_when_decided: usize,
    /// The deed that Undo takes back at this moment.
    pub(super) undoing: Option<DecisionId>,
    /// Loaded once the workspace that is being made is open.
    pub(super) load_when_open: Vec<PathBuf>,
    pub sample_dir: PathBuf,
    /// Who acted and what they saw in the frame before.
    pub(super) acted: Option<(String, Acting)>,
    /// Pages whose personal data the log says were seen since they were unmasked.
    pub(super) noted: BTreeSet<String>,
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell").field("nav", &self.nav).field("at_start", &self.at_start).finish_non_exhaustive()
    }
}

impl Shell {
    pub fn new(backend: Box<dyn Backend>, settings: Settings) -> Self {
        Self {
            data: Data::new(backend),
            settings,
            nav: Nav::default(),
            at_start: false,
            pages: Pages::default(),
            toasts: Toasts::default(),
            over: None,
            picker: Box::new(SystemPicker),
            notifier: Box::new(Silent),
            is_looked_at: true,
            picking: None,
            pace: Pace::default(),
            decided: Vec::new(),
            undo_when_decided: 0,
            undoing: None,
            load_when_open: Vec::new(),
            sample_dir: crate::engine::sample_dir(),
            acted: None,
            noted: BTreeSet::new(),
        }
    }

    /// Who tells of runs that ended while nobody looked.
    pub fn with_notifier(mut self, notifier: Box<dyn Notifier>) -> Self {
        self.notifier = notifier;
        self
    }

    /// Another way to pick files: tests give the paths.
    pub fn with_picker(mut self, picker: Box<dyn FilePicker>) -> Self {
        self.picker = picker;
        self
    }

    /// Goes to the page that `karat screenshot` names.
    pub fn show_page(&mut self, page: &str) -> Result<(), String> {
        let (name, detail) = page.split_once(':').unwrap_or((page, ""));
        match name {
            "start" => self.at_start = true,
            "palette" => self.over = Some(Over::Palette(Palette { text: detail.to_owned(), chosen: 0 })),
            "keys" => self.over = Some(Over::Keys),
            "sources" if !detail.is_empty() => {
                self.nav = Nav::Sources;
                self.pages.sources.go_to(detail)?;
            }
            "review" if !detail.is_empty() => {
                self.nav = Nav::Review;
                self.pages.review.go_to(detail);
            }
            "match" if !detail.is_empty() => {
                self.nav = Nav::Match;
                self.pages.matching.go_to(detail)?;
            }
            "customer" => {
                let key = detail.parse().map_err(|reason| format!("{detail} names no customer: {reason}"))?;
                self.nav = Nav::Customers;
                self.pages.customers.open = Some(key);
            }
            "audit" if !detail.is_empty() => {
                self.nav = Nav::Audit;
                self.pages.audit.go_to(detail)?;
            }
            "runs" if !detail.is_empty() => {
                self.nav = Nav::Runs;
                self.pages.runs.go_to(detail)?;
            }
            "catalogue" => {
                self.nav = Nav::Catalogue;
                self.pages.catalogue.go_to(detail);
            }
            "publish" if !detail.is_empty() => {
                self.nav = Nav::Publish;
                self.pages.publish.go_to(detail)?;
            }
            "risk" if !detail.is_empty() => {
                self.nav = Nav::Risk;
                self.pages.risk.go_to(detail)?;
            }
            "dashboards" => {
                self.nav = Nav::Dashboards;
                self.pages.dashboards.go_to(detail)?;
            }
            _ => {
                self.nav = Nav::from_name(name).ok_or_else(|| {
                    let pages: Vec<String> = Nav::ALL.iter().map(|nav| nav.title().to_lowercase()).collect();
                    format!(
                        "There is no page {name}: start, {}, customer:C-1042, catalogue:lineage:gold.customer_360, palette, keys.",
                        pages.join(", ")
                    )
                })?;
            }
        }
        Ok(())
    }

    /// True while an answer of the engine, or the workspace itself, is awaited.
    pub fn waits(&self) -> bool {
        self.data.waits() || (self.data.status.is_none() && !self.at_start)
    }

    /// One frame.
    pub fn ui(&mut self, ui: &mut Ui) {
        let now = ui.input(|input| input.time);
        let mut actions = Vec::new();
        self.is_looked_at = ui.input(|input| input.focused);
        self.listen(now);
        self.watch_acting();
        self.take_picked(&mut actions);
        self.global_keys(ui, &mut actions);
        self.dropped(ui, &mut actions);
        let screen = ui.max_rect();
        let start = self.at_start || self.data.status.is_none();
        let top = Rect::from_min_size(screen.min, vec2(screen.width(), top_bar::HEIGHT));
        let bottom = Rect::from_min_max(pos2(screen.left(), screen.bottom() - bottom_bar::HEIGHT), screen.max);
        let middle = Rect::from_min_max(top.left_bottom(), bottom.right_top());
        let job = self.data.progress();
        if job.is_some() {
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
        }
        let covered = self.over.is_some();
        let mut cx = Cx { data: &mut self.data, settings: &mut self.settings, actions: &mut actions, now, covered };
        if start {
            top_bar::show_start(ui, top, &mut cx);
            let mut place = area::child(ui, middle, "start");
            self.pages.start.ui(&mut place, middle, &mut cx, &self.sample_dir);
            bottom_bar::show_start(ui, bottom, &mut cx, job.as_ref(), &mut self.pace);
        } else {
            top_bar::show(ui, top, &mut cx, job.is_some());
            let status = cx.data.status.clone().unwrap_or_default();
            let side = Rect::from_min_max(middle.min, pos2(middle.left() + rail::WIDTH, middle.bottom()));
            if let Some(nav) = rail::show(ui, side, Some(self.nav), &status) {
                cx.act(Action::Go(nav));
            }
            let mut page = Rect::from_min_max(pos2(side.right(), middle.top()), middle.max);
            if let Some(why) = &status.read_only_because {
                page = read_only(ui, page, why);
            }
            draw::fill(ui, page, 0.0, tokens(ui).bg1);
            let mut place = area::child(ui, page, self.nav.title());
            if status.acting.sight != Sight::Clear && self.nav.is_personal() {
                acting::veil(&place, page, self.nav, &status, &mut cx);
            } else {
                self.pages.show(self.nav, &mut place, page, &mut cx);
            }
            bottom_bar::show(ui, bottom, &mut cx, job.as_ref(), &mut self.pace);
        }
        self.hovering_files(ui, middle);
        self.overlay(ui, &mut actions, now, start);
        let foot = if start { 0.0 } else { self.pages.foot(self.nav) };
        let above_bar = Rect::from_min_max(middle.min, pos2(middle.right(), middle.bottom() - foot));
        match self.toasts.show(ui, above_bar, now).as_deref() {
            Some("Undo") => actions.push(Action::Undo),
            Some("Take back") => {
                actions.extend(self.pages.dashboards.take_undo().map(|deed| Action::Send(Command::Dashboard(deed))));
            }
            Some("Run") => actions.push(Action::Send(Command::Run { publish: false, full_refresh: false })),
            Some("Open Review") => actions.push(Action::Go(Nav::Review)),
            Some("Open Risk") => actions.push(Action::Go(Nav::Risk)),
            Some("Open Match") => actions.push(Action::Go(Nav::Match)),
            Some("Open Publish") => actions.push(Action::Go(Nav::Publish)),
            _ => {}
        }
        for action in actions {
            self.perform(ui, action, now);
        }
    }

    fn overlay(&mut self, ui: &Ui, actions: &mut Vec<Action>, now: f64, start: bool) {
        let user = self.data.user();
        let Some(mut over) = self.over.take() else { return };
        let closed = match &mut over {
            Over::Palette(state) => {
                let mut cx = Cx { data: &mut self.data, settings: &mut self.settings, actions, now, covered: true };
                palette::show(ui, state, &mut cx)
            }
            Over::Keys => keys::show(ui, (!start).then_some(self.nav)),
            Over::Ask(ask) => match ask.show(ui, &user) {
                Asked::Browse(want) => {
                    self.browse(ui, want);
                    false
                }
                asked => self.answered(actions, asked),
            },
        };
        if !closed {
            self.over = Some(over);
        }
    }

    pub(super) fn browse(&mut self, ui: &Ui, want: super::files::Want) {
        let ctx = ui.ctx().clone();
        self.picking = Some(self.picker.pick(want, want.title(), Box::new(move || ctx.request_repaint())));
    }

    fn take_picked(&mut self, actions: &mut Vec<Action>) {
        let Some(receiver) = &self.picking else { return };
        let Ok(paths) = receiver.try_recv() else { return };
        self.picking = None;
        if paths.is_empty() && matches!(self.over, Some(Over::Ask(Ask::Path { .. }))) {
            actions.push(Action::Tell("Nothing was chosen. Where this desktop opens no file dialog, type the path.".to_owned()));
        }
        if let Some(Over::Ask(ask)) = &mut self.over
            && let Some(asked) = ask.picked(&paths)
            && self.answered(actions, asked)
        {
            self.over = None;
        }
    }

    /// Does what a dialog was answered with; true: the dialog closes.
    fn answered(&mut self, actions: &mut Vec<Action>, asked: Asked) -> bool {
        match asked {
            Asked::Nothing | Asked::Browse(_) => return false,
            Asked::Close => {}
            Asked::Take(paths) => actions.push(Action::Take(paths)),
            Asked::Send(command) => actions.push(Action::Send(command)),
            Asked::Path(pick, path) => {
                self.settings.folder = path.parent().map(PathBuf::from);
                self.picked(actions, pick, path);
            }
        }
        true
    }

    fn global_keys(&mut self, ui: &Ui, actions: &mut Vec<Action>) {
        let typing = ui.ctx().text_edit_focused();
        let menu = egui::Popup::is_any_open(ui.ctx());
        let open = self.data.status.is_some();
        let pressed = |modifiers: Modifiers, key: Key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::NONE, Key::Escape) {
            if self.over.is_some() {
                self.over = None;
            } else if menu {
                egui::Popup::close_all(ui.ctx());
            } else if let Some(job) = (self.nav == Nav::Query).then(|| self.pages.query.escape()).flatten() {
                self.data.cancel(job);
            } else if typing {
                ui.ctx().memory_mut(egui::Memory::stop_text_input);
                self.pages.leave_field(self.nav);
            } else if self.data.progress().is_some() {
                actions.push(Action::CancelJob);
            } else if !self.at_start {
                self.pages.escape(self.nav);
            }
        }
        if pressed(Modifiers::COMMAND, Key::K) {
            actions.push(Action::Palette);
        }
        if pressed(Modifiers::NONE, Key::F1) {
            actions.push(Action::Keys);
        }
        if self.over.is_some() {
            return;
        }
        if !typing && ui.input(|input| input.events.iter().any(|event| matches!(event, egui::Event::Text(text) if text == "?"))) {
            actions.push(Action::Keys);
        }
        if open && pressed(Modifiers::NONE, Key::F5) {
            actions.push(Action::Send(Command::Run { publish: false, full_refresh: false }));
        }
        if open && pressed(Modifiers::NONE, Key::F9) {
            actions.push(Action::ToggleMask);
        }
        if pressed(Modifiers::COMMAND, Key::O) {
            actions.push(if open && !self.at_start { Action::AskFiles } else { Action::AskWorkspace });
        }
        if pressed(Modifiers::COMMAND, Key::N) {
            actions.push(Action::AskNew { from: None });
        }
        if !typing && pressed(Modifiers::COMMAND, Key::Z) {
            actions.push(Action::Undo);
        }
        for nav in Nav::ALL {
            if open && nav.key().is_some_and(|key| pressed(Modifiers::COMMAND, key)) {
                actions.push(Action::Go(nav));
            }
        }
    }

    fn dropped(&mut self, ui: &Ui, actions: &mut Vec<Action>) {
        let paths: Vec<PathBuf> = ui.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_path_buf()).collect());
        if !paths.is_empty() {
            actions.push(Action::Take(paths));
        }
    }

    fn hovering_files(&self, ui: &Ui, rect: Rect) {
        let count = ui.input(|input| input.raw.hovered_files.len());
        if count == 0 {
            return;
        }
        let t = tokens(ui);
        draw::fill(ui, rect, 0.0, t.acc.tint.gamma_multiply(0.92));
        draw::dashed_box(ui, rect.shrink(12.0), 10.0, t.accent, 2.0);
        draw::icon(ui, rect.center() - vec2(0.0, 24.0), icon::DROP, 32.0, t.acc.text);
        let words = if self.data.status.is_some() && !self.at_start { "Drop to add" } else { "Drop to make a workspace" };
        draw::text(ui, rect.center() + vec2(0.0, 12.0), egui::Align2::CENTER_CENTER, words, SECTION, t.acc.text);
    }

    /// Where Undo finds what was decided before this session.
    pub(super) fn last_decision(&mut self) -> Option<Made> {
        self.decided.pop().or_else(|| self.pages.review.last_decision(&mut self.data).map(Made::Answer))
    }

    /// Status first: nothing else is known of a workspace that the engine opened by itself.
    pub(super) fn greet(&mut self) {
        if self.data.status.is_none() {
            let looked = self.data.look(&Query::Status);
            if let Some(crate::engine::Page::Status(status)) = looked.page.as_deref() {
                self.data.status = Some(std::sync::Arc::new(status.clone()));
            }
        }
    }
}

/// A strip over the page; returns what is left of it.
fn read_only(ui: &Ui, page: Rect, why: &str) -> Rect {
    let t = tokens(ui);
    let strip = Rect::from_min_size(page.min, vec2(page.width(), 28.0));
    draw::fill(ui, strip, 0.0, t.warn.tint);
    let mut row = Row::new(ui, strip.shrink2(vec2(16.0, 0.0)), "read-only");
    row.icon_fill(icon::WARN, 14.0, t.warn.text).gap(8.0);
    row.text("Read only", DENSE_M, t.warn.text);
    row.gap(8.0);
    row.text(&format!("{why}. What you look at is right; nothing can be changed until it has ended."), DENSE, t.t2);
    page.with_min_y(strip.bottom())
}
