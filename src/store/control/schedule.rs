//! Since when a schedule holds: runs before that were not missed.

use rusqlite::{OptionalExtension, params};

use crate::store::StoreError;

use super::Control;
use super::audit::{Deed, append};

const SINCE: &str = "schedule.since";

impl Control {
    /// Since when this schedule holds (ISO, UTC); None where it was never seen.
    pub fn schedule_since(&self, cron: &str) -> Result<Option<String>, StoreError> {
        let kept: Option<String> =
            self.read(|conn| conn.query_row("SELECT value FROM setting WHERE name = ?1", [SINCE], |row| row.get(0)).optional())?;
        Ok(kept.and_then(|kept| kept.split_once(' ').filter(|(_, known)| *known == cron).map(|(since, _)| since.to_owned())))
    }

    /// Notes that another schedule holds from now on, or none, and who said so.
    pub fn set_schedule(&mut self, cron: Option<&str>, at: &str, author: &str) -> Result<(), StoreError> {
        self.write(|tx| {
            match cron {
                Some(cron) => {
                    tx.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", params![SINCE, format!("{at} {cron}")])?
                }
                None => tx.execute("DELETE FROM setting WHERE name = ?1", [SINCE])?,
            };
            append(tx, at, author, Deed::Schedule, "workspace.toml", cron.unwrap_or("off"))
        })
    }
}
