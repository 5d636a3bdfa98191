//! Catalogue: every table with its columns, lineage and tests. Flow: DataQuery::Catalogue -> model -> paint (list, columns, tests, side), graph.

mod graph;
pub mod model;
mod paint;

use std::sync::Arc;

use egui::{Id, Key, Modifiers, Rect, Ui};

use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::app::widgets::tabs;
use crate::engine::pages::{CataloguePage, Kin};
use crate::engine::{DataQuery, Page, Query};

/// What the middle shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    Columns,
    Lineage,
    Tests,
}

/// What is chosen on the page.
#[derive(Debug)]
pub struct Catalogue {
    pub table: Option<String>,
    pub column: Option<String>,
    pub find: String,
    pub tab: Tab,
    /// Steps that the graph goes each way while no column is chosen.
    pub steps: usize,
    /// The graph shows another thing than before: it scrolls to its middle.
    moved: bool,
    kept: Option<Arc<Page>>,
    drawn: Option<(Drawn, Arc<Kin>)>,
}

/// What a kept graph was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Drawn {
    table: String,
    column: Option<String>,
    steps: usize,
}

impl Default for Catalogue {
    fn default() -> Self {
        Self { table: None, column: None, find: String::new(), tab: Tab::Columns, steps: 1, moved: true, kept: None, drawn: None }
    }
}

pub(super) fn find_id() -> Id {
    Id::unique("catalogue-find")
}

impl Catalogue {
    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        let mut looked = cx.data.look(&Query::Data(DataQuery::Catalogue));
        looked.page = looked.page.or_else(|| self.kept.clone());
        let is_same = matches!((&looked.page, &self.kept), (Some(now), Some(before)) if Arc::ptr_eq(now, before));
        if !is_same {
            self.drawn = None;
        }
        self.kept.clone_from(&looked.page);
        let Some(Page::Catalogue(page)) = looked.page.as_deref() else {
            let (_, body) = parts::head(ui, rect, "Catalogue");
            parts::instead(ui, body, &looked, cx);
            return;
        };
        if self.table.as_ref().is_none_or(|table| page.table(table).is_none()) {
            let first = page.table("gold.customer_360").or_else(|| page.tables.first());
            self.table = first.map(|table| table.table.clone());
            self.column = None;
        }
        if cx.keys_free(ui) {
            self.keys(ui);
        }
        paint::page(ui, rect, self, page);
    }

    fn keys(&mut self, ui: &Ui) {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::Slash) {
            ui.ctx().memory_mut(|memory| memory.request_focus(find_id()));
            ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
        }
        const TABS: [Tab; 3] = [Tab::Columns, Tab::Lineage, Tab::Tests];
        self.tab = tabs::stepped(ui, &TABS, self.tab);
    }

    /// A table, and a column of it where one is meant.
    pub fn choose(&mut self, table: &str, column: Option<&str>) {
        self.table = Some(table.to_owned());
        self.column = column.map(str::to_owned);
        self.moved = true;
    }

    /// `silver.dim_account`, `lineage`, `lineage:gold.customer_360.email`: what `karat screenshot catalogue:…` shows.
    pub fn go_to(&mut self, detail: &str) {
        let (tab, name) = match detail.split_once(':').unwrap_or((detail, "")) {
            ("lineage", name) => (Tab::Lineage, name),
            ("tests", name) => (Tab::Tests, name),
            (name, _) => (Tab::Columns, name),
        };
        self.tab = tab;
        match name.match_indices('.').nth(1) {
            Some((at, _)) => self.choose(&name[..at], Some(&name[at + 1..])),
            None if !name.is_empty() => self.choose(name, None),
            None => {}
        }
    }

    /// Esc: the column first, then the tab.
    pub fn escape(&mut self) {
        if self.column.take().is_some() {
            self.moved = true;
        } else {
            self.tab = Tab::Columns;
        }
    }

    pub fn leave_field(&mut self) {
        self.find.clear();
    }

    /// What the graph shows now.
    fn kin(&mut self, page: &CataloguePage, table: &str) -> Arc<Kin> {
        let wanted = Drawn { table: table.to_owned(), column: self.column.clone(), steps: self.steps };
        if let Some((drawn, kin)) = &self.drawn
            && *drawn == wanted
        {
            return Arc::clone(kin);
        }
        let kin = Arc::new(match &wanted.column {
            Some(column) => page.path(table, column),
            None => page.kin(table, self.steps),
        });
        self.drawn = Some((wanted, Arc::clone(&kin)));
        kin
    }
}
