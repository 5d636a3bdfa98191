//! Below the comparison: what "same" would change, the answers, and the foot with speed and undo.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::ask::What;
use super::model::{self, Foot};
use super::state::{Last, Mode, Review};
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, draw, progress};
use crate::app::words;
use crate::engine::pages::{Effect, EffectPage, ItemPage, ItemState, QueuePage};
use crate::engine::{Answer, Page, Query, Verdict};

pub const EFFECTS: f32 = 50.0;
pub const NOTE: f32 = 28.0;
pub const ANSWERS: f32 = 54.0;
pub const FOOT: f32 = 34.0;

/// What the answer that is looked at would change; None: not known (yet). "Same", or the answer whose button is pointed at.
pub fn effect_of(ui: &Ui, cx: &mut Cx<'_>, state: &Review, item: &ItemPage) -> Option<Arc<Page>> {
    let verdict = state.considered.map_or(Verdict::Same, Verdict::from);
    let query = Query::Effect { item: item.id.clone(), verdict };
    // Who decides faster than they read asks for nothing: the next item comes first.
    if state.rests(ui, cx) { cx.data.look(&query).page } else { cx.data.known(&query) }
}

/// "If same": before -> after, as many as fit; the rest on hover.
pub fn effects(ui: &Ui, rect: Rect, state: &Review, page: Option<&EffectPage>) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let title = state.considered.map_or("If same", model::if_answered);
    strip(ui, rect, title, page.map(|page| page.effects.as_slice()));
}

/// Says that the answer becomes a proposal, before it is given.
pub fn second_person(ui: &Ui, rect: Rect, why: &str) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), "second-person");
    row.icon(icon::RELATED, 14.0, t.t2).gap(8.0);
    let title = "A second person approves this one:";
    row.text(title, DENSE_M, t.t1);
    row.gap(6.0);
    row.text(&format!("{why}, so your answer becomes a proposal."), DENSE, t.t2);
    let said = format!("{title} {why}");
    draw::spoken(ui, rect, ui.scope_id().with("second-person"), Role::Status, &said).on_hover_text(&said);
}

/// `effects` None: not known (yet).
pub fn strip(ui: &Ui, rect: Rect, title: &str, effects: Option<&[Effect]>) {
    let t = tokens(ui);
    let (upper, lower) = (rect.top() + 17.0, rect.top() + 34.0);
    let head = draw::text(ui, pos2(rect.left() + 12.0, upper), Align2::LEFT_CENTER, title, DENSE_B, t.t1);
    let words = match effects {
        None => "is looked up",
        Some([]) => "nothing downstream changes",
        Some(_) => "changes",
    };
    draw::text(ui, pos2(rect.left() + 12.0, lower), Align2::LEFT_CENTER, words, META, t.t3);
    let Some(effects) = effects.filter(|effects| !effects.is_empty()) else { return };
    let begin = head.width().max(44.0) + 24.0;
    let widths: Vec<f32> = effects.iter().map(|effect| width(ui, effect)).collect();
    let room = rect.width() - begin;
    let mut fit = 0;
    let mut used = 0.0;
    for width in &widths {
        if used + width > room {
            break;
        }
        used += width;
        fit += 1;
    }
    let spare = (room - used) / f32::from(u8::try_from(fit.max(1)).unwrap_or(u8::MAX));
    let mut x = rect.left() + begin;
    for (at, (effect, width)) in effects.iter().zip(&widths).take(fit).enumerate() {
        let place = Rect::from_min_size(pos2(x, rect.top()), vec2(width + spare, rect.height()));
        draw::vline(ui, place.left(), rect.top() + 1.0, rect.bottom(), t.line);
        draw::text(ui, pos2(x + 10.0, upper), Align2::LEFT_CENTER, &effect.label, META, t.t3);
        let before = draw::text(ui, pos2(x + 10.0, lower), Align2::LEFT_CENTER, &effect.before, DENSE, t.t2);
        draw::icon(ui, pos2(before.right() + 11.0, lower), icon::ARROW, 12.0, t.t3);
        let color = if effect.warns { t.warn.text } else { t.t1 };
        draw::text(ui, pos2(before.right() + 22.0, lower), Align2::LEFT_CENTER, &effect.after, DENSE_B, color);
        let said = said(title, effect);
        draw::spoken(ui, place, ui.scope_id().with(("effect", title, at)), Role::Label, &said);
        x += width + spare;
    }
    if let Some(rest) = effects.get(fit..).filter(|rest| !rest.is_empty()) {
        let rest = rest.iter().map(|effect| said(title, effect)).collect::<Vec<_>>().join("\n");
        let place = rect.with_max_x(rect.left() + begin);
        draw::text(ui, pos2(place.right() - 8.0, lower), Align2::RIGHT_CENTER, "\u{2026}", META, t.t3);
        draw::spoken(ui, place, ui.scope_id().with(("effects-rest", title)), Role::Label, &rest).on_hover_text(&rest);
    }
}

fn said(title: &str, effect: &Effect) -> String {
    format!("{title}: {} {} becomes {}", effect.label, effect.before, effect.after)
}

fn width(ui: &Ui, effect: &Effect) -> f32 {
    let of = |text: &str, kind| draw::line(ui, text, kind, egui::Color32::PLACEHOLDER).size().x;
    20.0 + of(&effect.label, META).max(of(&effect.before, DENSE) + 22.0 + of(&effect.after, DENSE_B))
}

/// Says that the item is answered already; nothing where it is open.
pub fn note(ui: &Ui, rect: Rect, item: &ItemPage, state: ItemState) -> bool {
    let Some(answer) = model::state_name(state) else { return false };
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), "note");
    row.icon_fill(icon::OK, 14.0, t.ok.text).gap(8.0);
    let title = format!("Answered: {}.", answer.to_lowercase());
    row.text(&title, DENSE_M, t.t1);
    row.gap(6.0);
    let by =
        item.history.iter().find(|one| !one.undone).map(|one| format!("By {}, {}. ", one.user, words::moment(&one.at))).unwrap_or_default();
    row.text(&format!("{by}Another answer replaces it; Ctrl Z takes back the last one."), DENSE, t.t2);
    draw::spoken(ui, rect, ui.scope_id().with("note"), Role::Label, &title);
    true
}

pub fn answers(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage, item: &ItemPage) {
    let t = tokens(ui);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), "answers");
    let all = [
        (Answer::Same, "M", icon::MERGE, ButtonKind::Primary, "They are one customer: join the groups"),
        (Answer::Different, "D", icon::SPLIT, ButtonKind::Secondary, "They are not: keep the groups apart in every later run"),
        (
            Answer::Related,
            "H",
            icon::RELATED,
            ButtonKind::Secondary,
            "Not the same, but they belong together: household, father and son, business of",
        ),
        (Answer::Unsure, "S", icon::QUESTION, ButtonKind::Secondary, "Cannot be said yet: the item waits, nothing is bound"),
    ];
    let mut considered = None;
    let (size, gap) = if rect.width() < 800.0 { (ButtonSize::Medium, 4.0) } else { (ButtonSize::Large, 8.0) };
    for (answer, keys, code, kind, tip) in all {
        let button = Button::new(model::answer_name(answer)).icon(code).keys(keys).kind(kind).size(size).tooltip(tip);
        let response = row.button(&button);
        if response.clicked() && answer == Answer::Related {
            state.relating = true;
        } else if response.clicked() {
            state.decide(cx, queue, answer);
        } else if response.hovered() || response.has_focus() {
            considered = Some(answer);
        }
        row.gap(gap);
    }
    state.considered = considered;
    others(ui, &mut row, cx, state, item);
}

/// What one can do with the item besides answering it.
fn others(ui: &Ui, row: &mut Row<'_>, cx: &mut Cx<'_>, state: &mut Review, item: &ItemPage) {
    let form = if !cx.settings.evidence_open {
        "Show evidence"
    } else if cx.settings.waterfall_hidden {
        "Hide evidence"
    } else {
        "Sentences only"
    };
    // The first ones stay where there is no room for all; each has its key.
    let all = [
        ("Graph", "G", icon::GRAPH),
        ("Timeline", "T", icon::CLOCK),
        ("Assign", "A", icon::ASSIGN),
        ("Comment", "C", icon::COMMENT),
        (form, "W", icon::EYE),
    ];
    let mut buttons =
        all.map(|(label, keys, code)| Button::new(label).icon(code).keys(keys).kind(ButtonKind::Ghost).size(ButtonSize::Medium)).to_vec();
    let width = |buttons: &[Button<'_>]| buttons.iter().map(|button| button.width(ui) + 4.0).sum::<f32>();
    if width(&buttons) > row.room() {
        buttons = buttons.into_iter().map(|button| button.words(false)).collect();
    }
    while width(&buttons) > row.room() && buttons.pop().is_some() {}
    for (at, button) in buttons.iter().enumerate().rev() {
        if row.button_right(button).clicked() {
            match at {
                0 => state.open_graph(item),
                1 => state.mode = if state.mode == Mode::Timeline { Mode::Deck } else { Mode::Timeline },
                2 => state.open_ask(ui, What::Assign),
                3 => state.open_ask(ui, What::Comment),
                _ => state.next_form(cx),
            }
        }
        row.gap_right(4.0);
    }
}

pub fn foot(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage, foot: &Foot) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), "foot");
    progress::paint(ui, Rect::from_min_size(pos2(row.left, row.middle - 2.0), vec2(120.0, 4.0)), Some(foot.share));
    row.gap(130.0);
    let from = row.left;
    row.text(&words::count(foot.decided), DENSE_B, t.t1);
    row.gap(4.0);
    row.text(&format!("of {}", words::count(foot.total)), DENSE, t.t2);
    let said = format!("{} of {} answered", words::count(foot.decided), words::count(foot.total));
    draw::spoken(
        ui,
        Rect::from_min_max(pos2(from, rect.top()), pos2(row.left, rect.bottom())),
        ui.scope_id().with("foot"),
        Role::Label,
        &said,
    );
    // The keys at the right only where the words at the left leave room.
    let hints = rect.width() > 1000.0;
    if hints {
        row.text_right("all keys", DENSE, t.t3);
        row.gap_right(6.0).kbd_right("?").gap_right(10.0);
        row.text_right("filter", DENSE, t.t3);
        row.gap_right(6.0).kbd_right("/").gap_right(10.0);
    }
    for (keys, label, by) in [("K", "Previous item", -1), ("J", "Next item", 1)] {
        let name = if by > 0 { "Next" } else { "Back" };
        let more = if by > 0 { state.at + 1 < queue.items.len() } else { state.at > 0 };
        let button = Button::new(name).name(label).keys(keys).kind(ButtonKind::Ghost).enabled(more);
        if row.button_right(&button).clicked() {
            state.step(queue, by);
        }
    }
    row.gap_right(8.0);
    for words in foot.speed.iter().chain(&foot.left) {
        row.gap(10.0).bar(14.0).gap(10.0);
        row.text(words, DENSE, t.t2);
    }
    last(&mut row, cx, state, queue);
}

/// What was done last, and Undo where something stands that it would take back.
fn last(row: &mut Row<'_>, cx: &mut Cx<'_>, state: &Review, queue: &QueuePage) {
    let next = queue.last_decision.as_ref().map(|last| last.summary.as_str());
    let words = match (&state.last, next) {
        (Some(Last::Did(what)), _) => format!("Last: {}", lower_first(what)),
        (Some(Last::TookBack(what)), _) => format!("Taken back: {}", lower_first(what)),
        (Some(Last::Proposed(what)), _) => format!("Waits for a second person: {}", lower_first(what)),
        (None, Some(next)) => format!("Last: {}", lower_first(next)),
        (None, None) => return,
    };
    row.gap(10.0).bar(14.0).gap(10.0);
    let takes_back = match (&state.last, next) {
        (Some(Last::Did(what)), _) => Some(what.as_str()),
        (_, next) => next,
    };
    let tip = takes_back.map(|what| format!("Takes back: {}", lower_first(what)));
    let undo = Button::new("Undo").keys("Ctrl Z").kind(ButtonKind::Link).tooltip(tip.as_deref().unwrap_or_default());
    let room = if tip.is_some() { undo.width(row.ui) + 8.0 } else { 0.0 };
    let right = row.right;
    row.right -= room;
    let color = row.t.t2;
    let place = row.text(&words, DENSE, color);
    draw::spoken(row.ui, place, row.ui.scope_id().with("last"), Role::Status, &words).on_hover_text(&words);
    row.right = right;
    row.gap(2.0);
    if tip.is_some() && row.button(&undo).clicked() {
        cx.act(Action::Undo);
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
