//! The audit deck: pairs that were dealt, and the labels that people gave them.

use rusqlite::params;

use crate::base::RecordKey;
use crate::store::StoreError;

use super::Control;
use super::audit::{Deed, append};

/// A pair on its way into the deck.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAuditPair {
    pub stratum: String,
    /// All pairs of the stratum when it was dealt.
    pub stratum_pairs: f64,
    pub match_weight: f64,
    pub joined: bool,
    pub left: RecordKey,
    pub right: RecordKey,
}

/// A pair of the deck with the newest answer about it.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditedPair {
    pub id: i64,
    /// `2026-11-20`
    pub day: String,
    pub pair: NewAuditPair,
    /// Some(None): it could not be said.
    pub answer: Option<Option<bool>>,
}

impl Control {
    pub fn deal_audit(&mut self, day: &str, pairs: &[NewAuditPair]) -> Result<(), StoreError> {
        self.write(|tx| {
            let mut insert = tx.prepare(
                "INSERT OR IGNORE INTO audit_pair (day, stratum, stratum_pairs, match_weight, joined, system_l, id_l, system_r, id_r)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?;
            for pair in pairs {
                insert.execute(params![
                    day,
                    pair.stratum,
                    pair.stratum_pairs,
                    pair.match_weight,
                    pair.joined,
                    pair.left.source_system,
                    pair.left.source_customer_id,
                    pair.right.source_system,
                    pair.right.source_customer_id
                ])?;
            }
            Ok(())
        })
    }

    /// Every pair ever dealt, oldest first.
    pub fn audit_pairs(&self) -> Result<Vec<AuditedPair>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare(
                "SELECT p.pair_id, p.day, p.stratum, p.stratum_pairs, p.match_weight, p.joined, p.system_l, p.id_l, p.system_r, p.id_r,
                   l.label_id, l.same
                 FROM audit_pair p LEFT JOIN label l ON l.label_id = (SELECT max(label_id) FROM label WHERE pair_id = p.pair_id)
                 ORDER BY p.pair_id",
            )?;
            let found = rows.query_map([], |row| {
                let pair = NewAuditPair {
                    stratum: row.get(2)?,
                    stratum_pairs: row.get(3)?,
                    match_weight: row.get(4)?,
                    joined: row.get(5)?,
                    left: RecordKey::new(row.get::<_, String>(6)?, row.get::<_, String>(7)?),
                    right: RecordKey::new(row.get::<_, String>(8)?, row.get::<_, String>(9)?),
                };
                let is_answered = row.get::<_, Option<i64>>(10)?.is_some();
                let same = row.get::<_, Option<bool>>(11)?;
                Ok(AuditedPair { id: row.get(0)?, day: row.get(1)?, pair, answer: is_answered.then_some(same) })
            })?;
            found.collect()
        })
    }

    /// Pairs of the newest day that any were dealt on: answered, and dealt. None: none was dealt.
    pub fn audit_deck(&self) -> Result<Option<(u64, u64)>, StoreError> {
        self.read(|conn| {
            let mut row = conn.prepare_cached(
                "SELECT count(*), sum(EXISTS (SELECT 1 FROM label l WHERE l.pair_id = p.pair_id)) FROM audit_pair p
                 WHERE p.day = (SELECT max(day) FROM audit_pair)",
            )?;
            let (dealt, answered) = row.query_row([], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, Option<u32>>(1)?)))?;
            Ok((dealt > 0).then(|| (u64::from(answered.unwrap_or(0)), u64::from(dealt))))
        })
    }

    /// Appends a label; the newest of a pair holds.
    pub fn label(&mut self, pair: i64, same: Option<bool>, author: &str, at: &str) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("INSERT INTO label (pair_id, same, author, at) VALUES (?1, ?2, ?3, ?4)", params![pair, same, author, at])?;
            append(tx, at, author, Deed::Label, &format!("audit pair {pair}"), "answered")
        })
    }
}
