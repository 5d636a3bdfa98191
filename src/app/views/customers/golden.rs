//! The golden record of a customer: each value with its rule and source; a steward takes, types, pins and gives back from here.

use egui::accesskit::Role;
use egui::{Id, Key, Modifiers, Rect, Ui, WidgetInfo, pos2, vec2};

use super::Customers;
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Field, Row, area, draw, hallmark};
use crate::engine::pages::{CustomerPage, GoldenField};
use crate::engine::{Command, GoldenChange, GoldenDeed, GoldenTarget};

const DIGITS: [Key; 9] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
const LINE: f32 = 36.0;

/// A value that is typed.
#[derive(Debug, Default)]
pub struct Typing {
    field: String,
    text: String,
    refused: Option<String>,
    fresh: bool,
}

impl Customers {
    /// A word on a golden value was refused: what was typed comes back with the reason.
    pub fn refused(&mut self, command: &Command, message: &str) {
        if let Command::Golden {
            deed: GoldenDeed::Field { of: GoldenTarget::Customer(key), field, change: GoldenChange::Type(text), .. },
            ..
        } = command
            && self.open == Some(*key)
        {
            self.typing = Some(Typing { field: field.clone(), text: text.clone(), refused: Some(message.to_owned()), fresh: true });
        }
    }
}

fn say(cx: &mut Cx<'_>, page: &CustomerPage, field: &str, change: GoldenChange) {
    let user = cx.data.user();
    let deed = GoldenDeed::Field { of: GoldenTarget::Customer(page.key), field: field.to_owned(), change, reason: None };
    cx.send(Command::Golden { deed, user });
}

fn type_into(state: &mut Customers, field: &GoldenField) {
    state.typing =
        Some(Typing { field: field.field.to_owned(), text: field.value.clone().unwrap_or_default(), refused: None, fresh: true });
}

/// Arrows move the cursor over the fields; the keys below decide the one that it is on.
pub fn keys(ui: &Ui, cx: &mut Cx<'_>, state: &mut Customers, page: &CustomerPage) {
    if !cx.keys_free(ui) || state.tool.is_some() || state.typing.is_some() || page.fields.is_empty() {
        return;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
        if pressed(key) {
            state.field = Some(state.field.map_or(0, |at| at.saturating_add_signed(by).min(page.fields.len() - 1)));
        }
    }
    let Some(field) = state.field.and_then(|at| page.fields.get(at)) else { return };
    for (key, record) in DIGITS.into_iter().zip(&page.records) {
        if pressed(key) {
            say(cx, page, field.field, GoldenChange::Take(record.key.clone()));
        }
    }
    if pressed(Key::P) {
        say(cx, page, field.field, GoldenChange::Pin);
    }
    if pressed(Key::R) {
        say(cx, page, field.field, GoldenChange::GiveBack);
    }
    if pressed(Key::E) {
        ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
        type_into(state, field);
    }
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Customers, page: &CustomerPage) {
    keys(ui, cx, state, page);
    let fields = page.fields.as_slice();
    let t = tokens(ui);
    draw::boxed(ui, rect, 10.0, t.bg1, t.gold_line, 1.0);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 36.0));
    ui.painter().rect(
        head.shrink(1.0).with_max_y(head.bottom()),
        draw::corners(9, 9, 0, 0),
        t.gold.tint,
        egui::Stroke::NONE,
        egui::StrokeKind::Inside,
    );
    draw::hline(ui, head.left() + 1.0, head.right() - 1.0, head.bottom() - 1.0, t.gold_line);
    let mut row = Row::new(ui, head.shrink2(vec2(12.0, 0.0)), "golden");
    row.icon_fill(icon::SEAL, 16.0, t.gold.text).gap(8.0);
    let words = row.text("Golden record", DENSE_B, t.gold.text);
    draw::spoken(ui, words, ui.scope_id().with("golden"), Role::Heading, "Golden record");
    row.text_right("value, rule, source", META, t.t3);
    let mut body = Rect::from_min_max(pos2(rect.left() + 1.0, head.bottom()), rect.max - vec2(1.0, 1.0));
    if state.typing.is_some() {
        body.max.y -= LINE;
        typing(ui, Rect::from_min_max(body.left_bottom(), rect.max - vec2(1.0, 1.0)), cx, state, page);
    } else if let Some(field) = state.field.and_then(|at| fields.get(at)) {
        body.max.y -= LINE;
        deeds(ui, Rect::from_min_max(body.left_bottom(), rect.max - vec2(1.0, 1.0)), cx, state, page, field);
    }
    let rows = area::Rows { count: fields.len(), height: 32.0, show: state.field };
    let mut go = None;
    area::list(ui, body, "golden-fields", rows, |ui, at, place| {
        let Some(field) = fields.get(at) else { return };
        if field_row(ui, place, field, at, state.field == Some(at)) {
            go = Some(at);
        }
        if at + 1 < fields.len() {
            draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
        }
    });
    if let Some(at) = go {
        state.field = if state.field == Some(at) { None } else { Some(at) };
        state.typing = None;
    }
}

/// What can be done with the field that the cursor is on.
fn deeds(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Customers, page: &CustomerPage, field: &GoldenField) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(8.0, 0.0)), "golden-deeds");
    let label = field.label.to_lowercase();
    if row.button(&Button::new("Type").name(&format!("Type {label}")).keys("E")).clicked() {
        type_into(state, field);
    }
    row.gap(4.0);
    for (word, keys, change, enabled) in
        [("Pin", "P", GoldenChange::Pin, field.value.is_some()), ("Give back", "R", GoldenChange::GiveBack, field.overridden.is_some())]
    {
        let name = format!("{word} {label}");
        if row.button(&Button::new(word).name(&name).keys(keys).enabled(enabled)).clicked() {
            say(cx, page, field.field, change);
        }
        row.gap(4.0);
    }
    if row.room() > 70.0 {
        row.gap(4.0);
        row.text(&format!("1\u{2013}{} a record", page.records.len().min(9)), META, t.t3);
    }
}

fn typing(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Customers, page: &CustomerPage) {
    let Some(mut typing) = state.typing.take() else { return };
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, if typing.refused.is_some() { t.error.tint } else { t.acc.tint });
    let label = page.fields.iter().find(|field| field.field == typing.field).map_or(typing.field.clone(), |field| field.label.clone());
    let name = format!("{label} as it shall stand");
    let set = Button::new("Set").name("Set the golden value").kind(ButtonKind::Primary).enabled(!typing.text.trim().is_empty());
    let width = set.width(ui);
    let pressed = set.show(ui, pos2(rect.right() - 8.0 - width, rect.center().y)).clicked();
    let place = Rect::from_min_max(pos2(rect.left() + 8.0, rect.top() + 4.0), pos2(rect.right() - 16.0 - width, rect.bottom() - 4.0));
    let field = Field { id: Id::unique("golden-typing"), name: &name, hint: &label, icon: Some(icon::EDIT), keys: None, mono: false };
    let mut inner = area::child(ui, rect, "golden-typing");
    let mut response = field.show(&mut inner, place, &mut typing.text);
    if let Some(why) = &typing.refused {
        draw::spoken(ui, rect.with_max_x(rect.left() + 4.0), ui.scope_id().with("golden-refused"), Role::Alert, why);
        response = response.on_hover_text(why);
    }
    if std::mem::take(&mut typing.fresh) {
        response.request_focus();
    }
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if (pressed || entered) && !typing.text.trim().is_empty() {
        say(cx, page, &typing.field, GoldenChange::Type(typing.text.trim().to_owned()));
    } else {
        state.typing = Some(typing);
    }
}

/// One field; true when it was pressed.
fn field_row(ui: &Ui, place: Rect, field: &GoldenField, at: usize, on: bool) -> bool {
    let t = tokens(ui);
    let inner = place.shrink2(vec2(12.0, 0.0));
    let response = ui.interact(place, ui.scope_id().with(("field", at)), egui::Sense::click());
    if on {
        draw::fill(ui, place, 0.0, t.acc.tint);
    } else if response.hovered() {
        draw::fill(ui, place, 0.0, t.hover);
    }
    draw::text_in(ui, inner.with_max_x(inner.left() + 92.0), &field.label, DENSE, t.t2);
    let mut row = Row::new(ui, inner.with_min_x(inner.left() + 100.0), ("field", at));
    if field.overridden.is_some() {
        row.right -= 14.0;
        draw::icon_fill(ui, pos2(row.right + 7.0, row.middle), icon::PIN, 14.0, t.gold.text);
        row.gap_right(5.0);
    } else if let Some(system) = &field.source_system {
        row.hallmark_right(system, 14.0).gap_right(5.0);
    }
    let value = field.value.as_deref().unwrap_or("no value");
    let value_width = draw::line(ui, value, DENSE_M, t.t1).size().x.min(row.room());
    let left = row.left;
    // The value comes first; a rule that has no room is left to the tooltip, its mark stays.
    let rule_fits = draw::line(ui, &field.rule, META, t.t3).size().x + value_width + 8.0 <= row.room();
    if rule_fits {
        row.text_right(&field.rule, META, t.t3);
    }
    let end = row.right - 6.0;
    let (_, cut) = draw::text_in(
        ui,
        Rect::from_min_max(pos2(left, place.top()), pos2(end.max(left + value_width), place.bottom())),
        value,
        if field.value.is_some() { DENSE_M } else { DENSE },
        if field.value.is_some() { t.t1 } else { t.t3 },
    );
    let from = field.source_system.as_deref().map(|system| format!(" from {}", hallmark::of(system).short)).unwrap_or_default();
    let said = format!("{}: {value}, {}{from}", field.label, field.rule);
    response.widget_info(|| WidgetInfo::selected(Role::Cell, true, on, &said));
    if response.has_focus() {
        draw::outline(ui, place.shrink(1.0), 4.0, t.accent, 2.0);
    }
    let clicked = response.clicked();
    if cut || !rule_fits || !field.rules.is_empty() {
        let rules = if field.rules.is_empty() { String::new() } else { format!("\nRules in order: {}", field.rules) };
        response.on_hover_text(format!("{said}{rules}"));
    }
    clicked
}
