//! Customers: the list with search, and one customer. Flow: CustomersPage, CustomerPage -> model -> list | one.

mod as_of;
mod balance;
mod erase;
mod golden;
mod list;
pub mod model;
mod one;
mod risk;
mod tools;
mod why;

pub use one::entry_look;

use std::sync::Arc;

use egui::{Id, Key, Modifiers, Rect, Ui};

use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::app::widgets::table::Sort;
use crate::base::CustomerKey;
use crate::engine::{Page, Query};

/// What stands beside a customer's timeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Beside {
    #[default]
    Risk,
    Figures,
    Decisions,
}

impl Beside {
    const ALL: [Self; 3] = [Self::Risk, Self::Figures, Self::Decisions];
}

/// What is searched, chosen and open.
#[derive(Debug, Default)]
pub struct Customers {
    pub open: Option<CustomerKey>,
    search: String,
    selected: Option<usize>,
    follow: bool,
    sort: Sort,
    kind: model::Kind,
    /// The day whose state shows.
    as_of: as_of::Chosen,
    /// The entry of the timeline whose mark was pressed.
    entry: Option<usize>,
    beside: Beside,
    record: Option<usize>,
    /// The field of the golden record that the cursor is on.
    field: Option<usize>,
    typing: Option<golden::Typing>,
    /// What takes the place of the customer's page.
    tool: Option<tools::Tool>,
    kept: Option<Arc<Page>>,
    kept_one: Option<(CustomerKey, Arc<Page>)>,
    /// Order of the rows for a page and a sort.
    order: Option<(usize, Sort, Vec<usize>)>,
}

fn search_id() -> Id {
    Id::unique("customer-search")
}

impl Customers {
    /// Goes to a customer's own page.
    pub fn go_to(&mut self, key: CustomerKey) {
        self.open = Some(key);
        self.tool = None;
        self.field = None;
        self.typing = None;
        self.as_of = as_of::Chosen::default();
        self.entry = None;
    }

    /// A person was erased: their page shows what is left.
    pub fn erased(&mut self) {
        self.tool = None;
        self.kept = None;
        self.kept_one = None;
    }

    /// Esc: closes what is open, from the top down.
    pub fn escape(&mut self) {
        if self.typing.take().is_none() && self.tool.take().is_none() && self.field.take().is_none() {
            self.open = None;
        }
    }

    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        match self.open {
            Some(key) => self.one(ui, rect, cx, key),
            None => self.list(ui, rect, cx),
        }
    }

    fn list(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        if cx.keys_free(ui) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Slash)) {
            ui.ctx().memory_mut(|memory| memory.request_focus(search_id()));
            ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(text) if text == "/")));
        }
        let mut looked = cx.data.look(&Query::Customers { search: self.search.trim().to_owned() });
        looked.page = looked.page.or_else(|| self.kept.clone());
        self.kept.clone_from(&looked.page);
        let Some(Page::Customers(page)) = looked.page.as_deref() else {
            let (_, body) = parts::head(ui, rect, "Customers");
            parts::instead(ui, body, &looked, cx);
            return;
        };
        let at = Arc::as_ptr(&page.rows) as usize;
        if self.order.as_ref().is_none_or(|(known, sort, _)| *known != at || *sort != self.sort) {
            self.order = Some((at, self.sort, model::order(&page.rows, self.sort)));
        }
        self.walk(ui, cx, page.rows.len());
        let order = self.order.take();
        let places: &[usize] = order.as_ref().map_or(&[], |(_, _, places)| places);
        if let Some(row) = list::page(ui, rect, cx, self, page, places) {
            self.go_to(row);
            self.kind = model::Kind::All;
            self.record = None;
        }
        self.order = order;
    }

    /// Arrows choose a row and Enter opens it, also while somebody types in the search.
    fn walk(&mut self, ui: &Ui, cx: &Cx<'_>, rows: usize) {
        let searching = ui.ctx().memory(|memory| memory.has_focus(search_id()));
        if cx.covered || (ui.ctx().text_edit_focused() && !searching) || rows == 0 {
            return;
        }
        let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowDown) {
            self.selected = Some(self.selected.map_or(0, |at| (at + 1).min(rows - 1)));
            self.follow = true;
        }
        if pressed(Key::ArrowUp) {
            self.selected = Some(self.selected.map_or(0, |at| at.saturating_sub(1)));
            self.follow = true;
        }
        let nothing_else = searching || ui.ctx().memory(egui::Memory::focused).is_none();
        if nothing_else
            && (searching || self.selected.is_some())
            && pressed(Key::Enter)
            && let Some(Page::Customers(page)) = self.kept.as_deref()
            && let Some((_, _, order)) = &self.order
        {
            self.open = order.get(self.selected.unwrap_or(0)).and_then(|at| page.rows.get(*at)).map(|row| row.key);
        }
    }

    fn one(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, key: CustomerKey) {
        if self.tool.is_none() && cx.keys_free(ui) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Backspace)) {
            self.open = None;
        }
        let mut looked = cx.data.look(&Query::Customer(key));
        if looked.page.is_none()
            && looked.error.is_none()
            && let Some((known, page)) = &self.kept_one
            && *known == key
        {
            looked.page = Some(page.clone());
        }
        if let Some(page) = &looked.page {
            self.kept_one = Some((key, page.clone()));
        }
        if let Some(Page::Customer(page)) = looked.page.as_deref() {
            tools::keys(ui, cx, self, page);
            let model = model::build(page, self.kind);
            one::page(ui, rect, cx, self, page, &model);
        } else {
            let (mut row, body) = parts::head(ui, rect, "Customers");
            if row.button_right(&crate::app::widgets::Button::new("All customers")).clicked() {
                self.open = None;
            }
            parts::instead(ui, body, &looked, cx);
        }
    }
}
