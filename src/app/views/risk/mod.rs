//! Risk: who may leave, why, what is done about it, and how far the model can be trusted. Flow: ChurnPage -> model -> customers | evaluation |
//! models | monitoring | what if -> ChurnDeed.

mod charts;
mod customers;
mod evaluation;
pub mod model;
mod models;
mod monitoring;
mod one;
mod paint;
mod what_if;

pub use customers::tone;

use std::sync::Arc;

use egui::{Id, Key, Modifiers, Rect, Ui};

use crate::app::cx::{Action, Cx};
use crate::app::views::parts;
use crate::app::widgets::tabs;
use crate::base::CustomerKey;
use crate::engine::churn_deed::Target;
use crate::engine::pages::{ChurnPage, RiskRow};
use crate::engine::{ChurnDeed, ChurnQuery, Command, Page, Query};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Customers,
    Evaluation,
    Models,
    Monitoring,
    WhatIf,
}

impl Tab {
    const ALL: [Self; 5] = [Self::Customers, Self::Evaluation, Self::Models, Self::Monitoring, Self::WhatIf];

    fn title(self) -> &'static str {
        match self {
            Self::Customers => "Worklist",
            Self::Evaluation => "Evaluation",
            Self::Models => "Models",
            Self::Monitoring => "Monitoring",
            Self::WhatIf => "What if",
        }
    }
}

/// A deed that is asked about before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    Promote(u32),
    Retire(u32),
}

#[derive(Debug)]
pub struct Risk {
    pub(super) target: Target,
    pub(super) tab: Tab,
    pub(super) search: model::Search,
    /// The row that is chosen: a customer's key, or a loan's number.
    pub chosen: Option<String>,
    pub(super) draft: Option<model::Draft>,
    /// The chosen row's sources show instead of its reasons.
    pub(super) shows_origin: bool,
    /// The model that is looked at; None: the one in production, else the newest.
    pub(super) version: Option<u32>,
    /// The gold whose drift shows; None: the newest.
    pub(super) watched: Option<u32>,
    /// The feature whose drift is read.
    pub(super) feature: Option<String>,
    pub(super) asking: Option<Asking>,
    pub(super) costs: Option<model::Costs>,
    pub(super) thresholds: Option<model::Thresholds>,
    /// Why the last training came to nothing.
    pub(super) refused: Option<String>,
    pub(super) follow: bool,
    kept: Option<(Target, Arc<Page>)>,
    narrowed: Option<Narrowed>,
}

/// Which rows fit, and what of: thousands of rows are read for it, so only when one of these changed.
#[derive(Debug)]
struct Narrowed {
    page: Arc<Page>,
    search: model::Search,
    user: String,
    rows: Vec<usize>,
}

impl Default for Risk {
    fn default() -> Self {
        Self {
            target: Target::Churn,
            tab: Tab::default(),
            search: model::Search::default(),
            chosen: None,
            draft: None,
            shows_origin: false,
            version: None,
            watched: None,
            feature: None,
            asking: None,
            costs: None,
            thresholds: None,
            refused: None,
            follow: false,
            kept: None,
            narrowed: None,
        }
    }
}

pub(super) fn search_id() -> Id {
    Id::unique("risk-search")
}

pub(super) fn owner_id() -> Id {
    Id::unique("risk-owner")
}

impl Risk {
    /// `karat screenshot risk:evaluation`, `risk:loan_default/models`
    pub fn go_to(&mut self, name: &str) -> Result<(), String> {
        let (target, tab) = name.split_once('/').unwrap_or(("churn", name));
        self.target = Target::parse(target).ok_or_else(|| format!("Risk knows no {target}: churn, loan_default."))?;
        let fits = |one: &Tab| one.title().replace(' ', "_").eq_ignore_ascii_case(tab);
        let found = Tab::ALL.into_iter().find(fits);
        self.tab = found.ok_or_else(|| format!("Risk has no {tab}: worklist, evaluation, models, monitoring, what_if."))?;
        Ok(())
    }

    /// The worklist with everybody in it, at one customer.
    pub fn show_customer(&mut self, customer: CustomerKey) {
        self.target = Target::Churn;
        self.tab = Tab::Customers;
        self.search = model::Search::default();
        self.chosen = Some(customer.to_string());
        self.follow = true;
    }

    /// A deed of this page failed; training says there why.
    pub fn refused(&mut self, command: &Command, message: &str) {
        if matches!(command, Command::Churn(ChurnDeed::Train { .. })) {
            self.refused = Some(message.to_owned());
        }
    }

    /// A deed of this page is done.
    pub fn done(&mut self, deed: &ChurnDeed) {
        match deed {
            ChurnDeed::Train { .. } => {
                self.refused = None;
                self.version = None;
            }
            ChurnDeed::Work { .. } | ChurnDeed::UndoWork { .. } => self.draft = None,
            ChurnDeed::SetPolicy { .. } => {
                self.tab = Tab::WhatIf;
                self.costs = None;
                self.thresholds = None;
            }
            ChurnDeed::Promote { .. } | ChurnDeed::Archive { .. } | ChurnDeed::Score { .. } => {}
        }
    }

    pub fn escape(&mut self) {
        if self.asking.take().is_some() || self.refused.take().is_some() {
            return;
        }
        if self.shows_origin {
            self.shows_origin = false;
        } else if self.draft.take().is_none() {
            self.search = model::Search::default();
        }
    }

    /// What is done about a customer stands at the foot: messages leave it free.
    pub fn foot(&self) -> f32 {
        if self.tab == Tab::Customers { one::WORK } else { 0.0 }
    }

    pub fn leave_field(&mut self) {
        self.search.text.clear();
    }

    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        self.keys(ui, cx);
        let mut looked = cx.data.look(&Query::Churn(ChurnQuery::Page { target: self.target }));
        if looked.page.is_none()
            && looked.error.is_none()
            && let Some((target, page)) = &self.kept
            && *target == self.target
        {
            looked.page = Some(page.clone());
        }
        if let Some(page) = &looked.page {
            self.kept = Some((self.target, page.clone()));
        }
        let Some(Page::Churn(page)) = looked.page.as_deref() else {
            let (_, body) = parts::head(ui, rect, "Risk");
            parts::instead(ui, body, &looked, cx);
            return;
        };
        self.narrow(looked.page.as_ref(), page, &cx.data.user());
        let places = self.narrowed.iter().flat_map(|narrowed| &narrowed.rows);
        let listed: Vec<&RiskRow> = places.filter_map(|at| page.rows.get(*at)).collect();
        self.walk(ui, cx, page, &listed);
        paint::page(ui, rect, cx, self, page, &listed);
    }

    fn narrow(&mut self, of: Option<&Arc<Page>>, page: &ChurnPage, user: &str) {
        let Some(of) = of else { return };
        let stands =
            self.narrowed.as_ref().is_some_and(|known| Arc::ptr_eq(&known.page, of) && known.search == self.search && known.user == user);
        if !stands {
            let rows = model::listed(page, &self.search, user);
            self.narrowed = Some(Narrowed { page: of.clone(), search: self.search.clone(), user: user.to_owned(), rows });
        }
    }

    fn keys(&mut self, ui: &Ui, cx: &Cx<'_>) {
        if self.asking.is_some() || !cx.keys_free(ui) {
            return;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        self.tab = tabs::stepped(ui, &Tab::ALL, self.tab);
        let to_search = pressed(Key::Slash);
        let to_owner = self.tab == Tab::Customers && pressed(Key::E);
        if to_search {
            self.tab = Tab::Customers;
        }
        if to_search || to_owner {
            let id = if to_search { search_id() } else { owner_id() };
            ui.ctx().memory_mut(|memory| memory.request_focus(id));
            ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
        }
    }

    /// Keys of the list: up and down, open, sources, tiers.
    fn walk(&mut self, ui: &Ui, cx: &mut Cx<'_>, page: &ChurnPage, listed: &[&RiskRow]) {
        let known = self.chosen.as_ref().and_then(|id| listed.iter().position(|row| model::id(row) == *id));
        if known.is_none() {
            self.chosen = listed.first().map(|row| model::id(row));
            self.draft = None;
        }
        if self.tab != Tab::Customers || page.absent.is_some() || self.asking.is_some() || !cx.keys_free(ui) {
            return;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let at = known.unwrap_or(0);
        let by = match () {
            () if pressed(Key::J) || pressed(Key::ArrowDown) => 1,
            () if pressed(Key::K) || pressed(Key::ArrowUp) => -1,
            () => 0,
        };
        if by != 0 {
            self.choose(listed.get(at.saturating_add_signed(by).min(listed.len().saturating_sub(1))));
        }
        let row = listed.get(at);
        if pressed(Key::R) {
            self.shows_origin = !self.shows_origin;
        }
        if ui.ctx().memory(|memory| memory.focused().is_none())
            && pressed(Key::Enter)
            && let Some(customer) = row.and_then(|row| row.customer)
        {
            cx.act(Action::OpenCustomer(customer));
        }
        for (key, tier) in [Key::Num1, Key::Num2, Key::Num3, Key::Num4].into_iter().zip(model::TIERS) {
            if pressed(key) {
                self.search.toggle(tier);
            }
        }
    }

    pub(super) fn choose(&mut self, row: Option<&&RiskRow>) {
        self.chosen = row.map(|row| model::id(row));
        self.draft = None;
        self.follow = true;
    }

    pub(super) fn train(&mut self, cx: &mut Cx<'_>) {
        self.refused = None;
        let user = cx.data.user();
        cx.send(Command::Churn(ChurnDeed::Train { target: self.target, promote: false, user }));
    }
}
