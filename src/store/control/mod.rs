//! control.db: what people did and what must not drift. Flow: decisions -> identity -> model -> matching -> runs -> gold versions -> audit.
//!
//! Written in short transactions only, each safe on disk before it is confirmed (`synchronous = FULL`).

mod audit;
mod bulk;
mod decisions;
mod identity;
mod items;
mod labels;
mod matching;
mod runs;
mod versions;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::StoreError;
use super::open::{migrate, open_read_only, open_writer, refuse_newer};

pub use audit::{AuditEntry, Deed};
pub use bulk::Bulk;
pub use decisions::{NewDecision, NewNaming, NewOverride, Said, Undone};
pub use identity::PinnedModel;
pub use items::{FirstAsked, HandOver};
pub use labels::{AuditedPair, NewAuditPair};
pub use matching::MatchState;
pub use runs::{RunRow, RunState};
pub use versions::{PublishDeed, VersionRow};

const SCRIPTS: [&str; 3] = [
    include_str!("../../../assets/migrations/control_1.sql"),
    include_str!("../../../assets/migrations/control_2.sql"),
    include_str!("../../../assets/migrations/control_4.sql"),
];

/// The one writer of control.db, or a reader of it.
#[derive(Debug)]
pub struct Control {
    conn: Connection,
    path: PathBuf,
}

impl Control {
    /// Opens for writing; makes the file where there is none.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut conn = open_writer(path, None)?;
        conn.pragma_update(None, "synchronous", "full").map_err(|source| StoreError::at(path, source))?;
        migrate(&mut conn, path, &SCRIPTS)?;
        Ok(Self { conn, path: path.to_owned() })
    }

    /// Opens for reading only.
    pub fn open_reader(path: &Path) -> Result<Self, StoreError> {
        refuse_newer(path, SCRIPTS.len())?;
        let conn = open_read_only(path)?;
        Ok(Self { conn, path: path.to_owned() })
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        work(&self.conn).map_err(|source| StoreError::at(&self.path, source))
    }

    /// One transaction; whatever fails leaves the file as it was.
    fn write<T>(&mut self, work: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let run = |conn: &mut Connection| -> rusqlite::Result<T> {
            let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        };
        run(&mut self.conn).map_err(|source| StoreError::at(&self.path, source))
    }
}

#[cfg(test)]
mod tests;
