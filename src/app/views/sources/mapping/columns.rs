//! The file's columns, at the left: press one, or drag it, to put it on a field.

use egui::accesskit::Role;
use egui::{CursorIcon, Id, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use super::Mapping;
use crate::app::theme::kind::{DENSE_M, META, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Row, area, draw};
use crate::app::words;
use crate::engine::pages::{FileColumn, MappingPage};

const ROW: f32 = 44.0;

fn id_of(label: &str) -> Id {
    Id::unique(("mapping-column", label))
}

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Mapping, page: &MappingPage) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, "Columns of the file", true);
    row.text(&words::count(page.columns.len() as u64), META, t.t3);
    row.text_right("Press or drag one to its field", META, t.t3);
    let rows = area::Rows { count: page.columns.len(), height: ROW, show: None };
    area::list(ui, body, "mapping-columns", rows, |ui, at, place| {
        if let Some(column) = page.columns.get(at) {
            one(ui, place, state, column, at);
        }
    });
    parts::panel_edge(ui, rect);
    hang(ui, state);
}

fn one(ui: &Ui, place: Rect, state: &mut Mapping, column: &FileColumn, at: usize) {
    let t = tokens(ui);
    let field = state.field_of(&column.label).map(str::to_owned);
    let is_picked = state.picked.as_deref() == Some(&column.label);
    let samples = column.samples.join(" \u{b7} ");
    let mapped = field.as_ref().map_or_else(|| "not mapped".to_owned(), |field| format!("mapped to {field}"));
    let spoken = format!("{}, {mapped}, for example {}", column.label, column.samples.join(", "));
    let response = ui.interact(place, id_of(&column.label), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_picked, &spoken));
    if is_picked {
        draw::fill(ui, place, 0.0, t.acc.tint);
        draw::fill(ui, place.with_max_x(place.left() + 3.0), 0.0, t.accent);
    } else if response.hovered() {
        draw::fill(ui, place, 0.0, t.hover);
    }
    if response.has_focus() {
        draw::outline(ui, place, 0.0, t.accent, 2.0);
    }
    draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
    if response.drag_started() {
        state.picked = Some(column.label.clone());
        state.dragging = true;
    } else if response.clicked() {
        state.picked = if is_picked { None } else { Some(column.label.clone()) };
    }
    let mut row = Row::new(ui, Rect::from_min_size(place.min + vec2(12.0, 5.0), vec2(place.width() - 24.0, 18.0)), ("mapping-column", at));
    if let Some(field) = &field {
        row.chip_right(Some(icon::ARROW), field, t.acc);
        row.gap_right(8.0);
    }
    row.text(if column.label.trim().is_empty() { "(no name)" } else { &column.label }, DENSE_M, t.t1);
    row.gap(8.0);
    row.text(&column.kind, META, t.t3);
    let lower = Rect::from_min_size(place.min + vec2(12.0, 24.0), vec2(place.width() - 24.0, 14.0));
    let (_, cut) = draw::text_in(ui, lower, if samples.is_empty() { "empty" } else { &samples }, MONO_S, t.t3);
    let response = response.on_hover_cursor(CursorIcon::Grab);
    if cut {
        response.on_hover_text(&samples);
    }
}

/// The column that hangs on the pointer.
fn hang(ui: &Ui, state: &mut Mapping) {
    if !state.dragging {
        return;
    }
    let Some(label) = state.picked.clone() else { return };
    let t = tokens(ui);
    ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    if let Some(at) = ui.ctx().pointer_latest_pos() {
        let painter = ui.ctx().layer_painter(egui::LayerId::new(egui::Order::Tooltip, Id::unique("mapping-hangs")));
        let galley = painter.layout_no_wrap(label, DENSE_M.font(), t.on_accent);
        let rect = Rect::from_min_size(pos2(at.x + 10.0, at.y + 6.0), galley.size() + vec2(16.0, 8.0));
        painter.rect_filled(rect, 4.0, t.accent);
        painter.galley(rect.min + vec2(8.0, 4.0), galley, t.on_accent);
    }
    ui.ctx().request_repaint();
}

/// The first column that is on no field, for the keyboard to go on with.
pub fn next_free(state: &Mapping, page: &MappingPage) -> Option<Id> {
    page.columns.iter().find(|column| state.field_of(&column.label).is_none()).map(|column| id_of(&column.label))
}
