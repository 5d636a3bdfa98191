//! Runs commands and answers queries on threads of its own. Flow: Command -> job lane or quick lane -> Event; Query -> pool -> Event.
//!
//! Long jobs run one after the other in one lane. Decisions have a lane of their own, so nobody waits for a run. Queries are answered
//! beside both from read-only connections; those that take long, in a lane of their own.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use crate::base::RunCtx;

use super::churn_deed::ChurnDeed;
use super::command::{Command, MatchDeed};
use super::dashboard_deed::DashboardDeed;
use super::data_deed::DataDeed;
use super::error::EngineError;
use super::event::{Backend, Event, JobId, JobProgress, Outcome, Report, Ticket};
use super::query::Query;
use super::session::{Session, SessionOptions};
use super::timer::Alarm;
use super::watch::Folders;
use super::{answer, ops};

/// Called from any thread when `poll` has something.
pub type Wake = Box<dyn Fn() + Send + Sync>;

/// The engine: a handle to its threads, which end when it is dropped.
#[derive(Debug)]
pub struct Engine {
    shared: Arc<Shared>,
    jobs: Sender<(JobId, Command)>,
    quick: Sender<(JobId, Command)>,
    typed: Sender<(JobId, Command)>,
    asks: Sender<(Ticket, Query)>,
    thorough: Sender<(Ticket, Query)>,
}

/// What all threads share.
pub(super) struct Shared {
    wake: Wake,
    pub(super) options: SessionOptions,
    events: Mutex<Vec<Event>>,
    session: RwLock<Option<Arc<Session>>>,
    running: Mutex<Option<Running>>,
    /// The typed statement that is being answered.
    typed: Mutex<Option<(JobId, RunCtx)>>,
    cancelled: Mutex<BTreeSet<JobId>>,
    next: AtomicU64,
    /// The engine is gone; who waits for nothing in particular ends.
    ended: AtomicBool,
    /// Wakes who keeps the schedule.
    pub(super) alarm: Alarm,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

struct Running {
    job: JobId,
    title: &'static str,
    ctx: RunCtx,
    since: Instant,
}

const ANSWERING_THREADS: usize = 2;

impl Engine {
    /// An engine without a workspace. `wake` is called whenever there is something to poll.
    pub fn new(options: SessionOptions, wake: Wake) -> Self {
        let shared = Arc::new(Shared {
            wake,
            options,
            events: Mutex::default(),
            session: RwLock::default(),
            running: Mutex::default(),
            typed: Mutex::default(),
            cancelled: Mutex::default(),
            next: AtomicU64::new(1),
            ended: AtomicBool::new(false),
            alarm: Alarm::default(),
        });
        let (jobs, job_lane) = channel();
        let (quick, quick_lane) = channel();
        let (typed, typed_lane) = channel();
        let (asks, ask_lane) = channel();
        let (thorough, thorough_lane) = channel();
        let lane = Arc::clone(&shared);
        thread::spawn(move || lane.work(&job_lane));
        let lane = Arc::clone(&shared);
        thread::spawn(move || lane.work(&quick_lane));
        let lane = Arc::clone(&shared);
        thread::spawn(move || lane.work(&typed_lane));
        if shared.options.watches {
            let (lane, jobs) = (Arc::clone(&shared), jobs.clone());
            thread::spawn(move || lane.watch(&jobs));
        }
        if shared.options.keeps_schedule {
            let (lane, jobs) = (Arc::clone(&shared), jobs.clone());
            thread::spawn(move || lane.keep_time(&jobs));
        }
        let ask_lane = Arc::new(Mutex::new(ask_lane));
        for _ in 0..ANSWERING_THREADS {
            let (lane, ask_lane) = (Arc::clone(&shared), Arc::clone(&ask_lane));
            thread::spawn(move || lane.answer_all(&ask_lane));
        }
        let lane = Arc::clone(&shared);
        thread::spawn(move || lane.answer_newest(&thorough_lane));
        Self { shared, jobs, quick, typed, asks, thorough }
    }

    /// The open workspace, for callers that wait for answers in their own thread (the command line).
    pub fn session(&self) -> Result<Arc<Session>, EngineError> {
        self.shared.session()
    }
}

impl Backend for Engine {
    fn send(&self, command: Command) -> JobId {
        let job = JobId(self.shared.number());
        let lane = match &command {
            // A statement may take long, and nothing waits for it.
            Command::Sql { .. } => &self.typed,
            command if command.is_quick() => &self.quick,
            _ => &self.jobs,
        };
        if lane.send((job, command)).is_err() {
            self.shared.emit(Event::Ended {
                job,
                outcome: Outcome::Failed { message: "the engine has ended; start Karat again".to_owned(), held: false },
            });
        }
        job
    }

    fn ask(&self, query: Query) -> Ticket {
        let ticket = Ticket(self.shared.number());
        let lane = if query.is_thorough() { &self.thorough } else { &self.asks };
        if lane.send((ticket, query)).is_err() {
            self.shared.emit(Event::Answer { ticket, page: Err("the engine has ended; start Karat again".to_owned()) });
        }
        ticket
    }

    fn poll(&self) -> Vec<Event> {
        std::mem::take(&mut *self.shared.events.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn progress(&self) -> Option<JobProgress> {
        let running = self.shared.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.as_ref().map(|running| JobProgress {
            job: running.job,
            title: running.title.to_owned(),
            sample: running.ctx.progress.sample(),
            steps: running.ctx.progress.steps(),
            elapsed_secs: running.since.elapsed().as_secs_f64(),
            cancelling: running.ctx.cancel.is_cancelled(),
        })
    }

    fn cancel(&self, job: JobId) {
        let typed = self.shared.typed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, ctx)) = typed.as_ref().filter(|(answered, _)| *answered == job) {
            ctx.cancel.cancel();
            return;
        }
        let running = self.shared.running.lock().unwrap_or_else(PoisonError::into_inner);
        match running.as_ref() {
            Some(running) if running.job == job => running.ctx.cancel.cancel(),
            _ => {
                self.shared.cancelled.lock().unwrap_or_else(PoisonError::into_inner).insert(job);
            }
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Release);
        self.shared.alarm.ring();
        if let Some(running) = self.shared.running.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            running.ctx.cancel.cancel();
        }
        if let Some((_, ctx)) = self.shared.typed.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            ctx.cancel.cancel();
        }
        // The threads end on their own, perhaps after the program has: the files are closed here, so that nothing of them is left in a log.
        *self.shared.session.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn title(command: &Command) -> &'static str {
    match command {
        Command::Open { .. } => "Open",
        Command::Create { .. } => "New workspace",
        Command::OpenSample { .. } => "Sample bank",
        Command::Ingest { .. } => "Add files",
        Command::Arrive { .. } => "Take new files",
        Command::Watch { .. } => "Watch a folder",
        Command::Source(_) => "Map a source",
        Command::Quarantine(_) => "Quarantine",
        Command::Run { .. } => "Run",
        Command::Decide { .. } => "Decide",
        Command::Undo { .. } => "Undo",
        Command::Review { .. } => "Review",
        Command::Golden { .. } => "Golden record",
        Command::Publish { .. } | Command::Data(DataDeed::PublishAnyway { .. }) => "Publish",
        Command::Rollback { .. } => "Roll back",
        Command::Generate { .. } => "Generate",
        Command::Match(MatchDeed::Preview { retrain: true }) => "Compare models",
        Command::Match(MatchDeed::Preview { .. }) => "Preview pairs",
        Command::Match(MatchDeed::Suggest) => "Suggest weights",
        Command::Match(MatchDeed::Measure { .. }) => "Measure",
        Command::Match(MatchDeed::Apply { .. } | MatchDeed::UseNewModel { .. }) => "Apply and re-match",
        Command::Match(_) => "Match settings",
        Command::MatchFiles(_) => "Match",
        Command::Trust(_) => "Trust",
        Command::Data(DataDeed::Test { .. }) => "Test",
        Command::Data(DataDeed::RunModels { .. }) => "Run models",
        Command::Data(DataDeed::Retry { .. }) => "Run again what was left undone",
        Command::Data(DataDeed::Export { .. } | DataDeed::ExportSpark { .. } | DataDeed::ExportWorkflow { .. })
        | Command::Dashboard(DashboardDeed::ExportFigure { .. } | DashboardDeed::ExportPage { .. }) => "Export",
        Command::Data(DataDeed::AddTest { .. }) => "Add a test",
        Command::Runs(deed) => deed.title(),
        Command::Dashboard(_) => "Save a view",
        Command::Churn(ChurnDeed::Train { .. }) => "Train",
        Command::Churn(ChurnDeed::Score { .. }) => "Score",
        Command::Churn(_) => "Churn",
        Command::Sql { .. } => "Query",
    }
}

impl Shared {
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    pub(super) fn next_job(&self) -> JobId {
        JobId(self.number())
    }

    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn emit(&self, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        (self.wake)();
    }

    pub(super) fn session(&self) -> Result<Arc<Session>, EngineError> {
        self.session.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(EngineError::NoWorkspace)
    }

    /// Makes a workspace the open one and says so. The one before is let go first: it may be the same folder.
    pub(super) fn open(&self, dir: &std::path::Path) -> Result<Arc<Session>, EngineError> {
        *self.session.write().unwrap_or_else(PoisonError::into_inner) = None;
        let session = Arc::new(Session::open(dir, &self.options)?);
        *self.session.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&session));
        if session.must_write().is_ok() {
            ops::runs::schedule::note_seen(&session)?;
            self.alarm.ring();
        }
        self.emit(Event::Opened { status: Arc::new(answer::status::status(&session)?) });
        Ok(session)
    }

    /// Lets the open workspace go, and waits until nobody looks at it any more: its files are about to be replaced.
    pub(super) fn close(&self) -> Option<Session> {
        let session = self.session.write().unwrap_or_else(PoisonError::into_inner).take()?;
        let mut session = session;
        for _ in 0..200 {
            match Arc::try_unwrap(session) {
                Ok(alone) => return Some(alone),
                Err(shared) => {
                    session = shared;
                    thread::sleep(Duration::from_millis(50));
                }
            }
        }
        *self.session.write().unwrap_or_else(PoisonError::into_inner) = Some(session);
        None
    }

    /// Tells that pages are out of date.
    pub(super) fn changed(&self, session: &Session) {
        let version = session.touch();
        self.emit(Event::DataChanged { version });
    }

    fn work(&self, lane: &Receiver<(JobId, Command)>) {
        while let Ok((job, command)) = lane.recv() {
            if self.cancelled.lock().unwrap_or_else(PoisonError::into_inner).remove(&job) {
                self.emit(Event::Ended { job, outcome: Outcome::Cancelled });
                continue;
            }
            self.perform(job, &Arc::new(command));
        }
    }

    fn perform(&self, job: JobId, command: &Arc<Command>) {
        let ctx = RunCtx::default();
        let is_typed = matches!(command.as_ref(), Command::Sql { .. });
        if is_typed {
            *self.typed.lock().unwrap_or_else(PoisonError::into_inner) = Some((job, ctx.clone()));
        }
        if !command.is_quick() {
            *self.running.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(Running { job, title: title(command), ctx: ctx.clone(), since: Instant::now() });
        }
        self.emit(Event::Started { job, command: Arc::clone(command) });
        // What replaces files must not find them open.
        if !command.is_quick()
            && !matches!(command.as_ref(), Command::Arrive { .. })
            && let Ok(session) = self.session()
        {
            session.keep_live(None);
        }
        let result = self.guarded(command, &ctx);
        if is_typed {
            *self.typed.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        if !command.is_quick() {
            *self.running.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        if self.options.prepares_review && !command.is_quick() {
            self.prepare_review();
        }
        let outcome = match result {
            Ok(report) => Outcome::Done(report),
            Err(EngineError::Cancelled) => Outcome::Cancelled,
            Err(error) => Outcome::Failed { message: error.to_string(), held: error.is_held() },
        };
        self.emit(Event::Ended { job, outcome });
    }

    /// Reads the deck and makes the explainer beside everything else: with 200,000 records that takes seconds.
    fn prepare_review(&self) {
        let Ok(session) = self.session() else { return };
        thread::spawn(move || {
            // Whoever opens Review meets the same error and is told.
            let _ = session.deck().and_then(|deck| deck.explainer(&session).and_then(|_| deck.what_if(&session)).map(|_| ()));
        });
    }

    /// A fault in one job must not end the lane: it becomes that job's failure.
    fn guarded(&self, command: &Command, ctx: &RunCtx) -> Result<Report, EngineError> {
        let work = std::panic::AssertUnwindSafe(|| ops::perform(self, command, ctx));
        std::panic::catch_unwind(work).unwrap_or_else(|_| {
            Err(EngineError::Refused("the job met a fault in Karat itself and was stopped; the store is as it was before".to_owned()))
        })
    }

    /// Sends what arrives in the watched folders of whatever workspace is open and held.
    fn watch(&self, jobs: &Sender<(JobId, Command)>) {
        const STEP: Duration = Duration::from_millis(250);
        let mut watched: Option<(PathBuf, Vec<PathBuf>, Folders)> = None;
        while !self.ended.load(Ordering::Acquire) {
            // Not held while waiting: a deed may close the workspace.
            let wanted = self.session().ok().filter(|session| session.must_write().is_ok());
            // A folder that is away is taken up when it is back; Sources says meanwhile that it is not there.
            let there: Option<(PathBuf, Vec<PathBuf>)> = wanted.as_ref().map(|session| {
                let dir = session.workspace.dir();
                let folders = session.workspace.config.watch.folders.iter().filter(|folder| dir.join(folder).is_dir());
                (dir.to_owned(), folders.cloned().collect())
            });
            let there = there.filter(|(_, folders)| !folders.is_empty());
            if watched.as_ref().map(|(dir, folders, _)| (dir, folders)) != there.as_ref().map(|(dir, folders)| (dir, folders)) {
                watched = wanted
                    .as_ref()
                    .zip(there)
                    .and_then(|(session, (dir, folders))| Folders::open(session, &folders).ok().map(|open| (dir, folders, open)));
            }
            drop(wanted);
            let Some((_, _, folders)) = &mut watched else {
                thread::sleep(STEP);
                continue;
            };
            let files = folders.next(STEP);
            if !files.is_empty() && jobs.send((JobId(self.number()), Command::Arrive { files })).is_err() {
                return;
            }
        }
    }

    /// Shows a long question as what runs, and lets it be cancelled; false where something else runs.
    fn show(&self, job: JobId, title: &'static str, ctx: &RunCtx) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_some() {
            return false;
        }
        *running = Some(Running { job, title, ctx: ctx.clone(), since: Instant::now() });
        true
    }

    fn unshow(&self, job: JobId) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.as_ref().is_some_and(|running| running.job == job) {
            *running = None;
        }
    }

    fn answer_all(&self, asks: &Mutex<Receiver<(Ticket, Query)>>) {
        loop {
            let next = asks.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((ticket, query)) = next else { return };
            self.answer_one(ticket, &query);
        }
    }

    /// What was asked last comes first: whoever asks again has moved on from what was asked before.
    fn answer_newest(&self, asks: &Receiver<(Ticket, Query)>) {
        let mut waiting = Vec::new();
        while let Ok(first) = asks.recv() {
            waiting.push(first);
            while let Some((ticket, query)) = {
                waiting.extend(asks.try_iter());
                waiting.pop()
            } {
                self.answer_one(ticket, &query);
            }
        }
    }

    fn answer_one(&self, ticket: Ticket, query: &Query) {
        let ctx = RunCtx::default();
        let job = JobId(ticket.0);
        let shows = query.long_title().is_some_and(|title| self.show(job, title, &ctx));
        let work = std::panic::AssertUnwindSafe(|| match answer::of_no_workspace(query) {
            Some(page) => page,
            None => self.session().and_then(|session| answer::answer(&session, query, &ctx)),
        });
        let answered = std::panic::catch_unwind(work);
        if shows {
            self.unshow(job);
        }
        let page = match answered {
            Ok(Ok(page)) => Ok(Arc::new(page)),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("this page met a fault in Karat itself".to_owned()),
        };
        self.emit(Event::Answer { ticket, page });
    }
}
