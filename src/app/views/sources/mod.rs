//! Sources: systems, files, quarantine, flagged exports. Flow: SourcesPage -> model -> paint (files, lists); mapping and quarantine are windows of their own.

mod files;
mod lists;
mod mapping;
pub mod model;
mod paint;
mod quarantine;
mod watched;

use std::path::{Path, PathBuf};

use egui::{Rect, Ui};

use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::engine::{Page, Query};
use mapping::Mapping;
use quarantine::Quarantine;

/// What lies over the files.
#[derive(Debug)]
enum Over {
    Mapping(Box<Mapping>),
    Quarantine(Box<Quarantine>),
}

/// What the large panel lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    Files,
    Mappings,
}

/// What is chosen on the page.
#[derive(Debug, Default)]
pub struct Sources {
    pub system: Option<String>,
    /// Batch of the chosen file.
    pub file: Option<i64>,
    pub quarantine: Option<usize>,
    pub sort: crate::app::widgets::table::Sort,
    pub tab: Tab,
    over: Option<Over>,
    /// The page before, while the next one is on its way.
    kept: Option<std::sync::Arc<Page>>,
}

impl Sources {
    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        let closed = match &mut self.over {
            Some(Over::Mapping(mapping)) => mapping.ui(ui, rect, cx),
            Some(Over::Quarantine(quarantine)) => quarantine.ui(ui, rect, cx),
            None => {
                self.files(ui, rect, cx);
                return;
            }
        };
        if closed {
            self.over = None;
            ui.ctx().request_repaint();
        }
    }

    fn files(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
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

    /// `map:FILE` or `quarantine`, as `karat screenshot` names them.
    pub fn go_to(&mut self, detail: &str) -> Result<(), String> {
        match detail.split_once(':').unwrap_or((detail, "")) {
            ("map", file) if !file.is_empty() => self.map(Path::new(file)),
            ("quarantine", _) => self.open_quarantine(None),
            ("mappings", _) => self.tab = Tab::Mappings,
            _ => return Err(format!("Sources has no part {detail}: map:FILE, mappings, quarantine.")),
        }
        Ok(())
    }

    /// Opens the mapping window for a file.
    pub fn map(&mut self, file: &Path) {
        self.over = Some(Over::Mapping(Box::new(Mapping::of(file))));
    }

    fn open_quarantine(&mut self, chosen: Option<i64>) {
        self.over = Some(Over::Quarantine(Box::new(Quarantine::of(self.system.as_deref(), chosen))));
    }

    /// The file of the mapping window, while it is open.
    pub fn mapped_file(&self) -> Option<PathBuf> {
        match &self.over {
            Some(Over::Mapping(mapping)) => Some(mapping.file.clone()),
            _ => None,
        }
    }

    /// A mapping was kept: its window closes.
    pub fn mapped(&mut self) {
        if self.mapped_file().is_some() {
            self.over = None;
        }
    }

    /// Ctrl+Z in the mapping window takes back a change of the draft; true: that is what was meant.
    pub fn undo_draft(&mut self) -> bool {
        match &mut self.over {
            Some(Over::Mapping(mapping)) => mapping.undo(),
            _ => false,
        }
    }

    /// Esc: what was opened last closes first.
    pub fn escape(&mut self) {
        let closed = match &mut self.over {
            Some(Over::Mapping(mapping)) => mapping.escape(),
            Some(Over::Quarantine(quarantine)) => quarantine.escape(),
            None => {
                self.file = None;
                self.quarantine = None;
                false
            }
        };
        if closed {
            self.over = None;
        }
    }

    pub fn leave_field(&mut self) {
        if let Some(Over::Quarantine(quarantine)) = &mut self.over {
            quarantine.leave_field();
        }
    }
}
