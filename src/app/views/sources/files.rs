//! Files that came, and what can be done about the chosen one; the mappings beside them.

use std::path::Path;

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::model::{File, Model, Mood};
use super::paint::mood;
use super::{Sources, Tab, lists};
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Cell, Column, Table};
use crate::app::widgets::tabs::Tab as TabWidget;
use crate::app::widgets::{Button, ButtonKind, Row, draw, empty, tabs};
use crate::app::words;

pub fn chosen<'m>(state: &Sources, model: &'m Model) -> Option<&'m File> {
    model.files.iter().find(|file| Some(file.batch) == state.file)
}

const FILES: [Column<'static>; 9] = [
    Column::flex("File", 2.2, 150.0).sorts(),
    Column::flex("Holds", 1.4, 96.0).sorts(),
    Column::fixed("Size", 76.0).right().sorts(),
    Column::fixed("Rows", 72.0).right().sorts(),
    Column::fixed("Rejected", 84.0).right().sorts(),
    Column::fixed("Took", 64.0).right().sorts(),
    Column::flex("Status", 4.2, 220.0).sorts(),
    Column::fixed("Arrived", 106.0).sorts(),
    Column::fixed("Batch", 72.0),
];

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Sources, model: &Model) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 36.0));
    draw::hline(ui, rect.left() + 1.0, rect.right() - 1.0, head.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, head.shrink2(vec2(12.0, 0.0)), "files-head");
    row.heading(&model.chosen, DENSE_B);
    row.gap(8.0);
    let labels = [
        TabWidget::new("Files").count(words::count(model.files.len() as u64)),
        TabWidget::new("Mappings").count(words::count(model.mappings.len() as u64)),
    ];
    let on = usize::from(state.tab == Tab::Mappings);
    let (chosen_tab, end) = tabs::tabs(ui, Rect::from_min_max(pos2(row.left, head.top() + 1.0), head.max), "files-tabs", &labels, on, 9.0);
    row.left = end;
    if let Some(at) = chosen_tab {
        state.tab = if at == 1 { Tab::Mappings } else { Tab::Files };
    }
    row.chip_right(None, "bronze", t.bronze);
    row.gap_right(8.0);
    row.text_right(&model.tables, META, t.t3);
    if state.system.is_some() {
        row.gap_right(12.0);
        if row.button_right(&Button::new("Show all systems").kind(ButtonKind::Link)).clicked() {
            state.system = None;
            state.file = None;
        }
    }
    let mut body = Rect::from_min_max(pos2(rect.left() + 1.0, head.bottom()), rect.max - vec2(1.0, 1.0));
    if state.tab == Tab::Mappings {
        lists::mappings(ui, body, cx, state, model);
        parts::panel_edge(ui, rect);
        return;
    }
    if let Some(file) = chosen(state, model) {
        let strip = body.with_min_y(body.bottom() - 55.0);
        body.max.y = strip.top();
        if explain(ui, strip, cx, file) {
            state.map(Path::new(&file.path));
        }
    }
    if model.files.is_empty() {
        empty::show(ui, body, icon::FILE_CSV, "No file of this system yet.", None);
        return;
    }
    let selected = model.files.iter().position(|file| Some(file.batch) == state.file);
    let texts = |at: usize| model.files.get(at).map(File::texts).unwrap_or_default();
    let table = Table {
        salt: "files",
        name: "Files",
        columns: &FILES,
        rows: model.files.len(),
        row_height: 28.0,
        selected,
        show: selected,
        sort: state.sort,
        texts: &texts,
    };
    let answer = table.show(ui, body, |cell, at, column| {
        if let Some(file) = model.files.get(at) {
            file_cell(cell, file, at, column);
        }
    });
    if let Some(at) = answer.clicked {
        let batch = model.files.get(at).map(|file| file.batch);
        state.file = if state.file == batch { None } else { batch };
    }
    if let Some(column) = answer.sort_by {
        state.sort = next_sort(state.sort, column);
    }
    parts::panel_edge(ui, rect);
}

fn file_cell(cell: &mut Cell<'_>, file: &File, at: usize, column: usize) {
    let t = cell.t;
    match column {
        0 => {
            let mut row = cell.row(("file", at));
            let code = if file.file.to_lowercase().contains("xls") {
                icon::FILE_XLS
            } else if file.file.to_lowercase().contains("csv") {
                icon::FILE_CSV
            } else {
                icon::FILE_OTHER
            };
            row.icon(code, 16.0, t.t3).gap(7.0);
            row.text(&file.file, DENSE_M, t.t1);
        }
        1 => cell.text(&file.holds, DENSE, if file.holds == "not mapped" { t.t3 } else { t.t2 }),
        2 => cell.text(&file.size, DENSE, t.t2),
        3 => cell.text(&file.rows, DENSE, t.t1),
        4 if file.rejected != "0" => cell.text(&file.rejected, DENSE_M, t.warn.text),
        4 => cell.text(&file.rejected, DENSE, t.t3),
        5 => cell.text(&file.took, DENSE, t.t3),
        6 => {
            let mut row = cell.row(("status", at));
            let (code, tone) = mood(t, file.mood);
            row.icon_fill(code, 14.0, tone.text).gap(6.0);
            row.text(&file.status, DENSE_M, tone.text);
            row.gap(6.0);
            row.text(&file.message, DENSE, t.t2);
        }
        7 => cell.text(&file.arrived, DENSE, t.t2),
        _ => cell.text(&format!("b-{:04}", file.batch), MONO_S, t.t3),
    }
}

/// Up, down, as it came.
fn next_sort(sort: crate::app::widgets::table::Sort, column: usize) -> crate::app::widgets::table::Sort {
    match sort {
        Some((at, false)) if at == column => Some((column, true)),
        Some((at, true)) if at == column => None,
        _ => Some((column, false)),
    }
}

/// What the chosen file's state means and what can be done. True: its columns are to be mapped.
fn explain(ui: &Ui, strip: Rect, cx: &mut Cx<'_>, file: &File) -> bool {
    let t = tokens(ui);
    let (code, tone) = mood(t, file.mood);
    let tint = if file.mood == Mood::Quiet { t.bg2 } else { tone.tint };
    ui.painter().rect_filled(strip, draw::corners(0, 0, 9, 9), tint);
    draw::hline(ui, strip.left(), strip.right(), strip.top(), t.line);
    let mut row = Row::new(ui, strip.shrink2(vec2(12.0, 0.0)), "explain");
    row.icon_fill(code, 18.0, tone.text).gap(8.0);
    let again = Button::new("Try again").name("Load this file again");
    if row.button_right(&again).clicked() {
        cx.act(Action::Take(vec![file.path.clone().into()]));
    }
    row.gap_right(8.0);
    let label = if file.is_mapped { "Edit the mapping" } else { "Map columns" };
    let kind = if file.can_map { ButtonKind::Primary } else { ButtonKind::Secondary };
    let map = Button::new(label).kind(kind).icon(icon::LINK).tooltip("Say which field each column of this file gives");
    let map = row.button_right(&map).clicked();
    row.gap_right(8.0);
    let copy = Button::new("Copy path");
    if row.button_right(&copy).clicked() {
        ui.ctx().copy_text(file.path.clone());
        cx.act(Action::Tell(format!("Copied {}.", file.path)));
    }
    row.gap_right(12.0);
    let (left, room) = (row.left, row.room());
    let title = format!("{}: {}", file.file, file.status.to_lowercase());
    let detail = if file.message.is_empty() { file.path.clone() } else { file.message.clone() };
    let upper = Rect::from_min_size(pos2(left, strip.center().y - 17.0), vec2(room, 16.0));
    draw::text_in(ui, upper, &title, DENSE_M, t.t1);
    let lower = upper.translate(vec2(0.0, 17.0));
    let (_, cut) = draw::text_in(ui, lower, &detail, DENSE, t.t2);
    let heard = draw::spoken(ui, upper.union(lower), ui.scope_id().with("explain"), Role::Label, &format!("{title}. {detail}"));
    if cut {
        heard.on_hover_text(&detail);
    }
    map
}
