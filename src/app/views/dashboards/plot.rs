//! Lines, areas and grouped bars by egui_plot, with our own grid, labels and tooltip.

use std::collections::BTreeSet;

use egui::{Align2, Color32, LayerId, Order, Rect, Response, Stroke, Ui, pos2, vec2};
use egui_plot::{Bar, BarChart, Line, LineStyle, PlotPoints};

use super::charts::series_color;
use super::model::{self, Axis};
use super::press::{self, Press};
use super::state::Dashboards;
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META};
use crate::app::theme::{Tokens, tokens};
use crate::app::widgets::{PlotFrame, draw};
use crate::app::words;
use crate::engine::pages::{Chart, ChartKind};

const BELOW: f32 = 22.0;

#[expect(clippy::cast_precision_loss, reason = "a place on an axis")]
fn x_of(at: usize) -> f64 {
    at as f64
}

/// What a person did to a plot.
struct Seen {
    response: Response,
    /// The place under the pointer.
    at: Option<usize>,
}

/// A chart that nobody filters by.
pub fn show(ui: &mut Ui, rect: Rect, chart: &Chart) {
    draw_plot(ui, rect, chart, &BTreeSet::new(), whole(chart));
}

/// A chart of a dashboard: the wheel with Ctrl zooms, a drag moves, a click narrows to the place, a double click (or Enter) shows its rows.
pub fn show_on_page(ui: &mut Ui, rect: Rect, state: &mut Dashboards, chart: &Chart) {
    let hidden = state.hidden.get(&chart.id).cloned().unwrap_or_default();
    let all = whole(chart);
    let view = state.zoom.get(&chart.id).copied().unwrap_or(all);
    let Some(Seen { response, at }) = draw_plot(ui, rect, chart, &hidden, view) else { return };
    if let Some(moved) = moved(ui, &response, view, all, rect.width()) {
        if moved == all {
            state.zoom.remove(&chart.id);
        } else {
            state.zoom.insert(chart.id.clone(), moved);
        }
    }
    let span = at.and_then(|at| chart.spans.get(at));
    match press::of(ui, &response) {
        Press::Rows if chart.has_rows => state.show_rows(&chart.id, state.within(span), false),
        Press::Click if !response.double_clicked() => {
            // One place of a period is a period of its own; a place that is the whole period already is left.
            let narrowed = state.within(span);
            if chart.spans.len() > 1 && span.is_some() {
                state.filter = narrowed;
                state.zoom.remove(&chart.id);
            }
        }
        _ => {}
    }
}

/// First and last number of the whole x axis.
fn whole(chart: &Chart) -> (f64, f64) {
    let count = chart.x_labels.len();
    if chart.kind == ChartKind::GroupedBars {
        (-0.5, x_of(count) - 0.5)
    } else if count < 2 {
        (-0.5, 0.5)
    } else {
        (0.0, x_of(count - 1))
    }
}

/// The part of the axis that shows after the wheel or a drag; None where nothing moved.
fn moved(ui: &Ui, response: &Response, view: (f64, f64), all: (f64, f64), width: f32) -> Option<(f64, f64)> {
    const LEAST: f64 = 2.0;
    let span = view.1 - view.0;
    if response.hovered() {
        let zoom = f64::from(ui.input(egui::InputState::zoom_delta));
        if (zoom - 1.0).abs() > 1e-3 {
            let share = response.hover_pos().map_or(0.5, |at| f64::from((at.x - response.rect.left()) / response.rect.width().max(1.0)));
            let wanted = (span / zoom).clamp(LEAST.min(all.1 - all.0), all.1 - all.0);
            let from = (view.0 + (span - wanted) * share).clamp(all.0, all.1 - wanted);
            return Some((from, from + wanted));
        }
    }
    let dragged = f64::from(response.drag_delta().x);
    if response.dragged() && dragged != 0.0 && span < all.1 - all.0 {
        let from = (view.0 - dragged / f64::from(width.max(1.0)) * span).clamp(all.0, all.1 - span);
        return Some((from, from + span));
    }
    None
}

/// From four lines on each is named at its end instead of in a legend.
pub fn is_named_at_ends(chart: &Chart) -> bool {
    chart.kind == ChartKind::Line && chart.series.len() > 3
}

fn draw_plot(ui: &mut Ui, rect: Rect, chart: &Chart, hidden: &BTreeSet<String>, view: (f64, f64)) -> Option<Seen> {
    let t = tokens(ui);
    let lines = (rect.height() / 52.0).floor().clamp(2.0, 5.0);
    let axis = model::axis(chart, hidden, f64::from(lines));
    let labels: Vec<String> = axis.ticks.iter().map(|tick| words::short(*tick)).collect();
    let label_width = labels.iter().map(|label| draw::line(ui, label, META, t.t3).size().x).fold(0.0, f32::max);
    let named = is_named_at_ends(chart);
    let right = if named { 76.0 } else { 6.0 };
    let frame =
        Rect::from_min_max(pos2(rect.left() + label_width + 8.0, rect.top() + 8.0), pos2(rect.right() - right, rect.bottom() - BELOW));
    if frame.width() < 40.0 || frame.height() < 30.0 {
        return None;
    }
    let count = chart.x_labels.len();
    let bars = chart.kind == ChartKind::GroupedBars;
    let place = PlotFrame::new(frame, view, (axis.from, axis.to));
    let at = |x: f64, y: f64| place.at(x, y);
    y_grid(ui, frame, &axis, &labels, |y| at(view.0, y).y);
    x_labels(ui, frame, chart, bars, |x| at(x, axis.from).x);
    let response = place.show(ui, &chart.id, &format!("{}, {}", chart.title, chart.subtitle), |plot| {
        if bars {
            for chart in bar_charts(t, chart, hidden) {
                plot.bar_chart(chart);
            }
        } else {
            for line in plot_lines(t, chart, hidden, frame.width()) {
                plot.line(line);
            }
        }
    });
    if named {
        end_names(ui, frame, chart, hidden, at);
    }
    let nearest = response.hover_pos().map(|pointer| place.x_at(pointer).round().clamp(0.0, x_of(count.saturating_sub(1))));
    let index = nearest.and_then(index_of).filter(|index| *index < count);
    if let Some(index) = index {
        hovered(ui, frame, chart, hidden, (index, bars), at);
    }
    Some(Seen { response, at: index })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place on an axis, not below 0")]
fn index_of(place: f64) -> Option<usize> {
    (place >= 0.0).then_some(place as usize)
}

fn y_grid(ui: &Ui, frame: Rect, axis: &Axis, labels: &[String], y_of: impl Fn(f64) -> f32) {
    let t = tokens(ui);
    for (tick, label) in axis.ticks.iter().zip(labels) {
        let y = y_of(*tick);
        draw::hline(ui, frame.left(), frame.right(), y, if *tick == 0.0 { t.line2 } else { t.line });
        draw::text(ui, pos2(frame.left() - 8.0, y), Align2::RIGHT_CENTER, label, META, t.t3);
    }
}

/// As many labels as have room, the last ones left out rather than laid over each other.
fn x_labels(ui: &Ui, frame: Rect, chart: &Chart, bars: bool, x_of_place: impl Fn(f64) -> f32) {
    let t = tokens(ui);
    let count = chart.x_labels.len();
    // A few are measured: of very many, measuring each would take longer than drawing them.
    let sampled = chart.x_labels.iter().step_by((count / 64).max(1));
    let widest = sampled.map(|label| draw::line(ui, label, META, t.t3).size().x).fold(20.0, f32::max);
    let apart = (x_of_place(1.0) - x_of_place(0.0)).abs().max(1e-4);
    let step = index_of(f64::from(((widest + 12.0) / apart).ceil())).unwrap_or(1).clamp(1, count.max(1));
    let mut free_from = f32::NEG_INFINITY;
    for (at, label) in chart.x_labels.iter().enumerate().step_by(step) {
        let x = x_of_place(x_of(at));
        if x < frame.left() - 1.0 || x > frame.right() + 1.0 {
            continue;
        }
        if !bars && at > 0 && count <= 400 {
            draw::vline(ui, x, frame.top(), frame.bottom(), t.line);
        }
        let half = draw::line(ui, label, META, t.t3).size().x / 2.0;
        // Under a line the words begin at its tick, under bars they stand in the middle.
        let middle = if bars { x } else { (x + half + 2.0).min(frame.right() - half + 4.0) };
        // The first and the last are moved inwards: one that they would touch stays away.
        if middle - half < free_from {
            continue;
        }
        free_from = middle + half + 10.0;
        draw::text(ui, pos2(middle, frame.bottom() + 14.0), Align2::CENTER_CENTER, label, META, t.t3);
    }
}

fn plot_lines<'c>(t: &Tokens, chart: &'c Chart, hidden: &BTreeSet<String>, width: f32) -> Vec<Line<'c>> {
    let mut lines = Vec::new();
    // Two points to a pixel are as many as can be seen.
    let most = index_of(f64::from(width) * 2.0).unwrap_or(2).max(64);
    // The period before lies under the present one.
    let order = chart.series.iter().enumerate().rev().filter(|(_, series)| !hidden.contains(&series.name));
    for (at, series) in order {
        let color = series_color(t, at, series);
        for run in runs(&series.values) {
            let mut line = Line::new(series.name.clone(), PlotPoints::from(model::thinned(&run, most))).color(color).allow_hover(false);
            if series.is_before {
                line = line.width(1.5).style(LineStyle::Dashed { length: 4.0 });
            } else {
                line = line.width(2.0);
                if chart.kind == ChartKind::Area {
                    line = line.fill(0.0).fill_alpha(0.10);
                }
            }
            lines.push(line);
        }
    }
    lines
}

/// A gap in the values is a gap in the line.
fn runs(values: &[Option<f64>]) -> Vec<Vec<[f64; 2]>> {
    let mut all = vec![Vec::new()];
    for (at, value) in values.iter().enumerate() {
        match value {
            Some(value) => {
                if let Some(run) = all.last_mut() {
                    run.push([x_of(at), *value]);
                }
            }
            None => all.push(Vec::new()),
        }
    }
    all.retain(|run| !run.is_empty());
    all
}

fn bar_charts(t: &Tokens, chart: &Chart, hidden: &BTreeSet<String>) -> Vec<BarChart> {
    let count = x_of(chart.series.len().max(1));
    let width = 0.72 / count;
    chart
        .series
        .iter()
        .enumerate()
        .filter(|(_, series)| !hidden.contains(&series.name))
        .map(|(at, series)| {
            let color = series_color(t, at, series);
            let offset = (x_of(at) - (count - 1.0) / 2.0) * width;
            let bars = series
                .values
                .iter()
                .enumerate()
                .filter_map(|(place, value)| {
                    value.map(|value| Bar::new(x_of(place) + offset, value).width(width * 0.92).fill(color).stroke(Stroke::NONE))
                })
                .collect();
            BarChart::new(series.name.clone(), bars).color(color).allow_hover(false)
        })
        .collect()
}

/// Names at the ends of the lines, pushed apart where they would touch.
fn end_names(ui: &Ui, frame: Rect, chart: &Chart, hidden: &BTreeSet<String>, at: impl Fn(f64, f64) -> egui::Pos2) {
    let t = tokens(ui);
    let mut ends: Vec<(f32, &str, Color32)> = chart
        .series
        .iter()
        .enumerate()
        .filter(|(_, series)| !hidden.contains(&series.name))
        .filter_map(|(index, series)| {
            let last = series.values.iter().rposition(Option::is_some)?;
            let value = series.values.get(last).copied().flatten()?;
            Some((at(x_of(last), value).y, series.name.as_str(), series_color(t, index, series)))
        })
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut lowest = frame.top() - 14.0;
    for (y, name, color) in ends {
        let y = y.max(lowest + 14.0).min(frame.bottom());
        lowest = y;
        let place = Rect::from_min_max(pos2(frame.right() + 6.0, y - 8.0), pos2(frame.right() + 76.0, y + 8.0));
        draw::text_in(ui, place, name, META, color);
    }
}

fn hovered(
    ui: &Ui,
    frame: Rect,
    chart: &Chart,
    hidden: &BTreeSet<String>,
    (index, bars): (usize, bool),
    at: impl Fn(f64, f64) -> egui::Pos2,
) {
    let t = tokens(ui);
    let layer = LayerId::new(Order::Tooltip, ui.scope_id().with(("plot-tip", &chart.id)));
    let painter = ui.ctx().layer_painter(layer);
    let x = at(x_of(index), 0.0).x;
    if !bars {
        painter.vline(x, frame.y_range(), Stroke::new(1.0, t.edge));
    }
    let mut lines: Vec<(Color32, String, String)> = Vec::new();
    for (place, series) in chart.series.iter().enumerate() {
        let Some(value) = series.values.get(index).copied().flatten().filter(|_| !hidden.contains(&series.name)) else { continue };
        let color = series_color(t, place, series);
        if !bars {
            painter.circle(at(x_of(index), value), 4.0, t.bg1, Stroke::new(2.0, color));
        }
        lines.push((color, series.name.clone(), words::real(value)));
    }
    let value = |before: bool| {
        chart.series.iter().find(|series| series.is_before == before).and_then(|series| series.values.get(index).copied().flatten())
    };
    if let Some(change) = value(false).zip(value(true)).and_then(|(now, before)| model::difference(now, before)) {
        lines.push((Color32::TRANSPARENT, "Difference".to_owned(), change));
    }
    let title = chart.x_labels.get(index).map(String::as_str).unwrap_or_default();
    let widths = lines
        .iter()
        .map(|(_, name, value)| draw::line(ui, name, DENSE, t.t1).size().x + draw::line(ui, value, DENSE_M, t.t1).size().x + 34.0);
    let width = widths.fold(draw::line(ui, title, DENSE_B, t.t1).size().x, f32::max) + 20.0;
    let height = 14.0 + 18.0 * f32::from(u8::try_from(lines.len() + 1).unwrap_or(u8::MAX));
    // On the side where there is room.
    let left = if x - width - 14.0 > frame.left() { x - width - 12.0 } else { x + 12.0 };
    let tip = Rect::from_min_size(pos2(left, (frame.center().y - height / 2.0).round()), vec2(width, height));
    painter.add(egui::Shadow { offset: [0, 4], blur: 16, spread: 0, color: t.shadow }.as_shape(tip, 6.0));
    painter.rect(tip, 6.0, t.bg1, Stroke::new(1.0, t.line2), egui::StrokeKind::Inside);
    let mut y = tip.top() + 16.0;
    let text = |x: f32, y: f32, anchor: Align2, words: &str, kind: crate::app::theme::kind::Kind, color: Color32| {
        let galley = draw::line(ui, words, kind, color);
        let rect = anchor.anchor_size(pos2(x, y), galley.size());
        painter.galley(draw::snapped(ui, rect.min), galley, color);
    };
    text(tip.left() + 10.0, y, Align2::LEFT_CENTER, title, DENSE_B, t.t1);
    for (color, name, value) in lines {
        y += 18.0;
        painter.rect_filled(Rect::from_center_size(pos2(tip.left() + 14.0, y), vec2(8.0, 8.0)), 2.0, color);
        text(tip.left() + 24.0, y, Align2::LEFT_CENTER, &name, DENSE, if color == Color32::TRANSPARENT { t.t2 } else { t.t1 });
        text(tip.right() - 10.0, y, Align2::RIGHT_CENTER, &value, DENSE_M, t.t1);
    }
}
