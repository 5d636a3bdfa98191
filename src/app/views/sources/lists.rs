//! Rows kept aside, flagged exports, and mappings: lists of the page.

use std::path::Path;

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::Sources;
use super::model::{Flag, Mapped, Model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, META, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty};
use crate::app::words;
use crate::engine::{Command, SourceDeed};

/// The height of a mapping's line.
pub const MAPPING: f32 = 44.0;

/// What the workspace knows of files that no profile knows.
pub fn mappings(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Sources, model: &Model) {
    if model.mappings.is_empty() {
        let words = "No mapping yet. Choose a file that was not recognised and press Map columns.";
        empty::show(ui, rect, icon::LINK, words, None);
        return;
    }
    let rows = area::Rows { count: model.mappings.len(), height: MAPPING, show: None };
    area::list(ui, rect, "mappings", rows, |ui, at, place| {
        if let Some(mapped) = model.mappings.get(at) {
            one_mapping(ui, place, cx, state, mapped, at);
        }
    });
}

fn one_mapping(ui: &Ui, place: Rect, cx: &mut Cx<'_>, state: &mut Sources, mapped: &Mapped, at: usize) {
    let t = tokens(ui);
    draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, place.shrink2(vec2(12.0, 0.0)), ("mapping", at));
    let back = format!("Take back the mapping to {}", mapped.table);
    let take_back = Button::new("Take back").name(&back).kind(ButtonKind::Link).salt(at as u64);
    if row.button_right(&take_back.tooltip("Out of workspace.toml, and its rows out of bronze")).clicked() {
        cx.send(Command::Source(SourceDeed::Unmap { mapping: Box::new(mapped.mapping.clone()) }));
    }
    row.gap_right(8.0);
    if let Some(file) = &mapped.file {
        let edit = format!("Edit the mapping to {}", mapped.table);
        if row.button_right(&Button::new("Edit").name(&edit).kind(ButtonKind::Link).salt(at as u64)).clicked() {
            state.map(Path::new(file));
        }
        row.gap_right(12.0);
    }
    let upper = Rect::from_min_size(pos2(row.left, place.top() + 5.0), vec2(row.room(), 16.0));
    let title = format!("{}, {}", mapped.table, mapped.brought);
    draw::text_in(ui, upper, &title, DENSE_M, t.t1);
    let lower = upper.translate(vec2(0.0, 17.0));
    let (_, cut) = draw::text_in(ui, lower, &mapped.columns, MONO_S, t.t3);
    let words = format!("{title}. {}", mapped.columns);
    let heard = draw::spoken(ui, upper.union(lower), ui.scope_id().with(("mapping-words", at)), Role::Label, &words);
    if cut {
        heard.on_hover_text(&mapped.columns);
    }
}

const QUARANTINE: [Column<'static>; 5] = [
    Column::flex("File", 1.6, 120.0),
    Column::fixed("Line", 64.0).right(),
    Column::flex("Column", 1.1, 84.0),
    Column::flex("Reason", 2.0, 130.0),
    Column::flex("As it came", 2.8, 130.0),
];

pub fn quarantine(ui: &mut Ui, rect: Rect, state: &mut Sources, model: &Model) {
    let t = tokens(ui);
    let (mut row, mut body) = parts::panel(ui, rect, "Quarantine", true);
    let mend = Button::new("Mend and replay").tooltip("Find, mend and read these rows again");
    if !model.quarantine.is_empty() && row.button_right(&mend).clicked() {
        let chosen = state.quarantine.and_then(|at| model.quarantine.get(at)).map(|line| line.id);
        state.open_quarantine(chosen);
    }
    row.gap_right(8.0);
    row.text(&model.quarantine_summary, META, t.t3);
    if model.quarantine.is_empty() {
        empty::show(ui, body, icon::OK, "No row was set aside: every row could be read.", None);
        return;
    }
    if !model.quarantine_rest.is_empty() {
        let foot = body.with_min_y(body.bottom() - 32.0);
        body.max.y = foot.top();
        draw::hline(ui, foot.left(), foot.right(), foot.top(), t.line);
        let mut row = Row::new(ui, foot.shrink2(vec2(12.0, 0.0)), "quarantine-foot");
        row.text(&format!("{}.", model.quarantine_rest), META, t.t3);
        row.gap(6.0).kbd("Ctrl C").gap(6.0);
        row.text("copies the chosen row.", META, t.t3);
    }
    let texts = |at: usize| model.quarantine.get(at).map(super::model::Quarantined::texts).unwrap_or_default();
    let table = Table {
        salt: "quarantine",
        name: "Quarantine",
        columns: &QUARANTINE,
        rows: model.quarantine.len(),
        row_height: 32.0,
        selected: state.quarantine,
        show: None,
        sort: None,
        texts: &texts,
    };
    let answer = table.show(ui, body, |cell, at, column| {
        let Some(line) = model.quarantine.get(at) else { return };
        match column {
            0 => cell.text(&line.file, DENSE_M, t.t1),
            1 => cell.text(&line.line, MONO_S, t.t2),
            2 => cell.text(&line.column, DENSE, t.t2),
            3 => cell.text(&line.reason, DENSE, t.warn.text),
            _ => cell.text(&line.raw, MONO_S, t.t3),
        }
    });
    if let Some(at) = answer.clicked {
        state.quarantine = if state.quarantine == Some(at) { None } else { Some(at) };
    }
    if let Some(line) = answer.opened.and_then(|at| model.quarantine.get(at)) {
        state.open_quarantine(Some(line.id));
    }
    parts::panel_edge(ui, rect);
}

pub fn flags(ui: &mut Ui, rect: Rect, state: &mut Sources, model: &Model) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, "Flagged exports", true);
    if model.flags.is_empty() {
        empty::show(ui, body, icon::OK, "Nothing looks cut off or changed.", None);
        return;
    }
    row.chip_right(None, &words::count(model.flags.len() as u64), t.warn);
    let rows = area::Rows { count: model.flags.len(), height: 50.0, show: None };
    area::list(ui, body, "flags", rows, |ui, at, place| {
        let Some(flag) = model.flags.get(at) else { return };
        if flag_row(ui, place, flag, at) {
            state.file = Some(flag.batch);
            state.system = None;
        }
        if at + 1 < model.flags.len() {
            draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
        }
    });
}

/// True: its file shall be shown.
fn flag_row(ui: &Ui, place: Rect, flag: &Flag, at: usize) -> bool {
    let t = tokens(ui);
    let mut row = Row::new(ui, place.shrink2(vec2(12.0, 0.0)), ("flag", at));
    row.hallmark(&flag.system, 16.0).gap(10.0);
    let name = format!("Show the file: {}", flag.title);
    let look = Button::new("Look").name(&name).kind(ButtonKind::Link).salt(at as u64);
    let pressed = row.button_right(&look).clicked();
    row.gap_right(8.0);
    let upper = Rect::from_min_size(pos2(row.left, place.center().y - 16.0), vec2(row.room(), 16.0));
    let (_, cut) = draw::text_in(ui, upper, &flag.title, DENSE_M, t.t1);
    let (_, cut_too) = draw::text_in(ui, upper.translate(vec2(0.0, 16.0)), &flag.detail, DENSE, t.t2);
    let words = format!("{}. {}", flag.title, flag.detail);
    let whole = Rect::from_min_size(upper.min, vec2(upper.width(), 32.0));
    let heard = draw::spoken(ui, whole, ui.scope_id().with(("flag-words", at)), Role::Label, &words);
    if cut || cut_too {
        heard.on_hover_text(&words);
    }
    pressed
}
