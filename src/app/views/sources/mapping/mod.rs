//! The mapping window: a file's columns onto a table's fields. Flow: MappingPage -> Mapping (draft, what is picked up) -> columns, fields, preview (paint).

mod columns;
mod fields;
mod paint;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Key, Modifiers, Rect, Ui};

use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::engine::pages::MappingPage;
use crate::engine::{Command, MappingAsk, Page, Query, SourceDeed, SourceMapping};

/// A file that is being mapped.
#[derive(Debug)]
pub struct Mapping {
    pub file: PathBuf,
    /// Another table than the one that fits best, whose suggestions are asked for.
    table: Option<String>,
    /// None until the first page came.
    draft: Option<SourceMapping>,
    /// Drafts before, newest last.
    before: Vec<SourceMapping>,
    /// The column that was taken up and is to be put on a field.
    picked: Option<String>,
    /// It hangs on the pointer.
    dragging: bool,
    /// Where the keyboard goes next.
    focus: Option<egui::Id>,
    kept: Option<Arc<Page>>,
}

impl Mapping {
    pub fn of(file: &Path) -> Self {
        Self { file: file.to_owned(), table: None, draft: None, before: Vec::new(), picked: None, dragging: false, focus: None, kept: None }
    }

    fn ask(&self) -> Query {
        Query::Mapping(Box::new(MappingAsk { file: self.file.clone(), table: self.table.clone(), draft: self.draft.clone() }))
    }

    /// Draws the window; true: it is closed.
    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) -> bool {
        let mut looked = cx.data.look(&self.ask());
        let is_fresh = looked.page.is_some();
        looked.page = looked.page.or_else(|| self.kept.clone());
        self.kept.clone_from(&looked.page);
        let Some(Page::Mapping(page)) = looked.page.as_deref() else {
            let (mut row, body) = parts::head(ui, rect, "Map columns");
            let closed = row.button_right(&paint::cancel()).clicked();
            parts::instead(ui, body, &looked, cx);
            return closed;
        };
        if self.draft.is_none() && is_fresh {
            self.draft = Some(page.draft.clone());
        }
        if cx.keys_free(ui) && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter)) {
            self.save(cx, page);
        }
        paint::window(ui, rect, cx, self, page)
    }

    /// The field that a column is put on, as the draft has it now.
    fn field_of(&self, label: &str) -> Option<&str> {
        self.draft.as_ref()?.columns.get(label).map(String::as_str)
    }

    fn label_of(&self, field: &str) -> Option<&str> {
        self.draft.as_ref()?.columns.iter().find(|(_, known)| *known == field).map(|(label, _)| label.as_str())
    }

    fn change(&mut self, change: impl FnOnce(&mut SourceMapping)) {
        let Some(draft) = &mut self.draft else { return };
        let before = draft.clone();
        change(draft);
        if *draft != before {
            self.before.push(before);
        }
    }

    /// Puts a column on a field; what was there, and where it was, is free again.
    fn put(&mut self, label: &str, field: &str) {
        self.change(|draft| {
            draft.columns.retain(|_, known| known != field);
            draft.columns.insert(label.to_owned(), field.to_owned());
        });
        self.picked = None;
        self.dragging = false;
    }

    fn free(&mut self, field: &str) {
        self.change(|draft| draft.columns.retain(|_, known| known != field));
    }

    /// What labels and values speak for, instead of what was put by hand.
    fn take_suggested(&mut self, page: &MappingPage) {
        self.change(|draft| {
            let suggested = page.fields.iter().filter_map(|field| Some((field.suggested.clone()?, field.name.clone())));
            draft.columns = suggested.collect();
        });
    }

    fn clear(&mut self) {
        self.change(|draft| draft.columns.clear());
    }

    /// Another table: its own suggestions are the draft.
    fn choose_table(&mut self, table: &str) {
        self.table = Some(table.to_owned());
        self.draft = None;
        self.before.clear();
        self.picked = None;
    }

    /// Takes the last change of the draft back; false where there is none.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.before.pop() else { return false };
        self.draft = Some(before);
        true
    }

    /// Esc: what was taken up is put down; true: there was nothing, and the window closes.
    pub fn escape(&mut self) -> bool {
        self.dragging = false;
        self.picked.take().is_none()
    }

    /// The page is about this very draft, and nothing stands in its way.
    fn may_save(&self, page: &MappingPage) -> bool {
        self.draft.as_ref().is_some_and(|draft| !draft.columns.is_empty() && *draft == page.draft) && page.is_ready()
    }

    fn save(&self, cx: &mut Cx<'_>, page: &MappingPage) {
        let Some(draft) = self.draft.clone().filter(|_| self.may_save(page)) else { return };
        let replaces = page.in_force.clone().map(Box::new);
        cx.send(Command::Source(SourceDeed::Map { file: self.file.clone(), mapping: Box::new(draft), load: true, replaces }));
    }
}
