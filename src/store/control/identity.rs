//! The identity registry and the pinned model.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Transaction, params};

use crate::base::{CustomerKey, RecordKey, RunId};
use crate::stewardship::Identity;
use crate::stewardship::resolve::FIRST_KEY;
use crate::store::StoreError;

use super::Control;

/// The matching model as JSON, and what it was trained on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedModel {
    pub records: u64,
    /// Source systems, sorted, comma between.
    pub sources: String,
    pub json: String,
}

impl Control {
    pub fn identity(&self) -> Result<Identity, StoreError> {
        self.read(|conn| {
            let mut identity = Identity::default();
            let mut rows = conn.prepare("SELECT source_system, source_customer_id, customer_key FROM customer_identity")?;
            let mut found = rows.query([])?;
            while let Some(row) = found.next()? {
                identity.key_of.insert(RecordKey::new(row.get::<_, String>(0)?, row.get::<_, String>(1)?), key_of(row.get(2)?));
            }
            let mut rows = conn.prepare("SELECT customer_key, retired_into FROM customer_key WHERE retired_into IS NOT NULL")?;
            let retired: rusqlite::Result<BTreeMap<CustomerKey, CustomerKey>> =
                rows.query_map([], |row| Ok((key_of(row.get(0)?), key_of(row.get(1)?))))?.collect();
            identity.retired = retired?;
            let mut rows = conn.prepare("SELECT customer_key, source_system, source_customer_id FROM retired_member")?;
            let mut found = rows.query([])?;
            while let Some(row) = found.next()? {
                let held = identity.retired_members.entry(key_of(row.get(0)?)).or_default();
                held.insert(RecordKey::new(row.get::<_, String>(1)?, row.get::<_, String>(2)?));
            }
            let last: Option<i64> = conn.query_row("SELECT max(customer_key) FROM customer_key", [], |row| row.get(0))?;
            identity.next = last.map_or(FIRST_KEY, |key| u64::try_from(key).unwrap_or_default() + 1);
            Ok(identity)
        })
    }

    /// A customer of this key is or was known.
    pub fn is_customer(&self, key: CustomerKey) -> Result<bool, StoreError> {
        self.read(|conn| {
            conn.query_row("SELECT EXISTS (SELECT 1 FROM customer_key WHERE customer_key = ?1)", [number_of(key)], |row| row.get(0))
        })
    }

    /// The living key that a retired one leads to.
    pub fn retired_into(&self, key: CustomerKey) -> Result<Option<CustomerKey>, StoreError> {
        self.read(|conn| {
            conn.query_row("SELECT retired_into FROM customer_key WHERE customer_key = ?1", [number_of(key)], |row| {
                row.get::<_, Option<i64>>(0)
            })
            .optional()
            .map(|found| found.flatten().map(key_of))
        })
    }

    /// Stores what a run found, all in one transaction: nothing of a run that is cut short can be seen.
    pub fn settle(&mut self, run: RunId, before: &Identity, after: &Identity, model: Option<&PinnedModel>) -> Result<(), StoreError> {
        self.write(|tx| {
            write_changes(tx, run, before, after)?;
            if let Some(model) = model {
                tx.execute(
                    "INSERT INTO model (run_id, records, sources, model) VALUES (?1, ?2, ?3, ?4)",
                    params![run.0, i64::try_from(model.records).unwrap_or(i64::MAX), model.sources, model.json],
                )?;
            }
            Ok(())
        })
    }

    /// The newest model.
    pub fn pinned_model(&self) -> Result<Option<PinnedModel>, StoreError> {
        self.read(|conn| {
            conn.query_row("SELECT records, sources, model FROM model ORDER BY model_id DESC LIMIT 1", [], |row| {
                Ok(PinnedModel {
                    records: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
                    sources: row.get(1)?,
                    json: row.get(2)?,
                })
            })
            .optional()
        })
    }
}

fn key_of(number: i64) -> CustomerKey {
    CustomerKey(u64::try_from(number).unwrap_or_default())
}

fn number_of(key: CustomerKey) -> i64 {
    i64::try_from(key.0).unwrap_or(i64::MAX)
}

fn write_changes(tx: &Transaction<'_>, run: RunId, before: &Identity, after: &Identity) -> rusqlite::Result<()> {
    let mut record =
        tx.prepare("INSERT OR REPLACE INTO customer_identity (source_system, source_customer_id, customer_key) VALUES (?1, ?2, ?3)")?;
    for (key, customer) in &after.key_of {
        if before.key_of.get(key) != Some(customer) {
            record.execute(params![key.source_system, key.source_customer_id, number_of(*customer)])?;
        }
    }
    let mut born = tx.prepare("INSERT OR IGNORE INTO customer_key (customer_key, born_run) VALUES (?1, ?2)")?;
    for number in before.next.max(FIRST_KEY)..after.next {
        born.execute(params![number_of(CustomerKey(number)), run.0])?;
    }
    let mut retire = tx.prepare("UPDATE customer_key SET retired_into = ?2, retired_run = ?3 WHERE customer_key = ?1")?;
    for (old, target) in &after.retired {
        if before.retired.get(old) != Some(target) {
            retire.execute(params![number_of(*old), number_of(*target), run.0])?;
        }
    }
    let mut revive = tx.prepare("UPDATE customer_key SET retired_into = NULL, retired_run = NULL WHERE customer_key = ?1")?;
    for old in before.retired.keys().filter(|old| !after.retired.contains_key(old)) {
        revive.execute([number_of(*old)])?;
    }
    write_retired_members(tx, before, after)
}

fn write_retired_members(tx: &Transaction<'_>, before: &Identity, after: &Identity) -> rusqlite::Result<()> {
    let mut forget = tx.prepare("DELETE FROM retired_member WHERE customer_key = ?1")?;
    for old in before.retired_members.keys().filter(|old| before.retired_members.get(old) != after.retired_members.get(old)) {
        forget.execute([number_of(*old)])?;
    }
    let mut insert = tx.prepare("INSERT INTO retired_member (customer_key, source_system, source_customer_id) VALUES (?1, ?2, ?3)")?;
    for (old, records) in after.retired_members.iter().filter(|(old, records)| before.retired_members.get(old) != Some(records)) {
        for record in records {
            insert.execute(params![number_of(*old), record.source_system, record.source_customer_id])?;
        }
    }
    Ok(())
}
