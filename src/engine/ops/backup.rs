//! Copies of control.db. Flow: deeds -> a copy now and then and at close; a damaged file -> its newest copy to look at -> restore.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use crate::base::{RunCtx, Stage};
use crate::engine::error::EngineError;
use crate::engine::executor::Shared;
use crate::engine::pages::{BackupRow, FileCheck, TrustOutcome, VerifyPage};
use crate::engine::session::Session;
use crate::store::control::{Anchor, Control, Deed, backups};
use crate::store::open::{DbError, check_whole};
use crate::store::{StoreError, Workspace, WriteLock};

use super::audit;
use super::trust::said;

/// Decisions after which a copy is made while the workspace is open.
const EVERY: i64 = 25;

/// After every so many decisions: a copy beside everything else. Whoever decides does not wait for it.
pub fn after_deed(session: &Session) {
    if session.must_write().is_err() {
        return;
    }
    let due = {
        let control = session.control();
        let mut backed_up = session.backed_up.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(now) = control.decision_number() else { return };
        let before = *backed_up.get_or_insert(now);
        let due = now - before >= EVERY;
        if due {
            *backed_up = Some(now);
        }
        due.then(|| Copy::begin(&session.workspace, &control, &session.clock.now_iso())).and_then(Result::ok)
    };
    if let Some(copy) = due
        && !session.copying.swap(true, Ordering::AcqRel)
    {
        let copying = std::sync::Arc::clone(&session.copying);
        std::thread::spawn(move || {
            // A copy that fails is tried again after the next decisions, and at close.
            let _ = copy.make();
            copying.store(false, Ordering::Release);
        });
    }
}

/// When a workspace that was written to is let go.
pub fn at_close(session: &Session) {
    if session.must_write().is_err() {
        return;
    }
    while session.copying.load(Ordering::Acquire) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let begun = Copy::begin(&session.workspace, &session.control(), &session.clock.now_iso());
    // Nobody is there to be told; the copy before is still good.
    let _ = begun.map(|copy| copy.make());
}

/// Copies from before an erasure would bring back what it destroyed: they go, and a new one is made. Their anchors stay.
pub fn begin_anew(session: &Session) -> Result<(), EngineError> {
    for old in backups::backups(&session.workspace) {
        std::fs::remove_file(&old).map_err(|source| StoreError::io(&old, source))?;
    }
    Copy::begin(&session.workspace, &session.control(), &session.clock.now_iso())?.make()
}

/// A copy to be made of the log as it stands.
#[derive(Debug)]
struct Copy {
    workspace: Workspace,
    to: PathBuf,
    anchor: Anchor,
}

impl Copy {
    fn begin(workspace: &Workspace, control: &Control, at: &str) -> Result<Self, EngineError> {
        let anchor = audit::anchor(control, "backup", at)?;
        Ok(Self { workspace: workspace.clone(), to: backups::backup_path(workspace, anchor.head.count), anchor })
    }

    /// Nothing where a copy that holds all of it is there already.
    fn make(&self) -> Result<(), EngineError> {
        if self.anchor.head.count == 0 || self.to.exists() {
            return Ok(());
        }
        backups::copy_database(&self.workspace, &self.workspace.control(), &self.to)?;
        audit::leave_anchor(&self.to, &self.anchor)?;
        backups::keep_few(&self.workspace);
        Ok(())
    }
}

/// Makes a copy now.
pub fn backup(session: &Session, to: Option<&Path>, user: &str) -> Result<TrustOutcome, EngineError> {
    session.must_write()?;
    let at = session.clock.now_iso();
    let mut control = session.control();
    let subject = to.map_or_else(|| "backup".to_owned(), |to| to.display().to_string());
    control.record_deed(&at, user, Deed::Backup, &subject, "")?;
    let mut copy = Copy::begin(&session.workspace, &control, &at)?;
    if let Some(to) = to {
        if to.exists() {
            return Err(EngineError::Refused(format!("{} is there already. Name another file.", to.display())));
        }
        to.clone_into(&mut copy.to);
    }
    copy.make()?;
    Ok(TrustOutcome {
        files: vec![copy.to.display().to_string()],
        ..said(format!("Copied control.db with {} rows of the audit log", copy.anchor.head.count))
    })
}

pub fn rows(session: &Session) -> Vec<BackupRow> {
    let row = |path: PathBuf| {
        let size_bytes = std::fs::metadata(&path).map_or(0, |facts| facts.len());
        let file = path.display().to_string();
        match backups::check(&path) {
            Ok(facts) => BackupRow {
                file,
                size_bytes,
                newest: facts.newest,
                decisions: facts.decisions,
                audit_rows: facts.audit_rows,
                refused_because: None,
            },
            Err(error) => BackupRow { file, size_bytes, refused_because: Some(error.to_string()), ..BackupRow::default() },
        }
    };
    backups::backups(&session.workspace).into_iter().map(row).collect()
}

/// What a damaged control.db means.
#[derive(Debug)]
pub struct Damage {
    /// The newest whole copy.
    pub copy: Option<PathBuf>,
    /// What is lost and what to do.
    pub text: String,
}

/// Looks for the newest whole copy and for what it lacks.
pub fn damage(workspace: &Workspace, error: &StoreError) -> Damage {
    let copy = backups::backups(workspace).into_iter().find_map(|path| backups::check(&path).ok().map(|facts| (path, facts)));
    let Some((path, facts)) = copy else {
        let text = format!(
            "{error} There is no copy of it in backups/: decisions, the identity of customers and the audit log are lost unless you have a copy elsewhere ('karat restore FILE'). The workspace is open for reading."
        );
        return Damage { copy: None, text };
    };
    let beyond = backups::readable_after(&workspace.control(), facts.decisions);
    let lost = if beyond.is_empty() {
        format!("What was done after {} is lost", facts.newest)
    } else {
        format!(
            "What was done after {} is lost, among it {} that can still be read: {}",
            facts.newest,
            super::super::answer::words::counted(beyond.len() as u64, "decision"),
            beyond.join("; ")
        )
    };
    let text = format!(
        "{} cannot be read: it is damaged, or it is gone. The workspace is open for reading, with the automatic backup of {} ({} decisions, {} rows of the audit log). {lost}. 'karat restore' puts that backup in its place.",
        workspace.control().display(),
        facts.newest,
        facts.decisions,
        facts.audit_rows
    );
    Damage { copy: Some(path), text }
}

/// Puts a copy in the place of control.db; what was there is kept beside it.
pub(in crate::engine) fn restore(shared: &Shared, from: Option<&Path>, user: &str) -> Result<TrustOutcome, EngineError> {
    let session = shared.session()?;
    if !session.holds_lock() {
        session.must_write()?;
    }
    let workspace = session.workspace.clone();
    let named = from.map(Path::to_owned).or_else(|| backups::backups(&workspace).into_iter().find(|path| backups::check(path).is_ok()));
    let copy =
        named.ok_or_else(|| EngineError::Refused("there is no whole copy in backups/. Name one: 'karat restore FILE'.".to_owned()))?;
    let facts = backups::check(&copy)?;
    let (known, rows) = {
        let control = session.control();
        (control.workspace_id()?, control.audit_head()?.count)
    };
    // An empty control.db in memory has an identity of its own that says nothing.
    let says_nothing = session.damaged.is_some() && backups::backups(&workspace).iter().all(|path| backups::check(path).is_err());
    if facts.workspace != known && !says_nothing {
        return Err(EngineError::Refused(format!(
            "{} is a copy of another workspace's control.db. Name one of this workspace.",
            copy.display()
        )));
    }
    let at = session.clock.now_iso();
    drop(session);
    let mut session = shared.close().ok_or_else(|| {
        EngineError::Refused("the workspace is in use. Wait until the page or job that uses it has ended, then restore.".to_owned())
    })?;
    session.damaged = Some("control.db is being restored".to_owned());
    let mut keys = Control::empty()?;
    session.control().hand_keys_to(&mut keys);
    drop(session);
    let kept = WriteLock::acquire(&workspace, &shared.options.holder, shared.options.wait)
        .map_err(EngineError::from)
        .and_then(|_lock| put_back(&workspace, &copy, &at));
    // The keys that are open sign the deed in the restored log.
    let opened = shared.open(workspace.dir())?;
    let kept = kept?;
    let mut control = opened.control();
    keys.hand_keys_to(&mut control);
    let detail = format!("{}; kept {} rows of {rows}", copy.file_name().unwrap_or_default().to_string_lossy(), facts.audit_rows);
    control.record_deed(&at, user, Deed::Restore, "control.db", &detail)?;
    Ok(TrustOutcome {
        files: vec![kept.display().to_string()],
        remarks: vec![
            "What was there before lies beside it, in the file above.".to_owned(),
            "Silver and gold know what was lost until the next run: run again.".to_owned(),
        ],
        ..said(format!("Restored control.db as it was at {}: {} decisions", facts.newest, facts.decisions))
    })
}

/// Moves the files aside (a log that belongs to the damaged file must not meet the restored one), then copies.
fn put_back(workspace: &Workspace, copy: &Path, at: &str) -> Result<PathBuf, EngineError> {
    let control = workspace.control();
    let aside = workspace.dir().join(format!("control.replaced-{}.db", at.replace(':', "")));
    for ending in ["", "-wal", "-shm"] {
        let (from, to) = (with_ending(&control, ending), with_ending(&aside, ending));
        if from.exists() {
            std::fs::rename(&from, &to).map_err(|source| StoreError::io(&from, source))?;
        }
    }
    backups::copy_database(workspace, copy, &control)?;
    Ok(aside)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Every database file looked at page by page, then the audit log.
pub fn verify(session: &Session, ctx: &RunCtx) -> Result<VerifyPage, EngineError> {
    let workspace = &session.workspace;
    let mut files = vec![workspace.control(), workspace.bronze(), workspace.silver()];
    let gold = std::fs::read_dir(workspace.gold_dir()).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut gold: Vec<PathBuf> = gold.filter(|path| path.extension().is_some_and(|ending| ending == "db")).collect();
    gold.sort();
    files.extend(gold);
    files.extend(backups::backups(workspace));
    files.retain(|path| path.exists());
    ctx.progress.enter(Stage::Verifying, files.len() as u64);
    let mut checked = Vec::with_capacity(files.len());
    for path in files {
        let file = path.strip_prefix(workspace.dir()).unwrap_or(&path).display().to_string();
        ctx.progress.say(&file);
        let found = check_whole(&path, &ctx.cancel);
        ctx.check()?;
        checked.push(match found {
            Ok(()) => FileCheck { file, state: "whole".to_owned(), is_whole: true },
            Err(DbError::Damaged { .. }) => FileCheck { file, state: "damaged".to_owned(), is_whole: false },
            Err(error) => FileCheck { file, state: error.to_string(), is_whole: false },
        });
        ctx.progress.advance(1);
    }
    let anchors = audit::anchors(session, &[])?;
    Ok(VerifyPage { files: checked, audit: session.control().verify_audit(&anchors)? })
}
