//! Why these records were put together: weight, probability, bands, waterfall, sentences, what would flip it; and the history.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::ask::What;
use super::model::Proof;
use super::state::{Beside, Review};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, KPI, META, META_M, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::log::model::kind_name;
use crate::app::widgets::tabs::Tab;
use crate::app::widgets::{Button, Row, area, band_scale, draw, empty, kbd, tabs, waterfall};
use crate::app::words;
use crate::base::DecisionId;
use crate::engine::pages::{ContradictionView, DecisionView, ItemEventView, ItemPage, SentenceKind};

/// As an event's kind says that it is one.
const COMMENT: &str = "comment";

/// `proof` None: hidden until the item is answered.
pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, item: &ItemPage, proof: Option<&Proof>) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    let strip = Rect::from_min_size(rect.min, vec2(rect.width(), 31.0));
    draw::hline(ui, strip.left(), strip.right(), strip.bottom() - 1.0, t.line);
    let comments = item.events.iter().filter(|event| event.kind == COMMENT).count();
    let counted = |label: &str, said: usize| {
        let tab = Tab::new(label);
        if said == 0 { tab } else { tab.count(words::count(said as u64)) }
    };
    let past = item.history.len() + item.events.len() - comments;
    let all = [Tab::new("Evidence"), counted("History", past), counted("Comments", comments)];
    let place = Rect::from_min_max(pos2(strip.left() + 6.0, strip.top()), strip.max);
    let (chosen, end) = tabs::tabs(ui, place, "evidence-tabs", &all, state.beside as usize, 9.0);
    if let Some(chosen) = chosen.and_then(|at| [Beside::Evidence, Beside::History, Beside::Comments].get(at)) {
        state.beside = *chosen;
    }
    let width = kbd::width(ui, "W");
    if end + width + 16.0 < strip.right() {
        kbd::paint(ui, strip.right() - 12.0 - width, strip.center().y, "W", t);
    }
    let body = rect.with_min_y(strip.bottom());
    match state.beside {
        Beside::History => {
            if let Some(decision) = history_list(ui, body, item) {
                state.open_log(Some(decision));
            }
            return;
        }
        Beside::Comments => {
            comment_list(ui, body, state, item);
            return;
        }
        Beside::Evidence => {}
    }
    let Some(proof) = proof else {
        let button = Button::new("Show scores").name("Show scores and evidence").keys("B");
        let words = "Score and evidence are hidden until you have answered.";
        if empty::show(ui, body, icon::BLIND, words, Some(&button)).is_some_and(|response| response.clicked()) {
            state.blind = false;
        }
        return;
    };
    area::scroll(ui, body, "evidence", |ui, place| {
        let inner = place.shrink2(vec2(14.0, 0.0));
        let mut y = figures(ui, inner, proof);
        if let Some(contradiction) = &item.contradiction {
            y = contradicted(ui, inner.with_min_y(y + 8.0), contradiction);
        }
        if !cx.settings.waterfall_hidden {
            y = falls(ui, inner.with_min_y(y), proof);
        }
        y = sentences(ui, inner.with_min_y(y + 10.0), proof);
        if !state.flip_hidden {
            y = flip(ui, inner.with_min_y(y), proof);
        }
        newest_comment(ui, inner.with_min_y(y), item) - place.top() + 12.0
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
    y
}

/// What would make the answer another one.
fn flip(ui: &Ui, inner: Rect, proof: &Proof) -> f32 {
    let t = tokens(ui);
    let Some(flip) = &proof.flip else { return inner.top() };
    let galley = draw::wrapped(ui, flip, DENSE, t.t2, inner.width() - 38.0);
    let place = Rect::from_min_size(inner.min + vec2(0.0, 4.0), vec2(inner.width(), galley.size().y + 30.0));
    draw::fill(ui, place, 6.0, t.acc.tint);
    draw::icon(ui, pos2(place.left() + 15.0, place.top() + 15.0), icon::FLIP, 14.0, t.acc.text);
    draw::text(ui, pos2(place.left() + 30.0, place.top() + 15.0), Align2::LEFT_CENTER, "What would flip it", DENSE_M, t.t1);
    kbd::paint(ui, place.right() - 8.0 - kbd::width(ui, "\u{21e7} W"), place.top() + 15.0, "\u{21e7} W", t);
    draw::spoken(ui, place, ui.scope_id().with("flip"), Role::Label, &format!("What would flip it: {flip}"));
    ui.painter().galley(draw::snapped(ui, pos2(place.left() + 30.0, place.top() + 23.0)), galley, t.t2);
    place.bottom()
}

/// An earlier decision that no longer fits: which, why, and each value then and now.
fn contradicted(ui: &Ui, inner: Rect, about: &ContradictionView) -> f32 {
    let t = tokens(ui);
    let mut lines = vec![
        (format!("{} {}, {}.", about.decision.summary, about.decision.user, words::moment(&about.decision.at)), DENSE, t.t1),
        (about.why.clone(), DENSE_M, t.warn.text),
    ];
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "no value".to_owned());
    lines
        .extend(about.changed.iter().map(|one| (format!("{}: {} \u{2192} {}", one.label, value(&one.then), value(&one.now)), DENSE, t.t1)));
    if let (Some(then), Some(now)) = (about.weight_then, about.weight_now) {
        lines.push((format!("Match weight {} \u{2192} {}", words::weight(then), words::weight(now)), DENSE, t.t2));
    }
    let galleys: Vec<_> =
        lines.iter().map(|(text, kind, color)| (draw::wrapped(ui, text, *kind, *color, inner.width() - 24.0), *color)).collect();
    let height = galleys.iter().map(|(galley, _)| galley.size().y + 3.0).sum::<f32>() + 34.0;
    let place = Rect::from_min_size(inner.min, vec2(inner.width(), height));
    draw::fill(ui, place, 6.0, t.warn.tint);
    draw::icon(ui, pos2(place.left() + 16.0, place.top() + 15.0), icon::WARN, 14.0, t.warn.text);
    draw::text(ui, pos2(place.left() + 30.0, place.top() + 15.0), Align2::LEFT_CENTER, "Decided otherwise before", DENSE_M, t.t1);
    let said = lines.iter().map(|(text, ..)| text.as_str()).collect::<Vec<_>>().join(" ");
    draw::spoken(ui, place, ui.scope_id().with("contradiction"), Role::Label, &format!("Decided otherwise before: {said}"));
    let mut y = place.top() + 27.0;
    for (galley, color) in galleys {
        let height = galley.size().y + 3.0;
        ui.painter().galley(draw::snapped(ui, pos2(place.left() + 12.0, y)), galley, color);
        y += height;
    }
    rule(ui, inner, place.bottom() + 8.0);
    place.bottom() + 8.0
}

/// Returns the decision that was pressed.
fn history_list(ui: &mut Ui, rect: Rect, item: &ItemPage) -> Option<DecisionId> {
    let mut pressed = None;
    let events = || item.events.iter().enumerate().filter(|(_, event)| event.kind != COMMENT);
    if item.history.is_empty() && events().next().is_none() {
        empty::show(ui, rect, icon::HISTORY, "Nobody has decided about these records before.", None);
        return None;
    }
    area::scroll(ui, rect, "history", |ui, place| {
        let mut y = place.top();
        for (at, event) in events().rev() {
            y += event_line(ui, Rect::from_min_size(pos2(place.left(), y), vec2(place.width(), 60.0)), event, at);
        }
        for one in &item.history {
            let (height, clicked) = decision(ui, Rect::from_min_size(pos2(place.left(), y), vec2(place.width(), 60.0)), one);
            y += height;
            if clicked {
                pressed = Some(one.decision);
            }
        }
        y - place.top()
    });
    pressed
}

/// What people said of the item, newest first, and the way to say more.
fn comment_list(ui: &mut Ui, rect: Rect, state: &mut Review, item: &ItemPage) {
    let comments: Vec<(usize, &ItemEventView)> = item.events.iter().enumerate().filter(|(_, event)| event.kind == COMMENT).collect();
    let button = Button::new("Write a comment").icon(icon::COMMENT).keys("C");
    if comments.is_empty() {
        let words = "Nobody has said anything of this item. A comment stays with it in every later run.";
        if empty::show(ui, rect, icon::COMMENT, words, Some(&button)).is_some_and(|response| response.clicked()) {
            state.open_ask(ui, What::Comment);
        }
        return;
    }
    let list = rect.with_max_y(rect.bottom() - 44.0);
    area::scroll(ui, list, "comments", |ui, place| {
        let mut y = place.top();
        for (at, event) in comments.iter().rev() {
            y += event_line(ui, Rect::from_min_size(pos2(place.left(), y), vec2(place.width(), 60.0)), event, *at);
        }
        y - place.top()
    });
    draw::hline(ui, rect.left(), rect.right(), list.bottom(), tokens(ui).line);
    if button.show(ui, pos2(rect.left() + 14.0, list.bottom() + 22.0)).clicked() {
        state.open_ask(ui, What::Comment);
    }
}

/// Below the evidence: what was said last; returns the bottom.
fn newest_comment(ui: &Ui, inner: Rect, item: &ItemPage) -> f32 {
    let Some((at, event)) = item.events.iter().enumerate().rev().find(|(_, event)| event.kind == COMMENT) else { return inner.top() };
    let y = inner.top() + 10.0;
    rule(ui, inner, y);
    let place = Rect::from_min_size(pos2(inner.left() - 14.0, y), vec2(inner.width() + 28.0, 60.0));
    y + event_line(ui, place, event, at)
}

/// An assignment, a comment, a deferral; returns its height.
fn event_line(ui: &Ui, rect: Rect, event: &ItemEventView, at: usize) -> f32 {
    let t = tokens(ui);
    let inner = rect.shrink2(vec2(14.0, 0.0));
    let code = match event.kind.as_str() {
        COMMENT => icon::COMMENT,
        "assign" => icon::ASSIGN,
        _ => icon::CLOCK,
    };
    let mut row = Row::new(ui, Rect::from_min_size(inner.min + vec2(0.0, 8.0), vec2(inner.width(), 18.0)), ("event", at));
    row.text_right(&words::moment(&event.at), META, t.t3);
    row.icon(code, 14.0, t.t2).gap(6.0);
    row.text(&event.author, META_M, t.t2);
    let galley = draw::wrapped(ui, &event.text, DENSE, t.t1, inner.width());
    let height = 27.0 + galley.size().y + 8.0;
    ui.painter().galley(draw::snapped(ui, pos2(inner.left(), rect.top() + 27.0)), galley, t.t1);
    let said = format!("{}, {}: {}", event.author, words::moment(&event.at), event.text);
    let place = Rect::from_min_size(rect.min, vec2(rect.width(), height));
    draw::spoken(ui, place, ui.scope_id().with(("event", at)), Role::Label, &said);
    draw::hline(ui, rect.left(), rect.right(), place.bottom() - 1.0, t.line);
    height
}

/// One decision; returns its height and whether it was pressed.
pub fn decision(ui: &Ui, rect: Rect, one: &DecisionView) -> (f32, bool) {
    let t = tokens(ui);
    let inner = rect.shrink2(vec2(14.0, 0.0));
    let mut row = Row::new(ui, Rect::from_min_size(inner.min + vec2(0.0, 8.0), vec2(inner.width(), 18.0)), ("decision", one.decision.0));
    row.text_right(&words::moment(&one.at), META, t.t3);
    row.gap_right(8.0);
    if one.undone {
        row.chip_right(None, "taken back", crate::app::theme::Tone { text: t.t2, tint: t.hover });
        row.gap_right(8.0);
    }
    row.text(kind_name(one), DENSE_M, if one.undone { t.t3 } else { t.t1 });
    row.gap(6.0);
    row.text(&one.user, META_M, t.t2);
    let mut y = rect.top() + 27.0;
    for text in std::iter::once(&one.summary).chain(&one.reason).filter(|text| !text.is_empty()) {
        let galley = draw::wrapped(ui, text, DENSE, t.t2, inner.width());
        ui.painter().galley(draw::snapped(ui, pos2(inner.left(), y)), galley.clone(), t.t2);
        y += galley.size().y;
    }
    let said = format!("{} by {}, {}: {}", kind_name(one), one.user, words::moment(&one.at), one.summary);
    let place = Rect::from_min_max(rect.min, pos2(rect.right(), y));
    let response = draw::pressable(ui, place.shrink(2.0), ui.scope_id().with(("decision", one.decision.0)), Role::Button, &said, 4.0);
    let response = response.on_hover_text("What depends on it, and taking it back");
    y += 8.0;
    draw::hline(ui, rect.left(), rect.right(), y - 1.0, t.line);
    (y - rect.top(), response.clicked())
}
