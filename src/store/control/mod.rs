//! control.db: what people did and what must not drift. Flow: people -> decisions -> proposals -> identity -> model -> matching -> runs -> schedule -> test results -> gold versions -> saved views -> watched files -> predictions -> worklist -> audit -> seal.
//!
//! Written in short transactions only, each safe on disk before it is confirmed (`synchronous = FULL`).

mod audit;
mod audit_search;
mod audit_verify;
pub mod backups;
mod bulk;
mod decisions;
mod erasure;
mod identity;
mod items;
mod labels;
mod matching;
mod packs;
mod people;
mod predictions;
mod proposals;
mod runs;
mod schedule;
mod seal;
mod test_results;
mod versions;
mod views;
mod watched;
mod worklist;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::stewardship::signature::Signer;

use super::StoreError;
use super::open::{migrate, open_read_only, open_writer, refuse_newer};

pub use audit::{AuditEntry, Deed, Head};
pub use audit_search::AuditFilter;
pub use audit_verify::{Anchor, AuditReport, Finding};
pub use bulk::Bulk;
pub use decisions::{NewDecision, NewNaming, NewOverride, Said, Undone};
pub use identity::PinnedModel;
pub use items::{FirstAsked, HandOver};
pub use labels::{AuditedPair, NewAuditPair};
pub use matching::MatchState;
pub use packs::{Contradiction, Imported};
pub use people::Person;
pub use predictions::{ModelRow, NewModel, Stage as ModelStage, WatchRow};
pub use proposals::{Proposal, ProposalKind};
pub use runs::{BegunBy, MailState, ReportRow, RunRow, RunState};
pub use seal::{DECISION as DECISION_STATEMENT, PACK as PACK_STATEMENT};
pub use test_results::{TableScore, TestResultRow};
pub use versions::{PublishDeed, VersionRow};
pub use views::{NewView, ViewRow};
pub use watched::WatchedFile;
pub use worklist::{Work, WorkEntry, WorkOutcome, WorkStatus};

const SCRIPTS: [&str; 9] = [
    include_str!("../../../assets/migrations/control_1.sql"),
    include_str!("../../../assets/migrations/control_2.sql"),
    include_str!("../../../assets/migrations/control_3.sql"),
    include_str!("../../../assets/migrations/control_4.sql"),
    include_str!("../../../assets/migrations/control_5.sql"),
    include_str!("../../../assets/migrations/control_6.sql"),
    include_str!("../../../assets/migrations/control_7.sql"),
    include_str!("../../../assets/migrations/control_8.sql"),
    include_str!("../../../assets/migrations/control_9.sql"),
];

/// The one writer of control.db, or a reader of it.
#[derive(Debug)]
pub struct Control {
    conn: Connection,
    path: PathBuf,
    /// Open keys by the names of their people.
    signers: BTreeMap<String, Signer>,
    /// The next decisions wait for a second person, and why each.
    proposing: Option<Vec<String>>,
    /// Proposals made so.
    proposed: Vec<i64>,
}

impl Control {
    /// Opens for writing; makes the file where there is none.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut conn = open_writer(path, None)?;
        conn.pragma_update(None, "synchronous", "full").map_err(|source| StoreError::at(path, source))?;
        backups::must_be_whole(&conn, path)?;
        migrate(&mut conn, path, &SCRIPTS)?;
        Ok(Self::with(conn, path))
    }

    /// An older program wrote the file.
    pub fn is_older(path: &Path) -> Result<bool, StoreError> {
        Ok(super::open::is_older(path, SCRIPTS.len())?)
    }

    /// Opens for reading only.
    pub fn open_reader(path: &Path) -> Result<Self, StoreError> {
        refuse_newer(path, SCRIPTS.len())?;
        let conn = open_read_only(path)?;
        backups::must_be_whole(&conn, path)?;
        Ok(Self::with(conn, path))
    }

    fn with(conn: Connection, path: &Path) -> Self {
        Self { conn, path: path.to_owned(), signers: BTreeMap::new(), proposing: None, proposed: Vec::new() }
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        work(&self.conn).map_err(|source| StoreError::at(&self.path, source))
    }

    /// One transaction; whatever fails leaves the file as it was. What it adds to the log is signed before it is committed.
    fn write<T>(&mut self, work: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let wrong = |source| StoreError::at(&self.path, source);
        let tx = self.conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(wrong)?;
        let before = seal::mark(&tx).map_err(wrong)?;
        let value = work(&tx).map_err(wrong)?;
        seal::sign_new(&tx, before, &self.signers)?;
        let made = if self.proposing.is_some() { seal::sealed_since(&tx, before).map_err(wrong)? } else { Vec::new() };
        if made.is_empty() {
            tx.commit().map_err(wrong)?;
            return Ok(value);
        }
        // Signed as they are, but not entered: they wait.
        tx.rollback().map_err(wrong)?;
        let why = self.proposing.take().unwrap_or_default();
        let tx = self.conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(wrong)?;
        let ids = proposals::enter(&tx, &made, &why).map_err(wrong)?.map_err(StoreError::Refused)?;
        seal::sign_new(&tx, before, &self.signers)?;
        tx.commit().map_err(wrong)?;
        self.proposed.extend(ids);
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
