//! Draws the Query page: lists on the left, the statement above, its answer below.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::{Answer, QueryPage, editor, model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, MONO, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::views::dashboards::plot;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, table, tabs};
use crate::app::words;
use crate::base::DataTable;

const SIDE: f32 = 240.0;
const EDITOR: f32 = 176.0;
const STRIP: f32 = 40.0;
const LINE: f32 = 28.0;

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut QueryPage) {
    let t = tokens(ui);
    let (mut row, body) = parts::head(ui, rect, "Query");
    row.text("read-only SQL over bronze, silver, gold and control", META, t.t3);
    if state.running.is_some() {
        if row.button_right(&Button::new("Cancel").keys("Esc")).clicked() {
            state.cancel(cx);
        }
    } else if row
        .button_right(&Button::new("Run").name("Run the statement").icon(icon::PLAY).keys("Ctrl \u{21b5}").kind(ButtonKind::Primary))
        .clicked()
    {
        state.run(cx);
    }
    let side = body.with_max_x(body.left() + SIDE);
    lists(ui, side, state);
    let main = body.with_min_x(side.right());
    let typed = Rect::from_min_size(main.min, vec2(main.width(), EDITOR));
    draw::fill(ui, typed, 0.0, t.bg2);
    editor::show(ui, typed.shrink2(vec2(16.0, 12.0)).with_max_y(typed.bottom() - 34.0), cx, state);
    suggestions(
        ui,
        Rect::from_min_max(pos2(typed.left() + 16.0, typed.bottom() - 30.0), pos2(typed.right() - 16.0, typed.bottom() - 6.0)),
        state,
    );
    draw::hline(ui, typed.left(), typed.right(), typed.bottom() - 1.0, t.line);
    answer(ui, main.with_min_y(typed.bottom()), cx, state);
}

fn suggestions(ui: &Ui, rect: Rect, state: &mut QueryPage) {
    let t = tokens(ui);
    let mut row = Row::new(ui, rect, "query-suggestions");
    if state.completion.names.is_empty() {
        row.text("Tables are suggested while you type", META, t.t3);
        return;
    }
    row.kbd("Tab").gap(6.0);
    let mut chosen = None;
    for name in &state.completion.names {
        if row.button(&Button::new(name).kind(ButtonKind::Ghost)).clicked() {
            chosen = Some(name.clone());
        }
        row.gap(4.0);
    }
    if let Some(name) = chosen {
        editor::complete(ui, state, &name);
    }
}

/// Saved queries, and what was asked in this session.
fn lists(ui: &mut Ui, rect: Rect, state: &mut QueryPage) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::vline(ui, rect.right() - 1.0, rect.top(), rect.bottom(), t.line);
    let title = |ui: &Ui, y: f32, text: &str| {
        let place = draw::text(ui, pos2(rect.left() + 12.0, y + 16.0), Align2::LEFT_CENTER, text, DENSE_B, t.t2);
        draw::spoken(ui, place, ui.scope_id().with(text), Role::Heading, text);
    };
    let asked = state.history.len().min(8);
    let asked_height = if asked == 0 { 0.0 } else { 32.0 + LINE * f32::from(u16::try_from(asked).unwrap_or(u16::MAX)) + 8.0 };
    title(ui, rect.top(), "Saved");
    let saved = Rect::from_min_max(pos2(rect.left(), rect.top() + 32.0), pos2(rect.right() - 1.0, rect.bottom() - asked_height));
    let mut put = None;
    let rows = area::Rows { count: state.saved.len(), height: LINE, show: None };
    area::list(ui, saved, "saved-queries", rows, |ui, at, place| {
        let Some(query) = state.saved.get(at) else { return };
        let name = query.name.replace('_', " ");
        let response = line(ui, place, ("saved", at), &name, DENSE);
        let about = match &query.badge {
            Some(badge) => format!("{} ({badge})", query.about),
            None => query.about.clone(),
        };
        if response.on_hover_text(about).clicked() {
            put = Some(query.sql.clone());
        }
    });
    if asked > 0 {
        let top = rect.bottom() - asked_height;
        draw::hline(ui, rect.left(), rect.right(), top, t.line);
        title(ui, top, "Asked before");
        for (at, sql) in state.history.iter().take(asked).enumerate() {
            let y = top + 32.0 + LINE * f32::from(u16::try_from(at).unwrap_or(u16::MAX));
            let place = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width() - 1.0, LINE));
            let one_line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
            if line(ui, place, ("asked", at), &one_line, MONO_S).on_hover_text(sql).clicked() {
                put = Some(sql.clone());
            }
        }
    }
    if let Some(sql) = put {
        state.put(&sql);
    }
}

fn line(ui: &Ui, place: Rect, salt: (&str, usize), text: &str, kind: crate::app::theme::kind::Kind) -> egui::Response {
    let t = tokens(ui);
    let inside = place.shrink2(vec2(6.0, 1.0));
    let response = draw::pressable(ui, inside, ui.scope_id().with(salt), Role::Button, text, 4.0);
    if response.hovered() {
        draw::fill(ui, inside, 4.0, t.hover);
    }
    draw::text_in(ui, place.shrink2(vec2(12.0, 0.0)), text, kind, t.t1);
    response
}

fn answer(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut QueryPage) {
    let t = tokens(ui);
    if let Some((_, since)) = state.running {
        ui.ctx().request_repaint_after_secs(0.1);
        draw::text(ui, rect.center(), Align2::CENTER_CENTER, &format!("Reading for {:.1} s", cx.now - since), DENSE, t.t3);
        return;
    }
    match state.answer.clone() {
        None => {
            empty::show(ui, rect, icon::PLAY, "Type a statement, or choose a saved one, then press Ctrl Enter.", None);
        }
        Some(Answer::Cancelled) => {
            empty::show(ui, rect, icon::INFO, "Cancelled. Nothing was changed.", None);
        }
        Some(Answer::Refused(message)) => refused(ui, rect, &message),
        Some(Answer::Table { table, seconds }) => found(ui, rect, cx, state, &table, seconds),
    }
}

fn refused(ui: &Ui, rect: Rect, message: &str) {
    let t = tokens(ui);
    let galley = draw::wrapped(ui, message, MONO, t.error.text, rect.width() - 80.0);
    let place = Rect::from_min_size(rect.min + vec2(16.0, 16.0), vec2(rect.width() - 32.0, galley.size().y + 24.0));
    draw::fill(ui, place, 6.0, t.error.tint);
    draw::icon(ui, pos2(place.left() + 18.0, place.top() + 20.0), icon::WARN_CIRCLE, 16.0, t.error.text);
    ui.painter().galley(place.min + vec2(36.0, 12.0), galley, t.error.text);
    draw::spoken(ui, place, ui.scope_id().with("refused"), Role::Alert, message);
}

fn found(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut QueryPage, table: &DataTable, seconds: f64) {
    let t = tokens(ui);
    let strip = Rect::from_min_size(rect.min, vec2(rect.width(), STRIP));
    let mut row = Row::new(ui, strip.shrink2(vec2(16.0, 0.0)), "query-found");
    let rows = words::counted(table.rows.len() as u64, "row", "rows");
    let said = if table.truncated { format!("The first {}; a file takes all", words::count(table.rows.len() as u64)) } else { rows };
    let place = row.text(&said, DENSE_M, t.t1);
    draw::spoken(ui, place, ui.scope_id().with("query-count"), Role::Label, &said);
    row.gap(8.0);
    row.text(&format!("{:.0} ms", seconds * 1e3), META, t.t3);
    if let Some(badge) = &state.badge {
        row.gap(8.0);
        let place = row.chip(Some(icon::WARN), badge, t.warn);
        draw::spoken(ui, place, ui.scope_id().with("query-badge"), Role::Label, badge);
    }
    if row.button_right(&Button::new("Export").icon(icon::EXPORT).name("Write all rows to a file")).clicked() {
        state.export(cx);
    }
    let chart = model::chart_of(table);
    if chart.is_some() {
        let labels = ["Table".to_owned(), "Chart".to_owned()];
        let left = row.right - 12.0 - tabs::segments_width(ui, &labels);
        if let Some(at) = tabs::segments(ui, left, strip.center().y, "query-form", &labels, usize::from(state.as_chart)) {
            state.as_chart = at == 1;
        }
    }
    draw::hline(ui, rect.left(), rect.right(), strip.bottom() - 1.0, t.line);
    let body = rect.with_min_y(strip.bottom());
    match chart.filter(|_| state.as_chart) {
        Some(chart) => plot::show(ui, body.shrink2(vec2(16.0, 16.0)), &chart),
        None if table.rows.is_empty() => {
            empty::show(ui, body, icon::INFO, "No row fits.", None);
        }
        None => {
            // As the statement names them.
            table::data_under(ui, body, ("query-rows", "Rows"), &table.columns, table, LINE);
        }
    }
}
