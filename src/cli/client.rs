//! The engine from a terminal: send, show progress, wait. Flow: Command -> events until Ended -> Report.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use crate::base::Clock;
use crate::base::money::group_thousands;
use crate::engine::watch::Folders;
use crate::engine::{self, Backend, Command, Engine, Event, Outcome, Page, Query, Report, SessionOptions, sample_dir};

use super::args::Common;

/// Why the command line ends with something else than 0.
#[derive(Debug)]
pub enum Stop {
    Failed(String),
    Usage(String),
    /// Data tests of severity error failed.
    Tests(String),
    Held(String),
    Cancelled,
}

impl Stop {
    pub fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Tests(_) => 3,
            Self::Held(_) => 4,
            Self::Cancelled => 130,
        }
    }
}

/// One engine and the events it sends.
#[derive(Debug)]
pub struct Client {
    engine: Engine,
    woken: Receiver<()>,
    shows_progress: bool,
    interrupts: Arc<AtomicU64>,
}

const SAMPLE: Duration = Duration::from_millis(100);

impl Client {
    pub fn new(common: &Common, name: &str, read_only: bool) -> Self {
        let (wake, woken) = sync_channel(1);
        // A full channel has a wake-up in it already.
        let engine = Engine::new(
            session_options(common, name, read_only),
            Box::new(move || {
                let _ = wake.try_send(());
            }),
        );
        let interrupts = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&interrupts);
        // Where no handler can be set, Ctrl-C ends the program at once; the store is safe from that too.
        let _ = ctrlc::set_handler(move || {
            seen.fetch_add(1, Ordering::Relaxed);
        });
        let shows_progress = !common.quiet && !common.json && std::io::stderr().is_terminal();
        Self { engine, woken, shows_progress, interrupts }
    }

    /// Opens a workspace.
    pub fn open(&self, dir: &Path) -> Result<(), Stop> {
        self.perform(Command::Open { dir: dir.to_owned() }).map(drop)
    }

    /// Sends a command and waits for its end; Ctrl-C cancels it.
    pub fn perform(&self, command: Command) -> Result<Report, Stop> {
        let job = self.engine.send(command);
        let mut line = ProgressLine::new(self.shows_progress);
        loop {
            self.wait();
            if self.interrupts.load(Ordering::Relaxed) > 0 {
                self.engine.cancel(job);
            }
            line.show(&self.engine);
            for event in self.engine.poll() {
                if let Event::Ended { job: ended, outcome } = event
                    && ended == job
                {
                    line.clear();
                    return result_of(outcome);
                }
            }
        }
    }

    /// Begins to watch folders for the open workspace.
    pub fn watch(&self, dirs: &[PathBuf]) -> Result<Folders, Stop> {
        let opened = self.engine.session().and_then(|session| Folders::open(&session, dirs));
        opened.map_err(|error| Stop::Failed(error.to_string()))
    }

    /// The folders that the open workspace's settings name.
    pub fn watched_folders(&self) -> Result<Vec<PathBuf>, Stop> {
        let session = self.engine.session().map_err(|error| Stop::Failed(error.to_string()))?;
        Ok(session.workspace.config.watch.folders.clone())
    }

    /// Ctrl-C was pressed.
    pub fn is_interrupted(&self) -> bool {
        self.interrupts.load(Ordering::Relaxed) > 0
    }

    /// Asks and waits.
    pub fn ask(&self, query: Query) -> Result<Arc<Page>, Stop> {
        let ticket = self.engine.ask(query);
        let mut line = ProgressLine::new(self.shows_progress);
        loop {
            self.wait();
            if self.interrupts.load(Ordering::Relaxed) > 0 {
                return Err(Stop::Cancelled);
            }
            line.show(&self.engine);
            for event in self.engine.poll() {
                if let Event::Answer { ticket: answered, page } = event
                    && answered == ticket
                {
                    line.clear();
                    return page.map_err(Stop::Failed);
                }
            }
        }
    }

    /// Until something happens or it is time to look.
    fn wait(&self) {
        match self.woken.recv_timeout(SAMPLE) {
            Ok(()) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
}

fn result_of(outcome: Outcome) -> Result<Report, Stop> {
    match outcome {
        Outcome::Done(report) => Ok(report),
        Outcome::Cancelled => Err(Stop::Cancelled),
        Outcome::Failed { message, held: true } => Err(Stop::Held(message)),
        Outcome::Failed { message, held: false } => Err(Stop::Failed(message)),
    }
}

/// How the engine opens workspaces for this user.
pub fn session_options(common: &Common, name: &str, read_only: bool) -> SessionOptions {
    let clock = Clock::System;
    let started = clock.now_iso();
    SessionOptions {
        clock,
        user: user(common),
        holder: format!("karat {name}, process {}, since {} UTC", std::process::id(), started.get(11..16).unwrap_or(&started)),
        wait: Duration::from_secs(common.wait.unwrap_or_default()),
        read_only_if_held: false,
        read_only,
        watches: false,
        keeps_schedule: false,
        prepares_review: false,
        keys: keys_dir(),
    }
}

/// Where key files lie: KARAT_KEYS, else the person's configuration folder.
fn keys_dir() -> PathBuf {
    std::env::var_os("KARAT_KEYS").map_or_else(engine::keys_dir, PathBuf::from)
}

/// Who acts.
pub fn user(common: &Common) -> String {
    common
        .user
        .clone()
        .or_else(|| std::env::var("USER").ok())
        .or_else(|| std::env::var("USERNAME").ok())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "steward".to_owned())
}

/// Whether a command that names no workspace may be about the sample bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// It only reads.
    Sample,
    /// It writes: nobody's data are changed by a forgotten -w.
    Never,
}

/// The workspace that is meant: -w or KARAT_WORKSPACE, else the folder one stands in.
pub fn workspace(common: &Common, fallback: Fallback) -> Result<PathBuf, Stop> {
    if let Some(dir) = &common.workspace {
        return Ok(dir.clone());
    }
    if Path::new("workspace.toml").exists() {
        return Ok(PathBuf::from("."));
    }
    let demo = sample_dir();
    if fallback == Fallback::Sample && demo.join("workspace.toml").exists() {
        note(&format!("No -w and no KARAT_WORKSPACE: this is about the sample bank in {}.", demo.display()));
        return Ok(demo);
    }
    Err(Stop::Usage("which workspace? Say -w DIR or set KARAT_WORKSPACE. 'karat demo' makes one to try.".to_owned()))
}

/// One line to the person at the terminal.
pub fn note(text: &str) {
    // A terminal that is gone cannot be told anything.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The line that moves while a job runs.
struct ProgressLine {
    shown: bool,
    enabled: bool,
    last: Instant,
}

impl ProgressLine {
    fn new(enabled: bool) -> Self {
        Self { shown: false, enabled, last: Instant::now() }
    }

    fn show(&mut self, engine: &Engine) {
        if !self.enabled || (self.shown && self.last.elapsed() < SAMPLE) {
            return;
        }
        let Some(progress) = engine.progress() else { return };
        let sample = &progress.sample;
        let count = match (sample.done, sample.total) {
            (_, 0) => String::new(),
            (done, total) => format!("  {} of {}", group_thousands(done.min(total)), group_thousands(total)),
        };
        let detail = if sample.detail.is_empty() { String::new() } else { format!(", {}", sample.detail) };
        let text: String = format!("{}: {}{detail}{count}  {:.0} s", progress.title, sample.stage.label(), progress.elapsed_secs)
            .chars()
            .take(110)
            .collect();
        let _ = write!(std::io::stderr(), "\r\x1b[K{text}");
        let _ = std::io::stderr().flush();
        self.shown = true;
        self.last = Instant::now();
    }

    fn clear(&mut self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
            let _ = std::io::stderr().flush();
        }
    }
}
