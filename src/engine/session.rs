//! An open workspace: its files, its lock, and what is kept in memory between questions.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use crate::base::{Clock, GoldVersion};
use crate::store::control::backups;
use crate::store::open::DbError;
use crate::store::reader::{open_live_reader, open_masked_reader, open_reader};
use crate::store::{Control, StoreError, Workspace, WriteLock, bronze};

use super::answer::find::Finder;
use super::answer::review::Deck;
use super::error::EngineError;
use super::ops;
use super::ops::live::Writer;
use super::ops::match_desk::{Measured, Preview};
use super::ops::run::KeptIndex;

/// One workspace, open. Dropping it lets the lock go.
#[derive(Debug)]
pub struct Session {
    pub workspace: Workspace,
    pub clock: Clock,
    lock: Option<WriteLock>,
    /// Who holds the workspace if we do not.
    pub held_by: Option<String>,
    /// control.db is damaged: what is lost and what to do. Nothing is written then.
    pub damaged: Option<String>,
    control: Mutex<Control>,
    data_version: AtomicU64,
    deck: Mutex<Option<Arc<Deck>>>,
    /// Customers by their names, until silver changes.
    finder: Mutex<Option<Arc<Finder>>>,
    /// What would change with other matching settings, until silver changes.
    preview: Mutex<Option<Arc<Preview>>>,
    /// Where key files are on this machine.
    pub keys: PathBuf,
    /// Who acts and looks: whoever signed in last, else who the program was started for.
    acting: Mutex<String>,
    unmasked: AtomicBool,
    /// The newest decision that a copy of control.db holds, once known.
    pub(super) backed_up: Mutex<Option<i64>>,
    /// A copy is being made.
    pub(super) copying: Arc<AtomicBool>,
    /// How right the thresholds were found to be, until silver changes.
    measured: Mutex<Option<Arc<Measured>>>,
    /// The index of the last match that a run of this session put in place.
    index: Mutex<Option<KeptIndex>>,
    /// The writer of live gold between two increments, until a file that it reads is replaced.
    live: Mutex<Option<Writer>>,
}

impl Drop for Session {
    fn drop(&mut self) {
        ops::backup::at_close(self);
    }
}

fn is_damage(error: &StoreError) -> bool {
    matches!(error, StoreError::Db(DbError::Damaged { .. }))
}

/// control.db was removed or emptied: there are copies of it, so there was one.
fn is_gone(workspace: &Workspace) -> bool {
    std::fs::metadata(workspace.control()).map_or(true, |facts| facts.len() == 0) && !backups::backups(workspace).is_empty()
}

fn lost(workspace: &Workspace) -> StoreError {
    DbError::Damaged { path: workspace.control() }.into()
}

/// Even who only reads needs the tables of today: of a workspace that an older program left they are made first.
fn bring_up_to_date(workspace: &Workspace, options: &SessionOptions) -> Result<(), StoreError> {
    let is_older = bronze::is_older(&workspace.bronze())? || Control::is_older(&workspace.control()).is_ok_and(|older| older);
    if is_older {
        let _lock = WriteLock::acquire(workspace, &options.holder, options.wait)?;
        bronze::bring_up_to_date(&workspace.bronze())?;
        drop(Control::open(&workspace.control())?);
    }
    Ok(())
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
    /// Take new files of the folders that the workspace watches as they appear.
    pub watches: bool,
    /// Runs when the workspace's schedule says so.
    pub keeps_schedule: bool,
    /// The folder of people's key files on this machine.
    pub keys: PathBuf,
}

/// Where people's key files lie when nobody says where: in the configuration folder.
pub fn keys_dir() -> PathBuf {
    directories::ProjectDirs::from("", "", "karat").map_or_else(|| PathBuf::from("keys"), |dirs| dirs.config_dir().join("keys"))
}

impl Session {
    /// Opens the folder; the holder of the lock also tidies up what a dead program left.
    pub fn open(dir: &Path, options: &SessionOptions) -> Result<Self, EngineError> {
        let workspace = Workspace::open(dir)?;
        bronze::refuse_newer(&workspace.bronze())?;
        if options.read_only && (workspace.control().exists() || !backups::backups(&workspace).is_empty()) {
            bring_up_to_date(&workspace, options)?;
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
        bronze::bring_up_to_date(&workspace.bronze())?;
        let opened = if is_gone(&workspace) { Err(lost(&workspace)) } else { Control::open(&workspace.control()) };
        match opened {
            Ok(mut control) => {
                control.close_interrupted_runs()?;
                Ok(Self::with(workspace, options, control, Some(lock), None))
            }
            Err(error) if is_damage(&error) => Self::of_copy(workspace, options, Some(lock), &error),
            Err(error) => Err(error.into()),
        }
    }

    /// control.db cannot be read: looks at its newest whole copy, and writes nothing.
    fn of_copy(
        mut workspace: Workspace,
        options: &SessionOptions,
        lock: Option<WriteLock>,
        error: &StoreError,
    ) -> Result<Self, EngineError> {
        let damage = ops::backup::damage(&workspace, error);
        let control = match &damage.copy {
            Some(copy) => Control::open_reader(copy)?,
            None => Control::empty()?,
        };
        // Where there is no copy either, the layer is empty: the damaged file is not attached.
        workspace.read_control_from(damage.copy.unwrap_or_else(|| workspace.building("no-control.db")));
        let mut session = Self::with(workspace, options, control, lock, None);
        session.damaged = Some(damage.text);
        Ok(session)
    }

    fn reader(workspace: Workspace, options: &SessionOptions, held_by: Option<String>) -> Result<Self, EngineError> {
        let opened = if is_gone(&workspace) { Err(lost(&workspace)) } else { Control::open_reader(&workspace.control()) };
        match opened {
            Ok(control) => Ok(Self::with(workspace, options, control, None, held_by)),
            Err(error) if is_damage(&error) => Self::of_copy(workspace, options, None, &error),
            Err(error) => Err(error.into()),
        }
    }

    fn with(workspace: Workspace, options: &SessionOptions, control: Control, lock: Option<WriteLock>, held_by: Option<String>) -> Self {
        Self {
            workspace,
            clock: options.clock,
            lock,
            held_by,
            damaged: None,
            backed_up: Mutex::new(None),
            copying: Arc::new(AtomicBool::new(false)),
            control: Mutex::new(control),
            data_version: AtomicU64::new(1),
            deck: Mutex::new(None),
            finder: Mutex::new(None),
            preview: Mutex::new(None),
            keys: options.keys.clone(),
            acting: Mutex::new(options.user.clone()),
            unmasked: AtomicBool::new(false),
            measured: Mutex::new(None),
            index: Mutex::new(None),
            live: Mutex::new(None),
        }
    }

    /// Refuses where somebody else holds the workspace.
    pub fn must_write(&self) -> Result<(), EngineError> {
        if let Some(damaged) = &self.damaged {
            return Err(EngineError::Refused(damaged.clone()));
        }
        if self.lock.is_some() {
            return Ok(());
        }
        let holder = self.held_by.clone().unwrap_or_else(|| "nobody, but it was opened for reading".to_owned());
        Err(StoreError::Held { holder }.into())
    }

    /// Holds the workspace, even where nothing may be written but a restored control.db.
    pub fn holds_lock(&self) -> bool {
        self.lock.is_some()
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

    /// A new reader of the masked gold that people see, and of nothing else.
    pub fn reader_of_masked(&self) -> Result<Connection, EngineError> {
        let published = self.control().published()?;
        Ok(open_masked_reader(&self.workspace, published)?)
    }

    /// A new reader of all layers, with live gold: what was published and what came since.
    pub fn reader_of_live(&self) -> Result<Connection, EngineError> {
        ops::live::must_be_of_published(self)?;
        Ok(open_live_reader(&self.workspace)?)
    }

    /// A new reader of the file of live gold, whatever it was made from.
    pub(super) fn reader_of_live_file(&self) -> Result<Connection, EngineError> {
        Ok(open_live_reader(&self.workspace)?)
    }

    pub fn acting(&self) -> String {
        self.acting.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn act_as(&self, person: &str) {
        person.clone_into(&mut self.acting.lock().unwrap_or_else(PoisonError::into_inner));
        self.mask();
    }

    pub fn is_unmasked(&self) -> bool {
        self.unmasked.load(Ordering::Acquire)
    }

    pub fn unmask(&self) {
        self.unmasked.store(true, Ordering::Release);
    }

    pub fn mask(&self) {
        self.unmasked.store(false, Ordering::Release);
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
        *self.finder.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.keep_preview(None);
        self.keep_measured(None);
        self.keep_live(None);
    }

    /// Keeps the writer of live gold open for the next increment; None closes it.
    pub fn keep_live(&self, writer: Option<Writer>) {
        *self.live.lock().unwrap_or_else(PoisonError::into_inner) = writer;
    }

    /// The writer that is kept, which is then no longer kept: an increment that fails closes it.
    pub fn take_live(&self) -> Option<Writer> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub fn keep_measured(&self, measured: Option<Measured>) {
        *self.measured.lock().unwrap_or_else(PoisonError::into_inner) = measured.map(Arc::new);
    }

    pub fn measured(&self) -> Option<Arc<Measured>> {
        self.measured.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn keep_index(&self, kept: KeptIndex) {
        *self.index.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }

    /// The index that is kept, which is then no longer kept: who changes it and fails leaves none that is half changed.
    pub fn take_index(&self) -> Option<KeptIndex> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub fn keep_preview(&self, preview: Option<Preview>) {
        *self.preview.lock().unwrap_or_else(PoisonError::into_inner) = preview.map(Arc::new);
    }

    pub fn preview(&self) -> Option<Arc<Preview>> {
        self.preview.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Customers by their names in the silver that stands, read once.
    pub fn finder(&self) -> Result<Arc<Finder>, EngineError> {
        let mut held = self.finder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(finder) = held.as_ref() {
            return Ok(Arc::clone(finder));
        }
        let finder = Arc::new(Finder::read(&self.reader_of(None)?)?);
        *held = Some(Arc::clone(&finder));
        Ok(finder)
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
