//! How often the levels of one comparison occur: among pairs of one person (m) and among others (u).

use egui::{Align2, Rect, Ui, pos2, vec2};
use egui_plot::{Line, MarkerShape, PlotPoints, Points};

use super::comparisons::share as share_words;
use crate::app::theme::kind::META;
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{PlotFrame, draw};
use crate::app::words;
use crate::engine::pages::MatchComparison;

/// Shares below this are drawn at the left end.
const LEAST_SHARE: f64 = 1e-5;

pub fn show(ui: &mut Ui, rect: Rect, comparison: &MatchComparison) {
    let t = tokens(ui);
    head(ui, rect, comparison);
    let count = comparison.levels.len();
    if count == 0 {
        return;
    }
    let widest = comparison.levels.iter().map(|level| draw::line(ui, &level.phrase, META, t.t1).size().x).fold(60.0, f32::max);
    let label_width = widest.min(rect.width() * 0.42);
    let frame_rect = Rect::from_min_max(
        pos2(rect.left() + 12.0 + label_width + 14.0, rect.top() + 42.0),
        pos2(rect.right() - 26.0, rect.bottom() - 24.0),
    );
    if frame_rect.width() < 40.0 || frame_rect.height() < 20.0 {
        return;
    }
    let log = |share: f64| share.max(LEAST_SHARE).log10();
    let least =
        comparison.levels.iter().flat_map(|level| [log(level.m_probability), log(level.u_probability)]).fold(-1.0, f64::min).floor();
    let rows = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let frame = PlotFrame::new(frame_rect, (least - 0.15, 0.05), (-rows + 0.5, 0.5));
    axis(ui, &frame, frame_rect, least);
    let mut said = format!("{}: m and u per level.", comparison.title);
    for level in &comparison.levels {
        said.push_str(&format!(" {}: m {}, u {}.", level.phrase, share_words(level.m_probability), share_words(level.u_probability)));
    }
    let places: Vec<(f64, f64, f64)> = comparison
        .levels
        .iter()
        .enumerate()
        .map(|(at, level)| (-f64::from(u32::try_from(at).unwrap_or(0)), log(level.m_probability), log(level.u_probability)))
        .collect();
    for (level, (y, _, _)) in comparison.levels.iter().zip(&places) {
        let middle = frame.at(0.0, *y).y;
        let place = Rect::from_min_max(pos2(rect.left() + 12.0, middle - 8.0), pos2(frame_rect.left() - 10.0, middle + 8.0));
        draw::text_in_right(ui, place, &level.phrase, META, t.t1);
    }
    let response = frame.show(ui, "m-and-u", &said, |plot| {
        for (y, m, u) in &places {
            plot.line(Line::new("", PlotPoints::from(vec![[*m, *y], [*u, *y]])).color(t.edge).width(1.5).allow_hover(false));
        }
        let of = |value: fn(&(f64, f64, f64)) -> f64| PlotPoints::from(places.iter().map(|p| [value(p), p.0]).collect::<Vec<_>>());
        plot.points(Points::new("u", of(|p| p.2)).color(t.con).radius(5.0).shape(MarkerShape::Square).filled(true).allow_hover(false));
        plot.points(Points::new("m", of(|p| p.1)).color(t.pro).radius(4.8).shape(MarkerShape::Circle).filled(true).allow_hover(false));
    });
    if let Some(pointer) = response.hover_pos() {
        let nearest = places.iter().position(|(y, _, _)| (frame.at(0.0, *y).y - pointer.y).abs() < 12.0);
        if let Some(level) = nearest.and_then(|at| comparison.levels.get(at)) {
            let text = format!(
                "{}\nm {}, u {}\nweight {}",
                level.phrase,
                share_words(level.m_probability),
                share_words(level.u_probability),
                words::signed(level.match_weight)
            );
            response.on_hover_text_at_pointer(text);
        }
    }
}

/// Title and legend.
fn head(ui: &Ui, rect: Rect, comparison: &MatchComparison) {
    let t = tokens(ui);
    let (mut row, _) = parts::panel(ui, rect, &comparison.title, true);
    let legend = [("others (u)", t.con, true), ("same person (m)", t.pro, false)];
    for (label, color, square) in legend {
        row.text_right(label, META, t.t2);
        row.gap_right(5.0);
        let mark = Rect::from_center_size(pos2(row.right - 5.0, row.middle), vec2(9.0, 9.0));
        if square {
            draw::fill(ui, mark, 2.0, color);
        } else {
            ui.painter().circle_filled(mark.center(), 4.5, color);
        }
        row.gap_right(10.0 + 12.0);
    }
    if row.room() > 90.0 {
        row.text("how often, among", META, t.t3);
    }
}

/// Shares on a logarithmic scale.
fn axis(ui: &Ui, frame: &PlotFrame, rect: Rect, least: f64) {
    let t = tokens(ui);
    let mut power = least;
    while power <= 0.0 {
        let x = frame.at(power, 0.0).x;
        draw::vline(ui, x, rect.top(), rect.bottom(), t.line);
        let percent = 10_f64.powf(power + 2.0);
        let label = if percent >= 1.0 { format!("{percent:.0} %") } else { format!("{percent} %") };
        draw::text(ui, pos2(x, rect.bottom() + 12.0), Align2::CENTER_CENTER, &label, META, t.t3);
        power += if least < -3.0 { 2.0 } else { 1.0 };
    }
}
