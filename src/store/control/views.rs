//! Saved views of dashboards.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::store::StoreError;

use super::Control;

/// A page with its filter, under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRow {
    pub id: i64,
    pub name: String,
    pub page: String,
    /// JSON.
    pub filter: String,
    pub author: String,
    /// ISO, UTC.
    pub changed_at: String,
}

/// A view that is to be saved.
#[derive(Debug, Clone, Copy)]
pub struct NewView<'a> {
    pub name: &'a str,
    pub page: &'a str,
    pub filter: &'a str,
    pub author: &'a str,
    pub at: &'a str,
}

impl Control {
    /// Saved views by name.
    pub fn views(&self) -> Result<Vec<ViewRow>, StoreError> {
        self.read(|conn| {
            let mut statement = conn
                .prepare("SELECT view_id, name, page, filter, author, changed_at FROM dashboard_view WHERE deleted_at IS NULL ORDER BY name COLLATE NOCASE")?;
            let rows = statement.query_map([], |row| {
                Ok(ViewRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    page: row.get(2)?,
                    filter: row.get(3)?,
                    author: row.get(4)?,
                    changed_at: row.get(5)?,
                })
            })?;
            rows.collect()
        })
    }

    /// Saves a view; None where another one has the name.
    pub fn save_view(&mut self, view: NewView<'_>) -> Result<Option<i64>, StoreError> {
        self.write(|tx| {
            if named(tx, view.name, 0)?.is_some() {
                return Ok(None);
            }
            tx.execute(
                "INSERT INTO dashboard_view (name, page, filter, author, made_at, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
                params![view.name, view.page, view.filter, view.author, view.at],
            )?;
            Ok(Some(tx.last_insert_rowid()))
        })
    }

    /// Gives a view another name: the one before, or None where there is no such view or another one has the name.
    pub fn rename_view(&mut self, id: i64, name: &str, at: &str) -> Result<Option<String>, StoreError> {
        self.write(|tx| {
            let before: Option<String> = tx
                .query_row("SELECT name FROM dashboard_view WHERE view_id = ?1 AND deleted_at IS NULL", [id], |row| row.get(0))
                .optional()?;
            if before.is_none() || named(tx, name, id)?.is_some() {
                return Ok(None);
            }
            tx.execute("UPDATE dashboard_view SET name = ?2, changed_at = ?3 WHERE view_id = ?1", params![id, name, at])?;
            Ok(before)
        })
    }

    /// Takes a view away (`at`: when), or brings it back (None). Gives its name; None where there is none, or another one has its name by now.
    pub fn delete_view(&mut self, id: i64, at: Option<&str>) -> Result<Option<String>, StoreError> {
        self.write(|tx| {
            let name: Option<String> =
                tx.query_row("SELECT name FROM dashboard_view WHERE view_id = ?1", [id], |row| row.get(0)).optional()?;
            let Some(name) = name else { return Ok(None) };
            if at.is_none() && named(tx, &name, id)?.is_some() {
                return Ok(None);
            }
            tx.execute("UPDATE dashboard_view SET deleted_at = ?2 WHERE view_id = ?1", params![id, at])?;
            Ok(Some(name))
        })
    }
}

/// Another view than `not` with this name.
fn named(tx: &Transaction<'_>, name: &str, not: i64) -> rusqlite::Result<Option<i64>> {
    tx.query_row("SELECT view_id FROM dashboard_view WHERE name = ?1 AND deleted_at IS NULL AND view_id <> ?2", params![name, not], |row| {
        row.get(0)
    })
    .optional()
}
