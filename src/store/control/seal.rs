//! What proves the log. Flow: new entries of a transaction -> digest into the audit row -> signatures of their authors -> commit.
//!
//! Every transaction goes through here before it is committed: nothing enters the log in an enrolled person's name without their key.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::Value;

use crate::base::DecisionId;
use crate::base::hash::digest_of;
use crate::stewardship::signature::{Columns, MEMBERS, SealedDecision, Signer, statement};
use crate::store::StoreError;
use crate::store::open::DbError;
use crate::store::silver::has_table;

use super::audit::{Deed, append};
use super::people::{active_key, has_active_people};

/// Tables whose rows belong to a decision by its number.
const PARTS: [&str; 4] = [MEMBERS, "decision_seen", "golden_deed", "naming"];

/// Which kind of statement a signature is under.
pub const PACK: &str = "pack";
pub const DECISION: &str = "decision";
pub const AUDIT: &str = "audit";

/// Gives the decisions that have none a uid, a salt and a digest. Gives back how the audit row names them: their range and one
/// digest over all of theirs; None where there were none.
pub(super) fn seal_decisions(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let newest: Option<i64> = conn.query_row("SELECT max(decision_id) FROM decision_seal", [], |row| row.get(0))?;
    let marked = match newest {
        Some(newest) => newest,
        // Entries from before there were seals stay as they are.
        None => setting_number(conn, UNSEALED_UP_TO)?,
    };
    let mut statement = conn.prepare_cached("SELECT decision_id FROM decision WHERE decision_id > ?1 ORDER BY decision_id")?;
    let new: Vec<i64> = statement.query_map([marked], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    // Uids first: an entry may name another of the same batch.
    for id in &new {
        conn.prepare_cached("INSERT INTO decision_seal (decision_id, uid, salt, digest) VALUES (?1, lower(hex(randomblob(16))), lower(hex(randomblob(16))), '')")?
            .execute([id])?;
    }
    let mut digests = Vec::with_capacity(new.len());
    for id in &new {
        let digest = read_sealed(conn, DecisionId(*id))?.digest();
        conn.prepare_cached("UPDATE decision_seal SET digest = ?2 WHERE decision_id = ?1")?.execute(params![id, digest])?;
        digests.push(digest);
    }
    Ok(new.first().zip(new.last()).map(|(first, last)| sealed_words(*first, *last, &digests)))
}

const UNSEALED_UP_TO: &str = "seal.begins_after";

fn setting_number(conn: &Connection, name: &str) -> rusqlite::Result<i64> {
    let found: Option<String> = conn.query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0)).optional()?;
    Ok(found.and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// "sealed 12-14 3f2a…": in an audit row's detail, so that the chain covers the decisions.
pub(super) fn sealed_words(first: i64, last: i64, digests: &[String]) -> String {
    format!("sealed {first}-{last} {}", digest_of(digests.iter().map(String::as_str)))
}

/// First, last and digest of a detail that `sealed_words` wrote.
pub(super) fn sealed_range(detail: &str) -> Option<(i64, i64, &str)> {
    let rest = detail.rsplit_once("sealed ").filter(|(before, _)| before.is_empty() || before.ends_with("; "))?.1;
    let (range, digest) = rest.split_once(' ')?;
    let (first, last) = range.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?, digest))
}

/// How far the log went when a transaction began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub audit: i64,
    pub decision: i64,
}

pub(super) fn mark(conn: &Connection) -> rusqlite::Result<Mark> {
    conn.query_row(
        "SELECT (SELECT coalesce(max(audit_id), 0) FROM audit), (SELECT coalesce(max(decision_id), 0) FROM decision)",
        [],
        |row| Ok(Mark { audit: row.get(0)?, decision: row.get(1)? }),
    )
}

/// The decisions that a transaction has entered since `before`.
pub(super) fn sealed_since(conn: &Connection, before: Mark) -> rusqlite::Result<Vec<SealedDecision>> {
    let mut statement = conn.prepare_cached("SELECT decision_id FROM decision WHERE decision_id > ?1 ORDER BY decision_id")?;
    let ids: Vec<i64> = statement.query_map([before.decision], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    ids.into_iter().map(|id| read_sealed(conn, DecisionId(id))).collect()
}

/// Signs what the transaction added since `before`, or says whose key is missing.
pub(super) fn sign_new(tx: &Transaction<'_>, before: Mark, signers: &BTreeMap<String, Signer>) -> Result<(), StoreError> {
    let open: Option<(i64, String, String)> = sql(rows(
        tx,
        "SELECT d.decision_id, d.author, d.decided_at FROM decision d LEFT JOIN decision_seal s USING (decision_id)
         WHERE d.decision_id > ?1 AND s.decision_id IS NULL ORDER BY 1",
        before.decision,
    ))?
    .pop();
    if let Some((id, author, at)) = open {
        // A deed that wrote its audit row first: another row takes up the decisions.
        sql(append(tx, &at, &author, Deed::Decide, &format!("decision {id}"), ""))?;
    }
    if !sql(has_active_people(tx))? {
        return Ok(());
    }
    let workspace = sql(workspace_id(tx))?;
    let unsigned: Vec<(i64, String, String)> = sql(rows(
        tx,
        "SELECT decision_id, author, digest FROM decision_seal JOIN decision USING (decision_id)
         WHERE decision_id > ?1 AND signature IS NULL AND pack IS NULL ORDER BY decision_id",
        before.decision,
    ))?;
    for (id, author, digest) in unsigned {
        let signer = signer_of(tx, signers, &author)?.ok_or_else(|| unknown(&author))?;
        let signature = signer.sign(&statement(DECISION, &workspace, &digest));
        sql(tx.execute(
            "UPDATE decision_seal SET public_key = ?2, signature = ?3 WHERE decision_id = ?1",
            params![id, signer.public_key(), signature],
        ))?;
    }
    let entries: Vec<(i64, String, String)> =
        sql(rows(tx, "SELECT audit_id, author, hash FROM audit WHERE audit_id > ?1 ORDER BY audit_id", before.audit))?;
    for (id, author, hash) in entries {
        if let Some(signer) = signer_of(tx, signers, &author)? {
            let signature = signer.sign(&statement(AUDIT, &workspace, &hash));
            sql(tx.execute(
                "INSERT INTO audit_seal (audit_id, public_key, signature) VALUES (?1, ?2, ?3)",
                params![id, signer.public_key(), signature],
            ))?;
        }
    }
    Ok(())
}

/// The key of an enrolled author; None for a name that is not enrolled.
pub(super) fn signer_of<'a>(
    conn: &Connection,
    signers: &'a BTreeMap<String, Signer>,
    author: &str,
) -> Result<Option<&'a Signer>, StoreError> {
    let Some(enrolled) = sql(active_key(conn, author))? else { return Ok(None) };
    match signers.get(author).filter(|signer| signer.public_key() == enrolled) {
        Some(signer) => Ok(Some(signer)),
        None => Err(StoreError::Refused(format!(
            "acting as {author} needs their key, and it is not open. Set KARAT_PASSPHRASE to {author}'s passphrase, or sign in."
        ))),
    }
}

pub(super) fn unknown(author: &str) -> StoreError {
    StoreError::Refused(format!(
        "nobody called {author} is enrolled in this workspace, and it knows its people. Say --as NAME, or have {author} enrolled with 'karat person add {author}'."
    ))
}

fn rows(conn: &Connection, query: &str, after: i64) -> rusqlite::Result<Vec<(i64, String, String)>> {
    let mut statement = conn.prepare_cached(query)?;
    let found = statement.query_map([after], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    found.collect()
}

fn sql<T>(result: rusqlite::Result<T>) -> Result<T, StoreError> {
    result.map_err(|source| DbError::of(std::path::Path::new("control.db"), source).into())
}

pub(super) fn workspace_id(conn: &Connection) -> rusqlite::Result<String> {
    conn.query_row("SELECT value FROM setting WHERE name = 'workspace.id'", [], |row| row.get(0))
}

/// A decision as it stands, with its seal.
pub(super) fn read_sealed(conn: &Connection, id: DecisionId) -> rusqlite::Result<SealedDecision> {
    let mut sealed =
        conn.query_row("SELECT uid, salt, digest, public_key, signature FROM decision_seal WHERE decision_id = ?1", [id.0], |row| {
            Ok(SealedDecision {
                uid: row.get(0)?,
                salt: row.get(1)?,
                digest: row.get(2)?,
                public_key: row.get(3)?,
                signature: row.get(4)?,
                row: Columns::new(),
                parts: BTreeMap::new(),
            })
        })?;
    sealed.row = conn.query_row("SELECT * FROM decision WHERE decision_id = ?1", [id.0], columns_of)?;
    for reference in ["undoes", "batch"] {
        if let Some(other) = sealed.row.remove(reference).and_then(|value| value.as_i64()) {
            let uid: Option<String> =
                conn.query_row("SELECT uid FROM decision_seal WHERE decision_id = ?1", [other], |row| row.get(0)).optional()?;
            // An entry from before there were seals is named by its number.
            sealed.row.insert(reference.to_owned(), uid.unwrap_or_else(|| format!("number {other}")).into());
        }
    }
    for table in PARTS {
        if !has_table(conn, "main", table)? {
            continue;
        }
        let mut statement = conn.prepare_cached(&format!("SELECT * FROM {table} WHERE decision_id = ?1"))?;
        let found: Vec<Columns> = statement.query_map([id.0], columns_of)?.collect::<rusqlite::Result<_>>()?;
        if !found.is_empty() {
            sealed.parts.insert(table.to_owned(), found);
        }
    }
    Ok(sealed)
}

fn columns_of(row: &Row<'_>) -> rusqlite::Result<Columns> {
    let mut columns = Columns::new();
    for (at, name) in row.as_ref().column_names().enumerate() {
        if name == "decision_id" {
            continue;
        }
        let value = match row.get_ref(at)? {
            ValueRef::Null => continue,
            ValueRef::Integer(number) => number.into(),
            ValueRef::Real(number) => number.into(),
            ValueRef::Text(text) | ValueRef::Blob(text) => Value::String(String::from_utf8_lossy(text).into_owned()),
        };
        columns.insert(name.to_owned(), value);
    }
    Ok(columns)
}

/// Enters a decision that was made elsewhere or earlier, seal and all. None where this file has no place for something in it.
pub(super) fn insert_sealed(tx: &Transaction<'_>, sealed: &SealedDecision, pack: Option<&str>) -> rusqlite::Result<Option<DecisionId>> {
    let mut row = sealed.row.clone();
    for reference in ["undoes", "batch"] {
        if let Some(uid) = row.get(reference).and_then(Value::as_str).map(str::to_owned) {
            let other: Option<i64> =
                tx.query_row("SELECT decision_id FROM decision_seal WHERE uid = ?1", [&uid], |row| row.get(0)).optional()?;
            // The first entry of a batch names itself.
            let other = other.map_or_else(|| if uid == sealed.uid { next_id(tx).map(Some) } else { Ok(None) }, |id| Ok(Some(id)))?;
            match other {
                Some(other) => row.insert(reference.to_owned(), other.into()),
                None => return Ok(None),
            };
        }
    }
    if !insert_columns(tx, "decision", &row, None)? {
        return Ok(None);
    }
    let id = tx.last_insert_rowid();
    for (table, rows) in &sealed.parts {
        for columns in rows {
            if !PARTS.contains(&table.as_str()) || !has_table(tx, "main", table)? || !insert_columns(tx, table, columns, Some(id))? {
                return Ok(None);
            }
        }
    }
    tx.execute(
        "INSERT INTO decision_seal (decision_id, uid, salt, digest, public_key, signature, pack) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![id, sealed.uid, sealed.salt, sealed.digest, sealed.public_key, sealed.signature, pack],
    )?;
    Ok(Some(DecisionId(id)))
}

fn next_id(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'decision'), 0) + 1", [], |row| row.get(0))
}

/// False where the table has no such column: the row comes from a newer program.
fn insert_columns(tx: &Transaction<'_>, table: &str, columns: &Columns, decision: Option<i64>) -> rusqlite::Result<bool> {
    let known: Vec<String> = tx
        .prepare_cached("SELECT name FROM pragma_table_info(?1)")?
        .query_map([table], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if columns.keys().any(|name| !known.contains(name)) {
        return Ok(false);
    }
    let mut names: Vec<&str> = columns.keys().map(String::as_str).collect();
    let mut values: Vec<rusqlite::types::Value> = columns.values().map(sql_value).collect();
    if let Some(decision) = decision {
        names.push("decision_id");
        values.push(decision.into());
    }
    let places: Vec<String> = (1..=names.len()).map(|at| format!("?{at}")).collect();
    tx.prepare_cached(&format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", ")))?
        .execute(rusqlite::params_from_iter(values))?;
    Ok(true)
}

fn sql_value(value: &Value) -> rusqlite::types::Value {
    match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Number(number) => match number.as_i64() {
            Some(integer) => integer.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        Value::String(text) => text.clone().into(),
        other => other.to_string().into(),
    }
}
