//! Copies of control.db. Flow: file -> VACUUM INTO aside -> synced -> put in place with its anchor's name; the few newest are kept.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::open::{DbError, open_read_only};
use crate::store::workspace::{Workspace, put_in_place};

use super::{Control, SCRIPTS, migrate};

/// Automatic copies that are kept.
const KEPT: usize = 5;

/// What a copy of control.db holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFacts {
    pub workspace: String,
    pub decisions: i64,
    pub audit_rows: i64,
    /// When the last row of the audit log in it was written.
    pub newest: String,
}

impl Control {
    /// A control.db that is empty and in memory: what is looked at where the file cannot be read and there is no copy.
    pub fn empty() -> Result<Self, StoreError> {
        let path = Path::new(":memory:");
        let mut conn = Connection::open_in_memory().map_err(|source| StoreError::at(path, source))?;
        migrate(&mut conn, path, &SCRIPTS)?;
        Ok(Self::with(conn, path))
    }
}

/// Where the copy that holds so many rows of the audit log lies.
pub fn backup_path(workspace: &Workspace, audit_rows: i64) -> PathBuf {
    workspace.backup_dir().join(format!("control-{audit_rows:06}.db"))
}

/// Copies a database as readers see it now, without its free pages.
pub fn copy_database(workspace: &Workspace, from: &Path, to: &Path) -> Result<(), StoreError> {
    // By name, so that two copies at once do not meet.
    let aside = workspace.building(&to.file_name().unwrap_or_default().to_string_lossy());
    if aside.exists() {
        fs::remove_file(&aside).map_err(|source| StoreError::io(&aside, source))?;
    }
    let conn = open_read_only(from)?;
    conn.execute("VACUUM INTO ?1", [aside.to_string_lossy()]).map_err(|source| StoreError::at(from, source))?;
    put_in_place(&aside, to)
}

/// Copies of control.db in the workspace, newest first.
pub fn backups(workspace: &Workspace) -> Vec<PathBuf> {
    let is_copy = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with("control-") && name.ends_with(".db")
    };
    let mut found: Vec<PathBuf> =
        fs::read_dir(workspace.backup_dir()).into_iter().flatten().flatten().map(|entry| entry.path()).filter(is_copy).collect();
    found.sort();
    found.reverse();
    found
}

/// Removes all but the few newest copies.
pub fn keep_few(workspace: &Workspace) {
    for old in backups(workspace).into_iter().skip(KEPT) {
        // What cannot be removed now is tried again after the next copy.
        let _ = fs::remove_file(old.with_extension("anchor.json"));
        let _ = fs::remove_file(old);
    }
}

/// Is the file whole, and what does it hold? Err where it is damaged, is no control.db, or comes from a newer program.
pub fn check(path: &Path) -> Result<BackupFacts, StoreError> {
    if !path.exists() {
        return Err(DbError::Missing { path: path.to_owned() }.into());
    }
    crate::store::open::refuse_newer(path, SCRIPTS.len())?;
    let conn = open_read_only(path)?;
    let wrong = |source| StoreError::at(path, source);
    must_be_whole(&conn, path)?;
    conn.query_row(
        "SELECT (SELECT value FROM setting WHERE name = 'workspace.id'), (SELECT coalesce(max(decision_id), 0) FROM decision),
           (SELECT coalesce(max(audit_id), 0) FROM audit), (SELECT coalesce(max(at), '') FROM audit)",
        [],
        |row| Ok(BackupFacts { workspace: row.get(0)?, decisions: row.get(1)?, audit_rows: row.get(2)?, newest: row.get(3)? }),
    )
    .map_err(wrong)
}

/// SQLite's own check of the pages, without the indexes' contents.
pub(super) fn must_be_whole(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let said: rusqlite::Result<String> = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
    match said {
        Ok(said) if said == "ok" => Ok(()),
        Ok(_) => Err(DbError::Damaged { path: path.to_owned() }.into()),
        Err(source) => Err(StoreError::at(path, source)),
    }
}

/// Decisions after a number that a damaged file still shows, as "3 by ines, 2026-11-20T09:22:12Z". As far as it can be read.
pub fn readable_after(path: &Path, decision: i64) -> Vec<String> {
    let Ok(conn) = open_read_only(path) else { return Vec::new() };
    let Ok(mut rows) = conn.prepare("SELECT decision_id, author, decided_at FROM decision WHERE decision_id > ?1 ORDER BY decision_id")
    else {
        return Vec::new();
    };
    let found = rows.query_map([decision], |row| {
        Ok(format!("{} by {}, {}", row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    });
    found.map(|found| found.map_while(Result::ok).collect()).unwrap_or_default()
}
