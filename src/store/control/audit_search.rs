//! Finding rows of the audit log. Flow: person, customer, day -> rows with what they are about.

use rusqlite::{Connection, Row, params};

use crate::base::CustomerKey;
use crate::store::StoreError;

use super::Control;
use super::audit::AuditEntry;
use super::seal::sealed_range;

/// What is looked for; everything where nothing is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct AuditFilter {
    pub person: Option<String>,
    pub customer: Option<CustomerKey>,
    /// `2026-01-15`, or the beginning of one: `2026-01`.
    pub day: Option<String>,
    /// `unmask`, `decide`, …
    pub deed: Option<String>,
    /// The newest so many; all where None.
    pub limit: Option<u32>,
}

impl Control {
    /// Rows that fit, newest first.
    pub fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditEntry>, StoreError> {
        let about = match filter.customer {
            Some(customer) => Some((customer.to_string(), self.decisions_of(customer)?)),
            None => None,
        };
        let mut found = self.read(|conn| {
            let mut rows = conn.prepare(
                "SELECT audit_id, at, audit.author, deed, subject, detail, hash,
                   EXISTS (SELECT 1 FROM audit_seal s WHERE s.audit_id = audit.audit_id), coalesce(d.summary, '')
                 FROM audit LEFT JOIN decision d
                   ON subject LIKE 'decision %' AND d.decision_id = CAST(substr(subject, length('decision ') + 1) AS INTEGER)
                 WHERE (?1 IS NULL OR audit.author = ?1) AND (?2 IS NULL OR substr(at, 1, length(?2)) = ?2) AND (?3 IS NULL OR deed = ?3)
                 ORDER BY audit_id DESC",
            )?;
            let found = rows.query_map(params![filter.person, filter.day, filter.deed], entry_of)?;
            found.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        if let Some((key, decisions)) = about {
            found.retain(|entry| is_about(entry, &key, &decisions));
        }
        if let Some(limit) = filter.limit {
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(found)
    }

    /// Decisions about records that are or were this customer's.
    fn decisions_of(&self, customer: CustomerKey) -> Result<Vec<i64>, StoreError> {
        let number = i64::try_from(customer.0).unwrap_or(i64::MAX);
        self.read(|conn| {
            let mut rows = conn.prepare(
                "SELECT DISTINCT m.decision_id FROM decision_member m JOIN (
                   SELECT source_system, source_customer_id FROM customer_identity WHERE customer_key = ?1
                   UNION SELECT source_system, source_customer_id FROM retired_member WHERE customer_key = ?1) k
                 USING (source_system, source_customer_id)",
            )?;
            let found = rows.query_map([number], |row| row.get(0))?;
            found.collect()
        })
    }
}

fn is_about(entry: &AuditEntry, key: &str, decisions: &[i64]) -> bool {
    let names = |text: &str| text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|word| word == key);
    let decides = entry.subject.strip_prefix("decision ").and_then(|id| id.parse().ok()).is_some_and(|id| decisions.contains(&id));
    let seals = sealed_range(&entry.detail).is_some_and(|(first, last, _)| decisions.iter().any(|id| (first..=last).contains(id)));
    names(&entry.subject) || names(&entry.detail) || decides || seals
}

/// All rows, oldest first.
pub(super) fn all(conn: &Connection) -> rusqlite::Result<Vec<AuditEntry>> {
    let mut rows = conn.prepare(
        "SELECT audit_id, at, author, deed, subject, detail, hash,
           EXISTS (SELECT 1 FROM audit_seal s WHERE s.audit_id = audit.audit_id), ''
         FROM audit ORDER BY audit_id",
    )?;
    let found = rows.query_map([], entry_of)?;
    found.collect()
}

fn entry_of(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.get(0)?,
        at: row.get(1)?,
        author: row.get(2)?,
        deed: row.get(3)?,
        subject: row.get(4)?,
        detail: row.get(5)?,
        hash: row.get(6)?,
        is_signed: row.get(7)?,
        told: row.get(8)?,
    })
}
