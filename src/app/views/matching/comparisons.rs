//! Comparisons: what each can take and give, and the levels inside.

use egui::accesskit::Role;
use egui::{Rect, Ui, WidgetInfo, pos2, vec2};

use super::dialogs::Dialog;
use super::model;
use super::state::{Matching, edit};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, META, META_M, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::facet::checkbox;
use crate::app::widgets::{area, draw};
use crate::app::words;
use crate::engine::MatchEdit;
use crate::engine::pages::{MatchComparison, MatchLevel, MatchModelPage};

const HEAD: f32 = 26.0;
const ROW: f32 = 31.0;
const WEIGHT: f32 = 88.0;
const LEVELS: f32 = 44.0;

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Matching, page: &MatchModelPage) {
    let t = tokens(ui);
    let body = {
        let (mut row, body) = parts::panel(ui, rect, "Comparisons", true);
        row.text("weight each can take or give", META, t.t3);
        body
    };
    let head = Rect::from_min_size(body.min, vec2(body.width(), HEAD));
    draw::fill(ui, head, 0.0, t.bg2);
    draw::hline(ui, head.left(), head.right(), head.bottom() - 1.0, t.line);
    let cells = Cells::of(head);
    draw::text_in(ui, cells.words, "Field", META_M, t.t2);
    draw::text_in_right(ui, cells.levels, "Levels", META_M, t.t2);
    draw::text_in(ui, cells.bar, "Against and for", META_M, t.t2);
    draw::text_in_right(ui, cells.weight, "Weight", META_M, t.t2);
    let reach = model::reach(&page.comparisons);
    area::scroll(ui, body.with_min_y(head.bottom()), "comparisons", |ui, place| {
        let mut y = place.top();
        for comparison in &page.comparisons {
            let row = Rect::from_min_size(pos2(place.left(), y), vec2(place.width(), ROW));
            one(ui, row, cx, state, comparison, reach);
            y += ROW;
            if !state.open.contains(&comparison.comparison) {
                continue;
            }
            for at in 0..comparison.levels.len() {
                let row = Rect::from_min_size(pos2(place.left(), y), vec2(place.width(), ROW - 1.0));
                level(ui, row, state, comparison, at, reach);
                y += ROW - 1.0;
            }
        }
        y - place.top()
    });
    parts::panel_edge(ui, rect);
}

struct Cells {
    check: Rect,
    words: Rect,
    levels: Rect,
    bar: Rect,
    weight: Rect,
}

impl Cells {
    fn of(row: Rect) -> Self {
        let at = |from: f32, width: f32| Rect::from_min_max(pos2(from, row.top()), pos2(from + width, row.bottom()));
        let weight = at(row.right() - 12.0 - WEIGHT, WEIGHT);
        let words =
            Rect::from_min_max(pos2(row.left() + 54.0, row.top()), pos2(row.left() + (row.width() * 0.38).max(132.0), row.bottom()));
        let levels = at(words.right() - 4.0, LEVELS);
        let bar = Rect::from_min_max(pos2(levels.right() + 12.0, row.top()), pos2(weight.left() - 4.0, row.bottom()));
        Self { check: at(row.left() + 8.0, 26.0), words, levels, bar, weight }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
fn bar(ui: &Ui, place: Rect, height: f32, weights: (f64, f64), reach: (f64, f64), faded: bool) {
    let t = tokens(ui);
    let x = |weight: f64| place.left() + place.width() * ((weight - reach.0) / (reach.1 - reach.0)) as f32;
    let middle = place.center().y;
    draw::vline(ui, x(0.0), place.top(), place.bottom(), t.line2);
    let ink = |color| if faded { crate::app::theme::mix(color, t.bg1, 0.4) } else { color };
    let piece = |from: f32, to: f32, color| {
        let width = (to - from).max(2.0);
        draw::fill(ui, Rect::from_min_max(pos2(from, middle - height / 2.0), pos2(from + width, middle + height / 2.0)), 2.0, ink(color));
    };
    if weights.0 < -0.02 {
        piece(x(weights.0), x(0.0), t.con);
    }
    if weights.1 > 0.02 {
        piece(x(0.0) + 1.0, x(weights.1), t.pro);
    }
}

fn one(ui: &Ui, row: Rect, cx: &mut Cx<'_>, state: &mut Matching, comparison: &MatchComparison, reach: (f64, f64)) {
    let t = tokens(ui);
    let cells = Cells::of(row);
    let name = &comparison.comparison;
    let chosen = chosen_of(state.chosen.as_deref(), name);
    let pressed = ui.interact(row.with_min_x(cells.check.right()), ui.scope_id().with(("comparison", name)), egui::Sense::click());
    let open = state.open.contains(name);
    let said = format!("{}, {}", comparison.title, model::span(comparison));
    pressed.widget_info(|| WidgetInfo::selected(Role::Button, true, open, &said));
    if chosen {
        draw::fill(ui, row, 0.0, t.acc.tint);
    } else if pressed.hovered() {
        draw::fill(ui, row, 0.0, t.hover);
    }
    if pressed.has_focus() {
        draw::outline(ui, row.with_min_x(cells.check.right()), 4.0, t.accent, 2.0);
    }
    if pressed.clicked() {
        // The first press chooses and opens, the next one closes.
        if open && chosen {
            state.open.remove(name);
        } else {
            state.open.insert(name.clone());
        }
        state.chosen = Some(name.clone());
    }
    let check = ui.interact(cells.check, ui.scope_id().with(("comparison-on", name)), egui::Sense::click());
    check.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, comparison.on, format!("Compare {}", comparison.title)));
    checkbox(ui, cells.check.center(), comparison.on);
    if check.has_focus() {
        draw::focus_ring(ui, Rect::from_center_size(cells.check.center(), vec2(16.0, 16.0)), 4.0);
    }
    if check.clicked() {
        edit(cx, MatchEdit::Comparison { comparison: name.clone(), on: !comparison.on });
    }
    draw::icon(ui, pos2(cells.words.left() - 10.0, row.center().y), if open { icon::DOWN } else { icon::NEXT }, 12.0, t.t3);
    let (width, _) = draw::text_in(ui, cells.words, &comparison.title, DENSE_M, if comparison.on { t.t1 } else { t.t3 });
    if comparison.changed {
        ui.painter().circle_filled(pos2((cells.words.left() + width + 8.0).min(cells.words.right()), row.center().y), 3.0, t.info.text);
    }
    draw::text_in_right(ui, cells.levels, &words::count(comparison.levels.len() as u64), DENSE, t.t3);
    bar(ui, cells.bar, 12.0, (comparison.least_weight, comparison.most_weight), reach, !comparison.on);
    draw::text_in_right(ui, cells.weight, &model::span(comparison), DENSE, if comparison.on { t.t1 } else { t.t3 });
    draw::hline(ui, row.left(), row.right(), row.bottom() - 1.0, t.line);
    if comparison.household {
        pressed
            .on_hover_text(format!("{}: members of one household share it, so it counts at most once against relatives", comparison.title));
    }
}

/// The comparison whose m and u show: the one that was pressed.
fn chosen_of(chosen: Option<&str>, name: &str) -> bool {
    chosen == Some(name)
}

fn level(ui: &Ui, row: Rect, state: &mut Matching, comparison: &MatchComparison, at: usize, reach: (f64, f64)) {
    let t = tokens(ui);
    let Some(level) = comparison.levels.get(at) else { return };
    let cells = Cells::of(row);
    draw::fill(ui, row, 0.0, t.bg2);
    let words = cells.words.with_min_x(cells.words.left() + 6.0).with_max_x(cells.levels.right());
    draw::text_in(ui, words, &level.phrase, DENSE, t.t2);
    let weights = if level.match_weight < 0.0 { (level.match_weight, 0.0) } else { (0.0, level.match_weight) };
    bar(ui, cells.bar, 6.0, weights, reach, !comparison.on);
    let place =
        Rect::from_min_max(pos2(cells.weight.right() - 58.0, row.top() + 3.0), pos2(cells.weight.right() + 6.0, row.bottom() - 4.0));
    let name = format!("Weight of {}, {}: {}", comparison.title, level.phrase, words::signed(level.match_weight));
    let id = ui.scope_id().with(("weight", &comparison.comparison, level.gamma));
    let pressed = draw::pressable(ui, place, id, Role::Button, &name, 4.0);
    if pressed.hovered() {
        draw::boxed(ui, place, 4.0, t.bg1, t.edge, 1.0);
    }
    let inner = place.with_max_x(cells.weight.right());
    let fixed = level.trained_weight.is_some();
    draw::text_in_right(
        ui,
        inner,
        &words::signed(level.match_weight),
        if fixed { DENSE_M } else { DENSE },
        if fixed { t.acc.text } else { t.t2 },
    );
    draw::hline(ui, row.left(), row.right(), row.bottom() - 1.0, t.line);
    if pressed.clicked() {
        state.dialog = Some(Dialog::weight(comparison, level));
    }
    pressed.on_hover_text(told(level));
}

fn told(level: &MatchLevel) -> String {
    let mut text = format!(
        "m {}: so many pairs of one person reach this level\nu {}: so many pairs of others do",
        share(level.m_probability),
        share(level.u_probability)
    );
    if level.term_frequency {
        text.push_str("\nRare values weigh more, common ones less");
    }
    if let Some(trained) = level.trained_weight {
        text.push_str(&format!("\nSet by hand; training found {}", words::signed(trained)));
    }
    text
}

/// A share that may be tiny: "41.2 %", "0.013 %".
pub fn share(share: f64) -> String {
    let percent = share * 100.0;
    let digits = if percent >= 10.0 {
        1
    } else if percent >= 0.1 {
        2
    } else if percent >= 0.001 {
        4
    } else {
        6
    };
    format!("{percent:.digits$}\u{2009}%")
}
