//! The registry: every model that was trained, promoting, retiring, going back.

use egui::{Rect, Ui, pos2, vec2};

use super::{Asking, Risk, Tab, model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, META, MONO_S, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts::Lines;
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, empty};
use crate::app::words;
use crate::engine::pages::{ChurnPage, ModelStage, ModelView};

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage) {
    let t = tokens(ui);
    if page.models.is_empty() {
        let (words, _) = model::why_absent(page, "");
        let button =
            Button::new("Train now").name("Train the first model").icon(icon::GRAPH).kind(ButtonKind::Primary).size(ButtonSize::Medium);
        if empty::show(ui, rect, icon::GRAPH, &words, Some(&button)).is_some_and(|pressed| pressed.clicked()) {
            state.train(cx);
        }
        return;
    }
    let side_width = if rect.width() < 1300.0 { 352.0 } else { 420.0 };
    let side = rect.with_min_x(rect.right() - side_width);
    list(ui, rect.with_max_x(side.left()), state, page);
    draw::fill(ui, side, 0.0, t.bg1);
    draw::vline(ui, side.left(), side.top(), side.bottom(), t.line);
    if let Some(chosen) = model::model_of(page, state.version) {
        let mut place = area::child(ui, side, "risk-model");
        one(&mut place, side, state, page, chosen);
    }
}

fn list(ui: &mut Ui, rect: Rect, state: &mut Risk, page: &ChurnPage) {
    let columns = [
        Column::fixed("Model", 64.0),
        Column::fixed("Stage", 104.0),
        Column::flex("AUC, 95 % interval", 1.2, 150.0),
        Column::flex("Later days", 1.0, 96.0),
        Column::flex("Trained", 1.0, 110.0),
        Column::flex("By", 0.8, 70.0),
        Column::flex("As of", 0.8, 90.0),
        Column::flex("Data", 0.8, 96.0),
    ];
    let cells = |at: usize| page.models.get(at).map(texts).unwrap_or_default();
    let chosen = model::model_of(page, state.version).map(|model| model.version);
    let table = Table {
        salt: "risk-models",
        name: "Models",
        columns: &columns,
        rows: page.models.len(),
        row_height: 28.0,
        selected: page.models.iter().position(|model| Some(model.version) == chosen),
        show: None,
        sort: None,
        texts: &cells,
    };
    let answer = table.show(ui, rect, |cell, at, column| {
        let Some(model) = page.models.get(at) else { return };
        let t = cell.t;
        let text = texts(model).get(column).cloned().unwrap_or_default();
        match column {
            1 => {
                let tone =
                    if model.stage == ModelStage::Production { t.acc } else { crate::app::theme::Tone { text: t.t2, tint: t.hover } };
                let mut line = cell.row(("stage", at));
                if model.fault.is_some() {
                    line.icon_fill(icon::ERROR, 14.0, t.error.text).gap(4.0);
                }
                line.chip(None, &text, tone);
            }
            0 | 2 => cell.text(&text, DENSE_M, t.t1),
            7 => cell.text(&text, MONO_S, t.t3),
            _ => cell.text(&text, DENSE, t.t2),
        }
    });
    if let Some(model) = answer.clicked.or(answer.opened).and_then(|at| page.models.get(at)) {
        state.version = Some(model.version);
    }
}

fn texts(model: &ModelView) -> Vec<String> {
    let found = model.evaluation.as_ref();
    vec![
        model.version.to_string(),
        model::stage_name(model.stage).to_owned(),
        found.map_or_else(|| "cannot be read".to_owned(), |found| model::auc(&found.boosting)),
        found.and_then(|found| found.boosting.later.as_ref()).map_or_else(|| "too few".to_owned(), |later| format!("{:.3}", later.auc)),
        words::date_and_time(&model.trained_at),
        model.author.clone(),
        words::date(&model.as_of),
        model.data_hash.chars().take(12).collect(),
    ]
}

/// The chosen model, and what can be done with it.
fn one(ui: &mut Ui, side: Rect, state: &mut Risk, page: &ChurnPage, chosen: &ModelView) {
    let t = tokens(ui);
    let inner = side.shrink2(vec2(16.0, 0.0));
    let foot = Rect::from_min_max(pos2(inner.left(), inner.bottom() - 52.0), inner.max);
    area::scroll(ui, inner.with_max_y(foot.top()), "risk-model-one", |ui, place| {
        let mut text = Lines { ui, inner: place, y: place.top() + 14.0, said: 0 };
        text.say(&format!("Model {}, {}", chosen.version, model::stage_name(chosen.stage)), SECTION, t.t1);
        text.say(&format!("Trained {} by {}", words::date_and_time(&chosen.trained_at), chosen.author), DENSE, t.t2);
        if let Some(fault) = &chosen.fault {
            text.say(fault, DENSE, t.error.text);
        }
        if let Some(found) = &chosen.evaluation {
            text.title("Learnt from");
            text.say(&model::basis(page.target, found), DENSE, t.t1);
            text.title("Measured at");
            text.say(&format!("AUC {}", model::auc(&found.boosting)), DENSE_M, t.t1);
            text.say(&format!("Later days {}", model::later(&found.boosting)), DENSE, t.t1);
        }
        text.title("Made by");
        text.say(&chosen.parameters, DENSE, t.t1);
        text.say(&format!("{} in the registry", words::bytes(chosen.size_bytes)), META, t.t3);
        text.say(&format!("SHA-256 of its rows {}", chosen.data_hash), MONO_S, t.t3);
        for remark in &chosen.remarks {
            text.say(remark, DENSE, t.warn.text);
        }
        text.y - place.top() + 12.0
    });
    draw::hline(ui, side.left(), side.right(), foot.top(), t.line);
    let mut row = Row::new(ui, foot, "risk-model-foot");
    deeds(&mut row, state, page, chosen);
}

fn medium(label: &str) -> Button<'_> {
    Button::new(label).size(ButtonSize::Medium)
}

fn deeds(row: &mut Row<'_>, state: &mut Risk, page: &ChurnPage, chosen: &ModelView) {
    if chosen.stage != ModelStage::Production {
        let back = model::before(page).is_some_and(|before| before.version == chosen.version);
        let label = if back { "Roll back to it" } else { "Promote" };
        let why = "It scores from the next run on; the one before is retired";
        let promote = medium(label).icon(icon::PUBLISH).kind(ButtonKind::Primary).tooltip(why).enabled(chosen.fault.is_none());
        if row.button(&promote).clicked() {
            state.asking = Some(Asking::Promote(chosen.version));
        }
        row.gap(8.0);
    } else if let Some(before) = model::before(page) {
        let label = format!("Roll back to model {}", before.version);
        if row.button(&medium(&label).icon(icon::UNDO)).clicked() {
            state.asking = Some(Asking::Promote(before.version));
        }
        row.gap(8.0);
    }
    if chosen.stage != ModelStage::Archived {
        if row.button(&medium("Retire").kind(ButtonKind::Danger)).clicked() {
            state.asking = Some(Asking::Retire(chosen.version));
        }
        row.gap(8.0);
    }
    if row.button(&medium("Evaluation").name("Show its evaluation").icon(icon::SEAL).kind(ButtonKind::Ghost)).clicked() {
        state.version = Some(chosen.version);
        state.tab = Tab::Evaluation;
    }
}
