//! The audit log: append-only, each row's hash covers the row before.

use rusqlite::{OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base::hash::hex;
use crate::store::StoreError;

use super::Control;
use super::seal::seal_decisions;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    Create,
    Ingest,
    Run,
    Decide,
    Undo,
    /// An item was assigned, commented on, put aside, taken up again.
    Item,
    /// The rules that choose golden values were changed.
    Golden,
    /// A pair of the audit deck was answered.
    Label,
    Publish,
    /// Published although tests of severity error failed.
    Override,
    Rollback,
    /// Settings of matching were changed.
    Match,
    /// Somebody was enrolled or retired.
    Person,
    /// What takes a second person was changed.
    Policy,
    Propose,
    Approve,
    Return,
    PackExport,
    PackImport,
    Backup,
    Restore,
    /// Somebody saw personal data in the clear.
    Unmask,
    Erase,
    /// Another schedule for runs, or none.
    Schedule,
    /// What is kept how long was changed, or what is older was removed.
    Retention,
    /// A model that predicts was trained, promoted or archived.
    Model,
    /// What was done about a customer that may leave.
    Worklist,
}

impl Deed {
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Ingest => "ingest",
            Self::Run => "run",
            Self::Decide => "decide",
            Self::Undo => "undo",
            Self::Item => "item",
            Self::Golden => "golden",
            Self::Label => "label",
            Self::Publish => "publish",
            Self::Override => "override",
            Self::Rollback => "rollback",
            Self::Match => "match",
            Self::Person => "person",
            Self::Policy => "policy",
            Self::Propose => "propose",
            Self::Approve => "approve",
            Self::Return => "return",
            Self::PackExport => "pack_export",
            Self::PackImport => "pack_import",
            Self::Backup => "backup",
            Self::Restore => "restore",
            Self::Unmask => "unmask",
            Self::Erase => "erase",
            Self::Schedule => "schedule",
            Self::Retention => "retention",
            Self::Model => "model",
            Self::Worklist => "worklist",
        }
    }
}

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    pub id: i64,
    pub at: String,
    pub author: String,
    pub deed: String,
    pub subject: String,
    pub detail: String,
    pub hash: String,
    /// The author's signature is kept beside it.
    pub is_signed: bool,
    /// What the decision log says of the entry that this row is about: with values, which an erasure can take out there and not here.
    /// Empty where it is about none.
    pub told: String,
}

/// The end of the log: what is copied elsewhere as an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub count: i64,
    pub hash: String,
}

/// Adds a row inside the transaction of the deed itself: neither is ever there without the other. Decisions that the deed entered
/// before are sealed by it: call this after they are in.
pub(super) fn append(tx: &Transaction<'_>, at: &str, author: &str, deed: Deed, subject: &str, detail: &str) -> rusqlite::Result<()> {
    let detail = match seal_decisions(tx)? {
        Some(sealed) if detail.is_empty() => sealed,
        Some(sealed) => format!("{detail}; {sealed}"),
        None => detail.to_owned(),
    };
    let before: Option<String> = tx.query_row("SELECT hash FROM audit ORDER BY audit_id DESC LIMIT 1", [], |row| row.get(0)).optional()?;
    let hash = row_hash(before.as_deref().unwrap_or_default(), [at, author, deed.name(), subject, &detail]);
    tx.execute(
        "INSERT INTO audit (at, author, deed, subject, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        [at, author, deed.name(), subject, &detail, &hash],
    )?;
    Ok(())
}

/// SHA-256 over the hash before and the length-prefixed fields, in hex.
pub(super) fn row_hash(before: &str, fields: [&str; 5]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(before.as_bytes());
    for field in fields {
        hasher.update((field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    hex(&hasher.finalize())
}

impl Control {
    pub fn record_deed(&mut self, at: &str, author: &str, deed: Deed, subject: &str, detail: &str) -> Result<(), StoreError> {
        self.write(|tx| append(tx, at, author, deed, subject, detail))
    }

    /// How long the log is and what its last row's hash is.
    pub fn audit_head(&self) -> Result<Head, StoreError> {
        self.read(|conn| {
            conn.query_row("SELECT count(*), coalesce((SELECT hash FROM audit ORDER BY audit_id DESC LIMIT 1), '') FROM audit", [], |row| {
                Ok(Head { count: row.get(0)?, hash: row.get(1)? })
            })
        })
    }
}
