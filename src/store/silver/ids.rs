//! Where records stand in silver.

use rusqlite::{Connection, OptionalExtension, params};

use crate::base::RecordKey;

/// The row of each record in `silver.customer_record`; None where no source has it any more.
pub fn record_ids(conn: &Connection, keys: &[RecordKey]) -> rusqlite::Result<Vec<Option<i64>>> {
    let mut found = conn.prepare("SELECT record_id FROM silver.customer_record WHERE source_system = ?1 AND source_customer_id = ?2")?;
    keys.iter().map(|key| found.query_row(params![key.source_system, key.source_customer_id], |row| row.get(0)).optional()).collect()
}
