//! An open workspace: its files, its lock, and what is kept in memory between questions.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use crate::base::{Clock, GoldVersion};
use crate::store::reader::open_reader;
use crate::store::{Control, StoreError, Workspace, WriteLock};

use super::answer::review::Deck;
use super::error::EngineError;
use super::ops::match_desk::{Measured, Preview};

/// One workspace, open. Dropping it lets the lock go.
#[derive(Debug)]
pub struct Session {
    pub workspace: Workspace,
    pub clock: Clock,
    /// Who acts.
    pub user: String,
    lock: Option<WriteLock>,
    /// Who holds the workspace if we do not.
    pub held_by: Option<String>,
    control: Mutex<Control>,
    data_version: AtomicU64,
    deck: Mutex<Option<Arc<Deck>>>,
    /// What would change with other matching settings, until silver changes.
    preview: Mutex<Option<Arc<Preview>>>,
    /// How right the thresholds were found to be, until silver changes.
    measured: Mutex<Option<Arc<Measured>>>,
}

/// How to open.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    pub clock: Clock,
    pub user: String,
    /// What others are told while we hold the lock: "karat run, process 4121".
    pub holder: String,
    pub wait: Duration,
    /// Open for reading where somebody else holds the workspace, instead of failing.
    pub read_only_if_held: bool,
    /// Do not even try to hold it.
    pub read_only: bool,
    /// Read what Review needs as soon as there is something new, so that its first page opens at once.
    pub prepares_review: bool,
}

impl Session {
    /// Opens the folder; the holder of the lock also tidies up what a dead program left.
    pub fn open(dir: &Path, options: &SessionOptions) -> Result<Self, EngineError> {
        let workspace = Workspace::open(dir)?;
        crate::store::bronze::refuse_newer(&workspace.bronze())?;
        if options.read_only && workspace.control().exists() {
            return Self::reader(workspace, options, None);
        }
        match WriteLock::acquire(&workspace, &options.holder, options.wait) {
            Ok(lock) => Self::writer(workspace, options, lock),
            Err(StoreError::Held { holder }) if options.read_only_if_held => Self::reader(workspace, options, Some(holder)),
            Err(error) => Err(error.into()),
        }
    }

    fn writer(workspace: Workspace, options: &SessionOptions, lock: WriteLock) -> Result<Self, EngineError> {
        workspace.clear_building()?;
        let mut control = Control::open(&workspace.control())?;
        control.close_interrupted_runs()?;
        Ok(Self::with(workspace, options, control, Some(lock), None))
    }

    fn reader(workspace: Workspace, options: &SessionOptions, held_by: Option<String>) -> Result<Self, EngineError> {
        let control = Control::open_reader(&workspace.control())?;
        Ok(Self::with(workspace, options, control, None, held_by))
    }

    fn with(workspace: Workspace, options: &SessionOptions, control: Control, lock: Option<WriteLock>, held_by: Option<String>) -> Self {
        Self {
            workspace,
            clock: options.clock,
            user: options.user.clone(),
            lock,
            held_by,
            control: Mutex::new(control),
            data_version: AtomicU64::new(1),
            deck: Mutex::new(None),
            preview: Mutex::new(None),
            measured: Mutex::new(None),
        }
    }

    /// Refuses where somebody else holds the workspace.
    pub fn must_write(&self) -> Result<(), EngineError> {
        if self.lock.is_some() {
            return Ok(());
        }
        let holder = self.held_by.clone().unwrap_or_else(|| "nobody, but it was opened for reading".to_owned());
        Err(StoreError::Held { holder }.into())
    }

    /// The one connection to control.db; held for moments only.
    pub fn control(&self) -> MutexGuard<'_, Control> {
        // A panic while it was held leaves SQLite's own transaction rolled back: the connection stays good.
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new reader of all layers, with the gold that people see.
    pub fn reader_of_published(&self) -> Result<Connection, EngineError> {
        let published = self.control().published()?;
        Ok(open_reader(&self.workspace, published)?)
    }

    pub fn reader_of(&self, gold: Option<GoldVersion>) -> Result<Connection, EngineError> {
        Ok(open_reader(&self.workspace, gold)?)
    }

    pub fn data_version(&self) -> u64 {
        self.data_version.load(Ordering::Acquire)
    }

    /// Something that pages show has changed.
    pub fn touch(&self) -> u64 {
        self.data_version.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Silver was replaced: what was read from it is void.
    pub fn forget_silver(&self) {
        *self.deck.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.keep_preview(None);
        self.keep_measured(None);
    }

    pub fn keep_measured(&self, measured: Option<Measured>) {
        *self.measured.lock().unwrap_or_else(PoisonError::into_inner) = measured.map(Arc::new);
    }

    pub fn measured(&self) -> Option<Arc<Measured>> {
        self.measured.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn keep_preview(&self, preview: Option<Preview>) {
        *self.preview.lock().unwrap_or_else(PoisonError::into_inner) = preview.map(Arc::new);
    }

    pub fn preview(&self) -> Option<Arc<Preview>> {
        self.preview.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The review deck of the silver that stands, read once.
    pub fn deck(&self) -> Result<Arc<Deck>, EngineError> {
        let mut held = self.deck.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(deck) = held.as_ref() {
            return Ok(Arc::clone(deck));
        }
        let deck = Arc::new(Deck::read(self)?);
        *held = Some(Arc::clone(&deck));
        Ok(deck)
    }
}
