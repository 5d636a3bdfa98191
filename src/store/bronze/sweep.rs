//! Rows that nobody will see again: of cancelled, interrupted and superseded batches. Deleted in small steps, whenever there is time.

use std::time::{Duration, Instant};

use rusqlite::params;

use super::BronzeStore;
use super::schema::{quoted, rows_table};
use crate::ingest::batch::FileStatus;
use crate::store::open::DbError;

const ROWS_PER_STEP: i64 = 20_000;

struct Leftover {
    batch_id: i64,
    table: String,
    rows: Option<(i64, i64)>,
}

impl BronzeStore {
    /// A batch that is still `loading` when the file is opened was cut off by a crash.
    pub(super) fn mark_interrupted(&mut self) -> Result<(), DbError> {
        let ids: Vec<i64> = {
            let mut statement =
                self.conn.prepare("SELECT batch_id FROM batch WHERE status = 'loading' ORDER BY batch_id DESC").map_err(self.wrong())?;
            let rows = statement.query_map([], |row| row.get(0)).map_err(self.wrong())?;
            rows.collect::<Result<_, _>>().map_err(self.wrong())?
        };
        for id in ids {
            self.mark_leftover(id, FileStatus::Failed, "Interrupted: the program ended while this file was being loaded. Load it again.")?;
        }
        Ok(())
    }

    /// Marks one unpublished batch; newest first, so that the last row of an unfinished one is the table's last.
    pub(super) fn mark_leftover(&mut self, id: i64, status: FileStatus, message: &str) -> Result<(), DbError> {
        let wrong = self.wrong();
        let table: String =
            self.conn.query_row("SELECT table_name FROM batch WHERE batch_id = ?1", [id], |row| row.get(0)).map_err(&wrong)?;
        self.conn
            .execute(
                &format!(
                    "UPDATE batch SET status = ?2, message = ?3, sweep = 1, \
                     last_rowid = coalesce(last_rowid, (SELECT coalesce(max(rowid), 0) FROM {})) WHERE batch_id = ?1",
                    rows_table(&table)
                ),
                params![id, status.name(), message],
            )
            .map_err(&wrong)?;
        Ok(())
    }

    /// Sweeps for at most about `limit`; what remains is swept later.
    pub fn sweep_for(&mut self, limit: Duration) -> Result<(), DbError> {
        let until = Instant::now() + limit;
        for leftover in self.leftovers(None)? {
            if !self.sweep_batch(&leftover, Some(until))? {
                break;
            }
        }
        Ok(())
    }

    /// Sweeps one table to the end: new rows must not come to stand behind leftovers.
    pub(super) fn sweep_table(&mut self, table: &str) -> Result<(), DbError> {
        for leftover in self.leftovers(Some(table))? {
            self.sweep_batch(&leftover, None)?;
        }
        Ok(())
    }

    fn leftovers(&self, table: Option<&str>) -> Result<Vec<Leftover>, DbError> {
        let wrong = self.wrong();
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT batch_id, table_name, first_rowid, last_rowid FROM batch WHERE sweep = 1 AND (?1 IS NULL OR table_name = ?1) \
                 ORDER BY batch_id DESC",
            )
            .map_err(&wrong)?;
        let rows = statement
            .query_map([table], |row| {
                let first: Option<i64> = row.get(2)?;
                let last: Option<i64> = row.get(3)?;
                Ok(Leftover { batch_id: row.get(0)?, table: row.get(1)?, rows: first.zip(last) })
            })
            .map_err(&wrong)?;
        rows.collect::<Result<_, _>>().map_err(&wrong)
    }

    /// False where the time ran out first.
    fn sweep_batch(&mut self, leftover: &Leftover, until: Option<Instant>) -> Result<bool, DbError> {
        let wrong = self.wrong();
        let others: bool = self
            .conn
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM batch WHERE table_name = ?1 AND first_rowid IS NOT NULL AND batch_id <> ?2)",
                params![leftover.table, leftover.batch_id],
                |row| row.get(0),
            )
            .map_err(&wrong)?;
        if let (true, Some((first, last))) = (others, leftover.rows) {
            // From the end, so that what remains is still one range.
            let mut end = last;
            while end >= first {
                if until.is_some_and(|until| Instant::now() >= until) {
                    return Ok(false);
                }
                let start = first.max(end - ROWS_PER_STEP + 1);
                let step = self.conn.transaction().map_err(&wrong)?;
                step.execute(&format!("DELETE FROM {} WHERE rowid BETWEEN ?1 AND ?2", rows_table(&leftover.table)), params![start, end])
                    .map_err(&wrong)?;
                step.execute("UPDATE batch SET last_rowid = ?2 WHERE batch_id = ?1", params![leftover.batch_id, start - 1])
                    .map_err(&wrong)?;
                step.commit().map_err(&wrong)?;
                end = start - 1;
            }
        }
        let step = self.conn.transaction().map_err(&wrong)?;
        if !others {
            // Nothing else lives in the table: it goes as a whole, and with it the columns that only the leftover brought.
            let shown: bool = step
                .query_row("SELECT EXISTS (SELECT 1 FROM source_table WHERE table_name = ?1)", [&leftover.table], |row| row.get(0))
                .map_err(&wrong)?;
            let verb = if shown { "DELETE FROM" } else { "DROP TABLE IF EXISTS" };
            step.execute_batch(&format!("{verb} {}", quoted(&format!("{}_rows", leftover.table)))).map_err(&wrong)?;
        }
        let interrupted = "SELECT batch_id FROM batch WHERE batch_id = ?1 AND rows_read = 0";
        step.execute(&format!("DELETE FROM quarantine WHERE batch_id IN ({interrupted})"), [leftover.batch_id]).map_err(&wrong)?;
        step.execute("UPDATE batch SET sweep = 0, first_rowid = NULL, last_rowid = NULL WHERE batch_id = ?1", [leftover.batch_id])
            .map_err(&wrong)?;
        step.commit().map_err(&wrong)?;
        Ok(true)
    }
}
