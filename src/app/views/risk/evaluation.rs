//! What a model was measured at: folds, ROC, calibration, gain; later days; remarks; what the leak check kept away.

use egui::{Rect, Ui, pos2, vec2};

use super::charts::{self, Curve, Words};
use super::{Risk, model};
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, MONO_S, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts::Lines;
use crate::app::widgets::{area, draw, empty};
use crate::app::words;
use crate::engine::pages::{ChurnPage, GainPoint, ModelEvaluation, ModelView, Scored};

pub fn show(ui: &mut Ui, rect: Rect, state: &Risk, page: &ChurnPage) {
    let t = tokens(ui);
    let Some(model) = model::model_of(page, state.version) else {
        empty::show(ui, rect, icon::SEAL, "No model is trained yet, so nothing was measured. Train one.", None);
        return;
    };
    let Some(found) = &model.evaluation else {
        empty::show(ui, rect, icon::WARN_CIRCLE, "What this model was measured at cannot be read. Train another one.", None);
        return;
    };
    let side_width = if rect.width() < 1300.0 { 352.0 } else { 420.0 };
    let side = rect.with_min_x(rect.right() - side_width);
    let main = rect.with_max_x(side.left());
    draw::fill(ui, main, 0.0, t.bg2);
    let inner = main.shrink(12.0);
    let rows = [inner.with_max_y(inner.center().y - 6.0), inner.with_min_y(inner.center().y + 6.0)];
    let [a, b] = rows.map(|row| area::columns(row, 2, 12.0));
    let place = |row: &[Rect], at: usize| row.get(at).copied().unwrap_or(inner);
    charts::folds(ui, place(&a, 0), found);
    roc(ui, place(&a, 1), found);
    calibration(ui, place(&b, 0), found);
    gain(ui, place(&b, 1), found);
    draw::fill(ui, side, 0.0, t.bg1);
    draw::vline(ui, side.left(), side.top(), side.bottom(), t.line);
    area::scroll(ui, side, "risk-evaluation", |ui, place| {
        let inner = place.shrink2(vec2(16.0, 0.0));
        let mut text = Lines { ui, inner, y: place.top() + 14.0, said: 0 };
        told(&mut text, page, model, found);
        text.y - place.top() + 16.0
    });
}

fn told(text: &mut Lines<'_>, page: &ChurnPage, model: &ModelView, found: &ModelEvaluation) {
    let t = tokens(text.ui);
    text.say(&format!("Model {}, {}", model.version, model::stage_name(model.stage)), SECTION, t.t1);
    text.say(&model::basis(page.target, found), DENSE, t.t2);
    text.title("Mean AUC of five folds, 95 % interval");
    for scored in [&found.boosting, &found.logistic] {
        text.say(&format!("{}: {}", scored.name, model::auc(scored)), DENSE_M, t.t1);
    }
    text.say(&found.method, META, t.t3);
    text.title("Later days, customers it never saw");
    for scored in [&found.boosting, &found.logistic] {
        text.say(&format!("{}: {}", scored.name, model::later(scored)), DENSE, t.t1);
    }
    text.title("Precision and probability");
    for scored in [&found.boosting, &found.logistic] {
        let line = format!("{}: PR-AUC {:.3}, Brier {:.4}", scored.name, scored.pr_auc, scored.brier);
        text.say(&line, DENSE, t.t1);
    }
    text.say(
        &format!("Saying {} to everybody has a Brier score of {:.4}.", words::percent(found.base_rate), found.brier_of_base_rate),
        META,
        t.t3,
    );
    if let Some(fault) = &model.fault {
        text.title("It cannot be used");
        text.say(fault, DENSE, t.error.text);
    }
    if !model.remarks.is_empty() {
        text.title("To know before relying on it");
        for remark in &model.remarks {
            text.say(remark, DENSE, t.warn.text);
        }
    }
    text.title("Leak check");
    if model.refused.is_empty() {
        let words = if model.importance.is_empty() {
            "What was kept away is read of models that are not retired."
        } else {
            "No column speaks of the outcome."
        };
        text.say(words, DENSE, t.t3);
    }
    for refused in &model.refused {
        text.say(&refused.column, MONO_S, t.t1);
        text.say(&refused.why, META, t.t2);
    }
    if !model.importance.is_empty() {
        text.title("Features by mean contribution, log odds");
        for one in model.importance.iter().take(15) {
            bar(text, &words::capital(&one.feature.replace('_', " ")), one.mean_contribution, model.importance[0].mean_contribution);
        }
    }
}

/// A line with a bar behind its number.
fn bar(text: &mut Lines<'_>, name: &str, value: f64, most: f64) {
    let t = tokens(text.ui);
    let line = Rect::from_min_size(pos2(text.inner.left(), text.y), vec2(text.inner.width(), 18.0));
    draw::text_in(text.ui, line.with_max_x(line.right() - 130.0), name, DENSE, t.t1);
    let track = Rect::from_min_max(pos2(line.right() - 124.0, line.top() + 6.0), pos2(line.right() - 44.0, line.bottom() - 6.0));
    #[expect(clippy::cast_possible_truncation, reason = "a width on screen")]
    let share = (value / most.max(1e-9)).clamp(0.0, 1.0) as f32;
    draw::fill(text.ui, track.with_max_x(track.left() + track.width() * share), 2.0, t.series[0]);
    draw::text_in_right(text.ui, line, &format!("{value:.3}"), DENSE_B, t.t2);
    text.y += 19.0;
}

/// One curve of each way of predicting: its name and its points.
fn curves(ui: &Ui, found: &ModelEvaluation, dots: bool, of: impl Fn(&Scored) -> (String, Vec<[f64; 2]>)) -> Vec<Curve> {
    let colors = tokens(ui).series;
    let one = |(scored, color): (&Scored, _)| {
        let (name, points) = of(scored);
        Curve { name, points, color, dots }
    };
    [&found.boosting, &found.logistic].into_iter().zip(colors).map(one).collect()
}

fn roc(ui: &mut Ui, rect: Rect, found: &ModelEvaluation) {
    let curves = curves(ui, found, false, |scored| {
        (format!("{} {:.3}", scored.name, scored.mean_auc), scored.roc.iter().map(|point| [point.false_alarms, point.found]).collect())
    });
    let said = if found.boosting.roc.is_empty() { "This model was trained before curves were kept: train again to see it" } else { "" };
    let words_of = Words { title: "ROC, all folds", said, below: "share of the others that is alarmed for nothing" };
    charts::curves(ui, rect, words_of, &curves, |x| {
        let at = found.boosting.roc.iter().find(|point| point.false_alarms >= x);
        at.map_or_else(String::new, |point| {
            format!(
                "{} of those who leave are found where {} of the others are alarmed",
                words::percent(point.found),
                words::percent(point.false_alarms)
            )
        })
    });
}

fn calibration(ui: &mut Ui, rect: Rect, found: &ModelEvaluation) {
    let curves = curves(ui, found, true, |scored| {
        (scored.name.clone(), scored.reliability.iter().map(|bin| [bin.predicted, bin.observed]).collect())
    });
    let words_of =
        Words { title: "Calibration", said: "On the diagonal, it happens as often as it is said to", below: "predicted probability" };
    charts::curves(ui, rect, words_of, &curves, |x| {
        let bin = found.boosting.reliability.iter().find(|bin| bin.from <= x && x < bin.to);
        bin.map_or_else(String::new, |bin| {
            format!(
                "Said {} to {} rows; it happened to {}",
                words::percent(bin.predicted),
                words::count(bin.rows),
                words::percent(bin.observed)
            )
        })
    });
}

fn gain(ui: &mut Ui, rect: Rect, found: &ModelEvaluation) {
    let curves =
        curves(ui, found, false, |scored| (scored.name.clone(), scored.gain.iter().map(|point| [point.contacted, point.found]).collect()));
    let lift = |point: &GainPoint| if point.contacted > 0.0 { point.found / point.contacted } else { 1.0 };
    let tenth = found.boosting.gain.iter().find(|point| point.contacted >= 0.099);
    let said = tenth.map_or_else(String::new, |point| format!("Lift of the riskiest tenth: {:.1}", lift(point)));
    let words_of = Words { title: "Gain and lift", said: &said, below: "share that is contacted, the riskiest first" };
    charts::curves(ui, rect, words_of, &curves, |x| {
        let point = found.boosting.gain.iter().min_by(|a, b| (a.contacted - x).abs().total_cmp(&(b.contacted - x).abs()));
        point.map_or_else(String::new, |point| {
            format!(
                "Contacting {} finds {} of those who leave: lift {:.1}",
                words::percent(point.contacted),
                words::percent(point.found),
                lift(point)
            )
        })
    });
}
