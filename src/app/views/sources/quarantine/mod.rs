//! Rows that were kept aside: found by file and reason, mended in place, read again. Flow: QuarantinePage -> Quarantine (filter, chosen row, its text) -> paint.

mod desk;
mod paint;

use std::sync::Arc;

use egui::{Key, Modifiers, Rect, Ui};

use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::engine::pages::{QuarantinePage, QuarantineRow};
use crate::engine::{Command, Page, QuarantineDeed, QuarantineFilter, Query};

/// What is chosen and typed.
#[derive(Debug, Default)]
pub struct Quarantine {
    pub filter: QuarantineFilter,
    /// The row on the desk.
    pub chosen: Option<i64>,
    /// Its text as it is being mended, and whose it is.
    text: Option<(i64, String)>,
    kept: Option<Arc<Page>>,
}

impl Quarantine {
    pub fn of(system: Option<&str>, chosen: Option<i64>) -> Self {
        let filter = QuarantineFilter { system: system.map(str::to_owned), ..QuarantineFilter::default() };
        Self { filter, chosen, ..Self::default() }
    }

    /// Draws the page; true: it is closed.
    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) -> bool {
        let mut looked = cx.data.look(&Query::Quarantine(self.filter.clone()));
        looked.page = looked.page.or_else(|| self.kept.clone());
        self.kept.clone_from(&looked.page);
        let Some(Page::Quarantine(page)) = looked.page.as_deref() else {
            let (mut row, body) = parts::head(ui, rect, "Quarantine");
            let closed = row.button_right(&paint::back()).clicked();
            parts::instead(ui, body, &looked, cx);
            return closed;
        };
        let at = page.rows.iter().position(|row| Some(row.id) == self.chosen).or(if page.rows.is_empty() { None } else { Some(0) });
        self.chosen = at.and_then(|at| page.rows.get(at)).map(|row| row.id);
        if let Some(at) = at {
            self.keys(ui, cx, page, at);
        }
        paint::page(ui, rect, cx, self, page)
    }

    fn keys(&mut self, ui: &Ui, cx: &mut Cx<'_>, page: &QuarantinePage, at: usize) {
        let pressed = |modifiers: Modifiers, key: Key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if cx.covered {
            return;
        }
        if pressed(Modifiers::COMMAND, Key::Enter)
            && let Some(row) = page.rows.get(at)
        {
            self.read_again(cx, row);
        }
        if cx.keys_free(ui) {
            let step = if pressed(Modifiers::NONE, Key::J) {
                Some(at + 1)
            } else if pressed(Modifiers::NONE, Key::K) {
                at.checked_sub(1)
            } else {
                None
            };
            if let Some(row) = step.and_then(|at| page.rows.get(at)) {
                self.chosen = Some(row.id);
            }
            if pressed(Modifiers::NONE, Key::E) {
                ui.ctx().memory_mut(|memory| memory.request_focus(desk::edit_id()));
                ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
            }
        }
    }

    /// The text that is being mended: what was typed, or what the row has.
    fn text_of(&mut self, row: &QuarantineRow) -> &mut String {
        if self.text.as_ref().is_none_or(|(id, _)| *id != row.id) {
            self.text = Some((row.id, row.mended.clone().unwrap_or_else(|| row.raw_text.clone())));
        }
        &mut self.text.get_or_insert_default().1
    }

    /// What was typed, where it is another text than the row has now.
    fn typed(&self, row: &QuarantineRow) -> Option<&str> {
        let (_, text) = self.text.as_ref().filter(|(id, _)| *id == row.id)?;
        (text != row.mended.as_ref().unwrap_or(&row.raw_text)).then_some(text.as_str())
    }

    fn mend(&self, cx: &mut Cx<'_>, row: &QuarantineRow) {
        if let Some(text) = self.typed(row) {
            cx.send(Command::Quarantine(QuarantineDeed::Mend { id: row.id, text: text.to_owned() }));
        }
    }

    fn read_again(&self, cx: &mut Cx<'_>, row: &QuarantineRow) {
        if !row.can_replay {
            return;
        }
        cx.send(Command::Quarantine(match self.typed(row) {
            Some(text) => QuarantineDeed::MendAndReplay { id: row.id, text: text.to_owned() },
            None => QuarantineDeed::Replay { ids: vec![row.id] },
        }));
    }

    /// Esc: filters off, then back; true: closed.
    pub fn escape(&mut self) -> bool {
        let is_filtered = !self.filter.files.is_empty() || !self.filter.reasons.is_empty();
        self.filter.files.clear();
        self.filter.reasons.clear();
        !is_filtered
    }

    /// Esc in the text: what was typed goes.
    pub fn leave_field(&mut self) {
        self.text = None;
    }
}

/// Turns a value of a facet on or off.
fn toggle(values: &mut Vec<String>, value: &str) {
    match values.iter().position(|known| known == value) {
        Some(at) => drop(values.remove(at)),
        None => values.push(value.to_owned()),
    }
}
