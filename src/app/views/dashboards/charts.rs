//! A chart in its card: head with legend, trust and menu, then the picture of its kind.

use egui::accesskit::Role;
use egui::{Align2, Color32, Popup, Rect, Ui, pos2, vec2};

use super::state::Dashboards;
use super::{model, plot};
use crate::app::theme::kind::{DENSE, DENSE_B, META, icon};
use crate::app::theme::{Tokens, mix, tokens};
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, menu, table, tooltip, trust};
use crate::app::words;
use crate::base::DataTable;
use crate::engine::pages::{Chart, ChartKind, Series};

pub fn series_color(t: &Tokens, at: usize, series: &Series) -> Color32 {
    if series.is_before { t.series[6] } else { t.series.get(at % 6).copied().unwrap_or(t.accent) }
}

pub fn card(ui: &mut Ui, rect: Rect, state: &mut Dashboards, chart: &Chart) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    if state.open.as_deref() == Some(chart.id.as_str()) {
        draw::outline(ui, rect, 10.0, t.accent, 2.0);
    }
    head(ui, Rect::from_min_size(rect.min, vec2(rect.width(), 36.0)), state, chart);
    let flush = chart.kind == ChartKind::Table;
    let side = if flush { 1.0 } else { 12.0 };
    let mut body = Rect::from_min_max(pos2(rect.left() + side, rect.top() + 36.0), rect.max - vec2(side, if flush { 1.0 } else { 10.0 }));
    if let Some(note) = &chart.note {
        let line = body.with_min_y(body.bottom() - 20.0);
        body.max.y = line.top();
        let mut row = Row::new(ui, line.shrink2(vec2(if flush { 11.0 } else { 0.0 }, 0.0)), ("note", &chart.id));
        row.icon(icon::INFO, 12.0, t.t3).gap(5.0);
        row.text(note, META, t.t3);
    }
    let no_values = chart.series.iter().all(|series| series.values.iter().all(Option::is_none));
    if (flush && chart.table.rows.is_empty()) || (!flush && (chart.x_labels.is_empty() || no_values)) {
        empty::show(ui, body, icon::DASHBOARDS, "No rows in this period.", None);
        return;
    }
    match chart.kind {
        ChartKind::Table => {
            table::data(ui, body, &chart.id, &chart.title, &leading(&chart.table, body.width()), 32.0);
            draw::outline(ui, rect, 10.0, t.line, 1.0);
        }
        ChartKind::HorizontalBars => horizontal(ui, body, state, chart),
        ChartKind::OrderedBars => ordered(ui, body, chart),
        ChartKind::Line | ChartKind::Area | ChartKind::GroupedBars => plot::show(ui, body, chart),
    }
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

fn head(ui: &Ui, head: Rect, state: &mut Dashboards, chart: &Chart) {
    let t = tokens(ui);
    let mut row = Row::new(ui, head.shrink2(vec2(12.0, 0.0)), ("chart-head", &chart.id));
    row.gap_right(-6.0);
    let name = format!("Menu of {}", chart.title);
    let more = Button::new("\u{2026}").name(&name).icon(icon::MORE).words(false).kind(ButtonKind::Ghost);
    let response = row.button_right(&more);
    Popup::menu(&response).show(|ui| chart_menu(ui, state, chart));
    row.gap_right(2.0);
    if let Some(share) = chart.settled_share {
        let width = trust::paint(ui, row.right, row.middle, share, true, &chart.id);
        row.gap_right(width + 10.0);
    }
    let drawn = matches!(chart.kind, ChartKind::Line | ChartKind::Area | ChartKind::GroupedBars);
    let title_width = draw::line(ui, &chart.title, DENSE_B, t.t1).size().x;
    if drawn && chart.series.len() > 1 && (chart.series.len() < 4 || chart.kind == ChartKind::GroupedBars) {
        for (at, series) in chart.series.iter().enumerate().rev() {
            let width = draw::line(ui, &series.name, META, t.t2).size().x + 15.0 + 10.0;
            if row.room() < title_width + width {
                break;
            }
            row.text_right(&series.name, META, t.t2);
            row.gap_right(15.0);
            let color = series_color(t, at, series);
            let mark = Rect::from_center_size(pos2(row.right + 5.0, row.middle), vec2(10.0, 10.0));
            if series.is_before {
                let ends = [mark.left_center(), mark.right_center()];
                ui.painter().extend(egui::Shape::dashed_line(&ends, egui::Stroke::new(2.0, color), 4.0, 2.0));
            } else {
                draw::fill(ui, mark, 2.0, color);
            }
            row.gap_right(10.0);
        }
    }
    let title = row.heading(&chart.title, DENSE_B);
    let id = ui.scope_id().with(("chart-title", &chart.id));
    tooltip::definition(draw::spoken(ui, title, id, Role::Label, &chart.definition), &chart.title, &chart.definition, &chart.sql);
    row.gap(8.0);
    if row.room() > 24.0 {
        row.text(&chart.subtitle, META, t.t3);
    }
}

fn chart_menu(ui: &mut Ui, state: &mut Dashboards, chart: &Chart) {
    menu::width(ui, 220.0);
    if menu::item(ui, Some(icon::TABLE), "Show the table", None, true).clicked() {
        state.open = Some(chart.id.clone());
        ui.close();
    }
    if menu::item(ui, Some(icon::EXPORT), "Copy as TSV", None, true).clicked() {
        ui.ctx().copy_text(model::tsv(&chart.table));
        ui.close();
    }
    if menu::item(ui, Some(icon::SQL), "Definition and SQL", None, true).clicked() {
        state.open = Some(chart.id.clone());
        ui.close();
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
fn share(value: f64, most: f64) -> f32 {
    if most > 0.0 { (value / most).clamp(0.0, 1.0) as f32 } else { 0.0 }
}

fn row_height(room: f32, count: usize, wanted: f32, least: f32) -> f32 {
    (room / f32::from(u16::try_from(count.max(1)).unwrap_or(u16::MAX))).clamp(least, wanted)
}

/// Categories; a click filters where the engine gave keys.
fn horizontal(ui: &mut Ui, rect: Rect, state: &mut Dashboards, chart: &Chart) {
    let t = tokens(ui);
    let Some(series) = chart.series.first() else { return };
    let most = series.values.iter().flatten().copied().fold(0.0, f64::max);
    let height = row_height(rect.height(), chart.x_labels.len(), 33.0, 24.0);
    let widest = chart.x_labels.iter().map(|label| draw::line(ui, label, DENSE_B, t.t1).size().x).fold(60.0, f32::max);
    let label_width = (widest + 4.0).min(rect.width() * 0.42);
    let filtered = state.filter.branch.clone();
    let by_branch = filtered.as_ref().is_some_and(|branch| chart.filter_keys.contains(branch));
    let rows = area::Rows { count: chart.x_labels.len(), height, show: None };
    let outer = rect.expand2(vec2(8.0, 0.0));
    area::list(ui, outer, &chart.id, rows, |ui, at, place| {
        let Some(label) = chart.x_labels.get(at) else { return };
        let value = series.values.get(at).copied().flatten();
        let key = chart.filter_keys.get(at).filter(|key| !key.is_empty());
        let on = key.is_some() && key == filtered.as_ref();
        let words = value.map_or_else(|| "\u{2013}".to_owned(), words::short);
        let exact = value.map_or_else(|| "no value".to_owned(), words::real);
        let said = format!("{label}: {exact}");
        let id = ui.scope_id().with((&chart.id, at));
        let response = if key.is_some() {
            let name = if on { format!("Stop filtering by {label}") } else { format!("Filter by {label}") };
            draw::pressable(ui, place, id, Role::Button, &name, 6.0)
        } else {
            draw::spoken(ui, place, id, Role::Label, &said)
        };
        if on {
            draw::fill(ui, place, 6.0, t.acc.tint);
        } else if key.is_some() && response.hovered() {
            draw::fill(ui, place, 6.0, t.hover);
        }
        let inner = place.shrink2(vec2(8.0, 0.0));
        let dim = by_branch && !on;
        let (kind, color) = if on {
            (DENSE_B, t.t1)
        } else if dim {
            (DENSE, t.t2)
        } else {
            (DENSE, t.t1)
        };
        draw::text_in(ui, inner.with_max_x(inner.left() + label_width), label, kind, color);
        let track = Rect::from_min_max(pos2(inner.left() + label_width + 10.0, 0.0), pos2(inner.right() - 66.0, 0.0));
        let bar_height = (height * 0.44).min(14.0);
        let width = (track.width() * share(value.unwrap_or(0.0), most)).max(if value.is_some() { 2.0 } else { 0.0 });
        let bar = Rect::from_min_size(pos2(track.left(), inner.center().y - bar_height / 2.0), vec2(width, bar_height));
        let ink = if dim { mix(t.series[0], t.bg1, 0.35) } else { t.series[0] };
        draw::fill(ui, bar, 2.0, ink);
        draw::text_in_right(ui, inner.with_min_x(inner.right() - 60.0), &words, kind, color);
        if response.on_hover_text(said).clicked() {
            state.filter.branch = if on { None } else { key.cloned() };
        }
    });
}

/// Ordered classes from the worst to the best, in tints of against and for.
fn ordered(ui: &mut Ui, rect: Rect, chart: &Chart) {
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
        let ink = class_color(t, at, count);
        let middle = place.center().y;
        draw::fill(ui, Rect::from_center_size(pos2(place.left() + 5.0, middle), vec2(10.0, 10.0)), 2.0, ink);
        let words = place.with_min_x(place.left() + 17.0).with_max_x(place.left() + 92.0);
        draw::text_in(ui, words, label, DENSE, t.t1);
        let track = Rect::from_min_max(pos2(place.left() + 96.0, 0.0), pos2(place.right() - 108.0, 0.0));
        let bar = Rect::from_min_size(pos2(track.left(), middle - 8.0), vec2((track.width() * share(value, most)).max(2.0), 16.0));
        draw::fill(ui, bar, 2.0, ink);
        draw::text(ui, pos2(place.right() - 56.0, middle), Align2::RIGHT_CENTER, &words::short(value), DENSE, t.t1);
        let percent = shares.get(at).map(String::as_str).unwrap_or_default();
        draw::text(ui, pos2(place.right(), middle), Align2::RIGHT_CENTER, percent, DENSE, t.t3);
        let said = format!("{label}: {}, {percent}", words::short(value));
        draw::spoken(ui, place, ui.scope_id().with((&chart.id, at)), Role::Label, &said).on_hover_text(said);
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
