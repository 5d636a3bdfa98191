//! The comparison: records as columns, fields as rows, the golden record pinned at the right.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, Galley, Rect, Sense, Shape, Stroke, Ui, pos2, vec2};

use super::golden::{golden, golden_head};
use super::model::{Line, LineKind, Sheet, Value};
use super::state::Review;
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, Kind, META, META_B, META_M, MONO_S};
use crate::app::theme::{Tokens, tokens};
use crate::app::widgets::{Row, area, draw, kbd};

const GROUPS: f32 = 30.0;
const RECORDS: f32 = 44.0;
const HEAD: f32 = GROUPS + RECORDS;
const LABEL: f32 = 104.0;
const LEAST: f32 = 118.0;
const SEPARATOR: f32 = 24.0;

/// Where things stand across.
#[derive(Debug, Clone, Copy)]
pub(super) struct Across {
    pub(super) rect: Rect,
    records: Rect,
    pub(super) golden: f32,
    column: f32,
    shift: f32,
    pub(super) narrow: bool,
}

impl Across {
    fn column(&self, at: usize) -> (f32, f32) {
        let left = area::row_top(self.records.left() - self.shift, self.column, at);
        (left, left + self.column)
    }
}

/// One row as it was laid out.
pub(super) struct Laid<'m> {
    pub(super) line: &'m Line,
    cells: Vec<Option<Arc<Galley>>>,
    pub(super) golden: Arc<Galley>,
    height: f32,
}

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Review, sheet: &Sheet) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    let across = across(rect, state, sheet);
    scroll_sideways(ui, &across, state, sheet);
    let laid: Vec<Laid<'_>> = sheet.lines.iter().map(|line| lay(ui, line, &across)).collect();
    let body = rect.with_min_y(rect.top() + HEAD);
    area::scroll(ui, body, "compare", |ui, place| {
        let mut y = place.top();
        let mut separated = false;
        for (at, laid) in laid.iter().enumerate() {
            if laid.line.kind == LineKind::NotCompared && !separated {
                separated = true;
                separator(ui, &across, y, sheet);
                y += SEPARATOR;
            }
            row(ui, &across, y, at, laid, state, sheet);
            y += laid.height;
        }
        y - place.top()
    });
    head(ui, &across, sheet);
    if !sheet.has_golden {
        return;
    }
    // The golden edge goes all the way, also below the last row.
    let edge = Rect::from_min_max(pos2(across.golden, rect.top()), pos2(across.golden + 2.0, rect.bottom()));
    draw::fill(ui, edge, 0.0, t.gold_line);
}

fn across(rect: Rect, state: &Review, sheet: &Sheet) -> Across {
    let narrow = rect.width() < 800.0;
    let golden_width = if !sheet.has_golden {
        0.0
    } else if narrow {
        140.0
    } else {
        (rect.width() * 0.2).clamp(172.0, 240.0)
    };
    let label = if narrow { 78.0 } else { LABEL };
    let golden = (rect.right() - golden_width).round();
    let records = Rect::from_min_max(pos2(rect.left() + label, rect.top()), pos2(golden, rect.bottom()));
    let count = f32::from(u16::try_from(sheet.columns.len().max(1)).unwrap_or(u16::MAX));
    // Whole columns only: half a record is read wrong.
    let visible = (records.width() / LEAST).floor().max(1.0);
    let column = records.width() / count.min(visible);
    let most = (column * count - records.width()).max(0.0);
    let shift_to_cell = |shift: f32| match state.cell {
        Some((_, at)) if state.follow_cell => {
            let left = area::row_top(0.0, column, at);
            shift.min(left).max(left + column - records.width())
        }
        _ => shift,
    };
    // A new item begins where the other group begins to show: the question is what differs between the two.
    let shift = if state.shift < 0.0 {
        let other = sheet.columns.iter().position(|column| column.begins_group).unwrap_or(0);
        (area::row_top(-records.width(), column, other + 1) / column).ceil().max(0.0) * column
    } else {
        shift_to_cell(state.shift)
    };
    Across { rect, records, golden, column, shift: shift.clamp(0.0, most), narrow }
}

/// More records than fit go sideways under the golden column: by wheel, and by the bar at the bottom.
fn scroll_sideways(ui: &Ui, across: &Across, state: &mut Review, sheet: &Sheet) {
    let t = tokens(ui);
    let count = f32::from(u16::try_from(sheet.columns.len()).unwrap_or(u16::MAX));
    let whole = across.column * count;
    let most = whole - across.records.width();
    if most <= 0.5 {
        state.shift = 0.0;
        return;
    }
    state.shift = across.shift;
    if ui.rect_contains_pointer(across.rect) {
        state.shift -= ui.input(|input| input.smooth_scroll_delta.x);
    }
    let track = Rect::from_min_max(
        pos2(across.records.left() + 4.0, across.rect.bottom() - 9.0),
        pos2(across.golden - 4.0, across.rect.bottom() - 3.0),
    );
    let share = across.records.width() / whole;
    let thumb_width = track.width() * share;
    let response = ui.interact(track.expand(2.0), ui.scope_id().with("sideways"), Sense::drag());
    response.widget_info(|| egui::WidgetInfo::labeled(Role::ScrollBar, true, "Move the records sideways"));
    if response.dragged() {
        state.shift += response.drag_delta().x / share;
    }
    state.shift = state.shift.clamp(0.0, most);
    let left = track.left() + (track.width() - thumb_width) * state.shift / most;
    let thumb = Rect::from_min_size(pos2(left, track.top()), vec2(thumb_width, track.height()));
    // Above the rows, which are drawn later on this layer.
    let layer = egui::LayerId::new(egui::Order::Middle, ui.scope_id().with("sideways-bar"));
    ui.ctx().layer_painter(layer).rect_filled(thumb, 3.0, if response.hovered() || response.dragged() { t.t3 } else { t.edge });
}

fn one_line(ui: &Ui, text: &str, kind: Kind, color: Color32, width: f32) -> Arc<Galley> {
    draw::elided(ui, text, kind, color, width)
}

/// The value with its differing runs marked, in as many lines as it takes (at most three).
fn marked(ui: &Ui, runs: &[(bool, String)], t: &Tokens, width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::default();
    for (differs, text) in runs {
        if *differs {
            let format = TextFormat {
                font_id: DENSE_M.font(),
                line_height: Some(DENSE.line),
                color: t.diff.text,
                background: t.diff.tint,
                expand_bg: 1.0,
                underline: Stroke::new(2.0, t.diff.text),
                ..TextFormat::default()
            };
            job.append(text, 0.0, format);
        } else {
            draw::append(&mut job, text, DENSE, t.t1);
        }
    }
    job.wrap = TextWrapping { max_width: width, max_rows: 3, ..TextWrapping::default() };
    ui.painter().layout_job(job)
}

fn lay<'m>(ui: &Ui, line: &'m Line, across: &Across) -> Laid<'m> {
    let t = tokens(ui);
    let width = across.column - 16.0;
    let golden_width = across.rect.right() - across.golden - 24.0;
    let quiet = line.kind == LineKind::Agrees;
    let cells: Vec<Option<Arc<Galley>>> = line
        .cells
        .iter()
        .map(|cell| {
            if cell.runs.is_empty() {
                return None;
            }
            Some(match line.kind {
                LineKind::Differs => marked(ui, &cell.runs, t, width),
                LineKind::Agrees => one_line(ui, &cell.text(), DENSE, t.t3, width),
                LineKind::NotCompared => one_line(ui, &cell.text(), DENSE, t.t1, width),
            })
        })
        .collect();
    let golden = match line.kind {
        LineKind::Differs => {
            let mut job = LayoutJob::default();
            draw::append(&mut job, &line.golden.value, DENSE_M, t.t1);
            job.wrap = TextWrapping { max_width: golden_width, max_rows: 2, ..TextWrapping::default() };
            ui.painter().layout_job(job)
        }
        LineKind::Agrees | LineKind::NotCompared => {
            let for_mark = if line.golden.system.is_none() {
                0.0
            } else if across.narrow || quiet && line.golden.rule.is_empty() {
                20.0
            } else {
                (24.0 + draw::line(ui, &line.golden.rule, META, t.t3).size().x).min(golden_width * 0.5)
            };
            one_line(ui, &line.golden.value, DENSE_M, t.t1, golden_width - for_mark)
        }
    };
    let height = match line.kind {
        LineKind::Agrees => 28.0,
        LineKind::NotCompared => 26.0,
        LineKind::Differs => {
            let least = if across.rect.height() < 560.0 { 40.0 } else { 44.0 };
            let tallest = |at: usize, galley: &Galley| {
                galley.size().y + if line.cells.get(at).is_some_and(|cell| !cell.under.is_empty()) { 14.0 } else { 0.0 }
            };
            let cells =
                cells.iter().enumerate().filter_map(|(at, galley)| galley.as_deref().map(|galley| tallest(at, galley))).fold(0.0, f32::max);
            (cells.max(golden.size().y + 16.0) + 8.0).max(least).round()
        }
    };
    Laid { line, cells, golden, height }
}

fn separator(ui: &Ui, across: &Across, top: f32, sheet: &Sheet) {
    let t = tokens(ui);
    let rect = Rect::from_min_size(pos2(across.rect.left(), top), vec2(across.rect.width(), SEPARATOR));
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line);
    draw::text_in(ui, rect.with_min_x(rect.left() + 12.0), "Not compared", META_M, t.t3);
    draw::spoken(ui, rect.with_max_x(rect.left() + 100.0), ui.scope_id().with("not-compared"), Role::Heading, "Not compared");
    if sheet.has_golden {
        draw::fill(ui, rect.with_min_x(across.golden), 0.0, t.gold.tint);
    }
    divide(ui, across, rect, sheet);
}

/// The dashed line where another group begins.
fn divide(ui: &Ui, across: &Across, rect: Rect, sheet: &Sheet) {
    let t = tokens(ui);
    let painter = ui.painter_at(rect.intersect(ui.clip_rect()));
    for (at, _) in sheet.columns.iter().enumerate().filter(|(_, column)| column.begins_group) {
        let (left, _) = across.column(at);
        if left > across.records.left() && left < across.golden {
            let x = draw::snapped(ui, pos2(left, 0.0)).x + 0.5;
            let line = [pos2(x, rect.top()), pos2(x, rect.bottom())];
            painter.extend(Shape::dashed_line(&line, Stroke::new(1.0, t.edge), 3.0, 3.0));
        }
    }
}

fn row(ui: &mut Ui, across: &Across, top: f32, at: usize, laid: &Laid<'_>, state: &mut Review, sheet: &Sheet) {
    let t = tokens(ui);
    let rect = Rect::from_min_size(pos2(across.rect.left(), top), vec2(across.rect.width(), laid.height));
    let chosen = state.cell.is_some_and(|(line, _)| line == at);
    if chosen && std::mem::take(&mut state.follow_cell) {
        ui.scroll_to_rect(rect.expand2(vec2(0.0, HEAD)), None);
    }
    if !ui.is_rect_visible(rect) {
        return;
    }
    if chosen {
        draw::fill(ui, rect.with_max_x(across.golden), 0.0, t.acc.tint);
    }
    let quiet = laid.line.kind == LineKind::Agrees;
    let label = Rect::from_min_max(pos2(rect.left() + 12.0, rect.top()), pos2(across.records.left() - 4.0, rect.bottom()));
    let color = if quiet { t.t3 } else { t.t2 };
    let galley = draw::wrapped(ui, &laid.line.label, META_M, color, label.width());
    ui.painter().galley(draw::snapped(ui, pos2(label.left(), label.center().y - galley.size().y / 2.0)), galley, color);
    let mut records =
        area::child(ui, Rect::from_min_max(pos2(across.records.left(), rect.top()), pos2(across.golden, rect.bottom())), ("records", at));
    let clip = records.clip_rect().intersect(ui.clip_rect());
    records.set_clip_rect(clip);
    for (column, value) in laid.line.cells.iter().enumerate() {
        let (left, right) = across.column(column);
        if right < across.records.left() || left > across.golden {
            continue;
        }
        let place = Rect::from_min_max(pos2(left, rect.top()), pos2(right, rect.bottom()));
        if cell(&records, place, laid, column, value, (at, column), state, sheet) {
            state.cell = if state.cell == Some((at, column)) { None } else { Some((at, column)) };
            state.follow_cell = false;
        }
    }
    divide(&records, across, rect, sheet);
    if sheet.has_golden {
        golden(ui, across, rect, laid, at);
    }
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line);
}

#[expect(clippy::too_many_arguments, reason = "one cell's place, value and name")]
fn cell(ui: &Ui, place: Rect, laid: &Laid<'_>, column: usize, value: &Value, key: (usize, usize), state: &Review, sheet: &Sheet) -> bool {
    let t = tokens(ui);
    let source = sheet.columns.get(column);
    let system = source.map(|column| column.short.clone()).unwrap_or_default();
    let name = format!("{} in {system}: {}", laid.line.label, if value.runs.is_empty() { "no value".to_owned() } else { value.text() });
    let response = ui.interact(place, ui.scope_id().with(("cell", key)), Sense::click());
    response.widget_info(|| egui::WidgetInfo::selected(Role::Cell, true, state.cell == Some(key), &name));
    let inner = place.shrink2(vec2(8.0, 0.0));
    match laid.cells.get(column).and_then(Option::as_ref) {
        None => {
            let words = if laid.line.kind == LineKind::NotCompared { "no source" } else { "no value" };
            draw::text_in(ui, inner, words, DENSE, t.t3);
        }
        Some(galley) if laid.line.kind == LineKind::Differs => {
            let under = if value.under.is_empty() { 0.0 } else { 14.0 };
            let top = place.center().y - (galley.size().y + under) / 2.0;
            ui.painter().galley(draw::snapped(ui, pos2(inner.left(), top)), galley.clone(), t.t1);
            if under > 0.0 {
                let line = Rect::from_min_size(pos2(inner.left(), top + galley.size().y), vec2(inner.width(), 14.0));
                draw::text_in(ui, line, &value.under, META, if value.remarkable { t.warn.text } else { t.t3 });
            }
        }
        Some(galley) => {
            draw::put(ui, galley, inner.left(), place.center().y);
        }
    }
    if state.cell.is_some_and(|(line, _)| line == key.0) && laid.line.kind != LineKind::NotCompared && column < 9 && !value.runs.is_empty()
    {
        let keys = (column + 1).to_string();
        kbd::paint(ui, place.right() - 6.0 - kbd::width(ui, &keys), place.bottom() - 11.0, &keys, t);
    }
    if state.cell == Some(key) || response.has_focus() {
        draw::outline(ui, place.shrink2(vec2(3.0, 2.0)), 4.0, t.accent, 2.0);
    }
    let place = source.map(|column| format!("\n{}", column.place)).unwrap_or_default();
    let response = response.on_hover_text_at_pointer(format!("{}{place}", value.tip));
    if response.secondary_clicked() {
        ui.ctx().copy_text(value.text());
    }
    response.clicked()
}

fn head(ui: &mut Ui, across: &Across, sheet: &Sheet) {
    let t = tokens(ui);
    let rect = Rect::from_min_size(across.rect.min, vec2(across.rect.width(), HEAD));
    draw::fill(ui, rect, 0.0, t.bg1);
    let records = Rect::from_min_max(pos2(across.records.left(), rect.top()), pos2(across.golden, rect.bottom()));
    let place = area::child(ui, records, "compare-head");
    for (at, group) in sheet.groups.iter().enumerate() {
        let (left, _) = across.column(group.from);
        let (right, _) = across.column(group.to);
        // The name of a group stays in sight while its columns move.
        let from = (left + 8.0).max(records.left() + 8.0);
        let line = Rect::from_min_max(pos2(from, rect.top() + 6.0), pos2((right - 8.0).min(across.golden - 4.0), rect.top() + GROUPS));
        if line.width() < 10.0 {
            continue;
        }
        let mut row = Row::new(&place, line.with_max_y(line.bottom() - 2.0), ("group", at));
        row.heading(&group.title, META_B);
        row.gap(6.0);
        if row.room() > 30.0 {
            row.text(&group.detail, META, t.t3);
        }
        let y = line.bottom() - 1.0;
        let ends = [pos2(left + 8.0, y), pos2(right - 8.0, y)];
        if group.asked {
            place.painter().extend(Shape::dashed_line(&ends, Stroke::new(2.0, t.edge), 4.0, 4.0));
        } else {
            place.painter().line_segment(ends, Stroke::new(2.0, t.edge));
        }
    }
    for (at, column) in sheet.columns.iter().enumerate() {
        let (left, right) = across.column(at);
        let top = rect.top() + GROUPS;
        let line = Rect::from_min_max(pos2(left + 8.0, top + 5.0), pos2(right - 8.0, top + 23.0));
        let mut row = Row::new(&place, line, ("record", at));
        row.hallmark(&column.system, 16.0).gap(6.0);
        row.text(&column.short, DENSE_B, t.t1);
        if at < 9 {
            row.gap(6.0).kbd(&(at + 1).to_string());
        }
        let id = Rect::from_min_max(pos2(left + 8.0, top + 23.0), pos2(right - 8.0, top + 38.0));
        draw::text_in(&place, id, &column.id, MONO_S, t.t3);
        let words = format!("{} {}, {}", column.short, column.id, column.place);
        let whole = line.union(id);
        draw::spoken(&place, whole, place.scope_id().with(("record", at)), Role::ColumnHeader, &words).on_hover_text(&words);
    }
    divide(&place, across, rect, sheet);
    if sheet.has_golden {
        golden_head(ui, across, rect);
    }
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line2);
}
