//! Which dashboard, which filters, and what is open beside or over it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use egui::{Key, Modifiers, Rect, Ui};

use super::{paint, rows, views};
use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::engine::pages::{DashboardFilter, DashboardPage, narrowed_by};
use crate::engine::{DashboardDeed, Page, Query};

/// Rows that are listed; a file takes all of them.
pub const LISTED: usize = 2_000;

/// The rows behind a figure, over the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsOf {
    pub figure: String,
    /// The page's filter with what was pressed in it.
    pub filter: DashboardFilter,
    /// The bar that was pressed, by its keys; empty: all of the figure.
    pub part: Vec<String>,
    pub unsettled: bool,
    /// The row whose sources show.
    pub chosen: Option<usize>,
}

#[derive(Debug, Default)]
pub struct Dashboards {
    pub page: DashboardPage,
    pub filter: DashboardFilter,
    /// Tile or chart whose definition and table show.
    pub(super) open: Option<String>,
    pub(super) rows: Option<RowsOf>,
    /// Dates as they are typed.
    pub(super) typed_from: String,
    pub(super) typed_to: String,
    /// Series that the legend took out, by chart.
    pub(super) hidden: BTreeMap<String, BTreeSet<String>>,
    /// First and last place of the axis that shows, by chart.
    pub(super) zoom: BTreeMap<String, (f64, f64)>,
    pub(super) naming: Option<views::Naming>,
    /// Takes the last deed on a saved view back.
    pub(super) undo: Option<DashboardDeed>,
    kept: Option<(DashboardPage, Arc<Page>)>,
}

impl Dashboards {
    /// `karat screenshot dashboards:transactions`, `dashboards:executive/total_balance` for the rows of a figure.
    pub fn go_to(&mut self, name: &str) -> Result<(), String> {
        let (page, figure) = name.split_once('/').unwrap_or((name, ""));
        if !page.is_empty() {
            self.page = DashboardPage::from_name(page).ok_or_else(|| format!("There is no dashboard {page}."))?;
        }
        if !figure.is_empty() {
            self.show_rows(figure, self.filter.clone(), false);
        }
        Ok(())
    }

    /// Closes what lies on top; with nothing there, takes every filter off.
    pub fn clear(&mut self) {
        if self.naming.take().is_some() {
            return;
        }
        if let Some(rows) = &mut self.rows {
            if rows.chosen.take().is_none() {
                self.rows = None;
            }
            return;
        }
        if self.open.take().is_none() {
            self.clear_filters();
        }
    }

    pub(super) fn clear_filters(&mut self) {
        self.filter = DashboardFilter::default();
        self.typed_from.clear();
        self.typed_to.clear();
        self.zoom.clear();
    }

    /// Another page keeps the period, the branch and the currency; what was clicked belongs to the page that it was clicked on.
    pub(super) fn choose(&mut self, page: DashboardPage) {
        if page != self.page {
            self.filter.facets.clear();
        }
        self.page = page;
        self.open = None;
        self.rows = None;
        self.zoom.clear();
    }

    pub(super) fn show_rows(&mut self, figure: &str, filter: DashboardFilter, unsettled: bool) {
        self.rows = Some(RowsOf { figure: figure.to_owned(), filter, part: Vec::new(), unsettled, chosen: None });
    }

    /// The rows of one bar that no click filters by.
    pub(super) fn show_part(&mut self, figure: &str, part: Vec<String>) {
        let filter = self.filter.clone();
        self.rows = Some(RowsOf { figure: figure.to_owned(), filter, part, unsettled: false, chosen: None });
    }

    /// The rows of a list, with the sources of one of them.
    pub(super) fn show_row(&mut self, figure: &str, at: usize) {
        self.show_rows(figure, self.filter.clone(), false);
        if let Some(rows) = &mut self.rows {
            rows.chosen = Some(at);
        }
    }

    pub(super) fn is_chosen(&self, facet: &str, key: &str) -> bool {
        let chosen = if facet == "branch" { self.filter.branch.as_ref() } else { self.filter.facets.get(facet) };
        chosen.is_some_and(|chosen| chosen == key)
    }

    /// A click on a part: it filters the page, or does no longer.
    pub(super) fn toggle(&mut self, facet: &str, key: &str) {
        if self.is_chosen(facet, key) {
            self.take_off(facet);
        } else {
            self.filter = narrowed_by(&self.filter, facet, key);
        }
    }

    pub(super) fn take_off(&mut self, facet: &str) {
        if facet == "branch" {
            self.filter.branch = None;
        } else {
            self.filter.facets.remove(facet);
        }
    }

    /// The page's filter with one part more.
    pub(super) fn with(&self, facet: Option<&str>, key: Option<&str>) -> DashboardFilter {
        match facet.zip(key) {
            Some((facet, key)) => narrowed_by(&self.filter, facet, key),
            None => self.filter.clone(),
        }
    }

    /// The filter with the days of one place of a time axis.
    pub(super) fn within(&self, span: Option<&(String, String)>) -> DashboardFilter {
        let mut filter = self.filter.clone();
        if let Some((from, to)) = span {
            (filter.from, filter.to) = (Some(from.clone()), Some(to.clone()));
        }
        filter
    }

    pub(super) fn is_hidden(&self, chart: &str, series: &str) -> bool {
        self.hidden.get(chart).is_some_and(|hidden| hidden.contains(series))
    }

    /// A press in the legend: a series shows, or does no longer.
    pub(super) fn toggle_series(&mut self, chart: &str, series: &str) {
        let hidden = self.hidden.entry(chart.to_owned()).or_default();
        if !hidden.remove(series) {
            hidden.insert(series.to_owned());
        }
    }

    /// A deed on a saved view is done; `undo` takes it back.
    pub fn kept_view(&mut self, undo: &DashboardDeed) {
        self.naming = None;
        self.undo = Some(undo.clone());
    }

    /// What takes the last deed on a view back.
    pub fn take_undo(&mut self) -> Option<DashboardDeed> {
        self.undo.take()
    }

    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        if cx.keys_free(ui) && self.naming.is_none() {
            let at = DashboardPage::ALL.iter().position(|page| *page == self.page).unwrap_or(0);
            let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            if pressed(Key::OpenBracket) {
                self.choose(DashboardPage::ALL.get(at.wrapping_sub(1)).copied().unwrap_or(self.page));
            }
            if pressed(Key::CloseBracket) {
                self.choose(DashboardPage::ALL.get(at + 1).copied().unwrap_or(self.page));
            }
            if pressed(Key::R)
                && let Some(figure) = self.open.clone()
            {
                self.show_rows(&figure, self.filter.clone(), false);
            }
        }
        let mut looked = cx.data.look(&Query::Dashboard { page: self.page, filter: self.filter.clone() });
        if looked.page.is_none()
            && looked.error.is_none()
            && let Some((page, kept)) = &self.kept
            && *page == self.page
        {
            looked.page = Some(kept.clone());
        }
        if let Some(page) = &looked.page {
            self.kept = Some((self.page, page.clone()));
        }
        if let Some(Page::Dashboard(view)) = looked.page.as_deref() {
            if self.rows.is_some() {
                rows::page(ui, rect, cx, self, view);
            } else {
                paint::page(ui, rect, cx, self, view);
            }
        } else {
            let (_, body) = parts::head(ui, rect, "Dashboards");
            let body = paint::tab_bar(ui, body, self);
            parts::instead(ui, body, &looked, cx);
        }
        views::naming(ui, cx, self);
    }
}
