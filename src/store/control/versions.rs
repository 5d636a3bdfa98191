//! Gold versions and the pointer to the one that people see.

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use crate::base::{GoldVersion, RunId};
use crate::store::StoreError;

use super::Control;
use super::audit::{Deed, append};

/// A numbered gold file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionRow {
    pub version: GoldVersion,
    pub run: RunId,
    pub built_at: String,
    pub as_of: String,
    pub customers: u64,
    pub content_hash: String,
    pub silver_hash: String,
    /// Results of the tests as JSON.
    pub tests: String,
    /// When and by whom it was first published.
    pub published_at: Option<String>,
    pub published_by: Option<String>,
    /// When and by whom people were last led back to it.
    pub restored_at: Option<String>,
    pub restored_by: Option<String>,
}

/// How the pointer moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishDeed {
    Publish,
    Rollback,
}

impl Control {
    /// The number that the next gold file takes.
    pub fn next_version(&self) -> Result<GoldVersion, StoreError> {
        self.read(|conn| conn.query_row("SELECT coalesce(max(version), 0) + 1 FROM gold_version", [], |row| row.get(0).map(GoldVersion)))
    }

    pub fn add_version(&mut self, row: &VersionRow) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO gold_version (version, run_id, built_at, as_of, customers, content_hash, silver_hash, tests)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    row.version.0,
                    row.run.0,
                    row.built_at,
                    row.as_of,
                    i64::try_from(row.customers).unwrap_or(i64::MAX),
                    row.content_hash,
                    row.silver_hash,
                    row.tests
                ],
            )
            .map(drop)
        })
    }

    /// Newest first.
    pub fn versions(&self) -> Result<Vec<VersionRow>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare(
                "SELECT v.version, v.run_id, v.built_at, v.as_of, v.customers, v.content_hash, v.silver_hash, v.tests,
                   p.published_at, p.author, r.published_at, r.author
                 FROM gold_version v
                 LEFT JOIN publish_log p
                   ON p.publish_id = (SELECT min(publish_id) FROM publish_log WHERE version = v.version AND deed = 'publish')
                 LEFT JOIN publish_log r
                   ON r.publish_id = (SELECT max(publish_id) FROM publish_log WHERE version = v.version AND deed = 'rollback')
                 ORDER BY v.version DESC",
            )?;
            let found = rows.query_map([], version_of)?;
            found.collect()
        })
    }

    /// The highest number among the batches that a run pinned.
    pub fn newest_batch_of(&self, run: RunId) -> Result<i64, StoreError> {
        self.read(|conn| {
            conn.query_row(
                "SELECT coalesce(max(b.value), 0) FROM run r, json_each(r.pinned_batches) b WHERE r.run_id = ?1",
                [run.0],
                |row| row.get(0),
            )
        })
    }

    /// The gold that people see.
    pub fn published(&self) -> Result<Option<GoldVersion>, StoreError> {
        self.read(|conn| {
            conn.query_row("SELECT version FROM publish_log ORDER BY publish_id DESC LIMIT 1", [], |row| row.get(0).map(GoldVersion))
                .optional()
        })
    }

    /// The version that people saw before the one they see now.
    pub fn published_before(&self) -> Result<Option<GoldVersion>, StoreError> {
        let Some(now) = self.published()? else { return Ok(None) };
        self.read(|conn| {
            conn.query_row("SELECT version FROM publish_log WHERE version < ?1 ORDER BY version DESC LIMIT 1", [now.0], |row| {
                row.get(0).map(GoldVersion)
            })
            .optional()
        })
    }

    /// Somebody publishes a version although tests failed on it: who, which tests, why.
    pub fn note_override(&mut self, version: GoldVersion, tests: &[&str], reason: &str, author: &str, at: &str) -> Result<(), StoreError> {
        let detail = format!("over failed tests ({}): {reason}", tests.join(", "));
        self.write(|tx| append(tx, at, author, Deed::Override, &format!("gold v{version}"), &detail))
    }

    /// Moves the pointer.
    pub fn point_to(&mut self, version: GoldVersion, deed: PublishDeed, author: &str, at: &str) -> Result<(), StoreError> {
        let (name, audited) = match deed {
            PublishDeed::Publish => ("publish", Deed::Publish),
            PublishDeed::Rollback => ("rollback", Deed::Rollback),
        };
        self.write(|tx| {
            tx.execute(
                "INSERT INTO publish_log (version, deed, published_at, author) VALUES (?1, ?2, ?3, ?4)",
                params![version.0, name, at, author],
            )?;
            append(tx, at, author, audited, &format!("gold v{version}"), name)
        })
    }
}

fn version_of(row: &Row<'_>) -> rusqlite::Result<VersionRow> {
    Ok(VersionRow {
        version: GoldVersion(row.get(0)?),
        run: RunId(row.get(1)?),
        built_at: row.get(2)?,
        as_of: row.get(3)?,
        customers: u64::try_from(row.get::<_, i64>(4)?).unwrap_or_default(),
        content_hash: row.get(5)?,
        silver_hash: row.get(6)?,
        tests: row.get(7)?,
        published_at: row.get(8)?,
        published_by: row.get(9)?,
        restored_at: row.get(10)?,
        restored_by: row.get(11)?,
    })
}
