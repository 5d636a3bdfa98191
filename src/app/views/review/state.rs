//! What is chosen and answered in Review.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use egui::{Rect, Ui};
use rustc_hash::FxHashMap;

use super::approve::Approve;
use super::ask::{Ask, What};
use super::audit::Audit;
use super::bulk::Bulk;
use super::names::Names;
use super::rules::Rules;
use super::{model, paint};
use crate::app::cx::Cx;
use crate::app::data::Data;
use crate::app::views::graph::Graph;
use crate::app::views::log::Log;
use crate::app::views::parts;
use crate::base::{DecisionId, ItemId, RecordKey};
use crate::engine::pages::{ItemPage, ItemState, QueuePage, QueueRow, ReviewOutcome};
use crate::engine::{Answer, Command, GoldenChange, GoldenDeed, GoldenTarget, Page, Query, QueueFilter, Relation, ReviewDeed, Verdict};

/// Every state of an item: without a tick only open ones show.
const STATES: [&str; 5] = ["open", "proposed", "decided", "deferred", "returned"];
/// How many decisions the speed is measured over.
const PACE: usize = 12;
/// Open items whose pages are asked for before anybody comes to them: as many keys as a quick hand presses while one answer is written.
const AHEAD: usize = 6;
/// The record columns stand where the comparison wants them at first.
const FIRST: f32 = -1.0;

/// What stands in the place of queue, comparison and evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Deck,
    /// The selected item's records as a graph.
    Graph,
    /// Groups of one evidence pattern.
    Bulk,
    /// Pairs that measure how good matching is.
    Audit,
    /// The decision log.
    Log,
    /// Decisions that wait for a second person.
    Approve,
    /// What the selected item's customers did, beside each other.
    Timeline,
    /// The rules that choose golden values.
    Rules,
    /// What spellings of branches and complaint types mean.
    Names,
}

/// What stands beside the comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Beside {
    #[default]
    Evidence,
    History,
    Comments,
}

/// What was done last, as the foot says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Last {
    /// Undo takes it back.
    Did(String),
    TookBack(String),
    /// It waits for a second person: there is nothing to take back yet.
    Proposed(String),
}

#[derive(Debug)]
pub struct Review {
    pub filter: QueueFilter,
    pub selected: Option<ItemId>,
    pub mode: Mode,
    /// The item on screen, and since when.
    since: Option<(ItemId, f64)>,
    /// Place of the selected item, to stay there when it leaves the list.
    pub(super) at: usize,
    /// Scrolls the queue to the selected row.
    pub(super) follow: bool,
    /// Answers of this session that the queue does not know yet.
    pub(super) answered: FxHashMap<ItemId, Answer>,
    /// What this session did, in order; None: a deed that answers no item.
    order: Vec<Option<ItemId>>,
    in_flight: usize,
    pub(super) times: Vec<f64>,
    pub(super) last: Option<Last>,
    pub(super) beside: Beside,
    /// Facets whose values are folded away.
    pub(super) folded: BTreeSet<&'static str>,
    /// Horizontal place of the record columns.
    pub(super) shift: f32,
    pub(super) cell: Option<(usize, usize)>,
    /// Brings the cell into view.
    pub(super) follow_cell: bool,
    /// Score and evidence stay hidden until the item is answered.
    pub(super) blind: bool,
    pub(super) flip_hidden: bool,
    /// The line that is typed below the comparison.
    pub(super) ask: Option<Ask>,
    /// The answer whose effect is looked at; None: "same".
    pub(super) considered: Option<Answer>,
    pub(super) graph: Graph,
    pub(super) bulk: Bulk,
    pub(super) audit: Audit,
    pub(super) log: Log,
    pub(super) approve: Approve,
    pub(super) rules: Rules,
    pub(super) names: Names,
    /// How they belong together is asked for.
    pub(super) relating: bool,
    /// Standardised values stand under the raw ones.
    pub(super) standard: bool,
    /// The graph opens as soon as the item is there.
    wants_graph: bool,
    /// A decision sheet that was read, not yet taken over, and what it says.
    pub(super) sheet: Option<(PathBuf, String)>,
    /// When the figures of quality were last asked for.
    pub(super) quality_asked: f64,
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
            since: None,
            mode: Mode::default(),
            at: 0,
            follow: false,
            answered: FxHashMap::default(),
            order: Vec::new(),
            in_flight: 0,
            times: Vec::new(),
            last: None,
            beside: Beside::default(),
            folded: BTreeSet::new(),
            shift: FIRST,
            cell: None,
            follow_cell: false,
            blind: false,
            flip_hidden: false,
            ask: None,
            considered: None,
            graph: Graph::default(),
            bulk: Bulk::default(),
            audit: Audit::default(),
            log: Log::default(),
            approve: Approve::default(),
            rules: Rules::default(),
            names: Names::default(),
            relating: false,
            standard: false,
            wants_graph: false,
            sheet: None,
            quality_asked: f64::MIN,
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
        if let Some(Page::Item(item)) = item.as_deref() {
            if std::mem::take(&mut self.wants_graph) {
                self.open_graph(item);
            }
            self.golden_keys(ui, cx, item);
        }
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
        self.cell = None;
    }

    /// The selected item; what comes next is asked for ahead, so that a decision moves on at once.
    fn item(&mut self, cx: &mut Cx<'_>, queue: &QueuePage) -> Option<Arc<Page>> {
        let id = self.selected.clone()?;
        if self.since.as_ref().is_none_or(|(on_screen, _)| *on_screen != id) {
            self.since = Some((id.clone(), cx.now));
        }
        let looked = cx.data.look(&Query::Item(id));
        let is_open = |row: &QueueRow| self.state_of(row) == ItemState::Open;
        let next_open = |at: &usize| model::next_open(&queue.items, *at, is_open);
        let answered_next = std::iter::successors(next_open(&self.at), next_open).take(AHEAD);
        let beside = [Some(self.at + 1), Some(self.at + 2), self.at.checked_sub(1)];
        for row in answered_next.chain(beside.into_iter().flatten()).filter_map(|at| queue.items.get(at)) {
            cx.data.look_ahead(&Query::Item(row.id.clone()));
        }
        if looked.page.is_some() {
            self.kept_item.clone_from(&looked.page);
            return looked.page;
        }
        if looked.error.is_some() { None } else { self.kept_item.clone() }
    }

    /// True once the item has been on screen for as long as a look takes.
    pub(super) fn rests(&self, ui: &Ui, cx: &Cx<'_>) -> bool {
        const A_LOOK: f64 = 0.12;
        let stood = self.since.as_ref().map_or(0.0, |(_, since)| cx.now - since);
        if stood < A_LOOK {
            ui.ctx().request_repaint_after_secs(0.05);
        }
        stood >= A_LOOK
    }

    pub(super) fn state_of(&self, row: &QueueRow) -> ItemState {
        match self.answered.get(&row.id) {
            Some(Answer::Unsure) => ItemState::Deferred,
            Some(answer) => ItemState::Decided(*answer),
            None => row.state,
        }
    }

    /// Blind, and the item is still open: neither score nor evidence shows.
    pub(super) fn hides(&self, state: ItemState) -> bool {
        self.blind && matches!(state, ItemState::Open | ItemState::Returned)
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
            self.ask = None;
            self.considered = None;
            self.relating = false;
        }
    }

    /// `karat screenshot review:graph`, `review:bulk`, `review:audit`, `review:log`, `review:approve`, `review:timeline`, `review:rules`, `review:names`, `review:ITEM`
    pub fn go_to(&mut self, name: &str) {
        match name {
            "graph" => self.wants_graph = true,
            "bulk" => self.mode = Mode::Bulk,
            "audit" => self.mode = Mode::Audit,
            "log" => self.open_log(None),
            "approve" => self.mode = Mode::Approve,
            "timeline" => self.mode = Mode::Timeline,
            "rules" => self.mode = Mode::Rules,
            "names" => self.mode = Mode::Names,
            item => self.selected = Some(ItemId(item.to_owned())),
        }
    }

    /// Goes to an item wherever it stands, also where the filter hides it.
    pub fn open_item(&mut self, item: &ItemId) {
        self.mode = Mode::Deck;
        self.filter = QueueFilter {
            sort: self.filter.sort,
            states: STATES.iter().map(|state| (*state).to_owned()).collect(),
            ..QueueFilter::default()
        };
        self.selected = Some(item.clone());
        self.returning = Some(item.clone());
    }

    /// Sends the answer and moves on; the engine's word comes later.
    pub(super) fn decide(&mut self, cx: &mut Cx<'_>, queue: &QueuePage, answer: Answer) {
        let Some(item) = self.selected.clone() else { return };
        if queue.items.get(self.at).is_none_or(|row| row.id != item) {
            return;
        }
        let user = cx.data.user();
        cx.send(Command::Decide { item: item.clone(), answer, reason: None, user });
        self.answered(cx.now, queue, item, answer);
    }

    /// Counts an answer as given and goes to the next open item.
    pub(super) fn answered(&mut self, now: f64, queue: &QueuePage, item: ItemId, answer: Answer) {
        self.answered.insert(item.clone(), answer);
        self.order.push(Some(item));
        self.in_flight += 1;
        self.times.push(now);
        if self.times.len() > PACE {
            self.times.remove(0);
        }
        let is_open = |row: &QueueRow| self.state_of(row) == ItemState::Open;
        if let Some(next) = model::next_open(&queue.items, self.at, is_open) {
            self.go(queue, next);
        }
    }

    /// Shows the records of the selected item as a graph.
    pub(super) fn open_graph(&mut self, item: &ItemPage) {
        self.graph = Graph::of(item.records.iter().map(|record| record.key.clone()).collect());
        self.ask = None;
        self.mode = Mode::Graph;
    }

    /// Shows the log, at one entry where there is one.
    pub fn open_log(&mut self, decision: Option<DecisionId>) {
        self.log = Log::at(decision);
        self.ask = None;
        self.mode = Mode::Log;
    }

    /// Sends the graph's partition.
    pub(super) fn cut(&mut self, cx: &mut Cx<'_>, queue: &QueuePage, groups: Vec<Vec<RecordKey>>) {
        self.mode = Mode::Deck;
        if groups.len() < 2 {
            self.decide(cx, queue, Answer::Same);
            return;
        }
        let Some(item) = self.selected.clone() else { return };
        let verdict = Verdict::Split { groups, relation: None };
        Self::deed(cx, ReviewDeed::Decide { item: item.clone(), verdict, reason: None });
        self.answered(cx.now, queue, item, Answer::Different);
    }

    /// Sends that they are not one and how they belong together, and moves on.
    pub(super) fn relate(&mut self, cx: &mut Cx<'_>, queue: &QueuePage, relation: Relation) {
        self.relating = false;
        let Some(item) = self.selected.clone() else { return };
        let verdict = Verdict::Related(relation);
        Self::deed(cx, ReviewDeed::Decide { item: item.clone(), verdict, reason: None });
        self.answered(cx.now, queue, item, Answer::Related);
    }

    /// Sends a deed on the selected item.
    pub(super) fn deed(cx: &mut Cx<'_>, deed: ReviewDeed) {
        let user = cx.data.user();
        cx.send(Command::Review { deed: Box::new(deed), user });
    }

    /// How high the answers and the line below them are.
    pub fn foot(&self) -> f32 {
        match self.mode {
            Mode::Deck | Mode::Timeline | Mode::Graph => super::decide::FOOT + super::decide::ANSWERS,
            _ => super::decide::ANSWERS,
        }
    }

    /// Decisions that the engine has not answered yet.
    pub fn deciding(&self) -> usize {
        self.in_flight
    }

    pub fn decided(&mut self, _now: f64, summary: &str) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.last = Some(Last::Did(summary.to_owned()));
    }

    /// The answer waits for a second person: nothing was entered that Undo could take back.
    pub fn proposed(&mut self, item: &ItemId, summary: &str) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.order.retain(|known| known.as_ref() != Some(item));
        self.last = Some(Last::Proposed(summary.to_owned()));
    }

    /// The engine refused an answer: the item is open again.
    pub fn refused(&mut self, item: &ItemId) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.answered.remove(item);
        self.order.retain(|known| known.as_ref() != Some(item));
        self.times.pop();
    }

    /// The last answer was taken back: its item comes to the fore.
    pub fn undone(&mut self, summary: &str) {
        self.last = Some(Last::TookBack(summary.to_owned()));
        self.times.pop();
        if let Some(Some(item)) = self.order.pop() {
            self.answered.remove(&item);
            self.returning = Some(item);
        }
    }

    /// A deed that answers no item was done: Undo takes it back next.
    pub fn noted(&mut self, summary: &str) {
        self.order.push(None);
        self.last = Some(Last::Did(summary.to_owned()));
    }

    /// An earlier entry was taken back out of the log.
    pub fn unmade(&mut self, summary: &str) {
        self.last = Some(Last::TookBack(summary.to_owned()));
    }

    /// What the engine made of a deed.
    pub fn reviewed(&mut self, now: f64, deed: &ReviewDeed, outcome: &ReviewOutcome) {
        match deed {
            ReviewDeed::Decide { item, .. } if outcome.decisions.is_empty() => self.proposed(item, &outcome.summary),
            ReviewDeed::Decide { .. } => self.decided(now, &outcome.summary),
            ReviewDeed::ImportSheet { path, dry_run } => {
                self.sheet = dry_run.then(|| (path.clone(), outcome.summary.clone()));
            }
            ReviewDeed::DealSample { .. } | ReviewDeed::AnswerSample { .. } | ReviewDeed::ApproveBulk { .. } => {
                self.bulk.told(outcome.bulk.as_ref());
            }
            _ => {}
        }
    }

    /// A deed was refused: what was typed comes back with the reason. True where the reason stands there.
    pub fn refused_deed(&mut self, command: &Command, message: &str) -> bool {
        match command {
            Command::Review { deed, .. } => match deed.as_ref() {
                ReviewDeed::Decide { item, .. } => self.refused(item),
                ReviewDeed::AnswerSample { .. } => self.bulk.waiting = None,
                _ => {}
            },
            Command::Golden {
                deed: GoldenDeed::Field { of: GoldenTarget::Item(_), field, change: GoldenChange::Type(text), .. }, ..
            } => {
                let what = What::Value { field: field.clone() };
                self.ask = Some(Ask { what, text: text.clone(), refused: Some(message.to_owned()), fresh: true });
                return true;
            }
            _ => {}
        }
        false
    }

    /// Esc while nobody types.
    pub fn escape(&mut self) {
        if self.ask.take().is_some() || std::mem::take(&mut self.relating) {
        } else if self.mode != Mode::Deck {
            self.mode = Mode::Deck;
        } else if self.sheet.take().is_none() {
            self.cell = None;
        }
    }

    /// Esc while somebody types.
    pub fn leave_field(&mut self) {
        self.ask = None;
    }

    /// The entry that the queue calls the last one.
    pub fn last_decision(&self, data: &mut Data) -> Option<DecisionId> {
        let looked = data.look(&Query::Queue(self.filter.clone()));
        match looked.page.as_deref() {
            Some(Page::Queue(queue)) => queue.last_decision.as_ref().map(|last| last.decision),
            _ => None,
        }
    }

    /// The field that the cursor is in: its column name, where a steward may decide it.
    pub(super) fn field_of(&self, item: &ItemPage) -> Option<&'static str> {
        let (line, _) = self.cell?;
        item.rows.iter().filter(|row| row.compared).nth(line).map(|row| row.field)
    }
}
