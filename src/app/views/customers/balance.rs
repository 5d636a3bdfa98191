//! What a customer holds over time, with what happened marked above: a press on a mark shows its entry.

use egui::accesskit::Role;
use egui::{Align2, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::model::{Chart, Entry};
use super::one::entry_look;
use crate::app::theme::kind::META;
use crate::app::theme::{mix, tokens};
use crate::app::widgets::sparkline::under;
use crate::app::widgets::{PlotFrame, draw};
use crate::base::shown;
use crate::engine::pages::BalanceLine;

pub const HEIGHT: f32 = 154.0;
/// Room for the marks above the line, and for the days below.
const ABOVE: f32 = 32.0;
const BELOW: f32 = 24.0;
const LABELS: f32 = 46.0;
/// Marks nearer than this to the one before are not drawn: their entries stand beside each other in the list.
const APART: f32 = 9.0;

/// Returns the entry whose mark was pressed.
pub fn show(ui: &mut Ui, rect: Rect, line: &BalanceLine, chart: &Chart, entries: &[Entry]) -> Option<usize> {
    let t = tokens(ui);
    let inner = Rect::from_min_max(pos2(rect.left() + 12.0 + LABELS, rect.top() + ABOVE), pos2(rect.right() - 16.0, rect.bottom() - BELOW));
    let frame = PlotFrame::new(inner, (chart.from, chart.to), (chart.axis.from, chart.axis.to));
    for tick in &chart.axis.ticks {
        let y = frame.at(chart.from, *tick).y;
        draw::hline(ui, inner.left(), inner.right(), y, if *tick == 0.0 { t.line2 } else { t.line });
        draw::text(ui, pos2(inner.left() - 8.0, y), Align2::RIGHT_CENTER, &shown::short(*tick), META, t.t3);
    }
    let mut free = inner.left();
    for (x, label) in &chart.ticks {
        let x = frame.at(*x, chart.axis.from).x;
        let width = draw::line(ui, label, META, t.t3).size().x;
        let left = (x - width / 2.0).clamp(inner.left(), inner.right() - width);
        if left >= free {
            draw::text(ui, pos2(left, inner.bottom() + 12.0), Align2::LEFT_CENTER, label, META, t.t3);
            free = left + width + 12.0;
        }
    }
    let color = t.series[0];
    let path: Vec<Pos2> = chart.points.iter().map(|[x, y]| frame.at(*x, *y)).collect();
    let floor = frame.at(chart.from, chart.axis.from.max(0.0)).y;
    under(ui, &path, floor, mix(color, t.bg1, 0.10));
    if let Some(from) = chart.falls_from {
        let left = frame.at(from, 0.0).x;
        draw::fill(ui, inner.with_min_x(left), 0.0, t.con.gamma_multiply(0.14));
        let words = draw::line(ui, "falling for 3 months", META, t.con);
        let x = if left + words.size().x + 12.0 > inner.right() { left - words.size().x - 8.0 } else { left + 6.0 };
        draw::put(ui, &words, x, inner.top() + 10.0);
    }
    ui.painter().add(Shape::line(path, Stroke::new(2.0, color)));
    let response = draw::spoken(ui, inner, ui.scope_id().with("balance"), Role::Figure, &chart.said);
    if let Some(pointer) = response.hover_pos() {
        let x = frame.x_at(pointer).clamp(chart.from, chart.to);
        draw::vline(ui, frame.at(x, 0.0).x, inner.top(), inner.bottom(), t.line2);
        response.on_hover_text_at_pointer(chart.near(line, x));
    }
    draw::text(ui, pos2(rect.left() + 12.0, rect.top() + 13.0), Align2::LEFT_CENTER, &chart.title, META, t.t3);
    marks(ui, rect, &frame, chart, entries)
}

fn marks(ui: &Ui, rect: Rect, frame: &PlotFrame, chart: &Chart, entries: &[Entry]) -> Option<usize> {
    let t = tokens(ui);
    let title = draw::line(ui, &chart.title, META, t.t3).size().x + rect.left() + 24.0;
    let mut pressed = None;
    // Newest first, as the entries are.
    let mut last = f32::INFINITY;
    for mark in &chart.marks {
        let Some(entry) = entries.get(mark.entry) else { continue };
        let x = frame.at(f64::from(mark.day), 0.0).x;
        if last - x < APART || x < title {
            continue;
        }
        last = x;
        let (_, color) = entry_look(t, &entry.kind);
        let held = chart.points.iter().rev().find(|[from, _]| *from <= f64::from(mark.day)).map_or(0.0, |[_, value]| *value);
        let centre = pos2(x, rect.top() + 13.0);
        let ends = [pos2(x, centre.y + 5.0), frame.at(f64::from(mark.day), held)];
        ui.painter().extend(Shape::dashed_line(&ends, Stroke::new(1.0, color.gamma_multiply(0.7)), 2.0, 3.0));
        ui.painter().circle_filled(centre, 4.5, color);
        let place = Rect::from_center_size(centre, vec2(APART, 18.0));
        let words = format!("{}, {}", entry.date, entry.text);
        let response = draw::pressable(ui, place, ui.scope_id().with(("balance-mark", mark.entry)), Role::Button, &words, 4.0);
        if response.clicked() {
            pressed = Some(mark.entry);
        }
        response.on_hover_text(&words);
    }
    pressed
}
