//! How long what runs leave behind is kept: the rule, what would go now and what stays, and removing it after a question.

use egui::accesskit::Role;
use egui::{Id, Rect, Ui, pos2, vec2};

use super::{Runs, model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{BODY, DENSE, DENSE_B, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Field, Row, area, dialog, draw, empty};
use crate::app::words;
use crate::engine::pages::{GoingView, RetentionView};
use crate::engine::{Command, RunsDeed};

const LEFT: f32 = 336.0;
const FIELDS: [(&str, &str, &str); 3] = [
    (
        "Days that a replaced file of bronze stays",
        "runs-days",
        "Only snapshots that a newer file replaced; never one that people decided about.",
    ),
    ("Gold versions besides those in use", "runs-golds", "The one people see, the one before it and one that waits stay always."),
    ("Runs whose reports stay", "runs-reports", "The newest ones."),
];
const COLUMNS: [Column<'static>; 5] = [
    Column::fixed("What", 108.0),
    Column::flex("Name", 2.0, 160.0),
    Column::fixed("Loaded", 104.0),
    Column::fixed("Rows", 84.0).right(),
    Column::fixed("Size", 84.0).right(),
];

pub fn show(ui: &mut Ui, body: Rect, cx: &mut Cx<'_>, state: &mut Runs, view: &RetentionView) {
    draw::fill(ui, body, 0.0, tokens(ui).bg2);
    let whole = body.shrink2(vec2(16.0, 12.0));
    let left = whole.with_max_x(whole.left() + LEFT);
    rule(ui, left, cx, state, view);
    going(ui, whole.with_min_x(left.right() + 16.0), state, view);
    if state.removing {
        question(ui, cx, state, view);
    }
}

fn rule(ui: &mut Ui, panel: Rect, cx: &mut Cx<'_>, state: &mut Runs, view: &RetentionView) {
    let t = tokens(ui);
    let (_, body) = parts::panel(ui, panel, "The rule", true);
    let body = body.shrink2(vec2(16.0, 12.0));
    let set = model::rule_fields(&view.rule);
    let mut fields = state.rule.clone().unwrap_or_else(|| set.clone());
    let mut y = body.top();
    for ((label, id, about), text) in FIELDS.into_iter().zip(&mut fields) {
        let line = |top: f32, height: f32| Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), height));
        draw::text_in(ui, line(y, 18.0), label, DENSE_B, t.t1);
        let field = Field { id: Id::unique(id), name: label, hint: "kept for ever", icon: None, keys: None, mono: false };
        field.show(ui, line(y + 22.0, 28.0).with_max_x(body.left() + 160.0), text);
        let galley = draw::wrapped(ui, about, DENSE, t.t2, body.width());
        let height = galley.size().y;
        ui.painter().galley(draw::snapped(ui, pos2(body.left(), y + 56.0)), galley, t.t2);
        y += 56.0 + height + 16.0;
    }
    let read = model::rule_of(&fields);
    let is_new = fields != set;
    state.rule = is_new.then_some(fields);
    let mut row = Row::new(ui, Rect::from_min_size(pos2(body.left(), y), vec2(body.width(), 28.0)), "runs-rule");
    let button = Button::new("Set the rule").size(ButtonSize::Medium).kind(ButtonKind::Primary).enabled(is_new && read.is_some());
    if row.button(&button).clicked()
        && let Some(rule) = read
    {
        let user = cx.data.user();
        cx.send(Command::Runs(RunsDeed::SetRetention { rule, user }));
    }
    row.gap(10.0);
    let words = if read.is_none() { "Whole numbers, or nothing." } else { "Nothing is removed by setting it." };
    row.text(words, DENSE, if read.is_none() { t.error.text } else { t.t2 });
}

fn going(ui: &mut Ui, panel: Rect, state: &mut Runs, view: &RetentionView) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, panel, "What it would remove now", true);
    let remove = Button::new("Remove it\u{2026}").name("Remove what is old").kind(ButtonKind::Danger).enabled(!view.going.is_empty());
    if row.button_right(&remove).clicked() {
        state.removing = true;
    }
    row.gap_right(8.0);
    row.text(&view.summary, DENSE, t.t2);
    let kept_height = if view.kept.is_empty() { 0.0 } else { 30.0 + 20.0 * f32::from(u8::try_from(view.kept.len()).unwrap_or(u8::MAX)) };
    let kept_height = kept_height.min(body.height() * 0.4);
    let upper = body.with_max_y(body.bottom() - kept_height);
    if view.going.is_empty() {
        empty::show(ui, upper, icon::OK, "Nothing is old enough to go.", None);
    } else {
        table(ui, upper, state, view);
    }
    if kept_height > 0.0 {
        kept(ui, body.with_min_y(upper.bottom()), view);
    }
    parts::panel_edge(ui, panel);
}

fn table(ui: &mut Ui, rect: Rect, state: &mut Runs, view: &RetentionView) {
    let texts = |at: usize| view.going.get(at).map(texts).unwrap_or_default();
    let table = Table {
        salt: "runs-going",
        name: "What would be removed",
        columns: &COLUMNS,
        rows: view.going.len(),
        row_height: 28.0,
        selected: state.going,
        show: None,
        sort: None,
        texts: &texts,
    };
    let answer = table.show(ui, rect, |cell, at, column| {
        let t = cell.t;
        if let Some(text) = view.going.get(at).map(self::texts).and_then(|texts| texts.into_iter().nth(column)) {
            cell.text(&text, DENSE, if column == 0 { t.t2 } else { t.t1 });
        }
    });
    state.going = answer.clicked.or(state.going);
}

fn texts(going: &GoingView) -> Vec<String> {
    vec![
        going.what.clone(),
        going.name.clone(),
        words::moment(&going.from),
        going.rows.map(words::count).unwrap_or_default(),
        going.bytes.map(words::bytes).unwrap_or_default(),
    ]
}

/// What is old enough and stays all the same.
fn kept(ui: &mut Ui, rect: Rect, view: &RetentionView) {
    let t = tokens(ui);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let inner = rect.shrink2(vec2(12.0, 6.0));
    draw::text_in(ui, Rect::from_min_size(inner.min, vec2(inner.width(), 18.0)), "Stays all the same", DENSE_B, t.t2);
    let rows = area::Rows { count: view.kept.len(), height: 20.0, show: None };
    area::list(ui, inner.with_min_y(inner.top() + 20.0), "runs-kept", rows, |ui, at, place| {
        let Some(text) = view.kept.get(at) else { return };
        draw::text_in(ui, place, text, DENSE, t.t1);
        draw::spoken(ui, place, ui.scope_id().with(("runs-kept", at)), Role::Label, text);
    });
}

fn question(ui: &Ui, cx: &mut Cx<'_>, state: &mut Runs, view: &RetentionView) {
    let t = tokens(ui);
    let title = format!("Remove {}?", view.summary);
    let (mut yes, mut no) = (false, false);
    let beside = dialog::show(ui, "runs-remove", &title, |ui, rect| {
        let words = format!("It can't be taken back. {}", view.remark);
        let galley = draw::wrapped(ui, words.trim(), BODY, t.t2, rect.width());
        let height = galley.size().y;
        let place = Rect::from_min_size(rect.min, galley.size());
        draw::spoken(ui, place, ui.scope_id().with("runs-remove-words"), Role::Label, words.trim());
        ui.painter().galley(draw::snapped(ui, place.min), galley, t.t2);
        let line = Rect::from_min_size(pos2(rect.left(), rect.top() + height + 16.0), vec2(rect.width(), 28.0));
        let mut row = Row::new(ui, line, "runs-remove-row");
        no = row.button_right(&Button::new("Keep it").size(ButtonSize::Medium).keys("Esc")).clicked();
        row.gap_right(8.0);
        yes = row.button_right(&Button::new("Remove").size(ButtonSize::Medium).kind(ButtonKind::DangerFilled)).clicked();
        height + 16.0 + 28.0
    });
    if yes {
        let user = cx.data.user();
        cx.send(Command::Runs(RunsDeed::ApplyRetention { user }));
    }
    if yes || no || beside {
        state.removing = false;
    }
}
