//! Which dashboard, which filters, and what is open beside it.

use std::sync::Arc;

use egui::{Key, Modifiers, Rect, Ui};

use super::paint;
use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::engine::pages::{DashboardFilter, DashboardPage};
use crate::engine::{Page, Query};

#[derive(Debug, Default)]
pub struct Dashboards {
    pub page: DashboardPage,
    pub filter: DashboardFilter,
    /// Tile or chart whose definition and table show.
    pub(super) open: Option<String>,
    /// Dates as they are typed.
    pub(super) typed_from: String,
    pub(super) typed_to: String,
    kept: Option<(DashboardPage, Arc<Page>)>,
}

impl Dashboards {
    /// `karat screenshot dashboards:transactions`
    pub fn go_to(&mut self, name: &str) -> Result<(), String> {
        if name.is_empty() {
            return Ok(());
        }
        let wanted = name.to_lowercase();
        let found = DashboardPage::ALL.into_iter().find(|page| page.title().to_lowercase().starts_with(&wanted));
        self.page = found.ok_or_else(|| format!("There is no dashboard {name}."))?;
        Ok(())
    }

    /// No filter, nothing open.
    pub fn clear(&mut self) {
        if self.open.take().is_none() {
            self.filter = DashboardFilter::default();
            self.typed_from.clear();
            self.typed_to.clear();
        }
    }

    pub(super) fn choose(&mut self, page: DashboardPage) {
        self.page = page;
        self.open = None;
    }

    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        if cx.keys_free(ui) {
            let at = DashboardPage::ALL.iter().position(|page| *page == self.page).unwrap_or(0);
            let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            if pressed(Key::OpenBracket) {
                self.choose(DashboardPage::ALL.get(at.wrapping_sub(1)).copied().unwrap_or(self.page));
            }
            if pressed(Key::CloseBracket) {
                self.choose(DashboardPage::ALL.get(at + 1).copied().unwrap_or(self.page));
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
            paint::page(ui, rect, cx, self, view);
        } else {
            let (_, body) = parts::head(ui, rect, "Dashboards");
            let body = paint::tab_bar(ui, body, self);
            parts::instead(ui, body, &looked, cx);
        }
    }
}
