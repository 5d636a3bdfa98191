//! A person's values out of control.db. Flow: before -> scrub -> what changed is named in the audit row -> pages written anew.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, params};

use crate::base::{DecisionId, ItemId, RecordKey};
use crate::store::StoreError;
use crate::store::erasure::{ERASED, Matcher, Person, Suppression, rewrite, scrub, without_triggers};
use crate::store::silver::has_table;

use super::audit::{Deed, append};
use super::audit_verify::{emptied_words, entry_digest};
use super::proposals::{all_proposals, settle};
use super::seal::read_sealed;
use super::{Control, audit_search};

const SALT: &str = "erase.salt";

/// Decisions about a record.
const NAMED: &str = "(SELECT decision_id FROM decision_member WHERE source_system = ?1 AND source_customer_id = ?2)";

impl Control {
    /// Identifiers that are to come in empty.
    pub fn suppression(&self) -> Result<Suppression, StoreError> {
        self.read(|conn| {
            if !has_table(conn, "main", "erased_key")? {
                return Ok(Suppression::default());
            }
            let salt: Option<String> = conn.query_row("SELECT value FROM setting WHERE name = ?1", [SALT], |row| row.get(0)).optional()?;
            let mut rows = conn.prepare("SELECT hash, pseudonym FROM erased_key")?;
            let keys = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
            Ok(Suppression { salt: salt.unwrap_or_default(), keys })
        })
    }

    /// The salt under which identifiers are remembered; made when it is first needed.
    pub fn erase_salt(&mut self) -> Result<String, StoreError> {
        self.write(|tx| {
            tx.execute("INSERT OR IGNORE INTO setting (name, value) VALUES (?1, lower(hex(randomblob(16))))", [SALT])?;
            tx.query_row("SELECT value FROM setting WHERE name = ?1", [SALT], |row| row.get(0))
        })
    }

    /// Destroys the values in every table, remembers the identifiers hashed, and notes the deed with what it emptied: all of it or nothing.
    pub fn erase(&mut self, person: &Person, matcher: &Matcher, author: &str, at: &str, detail: &str) -> Result<(), StoreError> {
        let salt = self.erase_salt()?;
        let known = Suppression { salt, keys: BTreeMap::new() };
        self.write(|tx| {
            let before = (decision_digests(tx)?, audit_digests(tx)?);
            scrub(tx, person, matcher, &BTreeSet::new())?;
            without_triggers(tx, || empty_what_was_said(tx, person, author, at))?;
            let changed: Vec<i64> =
                decision_digests(tx)?.into_iter().filter(|(id, digest)| before.0.get(id) != Some(digest)).map(|(id, _)| id).collect();
            let mut decisions = Vec::with_capacity(changed.len());
            for id in changed {
                tx.execute("UPDATE decision_seal SET salt = '' WHERE decision_id = ?1", [id])?;
                decisions.push((id, read_sealed(tx, DecisionId(id))?.digest()));
            }
            let audit: Vec<(i64, String)> =
                audit_digests(tx)?.into_iter().filter(|(id, digest)| before.1.get(id) != Some(digest)).collect();
            for identifier in &person.identifiers {
                tx.execute(
                    "INSERT OR REPLACE INTO erased_key (hash, pseudonym) VALUES (?1, ?2)",
                    params![known.hash_of(identifier), person.pseudonyms.get(identifier)],
                )?;
            }
            let subject = person.customer.map_or_else(|| "a person".to_owned(), |key| key.to_string());
            append(tx, at, author, Deed::Erase, &subject, &format!("{detail}; {}", emptied_words(&audit, &decisions)))
        })?;
        rewrite(&self.conn).map_err(|source| StoreError::at(&self.path, source))
    }
}

fn decision_digests(tx: &rusqlite::Transaction<'_>) -> rusqlite::Result<BTreeMap<i64, String>> {
    let mut rows = tx.prepare("SELECT decision_id FROM decision_seal")?;
    let ids: Vec<i64> = rows.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    ids.into_iter().map(|id| Ok((id, read_sealed(tx, DecisionId(id))?.digest()))).collect()
}

fn audit_digests(tx: &rusqlite::Transaction<'_>) -> rusqlite::Result<BTreeMap<i64, String>> {
    Ok(audit_search::all(tx)?.iter().map(|entry| (entry.id, entry_digest(entry))).collect())
}

/// What people wrote about the person, and values that were kept beside decisions about their records, single words and all.
fn empty_what_was_said(tx: &rusqlite::Transaction<'_>, person: &Person, author: &str, at: &str) -> rusqlite::Result<()> {
    let mut items: BTreeSet<ItemId> = person.items.clone();
    for key in &person.records {
        let id = person.pseudonyms.get(&key.source_customer_id.to_lowercase()).unwrap_or(&key.source_customer_id);
        let key = params![key.source_system, id];
        tx.execute("UPDATE decision_seen SET field_values = '{}' WHERE source_system = ?1 AND source_customer_id = ?2", key)?;
        tx.execute(&format!("UPDATE golden_deed SET value = NULL WHERE decision_id IN {NAMED}"), key)?;
        tx.execute(
            &format!("UPDATE decision SET summary = '{ERASED}', reason = NULL WHERE decision_id IN {NAMED} OR undoes IN {NAMED}"),
            key,
        )?;
        let mut rows = tx.prepare_cached(&format!("SELECT item_id FROM decision WHERE decision_id IN {NAMED}"))?;
        for item in rows.query_map(key, |row| row.get(0).map(ItemId))? {
            items.insert(item?);
        }
    }
    for item in &items {
        tx.execute("UPDATE item_event SET text = NULL WHERE item_id = ?1", [&item.0])?;
    }
    empty_proposals(tx, person, author, at)
}

/// Proposals about the person's records. One that is open can be approved no more: what its author signed is gone.
fn empty_proposals(tx: &rusqlite::Transaction<'_>, person: &Person, author: &str, at: &str) -> rusqlite::Result<()> {
    let is_theirs = |key: &RecordKey| {
        let is_own = |own: &RecordKey| {
            let id = person.pseudonyms.get(&own.source_customer_id.to_lowercase()).unwrap_or(&own.source_customer_id);
            own.source_system == key.source_system && *id == key.source_customer_id
        };
        person.records.iter().any(is_own)
    };
    for proposal in all_proposals(tx)? {
        let mut body = proposal.body;
        if !body.groups().iter().flatten().any(is_theirs) {
            continue;
        }
        body.row.insert("summary".to_owned(), ERASED.into());
        body.row.remove("reason");
        for seen in body.parts.get_mut("decision_seen").into_iter().flatten() {
            seen.insert("field_values".to_owned(), "{}".into());
        }
        for word in body.parts.get_mut("golden_deed").into_iter().flatten() {
            word.remove("value");
        }
        body.salt.clear();
        let text = serde_json::to_string(&body).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        tx.execute("UPDATE proposal SET body = ?2 WHERE proposal_id = ?1", params![proposal.id, text])?;
        if proposal.state == "open" {
            settle(tx, proposal.id, "returned", author, at, Some("a person was erased"))?;
        }
    }
    empty_notes(tx, person)
}

/// A note between shifts names nobody by key: one that says any of the person's names goes.
fn empty_notes(tx: &rusqlite::Transaction<'_>, person: &Person) -> rusqlite::Result<()> {
    let notes: Vec<(i64, String)> = tx
        .prepare("SELECT rowid, text FROM hand_over")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let names = |text: &str| text.split(|c: char| !c.is_alphabetic()).any(|word| person.name_words.contains(&word.to_lowercase()));
    for (id, text) in notes {
        if text.contains(ERASED) || names(&text) {
            tx.execute("UPDATE hand_over SET text = ?2 WHERE rowid = ?1", params![id, ERASED])?;
        }
    }
    Ok(())
}
