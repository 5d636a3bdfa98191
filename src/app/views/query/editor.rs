//! Where the statement is typed: coloured, with names of tables suggested.

use egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use egui::{Key, Modifiers, Rect, TextEdit, Ui, vec2};

use super::model::{self, Ink};
use super::{QueryPage, editor_id};
use crate::app::cx::Cx;
use crate::app::theme::kind::Face;
use crate::app::theme::tokens;
use crate::app::widgets::{area, draw};
use crate::engine::{DataQuery, Page, Query};

/// Names that what is typed may become.
#[derive(Debug, Default)]
pub struct Completion {
    pub names: Vec<String>,
    /// Esc: not this word.
    closed_for: Option<String>,
    word: String,
}

impl Completion {
    /// True where there was something to close.
    pub fn close(&mut self) -> bool {
        let was_open = !self.names.is_empty();
        self.names.clear();
        self.closed_for = was_open.then(|| self.word.clone());
        was_open
    }
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut QueryPage) {
    let t = tokens(ui);
    let focused = ui.ctx().memory(|memory| memory.has_focus(editor_id()));
    draw::boxed(ui, rect, 6.0, t.bg1, if focused { t.accent } else { t.edge }, if focused { 2.0 } else { 1.0 });
    if focused
        && let Some(name) = state.completion.names.first().cloned()
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Tab))
    {
        complete(ui, state, &name);
    }
    let mut layouter = |ui: &Ui, text: &dyn egui::TextBuffer, width: f32| {
        let mut job = coloured(ui, text.as_str());
        job.wrap.max_width = width;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let inner = rect.shrink2(vec2(10.0, 8.0));
    let mut place = area::child(ui, inner, "query-text");
    egui::ScrollArea::vertical().id_salt("query-scroll").auto_shrink(false).show(&mut place, |ui| {
        let edit = TextEdit::multiline(&mut state.text)
            .id(editor_id())
            .frame(egui::Frame::NONE)
            .margin(egui::Margin::ZERO)
            .desired_width(inner.width())
            .desired_rows(6)
            .lock_focus(true)
            .layouter(&mut layouter);
        let response = ui.add(edit);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::MultilineTextInput, true, "Statement"));
    });
    suggest(ui, cx, state, focused);
}

fn coloured(ui: &Ui, sql: &str) -> LayoutJob {
    let t = tokens(ui);
    let mut job = LayoutJob::default();
    for (ink, text) in model::pieces(sql) {
        let color = match ink {
            Ink::Plain => t.t1,
            Ink::Keyword => t.acc.text,
            Ink::Text => t.ok.text,
            Ink::Number => t.diff.text,
            Ink::Comment => t.t3,
        };
        job.append(text, 0.0, TextFormat { font_id: Face::Mono.at(13.0), color, line_height: Some(19.0), ..TextFormat::default() });
    }
    job
}

fn cursor(ui: &Ui) -> Option<usize> {
    let state = egui::text_edit::TextEditState::load(ui.ctx(), editor_id())?;
    state.cursor.char_range().map(|range| range.primary.index.into())
}

fn suggest(ui: &Ui, cx: &mut Cx<'_>, state: &mut QueryPage, focused: bool) {
    let word = cursor(ui).filter(|_| focused).map(|at| model::word_before(&state.text, at)).unwrap_or_default();
    if word == state.completion.word {
        return;
    }
    state.completion.word.clone_from(&word);
    if state.completion.closed_for.as_ref() == Some(&word) {
        return;
    }
    state.completion.closed_for = None;
    let tables = cx.data.look(&Query::Data(DataQuery::Tables));
    state.completion.names = match tables.page.as_deref() {
        Some(Page::QualityTables(page)) => model::suggestions(&word, page.tables.iter().map(|table| table.table.as_str())),
        _ => Vec::new(),
    };
}

/// Puts the name in the place of the word before the cursor.
pub fn complete(ui: &Ui, state: &mut QueryPage, name: &str) {
    let Some(at) = cursor(ui) else { return };
    let length = state.completion.word.chars().count();
    let begin = at.saturating_sub(length);
    let before: String = state.text.chars().take(begin).collect();
    let after: String = state.text.chars().skip(at).collect();
    state.text = format!("{before}{name}{after}");
    state.completion = Completion::default();
    if let Some(mut edit) = egui::text_edit::TextEditState::load(ui.ctx(), editor_id()) {
        let place = CCursor::new(begin + name.chars().count());
        edit.cursor.set_char_range(Some(CCursorRange::one(place)));
        edit.store(ui.ctx(), editor_id());
    }
    ui.ctx().memory_mut(|memory| memory.request_focus(editor_id()));
}
