//! Quality: tables with scores, what their columns hold, findings, tests, rows behind each. Flow: DataQuery -> model -> paint (columns, rows, side).

mod columns;
pub mod model;
mod paint;
mod rows;
mod side;

use std::sync::Arc;

use egui::{Id, Key, Modifiers, Rect, Ui};

use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::engine::data_deed::Filter;
use crate::engine::{DataQuery, Page, Query};

/// What the middle shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    Columns,
    Rows,
    Suggested,
    Drift,
}

/// What is chosen on the page.
#[derive(Debug, Default)]
pub struct Quality {
    pub table: Option<String>,
    pub find: String,
    pub tab: Tab,
    pub column: Option<String>,
    pub filters: Vec<Filter>,
    /// Columns whose values are listed beside the rows.
    pub facets: Vec<String>,
    /// The test whose failing rows are open.
    pub test: Option<String>,
    /// The row whose sources show at the side.
    pub row: Option<usize>,
    tables_kept: Option<Arc<Page>>,
    kept: Option<(String, Arc<Page>)>,
    rows_kept: Option<Arc<Page>>,
}

/// Rows that are read for the table of rows.
pub const LISTED: usize = 1_000;

pub(super) fn find_id() -> Id {
    Id::unique("quality-find")
}

impl Quality {
    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        let mut looked = cx.data.look(&Query::Data(DataQuery::Tables));
        looked.page = looked.page.or_else(|| self.tables_kept.clone());
        self.tables_kept.clone_from(&looked.page);
        let Some(Page::QualityTables(tables)) = looked.page.as_deref() else {
            let (_, body) = parts::head(ui, rect, "Quality");
            parts::instead(ui, body, &looked, cx);
            return;
        };
        if self.table.as_ref().is_none_or(|table| !tables.tables.iter().any(|known| known.table == *table)) {
            let first = tables.tables.iter().find(|known| known.table == "silver.customer_record").or_else(|| tables.tables.first());
            self.table = first.map(|known| known.table.clone());
        }
        if cx.keys_free(ui) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Slash)) {
            ui.ctx().memory_mut(|memory| memory.request_focus(find_id()));
            ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
        }
        let groups = model::groups(tables, &self.find);
        paint::page(ui, rect, cx, self, &groups);
    }

    pub fn choose(&mut self, table: &str) {
        if self.table.as_deref() != Some(table) {
            *self = Self {
                table: Some(table.to_owned()),
                find: std::mem::take(&mut self.find),
                tables_kept: self.tables_kept.take(),
                ..Self::default()
            };
        }
    }

    /// Shows the rows that failed a test of a table.
    pub fn open_test(&mut self, table: &str, test: String) {
        self.choose(table);
        self.test = Some(test);
        self.tab = Tab::Rows;
    }

    /// Esc: what was opened last closes first.
    pub fn escape(&mut self) {
        if self.row.take().is_some() {
            return;
        }
        if self.test.take().is_some() {
            return;
        }
        if self.filters.pop().is_none() {
            self.tab = Tab::Columns;
        }
    }

    pub fn leave_field(&mut self) {
        self.find.clear();
    }

    /// The page of the chosen table, or the one before of the same table.
    fn look(&mut self, cx: &mut Cx<'_>, table: &str) -> crate::app::data::Looked {
        let mut looked = cx.data.look(&Query::Data(DataQuery::Table { table: table.to_owned() }));
        let before = self.kept.as_ref().filter(|(known, _)| known == table).map(|(_, page)| Arc::clone(page));
        looked.page = looked.page.or(before);
        self.kept = looked.page.clone().map(|page| (table.to_owned(), page));
        looked
    }

    /// Turns a value of a facet on or off.
    pub fn toggle(&mut self, column: &str, value: &str) {
        let at = self.filters.iter().position(|filter| matches!(filter, Filter::Is { column: known, .. } if known == column));
        match at.and_then(|at| self.filters.get_mut(at)) {
            Some(Filter::Is { values, .. }) => {
                match values.iter().position(|known| known == value) {
                    Some(known) => drop(values.remove(known)),
                    None => values.push(value.to_owned()),
                }
                self.filters.retain(|filter| !matches!(filter, Filter::Is { values, .. } if values.is_empty()));
            }
            _ => self.filters.push(Filter::Is { column: column.to_owned(), values: vec![value.to_owned()] }),
        }
    }

    /// One filter for a column, in the place of what was there.
    pub fn only(&mut self, filter: Filter) {
        self.filters.retain(|known| known.column() != filter.column());
        self.filters.push(filter);
        self.tab = Tab::Rows;
        self.test = None;
        self.row = None;
    }
}
