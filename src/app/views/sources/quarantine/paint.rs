//! Draws the rows of quarantine: facets at the left, the rows, and the desk on which one is mended below.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::{Quarantine, desk, toggle};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, facet, filter_chip};
use crate::app::words;
use crate::engine::pages::{QuarantinePage, QuarantineRow, ReplayRow};
use crate::engine::{Command, QuarantineDeed};

const FACETS: f32 = 224.0;
const REPLAY: f32 = 30.0;
/// Replays that are shown.
const REPLAYS: usize = 2;

pub fn back<'a>() -> Button<'a> {
    Button::new("Back to sources").keys("Esc")
}

/// True: closed.
pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Quarantine, page: &QuarantinePage) -> bool {
    let t = tokens(ui);
    let (mut row, body) = parts::head(ui, rect, "Quarantine");
    let shown: Vec<i64> = page.rows.iter().filter(|row| row.can_replay).map(|row| row.id).collect();
    let is_filtered = !state.filter.files.is_empty() || !state.filter.reasons.is_empty();
    let label = if is_filtered { "Read these again" } else { "Read all again" };
    let all = Button::new(label).icon(icon::HISTORY).kind(ButtonKind::Primary).enabled(!shown.is_empty());
    if row.button_right(&all.tooltip("Each as it was mended, or as it came. What still cannot be kept waits on")).clicked() {
        let ids = if is_filtered || state.filter.system.is_some() { shown } else { Vec::new() };
        cx.send(Command::Quarantine(QuarantineDeed::Replay { ids }));
    }
    row.gap_right(8.0);
    let closed = row.button_right(&back()).clicked();
    row.gap_right(12.0);
    let of = if page.matching == page.total { String::new() } else { format!(" of {}", words::count(page.total)) };
    let count = format!("{}{of} kept aside, none lost", words::counted(page.matching, "row", "rows"));
    let place = row.text(&count, META, t.t3);
    draw::spoken(ui, place, ui.scope_id().with("quarantine-count"), Role::Label, &count);
    draw::fill(ui, body, 0.0, t.bg2);
    let left = Rect::from_min_size(body.min, vec2(FACETS, body.height()));
    facets(ui, left, state, page);
    let mut right = body.with_min_x(left.right()).shrink2(vec2(12.0, 12.0));
    right.min.y = replays(ui, right, cx, page);
    if page.rows.is_empty() {
        let words =
            if is_filtered { "No row of this file waits for this reason." } else { "No row was set aside: every row could be read." };
        empty::show(ui, right, icon::OK, words, None);
        return closed;
    }
    let desk_height = (right.height() * 0.46).clamp(170.0, 330.0);
    let upper = right.with_max_y(right.bottom() - desk_height - 12.0);
    rows(ui, upper, state, page);
    let chosen = page.rows.iter().find(|row| Some(row.id) == state.chosen);
    if let Some(row) = chosen {
        desk::show(ui, right.with_min_y(upper.bottom() + 12.0), cx, state, row);
    }
    closed
}

fn facets(ui: &mut Ui, rect: Rect, state: &mut Quarantine, page: &QuarantinePage) {
    let t = tokens(ui);
    draw::vline(ui, rect.right() - 1.0, rect.top(), rect.bottom(), t.line);
    let body = rect.with_max_x(rect.right() - 1.0);
    area::scroll(ui, body, "quarantine-facets", |ui, place| {
        let mut y = place.top() + 10.0;
        for (title, values, is_file) in [("File", &page.files, true), ("Reason", &page.reasons, false)] {
            let head = Rect::from_min_size(pos2(place.left() + 12.0, y), vec2(place.width() - 24.0, 18.0));
            draw::text_in(ui, head, title, DENSE_B, t.t1);
            y += 22.0;
            for (value, count) in values {
                let line = Rect::from_min_size(pos2(place.left() + 4.0, y), vec2(place.width() - 8.0, facet::HEIGHT));
                let chosen = if is_file { &mut state.filter.files } else { &mut state.filter.reasons };
                let is_on = chosen.contains(value);
                if facet::row(ui, line, &format!("{title} {value}"), value, &[], *count, is_on).clicked() {
                    toggle(chosen, value);
                }
                y += facet::HEIGHT;
            }
            y += 10.0;
        }
        y - place.top()
    });
}

/// What was read again and can be taken back. Returns where the rest begins.
fn replays(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, page: &QuarantinePage) -> f32 {
    let t = tokens(ui);
    let mut y = rect.top();
    for (at, replay) in page.replays.iter().take(REPLAYS).enumerate() {
        let place = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), REPLAY - 4.0));
        draw::boxed(ui, place, 6.0, t.ok.tint, t.ok.tint, 1.0);
        one_replay(ui, place, cx, replay, at);
        y += REPLAY;
    }
    if y > rect.top() { y + 6.0 } else { y }
}

fn one_replay(ui: &Ui, place: Rect, cx: &mut Cx<'_>, replay: &ReplayRow, at: usize) {
    let t = tokens(ui);
    let mut row = Row::new(ui, place.shrink2(vec2(10.0, 0.0)), ("replay", at));
    row.icon_fill(icon::OK, 14.0, t.ok.text).gap(8.0);
    let name = format!("Take back the rows of {} that were read again", replay.file);
    if row.button_right(&Button::new("Take back").kind(ButtonKind::Link).name(&name).salt(at as u64)).clicked() {
        cx.send(Command::Quarantine(QuarantineDeed::Undo { batches: vec![replay.batch] }));
    }
    row.gap_right(8.0);
    row.text(&format!("{} of {} came back", words::counted(replay.rows, "row", "rows"), replay.file), DENSE, t.t1);
    row.gap(8.0);
    row.text(&words::moment(&replay.at), META, t.t3);
}

const COLUMNS: [Column<'static>; 6] = [
    Column::flex("File", 1.6, 120.0),
    Column::fixed("Line", 64.0).right(),
    Column::flex("Column", 1.0, 80.0),
    Column::flex("Reason", 2.2, 140.0),
    Column::fixed("", 64.0),
    Column::flex("Text", 2.8, 130.0),
];

fn texts(row: &QuarantineRow) -> Vec<String> {
    let column = if row.column.is_empty() { "(row)".to_owned() } else { row.column.clone() };
    let mended = if row.mended.is_some() { "mended" } else { "" };
    let text = row.mended.as_ref().unwrap_or(&row.raw_text).clone();
    vec![row.file.clone(), words::count(row.line), column, row.reason.clone(), mended.to_owned(), text]
}

fn rows(ui: &mut Ui, rect: Rect, state: &mut Quarantine, page: &QuarantinePage) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    let mut body = rect.shrink(1.0);
    let on: Vec<(bool, String)> = state
        .filter
        .files
        .iter()
        .map(|file| (true, file.clone()))
        .chain(state.filter.reasons.iter().map(|reason| (false, reason.clone())))
        .collect();
    if !on.is_empty() {
        let strip = body.with_max_y(body.top() + 34.0);
        draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
        let mut x = strip.left() + 12.0;
        for (is_file, value) in on {
            let (response, width) = filter_chip::show(ui, pos2(x, strip.center().y), &value);
            if response.clicked() {
                toggle(if is_file { &mut state.filter.files } else { &mut state.filter.reasons }, &value);
            }
            x += width + 6.0;
        }
        body.min.y = strip.bottom();
    }
    let selected = page.rows.iter().position(|row| Some(row.id) == state.chosen);
    let texts = |at: usize| page.rows.get(at).map(texts).unwrap_or_default();
    let table = Table {
        salt: "quarantine-rows",
        name: "Rows kept aside",
        columns: &COLUMNS,
        rows: page.rows.len(),
        row_height: 30.0,
        selected,
        show: selected,
        sort: None,
        texts: &texts,
    };
    let answer = table.show(ui, body, |cell, at, column| {
        let Some(row) = page.rows.get(at) else { return };
        let text = texts(at).get(column).cloned().unwrap_or_default();
        match column {
            0 => cell.text(&text, DENSE_M, t.t1),
            1 => cell.text(&text, MONO_S, t.t2),
            3 => cell.text(&text, DENSE, t.warn.text),
            4 if row.mended.is_some() => {
                cell.row(("mended", at)).chip(None, "mended", t.ok);
            }
            5 => cell.text(&text, MONO_S, t.t3),
            _ => cell.text(&text, DENSE, t.t2),
        }
    });
    if let Some(row) = answer.clicked.or(answer.opened).and_then(|at| page.rows.get(at)) {
        state.chosen = Some(row.id);
    }
    parts::panel_edge(ui, rect);
}
