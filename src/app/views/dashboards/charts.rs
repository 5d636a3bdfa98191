//! A chart in its card: head with legend, trust and menu, then the picture of its kind.

use egui::accesskit::Role;
use egui::{Align2, Color32, Popup, Rect, Ui, pos2, vec2};

use super::press::{self, Press};
use super::state::Dashboards;
use super::{model, plot};
use crate::app::cx::{Action, Cx, Pick};
use crate::app::theme::kind::{DENSE, DENSE_B, META, icon};
use crate::app::theme::{Tokens, mix, tokens};
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, menu, table, tooltip, trust};
use crate::app::words;
use crate::base::DataTable;
use crate::engine::pages::{Absent, Chart, ChartKind, Series};

pub fn series_color(t: &Tokens, at: usize, series: &Series) -> Color32 {
    if series.is_before { t.series[6] } else { t.series.get(at % 6).copied().unwrap_or(t.accent) }
}

pub fn card(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Dashboards, (chart, absent): (&Chart, &[Absent])) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    if state.open.as_deref() == Some(chart.id.as_str()) {
        draw::outline(ui, rect, 10.0, t.accent, 2.0);
    }
    head(ui, Rect::from_min_size(rect.min, vec2(rect.width(), 36.0)), cx, state, chart);
    let flush = chart.kind == ChartKind::Table;
    let side = if flush { 1.0 } else { 12.0 };
    let mut body = Rect::from_min_max(pos2(rect.left() + side, rect.top() + 36.0), rect.max - vec2(side, if flush { 1.0 } else { 10.0 }));
    let no_values = chart.series.iter().all(|series| series.values.iter().all(Option::is_none));
    let is_empty = (flush && chart.table.rows.is_empty()) || (!flush && (chart.x_labels.is_empty() || no_values));
    // What an empty chart has to say stands in its middle.
    if let Some(note) = model::note(chart).filter(|_| !is_empty || !chart.left_out.is_empty()) {
        let line = body.with_min_y(body.bottom() - 20.0);
        body.max.y = line.top();
        foot(ui, line.shrink2(vec2(if flush { 11.0 } else { 0.0 }, 0.0)), state, chart, &note);
    }
    if is_empty {
        empty::show(ui, body, icon::DASHBOARDS, &model::why_empty(chart, absent), None);
        return;
    }
    match chart.kind {
        ChartKind::Table => {
            let answer = table::data(ui, body, &chart.id, &chart.title, &leading(&chart.table, body.width()), 32.0);
            if let Some(at) = answer.opened.filter(|_| chart.has_rows) {
                match chart.keys.get(at) {
                    Some(part) => state.show_part(&chart.id, part.clone()),
                    None => state.show_row(&chart.id, at),
                }
            }
            draw::outline(ui, rect, 10.0, t.line, 1.0);
        }
        ChartKind::HorizontalBars => horizontal(ui, body, state, chart),
        ChartKind::OrderedBars => ordered(ui, body, state, chart),
        ChartKind::Line | ChartKind::Area | ChartKind::GroupedBars => plot::show_on_page(ui, body, state, chart),
    }
}

/// What has to be said below a chart; "Open all" is pressed.
fn foot(ui: &Ui, line: Rect, state: &mut Dashboards, chart: &Chart, note: &str) {
    let t = tokens(ui);
    let mut row = Row::new(ui, line, ("note", &chart.id));
    if note.starts_with("Open all") {
        if row.button(&Button::new(note).after(icon::NEXT).kind(ButtonKind::Link)).clicked() {
            state.show_rows(&chart.id, state.filter.clone(), false);
        }
        return;
    }
    row.icon(icon::INFO, 12.0, t.t3).gap(5.0);
    row.text(note, META, t.t3);
}

/// The first columns, as many as can be read at this width; the table behind the chart has them all.
fn leading(table: &DataTable, width: f32) -> DataTable {
    const READABLE: f32 = 104.0;
    let fitting = (1..table.columns.len()).take_while(|count| (*count as f32 + 1.0) * READABLE <= width).count() + 1;
    DataTable {
        columns: table.columns.iter().take(fitting).cloned().collect(),
        rows: table.rows.iter().map(|row| row.iter().take(fitting).cloned().collect()).collect(),
        truncated: table.truncated,
    }
}

fn head(ui: &Ui, head: Rect, cx: &mut Cx<'_>, state: &mut Dashboards, chart: &Chart) {
    let mut row = Row::new(ui, head.shrink2(vec2(12.0, 0.0)), ("chart-head", &chart.id));
    row.gap_right(-6.0);
    let name = format!("Menu of {}", chart.title);
    let more = Button::new("\u{2026}").name(&name).icon(icon::MORE).words(false).kind(ButtonKind::Ghost);
    let response = row.button_right(&more);
    Popup::menu(&response).show(|ui| chart_menu(ui, cx, state, chart));
    row.gap_right(2.0);
    if let Some(share) = chart.settled_share {
        let (width, badge) = trust::show(ui, row.right, row.middle, &trust_in(chart, share), true);
        if badge.clicked() && chart.has_rows {
            state.show_rows(&chart.id, state.filter.clone(), true);
        }
        row.gap_right(width + 10.0);
    }
    if state.zoom.contains_key(&chart.id) {
        let name = format!("Whole axis of {}", chart.title);
        if row.button_right(&Button::new("Whole axis").name(&name).kind(ButtonKind::Link)).clicked() {
            state.zoom.remove(&chart.id);
        }
        row.gap_right(6.0);
    }
    let t = tokens(ui);
    let title_width = draw::line(ui, &chart.title, DENSE_B, t.t1).size().x;
    legend(ui, &mut row, title_width, state, chart);
    let title = row.heading(&chart.title, DENSE_B);
    let id = ui.scope_id().with(("chart-title", &chart.id));
    let response = draw::pressable(ui, title, id, Role::Button, &format!("{}: definition and rows", chart.title), 4.0);
    let response = tooltip::definition(response, &chart.title, &chart.definition, &chart.sql);
    match press::of(ui, &response) {
        Press::Rows if chart.has_rows => state.show_rows(&chart.id, state.filter.clone(), false),
        Press::None => {}
        _ => state.open = Some(chart.id.clone()),
    }
    row.gap(8.0);
    if row.room() > 24.0 {
        row.text(&chart.subtitle, META, t.t3);
    }
}

fn trust_in(chart: &Chart, share: f64) -> trust::Trust<'_> {
    trust::Trust { id: &chart.id, title: &chart.title, share, quarantined: chart.quarantined }
}

/// Names of the series; a press takes one out or brings it back.
fn legend(ui: &Ui, row: &mut Row<'_>, title_width: f32, state: &mut Dashboards, chart: &Chart) {
    let t = tokens(ui);
    let drawn = matches!(chart.kind, ChartKind::Line | ChartKind::Area | ChartKind::GroupedBars);
    if !drawn || chart.series.len() < 2 {
        return;
    }
    let width_of = |series: &Series| draw::line(ui, &series.name, META, t.t2).size().x + 15.0;
    let all: f32 = chart.series.iter().map(|series| width_of(series) + 10.0).sum();
    // Lines that are named at their ends need no half of a legend.
    if plot::is_named_at_ends(chart) && row.room() < title_width + all {
        return;
    }
    for (at, series) in chart.series.iter().enumerate().rev() {
        let width = width_of(series);
        if row.room() < title_width + width + 10.0 {
            break;
        }
        row.gap_right(width);
        let place = Rect::from_min_size(pos2(row.right, row.middle - 9.0), vec2(width, 18.0));
        let hidden = state.is_hidden(&chart.id, &series.name);
        let name = format!("{} {} in {}", if hidden { "Show" } else { "Hide" }, series.name, chart.title);
        let response = draw::pressable(ui, place, ui.scope_id().with(("legend", &chart.id, at)), Role::Button, &name, 4.0);
        let color = if hidden { t.line2 } else { series_color(t, at, series) };
        let mark = Rect::from_center_size(pos2(place.left() + 5.0, row.middle), vec2(10.0, 10.0));
        if series.is_before {
            let ends = [mark.left_center(), mark.right_center()];
            ui.painter().extend(egui::Shape::dashed_line(&ends, egui::Stroke::new(2.0, color), 4.0, 2.0));
        } else {
            draw::fill(ui, mark, 2.0, color);
        }
        draw::text_in(ui, place.with_min_x(place.left() + 15.0), &series.name, META, if hidden { t.t3 } else { t.t2 });
        if response.on_hover_text(name).clicked() {
            state.toggle_series(&chart.id, &series.name);
        }
        row.gap_right(10.0);
    }
}

fn chart_menu(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut Dashboards, chart: &Chart) {
    menu::width(ui, 230.0);
    if chart.has_rows && menu::item(ui, Some(icon::TABLE), "Show the rows", Some("R"), true).clicked() {
        state.show_rows(&chart.id, state.filter.clone(), false);
        ui.close();
    }
    if menu::item(ui, Some(icon::SQL), "Definition, SQL and table", None, true).clicked() {
        state.open = Some(chart.id.clone());
        ui.close();
    }
    if menu::item(ui, Some(icon::EXPORT), "Copy as TSV", None, true).clicked() {
        ui.ctx().copy_text(model::tsv(&chart.table));
        ui.close();
    }
    menu::line(ui);
    menu::heading(ui, "Export");
    let forms =
        [("Picture, PNG", "png"), ("Picture, SVG", "svg"), ("Data, CSV", "csv"), ("Data, XLSX", "xlsx"), ("Data, Parquet", "parquet")];
    for (label, ending) in forms {
        if menu::item(ui, None, label, None, true).clicked() {
            let filter = Box::new(state.filter.clone());
            cx.act(Action::Pick(Pick::SaveFigure { page: state.page, filter, figure: chart.id.clone(), ending }));
            ui.close();
        }
    }
}

/// A press on one part of a chart: it filters the page, or shows the part's rows.
fn pressed(ui: &Ui, response: &egui::Response, state: &mut Dashboards, chart: &Chart, at: usize) {
    let key = chart.filter_keys.get(at).and_then(Option::as_deref);
    let facet = chart.facet.as_deref();
    match (press::of(ui, response), facet.zip(key)) {
        (Press::Rows, part) => {
            // The first of the two clicks has filtered: as it was, with the part's rows over it.
            if let (true, Some((facet, key))) = (press::by_pointer(response), part) {
                state.toggle(facet, key);
            }
            match (part, chart.keys.get(at)) {
                _ if !chart.has_rows => {}
                (None, Some(keys)) => {
                    state.open = None;
                    state.show_part(&chart.id, keys.clone());
                }
                _ => state.show_rows(&chart.id, state.with(facet, key), false),
            }
        }
        (Press::Click, Some((facet, key))) => state.toggle(facet, key),
        (Press::Click, None) => state.open = Some(chart.id.clone()),
        (Press::None, _) => {}
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
fn share(value: f64, most: f64) -> f32 {
    if most > 0.0 { (value / most).clamp(0.0, 1.0) as f32 } else { 0.0 }
}

fn row_height(room: f32, count: usize, wanted: f32, least: f32) -> f32 {
    (room / f32::from(u16::try_from(count.max(1)).unwrap_or(u16::MAX))).clamp(least, wanted)
}

/// Categories; a click filters.
fn horizontal(ui: &mut Ui, rect: Rect, state: &mut Dashboards, chart: &Chart) {
    let t = tokens(ui);
    let Some(series) = chart.series.first() else { return };
    let most = series.values.iter().flatten().copied().fold(0.0, f64::max);
    let height = row_height(rect.height(), chart.x_labels.len(), 33.0, 20.0);
    let widest = chart.x_labels.iter().map(|label| draw::line(ui, label, DENSE_B, t.t1).size().x).fold(60.0, f32::max);
    let label_width = (widest + 4.0).min(rect.width() * 0.42);
    let is_on = |state: &Dashboards, at: usize| {
        let key = chart.filter_keys.get(at).and_then(Option::as_deref);
        chart.facet.as_deref().zip(key).is_some_and(|(facet, key)| state.is_chosen(facet, key))
    };
    let one_is_on = (0..chart.x_labels.len()).any(|at| is_on(state, at));
    let rows = area::Rows { count: chart.x_labels.len(), height, show: None };
    area::list(ui, rect.expand2(vec2(8.0, 0.0)), &chart.id, rows, |ui, at, place| {
        let Some(label) = chart.x_labels.get(at) else { return };
        let value = series.values.get(at).copied().flatten();
        let filters = chart.filter_keys.get(at).is_some_and(Option::is_some);
        let on = is_on(state, at);
        let said = format!("{label}: {}", value.map_or_else(|| "no value".to_owned(), words::real));
        let response = part(ui, place, chart, at, filters, on);
        let inner = place.shrink2(vec2(8.0, 0.0));
        let dim = one_is_on && !on;
        let (kind, color) = if on { (DENSE_B, t.t1) } else { (DENSE, if dim { t.t2 } else { t.t1 }) };
        draw::text_in(ui, inner.with_max_x(inner.left() + label_width), label, kind, color);
        let track = Rect::from_min_max(pos2(inner.left() + label_width + 10.0, 0.0), pos2(inner.right() - 66.0, 0.0));
        let bar_height = (height * 0.44).min(14.0);
        let width = (track.width() * share(value.unwrap_or(0.0), most)).max(if value.is_some_and(|value| value > 0.0) { 2.0 } else { 0.0 });
        let bar = Rect::from_min_size(pos2(track.left(), inner.center().y - bar_height / 2.0), vec2(width, bar_height));
        draw::fill(ui, bar, 2.0, if dim { mix(t.series[0], t.bg1, 0.35) } else { t.series[0] });
        let words = value.map_or_else(|| "\u{2013}".to_owned(), words::short);
        draw::text_in_right(ui, inner.with_min_x(inner.right() - 60.0), &words, kind, color);
        pressed(ui, &response.on_hover_text(said), state, chart, at);
    });
}

/// One part of a chart as something to press, with its ground.
fn part(ui: &Ui, place: Rect, chart: &Chart, at: usize, filters: bool, on: bool) -> egui::Response {
    let t = tokens(ui);
    let label = chart.x_labels.get(at).map(String::as_str).unwrap_or_default();
    let name = match (filters, on) {
        (true, true) => format!("Stop filtering by {label}"),
        (true, false) => format!("Filter by {label}"),
        (false, _) => format!("{label} of {}", chart.title),
    };
    let response = draw::pressable(ui, place, ui.scope_id().with((&chart.id, at)), Role::Button, &name, 6.0);
    if on {
        draw::fill(ui, place, 6.0, t.acc.tint);
    } else if response.hovered() {
        draw::fill(ui, place, 6.0, t.hover);
    }
    response
}

/// Ordered classes from the worst to the best, in tints of against and for.
fn ordered(ui: &mut Ui, rect: Rect, state: &mut Dashboards, chart: &Chart) {
    let t = tokens(ui);
    let Some(series) = chart.series.first() else { return };
    let most = series.values.iter().flatten().copied().fold(0.0, f64::max);
    let shares = model::shares(&series.values);
    let count = chart.x_labels.len();
    let height = row_height(rect.height(), count, 38.0, 24.0);
    let rows = area::Rows { count, height, show: None };
    area::list(ui, rect, &chart.id, rows, |ui, at, place| {
        let Some(label) = chart.x_labels.get(at) else { return };
        let value = series.values.get(at).copied().flatten().unwrap_or(0.0);
        let key = chart.filter_keys.get(at).and_then(Option::as_deref);
        let on = chart.facet.as_deref().zip(key).is_some_and(|(facet, key)| state.is_chosen(facet, key));
        let response = part(ui, place, chart, at, key.is_some(), on);
        let ink = class_color(t, at, count);
        let middle = place.center().y;
        draw::fill(ui, Rect::from_center_size(pos2(place.left() + 5.0, middle), vec2(10.0, 10.0)), 2.0, ink);
        let words = place.with_min_x(place.left() + 17.0).with_max_x(place.left() + 92.0);
        draw::text_in(ui, words, label, if on { DENSE_B } else { DENSE }, t.t1);
        let track = Rect::from_min_max(pos2(place.left() + 96.0, 0.0), pos2(place.right() - 108.0, 0.0));
        let bar = Rect::from_min_size(pos2(track.left(), middle - 8.0), vec2((track.width() * share(value, most)).max(2.0), 16.0));
        draw::fill(ui, bar, 2.0, ink);
        draw::text(ui, pos2(place.right() - 56.0, middle), Align2::RIGHT_CENTER, &words::short(value), DENSE, t.t1);
        let percent = shares.get(at).map(String::as_str).unwrap_or_default();
        draw::text(ui, pos2(place.right(), middle), Align2::RIGHT_CENTER, percent, DENSE, t.t3);
        let said = format!("{label}: {}, {percent}", words::short(value));
        pressed(ui, &response.on_hover_text(said), state, chart, at);
    });
}

fn class_color(t: &Tokens, at: usize, count: usize) -> Color32 {
    let half = count.div_ceil(2);
    let step = |at: usize, of: usize| {
        let of = f32::from(u8::try_from(of.saturating_sub(1).max(1)).unwrap_or(u8::MAX));
        f32::from(u8::try_from(at).unwrap_or(u8::MAX)) / of
    };
    if at < half { mix(t.con, t.bg1, 1.0 - 0.45 * step(at, half)) } else { mix(t.pro, t.bg1, 0.45 + 0.55 * step(at - half, count - half)) }
}
