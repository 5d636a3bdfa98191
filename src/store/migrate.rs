//! Brings a database file to the version this program knows. Flow: `user_version` -> the scripts after it, each in one transaction.

use std::path::Path;

use rusqlite::Connection;

use super::StoreError;

/// Runs `scripts[user_version..]`. A file of a newer program is refused, never touched.
pub fn migrate(conn: &mut Connection, path: &Path, scripts: &[&str]) -> Result<(), StoreError> {
    let known = i64::try_from(scripts.len()).unwrap_or(i64::MAX);
    let found: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(|source| StoreError::at(path, source))?;
    if found > known {
        return Err(StoreError::NewerVersion { path: path.to_owned(), found, known });
    }
    for (done, script) in scripts.iter().enumerate().skip(usize::try_from(found).unwrap_or_default()) {
        let step = || -> rusqlite::Result<()> {
            let tx = conn.unchecked_transaction()?;
            tx.execute_batch(script)?;
            tx.pragma_update(None, "user_version", i64::try_from(done + 1).unwrap_or(known))?;
            tx.commit()
        };
        step().map_err(|source| StoreError::at(path, source))?;
    }
    Ok(())
}
