//! What happens to items besides answers: assignments, comments, deferrals, hand-over notes, and when a question was first asked.

use rusqlite::{Row, params};
use rustc_hash::FxHashMap;

use crate::base::{ItemId, RunId};
use crate::stewardship::event::{ItemDeed, ItemEvent};
use crate::store::StoreError;

use super::Control;
use super::audit::{Deed, append};

/// What one shift tells the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    pub author: String,
    pub at: String,
    /// None: whoever comes.
    pub recipient: Option<String>,
    pub text: String,
}

/// When a question was asked for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstAsked {
    pub run: RunId,
    pub at: String,
}

impl Control {
    /// Appends one event per item, all or none, and one line to the audit log.
    pub fn mark_items(&mut self, items: &[ItemId], deed: &ItemDeed, author: &str, at: &str) -> Result<(), StoreError> {
        let (text, assignee, until) = match deed {
            ItemDeed::Assign(to) => (None, to.as_ref(), None),
            ItemDeed::Comment(text) => (Some(text), None, None),
            ItemDeed::Defer { until, reason } => (reason.as_ref(), None, until.as_ref()),
            ItemDeed::Reopen => (None, None, None),
        };
        self.write(|tx| {
            let mut insert = tx.prepare_cached(
                "INSERT INTO item_event (item_id, kind, author, at, text, assignee, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for item in items {
                insert.execute(params![item.0, deed.name(), author, at, text, assignee, until])?;
            }
            let subject = match items {
                [one] => format!("item {one}"),
                many => format!("{} items", many.len()),
            };
            append(tx, at, author, Deed::Item, &subject, deed.name())
        })
    }

    /// All events, oldest first.
    pub fn item_events(&self) -> Result<Vec<ItemEvent>, StoreError> {
        self.read(|conn| {
            let mut rows =
                conn.prepare_cached("SELECT event_id, item_id, kind, author, at, text, assignee, until FROM item_event ORDER BY 1")?;
            let found = rows.query_map([], event_of)?;
            found.collect()
        })
    }

    pub fn hand_over(&mut self, note: &HandOver) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO hand_over (author, at, recipient, text) VALUES (?1, ?2, ?3, ?4)",
                params![note.author, note.at, note.recipient, note.text],
            )
            .map(drop)
        })
    }

    /// Notes for one person and for everybody, newest first.
    pub fn hand_overs(&self, to: &str, limit: u32) -> Result<Vec<HandOver>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare(
                "SELECT author, at, recipient, text FROM hand_over WHERE recipient IS NULL OR recipient = ?1 ORDER BY note_id DESC LIMIT ?2",
            )?;
            let found = rows.query_map(params![to, limit], |row| {
                Ok(HandOver { author: row.get(0)?, at: row.get(1)?, recipient: row.get(2)?, text: row.get(3)? })
            })?;
            found.collect()
        })
    }

    /// Notes which run asked these items first; those that were asked before stay as they are.
    pub fn note_asked<'a>(&mut self, items: impl Iterator<Item = &'a ItemId>, run: RunId, at: &str) -> Result<(), StoreError> {
        self.write(|tx| {
            let mut insert = tx.prepare("INSERT OR IGNORE INTO item_seen (item_id, first_run, first_at) VALUES (?1, ?2, ?3)")?;
            for item in items {
                insert.execute(params![item.0, run.0, at])?;
            }
            Ok(())
        })
    }

    pub fn first_asked(&self) -> Result<FxHashMap<ItemId, FirstAsked>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare("SELECT item_id, first_run, first_at FROM item_seen")?;
            let found = rows.query_map([], |row| Ok((ItemId(row.get(0)?), FirstAsked { run: RunId(row.get(1)?), at: row.get(2)? })))?;
            found.collect()
        })
    }
}

fn event_of(row: &Row<'_>) -> rusqlite::Result<ItemEvent> {
    let kind: String = row.get(2)?;
    let text: Option<String> = row.get(5)?;
    let deed = match kind.as_str() {
        "assign" => ItemDeed::Assign(row.get(6)?),
        "comment" => ItemDeed::Comment(text.unwrap_or_default()),
        "defer" => ItemDeed::Defer { until: row.get(7)?, reason: text },
        _ => ItemDeed::Reopen,
    };
    Ok(ItemEvent { id: row.get(0)?, item: ItemId(row.get(1)?), deed, author: row.get(3)?, at: row.get(4)? })
}
