//! Opening database files: one writer each, many readers, the same pragmas everywhere, and errors in plain words.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::base::CancelToken;

/// Encrypts a file. Not offered yet; the place is kept so that no signature changes when it is.
#[derive(Clone)]
pub struct Key(Box<str>);

impl Key {
    pub fn new(passphrase: &str) -> Self {
        Self(passphrase.into())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({} characters)", self.0.chars().count())
    }
}

/// Why a database file could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("{path} was written by a newer Karat (version {found} of its tables; this program knows {known}). Use the newer program.", path = .path.display())]
    NewerVersion { path: PathBuf, found: i64, known: i64 },
    #[error("{path} cannot be opened with a key: encryption is not offered yet. Open it without one.", path = .path.display())]
    KeyNotOffered { path: PathBuf },
    #[error("{path} is not there. Restore it, or open another workspace.", path = .path.display())]
    Missing { path: PathBuf },
    #[error("{path} cannot be written: the file or its folder is read-only. Change its permissions, or copy the workspace elsewhere.", path = .path.display())]
    ReadOnly { path: PathBuf },
    #[error("The disk is full: {path} cannot grow. Nothing was changed; free some space and try again.", path = .path.display())]
    Full { path: PathBuf },
    #[error("{path} is held by another program. Close it there, or wait.", path = .path.display())]
    Busy { path: PathBuf },
    #[error("{path} is not a database, or it is damaged. Restore it from a backup.", path = .path.display())]
    Damaged { path: PathBuf },
    #[error("{path}: the disk gave an error. Check the disk and the folder, then try again.", path = .path.display())]
    Disk { path: PathBuf },
    #[error("{path}: {source}", path = .path.display())]
    Sql { path: PathBuf, source: rusqlite::Error },
}

impl DbError {
    /// Gives SQLite's error the words of its kind.
    pub fn of(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged { path },
            Some(ErrorCode::CannotOpen) if path.exists() || path.parent().is_some_and(Path::is_dir) => Self::ReadOnly { path },
            Some(ErrorCode::CannotOpen) => Self::Missing { path },
            Some(ErrorCode::SystemIoFailure) => Self::Disk { path },
            _ => Self::Sql { path, source },
        }
    }
}

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens the file for its one writer and makes it if it is not there.
pub fn open_writer(path: &Path, key: Option<&Key>) -> Result<Connection, DbError> {
    refuse_key(path, key)?;
    let wrong = |e| DbError::of(path, e);
    let is_new = std::fs::metadata(path).map_or(true, |facts| facts.len() == 0);
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(wrong)?;
    conn.busy_timeout(BUSY_TIMEOUT).map_err(wrong)?;
    if conn.is_readonly("main").map_err(wrong)? {
        return Err(DbError::ReadOnly { path: path.to_owned() });
    }
    if is_new {
        conn.execute_batch("PRAGMA page_size = 8192;").map_err(wrong)?;
    }
    conn.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cache_size = -65536;
         PRAGMA temp_store = FILE;
         PRAGMA journal_size_limit = 67108864;",
    )
    .map_err(wrong)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// Opens one file for reading only, also where nothing can be written beside it.
pub fn open_read_only(path: &Path) -> Result<Connection, DbError> {
    let open = |uri: &str| -> rusqlite::Result<Connection> {
        let conn = Connection::open_with_flags(uri, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)?;
        conn.busy_timeout(BUSY_TIMEOUT)?;
        version_of(&conn)?;
        Ok(conn)
    };
    or_immutable(path, open).map_err(|e| DbError::of(path, e))
}

/// SQLite's own check of every page and index; stopped within moments where `cancel` says so.
pub fn check_whole(path: &Path, cancel: &CancelToken) -> Result<(), DbError> {
    const STEPS: i32 = 20_000;
    let mut conn = open_read_only(path)?;
    let cancel = cancel.clone();
    conn.progress_handler(STEPS, Some(move || cancel.is_cancelled())).map_err(|e| DbError::of(path, e))?;
    let said: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(|e| DbError::of(path, e))?;
    if said == "ok" { Ok(()) } else { Err(DbError::Damaged { path: path.to_owned() }) }
}

/// A file in WAL needs a shared-memory file beside it even to be read. Where the folder lets none be made and no log is left to
/// be read, nobody can write either, so the file is read as one that does not change (sqlite.org/wal.html, "Read-Only Databases").
pub(super) fn or_immutable<T>(path: &Path, open: impl Fn(&str) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let first = open(&read_only_uri(path));
    let may_not_make_files =
        matches!(&first, Err(e) if matches!(e.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))) && path.exists();
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let has_log = std::fs::metadata(log).is_ok_and(|facts| facts.len() > 0);
    if may_not_make_files && !has_log { open(&format!("{}&immutable=1", read_only_uri(path))) } else { first }
}

/// Refuses a file that a newer program wrote; one that is not there is fine.
pub fn refuse_newer(path: &Path, known: usize) -> Result<(), DbError> {
    if !path.exists() {
        return Ok(());
    }
    let found = version_of(&open_read_only(path)?).map_err(|e| DbError::of(path, e))?;
    let known = i64::try_from(known).unwrap_or(i64::MAX);
    if found > known { Err(DbError::NewerVersion { path: path.to_owned(), found, known }) } else { Ok(()) }
}

/// An older program wrote the file: its tables are to be brought up to date before they are read.
pub fn is_older(path: &Path, known: usize) -> Result<bool, DbError> {
    if !path.exists() {
        return Ok(false);
    }
    let found = version_of(&open_read_only(path)?).map_err(|e| DbError::of(path, e))?;
    Ok(usize::try_from(found).is_ok_and(|found| found < known))
}

fn version_of(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings a file's tables to the newest version. `migrations[n]` leads from version n to n + 1.
pub fn migrate(conn: &mut Connection, path: &Path, migrations: &[&str]) -> Result<(), DbError> {
    let wrong = |e| DbError::of(path, e);
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let found = version_of(conn).map_err(wrong)?;
    if found > known {
        return Err(DbError::NewerVersion { path: path.to_owned(), found, known });
    }
    for (version, sql) in (1_i64..).zip(migrations).skip(usize::try_from(found).unwrap_or(0)) {
        let step = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(wrong)?;
        step.execute_batch(sql).map_err(wrong)?;
        step.pragma_update(None, "user_version", version).map_err(wrong)?;
        step.commit().map_err(wrong)?;
    }
    Ok(())
}

fn refuse_key(path: &Path, key: Option<&Key>) -> Result<(), DbError> {
    match key {
        Some(_) => Err(DbError::KeyNotOffered { path: path.to_owned() }),
        None => Ok(()),
    }
}

/// `file:///…?mode=ro` with everything outside the plain set percent-encoded.
pub(super) fn read_only_uri(path: &Path) -> String {
    file_uri(path, "ro")
}

/// `file:///…?mode=MODE` with everything outside the plain set percent-encoded.
pub(super) fn file_uri(path: &Path, mode: &str) -> String {
    use std::fmt::Write as _;
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text = absolute.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    let mut uri = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~' | b':') {
            uri.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.push_str("?mode=");
    uri.push_str(mode);
    uri
}

#[cfg(test)]
#[path = "open_tests.rs"]
mod tests;
