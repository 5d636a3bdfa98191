//! What would change: pairs at the left, the two records of the chosen one at the right.

use egui::{Rect, Ui, pos2, vec2};

use super::dialogs::Dialog;
use super::model;
use super::state::Matching;
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, META, META_M, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Cell, Column, Table};
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty};
use crate::engine::pages::{MatchPreview, MatchRecord, MatchTwo, WeightSuggestion};
use crate::engine::{Command, MatchDeed};

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Matching, found: &MatchPreview) {
    let t = tokens(ui);
    let title = match (&found.suggestion, found.retrained) {
        (Some(_), _) => "Suggested weights",
        (None, true) => "A model trained anew",
        (None, false) => "Preview",
    };
    let body = {
        let (mut row, body) = parts::panel(ui, rect, title, true);
        row.gap_right(-4.0);
        let close = Button::new("Close").name("Close the preview").icon(icon::CLOSE).kind(ButtonKind::Ghost).keys("Esc");
        if row.button_right(&close).clicked() {
            state.preview_hidden = true;
        }
        row.gap_right(8.0);
        if found.retrained {
            let button =
                Button::new("Use the new model").icon(icon::CHECK).tooltip("Pins it and runs; the model before is kept in the log");
            if row.button_right(&button).clicked() {
                let user = cx.data.user();
                cx.send(Command::Match(MatchDeed::UseNewModel { user }));
            }
            row.gap_right(8.0);
        }
        if let Some(suggestion) = &found.suggestion {
            take_or_leave(&mut row, cx, suggestion, found.is_old);
        }
        if found.is_old {
            row.chip_right(
                Some(icon::WARN),
                if found.suggestion.is_some() {
                    "answers or settings changed since: ask again"
                } else {
                    "settings changed since: preview again"
                },
                t.warn,
            );
            row.gap_right(8.0);
        }
        let summary = model::preview(found);
        let place = row.text(&summary, DENSE, t.t2);
        draw::spoken(ui, place, ui.scope_id().with("preview-said"), egui::accesskit::Role::Status, &summary).on_hover_text(&summary);
        body
    };
    if found.pairs.is_empty() {
        let words = match (&found.suggestion, found.retrained && found.weights.is_empty()) {
            (Some(suggestion), _) if suggestion.changes_nothing => "The answers agree with the settings: nothing is to be changed.",
            (Some(_), _) => "No customer changes with these weights.",
            (None, true) => "A model trained anew is the same as the pinned one, as far as customers go.",
            (None, false) => "No customer changes with these settings.",
        };
        let foot = if found.suggestion.is_some() { FOOT } else { 0.0 };
        empty::show(ui, body.with_max_y(body.bottom() - foot), icon::EQUALS, words, None);
        if let Some(suggestion) = &found.suggestion {
            learnt(ui, body.with_min_y(body.bottom() - FOOT), state, suggestion);
        }
        return;
    }
    state.pair = state.pair.min(found.pairs.len() - 1);
    let side = (body.width() * 0.42).clamp(320.0, 560.0);
    let list = body.with_max_x(body.right() - side);
    let foot = if found.weights.is_empty() && found.suggestion.is_none() { 0.0 } else { FOOT };
    pairs(ui, list.with_max_y(list.bottom() - foot), state, found);
    let place = list.with_min_y(list.bottom() - foot);
    if let Some(suggestion) = &found.suggestion {
        learnt(ui, place, state, suggestion);
    } else if foot > 0.0 {
        draw::hline(ui, place.left(), place.right(), place.top(), t.line);
        let mut row = Row::new(ui, place.shrink2(vec2(12.0, 0.0)), "moved-weights");
        row.text("Weights that move most:", META_M, t.t2);
        row.gap(6.0);
        row.text(&found.weights.join("; "), META, t.t2);
    }
    draw::vline(ui, list.right(), body.top(), body.bottom(), t.line);
    if let Some(pair) = found.pairs.get(state.pair) {
        records(ui, body.with_min_x(list.right() + 1.0), &pair.two);
    }
    parts::panel_edge(ui, rect);
}

const FOOT: f32 = 30.0;

/// Nothing holds before it is taken, and then applied.
fn take_or_leave(row: &mut Row<'_>, cx: &mut Cx<'_>, suggestion: &WeightSuggestion, is_old: bool) {
    if suggestion.changes_nothing {
        return;
    }
    if suggestion.taken {
        row.chip_right(Some(icon::CHECK), "taken: Apply makes it hold", row.t.info);
        row.gap_right(8.0);
        return;
    }
    let take = Button::new("Take the weights").icon(icon::CHECK).enabled(!is_old).tooltip("Makes them changes that are not applied yet");
    if row.button_right(&take).clicked() {
        cx.send(Command::Match(MatchDeed::TakeSuggestion));
    }
    row.gap_right(8.0);
    let leave = Button::new("Leave").name("Leave the suggestion").kind(ButtonKind::Ghost).tooltip("Nothing of it is kept");
    if row.button_right(&leave).clicked() {
        cx.send(Command::Match(MatchDeed::ForgetPreview));
    }
    row.gap_right(4.0);
}

/// What was learnt, in one line; all of it in a dialog.
fn learnt(ui: &Ui, rect: Rect, state: &mut Matching, suggestion: &WeightSuggestion) {
    let t = tokens(ui);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), "learnt");
    if row.button_right(&Button::new("What was learnt").kind(ButtonKind::Link)).clicked() {
        state.dialog = Some(Dialog::Suggestion);
    }
    row.gap_right(8.0);
    row.text(&model::learnt(suggestion), META, t.t2);
}

fn chance(probability: Option<f64>) -> String {
    probability.map_or_else(|| "not compared".to_owned(), model::probability)
}

fn pairs(ui: &mut Ui, rect: Rect, state: &mut Matching, found: &MatchPreview) {
    let columns = [
        Column::fixed("Change", 84.0),
        Column::flex("One record", 1.0, 120.0),
        Column::flex("The other", 1.0, 120.0),
        Column::fixed("Before", 92.0).right(),
        Column::fixed("After", 104.0).right(),
    ];
    let texts = |at: usize| {
        found.pairs.get(at).map_or_else(Vec::new, |pair| {
            vec![
                if pair.joined { "joins" } else { "parts" }.to_owned(),
                who(&pair.two.left),
                who(&pair.two.right),
                chance(pair.before),
                chance(pair.after),
            ]
        })
    };
    let table = Table {
        salt: "preview-pairs",
        name: "Pairs that would change",
        columns: &columns,
        rows: found.pairs.len(),
        row_height: 28.0,
        selected: Some(state.pair),
        show: Some(state.pair),
        sort: None,
        texts: &texts,
    };
    let answer = table.show(ui, rect, |cell, at, column| {
        let Some(pair) = found.pairs.get(at) else { return };
        let t = cell.t;
        match column {
            0 => {
                let mut row = cell.row(("change", at));
                let (code, color) = if pair.joined { (icon::MERGE, t.pro) } else { (icon::SPLIT, t.con) };
                row.icon(code, 14.0, color).gap(6.0);
                row.text(if pair.joined { "joins" } else { "parts" }, DENSE_M, t.t1);
            }
            1 => record_cell(cell, at, column, &pair.two.left),
            2 => record_cell(cell, at, column, &pair.two.right),
            3 => cell.text(&chance(pair.before), DENSE, t.t2),
            _ => cell.text(&chance(pair.after), DENSE_M, t.t1),
        }
    });
    if let Some(at) = answer.clicked {
        state.pair = at;
    }
}

pub(super) fn who(record: &MatchRecord) -> String {
    format!("{} ({})", record.name, record.customer)
}

/// Hallmark, name, and the customer where there is room.
pub(super) fn record_cell(cell: &mut Cell<'_>, at: usize, column: usize, record: &MatchRecord) {
    let t = cell.t;
    let mut row = cell.row(("record", at, column));
    row.hallmark(&record.source_system, 14.0).gap(6.0);
    row.text(&record.name, DENSE, t.t1);
    row.gap(6.0);
    if row.room() > 44.0 {
        row.text(&record.customer, META, t.t3);
    }
}

const LINE: f32 = 26.0;
const LABEL: f32 = 104.0;

/// Fields as rows, the two records as columns; what agrees is dimmed.
pub(super) fn records(ui: &mut Ui, rect: Rect, pair: &MatchTwo) {
    let t = tokens(ui);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 40.0));
    draw::hline(ui, head.left(), head.right(), head.bottom() - 1.0, t.line);
    let half = (rect.width() - LABEL - 24.0) / 2.0;
    let columns = [rect.left() + 12.0 + LABEL, rect.left() + 12.0 + LABEL + half];
    for (x, record) in columns.into_iter().zip([&pair.left, &pair.right]) {
        let place = Rect::from_min_size(pos2(x, head.top()), vec2(half - 6.0, head.height()));
        let mut row = Row::new(ui, place, ("preview-record", &record.source_system, &record.id));
        row.hallmark(&record.source_system, 16.0).gap(6.0);
        row.text(&record.id, DENSE_M, t.t1);
        row.gap(6.0);
        if row.room() > 40.0 {
            row.text(&record.customer, META, t.t3);
        }
    }
    let rows = area::Rows { count: pair.values.len(), height: LINE, show: None };
    area::list(ui, rect.with_min_y(head.bottom()), "preview-values", rows, |ui, at, place| {
        let Some((label, left, right)) = pair.values.get(at) else { return };
        let same = left == right;
        let label_place = Rect::from_min_size(pos2(place.left() + 12.0, place.top()), vec2(LABEL - 8.0, LINE));
        draw::text_in(ui, label_place, label, META, t.t3);
        for (x, value, other) in [(columns[0], left, right), (columns[1], right, left)] {
            let cell = Rect::from_min_size(pos2(x, place.top()), vec2(half - 6.0, LINE));
            let missing = value.is_empty();
            let differs = !same && !missing && !other.is_empty();
            if differs {
                draw::fill(ui, cell.shrink2(vec2(0.0, 3.0)).translate(vec2(-4.0, 0.0)), 4.0, t.diff.tint);
            }
            let color = if same || missing { t.t3 } else { t.t1 };
            let (_, cut) = draw::text_in(ui, cell, if missing { "\u{2013}" } else { value }, if differs { DENSE_M } else { DENSE }, color);
            if cut {
                draw::spoken(ui, cell, ui.scope_id().with(("value", at, x.to_bits())), egui::accesskit::Role::Label, value)
                    .on_hover_text(value);
            }
        }
        draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
    });
}
