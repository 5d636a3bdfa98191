//! A person's values out of control.db. Flow: before -> scrub -> what changed is named in the audit row -> pages written anew.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, params};

use crate::base::DecisionId;
use crate::store::StoreError;
use crate::store::erasure::{Matcher, Person, Suppression, rewrite, scrub};
use crate::store::silver::has_table;

use super::audit::{Deed, append};
use super::audit_verify::{emptied_words, entry_digest};
use super::seal::read_sealed;
use super::{Control, audit_search};

const SALT: &str = "erase.salt";

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
            empty_what_was_seen(tx, person)?;
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

/// Values that were kept beside decisions about the person's records, single words and all.
fn empty_what_was_seen(tx: &rusqlite::Transaction<'_>, person: &Person) -> rusqlite::Result<()> {
    for key in &person.records {
        let id = person.pseudonyms.get(&key.source_customer_id.to_lowercase()).unwrap_or(&key.source_customer_id);
        let key = params![key.source_system, id];
        if has_table(tx, "main", "decision_seen")? {
            tx.execute("UPDATE decision_seen SET field_values = '{}' WHERE source_system = ?1 AND source_customer_id = ?2", key)?;
        }
        if has_table(tx, "main", "golden_deed")? {
            tx.execute(
                "UPDATE golden_deed SET value = NULL WHERE decision_id IN (SELECT decision_id FROM decision_member WHERE source_system = ?1 AND source_customer_id = ?2)",
                key,
            )?;
        }
    }
    Ok(())
}
