//! What is chosen and answered in Review, and its keys.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Key, Modifiers, Rect, Ui};
use rustc_hash::FxHashMap;

use super::{model, paint};
use crate::app::cx::Cx;
use crate::app::data::Data;
use crate::app::views::parts;
use crate::base::{DecisionId, ItemId};
use crate::engine::pages::{ItemState, QueuePage, QueueRow};
use crate::engine::{Answer, Command, Page, Query, QueueFilter};

/// How many decisions the speed is measured over.
const PACE: usize = 12;
/// The record columns stand where the comparison wants them at first.
const FIRST: f32 = -1.0;

#[derive(Debug)]
pub struct Review {
    pub filter: QueueFilter,
    pub selected: Option<ItemId>,
    /// Place of the selected item, to stay there when it leaves the list.
    pub(super) at: usize,
    /// Scrolls the queue to the selected row.
    pub(super) follow: bool,
    /// Answers of this session that the queue does not know yet.
    pub(super) answered: FxHashMap<ItemId, Answer>,
    order: Vec<ItemId>,
    in_flight: usize,
    pub(super) times: Vec<f64>,
    pub(super) last: Option<String>,
    pub(super) history: bool,
    /// Facets whose values are folded away.
    pub(super) folded: BTreeSet<&'static str>,
    /// Horizontal place of the record columns.
    pub(super) shift: f32,
    pub(super) cell: Option<(usize, usize)>,
    /// Taken back: comes to the fore as soon as the queue lists it again.
    returning: Option<ItemId>,
    kept_queue: Option<Arc<Page>>,
    kept_item: Option<Arc<Page>>,
}

impl Default for Review {
    fn default() -> Self {
        let filter = QueueFilter { states: BTreeSet::from(["open".to_owned()]), ..QueueFilter::default() };
        Self {
            filter,
            selected: None,
            at: 0,
            follow: false,
            answered: FxHashMap::default(),
            order: Vec::new(),
            in_flight: 0,
            times: Vec::new(),
            last: None,
            history: false,
            folded: BTreeSet::new(),
            shift: FIRST,
            cell: None,
            returning: None,
            kept_queue: None,
            kept_item: None,
        }
    }
}

impl Review {
    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        let mut looked = cx.data.look(&Query::Queue(self.filter.clone()));
        looked.page = looked.page.or_else(|| self.kept_queue.clone());
        let newer = looked.page.as_ref().map(Arc::as_ptr) != self.kept_queue.as_ref().map(Arc::as_ptr);
        self.kept_queue.clone_from(&looked.page);
        let Some(Page::Queue(queue)) = looked.page.as_deref() else {
            let (_, body) = parts::head(ui, rect, "Review");
            parts::instead(ui, body, &looked, cx);
            return;
        };
        if newer && !self.answered.is_empty() {
            // What the queue itself knows by now, or no longer lists.
            self.answered.retain(|id, _| queue.items.iter().any(|row| row.id == *id && row.state == ItemState::Open));
        }
        self.settle(queue);
        self.keys(ui, cx, queue);
        let item = self.item(cx, queue);
        paint::page(ui, rect, cx, self, queue, item.as_ref());
    }

    /// Finds the selected item again, or the one that took its place.
    fn settle(&mut self, queue: &QueuePage) {
        if let Some(at) = self.returning.as_ref().and_then(|item| queue.items.iter().position(|row| row.id == *item)) {
            self.returning = None;
            self.go(queue, at);
            return;
        }
        let there = |at: usize| queue.items.get(at).is_some_and(|row| Some(&row.id) == self.selected.as_ref());
        if there(self.at) {
            return;
        }
        if let Some(at) = queue.items.iter().position(|row| Some(&row.id) == self.selected.as_ref()) {
            self.at = at;
            return;
        }
        self.at = self.at.min(queue.items.len().saturating_sub(1));
        self.selected = queue.items.get(self.at).map(|row| row.id.clone());
        self.shift = FIRST;
    }

    /// The selected item; its neighbours are asked for ahead, so that a decision moves on at once.
    fn item(&mut self, cx: &mut Cx<'_>, queue: &QueuePage) -> Option<Arc<Page>> {
        let id = self.selected.clone()?;
        let looked = cx.data.look(&Query::Item(id));
        let neighbours = [self.at + 1, self.at + 2, self.at.wrapping_sub(1)];
        for row in neighbours.into_iter().filter_map(|at| queue.items.get(at)) {
            cx.data.look(&Query::Item(row.id.clone()));
        }
        if looked.page.is_some() {
            self.kept_item.clone_from(&looked.page);
            return looked.page;
        }
        if looked.error.is_some() { None } else { self.kept_item.clone() }
    }

    pub(super) fn state_of(&self, row: &QueueRow) -> ItemState {
        match self.answered.get(&row.id) {
            Some(Answer::Unsure) => ItemState::Deferred,
            Some(answer) => ItemState::Decided(*answer),
            None => row.state,
        }
    }

    fn keys(&mut self, ui: &Ui, cx: &mut Cx<'_>, queue: &QueuePage) {
        if !cx.keys_free(ui) {
            return;
        }
        let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        for (key, answer) in [(Key::M, Answer::Same), (Key::D, Answer::Different), (Key::H, Answer::Related), (Key::S, Answer::Unsure)] {
            if pressed(key) {
                self.decide(cx, queue, answer);
            }
        }
        if pressed(Key::J) || pressed(Key::ArrowDown) {
            self.step(queue, 1);
        }
        if pressed(Key::K) || pressed(Key::ArrowUp) {
            self.step(queue, -1);
        }
        if pressed(Key::W) {
            cx.settings.evidence_open = !cx.settings.evidence_open;
        }
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Slash)) {
            ui.ctx().memory_mut(|memory| memory.request_focus(super::queue::filter_id()));
            // The slash itself is not text for the field.
            ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(text) if text == "/")));
        }
    }

    pub(super) fn step(&mut self, queue: &QueuePage, by: isize) {
        let at = self.at.saturating_add_signed(by).min(queue.items.len().saturating_sub(1));
        self.go(queue, at);
    }

    pub(super) fn go(&mut self, queue: &QueuePage, at: usize) {
        if let Some(row) = queue.items.get(at) {
            self.at = at;
            self.selected = Some(row.id.clone());
            self.returning = None;
            self.follow = true;
            self.shift = FIRST;
            self.cell = None;
        }
    }

    /// Sends the answer and moves on; the engine's word comes later.
    pub(super) fn decide(&mut self, cx: &mut Cx<'_>, queue: &QueuePage, answer: Answer) {
        let Some(item) = self.selected.clone() else { return };
        if queue.items.get(self.at).is_none_or(|row| row.id != item) {
            return;
        }
        let user = cx.data.user();
        cx.send(Command::Decide { item: item.clone(), answer, reason: None, user });
        self.answered.insert(item.clone(), answer);
        self.order.push(item);
        self.in_flight += 1;
        self.times.push(cx.now);
        if self.times.len() > PACE {
            self.times.remove(0);
        }
        let is_open = |row: &QueueRow| self.state_of(row) == ItemState::Open;
        if let Some(next) = model::next_open(&queue.items, self.at, is_open) {
            self.go(queue, next);
        }
    }

    /// Decisions that the engine has not answered yet.
    pub fn deciding(&self) -> usize {
        self.in_flight
    }

    pub fn decided(&mut self, _now: f64, summary: &str) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.last = Some(summary.to_owned());
    }

    /// The engine refused an answer: the item is open again.
    pub fn refused(&mut self, item: &ItemId) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.answered.remove(item);
        self.order.retain(|known| known != item);
        self.times.pop();
    }

    /// The last answer was taken back: its item comes to the fore.
    pub fn undone(&mut self, summary: &str) {
        self.last = Some(format!("taken back: {summary}"));
        self.times.pop();
        if let Some(item) = self.order.pop() {
            self.answered.remove(&item);
            self.returning = Some(item);
        }
    }

    /// The decision that the queue calls the last one.
    pub fn last_decision(&self, data: &mut Data) -> Option<DecisionId> {
        let looked = data.look(&Query::Queue(self.filter.clone()));
        match looked.page.as_deref() {
            Some(Page::Queue(queue)) => queue.last_decision.as_ref().map(|last| last.decision),
            _ => None,
        }
    }
}
