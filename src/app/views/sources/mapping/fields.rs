//! The table's fields, at the right: each with the column that gives it.

use egui::accesskit::Role;
use egui::{Rect, Sense, Ui, WidgetInfo, vec2};

use super::{Mapping, columns};
use crate::app::theme::kind::{DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw};
use crate::app::words;
use crate::engine::pages::{MappableField, MappingPage};

const ROW: f32 = 34.0;

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Mapping, page: &MappingPage) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, &format!("Fields of {}", page.table), true);
    let mapped = page.fields.iter().filter(|field| state.label_of(&field.name).is_some()).count() as u64;
    row.text(&format!("{} of {}", words::count(mapped), words::count(page.fields.len() as u64)), META, t.t3);
    let rows = area::Rows { count: page.fields.len(), height: ROW, show: None };
    let mut is_over = false;
    area::list(ui, body, "mapping-fields", rows, |ui, at, place| {
        if let Some(field) = page.fields.get(at) {
            is_over |= one(ui, place.intersect(body), state, page, field, at);
        }
    });
    // Let go beside the fields: nothing is put anywhere.
    if state.dragging && ui.input(|input| input.pointer.any_released()) && !is_over {
        state.dragging = false;
        state.picked = None;
    }
    parts::panel_edge(ui, rect);
}

/// True: what was dragged came down here.
fn one(ui: &Ui, place: Rect, state: &mut Mapping, page: &MappingPage, field: &MappableField, at: usize) -> bool {
    let t = tokens(ui);
    let label = state.label_of(&field.name).map(str::to_owned);
    let problem = page.problems.iter().find(|problem| problem.field == field.name);
    let is_under = ui.ctx().pointer_latest_pos().is_some_and(|at| place.contains(at));
    let released = state.dragging && is_under && ui.input(|input| input.pointer.any_released());
    let needed = if field.is_needed { ", needed" } else { "" };
    let given = label.as_ref().map_or_else(|| "no column".to_owned(), |label| format!("from {label}"));
    let spoken = format!("{}, {}{needed}, {given}", field.name, field.kind);
    let response = ui.interact(place, ui.scope_id().with(("mapping-field", &field.name)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, label.is_some(), &spoken));
    if state.picked.is_some() && (is_under || response.has_focus()) {
        draw::fill(ui, place, 0.0, t.acc.tint);
        draw::outline(ui, place, 0.0, t.accent, 2.0);
    } else if response.hovered() {
        draw::fill(ui, place, 0.0, t.hover);
    }
    if response.has_focus() {
        draw::outline(ui, place, 0.0, t.accent, 2.0);
    }
    draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, place.shrink2(vec2(12.0, 0.0)), ("mapping-field", at));
    if field.is_needed && label.is_none() {
        row.icon_fill(icon::ERROR, 14.0, t.error.text).gap(6.0);
    } else if problem.is_some() {
        row.icon_fill(icon::WARN, 14.0, t.warn.text).gap(6.0);
    } else {
        row.icon(kind_icon(&field.kind), 14.0, t.t3).gap(6.0);
    }
    match (&label, &field.suggested) {
        (Some(label), _) => {
            let name = format!("Take {label} off {}", field.name);
            let off = Button::new("").icon(icon::CLOSE).kind(ButtonKind::Ghost).words(false).name(&name).salt(at as u64);
            if row.button_right(&off).clicked() {
                state.free(&field.name);
            }
            row.gap_right(4.0);
            row.chip_right(None, label, t.acc);
            row.gap_right(8.0);
        }
        (None, Some(suggested)) if state.field_of(suggested).is_none() => {
            let words = format!("Take {suggested}");
            let name = format!("Put {suggested} on {}", field.name);
            let take = Button::new(&words).kind(ButtonKind::Link).name(&name).tooltip(&field.why).salt(at as u64);
            if row.button_right(&take).clicked() {
                state.put(suggested, &field.name);
            }
            row.gap_right(8.0);
        }
        _ => {}
    }
    row.text(&field.name, DENSE_M, if label.is_some() || field.is_needed { t.t1 } else { t.t2 });
    row.gap(8.0);
    row.text(&if field.is_needed { format!("{}, needed", field.kind) } else { field.kind.clone() }, META, t.t3);
    if (response.clicked() || released)
        && let Some(picked) = state.picked.clone()
    {
        let by_key = response.has_focus() && !released;
        state.put(&picked, &field.name);
        if by_key {
            state.focus = columns::next_free(state, page);
        }
    } else if response.clicked()
        && let Some(label) = label
    {
        // A field that has a column gives it to be put elsewhere.
        state.picked = Some(label);
    }
    if let Some(problem) = problem {
        response.on_hover_text(&problem.words);
    }
    released
}

fn kind_icon(kind: &str) -> char {
    match kind {
        "date" | "timestamp" => icon::CALENDAR,
        "integer" | "decimal" => icon::NUMBER,
        _ => icon::LETTERS,
    }
}
