//! The engine in this process, driven the way a window drives it: send, poll until the end.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use karat::base::{Clock, DecisionId, ItemId, RecordKey};
use karat::engine::pages::{ReviewEntry, RunOutcome};
use karat::engine::{Answer, Backend, Command, Engine, Event, JobId, Outcome, Page, Query, Report, SessionOptions};

pub struct Desk {
    pub engine: Engine,
    woken: Receiver<()>,
}

/// 20 November 2025, 09:22 UTC.
pub const SOME_DAY: i64 = 1_763_630_532;

/// Key files of tests: each test names its people differently, or takes a folder of its own.
pub fn dir_of_keys() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("keys")
}

impl Desk {
    #[track_caller]
    pub fn open(dir: &Path) -> Self {
        Self::open_at(dir, SOME_DAY)
    }

    /// On another day of the clock, in seconds since 1970.
    #[track_caller]
    pub fn open_at(dir: &Path, unix_secs: i64) -> Self {
        let desk = Self::closed(unix_secs);
        desk.done(Command::Open { dir: dir.to_owned() });
        desk
    }

    /// An engine without a workspace.
    pub fn closed(unix_secs: i64) -> Self {
        Self::of(Self::options(Clock::fixed_at(unix_secs)))
    }

    /// How tests open workspaces.
    pub fn options(clock: Clock) -> SessionOptions {
        SessionOptions {
            clock,
            user: "tester".to_owned(),
            holder: "a test".to_owned(),
            wait: Duration::from_secs(5),
            read_only_if_held: false,
            read_only: false,
            prepares_review: false,
            watches: false,
            keeps_schedule: false,
            keys: dir_of_keys(),
        }
    }

    pub fn of(options: SessionOptions) -> Self {
        let (wake, woken) = sync_channel(1);
        let engine = Engine::new(
            options,
            Box::new(move || {
                let _ = wake.try_send(());
            }),
        );
        Self { engine, woken }
    }

    /// Events until one is the end of `job`.
    pub fn end_of(&self, job: JobId) -> Outcome {
        loop {
            let _ = self.woken.recv_timeout(Duration::from_millis(20));
            for event in self.engine.poll() {
                if let Event::Ended { job: ended, outcome } = event
                    && ended == job
                {
                    return outcome;
                }
            }
        }
    }

    pub fn perform(&self, command: Command) -> Outcome {
        let job = self.engine.send(command);
        self.end_of(job)
    }

    #[track_caller]
    pub fn done(&self, command: Command) -> Report {
        match self.perform(command) {
            Outcome::Done(report) => report,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub fn refused(&self, command: Command) -> String {
        match self.perform(command) {
            Outcome::Failed { message, .. } => message,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub fn ask(&self, query: Query) -> Arc<Page> {
        let ticket = self.engine.ask(query);
        loop {
            let _ = self.woken.recv_timeout(Duration::from_millis(20));
            for event in self.engine.poll() {
                if let Event::Answer { ticket: answered, page } = event
                    && answered == ticket
                {
                    return page.unwrap();
                }
            }
        }
    }

    #[track_caller]
    pub fn run(&self) -> RunOutcome {
        match self.done(Command::Run { publish: true, full_refresh: false }) {
            Report::Ran(outcome) => *outcome,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub fn decide(&self, item: &ItemId, answer: Answer) -> DecisionId {
        match self.done(Command::Decide { item: item.clone(), answer, reason: None, user: "tester".to_owned() }) {
            Report::Decided { decision, .. } => decision,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub fn undo(&self, decision: DecisionId) {
        self.done(Command::Undo { decision, user: "tester".to_owned() });
    }

    /// Items that nobody has answered.
    #[track_caller]
    pub fn open_items(&self) -> Vec<ReviewEntry> {
        match &*self.ask(Query::ReviewList) {
            Page::ReviewList(entries) => entries.iter().filter(|entry| entry.state == "open").cloned().collect(),
            other => panic!("{other:?}"),
        }
    }

    /// Answers every open item as the truth has it; gives how many it answered.
    pub fn answer_truthfully(&self, entity: &HashMap<RecordKey, String>) -> usize {
        let items = self.open_items();
        for item in &items {
            self.decide(&item.id, truthful(item, entity));
        }
        items.len()
    }
}

/// "Same" where the groups' records are one person. A group that is itself of two persons is left for later.
pub fn truthful(item: &ReviewEntry, entity: &HashMap<RecordKey, String>) -> Answer {
    let persons: Vec<Vec<&String>> = item.groups.iter().map(|group| group.iter().filter_map(|key| entity.get(key)).collect()).collect();
    let all: Vec<&String> = persons.iter().flatten().copied().collect();
    if all.windows(2).all(|pair| pair[0] == pair[1]) {
        return Answer::Same;
    }
    let apart = persons.iter().enumerate().all(|(at, group)| {
        let others = persons.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, other)| other);
        others.into_iter().all(|person| !group.contains(person))
    });
    if apart { Answer::Different } else { Answer::Unsure }
}
