//! What people did with the queue since it was asked. Flow: decisions + proposals + item events + first-asked notes -> where each item stands.

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use crate::base::{DecisionId, ItemId, RunId};
use crate::engine::error::EngineError;
use crate::engine::pages::{HandOverNote, LastDecision};
use crate::engine::session::Session;
use crate::stewardship::event::{ItemEvent, ItemMark, marks};
use crate::stewardship::queue::{QueueItem, states};
use crate::stewardship::{Decision, ItemState, surviving};
use crate::store::control::{FirstAsked, HandOver, RunState};

/// Read anew for every question: it is small, and it changes with every key.
#[derive(Debug)]
pub struct Standing {
    pub decisions: Vec<Decision>,
    pub events: Vec<ItemEvent>,
    pub marks: FxHashMap<ItemId, ItemMark>,
    states: FxHashMap<ItemId, ItemState>,
    last: FxHashMap<ItemId, DecisionId>,
    first_asked: FxHashMap<ItemId, FirstAsked>,
    newest_run: Option<RunId>,
    pub user: String,
    /// Hand-over notes for whoever acts, newest first.
    pub notes: Vec<HandOverNote>,
    /// The newest entry of the log that stands: what Undo takes back.
    pub last_entry: Option<LastDecision>,
    /// Pairs of the newest audit deck: answered, and dealt.
    pub audit_deck: Option<(u64, u64)>,
    /// The day of the clock (ISO).
    today: String,
}

/// Notes shown: older ones are history.
const NOTES: u32 = 20;

impl Standing {
    pub fn read(session: &Session) -> Result<Self, EngineError> {
        let user = session.acting();
        let (decisions, events, first_asked, newest_run, notes, waiting, newest, audit_deck) = {
            let control = session.control();
            let newest = control.last_run_in(RunState::Done)?;
            let notes = control.hand_overs(&user, NOTES)?;
            let entry = control.last_standing()?;
            let deck = control.audit_deck()?;
            (control.decisions()?, control.item_events()?, control.first_asked()?, newest, notes, control.waiting()?, entry, deck)
        };
        let today = session.clock.now_iso()[..10].to_owned();
        let marks = marks(&events, &today);
        let states = states(&decisions, &marks, &waiting);
        let note = |note: HandOver| HandOverNote { author: note.author, at: note.at, recipient: note.recipient, text: note.text };
        let notes = notes.into_iter().map(note).collect();
        let last = surviving(&decisions).map(|decision| (decision.item.clone(), decision.id)).collect();
        let last_entry = newest.map(|(decision, item, summary)| LastDecision { decision, item, summary });
        Ok(Self { decisions, events, marks, states, last, first_asked, newest_run, user, notes, last_entry, audit_deck, today })
    }

    /// A contradiction is open until somebody answers it after the decision that it is about.
    pub fn state_of(&self, item: &QueueItem) -> ItemState {
        let is_unanswered =
            item.about.as_ref().is_some_and(|about| self.last.get(&item.id).is_none_or(|decision| *decision <= about.decision));
        if is_unanswered && self.states.get(&item.id) != Some(&ItemState::Proposed) {
            let is_aside = self.marks.get(&item.id).is_some_and(|mark| mark.deferred.is_some());
            return if is_aside { ItemState::Deferred } else { ItemState::Open };
        }
        self.states.get(&item.id).copied().unwrap_or(ItemState::Open)
    }

    /// How many of these nobody has answered or put aside.
    pub fn open<'q>(&self, questions: impl IntoIterator<Item = &'q QueueItem>) -> u64 {
        questions.into_iter().filter(|item| self.state_of(item) == ItemState::Open).count() as u64
    }

    pub fn assignee_of(&self, item: &ItemId) -> Option<&str> {
        self.marks.get(item)?.assignee.as_deref()
    }

    /// Given to this person and nobody put it aside, or put aside by them.
    pub fn is_of(&self, item: &ItemId, person: &str) -> bool {
        self.marks.get(item).is_some_and(|mark| {
            mark.assignee.as_deref() == Some(person)
                || mark.deferred.as_ref().is_some_and(|(_, by)| mark.assignee.is_none() && by == person)
        })
    }

    pub fn comments_of(&self, item: &ItemId) -> u32 {
        self.marks.get(item).map_or(0, |mark| mark.comments)
    }

    /// The last run asked it for the first time.
    pub fn is_new(&self, item: &ItemId) -> bool {
        self.newest_run.is_some() && self.first_asked.get(item).map(|first| first.run) == self.newest_run
    }

    /// Empty where nobody noted it.
    pub fn first_asked_at(&self, item: &ItemId) -> &str {
        self.first_asked.get(item).map_or("", |first| first.at.as_str())
    }

    /// Whole days from the first question to today.
    pub fn age_days(&self, item: &ItemId) -> Option<u32> {
        let day = |text: &str| text.get(..10)?.parse::<NaiveDate>().ok();
        let days = (day(&self.today)? - day(self.first_asked_at(item))?).num_days();
        u32::try_from(days).ok()
    }
}
