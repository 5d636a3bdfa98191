//! One number for what a schema holds, the same whenever it is built from the same things.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_128;

use crate::base::hash::hex;

use super::error::{Result, SqlContext};
use super::sources::columns_of;

/// SHA-256, as 64 hexadecimal digits, over every table of an attached schema.
///
/// Left out: columns named `_built_*`, rows of `manifest` whose key starts with `_built` or `built` or that number what came in
/// (`batches`, `decision_number`: a broken-off load takes a number too), indexes and views. From when to when a version of a history holds
/// counts: where a source tells no time of change it is the time of the load, which bronze keeps with the batch. A table
/// counts as the set of its rows (with repetitions): each row is hashed (XXH3, 128 bits) and the hashes are added modulo 2^128, so no
/// order is needed and nothing is sorted (Bellare and Micciancio 1997, incremental hashing by addition). It finds differences between
/// builds, not forgeries.
pub fn content_hash(conn: &Connection, schema: &str) -> Result<String> {
    let mut whole = Sha256::new();
    for (table, hash) in table_hashes(conn, schema)? {
        whole.update(table.as_bytes());
        whole.update([0]);
        whole.update(hash);
    }
    Ok(hex(&whole.finalize()))
}

/// The same per table, by name: what differs between two builds.
pub fn table_hashes(conn: &Connection, schema: &str) -> Result<Vec<(String, [u8; 32])>> {
    let sql =
        format!("SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name");
    let mut statement = conn.prepare(&sql).at(schema)?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).at(schema)?.collect::<rusqlite::Result<_>>().at(schema)?;
    names.into_iter().map(|name| table_hash(conn, schema, &name).map(|hash| (name, hash))).collect()
}

const MANIFEST_FILTER_SQL: &str =
    " WHERE key NOT LIKE '\\_built%' ESCAPE '\\' AND key NOT LIKE 'built%' AND key NOT IN ('batches', 'decision_number')";

/// What tells of a build, not of the data.
fn is_left_out(column: &str) -> bool {
    column.starts_with("_built_")
}

fn table_hash(conn: &Connection, schema: &str, table: &str) -> Result<[u8; 32]> {
    let columns: Vec<String> = columns_of(conn, schema, table)?.into_iter().filter(|column| !is_left_out(column)).collect();
    let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let filter = if table == "manifest" { MANIFEST_FILTER_SQL } else { "" };
    let mut statement = conn.prepare(&format!("SELECT {} FROM {schema}.\"{table}\"{filter}", quoted.join(", "))).at(table)?;
    let mut rows = statement.query([]).at(table)?;
    let (mut sum, mut count) = (0_u128, 0_u64);
    let mut bytes = Vec::new();
    while let Some(row) = rows.next().at(table)? {
        bytes.clear();
        for at in 0..columns.len() {
            push(&mut bytes, row.get_ref(at).at(table)?);
        }
        sum = sum.wrapping_add(xxh3_128(&bytes));
        count += 1;
    }
    let mut hasher = Sha256::new();
    hasher.update(columns.join("\u{1f}").as_bytes());
    hasher.update(count.to_le_bytes());
    hasher.update(sum.to_le_bytes());
    Ok(hasher.finalize().into())
}

/// Type, length and bytes, so that no two different rows read alike.
fn push(bytes: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => bytes.push(0),
        ValueRef::Integer(number) => {
            bytes.push(1);
            bytes.extend(number.to_le_bytes());
        }
        ValueRef::Real(number) => {
            bytes.push(2);
            bytes.extend(number.to_bits().to_le_bytes());
        }
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            bytes.push(3);
            bytes.extend(text.len().to_le_bytes());
            bytes.extend(text);
        }
    }
}
