//! The audit log: append-only, each row's hash covers the row before.

use std::fmt::Write as _;

use rusqlite::{OptionalExtension, Transaction};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::store::StoreError;

use super::Control;

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
    Rollback,
    /// Settings of matching were changed.
    Match,
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
            Self::Rollback => "rollback",
            Self::Match => "match",
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
}

/// Adds a row inside the transaction of the deed itself: neither is ever there without the other.
pub(super) fn append(tx: &Transaction<'_>, at: &str, author: &str, deed: Deed, subject: &str, detail: &str) -> rusqlite::Result<()> {
    let before: Option<String> = tx.query_row("SELECT hash FROM audit ORDER BY audit_id DESC LIMIT 1", [], |row| row.get(0)).optional()?;
    let hash = row_hash(before.as_deref().unwrap_or_default(), [at, author, deed.name(), subject, detail]);
    tx.execute(
        "INSERT INTO audit (at, author, deed, subject, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        [at, author, deed.name(), subject, detail, &hash],
    )?;
    Ok(())
}

/// SHA-256 over the hash before and the length-prefixed fields, in hex.
fn row_hash(before: &str, fields: [&str; 5]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(before.as_bytes());
    for field in fields {
        hasher.update((field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Control {
    pub fn record_deed(&mut self, at: &str, author: &str, deed: Deed, subject: &str, detail: &str) -> Result<(), StoreError> {
        self.write(|tx| append(tx, at, author, deed, subject, detail))
    }

    /// Newest first.
    pub fn audit(&self, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        self.read(|conn| {
            let mut rows =
                conn.prepare("SELECT audit_id, at, author, deed, subject, detail, hash FROM audit ORDER BY audit_id DESC LIMIT ?1")?;
            let found = rows.query_map([limit], |row| {
                Ok(AuditEntry {
                    id: row.get(0)?,
                    at: row.get(1)?,
                    author: row.get(2)?,
                    deed: row.get(3)?,
                    subject: row.get(4)?,
                    detail: row.get(5)?,
                    hash: row.get(6)?,
                })
            })?;
            found.collect()
        })
    }

    /// The first row whose hash does not follow from the row before; None where the chain holds.
    pub fn broken_audit_row(&self) -> Result<Option<i64>, StoreError> {
        let mut before = String::new();
        let mut entries = self.audit(u32::MAX)?;
        entries.reverse();
        for entry in entries {
            let wanted = row_hash(&before, [&entry.at, &entry.author, &entry.deed, &entry.subject, &entry.detail]);
            if wanted != entry.hash {
                return Ok(Some(entry.id));
            }
            before = entry.hash;
        }
        Ok(None)
    }
}
