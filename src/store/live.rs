//! The file of live gold. Flow: published gold -> copy aside -> in place of the one before; attached for its one writer.
//!
//! It is in WAL: a reader sees an increment whole or not at all, and what a killed writer left is not seen.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::base::{GoldVersion, Layer};

use super::open::file_uri;
use super::reader::attach_copy;
use super::workspace::{put_in_place, remove_file};
use super::{StoreError, Workspace};

/// Copies a published gold aside and attaches the copy as `gold`.
pub fn attach_new(conn: &Connection, workspace: &Workspace, version: GoldVersion) -> Result<PathBuf, StoreError> {
    let (from, aside) = (workspace.gold(version), workspace.building("live.db"));
    fs::copy(&from, &aside).map_err(|source| StoreError::io(&aside, source))?;
    attach_copy(conn, Layer::Gold, &aside)?;
    Ok(aside)
}

/// Detaches the copy and puts it in the place of the live gold before it. Who reads that one goes on reading it, or meets the new one whole.
pub fn put_new_in_place(conn: &Connection, workspace: &Workspace, aside: &Path) -> Result<(), StoreError> {
    let wrong = |source| StoreError::at(aside, source);
    conn.query_row("PRAGMA gold.journal_mode = WAL", [], |_| Ok(())).map_err(wrong)?;
    super::reader::detach(conn, Layer::Gold)?;
    let place = workspace.gold_live();
    if !place.exists() || retire(&place)? {
        return put_in_place(aside, &place);
    }
    let copy = || -> rusqlite::Result<()> {
        let from = Connection::open_with_flags(aside, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut to = Connection::open_with_flags(&place, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        to.busy_timeout(Duration::from_secs(5))?;
        Backup::new(&from, &mut to).and_then(|backup| backup.run_to_completion(i32::MAX, Duration::from_millis(50), None))
    };
    copy().map_err(|source| StoreError::at(&place, source))?;
    remove_file(aside)
}

/// Ends the log beside a live gold that nobody else has open: a file that takes its name cannot meet a log that is not its own. False
/// where somebody has it open.
fn retire(place: &Path) -> Result<bool, StoreError> {
    let leave_wal = || -> rusqlite::Result<String> {
        let conn = Connection::open_with_flags(place, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))
    };
    match leave_wal() {
        Ok(mode) => Ok(mode == "delete"),
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) => Ok(false),
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)) => {
            remove(place)?;
            Ok(true)
        }
        Err(source) => Err(StoreError::at(place, source)),
    }
}

/// Removes a live gold and its log.
pub fn remove(place: &Path) -> Result<(), StoreError> {
    for ending in ["", "-wal", "-shm"] {
        let mut name = place.as_os_str().to_owned();
        name.push(ending);
        remove_file(Path::new(&name))?;
    }
    Ok(())
}

/// Attaches live gold as `gold` for its one writer.
pub fn attach(conn: &Connection, workspace: &Workspace) -> Result<(), StoreError> {
    let place = workspace.gold_live();
    let ready = || -> rusqlite::Result<()> {
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        conn.execute("ATTACH ?1 AS gold", [file_uri(&place, "rw")])?;
        conn.query_row("PRAGMA gold.wal_autocheckpoint = 0", [], |_| Ok(()))?;
        conn.execute_batch("PRAGMA gold.synchronous = NORMAL; PRAGMA gold.cache_size = -262144; PRAGMA temp_store = MEMORY;")
    };
    ready().map_err(|source| StoreError::at(&place, source))
}

/// Moves what was committed from the log into the file, as far as readers let it: later than the moment at which readers see it.
pub fn settle(conn: &Connection) -> Result<(), StoreError> {
    conn.query_row("PRAGMA gold.wal_checkpoint(PASSIVE)", [], |_| Ok(())).map_err(|source| StoreError::at(Path::new("live.db"), source))
}
