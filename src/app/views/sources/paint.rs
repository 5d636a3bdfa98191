//! Draws Sources.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::model::{Card, File, Flag, Model, Mood};
use super::{Sources, watched};
use crate::app::cx::{Action, Cx, Pick};
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, MONO_S, SECTION, icon};
use crate::app::theme::{Tokens, Tone, tokens};
use crate::app::views::parts;
use crate::app::widgets::table::{Cell, Column, Table};
use crate::app::widgets::tabs::Tab;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, hallmark, tabs};
use crate::app::words;

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Sources, model: &Model) {
    let t = tokens(ui);
    let (mut row, body) = parts::head(ui, rect, "Sources");
    let add = Button::new("Add files").icon(icon::PLUS).keys("Ctrl O").kind(ButtonKind::Primary);
    if row.button_right(&add).clicked() {
        cx.act(Action::AskFiles);
    }
    row.gap_right(8.0);
    let watch = Button::new("Watch a folder").icon(icon::EYE);
    if row.button_right(&watch).clicked() {
        cx.act(Action::Pick(Pick::WatchFolder));
    }
    row.gap_right(12.0);
    row.text(&model.summary, META, t.t3);
    draw::fill(ui, body, 0.0, t.bg2);
    let inner = body.shrink2(vec2(16.0, 12.0));
    let inner = if model.watched.is_empty() {
        inner
    } else {
        let place = Rect::from_min_size(inner.min, vec2(inner.width(), watched::height(model)));
        watched::strip(ui, place, cx, model);
        inner.with_min_y(place.bottom() + 12.0)
    };
    if model.cards.is_empty() && model.files.is_empty() {
        let button = Button::new("Add files").name("Add the first files").icon(icon::PLUS).keys("Ctrl O");
        let words = "No files yet. Add the exports of your systems, or drop a folder anywhere on the window.";
        if empty::show(ui, inner, icon::SOURCES, words, Some(&button)).is_some_and(|response| response.clicked()) {
            cx.act(Action::AskFiles);
        }
        return;
    }
    let cards = Rect::from_min_size(inner.min, vec2(inner.width(), 108.0));
    card_row(ui, cards, cx, state, model);
    let below = inner.with_min_y(cards.bottom() + 12.0);
    let tall = below.height();
    let wanted = 36.0
        + 26.0
        + 28.0 * f32::from(u16::try_from(model.files.len()).unwrap_or(u16::MAX))
        + 2.0
        + if chosen_file(state, model).is_some() { 56.0 } else { 0.0 };
    let files_height = wanted.clamp(120.0, (tall * 0.56).max(120.0));
    let files_rect = Rect::from_min_size(below.min, vec2(below.width(), files_height));
    files(ui, files_rect, cx, state, model);
    let lower = below.with_min_y(files_rect.bottom() + 12.0);
    let split = (lower.width() - 12.0) * 1.7 / 2.7;
    quarantine(ui, Rect::from_min_size(lower.min, vec2(split, lower.height())), state, model);
    flags(ui, lower.with_min_x(lower.left() + split + 12.0), state, model);
}

pub(super) fn mood(t: &Tokens, mood: Mood) -> (char, Tone) {
    match mood {
        Mood::Good => (icon::OK, t.ok),
        Mood::Warning => (icon::WARN, t.warn),
        Mood::Bad => (icon::ERROR, t.error),
        Mood::Quiet => (icon::EQUALS, Tone { text: t.t3, tint: t.hover }),
    }
}

fn card_row(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Sources, model: &Model) {
    let t = tokens(ui);
    let places = area::columns(rect, model.cards.len().max(1) + 1, 12.0);
    for (card, place) in model.cards.iter().zip(&places) {
        if source_card(ui, *place, card) {
            state.system = if card.chosen { None } else { Some(card.system.clone()) };
            state.file = None;
            state.quarantine = None;
        }
    }
    let Some(place) = places.last().copied() else { return };
    let response = draw::pressable(ui, place, ui.scope_id().with("drop"), Role::Button, "Drop files or a folder", 10.0);
    if response.hovered() {
        draw::fill(ui, place, 10.0, t.hover);
    }
    draw::dashed_box(ui, place, 10.0, t.edge, 1.2);
    let x = place.center().x;
    draw::icon(ui, pos2(x, place.top() + 30.0), icon::DROP, 20.0, t.t2);
    draw::text(ui, pos2(x, place.top() + 52.0), Align2::CENTER_CENTER, "Drop files or a folder", DENSE_M, t.t2);
    let galley = draw::elided(ui, "Nothing is loaded twice", META, t.t3, place.width() - 20.0);
    draw::put(ui, &galley, x - galley.size().x / 2.0, place.top() + 71.0);
    if response.clicked() {
        cx.act(Action::AskFiles);
    }
}

fn source_card(ui: &Ui, rect: Rect, card: &Card) -> bool {
    let t = tokens(ui);
    let response = ui.interact(rect, ui.scope_id().with(("card", &card.system)), egui::Sense::click());
    let spoken = format!("{}, {}, {} customers, {} in quarantine", card.short, card.state, card.customers, card.quarantine);
    response.widget_info(|| egui::WidgetInfo::selected(Role::Button, true, card.chosen, &spoken));
    draw::panel(ui, rect);
    if response.hovered() && !card.chosen {
        draw::outline(ui, rect, 10.0, t.edge, 1.0);
    }
    if card.chosen || response.has_focus() {
        draw::outline(ui, rect.expand(1.0), 11.0, t.accent, 2.0);
    }
    let inner = rect.shrink(12.0);
    hallmark::paint(ui, inner.min + vec2(14.0, 17.0), &card.system, 28.0);
    let (code, tone) = mood(t, card.mood);
    let line = Rect::from_min_size(pos2(inner.left() + 36.0, inner.top()), vec2(inner.width() - 36.0, 20.0));
    let mut row = Row::new(ui, line, ("card-row", &card.system));
    let name_width = draw::line(ui, &card.short, SECTION, t.t1).size().x;
    if row.room() > name_width + 60.0 {
        row.right = row.right.min(inner.right());
        let room = row.room() - name_width - 8.0;
        let words_width = crate::app::widgets::chip::width(ui, Some(code), &card.state);
        if words_width <= room {
            row.chip_right(Some(code), &card.state, tone);
        } else {
            draw::icon_fill(ui, pos2(row.right - 8.0, row.middle), code, 16.0, tone.text);
            row.gap_right(20.0);
        }
    }
    row.text(&card.short, SECTION, t.t1);
    draw::text_in(ui, Rect::from_min_size(pos2(line.left(), line.bottom()), vec2(line.width(), 14.0)), &card.product, META, t.t3);
    let y = inner.top() + 52.0;
    let mut x = inner.left();
    let quarantine = if card.has_quarantine { t.warn.text } else { t.t1 };
    for (label, value, color) in
        [("Customers", &card.customers, t.t1), ("Quarantine", &card.quarantine, quarantine), ("Data up to", &card.data_to, t.t1)]
    {
        let width = draw::line(ui, label, META, t.t3).size().x.max(draw::line(ui, value, DENSE_M, color).size().x);
        draw::text(ui, pos2(x, y), Align2::LEFT_CENTER, label, META, t.t3);
        draw::text_in(ui, Rect::from_min_max(pos2(x, y + 10.0), pos2(inner.right(), y + 26.0)), value, DENSE_M, color);
        x += width + if rect.width() < 240.0 { 6.0 } else { 14.0 };
    }
    let tip = if card.chosen { "Press to show all systems" } else { "Press to show this system alone" };
    response.on_hover_text(format!("{} ({}): {}.{} {tip}.", card.short, card.product, card.state, card.data_span)).clicked()
}

fn chosen_file<'m>(state: &Sources, model: &'m Model) -> Option<&'m File> {
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

fn files(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Sources, model: &Model) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 36.0));
    draw::hline(ui, rect.left() + 1.0, rect.right() - 1.0, head.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, head.shrink2(vec2(12.0, 0.0)), "files-head");
    row.heading(&model.chosen, DENSE_B);
    row.gap(8.0);
    let tab = [Tab::new("Files").count(words::count(model.files.len() as u64))];
    let (_, end) = tabs::tabs(ui, Rect::from_min_max(pos2(row.left, head.top() + 1.0), head.max), "files-tabs", &tab, 0, 9.0);
    row.left = end;
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
    if let Some(file) = chosen_file(state, model) {
        let strip = body.with_min_y(body.bottom() - 55.0);
        body.max.y = strip.top();
        explain(ui, strip, cx, file);
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

/// What the chosen file's state means and what can be done.
fn explain(ui: &Ui, strip: Rect, cx: &mut Cx<'_>, file: &File) {
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
}

const QUARANTINE: [Column<'static>; 5] = [
    Column::flex("File", 1.6, 120.0),
    Column::fixed("Line", 64.0).right(),
    Column::flex("Column", 1.1, 84.0),
    Column::flex("Reason", 2.0, 130.0),
    Column::flex("As it came", 2.8, 130.0),
];

fn quarantine(ui: &mut Ui, rect: Rect, state: &mut Sources, model: &Model) {
    let t = tokens(ui);
    let (mut row, mut body) = parts::panel(ui, rect, "Quarantine", true);
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
    parts::panel_edge(ui, rect);
}

fn flags(ui: &mut Ui, rect: Rect, state: &mut Sources, model: &Model) {
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
