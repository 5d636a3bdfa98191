//! Why these records were put together: weight, probability, bands, waterfall, sentences, what would flip it; and the history.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::model::{self, Proof};
use super::state::Review;
use crate::app::theme::kind::{DENSE, DENSE_M, KPI, META, META_M, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::widgets::tabs::Tab;
use crate::app::widgets::{Row, area, band_scale, draw, empty, kbd, tabs, waterfall};
use crate::app::words;
use crate::engine::pages::{DecisionView, ItemPage, SentenceKind};

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Review, item: &ItemPage, proof: &Proof) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    let strip = Rect::from_min_size(rect.min, vec2(rect.width(), 31.0));
    draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
    let history = Tab::new("History");
    let history = if item.history.is_empty() { history } else { history.count(words::count(item.history.len() as u64)) };
    let all = [Tab::new("Evidence"), history];
    let place = Rect::from_min_max(pos2(strip.left() + 6.0, strip.top()), strip.max);
    let (chosen, _) = tabs::tabs(ui, place, "evidence-tabs", &all, usize::from(state.history), 9.0);
    if let Some(chosen) = chosen {
        state.history = chosen == 1;
    }
    let width = kbd::width(ui, "W");
    kbd::paint(ui, strip.right() - 12.0 - width, strip.center().y, "W", t);
    let body = rect.with_min_y(strip.bottom());
    if state.history {
        history_list(ui, body, &item.history);
        return;
    }
    area::scroll(ui, body, "evidence", |ui, place| {
        let inner = place.shrink2(vec2(14.0, 0.0));
        let mut y = figures(ui, inner, proof);
        y = falls(ui, inner.with_min_y(y), proof);
        y = sentences(ui, inner.with_min_y(y + 10.0), proof);
        y - place.top() + 12.0
    });
}

fn rule(ui: &Ui, inner: Rect, y: f32) {
    draw::hline(ui, inner.left() - 14.0, inner.right() + 14.0, y, tokens(ui).line);
}

fn figures(ui: &Ui, inner: Rect, proof: &Proof) -> f32 {
    let t = tokens(ui);
    let top = inner.top() + 10.0;
    let mut x = inner.left();
    for (label, value, kind, height) in [("Match weight", &proof.weight, KPI, 28.0), ("Probability", &proof.probability, SECTION, 22.0)] {
        let base = top + 42.0;
        let label_rect = draw::text(ui, pos2(x, base - height - 7.0), Align2::LEFT_CENTER, label, META, t.t3);
        let value_rect = draw::text(ui, pos2(x, base - height / 2.0), Align2::LEFT_CENTER, value, kind, t.t1);
        let whole = label_rect.union(value_rect);
        draw::spoken(ui, whole, ui.scope_id().with(label), Role::Label, &format!("{label} {value}"));
        x += label_rect.width().max(value_rect.width()) + 16.0;
    }
    let mut row = Row::new(ui, Rect::from_min_max(pos2(x, top + 18.0), pos2(inner.right(), top + 40.0)), "band");
    let tone = match proof.band.to_lowercase().as_str() {
        "likely" => t.acc,
        "uncertain" => t.info,
        _ => t.warn,
    };
    row.chip_right(None, &proof.band, tone);
    let scale = Rect::from_min_size(pos2(inner.left(), top + 50.0), vec2(inner.width(), band_scale::HEIGHT));
    band_scale::paint(ui, scale, proof.scale);
    let bottom = scale.bottom() + 4.0;
    rule(ui, inner, bottom);
    bottom
}

fn falls(ui: &Ui, inner: Rect, proof: &Proof) -> f32 {
    let t = tokens(ui);
    let mut y = inner.top() + 9.0;
    if let Some((left, right)) = &proof.pair {
        let mut row = Row::new(ui, Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), 16.0)), "pair");
        row.text("Closest pair", META, t.t3);
        for (at, system) in [left, right].into_iter().enumerate() {
            if at == 1 {
                row.gap(8.0).icon(icon::SWAP, 12.0, t.t3);
            }
            row.gap(8.0).hallmark(system, 14.0).gap(6.0);
            row.text(&crate::app::widgets::hallmark::of(system).short, META, t.t2);
        }
        y += 20.0;
    }
    let height = waterfall::height(&proof.bars);
    waterfall::paint(ui, Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), height)), &proof.bars);
    let bottom = y + height + 8.0;
    rule(ui, inner, bottom);
    bottom
}

fn sentences(ui: &Ui, inner: Rect, proof: &Proof) -> f32 {
    let t = tokens(ui);
    let mut y = inner.top();
    for (at, (kind, text)) in proof.sentences.iter().enumerate() {
        let (code, color, words, type_) = match kind {
            SentenceKind::For => (icon::PLUS_CIRCLE, t.pro, t.t1, DENSE),
            SentenceKind::Against => (icon::MINUS, t.con, t.t1, DENSE),
            SentenceKind::Ignored => (icon::IGNORED, t.t3, t.t2, DENSE),
            SentenceKind::Net => (icon::EQUALS, t.acc.text, t.t1, DENSE_M),
        };
        let galley = draw::wrapped(ui, text, type_, words, inner.width() - 22.0);
        draw::icon(ui, pos2(inner.left() + 7.0, y + 8.0), code, 14.0, color);
        let place = Rect::from_min_size(pos2(inner.left() + 22.0, y), galley.size());
        draw::spoken(ui, place, ui.scope_id().with(("sentence", at)), Role::Label, text);
        y += galley.size().y + 5.0;
        ui.painter().galley(draw::snapped(ui, place.min), galley, words);
    }
    if let Some(flip) = &proof.flip {
        let galley = draw::wrapped(ui, flip, DENSE, t.t2, inner.width() - 38.0);
        let height = galley.size().y + 16.0 + 14.0;
        let place = Rect::from_min_size(pos2(inner.left(), y + 4.0), vec2(inner.width(), height));
        draw::fill(ui, place, 6.0, t.acc.tint);
        draw::icon(ui, pos2(place.left() + 15.0, place.top() + 15.0), icon::FLIP, 14.0, t.acc.text);
        draw::text(ui, pos2(place.left() + 30.0, place.top() + 15.0), Align2::LEFT_CENTER, "What would flip it", DENSE_M, t.t1);
        draw::spoken(ui, place, ui.scope_id().with("flip"), Role::Label, &format!("What would flip it: {flip}"));
        ui.painter().galley(draw::snapped(ui, pos2(place.left() + 30.0, place.top() + 23.0)), galley, t.t2);
        y = place.bottom();
    }
    y
}

fn history_list(ui: &mut Ui, rect: Rect, history: &[DecisionView]) {
    if history.is_empty() {
        empty::show(ui, rect, icon::HISTORY, "Nobody has decided about these records before.", None);
        return;
    }
    area::scroll(ui, rect, "history", |ui, place| {
        let mut y = place.top();
        for one in history {
            y += decision(ui, Rect::from_min_size(pos2(place.left(), y), vec2(place.width(), 60.0)), one);
        }
        y - place.top()
    });
}

/// One decision; returns its height.
pub fn decision(ui: &Ui, rect: Rect, one: &DecisionView) -> f32 {
    let t = tokens(ui);
    let inner = rect.shrink2(vec2(14.0, 0.0));
    let mut row = Row::new(ui, Rect::from_min_size(inner.min + vec2(0.0, 8.0), vec2(inner.width(), 18.0)), ("decision", one.decision.0));
    row.text_right(&words::moment(&one.at), META, t.t3);
    row.gap_right(8.0);
    if one.undone {
        row.chip_right(None, "taken back", crate::app::theme::Tone { text: t.t2, tint: t.hover });
        row.gap_right(8.0);
    }
    row.text(model::answer_name(one.answer), DENSE_M, if one.undone { t.t3 } else { t.t1 });
    row.gap(6.0);
    row.text(&one.user, META_M, t.t2);
    let mut y = rect.top() + 27.0;
    for text in std::iter::once(&one.summary).chain(&one.reason).filter(|text| !text.is_empty()) {
        let galley = draw::wrapped(ui, text, DENSE, t.t2, inner.width());
        ui.painter().galley(draw::snapped(ui, pos2(inner.left(), y)), galley.clone(), t.t2);
        y += galley.size().y;
    }
    let said = format!("{} by {}, {}: {}", model::answer_name(one.answer), one.user, words::moment(&one.at), one.summary);
    let place = Rect::from_min_max(rect.min, pos2(rect.right(), y));
    draw::spoken(ui, place, ui.scope_id().with(("decision", one.decision.0)), Role::Label, &said);
    y += 8.0;
    draw::hline(ui, rect.left(), rect.right(), y - 1.0, t.line);
    y - rect.top()
}
