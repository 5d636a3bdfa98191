//! The right column: m and u of the chosen comparison, and below it precision, unlinkable records, or blocking recall.

use egui::accesskit::Role;
use egui::{Align2, Rect, Stroke, Ui, pos2, vec2};
use egui_plot::{Line, PlotPoints, Points};

use super::model::{self, Lines, Point, Step};
use super::state::{Chart, Matching};
use super::{levels, measured};
use crate::app::theme::kind::{DENSE_M, META};
use crate::app::theme::tokens;
use crate::app::widgets::tabs::{Tab, tabs};
use crate::app::widgets::{PlotFrame, draw};
use crate::app::words;
use crate::engine::pages::{MatchModelPage, Unlinkable, probability_of};

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Matching, page: &MatchModelPage, lines: Lines) {
    let chosen = page.comparisons.iter().find(|c| Some(&c.comparison) == state.chosen.as_ref()).or_else(|| page.comparisons.first());
    let rows = chosen.map_or(0, |c| c.levels.len());
    let wanted = 36.0 + 26.0 * f32::from(u8::try_from(rows.max(2)).unwrap_or(u8::MAX)) + 34.0;
    // The lower chart needs its axes: at least 190 points of the column.
    let upper = rect.with_max_y(rect.top() + wanted.min((rect.height() - 202.0).max(rect.height() * 0.45)));
    if let Some(comparison) = chosen {
        levels::show(ui, upper, comparison);
    }
    let lower = rect.with_min_y(upper.bottom() + 12.0);
    lower_chart(ui, lower, state, page, lines);
}

fn lower_chart(ui: &mut Ui, rect: Rect, state: &mut Matching, page: &MatchModelPage, lines: Lines) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 36.0));
    draw::hline(ui, rect.left() + 1.0, rect.right() - 1.0, head.bottom() - 1.0, t.line);
    let precision_name = if rect.width() < 400.0 { "Precision" } else { "Precision and queue" };
    let kinds = [
        (Chart::Precision, precision_name),
        (Chart::Unlinkable, "Unlinkable"),
        (Chart::Recall, "Blocking recall"),
        (Chart::Measured, "Measured"),
    ];
    let labels: Vec<Tab> = kinds.iter().map(|(_, label)| Tab::new(*label)).collect();
    let on = kinds.iter().position(|(kind, _)| *kind == state.chart).unwrap_or(0);
    if let (Some(at), _) = tabs(ui, head.shrink2(vec2(4.0, 0.0)), "match-chart", &labels, on, 8.0)
        && let Some((kind, _)) = kinds.get(at)
    {
        state.chart = *kind;
    }
    let body = Rect::from_min_max(pos2(rect.left() + 12.0, head.bottom() + 4.0), pos2(rect.right() - 12.0, rect.bottom() - 6.0));
    let Some(last) = &page.last else { return };
    match state.chart {
        Chart::Precision => precision(ui, body, &model::precision_and_queue(&last.diagnostics.pairs, lines)),
        Chart::Unlinkable => unlinkable(ui, body, &last.diagnostics.unlinkable, lines),
        Chart::Recall => recall(ui, body, page),
        Chart::Measured => measured::chart(ui, body, state, page, lines),
    }
}

fn percent_ticks(from: f64, to: f64, most: f64) -> Vec<f64> {
    let step = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5]
        .into_iter()
        .find(|step| (to - from) / step <= most)
        .unwrap_or(0.5);
    let mut ticks = Vec::new();
    let mut at = (from / step).ceil() * step;
    while at <= to + step * 0.01 {
        ticks.push(at.min(1.0));
        at += step;
    }
    ticks
}

fn percent(share: f64, span: f64) -> String {
    let digits = if span < 0.004 {
        2
    } else if span < 0.04 {
        1
    } else {
        0
    };
    format!("{:.digits$}\u{2009}%", share * 100.0)
}

/// Lines across with their labels at the left, `words` above and below; the frame that is left for the plot.
pub fn ruled(ui: &Ui, rect: Rect, x: (f64, f64), y: (f64, f64), words: (&str, &str)) -> Option<PlotFrame> {
    let t = tokens(ui);
    let span = y.1 - y.0;
    let ticks = percent_ticks(y.0, y.1, f64::from((rect.height() - 54.0) / 22.0).clamp(1.0, 4.2));
    let labels: Vec<String> = ticks.iter().map(|tick| percent(*tick, span)).collect();
    let widest = labels.iter().map(|label| draw::line(ui, label, META, t.t3).size().x).fold(0.0, f32::max);
    let (above, below) = words;
    let top = if above.is_empty() { 16.0 } else { 30.0 };
    if !above.is_empty() {
        let heard = Rect::from_min_size(rect.min, vec2(rect.width(), 16.0));
        let (_, cut) = draw::text_in(ui, heard, above, META, t.t2);
        let said = draw::spoken(ui, heard, ui.scope_id().with(("chart-says", below)), Role::Label, above);
        if cut {
            said.on_hover_text(above);
        }
    }
    let place = Rect::from_min_max(pos2(rect.left() + widest + 8.0, rect.top() + top), pos2(rect.right() - 10.0, rect.bottom() - 38.0));
    if place.height() < 30.0 || place.width() < 60.0 {
        return None;
    }
    let frame = PlotFrame::new(place, x, y);
    for (tick, label) in ticks.iter().zip(&labels) {
        let at = frame.at(x.0, *tick).y;
        draw::hline(ui, place.left(), place.right(), at, t.line);
        draw::text(ui, pos2(place.left() - 8.0, at), Align2::RIGHT_CENTER, label, META, t.t3);
    }
    draw::text(ui, pos2(place.center().x, rect.bottom() - 8.0), Align2::CENTER_CENTER, below, META, t.t2);
    Some(frame)
}

/// Labels of an axis of numbers, as many as have room.
pub(super) fn number_ticks(ui: &Ui, frame: &PlotFrame, from: f64, to: f64) {
    let t = tokens(ui);
    let wanted = (f64::from(frame.rect.width()) / 70.0).max(2.0);
    let raw = ((to - from) / wanted).max(1e-9);
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|unit| unit * power).find(|step| *step >= raw).unwrap_or(raw).max(1.0);
    let mut at = (from / step).ceil() * step;
    while at <= to + step * 0.01 {
        // Zero has no sign.
        let label = words::short(at + 0.0);
        draw::text(ui, pos2(frame.at(at, 0.0).x, frame.rect.bottom() + 12.0), Align2::CENTER_CENTER, &label, META, t.t3);
        at += step;
    }
}

fn precision(ui: &mut Ui, rect: Rect, points: &[Point]) {
    let t = tokens(ui);
    let most = points.iter().map(|point| point.reviews).fold(10.0, f64::max);
    let least = points.iter().map(|point| point.reviews).fold(f64::INFINITY, f64::min).min(most);
    let margin = ((most - least) * 0.08).max(1.0);
    let low = points.iter().map(|point| point.precision).fold(1.0, f64::min);
    let low = 1.0 - ((1.0 - low) * 1.15).max(0.0005);
    let x = ((least - margin).max(0.0), most + margin);
    let Some(frame) = ruled(ui, rect, x, (low, 1.0), ("", "items to review, by the threshold from which pairs join")) else { return };
    number_ticks(ui, &frame, x.0, x.1);
    let mut line: Vec<[f64; 2]> = points.iter().map(|point| [point.reviews, point.precision]).collect();
    line.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let said = points
        .iter()
        .map(|p| {
            format!(
                "from {}: {} to review, precision {}",
                model::probability(p.threshold),
                words::count(model::rounded(p.reviews)),
                percent(p.precision, 0.001)
            )
        })
        .collect::<Vec<_>>()
        .join("; ");
    let response = frame.show(ui, "precision", &said, |plot| {
        // Piece by piece: points that lie over each other would make a shape of one line.
        for two in line.windows(2) {
            plot.line(Line::new("", PlotPoints::from(two.to_vec())).color(t.series[0]).width(2.0).allow_hover(false));
        }
    });
    // A point says its threshold where it does not lie on another one's words.
    let dot = |point: &Point| Rect::from_center_size(frame.at(point.reviews, point.precision), vec2(9.0, 9.0));
    let mut taken: Vec<Rect> = points.iter().map(dot).collect();
    let here_first = points.iter().filter(|point| point.here).chain(points.iter().filter(|point| !point.here));
    for point in here_first {
        let at = frame.at(point.reviews, point.precision);
        let radius = if point.here { 5.5 } else { 3.5 };
        let fill = if point.here { t.series[0] } else { t.bg1 };
        ui.painter().circle(at, radius, fill, Stroke::new(1.5, t.series[0]));
        let (kind, color) = if point.here { (DENSE_M, t.t1) } else { (META, t.t3) };
        let label = model::probability(point.threshold);
        let size = draw::line(ui, &label, kind, color).size();
        // The line rises to the right: the words have room above it at the left and below it at the right.
        let above = Rect::from_center_size(at - vec2(size.x / 2.0 + 7.0, 11.0), size);
        let below = Rect::from_center_size(at + vec2(size.x / 2.0 + 8.0, 10.0), size);
        let under = Rect::from_center_size(at + vec2(0.0, 14.0), size);
        let order = if point.here { [above, below, under] } else { [below, above, under] };
        let lies_free = |place: &Rect| {
            let clear = taken.iter().all(|other| !other.expand(1.0).intersects(*place));
            rect.expand(4.0).contains_rect(*place) && (clear || (point.here && *place == above))
        };
        let free = order.into_iter().find(lies_free);
        if let Some(place) = free {
            draw::text(ui, place.center(), Align2::CENTER_CENTER, &label, kind, color);
            taken.push(place);
        }
    }
    if let Some(pointer) = response.hover_pos() {
        let near = points.iter().min_by(|a, b| {
            let far = |p: &Point| frame.at(p.reviews, p.precision).distance(pointer);
            far(a).total_cmp(&far(b))
        });
        if let Some(point) = near.filter(|p| frame.at(p.reviews, p.precision).distance(pointer) < 24.0) {
            let text = format!(
                "Joining from {}: {} to review, {} of what joins is right",
                model::probability(point.threshold),
                words::count(model::rounded(point.reviews)),
                percent(point.precision, 0.001)
            );
            response.on_hover_text_at_pointer(text);
        }
    }
}

fn unlinkable(ui: &mut Ui, rect: Rect, found: &Unlinkable, lines: Lines) {
    let t = tokens(ui);
    let (Some(first), Some(last)) = (found.curve.first(), found.curve.last()) else { return };
    let x = (first.0, last.0.max(lines.auto + 1.0));
    let below = |weight: f64| found.curve.iter().rev().find(|(own, _)| *own <= weight).map_or(0.0, |(_, share)| *share);
    let said = format!(
        "{} of the records say too little to join, {} too little to be asked about",
        percent(below(lines.auto), 0.001),
        percent(below(lines.review), 0.001)
    );
    let Some(frame) = ruled(ui, rect, x, (0.0, 1.0), (&said, "match weight of a record with itself")) else { return };
    number_ticks(ui, &frame, x.0, x.1);
    let points: Vec<[f64; 2]> = found.curve.iter().map(|(weight, share)| [*weight, *share]).collect();
    let response = frame.show(ui, "unlinkable", &said, |plot| {
        plot.line(Line::new("", PlotPoints::from(points)).color(t.series[0]).width(2.0).fill(0.0).fill_alpha(0.10).allow_hover(false));
    });
    let x_auto = frame.at(lines.auto, 0.0).x;
    draw::vline(ui, x_auto, frame.rect.top(), frame.rect.bottom(), t.accent);
    if let Some(pointer) = response.hover_pos() {
        let weight = frame.x_at(pointer);
        let text = format!(
            "{} of the records weigh less than {} with themselves ({})",
            percent(below(weight), 0.001),
            words::weight(weight),
            model::probability(probability_of(weight))
        );
        response.on_hover_text_at_pointer(text);
    }
}

fn recall(ui: &mut Ui, rect: Rect, page: &MatchModelPage) {
    let t = tokens(ui);
    let Some(last) = &page.last else { return };
    let blocking = &last.diagnostics.blocking;
    let steps: Vec<Step> = model::recall(page);
    let count = f64::from(u32::try_from(steps.len().max(1)).unwrap_or(u32::MAX));
    let head = match (blocking.estimated_recall, blocking.estimated_missed) {
        (Some(recall), Some(missed)) => format!(
            "At most {} of the matches share a block; about {} or more do not",
            percent(recall, 0.001),
            words::count(model::rounded(missed))
        ),
        _ => "Too few matches, or too few rules, to say how many are missed".to_owned(),
    };
    let names = (head.as_str(), "blocking rules, in their order");
    let Some(frame) = ruled(ui, rect, (0.0, count + 0.2), (0.0, 1.0), names) else { return };
    let heard = Rect::from_min_size(rect.min, vec2(rect.width(), 16.0));
    let method = draw::spoken(ui, heard, ui.scope_id().with("recall-method"), Role::Label, &blocking.method);
    method.on_hover_text(format!("{head}.\n{}", blocking.method));
    number_ticks(ui, &frame, 1.0, count);
    let place = |at: usize| f64::from(u32::try_from(at).unwrap_or(0)) + 1.0;
    let mut points = vec![[0.0, 0.0]];
    points.extend(steps.iter().enumerate().map(|(at, step)| [place(at), step.share]));
    let said = steps.iter().map(|step| format!("{}: {}", step.rule, percent(step.share, 0.01))).collect::<Vec<_>>().join("; ");
    let response = frame.show(ui, "recall", &said, |plot| {
        plot.line(
            Line::new("", PlotPoints::from(points.clone())).color(t.series[0]).width(2.0).fill(0.0).fill_alpha(0.10).allow_hover(false),
        );
        plot.points(Points::new("", PlotPoints::from(points[1..].to_vec())).color(t.series[0]).radius(2.5).allow_hover(false));
    });
    if let Some(recall) = blocking.estimated_recall {
        let y = frame.at(0.0, recall).y;
        let ends = [pos2(frame.rect.left(), y), pos2(frame.rect.right(), y)];
        ui.painter().extend(egui::Shape::dashed_line(&ends, Stroke::new(1.5, t.series[1]), 4.0, 4.0));
    }
    if let Some(pointer) = response.hover_pos() {
        let x = frame.x_at(pointer).round();
        if let Some((at, step)) = steps.iter().enumerate().find(|(at, _)| (place(*at) - x).abs() < 0.5) {
            let text = format!("{} of the matches after rule {}:\n{}", percent(step.share, 0.001), at + 1, step.rule);
            response.on_hover_text_at_pointer(text);
        }
    }
}
