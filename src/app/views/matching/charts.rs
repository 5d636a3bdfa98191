//! The right column: m and u of the chosen comparison, and below it precision, unlinkable records, or blocking recall.

use egui::accesskit::Role;
use egui::{Align2, Color32, Rect, Stroke, Ui, WidgetInfo, pos2, vec2};
use egui_plot::{Line, MarkerShape, Plot, PlotBounds, PlotPoint, PlotPoints, PlotTransform, PlotUi, Points};

use super::comparisons::share as share_words;
use super::model::{self, Lines, Point, Step};
use super::state::{Chart, Matching};
use crate::app::theme::kind::{DENSE_M, META};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::tabs::{Tab, tabs};
use crate::app::widgets::{area, draw};
use crate::app::words;
use crate::engine::pages::{MatchComparison, MatchModelPage, Unlinkable, probability_of};

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Matching, page: &MatchModelPage, lines: Lines) {
    let chosen = page.comparisons.iter().find(|c| Some(&c.comparison) == state.chosen.as_ref()).or_else(|| page.comparisons.first());
    let rows = chosen.map_or(0, |c| c.levels.len());
    let wanted = 36.0 + 26.0 * f32::from(u8::try_from(rows.max(2)).unwrap_or(u8::MAX)) + 34.0;
    // The lower chart needs its axes: at least 190 points of the column.
    let upper = rect.with_max_y(rect.top() + wanted.min((rect.height() - 202.0).max(rect.height() * 0.45)));
    if let Some(comparison) = chosen {
        m_and_u(ui, upper, comparison);
    }
    let lower = rect.with_min_y(upper.bottom() + 12.0);
    lower_chart(ui, lower, state, page, lines);
}

fn lower_chart(ui: &mut Ui, rect: Rect, state: &mut Matching, page: &MatchModelPage, lines: Lines) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 36.0));
    draw::hline(ui, rect.left() + 1.0, rect.right() - 1.0, head.bottom() - 1.0, t.line);
    let kinds = [(Chart::Precision, "Precision and queue"), (Chart::Unlinkable, "Unlinkable"), (Chart::Recall, "Blocking recall")];
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
    }
}

/// A plot without anything of its own: places are ours.
struct Frame {
    rect: Rect,
    transform: PlotTransform,
    bounds: PlotBounds,
}

impl Frame {
    fn new(rect: Rect, x: (f64, f64), y: (f64, f64)) -> Self {
        let bounds = PlotBounds::from_min_max([x.0, y.0], [x.1, y.1]);
        Self { rect, transform: PlotTransform::new(rect, bounds, egui::Vec2b::FALSE), bounds }
    }

    fn at(&self, x: f64, y: f64) -> egui::Pos2 {
        self.transform.position_from_point(&PlotPoint::new(x, y))
    }

    fn plot(&self, ui: &mut Ui, name: &str, said: &str, draw: impl FnOnce(&mut PlotUi<'_>)) -> egui::Response {
        let mut place = area::child(ui, self.rect, ("plot", name));
        place.set_clip_rect(self.rect.expand(6.0).intersect(ui.clip_rect()));
        let plot = Plot::new(name.to_owned())
            .width(self.rect.width())
            .height(self.rect.height())
            .show_axes(false)
            .show_grid(false)
            .show_background(false)
            .show_x(false)
            .show_y(false)
            .show_crosshair(false)
            .allow_zoom(false)
            .allow_drag(false)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_double_click_reset(false)
            .set_margin_fraction(egui::Vec2::ZERO)
            .cursor_color(Color32::TRANSPARENT);
        let shown = plot.show(&mut place, |plot| {
            plot.set_plot_bounds(self.bounds);
            draw(plot);
        });
        shown.response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, said));
        shown.response
    }
}

/// Shares below this are drawn at the left end.
const LEAST_SHARE: f64 = 1e-5;

fn m_and_u(ui: &mut Ui, rect: Rect, comparison: &MatchComparison) {
    let t = tokens(ui);
    {
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
    let frame = Frame::new(frame_rect, (least - 0.15, 0.05), (-rows + 0.5, 0.5));
    let mut power = least;
    while power <= 0.0 {
        let x = frame.at(power, 0.0).x;
        draw::vline(ui, x, frame_rect.top(), frame_rect.bottom(), t.line);
        let percent = 10_f64.powf(power + 2.0);
        let label = if percent >= 1.0 { format!("{percent:.0} %") } else { format!("{percent} %") };
        draw::text(ui, pos2(x, frame_rect.bottom() + 12.0), Align2::CENTER_CENTER, &label, META, t.t3);
        power += if least < -3.0 { 2.0 } else { 1.0 };
    }
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
    let response = frame.plot(ui, "m-and-u", &said, |plot| {
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

/// Lines across with their labels at the left; the frame that is left for the plot.
fn ruled(ui: &Ui, rect: Rect, x: (f64, f64), y: (f64, f64), below: &str) -> Option<Frame> {
    let t = tokens(ui);
    let span = y.1 - y.0;
    let ticks = percent_ticks(y.0, y.1, f64::from((rect.height() - 54.0) / 22.0).clamp(1.0, 4.2));
    let labels: Vec<String> = ticks.iter().map(|tick| percent(*tick, span)).collect();
    let widest = labels.iter().map(|label| draw::line(ui, label, META, t.t3).size().x).fold(0.0, f32::max);
    let place = Rect::from_min_max(pos2(rect.left() + widest + 8.0, rect.top() + 16.0), pos2(rect.right() - 10.0, rect.bottom() - 38.0));
    if place.height() < 30.0 || place.width() < 60.0 {
        return None;
    }
    let frame = Frame::new(place, x, y);
    for (tick, label) in ticks.iter().zip(&labels) {
        let at = frame.at(x.0, *tick).y;
        draw::hline(ui, place.left(), place.right(), at, t.line);
        draw::text(ui, pos2(place.left() - 8.0, at), Align2::RIGHT_CENTER, label, META, t.t3);
    }
    draw::text(ui, pos2(place.center().x, rect.bottom() - 8.0), Align2::CENTER_CENTER, below, META, t.t2);
    Some(frame)
}

/// Labels of an axis of numbers, as many as have room.
fn number_ticks(ui: &Ui, frame: &Frame, from: f64, to: f64) {
    let t = tokens(ui);
    let wanted = (f64::from(frame.rect.width()) / 70.0).max(2.0);
    let raw = ((to - from) / wanted).max(1e-9);
    let power = 10_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|unit| unit * power).find(|step| *step >= raw).unwrap_or(raw).max(1.0);
    let mut at = (from / step).ceil() * step;
    while at <= to + step * 0.01 {
        draw::text(ui, pos2(frame.at(at, 0.0).x, frame.rect.bottom() + 12.0), Align2::CENTER_CENTER, &words::short(at), META, t.t3);
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
    let Some(frame) = ruled(ui, rect, x, (low, 1.0), "items to review, by the threshold from which pairs join") else { return };
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
    let response = frame.plot(ui, "precision", &said, |plot| {
        plot.line(Line::new("", PlotPoints::from(line)).color(t.series[0]).width(2.0).allow_hover(false));
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
        let above = Rect::from_center_size(at - vec2(0.0, 14.0), size);
        let below = Rect::from_center_size(at + vec2(0.0, 14.0), size);
        let order = if point.here { [above, below] } else { [below, above] };
        let free =
            order.into_iter().find(|place| rect.contains_rect(*place) && taken.iter().all(|other| !other.expand(2.0).intersects(*place)));
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
    let Some(frame) = ruled(ui, rect, x, (0.0, 1.0), "match weight of a record with itself") else { return };
    number_ticks(ui, &frame, x.0, x.1);
    let below = |weight: f64| found.curve.iter().rev().find(|(own, _)| *own <= weight).map_or(0.0, |(_, share)| *share);
    let said = format!(
        "{} of the records say too little to join by themselves, {} too little to be asked about",
        percent(below(lines.auto), 0.001),
        percent(below(lines.review), 0.001)
    );
    let points: Vec<[f64; 2]> = found.curve.iter().map(|(weight, share)| [*weight, *share]).collect();
    let response = frame.plot(ui, "unlinkable", &said, |plot| {
        plot.line(Line::new("", PlotPoints::from(points)).color(t.series[0]).width(2.0).fill(0.0).fill_alpha(0.10).allow_hover(false));
    });
    let x_auto = frame.at(lines.auto, 0.0).x;
    draw::vline(ui, x_auto, frame.rect.top(), frame.rect.bottom(), t.accent);
    draw::text(ui, pos2(frame.rect.left(), rect.top() + 6.0), Align2::LEFT_CENTER, &said.replace(", ", "; "), META, t.t2);
    if let Some(pointer) = response.hover_pos() {
        let weight = frame.transform.value_from_position(pointer).x;
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
    let Some(frame) = ruled(ui, rect, (0.0, count + 0.2), (0.0, 1.0), "blocking rules, in their order") else { return };
    let heard = Rect::from_min_size(rect.min, vec2(rect.width(), 14.0));
    draw::text_in(ui, heard, &head, META, t.t2);
    draw::spoken(ui, heard, ui.scope_id().with("recall-head"), Role::Label, &head).on_hover_text(format!("{head}.\n{}", blocking.method));
    number_ticks(ui, &frame, 1.0, count);
    let place = |at: usize| f64::from(u32::try_from(at).unwrap_or(0)) + 1.0;
    let mut points = vec![[0.0, 0.0]];
    points.extend(steps.iter().enumerate().map(|(at, step)| [place(at), step.share]));
    let said = steps.iter().map(|step| format!("{}: {}", step.rule, percent(step.share, 0.01))).collect::<Vec<_>>().join("; ");
    let response = frame.plot(ui, "recall", &said, |plot| {
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
        let x = frame.transform.value_from_position(pointer).x.round();
        if let Some((at, step)) = steps.iter().enumerate().find(|(at, _)| (place(*at) - x).abs() < 0.5) {
            let text = format!("{} of the matches after rule {}:\n{}", percent(step.share, 0.001), at + 1, step.rule);
            response.on_hover_text_at_pointer(text);
        }
    }
}
