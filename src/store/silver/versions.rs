//! What the sources said of a customer's records over time.

use rusqlite::Connection;

use crate::base::{CustomerKey, RecordKey};

use super::has_table;

/// The columns of `silver.customer_history` that people read, and what they are called.
pub const VERSION_FIELDS: [(&str, &str); 13] = [
    ("full_name", "Full name"),
    ("birth_date", "Birth date"),
    ("gender", "Gender"),
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("address", "Address"),
    ("city", "City"),
    ("postcode", "Postcode"),
    ("country", "Country"),
    ("branch", "Branch"),
    ("kyc_status", "KYC"),
    ("risk_rating", "Risk rating"),
    ("status", "Status"),
];

/// One record for as long as its source said the same of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordVersion {
    pub key: RecordKey,
    /// ISO time from which it held.
    pub valid_from: String,
    /// ISO time from which it no longer held; None where it holds.
    pub valid_to: Option<String>,
    /// The source had taken the record out.
    pub is_deleted: bool,
    /// One per [`VERSION_FIELDS`].
    pub values: Vec<Option<String>>,
}

/// Every version of every record that the customer holds now, oldest first; none where no source tells a history.
pub fn versions_of(conn: &Connection, customer: CustomerKey) -> rusqlite::Result<Vec<RecordVersion>> {
    if !has_table(conn, "silver", "customer_history")? {
        return Ok(Vec::new());
    }
    let columns = VERSION_FIELDS.map(|(column, _)| column).join(", ");
    let sql = format!(
        "SELECT source_system, source_customer_id, valid_from, valid_to, is_deleted, {columns} FROM silver.customer_history \
         WHERE customer_key = ?1 ORDER BY valid_from, source_system, source_customer_id"
    );
    let mut rows = conn.prepare(&sql)?;
    let found = rows.query_map([customer.to_string()], |row| {
        Ok(RecordVersion {
            key: RecordKey::new(row.get::<_, String>(0)?, row.get::<_, String>(1)?),
            valid_from: row.get(2)?,
            valid_to: row.get(3)?,
            is_deleted: row.get(4)?,
            values: (5..5 + VERSION_FIELDS.len()).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?,
        })
    })?;
    found.collect()
}
