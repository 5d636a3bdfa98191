//! Decisions out to another laptop and in from it. Flow: sealed decisions -> pack; pack -> decisions and contradictions, in one transaction.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};

use crate::base::DecisionId;
use crate::stewardship::pack::PackHead;
use crate::stewardship::signature::SealedDecision;
use crate::store::StoreError;

use super::audit::{Deed, append};
use super::audit_verify::Anchor;
use super::proposals::{ProposalKind, enter_one};
use super::seal::{insert_sealed, read_sealed, sealed_words};
use super::{Control, Head};

/// An entry that contradicts one made here, and why.
pub type Contradiction = (SealedDecision, DecisionId, String);

/// What became of a pack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    pub entered: u64,
    pub contradictions: u64,
}

const NUMBER: &str = "pack.number";

impl Control {
    /// Every sealed decision with the number it has here, oldest first.
    pub fn sealed_decisions(&self) -> Result<Vec<(DecisionId, SealedDecision)>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare("SELECT decision_id FROM decision_seal ORDER BY decision_id")?;
            let ids: Vec<i64> = rows.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            ids.into_iter().map(DecisionId).map(|id| Ok((id, read_sealed(conn, id)?))).collect()
        })
    }

    /// Uids of all decisions and proposals that are here.
    pub fn known_uids(&self) -> Result<BTreeSet<String>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare("SELECT uid FROM decision_seal UNION SELECT uid FROM proposal")?;
            let found = rows.query_map([], |row| row.get(0))?;
            found.collect()
        })
    }

    /// Notes that a pack goes out; gives its number and the end of the log after the note.
    pub fn begin_pack(&mut self, author: &str, at: &str, decisions: u64) -> Result<(i64, Head), StoreError> {
        let number = self.write(|tx| {
            let last: Option<String> = tx.query_row("SELECT value FROM setting WHERE name = ?1", [NUMBER], |row| row.get(0)).optional()?;
            let number = last.and_then(|text| text.parse::<i64>().ok()).unwrap_or_default() + 1;
            tx.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", params![NUMBER, number.to_string()])?;
            append(tx, at, author, Deed::PackExport, &format!("pack {number}"), &format!("{decisions} decisions"))?;
            Ok(number)
        })?;
        Ok((number, self.audit_head()?))
    }

    /// The newest pack of a laptop that was read here: its number and when it was made.
    pub fn last_pack(&self, laptop: &str) -> Result<Option<(i64, String)>, StoreError> {
        self.read(|conn| {
            conn.query_row("SELECT number, made_at FROM pack WHERE laptop = ?1 ORDER BY number DESC LIMIT 1", [laptop], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
        })
    }

    /// Enters what a pack brings. What contradicts waits as a proposal to be answered. All of it or nothing.
    pub fn import_pack(
        &mut self,
        head: &PackHead<Anchor>,
        plain: &[SealedDecision],
        contradictions: &[Contradiction],
        author: &str,
        at: &str,
    ) -> Result<Imported, StoreError> {
        let done = self.write(|tx| {
            let mut done = Imported::default();
            let mut entered: Vec<(i64, String)> = Vec::new();
            for sealed in plain {
                if sealed.text("answer") == "undo" && is_taken_back(tx, sealed.text("undoes"))? {
                    continue;
                }
                let Some(id) = insert_sealed(tx, sealed, Some(&head.body))? else { return Ok(None) };
                entered.push((id.0, sealed.digest.clone()));
                done.entered += 1;
            }
            for (sealed, local, why) in contradictions {
                enter_one(tx, sealed, ProposalKind::Contradiction, why, Some(*local))?;
                done.contradictions += 1;
            }
            tx.execute(
                "INSERT OR IGNORE INTO pack (pack_id, laptop, made_by, made_at, number, imported_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![head.body, head.laptop, head.made_by, head.made_at, head.number, at],
            )?;
            let detail = format!(
                "pack {} of {} by {}: {} entered, {} contradictions; the log there had {} rows, {}",
                head.number, head.made_at, head.made_by, done.entered, done.contradictions, head.anchor.head.count, head.anchor.head.hash
            );
            let detail = match (entered.first(), entered.last()) {
                (Some((first, _)), Some((last, _))) => {
                    let digests: Vec<String> = entered.iter().map(|(_, digest)| digest.clone()).collect();
                    format!("{detail}; {}", sealed_words(*first, *last, &digests))
                }
                _ => detail,
            };
            append(tx, at, author, Deed::PackImport, "pack", &detail)?;
            Ok(Some(done))
        })?;
        done.ok_or_else(|| {
            StoreError::Refused(
                "the pack holds something that this Karat has no place for: it comes from a newer one. Nothing was imported.".to_owned(),
            )
        })
    }
}

/// Was the entry of this uid taken back here already?
pub(super) fn is_taken_back(conn: &rusqlite::Connection, uid: &str) -> rusqlite::Result<bool> {
    conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM decision d JOIN decision_seal s ON s.decision_id = d.undoes WHERE s.uid = ?1)",
        [uid],
        |row| row.get(0),
    )
}
