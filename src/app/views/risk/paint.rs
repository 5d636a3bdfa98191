//! Draws Risk: head, tabs, what stands in place of a list, and the question before a deed.

use egui::{Rect, Ui, pos2, vec2};

use super::{Asking, Risk, Tab, customers, evaluation, model, models, monitoring, what_if};
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{DENSE, META, icon};
use crate::app::theme::{Tone, tokens};
use crate::app::views::parts;
use crate::app::widgets::tabs::{self, Tab as TabLabel};
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, dialog, draw, empty, progress};
use crate::app::words;
use crate::engine::churn_deed::Target;
use crate::engine::pages::{ChurnPage, RiskRow};
use crate::engine::{ChurnDeed, Command};

const TARGETS: [(Target, &str); 2] = [(Target::Churn, "Churn"), (Target::LoanDefault, "Loan default")];

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage, listed: &[&RiskRow]) {
    let t = tokens(ui);
    let body = head(ui, rect, cx, state, page);
    let body = training(ui, body, cx);
    let body = banner(ui, body, cx, state, page);
    let mut place = area::child(ui, body, "risk-body");
    draw::fill(&place, body, 0.0, t.bg1);
    match state.tab {
        Tab::Customers => match &page.absent {
            Some(absent) => nothing(&mut place, body, cx, state, page, absent),
            None => customers::show(&mut place, body, cx, state, page, listed),
        },
        Tab::Evaluation => evaluation::show(&mut place, body, state, page),
        Tab::Models => models::show(&mut place, body, cx, state, page),
        Tab::Monitoring => monitoring::show(&mut place, body, state, page),
        Tab::WhatIf => what_if::show(&mut place, body, cx, state, page),
    }
    asking(ui, cx, state, page);
}

fn head(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage) -> Rect {
    let (mut row, body) = parts::head(ui, rect, "Risk");
    let t = row.t;
    let labels = TARGETS.map(|(_, label)| label.to_owned());
    let on = TARGETS.iter().position(|(target, _)| *target == state.target).unwrap_or(0);
    let (left, middle) = (row.left, row.middle);
    if let Some((target, _)) = tabs::segments(ui, left, middle, "risk-target", &labels, on).and_then(|at| TARGETS.get(at)) {
        let tab = state.tab;
        *state = Risk { target: *target, tab, ..Risk::default() };
    }
    row.gap(tabs::segments_width(ui, &labels) + 10.0);
    let running = cx.data.progress().is_some_and(|job| job.title == "Train");
    let train = Button::new("Train").name("Train a model").icon(icon::GRAPH).size(ButtonSize::Medium);
    let train = train.tooltip("Learns from what happened and measures it; the model is a candidate until you promote it").enabled(!running);
    if row.button_right(&train).clicked() {
        state.train(cx);
    }
    row.gap_right(8.0);
    let tab_labels: Vec<TabLabel> = Tab::ALL.iter().map(|tab| TabLabel::new(tab.title())).collect();
    let strip = Rect::from_min_max(pos2(row.left, rect.top()), pos2(row.right, body.top()));
    let at = Tab::ALL.iter().position(|tab| *tab == state.tab).unwrap_or(0);
    let (chosen, end) = tabs::tabs(ui, strip, "risk-tabs", &tab_labels, at, 9.0);
    if let Some(tab) = chosen.and_then(|at| Tab::ALL.get(at)) {
        state.tab = *tab;
    }
    row.left = end + 8.0;
    row.gap_right(4.0);
    if let Some(model) = model::production(page) {
        row.chip_right(None, &format!("model {}", model.version), t.acc);
        row.gap_right(8.0);
    }
    if let (Some(gold), Some(as_of)) = (page.gold_version, &page.as_of)
        && row.room() > 150.0
    {
        row.text_right(&format!("Gold v{gold}, as of {}", words::date(as_of)), META, t.t3);
    }
    body
}

/// While a model is trained: how far it is, and Cancel.
fn training(ui: &Ui, rect: Rect, cx: &mut Cx<'_>) -> Rect {
    let Some(job) = cx.data.progress().filter(|job| job.title == "Train" || job.title == "Score") else { return rect };
    let t = tokens(ui);
    let strip = rect.with_max_y(rect.top() + 36.0);
    draw::fill(ui, strip, 0.0, t.info.tint);
    let mut row = Row::new(ui, strip.shrink2(vec2(16.0, 0.0)), "risk-training");
    let cancel = Button::new("Cancel").name("Cancel the training").keys("Esc").enabled(!job.cancelling);
    if row.button_right(&cancel).clicked() {
        cx.act(Action::CancelJob);
    }
    row.gap_right(12.0);
    #[expect(clippy::cast_precision_loss, reason = "a share on screen")]
    let share = (job.sample.total > 0).then(|| job.sample.done as f32 / job.sample.total as f32);
    let said = format!("{}: {} {}, {}", job.title, job.sample.stage.label(), job.sample.detail, words::seconds(job.elapsed_secs));
    row.text(&said, DENSE, t.t1);
    row.gap(12.0);
    let bar = Rect::from_min_max(pos2(row.left, strip.center().y - 2.0), pos2(row.right.min(row.left + 320.0), strip.center().y + 2.0));
    if bar.width() > 40.0 {
        progress::paint(ui, bar, share);
    }
    rect.with_min_y(strip.bottom())
}

/// What stands over every tab: why training came to nothing, or that another model scored than the one in production.
fn banner(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage) -> Rect {
    let t = tokens(ui);
    if let Some(why) = state.refused.clone() {
        let (strip, mut row) = strip(ui, rect, icon::WARN, t.warn);
        if row.button_right(&Button::new("Close").name("Close the message").icon(icon::CLOSE).words(false)).clicked() {
            state.refused = None;
        }
        row.gap_right(8.0);
        row.text(&format!("No model was trained: {why}"), DENSE, t.t1);
        return rect.with_min_y(strip.bottom());
    }
    let Some(model) = model::production(page).filter(|_| page.is_stale) else { return rect };
    if let Some(fault) = &model.fault {
        let (strip, mut row) = strip(ui, rect, icon::ERROR, t.error);
        row.text(fault, DENSE, t.t1);
        return rect.with_min_y(strip.bottom());
    }
    let (strip, mut row) = strip(ui, rect, icon::INFO, t.info);
    let score = Button::new("Score and publish").tooltip("Builds features and predictions anew over what stands, and publishes them");
    if row.button_right(&score).clicked() {
        cx.send(Command::Churn(ChurnDeed::Score { publish: true }));
    }
    row.gap_right(12.0);
    row.text(&format!("Model {} is in production; what people see was predicted by another one, or by none.", model.version), DENSE, t.t1);
    rect.with_min_y(strip.bottom())
}

fn strip<'u>(ui: &'u Ui, rect: Rect, code: char, tone: Tone) -> (Rect, Row<'u>) {
    let strip = rect.with_max_y(rect.top() + 36.0);
    draw::fill(ui, strip, 0.0, tone.tint);
    let mut row = Row::new(ui, strip.shrink2(vec2(16.0, 0.0)), "risk-banner");
    row.icon_fill(code, 16.0, tone.text).gap(8.0);
    (strip, row)
}

/// There are no predictions: why, and the one thing to do about it.
fn nothing(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage, absent: &str) {
    let (words, remedy) = model::why_absent(page, absent);
    let button = match remedy {
        model::Remedy::Run => Button::new("Run and publish").icon_fill(icon::PLAY),
        model::Remedy::Train => Button::new("Train now").name("Train the first model").icon(icon::GRAPH),
        model::Remedy::Models => Button::new("Show the models").icon(icon::TABLE),
        model::Remedy::Score => Button::new("Score now").icon_fill(icon::PLAY),
    };
    let pressed = empty::show(ui, rect, icon::TREND_DOWN, &words, Some(&button.kind(ButtonKind::Primary).size(ButtonSize::Medium)));
    if !pressed.is_some_and(|pressed| pressed.clicked()) {
        return;
    }
    match remedy {
        model::Remedy::Run => cx.send(Command::Run { publish: true, full_refresh: false }),
        model::Remedy::Train => state.train(cx),
        model::Remedy::Models => state.tab = Tab::Models,
        model::Remedy::Score => cx.send(Command::Churn(ChurnDeed::Score { publish: true })),
    }
}

/// Asks before another model scores, or none.
fn asking(ui: &Ui, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage) {
    let Some(asked) = state.asking else { return };
    let now = model::production(page).map(|model| model.version);
    let (title, said, deed_words) = match asked {
        Asking::Promote(version) => {
            let before = now.map_or_else(String::new, |now| format!(" Model {now} is retired, and can be led back to."));
            (
                format!("Let model {version} score?"),
                format!("It scores from the next run on, or when you press Score.{before} What people see stays until then."),
                "Promote".to_owned(),
            )
        }
        Asking::Retire(version) => {
            let none = if now == Some(version) { " Nothing is predicted from the next run on." } else { "" };
            (format!("Retire model {version}?"), format!("It stays in the registry and can be promoted again.{none}"), "Retire".to_owned())
        }
    };
    let mut done = false;
    let beside = dialog::show(ui, "risk-asking", &title, |ui, rect| {
        let t = tokens(ui);
        let galley = draw::wrapped(ui, &said, DENSE, t.t2, rect.width());
        let place = Rect::from_min_size(rect.min, galley.size());
        draw::spoken(ui, place, ui.scope_id().with("asking"), egui::accesskit::Role::Label, &said);
        ui.painter().galley(draw::snapped(ui, place.min), galley, t.t2);
        let y = place.bottom() + 16.0;
        let mut row = Row::new(ui, Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), 30.0)), "risk-asking");
        let entered = ui.input(|input| input.key_pressed(egui::Key::Enter)) && ui.ctx().memory(egui::Memory::focused).is_none();
        let go = Button::new(&deed_words).kind(ButtonKind::Primary).size(ButtonSize::Medium).salt(7);
        if row.button_right(&go).clicked() || entered {
            let (target, user) = (state.target, cx.data.user());
            cx.send(Command::Churn(match asked {
                Asking::Promote(version) => ChurnDeed::Promote { target, version, user },
                Asking::Retire(version) => ChurnDeed::Archive { target, version, user },
            }));
            done = true;
        }
        row.gap_right(8.0);
        if row.button_right(&Button::new("Cancel").size(ButtonSize::Medium).keys("Esc")).clicked() {
            done = true;
        }
        y + 30.0 - rect.top()
    });
    if done || beside {
        state.asking = None;
    }
}

/// A way to the rows of this page in SQL.
pub(super) fn to_query(cx: &mut Cx<'_>, table: &str) {
    cx.act(Action::OpenQuery(format!("SELECT * FROM {table}\nORDER BY probability DESC")));
}
