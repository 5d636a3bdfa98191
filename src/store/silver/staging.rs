//! Reading the staged records while silver is under construction.

use rusqlite::{Connection, Row};

use crate::stewardship::standardise::StagedRecord;

/// `silver.stg_customer_record` with the branch that its spelling was resolved to.
pub fn staged_records(conn: &Connection) -> rusqlite::Result<Vec<StagedRecord>> {
    let mut rows = conn.prepare(
        "SELECT s.source_system, s.source_customer_id, s.raw_name, s.first_name, s.last_name, s.raw_email, s.raw_phone, s.raw_birth_date,
           s.gender, s.raw_address, s.street, s.city, s.postcode, s.country, s.raw_branch, a.branch_id, s.device_id, s.device_name,
           s.customer_type, s.customer_group, s.kyc_status, s.risk_rating, s.customer_since, s.updated_at, s.file, s.line
         FROM silver.stg_customer_record s LEFT JOIN silver.branch_alias a ON a.branch_raw = s.raw_branch",
    )?;
    let found = rows.query_map([], staged_of)?;
    found.collect()
}

fn staged_of(row: &Row<'_>) -> rusqlite::Result<StagedRecord> {
    Ok(StagedRecord {
        source_system: row.get(0)?,
        source_customer_id: row.get(1)?,
        raw_name: row.get(2)?,
        first_name: row.get(3)?,
        last_name: row.get(4)?,
        raw_email: row.get(5)?,
        raw_phone: row.get(6)?,
        raw_birth_date: row.get(7)?,
        gender: row.get(8)?,
        raw_address: row.get(9)?,
        street: row.get(10)?,
        city: row.get(11)?,
        postcode: row.get(12)?,
        country: row.get(13)?,
        raw_branch: row.get(14)?,
        branch_id: row.get(15)?,
        device_id: row.get(16)?,
        device_name: row.get(17)?,
        customer_type: row.get(18)?,
        customer_group: row.get(19)?,
        kyc_status: row.get(20)?,
        risk_rating: row.get(21)?,
        customer_since: row.get(22)?,
        updated_at: row.get(23)?,
        file: row.get::<_, Option<String>>(24)?.unwrap_or_default(),
        line: u64::try_from(row.get::<_, Option<i64>>(25)?.unwrap_or_default()).unwrap_or_default(),
    })
}
