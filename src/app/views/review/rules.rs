//! The rules that choose golden values, field by field. Flow: SurvivorshipPage -> fields | the chosen one's rules in order -> GoldenDeed::Rules.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Popup, Rect, Ui, pos2, vec2};

use super::keys::pressed;
use super::state::{Mode, Review};
use crate::app::cx::Cx;
use crate::app::theme::kind::{BODY_M, DENSE, DENSE_M, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, hallmark, list_item, menu};
use crate::app::words;
use crate::engine::pages::SurvivorshipPage;
use crate::engine::{Command, GoldenDeed, Page, Query};

const LIST: f32 = 300.0;
const ROW: f32 = 44.0;
const RULE: f32 = 44.0;
const DEEDS: f32 = 54.0;

#[derive(Debug, Default)]
pub struct Rules {
    chosen: usize,
    /// The order that is being made of the chosen one; None: as the workspace has it.
    draft: Option<Vec<String>>,
    kept: Option<std::sync::Arc<Page>>,
}

/// "most_recent" as people read it.
pub fn rule_words(rule: &str) -> String {
    rule.replace('_', " ")
}

/// The order of trust stands first, then the fields.
fn order_of(page: &SurvivorshipPage, at: usize) -> &[String] {
    match at.checked_sub(1) {
        None => &page.source_priority,
        Some(at) => page.fields.get(at).map(|field| field.rules.as_slice()).unwrap_or_default(),
    }
}

/// One step up or down; nothing where it stands at the end already.
pub fn moved(order: &[String], at: usize, down: bool) -> Vec<String> {
    let mut order = order.to_vec();
    let other = if down { at + 1 } else { at.wrapping_sub(1) };
    if at < order.len() && other < order.len() {
        order.swap(at, other);
    }
    order
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review) {
    let mut looked = cx.data.look(&Query::Survivorship);
    looked.page = looked.page.or_else(|| state.rules.kept.clone());
    state.rules.kept.clone_from(&looked.page);
    let Some(Page::Survivorship(page)) = looked.page.as_deref() else {
        parts::instead(ui, rect, &looked, cx);
        return;
    };
    let last = page.fields.len();
    if cx.keys_free(ui) {
        for (key, by) in [(Key::J, 1), (Key::ArrowDown, 1), (Key::K, -1), (Key::ArrowUp, -1)] {
            if pressed(ui, Modifiers::NONE, key) {
                let to = state.rules.chosen.saturating_add_signed(by).min(last);
                choose(&mut state.rules, to);
            }
        }
    }
    state.rules.chosen = state.rules.chosen.min(last);
    let left = rect.with_max_x(rect.left() + LIST);
    fields(ui, left, state, page);
    draw::vline(ui, left.right() - 1.0, rect.top(), rect.bottom(), tokens(ui).line);
    let right = rect.with_min_x(left.right());
    one(&mut area::child(ui, right, "rules-side"), right, cx, &mut state.rules, page);
}

fn choose(state: &mut Rules, at: usize) {
    if state.chosen != at {
        state.chosen = at;
        state.draft = None;
    }
}

fn fields(ui: &mut Ui, rect: Rect, state: &mut Review, page: &SurvivorshipPage) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    let mut head = Row::new(ui, Rect::from_min_size(rect.min, vec2(rect.width(), 36.0)).shrink2(vec2(12.0, 0.0)), "rules-head");
    head.heading("Survivorship rules", DENSE_M);
    if head.button_right(&Button::new("Close").name("Close the rules").keys("Esc").kind(ButtonKind::Ghost)).clicked() {
        state.mode = Mode::Deck;
    }
    let rows = area::Rows { count: page.fields.len() + 1, height: ROW, show: Some(state.rules.chosen) };
    let mut pressed = None;
    area::list(ui, rect.with_min_y(rect.top() + 36.0), "rules", rows, |ui, at, place| {
        let field = at.checked_sub(1).and_then(|at| page.fields.get(at));
        let label = field.map_or("Order of trust of sources", |field| field.label);
        let order: Vec<String> = match field {
            Some(field) => field.rules.iter().map(|rule| rule_words(rule)).collect(),
            None => page.source_priority.iter().map(|system| hallmark::of(system).short).collect(),
        };
        let order = order.join(", then ");
        let is_own = field.is_some_and(|field| field.is_own);
        let said = format!("{label}: {order}{}", if is_own { ", set here" } else { "" });
        let response = list_item::ground(ui, place, ("rule-field", at), at == state.rules.chosen, &said);
        let inner = place.shrink2(vec2(12.0, 5.0));
        let mut row = Row::new(ui, inner.with_max_y(inner.top() + 18.0), ("rule-line", at));
        if is_own {
            row.text_right("set here", META, t.acc.text);
            row.gap_right(8.0);
        }
        row.text(label, DENSE_M, t.t1);
        let below = Rect::from_min_max(pos2(inner.left(), inner.top() + 18.0), pos2(inner.right(), inner.bottom()));
        draw::text_in(ui, below, &order, META, t.t2);
        if response.on_hover_text(said).clicked() {
            pressed = Some(at);
        }
    });
    if let Some(at) = pressed {
        choose(&mut state.rules, at);
    }
}

/// The chosen one's order, with what each rule does, and what can be done with it.
fn one(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Rules, page: &SurvivorshipPage) {
    let t = tokens(ui);
    let field = state.chosen.checked_sub(1).and_then(|at| page.fields.get(at));
    let inner = rect.shrink2(vec2(24.0, 20.0));
    let mut row = Row::new(ui, Rect::from_min_size(inner.min, vec2(inner.width(), 24.0)), "rule-title");
    row.heading(field.map_or("Order of trust of sources", |field| field.label), SECTION);
    let about = match field {
        Some(_) => {
            "Rules are tried from the top; the first that tells the values apart decides. What a steward took, typed or pinned stands over them. They hold from the next run."
        }
        None => "Where a rule says source priority, the source that stands higher wins. It holds from the next run.",
    };
    let galley = draw::wrapped(ui, about, DENSE, t.t2, inner.width().min(620.0));
    let words = Rect::from_min_size(inner.min + vec2(0.0, 30.0), galley.size());
    draw::spoken(ui, words, ui.scope_id().with("rules-about"), Role::Label, about);
    ui.painter().galley(draw::snapped(ui, words.min), galley, t.t2);
    let body = Rect::from_min_max(pos2(rect.left(), words.bottom() + 14.0), pos2(rect.right(), rect.bottom() - DEEDS));
    let order = state.draft.clone().unwrap_or_else(|| order_of(page, state.chosen).to_vec());
    if let Some(changed) = steps(ui, body, page, &order, field.is_some()) {
        state.draft = (changed != order_of(page, state.chosen)).then_some(changed);
    }
    deeds(ui, rect.with_min_y(rect.bottom() - DEEDS), cx, state, page);
}

/// The lines of the order; what it becomes where something was pressed.
fn steps(ui: &mut Ui, body: Rect, page: &SurvivorshipPage, order: &[String], are_rules: bool) -> Option<Vec<String>> {
    let t = tokens(ui);
    let mut changed = None;
    area::scroll(ui, body, "rule-steps", |ui, place| {
        let mut y = place.top();
        for (at, step) in order.iter().enumerate() {
            let line = Rect::from_min_size(pos2(place.left() + 24.0, y), vec2((place.width() - 48.0).min(620.0), RULE));
            let (name, about) = if are_rules {
                let about = page.known.iter().find(|(known, _)| known == step).map_or("", |(_, about)| about.as_str());
                (words::capital(&rule_words(step)), about.to_owned())
            } else {
                (hallmark::of(step).short, step.clone())
            };
            let mut row = Row::new(ui, line, ("rule-step", at));
            let without = |at: usize| order.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, step)| step.clone()).collect();
            if are_rules {
                let label = format!("Take out: {name}");
                let button = Button::new(&label).icon(icon::CLOSE).words(false).kind(ButtonKind::Ghost).enabled(order.len() > 1);
                if row.button_right(&button).clicked() {
                    changed = Some(without(at));
                }
                row.gap_right(4.0);
            }
            for (arrow, deed, can, down) in [("\u{2193}", "Move down", at + 1 < order.len(), true), ("\u{2191}", "Move up", at > 0, false)]
            {
                let label = format!("{deed}: {name}");
                if row.button_right(&Button::new(arrow).name(&label).kind(ButtonKind::Ghost).enabled(can)).clicked() {
                    changed = Some(moved(order, at, down));
                }
                row.gap_right(2.0);
            }
            row.text(&format!("{}", at + 1), DENSE_M, t.t3);
            row.left = line.left() + 24.0;
            if !are_rules {
                row.hallmark(step, 16.0).gap(8.0);
            }
            let upper = Rect::from_min_size(pos2(row.left, line.center().y - 17.0), vec2(row.room() - 8.0, 18.0));
            draw::text_in(ui, upper, &name, BODY_M, t.t1);
            draw::text_in(ui, upper.translate(vec2(0.0, 18.0)), &about, META, t.t2);
            draw::spoken(ui, upper, ui.scope_id().with(("rule-said", at)), Role::Label, &format!("{}. {name}: {about}", at + 1));
            draw::hline(ui, line.left(), line.right(), line.bottom() - 1.0, t.line);
            y = line.bottom();
        }
        if are_rules {
            let add = Button::new("Add a rule").icon(icon::PLUS).kind(ButtonKind::Link);
            let response = add.show(ui, pos2(place.left() + 20.0, y + 22.0));
            Popup::menu(&response).show(|ui| {
                menu::width(ui, 240.0);
                for (name, about) in page.known.iter().filter(|(name, _)| !order.contains(name)) {
                    if menu::item(ui, None, &words::capital(&rule_words(name)), None, true).on_hover_text(about).clicked() {
                        changed = Some(order.iter().cloned().chain([name.clone()]).collect());
                        ui.close();
                    }
                }
            });
            y += 44.0;
        }
        y - place.top()
    });
    changed
}

fn deeds(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Rules, page: &SurvivorshipPage) {
    let t = tokens(ui);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(24.0, 0.0)), "rule-deeds");
    let field = state.chosen.checked_sub(1).and_then(|at| page.fields.get(at));
    let user = cx.data.user();
    let set =
        Button::new("Set the rules").keys("\u{21b5}").kind(ButtonKind::Primary).size(ButtonSize::Large).enabled(state.draft.is_some());
    let enter = cx.keys_free(ui) && state.draft.is_some() && ui.ctx().memory(egui::Memory::focused).is_none();
    if (row.button(&set).clicked() || enter && pressed(ui, Modifiers::NONE, Key::Enter))
        && let Some(draft) = state.draft.take()
    {
        let deed = match field {
            Some(field) => GoldenDeed::Rules { field: field.field.to_owned(), rules: Some(draft) },
            None => GoldenDeed::SourcePriority { systems: Some(draft) },
        };
        cx.send(Command::Golden { deed, user: user.clone() });
    }
    row.gap(8.0);
    if state.draft.is_some() && row.button(&Button::new("Leave it").name("Leave the rules as they are").size(ButtonSize::Large)).clicked() {
        state.draft = None;
    }
    if field.is_none_or(|field| field.is_own) && state.draft.is_none() {
        let back = Button::new("Back to what is built in").icon(icon::UNDO).size(ButtonSize::Large);
        if row.button(&back).clicked() {
            let deed = match field {
                Some(field) => GoldenDeed::Rules { field: field.field.to_owned(), rules: None },
                None => GoldenDeed::SourcePriority { systems: None },
            };
            cx.send(Command::Golden { deed, user });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn a_rule_moves_one_step_and_not_over_the_end() {
        let order = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(moved(&order, 1, false), ["b", "a", "c"]);
        assert_eq!(moved(&order, 1, true), ["a", "c", "b"]);
        assert_eq!(moved(&order, 0, false), order);
        assert_eq!(moved(&order, 2, true), order);
    }
}
