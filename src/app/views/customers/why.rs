//! Why two are not one: the answer, the evidence, the blocking rules, the decisions that bind them.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect, Ui, pos2, vec2};

use crate::app::cx::{Action, Cx, Nav};
use crate::app::data::Looked;
use crate::app::theme::kind::{BODY, DENSE, DENSE_B, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::views::review::{decision, model};
use crate::app::widgets::band_scale::{self, Bands};
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, hallmark, waterfall};
use crate::app::words;
use crate::base::{CustomerKey, DecisionId, RecordKey};
use crate::engine::Page;
use crate::engine::pages::WhyPage;

const DEEDS: f32 = 54.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Out {
    Nothing,
    Leave,
    Join(CustomerKey),
    Log(DecisionId),
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, looked: &Looked, other: &str, joins: bool) -> Out {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    let mut out = Out::Nothing;
    let deeds = rect.with_min_y(rect.bottom() - DEEDS);
    if let Some(Page::Why(page)) = looked.page.as_deref() {
        let body = rect.with_max_y(deeds.top());
        area::scroll(ui, body, "why", |ui, place| {
            let inner = place.shrink2(vec2(24.0, 0.0)).with_max_x(place.right().min(place.left() + 1040.0) - 24.0);
            content(ui, inner, page, &mut out) - place.top() + 16.0
        });
    } else {
        parts::instead(ui, rect.with_max_y(deeds.top()), looked, cx);
    }
    foot(ui, deeds, cx, looked, other, joins, &mut out);
    out
}

fn content(ui: &Ui, inner: Rect, page: &WhyPage, out: &mut Out) -> f32 {
    let t = tokens(ui);
    let title = format!("{} and {}", page.customers.0, page.customers.1);
    let mut row = Row::new(ui, Rect::from_min_size(inner.min + vec2(0.0, 14.0), vec2(inner.width(), 24.0)), "why-head");
    row.heading(&title, SECTION);
    row.gap(12.0);
    for key in [&page.left, &page.right] {
        row.hallmark(&key.source_system, 16.0).gap(5.0);
        row.text(&key.source_customer_id, META, t.t2);
        row.gap(10.0);
    }
    let galley = draw::wrapped(ui, &page.answer, BODY, t.t1, inner.width());
    let place = Rect::from_min_size(inner.min + vec2(0.0, 46.0), galley.size());
    draw::spoken(ui, place, ui.scope_id().with("why-answer"), Role::Label, &page.answer);
    ui.painter().galley(draw::snapped(ui, place.min), galley, t.t1);
    let top = place.bottom() + 16.0;
    let columns = area::columns(inner.with_min_y(top), 2, 28.0);
    let (Some(left), Some(right)) = (columns.first(), columns.get(1)) else { return top };
    let first = evidence(ui, *left, page);
    let mut y = blocking(ui, *right, page);
    if !page.decisions.is_empty() {
        y += 14.0;
        draw::text_in(ui, Rect::from_min_size(pos2(right.left(), y), vec2(right.width(), 18.0)), "Decisions that bind them", DENSE_B, t.t2);
        y += 22.0;
        for one in &page.decisions {
            let (height, clicked) = decision(ui, Rect::from_min_size(pos2(right.left() - 14.0, y), vec2(right.width() + 14.0, 60.0)), one);
            y += height;
            if clicked {
                *out = Out::Log(one.decision);
            }
        }
    }
    first.max(y)
}

fn evidence(ui: &Ui, left: Rect, page: &WhyPage) -> f32 {
    let t = tokens(ui);
    let said = format!("Match weight {}, probability {}", words::weight(page.match_weight), words::percent(page.match_probability));
    let line = Rect::from_min_size(left.min, vec2(left.width(), 18.0));
    draw::text_in(ui, line, &said, DENSE_B, t.t1);
    draw::spoken(ui, line, ui.scope_id().with("why-weight"), Role::Label, &said);
    let scale = Rect::from_min_size(left.min + vec2(0.0, 24.0), vec2(left.width(), band_scale::HEIGHT));
    band_scale::paint(ui, scale, Bands { weight: page.match_weight, review: page.review_weight, auto: page.auto_weight });
    let bars = model::bars(&page.steps, page.match_weight);
    let mut y = scale.bottom() + 8.0;
    let height = waterfall::height(&bars);
    waterfall::paint(ui, Rect::from_min_size(pos2(left.left(), y), vec2(left.width(), height)), &bars);
    y += height + 8.0;
    let conflict = page.conflict.iter().map(|conflict| format!("Never joined without a person: {conflict}."));
    for (at, text) in page.sentences.iter().map(|sentence| sentence.text.clone()).chain(conflict).enumerate() {
        let galley = draw::wrapped(ui, &text, DENSE, t.t1, left.width());
        let place = Rect::from_min_size(pos2(left.left(), y), galley.size());
        draw::spoken(ui, place, ui.scope_id().with(("why-sentence", at)), Role::Label, &text);
        y += galley.size().y + 4.0;
        ui.painter().galley(draw::snapped(ui, place.min), galley, t.t1);
    }
    y
}

fn blocking(ui: &Ui, right: Rect, page: &WhyPage) -> f32 {
    let t = tokens(ui);
    draw::text_in(ui, Rect::from_min_size(right.min, vec2(right.width(), 18.0)), "Blocking rules that compare two records", DENSE_B, t.t2);
    let mut y = right.top() + 22.0;
    for (at, rule) in page.blocking.iter().enumerate() {
        let line = Rect::from_min_size(pos2(right.left(), y), vec2(right.width(), 24.0));
        let (code, color) = if rule.meets { (icon::CHECK, t.ok.text) } else { (icon::CLOSE, t.t3) };
        draw::icon(ui, pos2(line.left() + 7.0, line.center().y), code, 12.0, color);
        let why = match &rule.why_not {
            _ if rule.meets => "puts them together".to_owned(),
            Some(why) => why.clone(),
            None => "does not put them together".to_owned(),
        };
        let mut row = Row::new(ui, line.with_min_x(line.left() + 20.0), ("rule", at));
        row.text(&rule.rule, DENSE, t.t1);
        row.gap(8.0);
        row.text(&why, META, t.t2);
        draw::spoken(ui, line, ui.scope_id().with(("rule", at)), Role::Label, &format!("{}: {why}", rule.rule));
        y += 24.0;
    }
    y
}

/// The side's customer to join with: what was asked for, or the customer of the record that was.
fn joined_with(page: &WhyPage) -> CustomerKey {
    page.customers.1
}

fn foot(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, looked: &Looked, other: &str, joins: bool, out: &mut Out) {
    let t = tokens(ui);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(24.0, 0.0)), "why-foot");
    if let Some(Page::Why(page)) = looked.page.as_deref() {
        let right = joined_with(page);
        if page.is_one {
            row.text("They are one customer already.", DENSE, t.t2);
        } else {
            let label = format!("Join {} and {right}", page.customers.0);
            let kind = if joins { ButtonKind::Primary } else { ButtonKind::Secondary };
            let button = Button::new(&label).icon(icon::MERGE).keys("\u{21b5}").kind(kind).size(ButtonSize::Large);
            let entered = joins && cx.keys_free(ui) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
            if row.button(&button).clicked() || entered {
                *out = Out::Join(right);
            }
            row.gap(8.0);
        }
        if let Some(item) = &page.item
            && row.button(&Button::new("Open their question").size(ButtonSize::Large)).clicked()
        {
            cx.act(Action::OpenItem(item.clone()));
            cx.act(Action::Go(Nav::Review));
        }
    } else {
        row.text(&name_of(other), DENSE, t.t2);
    }
    if row.button_right(&Button::new("Back to the customer").keys("Esc").kind(ButtonKind::Ghost).size(ButtonSize::Medium)).clicked() {
        *out = Out::Leave;
    }
}

/// A side as a person reads it: a customer's key, or "ERP CUST-17".
fn name_of(side: &str) -> String {
    match side.split_once(':') {
        Some((system, id)) => {
            let key = RecordKey::new(system, id);
            format!("{} {}", hallmark::of(&key.source_system).short, key.source_customer_id)
        }
        None => side.to_owned(),
    }
}
