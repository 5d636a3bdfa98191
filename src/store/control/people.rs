//! Who is enrolled. Flow: name, role and public key -> person row + audit row; keys that are open sign for their people.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use crate::stewardship::policy::Role;
use crate::stewardship::signature::Signer;
use crate::store::StoreError;
use crate::store::silver::has_table;

use super::Control;
use super::audit::{Deed, append};
use super::seal::workspace_id;

/// One enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    pub name: String,
    pub role: Role,
    /// 64 hexadecimal digits.
    pub public_key: String,
    pub enrolled_at: String,
    pub retired_at: Option<String>,
    /// Audit rows of enrolment and retirement: what lies between them in this name is signed.
    #[serde(skip)]
    pub enrolled_in: i64,
    #[serde(skip)]
    pub retired_in: Option<i64>,
}

impl Person {
    /// Did this enrolment hold when an audit row was written?
    pub fn held_at(&self, audit: i64) -> bool {
        audit >= self.enrolled_in && self.retired_in.is_none_or(|retired| audit < retired)
    }
}

/// "steward, key 9f…": what the audit row of an enrolment says, so that the chain covers the key.
pub(super) fn enrolment_words(role: Role, public_key: &str) -> String {
    format!("{}, key {public_key}", role.name())
}

impl Control {
    /// Everybody who was ever enrolled, in the order of enrolment.
    pub fn people(&self) -> Result<Vec<Person>, StoreError> {
        self.read(|conn| {
            // A reader meets files that a newer program has not opened for writing yet.
            if !has_table(conn, "main", "person")? {
                return Ok(Vec::new());
            }
            let mut rows = conn.prepare(
                "SELECT name, role, public_key, enrolled_at, retired_at, enrolled_in, retired_in FROM person ORDER BY person_id",
            )?;
            let found = rows.query_map([], person_of)?;
            found.collect()
        })
    }

    /// Those who are enrolled now.
    pub fn active_people(&self) -> Result<Vec<Person>, StoreError> {
        Ok(self.people()?.into_iter().filter(|person| person.retired_at.is_none()).collect())
    }

    /// Enrols a person under a key; a name that is enrolled already gets the new role and key, the old enrolment is retired.
    pub fn enrol(&mut self, name: &str, role: Role, public_key: &str, author: &str, at: &str) -> Result<(), StoreError> {
        let known = self.people()?;
        if let Some(other) = known.iter().find(|person| person.public_key == public_key && person.name != name) {
            return Err(StoreError::Refused(format!("this key is {}'s. Everybody needs a key of their own.", other.name)));
        }
        if known.iter().any(|person| person.public_key == public_key && (person.retired_at.is_some() || person.role == role)) {
            return Err(StoreError::Refused(format!(
                "{name} is or was enrolled with this key. A retired key is not taken again: make a new one with 'karat person key {name}'."
            )));
        }
        self.write(|tx| {
            append(tx, at, author, Deed::Person, &format!("person {name}"), &enrolment_words(role, public_key))?;
            let audit = tx.query_row("SELECT max(audit_id) FROM audit", [], |row| row.get::<_, i64>(0))?;
            let same_key = tx.execute(
                "UPDATE person SET role = ?3 WHERE name = ?1 AND public_key = ?2 AND retired_at IS NULL",
                params![name, public_key, role.name()],
            )?;
            if same_key == 0 {
                tx.execute(
                    "UPDATE person SET retired_at = ?2, retired_in = ?3 WHERE name = ?1 AND retired_at IS NULL",
                    params![name, at, audit],
                )?;
                tx.execute(
                    "INSERT INTO person (name, role, public_key, enrolled_at, enrolled_in) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![name, role.name(), public_key, at, audit],
                )?;
            }
            Ok(())
        })
    }

    /// Ends an enrolment. What it signed stays proved.
    pub fn retire(&mut self, name: &str, author: &str, at: &str) -> Result<(), StoreError> {
        if name == author {
            return Err(StoreError::Refused("nobody retires themselves: another approver or engineer has to.".to_owned()));
        }
        if !self.active_people()?.iter().any(|person| person.name == name) {
            return Err(StoreError::Refused(format!("nobody called {name} is enrolled. 'karat person list' names who is.")));
        }
        self.write(|tx| {
            append(tx, at, author, Deed::Person, &format!("person {name}"), "retired")?;
            tx.execute(
                "UPDATE person SET retired_at = ?2, retired_in = (SELECT max(audit_id) FROM audit) WHERE name = ?1 AND retired_at IS NULL",
                params![name, at],
            )
            .map(drop)
        })
    }

    /// Lets a key sign for its person from now on.
    pub fn open_key(&mut self, name: &str, signer: Signer) {
        self.signers.insert(name.to_owned(), signer);
    }

    pub fn close_keys(&mut self) {
        self.signers.clear();
    }

    /// Lets the keys that are open here sign for another control.db.
    pub fn hand_keys_to(&mut self, other: &mut Self) {
        other.signers.append(&mut self.signers);
    }

    /// Is this person's key open, and is it the one they are enrolled with?
    pub fn is_signed_in(&self, name: &str) -> Result<bool, StoreError> {
        let enrolled = self.read(|conn| active_key(conn, name))?;
        Ok(enrolled.zip(self.signers.get(name)).is_some_and(|(enrolled, signer)| enrolled == signer.public_key()))
    }

    /// The signature of an enrolled person over a statement, with their public key; None where the name is not enrolled.
    pub fn sign(&self, name: &str, statement: &str) -> Result<Option<(String, String)>, StoreError> {
        let signer = super::seal::signer_of(&self.conn, &self.signers, name)?;
        Ok(signer.map(|signer| (signer.public_key(), signer.sign(statement))))
    }

    /// The workspace's identity: the same in every copy of it.
    pub fn workspace_id(&self) -> Result<String, StoreError> {
        self.read(workspace_id)
    }
}

pub(super) fn active_key(conn: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached("SELECT public_key FROM person WHERE name = ?1 AND retired_at IS NULL")?
        .query_row([name], |row| row.get(0))
        .optional()
}

pub(super) fn has_active_people(conn: &Connection) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM person WHERE retired_at IS NULL)")?.query_row([], |row| row.get(0))
}

fn person_of(row: &Row<'_>) -> rusqlite::Result<Person> {
    let role: String = row.get(1)?;
    Ok(Person {
        name: row.get(0)?,
        // The table's CHECK lets nothing else in; an analyst may do the least.
        role: Role::from_name(&role).unwrap_or(Role::Analyst),
        public_key: row.get(2)?,
        enrolled_at: row.get(3)?,
        retired_at: row.get(4)?,
        enrolled_in: row.get(5)?,
        retired_in: row.get(6)?,
    })
}
