//! The charts of Risk: curves over shares, points with their ranges, and sums of money over a threshold.

use egui::{Align2, Color32, Rect, Stroke, Ui, pos2, vec2};
use egui_plot::{Line, PlotPoints, Points};

use crate::app::theme::kind::{META, META_M};
use crate::app::theme::tokens;
use crate::app::views::matching::charts::ruled;
use crate::app::views::parts;
use crate::app::widgets::{PlotFrame, draw};
use crate::app::words;
use crate::engine::pages::{ModelEvaluation, Saving, Scored};

/// A line with its name and colour.
pub struct Curve {
    pub name: String,
    pub points: Vec<[f64; 2]>,
    pub color: Color32,
    pub dots: bool,
}

impl std::fmt::Debug for Curve {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Curve").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a chart over shares says.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    pub title: &'a str,
    /// Above the picture, and read aloud.
    pub said: &'a str,
    pub below: &'a str,
}

/// Curves from 0 to 100 % both ways, over the diagonal. `near` says a place of the x axis in words.
pub fn curves(ui: &mut Ui, rect: Rect, words_of: Words<'_>, curves: &[Curve], near: impl Fn(f64) -> String) {
    let t = tokens(ui);
    let (_, body) = parts::panel(ui, rect, words_of.title, true);
    let inner = body.shrink2(vec2(12.0, 6.0));
    let Some(frame) = ruled(ui, inner, (0.0, 1.0), (0.0, 1.0), (words_of.said, words_of.below)) else { return };
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let label = format!("{:.0}\u{2009}%", tick * 100.0);
        draw::text(ui, pos2(frame.at(tick, 0.0).x, frame.rect.bottom() + 12.0), Align2::CENTER_CENTER, &label, META, t.t3);
    }
    let ends = [frame.at(0.0, 0.0), frame.at(1.0, 1.0)];
    ui.painter().extend(egui::Shape::dashed_line(&ends, Stroke::new(1.0, t.line2), 4.0, 4.0));
    let response = frame.show(ui, words_of.title, words_of.said, |plot| {
        for curve in curves {
            plot.line(Line::new("", PlotPoints::from(curve.points.clone())).color(curve.color).width(2.0).allow_hover(false));
            if curve.dots {
                plot.points(Points::new("", PlotPoints::from(curve.points.clone())).color(curve.color).radius(3.0).allow_hover(false));
            }
        }
    });
    legend(ui, &frame, curves);
    if let Some(pointer) = response.hover_pos() {
        let said = near(frame.x_at(pointer).clamp(0.0, 1.0));
        if !said.is_empty() {
            response.on_hover_text_at_pointer(said);
        }
    }
}

/// Names at the lower right, where a good curve never is.
fn legend(ui: &Ui, frame: &PlotFrame, curves: &[Curve]) {
    let mut y = frame.rect.bottom() - 10.0 - 15.0 * f32::from(u8::try_from(curves.len().saturating_sub(1)).unwrap_or(u8::MAX));
    for curve in curves {
        draw::text(ui, pos2(frame.rect.right() - 4.0, y), Align2::RIGHT_CENTER, &curve.name, META_M, curve.color);
        y += 15.0;
    }
}

/// The AUC of each fold, both ways of learning beside each other, over the 95 % interval of the mean.
pub fn folds(ui: &mut Ui, rect: Rect, found: &ModelEvaluation) {
    let t = tokens(ui);
    let (_, body) = parts::panel(ui, rect, "Five folds of customers", true);
    let inner = body.shrink2(vec2(12.0, 6.0));
    let ways = [(&found.boosting, t.series[0]), (&found.logistic, t.series[1])];
    let lowest = |scored: &Scored| scored.folds.iter().filter_map(|fold| fold.auc).fold(scored.interval.low, f64::min);
    let low = (lowest(&found.boosting).min(lowest(&found.logistic)) - 0.04).clamp(0.0, 0.5_f64.max(found.boosting.interval.low - 0.04));
    let count = found.boosting.folds.len().max(1);
    let right = f64::from(u32::try_from(count).unwrap_or(u32::MAX)) + 0.6;
    let said = format!("Boosting {:.3}, logistic {:.3} on average", found.boosting.mean_auc, found.logistic.mean_auc);
    let Some(frame) = ruled(ui, inner, (0.4, right), (low, 1.0), (&said, "fold")) else { return };
    let band = Rect::from_two_pos(frame.at(0.4, found.boosting.interval.low), frame.at(right, found.boosting.interval.high));
    draw::fill(ui, band, 0.0, t.series[0].gamma_multiply(0.14));
    let response = frame.show(ui, "folds", &said, |plot| {
        for (at, (scored, color)) in ways.iter().enumerate() {
            let shift = if at == 0 { -0.08 } else { 0.08 };
            let points: Vec<[f64; 2]> =
                (1_u32..).zip(&scored.folds).filter_map(|(fold, one)| Some([f64::from(fold) + shift, one.auc?])).collect();
            plot.points(Points::new("", PlotPoints::from(points)).color(*color).radius(4.0).allow_hover(false));
        }
    });
    for fold in 1..=u32::try_from(count).unwrap_or(u32::MAX) {
        let x = frame.at(f64::from(fold), low).x;
        draw::text(ui, pos2(x, frame.rect.bottom() + 12.0), Align2::CENTER_CENTER, &fold.to_string(), META, t.t3);
    }
    if let Some(pointer) = response.hover_pos() {
        let x = frame.x_at(pointer).round();
        let near = (1_u32..).zip(found.boosting.folds.iter().enumerate()).find(|(fold, _)| (f64::from(*fold) - x).abs() < 0.5);
        if let Some((_, (at, fold))) = near {
            response.on_hover_text_at_pointer(super::model::fold_words(at, fold));
        }
    }
}

/// What contacting from each threshold on is expected to save. `marks`: thresholds of the tiers and of the best.
pub fn saving(ui: &mut Ui, rect: Rect, savings: &[Saving], marks: &[(f64, String)]) {
    let t = tokens(ui);
    let (_, body) = parts::panel(ui, rect, "Expected saving by the probability from which customers are contacted", true);
    let inner = body.shrink2(vec2(12.0, 8.0));
    let low = savings.iter().map(|one| one.saving).fold(0.0, f64::min);
    let high = savings.iter().map(|one| one.saving).fold(1.0, f64::max);
    let place = Rect::from_min_max(inner.min + vec2(64.0, 20.0), inner.max - vec2(12.0, 34.0));
    if place.height() < 40.0 || place.width() < 80.0 {
        return;
    }
    let frame = PlotFrame::new(place, (0.0, 1.0), (low, high));
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let value = low + (high - low) * share;
        let y = frame.at(0.0, value).y;
        draw::hline(ui, place.left(), place.right(), y, t.line);
        draw::text(ui, pos2(place.left() - 8.0, y), Align2::RIGHT_CENTER, &words::short(value.round() + 0.0), META, t.t3);
        let x = frame.at(share, low).x;
        draw::text(ui, pos2(x, place.bottom() + 12.0), Align2::CENTER_CENTER, &format!("{:.0}\u{2009}%", share * 100.0), META, t.t3);
    }
    draw::text(ui, pos2(place.center().x, inner.bottom() - 6.0), Align2::CENTER_CENTER, "contacted from this probability on", META, t.t2);
    let points: Vec<[f64; 2]> = savings.iter().map(|one| [one.threshold, one.saving]).collect();
    let said = savings.iter().step_by(4).map(|one| format!("from {:.0} %: {:.0}", one.threshold * 100.0, one.saving)).collect::<Vec<_>>();
    let response = frame.show(ui, "saving", &said.join("; "), |plot| {
        plot.line(Line::new("", PlotPoints::from(points)).color(t.series[0]).width(2.0).allow_hover(false));
    });
    for (at, (threshold, name)) in marks.iter().enumerate() {
        let x = frame.at(*threshold, low).x;
        let color = if at == 0 { t.accent } else { t.line2 };
        draw::vline(ui, x, place.top(), place.bottom(), color);
        draw::text(ui, pos2(x, inner.top() + 8.0), Align2::CENTER_CENTER, name, META, if at == 0 { t.acc.text } else { t.t3 });
    }
    if let Some(pointer) = response.hover_pos() {
        let x = frame.x_at(pointer);
        let near = savings.iter().min_by(|a, b| (a.threshold - x).abs().total_cmp(&(b.threshold - x).abs()));
        if let Some(one) = near {
            response.on_hover_text_at_pointer(format!(
                "From {:.0} % on: {} contacted, {:.1} expected to leave, {:.1} of them kept\ncost {:.0}, saving {:.0}",
                one.threshold * 100.0,
                words::count(one.contacts),
                one.expected_leavers,
                one.expected_kept,
                one.cost,
                one.saving
            ));
        }
    }
}

/// How shares went from gold to gold, the oldest at the left; each line named at its end.
pub fn trend(ui: &mut Ui, rect: Rect, title: &str, golds: &[u32], curves: &[Curve]) {
    let t = tokens(ui);
    let (_, body) = parts::panel(ui, rect, title, true);
    let inner = body.shrink2(vec2(12.0, 6.0));
    let right = f64::from(u32::try_from(golds.len().max(2) - 1).unwrap_or(u32::MAX));
    let said = curves
        .iter()
        .filter_map(|curve| curve.points.last().map(|point| format!("{} {}", curve.name, words::percent(point[1]))))
        .collect::<Vec<_>>()
        .join(", ");
    let Some(frame) = ruled(ui, inner, (-0.2, right + 0.2), (0.0, 1.0), (&said, "gold version")) else { return };
    frame.show(ui, title, &said, |plot| {
        for curve in curves {
            plot.line(Line::new("", PlotPoints::from(curve.points.clone())).color(curve.color).width(2.0).allow_hover(false));
            plot.points(Points::new("", PlotPoints::from(curve.points.clone())).color(curve.color).radius(3.5).allow_hover(false));
        }
    });
    let step = golds.len().div_ceil(12).max(1);
    for (at, gold) in (0_u32..).zip(golds).step_by(step) {
        let x = frame.at(f64::from(at), 0.0).x;
        draw::text(ui, pos2(x, frame.rect.bottom() + 12.0), Align2::CENTER_CENTER, &format!("v{gold}"), META, t.t3);
    }
    let mut y = frame.rect.top() + 8.0;
    for curve in curves {
        draw::text(ui, pos2(frame.rect.right() - 4.0, y), Align2::RIGHT_CENTER, &curve.name, META_M, curve.color);
        y += 15.0;
    }
}
