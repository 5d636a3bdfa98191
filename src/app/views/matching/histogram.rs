//! All scored pairs by match weight, and the two lines that can be dragged.

use egui::accesskit::Role;
use egui::{Align2, Color32, CursorIcon, EventFilter, Key, Modifiers, Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use egui_plot::{Bar, BarChart};

use super::model::{self, Histogram, Line, Lines, STEP};
use super::state::{Matching, edit};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, META};
use crate::app::theme::{Tokens, mix, tokens};
use crate::app::views::parts;
use crate::app::widgets::{PlotFrame, draw};
use crate::app::words;
use crate::engine::MatchEdit;
use crate::engine::pages::{PairReport, probability_of};

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Matching, report: &PairReport, lines: Lines) {
    let t = tokens(ui);
    let bars = model::histogram(report, lines);
    let effect = model::effect(report, lines);
    {
        let (mut row, _) = parts::panel(ui, rect, "Threshold", true);
        row.text_right(&effect.means, DENSE, t.t2);
        row.gap_right(5.0);
        row.text_right(&effect.change, DENSE_M, t.t1);
        row.gap_right(12.0);
        let scored = words::counted(report.scored, "scored pair", "scored pairs");
        let hint = format!("{scored} by match weight, square-root scale. Drag a line.");
        if draw::line(ui, &hint, META, t.t3).size().x < row.room() {
            row.text(&hint, META, t.t3);
        } else if row.room() > 90.0 {
            row.text(&scored, META, t.t3);
        }
        let place = Rect::from_min_max(pos2(row.right, rect.top() + 8.0), pos2(rect.right() - 12.0, rect.top() + 28.0));
        draw::spoken(ui, place, ui.scope_id().with("effect"), Role::Status, format!("{} {}", effect.change, effect.means).trim());
    }
    let labels: Vec<String> = bars.ticks.iter().map(|tick| words::count(*tick)).collect();
    let label_width = labels.iter().map(|label| draw::line(ui, label, META, t.t3).size().x).fold(0.0, f32::max);
    let frame = Rect::from_min_max(
        pos2(rect.left() + 12.0 + label_width + 8.0, rect.top() + 36.0 + 26.0),
        pos2(rect.right() - 14.0, rect.bottom() - 24.0),
    );
    if frame.height() < 40.0 || frame.width() < 120.0 || bars.bars.is_empty() {
        return;
    }
    let place = Place { frame, from: bars.from, to: bars.to, top: root(bars.ticks.last().copied().unwrap_or(1)) };
    grid(ui, &place, &bars, &labels);
    let (left, right) = (place.x(lines.review), place.x(lines.auto));
    let band = Rect::from_min_max(pos2(left, frame.top() - 22.0), pos2(right, frame.bottom()));
    draw::fill(ui, band, 0.0, t.acc.tint);
    plot(ui, &place, t, &bars);
    regions(ui, &place, lines, &bars);
    let mut wanted = None;
    for line in [Line::Review, Line::Auto] {
        wanted = wanted.or(handle(ui, &place, line, lines));
    }
    names(ui, &place, lines);
    if let Some((moved, done)) = wanted {
        state.lines = Some(moved);
        if done {
            let (auto, review) = moved.probabilities();
            state.sent = Some(moved);
            edit(cx, MatchEdit::Thresholds { auto, review });
        }
    }
}

/// The first bin holds everything lighter too.
const LIGHTEST: f64 = -30.0;

/// Weights and counts to places on screen.
struct Place {
    frame: Rect,
    from: f64,
    to: f64,
    /// The square root of the highest line.
    top: f64,
}

#[expect(clippy::cast_precision_loss, reason = "the height of a bar")]
fn root(count: u64) -> f64 {
    (count as f64).sqrt()
}

#[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
fn narrow(number: f64) -> f32 {
    number as f32
}

impl Place {
    fn x(&self, weight: f64) -> f32 {
        self.frame.left() + self.frame.width() * narrow((weight - self.from) / (self.to - self.from))
    }

    fn y(&self, count: u64) -> f32 {
        self.frame.bottom() - self.frame.height() * narrow(root(count) / self.top)
    }

    fn weight(&self, x: f32) -> f64 {
        self.from + (self.to - self.from) * f64::from((x - self.frame.left()) / self.frame.width())
    }
}

fn grid(ui: &Ui, place: &Place, bars: &Histogram, labels: &[String]) {
    let t = tokens(ui);
    for (tick, label) in bars.ticks.iter().zip(labels) {
        let y = place.y(*tick);
        draw::hline(ui, place.frame.left(), place.frame.right(), y, if *tick == 0 { t.line2 } else { t.line });
        draw::text(ui, pos2(place.frame.left() - 8.0, y), Align2::RIGHT_CENTER, label, META, t.t3);
    }
    let room = f64::from(place.frame.width()) / (place.to - place.from);
    let step = [1.0, 2.0, 5.0, 10.0, 20.0].into_iter().find(|step| step * room > 48.0).unwrap_or(50.0);
    let mut weight = (place.from / step).ceil() * step;
    while weight <= place.to {
        let label = format!("{weight:.0}").replace('-', "\u{2212}");
        draw::text(ui, pos2(place.x(weight), place.frame.bottom() + 13.0), Align2::CENTER_CENTER, &label, META, t.t3);
        weight += step;
    }
}

fn ink(t: &Tokens, side: u8) -> Color32 {
    match side {
        0 => mix(t.series[6], t.bg1, 0.55),
        1 => t.series[0],
        _ => t.series[2],
    }
}

fn plot(ui: &mut Ui, place: &Place, t: &Tokens, bars: &Histogram) {
    let between = Rect::from_min_max(pos2(place.x(0.0), 0.0), pos2(place.x(0.5), 0.0)).width();
    // Bars that are wide enough stand apart by two points.
    let gap = if between > 8.0 { 2.0 / f64::from(between) * 0.5 } else { 0.0 };
    let said = format!(
        "{} pairs apart, {} to review, {} joined",
        words::count(bars.apart),
        words::count(bars.to_review),
        words::count(bars.joined)
    );
    let response = PlotFrame::new(place.frame, (place.from, place.to), (0.0, place.top)).show(ui, "threshold", &said, |plot| {
        let drawn = bars
            .bars
            .iter()
            .map(|bar| {
                let width = (bar.to - bar.from - gap).max(0.05);
                Bar::new((bar.from + bar.to) / 2.0, root(bar.pairs)).width(width).fill(ink(t, bar.side)).stroke(Stroke::NONE)
            })
            .collect();
        plot.bar_chart(BarChart::new("pairs", drawn).allow_hover(false));
    });
    if let Some(pointer) = response.hover_pos() {
        let weight = place.weight(pointer.x);
        if let Some(bar) = bars.bars.iter().find(|bar| bar.from <= weight && weight < bar.to) {
            let from = (bar.from / 0.5).floor() * 0.5;
            let pairs = words::counted(bar.pairs, "pair", "pairs");
            let text = if from <= LIGHTEST {
                format!("{pairs} of {} bits and less", words::weight(from + 0.5))
            } else {
                format!("{pairs} from {} to {} bits", words::weight(from), words::weight(from + 0.5))
            };
            response.on_hover_text_at_pointer(text);
        }
    }
}

/// How many lie between the lines and on each side.
fn regions(ui: &Ui, place: &Place, lines: Lines, bars: &Histogram) {
    let t = tokens(ui);
    let (review, auto) = (place.x(lines.review), place.x(lines.auto));
    let y = place.frame.top() + 14.0;
    let fits = |text: &str, room: f32| draw::line(ui, text, DENSE, t.t2).size().x + 16.0 <= room;
    let apart = format!("{} pairs apart", words::count(bars.apart));
    if fits(&apart, review - place.frame.left()) {
        draw::text(ui, pos2(place.frame.left() + 12.0, y), Align2::LEFT_CENTER, &apart, DENSE, t.t2);
    }
    let middle = format!("{} to review", words::count(bars.to_review));
    if fits(&middle, auto - review) {
        draw::text(ui, pos2((review + auto) / 2.0, y), Align2::CENTER_CENTER, &middle, DENSE_M, t.t1);
    }
    let joined = format!("{} joined", words::count(bars.joined));
    if fits(&joined, place.frame.right() - auto) {
        draw::text(ui, pos2(place.frame.right() - 12.0, y), Align2::RIGHT_CENTER, &joined, DENSE, t.t2);
    }
}

fn name_of(line: Line, lines: Lines) -> String {
    let (words, weight) = match line {
        Line::Review => ("Review from", lines.review),
        Line::Auto => ("Joins alone from", lines.auto),
    };
    format!("{words} {} ({})", words::weight(weight), model::probability(probability_of(weight)))
}

/// The names over the lines: the left one to the left, the right one to the right, where there is room.
fn names(ui: &Ui, place: &Place, lines: Lines) {
    let t = tokens(ui);
    let y = place.frame.top() - 14.0;
    let width = |line| draw::line(ui, &name_of(line, lines), DENSE_M, t.acc.text).size().x;
    let (review, auto) = (place.x(lines.review), place.x(lines.auto));
    let left = review - width(Line::Review) - 8.0 >= place.frame.left() - 30.0;
    let right = auto + width(Line::Auto) + 8.0 <= place.frame.right() + 8.0;
    let put = |at: f32, to_left: bool, line: Line, y: f32| {
        let (x, anchor) = if to_left { (at - 8.0, Align2::RIGHT_CENTER) } else { (at + 8.0, Align2::LEFT_CENTER) };
        draw::text(ui, pos2(x, y), anchor, &name_of(line, lines), DENSE_M, t.acc.text);
    };
    put(review, left, Line::Review, y);
    // Two names on one side would lie on each other.
    let clash = match (left, right) {
        (true, true) => false,
        (false, true) => review + width(Line::Review) + 16.0 > auto,
        (true, false) => auto - width(Line::Auto) - 16.0 < review,
        (false, false) => true,
    };
    put(auto, !right, Line::Auto, if clash { y + 16.0 } else { y });
}

/// A line with its handle. Returns where it was moved to, and whether the moving is over.
fn handle(ui: &Ui, place: &Place, line: Line, lines: Lines) -> Option<(Lines, bool)> {
    let t = tokens(ui);
    let weight = if line == Line::Review { lines.review } else { lines.auto };
    let x = place.x(weight);
    let (top, bottom) = (place.frame.top() - 24.0, place.frame.bottom() + 6.0);
    let grip = Rect::from_center_size(pos2(x, place.frame.center().y), vec2(14.0, 26.0));
    let zone = Rect::from_min_max(pos2(x - 7.0, top), pos2(x + 7.0, bottom));
    let response =
        ui.interact(zone, ui.scope_id().with(("line", line)), Sense::click_and_drag()).on_hover_cursor(CursorIcon::ResizeHorizontal);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Slider, true, name_of(line, lines));
        info.value = Some(weight);
        info
    });
    let color = if response.dragged() || response.hovered() { t.accent_hover } else { t.accent };
    draw::fill(ui, Rect::from_min_max(pos2(x - 1.0, top), pos2(x + 1.0, bottom)), 0.0, color);
    draw::boxed(ui, grip, 4.0, t.bg1, color, 2.0);
    for dx in [-2.0, 2.0] {
        draw::fill(ui, Rect::from_center_size(pos2(x + dx, grip.center().y), vec2(1.0, 10.0)), 0.0, color);
    }
    if response.has_focus() {
        draw::focus_ring(ui, grip, 4.0);
    }
    if response.clicked() {
        response.request_focus();
    }
    if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        return Some((lines.moved(line, place.weight(pointer.x)), false));
    }
    if response.drag_stopped() {
        return Some((lines, true));
    }
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: false, tab: false, escape: false };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |modifiers, key| ui.input_mut(|input| input.count_and_consume_key(modifiers, key));
        let mut by = 0.0;
        for (key, sign) in [(Key::ArrowLeft, -1.0), (Key::ArrowRight, 1.0)] {
            for (modifiers, step) in [(Modifiers::SHIFT, 10.0 * STEP), (Modifiers::NONE, STEP)] {
                for _ in 0..pressed(modifiers, key) {
                    by += sign * step;
                }
            }
        }
        if by != 0.0 {
            return Some((lines.moved(line, weight + by), true));
        }
    }
    response.on_hover_text("Drag, or press the arrow keys (with Shift in larger steps)");
    None
}
