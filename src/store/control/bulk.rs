//! Groups of items that are approved in one go, and the samples that prove them.

use rusqlite::params;
use rustc_hash::FxHashMap;

use crate::base::{DecisionId, ItemId};
use crate::stewardship::Answer;
use crate::store::StoreError;

use super::Control;

/// A group with its sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Bulk {
    /// 0 before it is written.
    pub id: i64,
    pub pattern: String,
    pub answer: Answer,
    pub author: String,
    pub at: String,
    pub most_wrong: f64,
    pub confidence: f64,
    pub approved_by: Option<DecisionId>,
    /// In the order in which they are answered.
    pub sample: Vec<ItemId>,
    pub rest: Vec<ItemId>,
}

impl Control {
    pub fn deal_bulk(&mut self, bulk: &Bulk) -> Result<i64, StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO bulk (pattern, answer, author, at, most_wrong, confidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![bulk.pattern, bulk.answer.name(), bulk.author, bulk.at, bulk.most_wrong, bulk.confidence],
            )?;
            let id = tx.last_insert_rowid();
            let mut insert = tx.prepare("INSERT INTO bulk_item (bulk_id, item_id, place) VALUES (?1, ?2, ?3)")?;
            for (place, item) in (1_i64..).zip(&bulk.sample) {
                insert.execute(params![id, item.0, place])?;
            }
            for item in &bulk.rest {
                insert.execute(params![id, item.0, None::<i64>])?;
            }
            Ok(id)
        })
    }

    /// All groups ever dealt, oldest first.
    pub fn bulks(&self) -> Result<Vec<Bulk>, StoreError> {
        self.read(|conn| {
            let mut items: FxHashMap<i64, (Vec<ItemId>, Vec<ItemId>)> = FxHashMap::default();
            let mut rows = conn.prepare("SELECT bulk_id, item_id, place FROM bulk_item ORDER BY bulk_id, place, item_id")?;
            let mut found = rows.query([])?;
            while let Some(row) = found.next()? {
                let (sample, rest) = items.entry(row.get(0)?).or_default();
                let of = if row.get::<_, Option<i64>>(2)?.is_some() { sample } else { rest };
                of.push(ItemId(row.get(1)?));
            }
            let mut rows = conn
                .prepare("SELECT bulk_id, pattern, answer, author, at, most_wrong, confidence, approved_by FROM bulk ORDER BY bulk_id")?;
            let found = rows.query_map([], |row| {
                let id: i64 = row.get(0)?;
                let (sample, rest) = items.remove(&id).unwrap_or_default();
                Ok(Bulk {
                    id,
                    pattern: row.get(1)?,
                    // The table's CHECK lets nothing else in.
                    answer: Answer::from_name(&row.get::<_, String>(2)?).unwrap_or(Answer::Unsure),
                    author: row.get(3)?,
                    at: row.get(4)?,
                    most_wrong: row.get(5)?,
                    confidence: row.get(6)?,
                    approved_by: row.get::<_, Option<i64>>(7)?.map(DecisionId),
                    sample,
                    rest,
                })
            })?;
            found.collect()
        })
    }

    /// Notes the batch that a group ended in.
    pub fn bulk_approved(&mut self, bulk: i64, first: DecisionId) -> Result<(), StoreError> {
        self.write(|tx| tx.execute("UPDATE bulk SET approved_by = ?2 WHERE bulk_id = ?1", params![bulk, first.0]).map(drop))
    }
}
