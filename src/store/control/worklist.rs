//! What was done about customers that may leave. Flow: entry -> the newest that stands -> the customer it is about now.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::base::CustomerKey;
use crate::store::StoreError;

use super::Control;
use super::audit::{Deed, append};

/// How far work on a customer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkStatus {
    #[default]
    Open,
    Contacted,
    InProgress,
    Done,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkOutcome {
    Stayed,
    Left,
    NoAnswer,
    NotInterested,
}

impl WorkStatus {
    pub const ALL: [Self; 4] = [Self::Open, Self::Contacted, Self::InProgress, Self::Done];

    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Contacted => "contacted",
            Self::InProgress => "in_progress",
            Self::Done => "done",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == text)
    }
}

impl WorkOutcome {
    pub const ALL: [Self; 4] = [Self::Stayed, Self::Left, Self::NoAnswer, Self::NotInterested];

    pub fn name(self) -> &'static str {
        match self {
            Self::Stayed => "stayed",
            Self::Left => "left",
            Self::NoAnswer => "no_answer",
            Self::NotInterested => "not_interested",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == text)
    }
}

/// What stands about one customer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Work {
    pub owner: Option<String>,
    pub status: WorkStatus,
    pub outcome: Option<WorkOutcome>,
    pub campaign: Option<String>,
}

/// The newest entry of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkEntry {
    pub entry: i64,
    pub at: String,
    pub author: String,
    #[serde(flatten)]
    pub work: Work,
}

impl Control {
    /// Appends what stands about a customer from now on; gives the entry's number, by which it can be taken back.
    pub fn set_work(&mut self, customer: CustomerKey, work: &Work, author: &str, at: &str) -> Result<i64, StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO worklist_entry (customer_key, at, author, owner, status, outcome, campaign) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    i64::try_from(customer.0).unwrap_or(i64::MAX),
                    at,
                    author,
                    work.owner,
                    work.status.name(),
                    work.outcome.map(WorkOutcome::name),
                    work.campaign
                ],
            )?;
            let entry = tx.last_insert_rowid();
            let detail = format!("entry {entry}: {}{}", work.status.name(), work.outcome.map_or_else(String::new, |o| format!(", {}", o.name())));
            append(tx, at, author, Deed::Worklist, &customer.to_string(), &detail)?;
            Ok(entry)
        })
    }

    /// Takes an entry back: what stood before it holds again. Gives the customer.
    pub fn undo_work(&mut self, entry: i64, author: &str, at: &str) -> Result<CustomerKey, StoreError> {
        let found: Option<(i64, Option<String>)> = self.read(|conn| {
            conn.query_row("SELECT customer_key, undone_by FROM worklist_entry WHERE entry_id = ?1", [entry], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
        })?;
        let customer = match found {
            None => {
                return Err(StoreError::Refused(format!("there is no entry {entry} of the worklist. 'karat churn worklist' shows them.")));
            }
            Some((_, Some(by))) => {
                return Err(StoreError::Refused(format!("entry {entry} of the worklist was taken back already, by {by}.")));
            }
            Some((key, None)) => CustomerKey(key.unsigned_abs()),
        };
        self.write(|tx| {
            tx.execute("UPDATE worklist_entry SET undone_by = ?2, undone_at = ?3 WHERE entry_id = ?1", params![entry, author, at])?;
            append(tx, at, author, Deed::Worklist, &customer.to_string(), &format!("entry {entry} taken back"))
        })?;
        Ok(customer)
    }

    /// The entry that holds for each customer. Those of customers that were joined since stand under the key that they have now.
    pub fn worklist(&self) -> Result<BTreeMap<CustomerKey, WorkEntry>, StoreError> {
        self.read(|conn| {
            let now = retired(conn)?;
            let mut rows = conn.prepare(
                "SELECT customer_key, entry_id, at, author, owner, status, outcome, campaign FROM worklist_entry
                 WHERE undone_by IS NULL ORDER BY entry_id",
            )?;
            let found = rows.query_map([], |row| {
                let work = Work {
                    owner: row.get(4)?,
                    status: WorkStatus::parse(&row.get::<_, String>(5)?).unwrap_or_default(),
                    outcome: row.get::<_, Option<String>>(6)?.as_deref().and_then(WorkOutcome::parse),
                    campaign: row.get(7)?,
                };
                let entry = WorkEntry { entry: row.get(1)?, at: row.get(2)?, author: row.get(3)?, work };
                Ok((CustomerKey(row.get::<_, i64>(0)?.unsigned_abs()), entry))
            })?;
            let mut newest = BTreeMap::new();
            for found in found {
                let (customer, entry) = found?;
                newest.insert(current(&now, customer), entry);
            }
            Ok(newest)
        })
    }
}

/// Keys that are no longer used, and what replaced them.
fn retired(conn: &Connection) -> rusqlite::Result<BTreeMap<CustomerKey, CustomerKey>> {
    let mut rows = conn.prepare("SELECT customer_key, retired_into FROM customer_key WHERE retired_into IS NOT NULL")?;
    let key = |row: &rusqlite::Row<'_>, at| Ok::<_, rusqlite::Error>(CustomerKey(row.get::<_, i64>(at)?.unsigned_abs()));
    rows.query_map([], |row| Ok((key(row, 0)?, key(row, 1)?)))?.collect()
}

fn current(retired: &BTreeMap<CustomerKey, CustomerKey>, mut key: CustomerKey) -> CustomerKey {
    for _ in 0..retired.len() {
        match retired.get(&key) {
            Some(next) => key = *next,
            None => break,
        }
    }
    key
}
