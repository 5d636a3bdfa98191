//! Batches that are taken back. Flow: loaded batches -> no view shows them -> rows of quarantine that came back with them wait again -> swept.

use rusqlite::{Connection, OptionalExtension, params};

use super::BronzeStore;
use super::offsets::flag_gaps;
use super::views;
use crate::ingest::{ColumnInfo, Load};
use crate::store::open::DbError;

impl BronzeStore {
    /// Takes loaded batches out again, and with each what completed it. What they replaced shows again. Gives how many there were.
    pub fn withdraw(&mut self, ids: &[i64], message: &str) -> Result<usize, DbError> {
        let wrong = self.wrong();
        let step = self.conn.transaction().map_err(&wrong)?;
        let mut count = 0;
        for id in ids {
            count += withdraw_one(&step, *id, message).map_err(&wrong)?;
        }
        step.commit().map_err(&wrong)?;
        self.sweep_for(std::time::Duration::from_millis(500))?;
        Ok(count)
    }

    /// Those batches that are of a file with this SHA-256.
    pub fn of_same_file(&self, ids: &[i64], sha256: &str) -> Result<Vec<i64>, DbError> {
        let wrong = self.wrong();
        let ids = serde_json::to_string(ids).unwrap_or_default();
        let mut statement = self
            .conn
            .prepare_cached("SELECT batch_id FROM batch WHERE batch_id IN (SELECT value FROM json_each(?1)) AND sha256 = ?2")
            .map_err(&wrong)?;
        let rows = statement.query_map([ids.as_str(), sha256], |row| row.get(0)).map_err(&wrong)?;
        rows.collect::<Result<_, _>>().map_err(&wrong)
    }

    /// Loaded batches of a table whose files had each of these labels for these columns.
    pub fn batches_with(&self, table: &str, source_system: &str, labels: &[(&str, &str)]) -> Result<Vec<i64>, DbError> {
        let wrong = self.wrong();
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT batch_id, columns FROM batch WHERE table_name = ?1 AND source_system = ?2 AND status = 'loaded' AND of_batch IS NULL",
            )
            .map_err(&wrong)?;
        let rows =
            statement.query_map([table, source_system], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))).map_err(&wrong)?;
        let mut found = Vec::new();
        for row in rows {
            let (id, columns) = row.map_err(&wrong)?;
            let columns: Vec<ColumnInfo> = serde_json::from_str(&columns).unwrap_or_default();
            let has = |(label, name): &(&str, &str)| columns.iter().any(|column| column.header == *label && column.name == *name);
            if labels.iter().all(has) {
                found.push(id);
            }
        }
        Ok(found)
    }
}

fn withdraw_one(conn: &Connection, id: i64, message: &str) -> rusqlite::Result<usize> {
    let known: Option<(String, String, String)> = conn
        .query_row("SELECT table_name, source_system, load FROM batch WHERE batch_id = ?1 AND status = 'loaded'", [id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((table, system, load)) = known else { return Ok(0) };
    let which = "SELECT batch_id FROM batch WHERE status = 'loaded' AND (batch_id = ?1 OR of_batch = ?1)";
    conn.execute(&format!("UPDATE quarantine SET state = 'open', replayed_by = NULL WHERE replayed_by IN ({which})"), [id])?;
    // What the file itself kept aside goes with it; what only completed another file stays with that one.
    let superseded = format!("UPDATE quarantine SET state = 'superseded' WHERE state = 'open' AND batch_id IN ({which})");
    conn.execute(&superseded, [id])?;
    let count = conn.execute(
        &format!("UPDATE batch SET status = 'cancelled', message = ?2, sweep = 1, flags = '[]' WHERE batch_id IN ({which})"),
        params![id, message],
    )?;
    let keys: Option<String> = conn
        .query_row("SELECT key_columns FROM source_table WHERE table_name = ?1 AND source_system = ?2", [&table, &system], |row| row.get(0))
        .optional()?;
    let still = "SELECT EXISTS (SELECT 1 FROM batch WHERE table_name = ?1 AND source_system = ?2 AND status = 'loaded')";
    if !conn.query_row(still, [&table, &system], |row| row.get::<_, bool>(0))? {
        conn.execute("DELETE FROM source_table WHERE table_name = ?1 AND source_system = ?2", [&table, &system])?;
    }
    let load = Load::from_name(&load).unwrap_or(Load::Snapshot);
    if load == Load::Events {
        flag_gaps(conn, &table, &system)?;
    }
    let keys: Vec<String> = keys.and_then(|keys| serde_json::from_str(&keys).ok()).unwrap_or_default();
    views::recreate(conn, &table, load, &keys)?;
    Ok(count)
}
