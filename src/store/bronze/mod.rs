//! Bronze. Flow: BatchSpec -> OpenBatch (writer) -> StagedBatch -> views and news; leftovers of a crash or a cancel -> sweep;
//! batches that are taken back -> withdraw; old batches -> retention; pages read by query.
//!
//! The rows of a batch have contiguous rowids in `T_rows`. A view shows a batch only once its status is `loaded`, and every batch of
//! a drop gets that status in one transaction: a reader sees the whole drop or nothing of it.

mod erase;
pub mod news;
mod offsets;
mod quarantine;
pub mod query;
pub mod retention;
pub mod schema;
pub mod sweep;
pub mod views;
pub mod waiting;
mod withdraw;
pub mod writer;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::open::{DbError, Key, migrate, open_writer};

pub use quarantine::KeptAside;
pub use query::{BatchRow, DriftPageRow, SystemSummary};
pub use waiting::{QuarantinePageRow, QuarantineSearch};
pub use writer::{BatchNote, BatchSpec, OpenBatch, StagedBatch};

const MIGRATIONS: [&str; 3] = [
    include_str!("../../../assets/migrations/bronze_0001.sql"),
    include_str!("../../../assets/migrations/bronze_0002.sql"),
    include_str!("../../../assets/migrations/bronze_0003.sql"),
];

/// Refuses a bronze.db that a newer program wrote, before anything is built from it.
pub fn refuse_newer(path: &Path) -> Result<(), DbError> {
    super::open::refuse_newer(path, MIGRATIONS.len())
}

/// An older program wrote bronze.db.
pub fn is_older(path: &Path) -> Result<bool, DbError> {
    super::open::is_older(path, MIGRATIONS.len())
}

/// Gives a bronze.db that an older program wrote the tables of today; one that is not there stays so.
pub fn bring_up_to_date(path: &Path) -> Result<(), DbError> {
    if is_older(path)? {
        migrate_with_views(&mut open_writer(path, None)?, path)?;
    }
    Ok(())
}

fn migrate_with_views(conn: &mut Connection, path: &Path) -> Result<(), DbError> {
    let is_older = is_older(path)?;
    migrate(conn, path, &MIGRATIONS)?;
    if is_older {
        views::recreate_all(conn).map_err(|e| DbError::of(path, e))?;
    }
    Ok(())
}

/// The one writer of bronze.db.
#[derive(Debug)]
pub struct BronzeStore {
    conn: Connection,
    path: PathBuf,
    /// Identifiers of erased people.
    suppression: Option<crate::store::erasure::Suppression>,
}

impl BronzeStore {
    /// Opens or makes the file, brings it up to date and marks what a crash left half-written.
    pub fn open(path: &Path, key: Option<&Key>) -> Result<Self, DbError> {
        let mut conn = open_writer(path, key)?;
        migrate_with_views(&mut conn, path)?;
        let mut store = Self { conn, path: path.to_owned(), suppression: None };
        store.mark_interrupted()?;
        store.sweep_for(std::time::Duration::from_millis(500))?;
        Ok(store)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// For reading; writing goes through the methods.
    pub fn connection(&self) -> &Connection {
        &self.conn
    }

    fn wrong(&self) -> impl Fn(rusqlite::Error) -> DbError + use<> {
        let path = self.path.clone();
        move |e| DbError::of(&path, e)
    }
}

#[cfg(test)]
mod tests;
