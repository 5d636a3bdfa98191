//! Draws the list of runs, with what is set about them above and the chosen one at the side.

use egui::accesskit::Role;
use egui::{Align2, Color32, Rect, Ui, pos2, vec2};

use super::model::{self, Mood};
use super::{Runs, one};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, META, SECTION, icon};
use crate::app::theme::{Tokens, tokens};
use crate::app::widgets::table::{Cell, Column, Table};
use crate::app::widgets::{Button, ButtonKind, area, draw, empty};
use crate::app::words;
use crate::engine::Command;
use crate::engine::pages::{RunLine, RunsPage};

const FACTS: f32 = 76.0;
const COLUMNS: [Column<'static>; 9] = [
    Column::fixed("Run", 52.0).right(),
    Column::fixed("State", 104.0),
    Column::fixed("Began", 104.0),
    Column::fixed("Took", 64.0).right(),
    Column::flex("By", 1.2, 96.0),
    Column::flex("Files", 0.8, 82.0),
    Column::flex("Gold", 1.0, 92.0),
    Column::flex("Tests", 1.2, 112.0),
    Column::flex("Report", 0.8, 88.0),
];

pub fn show(ui: &mut Ui, body: Rect, cx: &mut Cx<'_>, state: &mut Runs, page: &RunsPage) {
    let going = cx.data.progress().filter(model::is_run);
    let page = &model::with_going(page, going.as_ref(), &cx.data.user());
    let side_width = if body.width() < 1300.0 { 336.0 } else { 400.0 };
    let strip = Rect::from_min_size(body.min, vec2(body.width(), FACTS));
    facts(ui, strip, page);
    let below = body.with_min_y(strip.bottom());
    if page.runs.is_empty() {
        let button = Button::new("Run").icon_fill(icon::PLAY).keys("F5").kind(ButtonKind::Primary);
        let words = "Nothing has run yet. A run matches the records, builds silver and gold, and tests them.";
        if empty::show(ui, below, icon::PLAY, words, Some(&button)).is_some_and(|pressed| pressed.clicked()) {
            cx.send(Command::Run { publish: false, full_refresh: false });
        }
        return;
    }
    let side = below.with_min_x(below.right() - side_width);
    list(ui, below.with_max_x(side.left()), state, page);
    let at = model::place(page, state.chosen);
    if let Some(run) = page.runs.get(at) {
        let mut place = area::child(ui, side, "runs-one");
        one::show(&mut place, side, cx, state, run, going.as_ref());
    }
}

pub(super) fn color(t: &Tokens, mood: Mood) -> Color32 {
    match mood {
        Mood::Quiet => t.t2,
        Mood::Busy => t.acc.text,
        Mood::Done => t.ok.text,
        Mood::Warn => t.warn.text,
        Mood::Error => t.error.text,
    }
}

pub(super) fn sign(mood: Mood) -> char {
    match mood {
        Mood::Quiet => icon::MINUS,
        Mood::Busy => icon::BUSY,
        Mood::Done => icon::OK,
        Mood::Warn => icon::WARN,
        Mood::Error => icon::ERROR,
    }
}

fn facts(ui: &Ui, strip: Rect, page: &RunsPage) {
    let t = tokens(ui);
    draw::fill(ui, strip, 0.0, t.bg2);
    draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
    let inner = strip.shrink2(vec2(16.0, 10.0));
    for (fact, place) in model::facts(page).into_iter().zip(area::columns(inner, 4, 24.0)) {
        let line = |top: f32, height: f32| Rect::from_min_size(place.min + vec2(0.0, top), vec2(place.width(), height));
        draw::text(ui, place.min + vec2(0.0, 7.0), Align2::LEFT_CENTER, fact.label, META, t.t3);
        let mut words = line(16.0, 20.0);
        let is_told = matches!(fact.mood, Mood::Warn | Mood::Error);
        if is_told {
            draw::icon_fill(ui, pos2(words.left() + 7.0, words.center().y), sign(fact.mood), 14.0, color(t, fact.mood));
            words.min.x += 20.0;
        }
        draw::text_in(ui, words, &fact.words, SECTION, t.t1);
        draw::text_in(ui, line(38.0, 16.0), &fact.below, DENSE, if is_told { color(t, fact.mood) } else { t.t2 });
        let said = format!("{}: {}, {}", fact.label, fact.words, fact.below);
        let more = if fact.label == "Room for a run" { page.forecast.words.clone() } else { said.clone() };
        draw::spoken(ui, place, ui.scope_id().with(("runs-fact", fact.label)), Role::Label, &said).on_hover_text(more);
    }
}

fn texts(run: &RunLine) -> Vec<String> {
    vec![
        model::number(run),
        model::state(run).1.to_owned(),
        words::moment(&run.started_at),
        model::took(run),
        run.by.clone(),
        model::files(run),
        model::gold(run),
        model::tests(run),
        model::report(run).1,
    ]
}

fn list(ui: &mut Ui, rect: Rect, state: &mut Runs, page: &RunsPage) {
    let at = model::place(page, state.chosen);
    let of = |at: usize| page.runs.get(at).map(texts).unwrap_or_default();
    let table = Table {
        salt: "runs-list",
        name: "Runs",
        columns: &COLUMNS,
        rows: page.runs.len(),
        row_height: 30.0,
        selected: Some(at),
        show: state.chosen.map(|_| at),
        sort: None,
        texts: &of,
    };
    let answer = table.show(ui, rect, |cell, at, column| {
        if let Some(run) = page.runs.get(at) {
            one_cell(cell, run, column);
        }
    });
    if let Some(run) = answer.clicked.and_then(|at| page.runs.get(at)) {
        state.chosen = Some(run.run);
    }
}

fn one_cell(cell: &mut Cell<'_>, run: &RunLine, column: usize) {
    let t = cell.t;
    match column {
        0 => cell.text(&model::number(run), DENSE_M, t.t1),
        1 => {
            let (mood, word) = model::state(run);
            let mut row = cell.row(("run-state", run.run));
            row.icon_fill(sign(mood), 14.0, color(t, mood)).gap(6.0);
            row.text(word, DENSE_M, color(t, mood));
        }
        2 => cell.text(&words::moment(&run.started_at), DENSE, t.t1),
        3 => cell.text(&model::took(run), DENSE, t.t1),
        4 => cell.text(&run.by, DENSE, t.t2),
        5 => cell.text(&model::files(run), DENSE, t.t1),
        6 => cell.text(&model::gold(run), DENSE, t.t1),
        7 => {
            let ink = if run.errors > 0 {
                t.error.text
            } else if run.warnings > 0 {
                t.warn.text
            } else {
                t.t3
            };
            cell.text(&model::tests(run), DENSE, ink);
        }
        _ => {
            let (mood, word) = model::report(run);
            cell.text(&word, DENSE, if mood == Mood::Warn { t.warn.text } else { t.t2 });
        }
    }
}
