//! Draws Review: queue | comparison | evidence, and the foot.

use egui::accesskit::Role;
use egui::{CursorIcon, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use super::state::{Mode, Review};
use super::{approve, ask, audit, bulk, compare, decide, evidence, head, model, names, queue, relate, rules, timeline};
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::icon;
use crate::app::theme::tokens;
use crate::app::views::graph::Out;
use crate::app::views::log;
use crate::app::widgets::{area, draw, empty};
use crate::base::RecordKey;
use crate::engine::pages::{ItemPage, ItemState, QueuePage};
use crate::engine::{Page, Query, Verdict};

/// Widths of queue and evidence where nobody dragged them.
fn widths(page: f32) -> (f32, f32) {
    if page < 1330.0 {
        (224.0, 272.0)
    } else if page < 1760.0 {
        (248.0, 300.0)
    } else {
        (320.0, 400.0)
    }
}

pub fn page(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue_page: &QueuePage, item: Option<&std::sync::Arc<Page>>) {
    let t = tokens(ui);
    let body = head::show(ui, rect, cx, state, queue_page);
    if other_mode(ui, body, cx, state, queue_page) {
        return;
    }
    let foot_rect = body.with_min_y(body.bottom() - decide::FOOT);
    let deck = body.with_max_y(foot_rect.top());
    let (queue_width, evidence_width) = widths(rect.width());
    let queue_width = cx.settings.queue_width.unwrap_or(queue_width).clamp(200.0, 420.0);
    let evidence_width = cx.settings.evidence_width.unwrap_or(evidence_width).clamp(248.0, 520.0).min(deck.width() - queue_width - 420.0);
    let left = deck.with_max_x(deck.left() + queue_width);
    let mut place = area::child(ui, left, "queue-side");
    queue::show(&mut place, left, cx, state, queue_page);
    draw::vline(ui, left.right() - 1.0, left.top(), left.bottom(), t.line);
    if let Some(width) = edge(ui, "Width of the queue", left.right(), deck, |x| x - deck.left()) {
        cx.settings.queue_width = Some(width);
    }
    let mut middle = deck.with_min_x(left.right());
    let page = item.and_then(|page| match page.as_ref() {
        Page::Item(item) => Some(item.as_ref()),
        _ => None,
    });
    let Some(item) = page else {
        let words = if queue_page.items.is_empty() { "No item is chosen." } else { "This item cannot be shown now." };
        if queue_page.items.is_empty() || !cx.data.waits() {
            empty::show(ui, middle, icon::REVIEW, words, None);
        }
        let line = middle.with_min_y(middle.bottom() - decide::ANSWERS);
        ask::show(&mut area::child(ui, line, "ask-side"), line, cx, state, queue_page, None);
        let foot = model::foot(queue_page, &state.times);
        decide::foot(ui, foot_rect, cx, state, queue_page, &foot);
        return;
    };
    if state.mode == Mode::Graph {
        graph(ui, middle, cx, state, queue_page, item);
        let foot = model::foot(queue_page, &state.times);
        decide::foot(ui, foot_rect, cx, state, queue_page, &foot);
        return;
    }
    if cx.settings.evidence_open {
        let right = deck.with_min_x((deck.right() - evidence_width).round());
        middle.max.x = right.left();
        let proof = model::proof(item);
        let mut place = area::child(ui, right, "evidence-side");
        let hidden = state.hides(item_state(state, queue_page, item));
        evidence::show(&mut place, right, cx, state, item, if hidden { None } else { Some(&proof) });
        draw::vline(ui, right.left(), right.top(), right.bottom(), t.line);
        if let Some(width) = edge(ui, "Width of the evidence", right.left(), deck, |x| deck.right() - x) {
            cx.settings.evidence_width = Some(width);
        }
    }
    deck_middle(ui, middle, cx, state, queue_page, item);
    let foot = model::foot(queue_page, &state.times);
    decide::foot(ui, foot_rect, cx, state, queue_page, &foot);
}

/// What takes the whole page instead of the deck; false: the deck shows.
fn other_mode(ui: &mut Ui, body: Rect, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage) -> bool {
    let mut place = area::child(ui, body, "other-mode");
    match state.mode {
        Mode::Deck | Mode::Graph | Mode::Timeline => return false,
        Mode::Approve => approve::show(&mut place, body, cx, state, queue),
        Mode::Bulk => bulk::show(&mut place, body, cx, state),
        Mode::Audit => audit::show(&mut place, body, cx, state),
        Mode::Rules => rules::show(&mut place, body, cx, state),
        Mode::Names => names::show(&mut place, body, cx, state),
        Mode::Log => match state.log.ui(&mut place, body, cx) {
            log::Out::Nothing => {}
            log::Out::Leave => state.mode = Mode::Deck,
            log::Out::Item(item) => state.open_item(&item),
            log::Out::Customer(key) => cx.act(Action::OpenCustomer(key)),
        },
    }
    true
}

fn graph(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage, item: &ItemPage) {
    let id = item.id.clone();
    let effect_of = |groups: &[Vec<RecordKey>]| {
        let verdict = if groups.len() < 2 { Verdict::Same } else { Verdict::Split { groups: groups.to_vec(), relation: None } };
        Some(Query::Effect { item: id.clone(), verdict })
    };
    let mut place = area::child(ui, rect, "graph-side");
    match state.graph.ui(&mut place, rect, cx, effect_of) {
        Out::Nothing => {}
        Out::Leave => state.mode = Mode::Deck,
        Out::Commit(groups) => state.cut(cx, queue, groups),
    }
}

fn item_state(state: &Review, queue: &QueuePage, item: &ItemPage) -> ItemState {
    queue.items.get(state.at).filter(|row| row.id == item.id).map_or(item.state, |row| state.state_of(row))
}

fn deck_middle(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue_page: &QueuePage, item: &ItemPage) {
    let answers = rect.with_min_y(rect.bottom() - decide::ANSWERS);
    let item_state = item_state(state, queue_page, item);
    let note = Rect::from_min_size(pos2(rect.left(), answers.top() - decide::NOTE), vec2(rect.width(), decide::NOTE));
    let effect = decide::effect_of(ui, cx, state, item);
    let effect = match effect.as_deref() {
        Some(Page::Effect(effect)) => Some(effect),
        _ => None,
    };
    let waits = effect.and_then(|effect| effect.waits_because.as_deref());
    let effects_bottom = match waits {
        _ if decide::note(ui, note, item, item_state) => note.top(),
        Some(why) => {
            decide::second_person(ui, note, why);
            note.top()
        }
        None => answers.top(),
    };
    let effects = Rect::from_min_max(pos2(rect.left(), effects_bottom - decide::EFFECTS), pos2(rect.right(), effects_bottom));
    let grid = rect.with_max_y(effects.top());
    let mut place = area::child(ui, grid, "compare-side");
    if state.mode == Mode::Timeline {
        timeline::show(&mut place, grid, cx, item);
    } else {
        compare::show(&mut place, grid, state, &model::sheet(item, state.standard));
    }
    decide::effects(ui, effects, state, effect);
    if state.ask.is_some() {
        ask::show(&mut area::child(ui, answers, "ask-side"), answers, cx, state, queue_page, Some(item));
    } else if state.relating {
        relate::show(ui, answers, cx, state, queue_page);
    } else {
        decide::answers(ui, answers, cx, state, queue_page, item);
    }
    let said = format!("Compared: {}", item.groups.iter().map(|group| group.title.as_str()).collect::<Vec<_>>().join(" and "));
    draw::spoken(ui, grid.with_max_y(grid.top() + 1.0), ui.scope_id().with("compared"), Role::Label, &said);
}

/// The edge of a side panel, to drag; a double click lets the window choose again.
fn edge(ui: &Ui, name: &str, x: f32, deck: Rect, width: impl Fn(f32) -> f32) -> Option<f32> {
    let place = Rect::from_min_max(pos2(x - 3.0, deck.top()), pos2(x + 3.0, deck.bottom()));
    let response =
        ui.interact(place, ui.scope_id().with(("edge", name)), Sense::drag()).on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, name));
    if response.hovered() || response.dragged() {
        draw::fill(ui, place.shrink2(vec2(2.0, 0.0)), 1.0, tokens(ui).accent);
    }
    if response.dragged() { response.interact_pointer_pos().map(|at| width(at.x)) } else { None }
}
