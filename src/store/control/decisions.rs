//! The decision log.

use rusqlite::{Row, Transaction, params};
use rustc_hash::FxHashMap;

use crate::base::{DecisionId, ItemId, RecordKey};
use crate::stewardship::{Answer, Decision};
use crate::store::StoreError;

use super::Control;
use super::audit::{Deed, append};

/// A decision on its way into the log.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDecision {
    pub item: ItemId,
    pub answer: Answer,
    pub groups: Vec<Vec<RecordKey>>,
    pub author: String,
    pub decided_at: String,
    pub reason: Option<String>,
    pub fingerprint: i64,
    pub summary: String,
}

impl Control {
    /// Appends a decision and its audit entry. When this returns, it is on the disk.
    pub fn decide(&mut self, new: &NewDecision) -> Result<DecisionId, StoreError> {
        self.write(|tx| {
            let id = insert(tx, new)?;
            append(
                tx,
                &new.decided_at,
                &new.author,
                Deed::Decide,
                &format!("decision {id}"),
                // No names: what is in the audit log stays there when a person is erased.
                &format!("{}: item {}", new.answer.name(), new.item),
            )?;
            Ok(id)
        })
    }

    /// Takes a decision back by an entry of its own. An undo cannot be undone, and nothing can be undone twice.
    pub fn undo(&mut self, decision: DecisionId, author: &str, at: &str) -> Result<DecisionId, StoreError> {
        let Some(target) = self.decisions()?.into_iter().find(|known| known.id == decision) else {
            return Err(StoreError::Refused(format!("there is no decision {decision}. 'karat decision list' names them.")));
        };
        if let Some(by) = target.undone_by {
            return Err(StoreError::Refused(format!("decision {decision} was taken back already, by entry {by}.")));
        }
        self.write(|tx| {
            tx.execute(
                "INSERT INTO decision (item_id, answer, undoes, author, decided_at, fingerprint, summary) VALUES (?1, 'undo', ?2, ?3, ?4, 0, ?5)",
                params![target.item.0, decision.0, author, at, format!("took back: {}", target.summary)],
            )?;
            let id = DecisionId(tx.last_insert_rowid());
            append(tx, at, author, Deed::Undo, &format!("decision {decision}"), &format!("item {}", target.item))?;
            Ok(id)
        })
    }

    /// Every decision ever made, oldest first; entries of undo show as `undone_by` of what they took back.
    pub fn decisions(&self) -> Result<Vec<Decision>, StoreError> {
        self.read(|conn| {
            let mut groups: FxHashMap<i64, Vec<Vec<RecordKey>>> = FxHashMap::default();
            let mut members = conn.prepare("SELECT decision_id, group_no, source_system, source_customer_id FROM decision_member")?;
            let mut rows = members.query([])?;
            while let Some(row) = rows.next()? {
                let held = groups.entry(row.get(0)?).or_default();
                let group: usize = usize::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
                held.resize_with(held.len().max(group + 1), Vec::new);
                held[group].push(RecordKey::new(row.get::<_, String>(2)?, row.get::<_, String>(3)?));
            }
            let mut log = conn.prepare(
                "SELECT d.decision_id, d.item_id, d.answer, d.author, d.decided_at, d.reason, d.fingerprint, d.summary, u.decision_id
                 FROM decision d LEFT JOIN decision u ON u.undoes = d.decision_id WHERE d.answer <> 'undo' ORDER BY d.decision_id",
            )?;
            let found = log.query_map([], |row| decision_of(row, &mut groups))?;
            found.collect()
        })
    }

    /// The newest entry of the log, undos counted; 0 before the first.
    pub fn decision_number(&self) -> Result<i64, StoreError> {
        self.read(|conn| conn.query_row("SELECT coalesce(max(decision_id), 0) FROM decision", [], |row| row.get(0)))
    }

    /// Entries after number `n`.
    pub fn decisions_after(&self, n: i64) -> Result<u64, StoreError> {
        self.read(|conn| conn.query_row("SELECT count(*) FROM decision WHERE decision_id > ?1", [n], |row| row.get::<_, i64>(0)))
            .map(|count| u64::try_from(count).unwrap_or_default())
    }
}

fn insert(tx: &Transaction<'_>, new: &NewDecision) -> rusqlite::Result<DecisionId> {
    tx.execute(
        "INSERT INTO decision (item_id, answer, author, decided_at, reason, fingerprint, summary) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![new.item.0, new.answer.name(), new.author, new.decided_at, new.reason, new.fingerprint, new.summary],
    )?;
    let id = tx.last_insert_rowid();
    let mut insert = tx
        .prepare_cached("INSERT INTO decision_member (decision_id, group_no, source_system, source_customer_id) VALUES (?1, ?2, ?3, ?4)")?;
    for (group_no, group) in new.groups.iter().enumerate() {
        for key in group {
            insert.execute(params![id, i64::try_from(group_no).unwrap_or_default(), key.source_system, key.source_customer_id])?;
        }
    }
    Ok(DecisionId(id))
}

fn decision_of(row: &Row<'_>, groups: &mut FxHashMap<i64, Vec<Vec<RecordKey>>>) -> rusqlite::Result<Decision> {
    let id: i64 = row.get(0)?;
    let answer: String = row.get(2)?;
    Ok(Decision {
        id: DecisionId(id),
        item: ItemId(row.get(1)?),
        // The table's CHECK lets nothing else in.
        answer: Answer::from_name(&answer).unwrap_or(Answer::Unsure),
        groups: groups.remove(&id).unwrap_or_default(),
        author: row.get(3)?,
        decided_at: row.get(4)?,
        reason: row.get(5)?,
        fingerprint: row.get(6)?,
        summary: row.get(7)?,
        undone_by: row.get::<_, Option<i64>>(8)?.map(DecisionId),
    })
}
