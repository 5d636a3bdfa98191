//! Sources: systems, files, quarantine, flagged exports. Flow: SourcesPage -> model -> paint.

pub mod model;
mod paint;
mod watched;

use egui::{Rect, Ui};

use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::engine::{Page, Query};

/// What is chosen on the page.
#[derive(Debug, Default)]
pub struct Sources {
    pub system: Option<String>,
    /// Batch of the chosen file.
    pub file: Option<i64>,
    pub quarantine: Option<usize>,
    pub sort: crate::app::widgets::table::Sort,
    /// The page before, while the next one is on its way.
    kept: Option<std::sync::Arc<Page>>,
}

impl Sources {
    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        let mut looked = cx.data.look(&Query::Sources { system: self.system.clone() });
        looked.page = looked.page.or_else(|| self.kept.clone());
        self.kept.clone_from(&looked.page);
        if let Some(Page::Sources(page)) = looked.page.as_deref() {
            let model = model::build(page, self.system.as_deref(), self.sort);
            paint::page(ui, rect, cx, self, &model);
        } else {
            let (_, body) = parts::head(ui, rect, "Sources");
            parts::instead(ui, body, &looked, cx);
        }
    }
}
