//! Rows that were kept aside: mending and giving them back. Flow: quarantine row -> mended text -> a batch that completes the first one.

use rusqlite::params;

use super::BronzeStore;
use crate::ingest::events::join::Piece;
use crate::ingest::{ColumnInfo, Load};
use crate::store::open::DbError;

/// A row that waits, with what is needed to read it again.
#[derive(Debug, Clone)]
pub struct KeptAside {
    pub quarantine_id: i64,
    /// Its file's batch; the first one where that was itself a replay.
    pub batch_id: i64,
    pub table: String,
    pub source_system: String,
    pub profile: String,
    pub load: Load,
    pub file_name: String,
    pub file_path: String,
    pub line: u64,
    /// As mended, or as it came.
    pub text: String,
    pub delimiter: String,
    /// Columns of the file, in its order.
    pub columns: Vec<ColumnInfo>,
    /// The file was loaded without this row; otherwise it was not loaded at all.
    pub is_loaded: bool,
}

impl BronzeStore {
    /// Open rows, by file and line: those with these ids, or all.
    pub fn kept_aside(&self, ids: &[i64]) -> Result<Vec<KeptAside>, DbError> {
        let wrong = self.wrong();
        let chosen = serde_json::to_string(ids).unwrap_or_default();
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT q.quarantine_id, coalesce(b.of_batch, b.batch_id), q.table_name, b.source_system, b.profile, b.load, q.file_name, \
                 b.file_path, q.line, coalesce(q.mended_text, q.raw_text), coalesce(b.delimiter, ''), b.columns, b.status = 'loaded' \
                 FROM quarantine AS q JOIN batch AS b USING (batch_id) WHERE q.state = 'open' \
                 AND (?1 = '[]' OR q.quarantine_id IN (SELECT value FROM json_each(?1))) ORDER BY q.batch_id, q.line, q.quarantine_id",
            )
            .map_err(&wrong)?;
        let rows = statement
            .query_map([chosen], |row| {
                Ok(KeptAside {
                    quarantine_id: row.get(0)?,
                    batch_id: row.get(1)?,
                    table: row.get(2)?,
                    source_system: row.get(3)?,
                    profile: row.get(4)?,
                    load: Load::from_name(&row.get::<_, String>(5)?).unwrap_or(Load::Snapshot),
                    file_name: row.get(6)?,
                    file_path: row.get(7)?,
                    line: row.get::<_, i64>(8).map(|n| u64::try_from(n).unwrap_or(0))?,
                    text: row.get(9)?,
                    delimiter: row.get(10)?,
                    columns: serde_json::from_str(&row.get::<_, String>(11)?).unwrap_or_default(),
                    is_loaded: row.get(12)?,
                })
            })
            .map_err(&wrong)?;
        rows.collect::<Result<_, _>>().map_err(&wrong)
    }

    /// Puts another text in the place of a row's own, which stays beside it. False where no such row waits.
    pub fn mend(&mut self, id: i64, text: &str) -> Result<bool, DbError> {
        let changed = self
            .conn
            .execute("UPDATE quarantine SET mended_text = ?2 WHERE quarantine_id = ?1 AND state = 'open'", params![id, text])
            .map_err(self.wrong())?;
        Ok(changed > 0)
    }

    /// Takes a row's other text away again: it is as it came. False where no such row waits, or it was not mended.
    pub fn put_back(&mut self, id: i64) -> Result<bool, DbError> {
        let changed = self
            .conn
            .execute(
                "UPDATE quarantine SET mended_text = NULL WHERE quarantine_id = ?1 AND state = 'open' AND mended_text IS NOT NULL",
                [id],
            )
            .map_err(self.wrong())?;
        Ok(changed > 0)
    }

    /// Lines of change events that could not be read as a whole: those that wait, and those of batches that are staged now.
    pub fn cut_lines(&self, table: &str, source_system: &str, staged: &[i64]) -> Result<Vec<Piece>, DbError> {
        let wrong = self.wrong();
        let staged = serde_json::to_string(staged).unwrap_or_default();
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT q.quarantine_id, b.file_path, q.line, coalesce(q.mended_text, q.raw_text) \
                 FROM quarantine AS q JOIN batch AS b USING (batch_id) \
                 WHERE q.table_name = ?1 AND b.source_system = ?2 AND b.load = 'events' AND q.column_name = '' \
                 AND (q.state = 'open' OR q.state = 'loading' AND q.batch_id IN (SELECT value FROM json_each(?3)))",
            )
            .map_err(&wrong)?;
        let rows = statement
            .query_map([table, source_system, &staged], |row| {
                let line = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
                Ok(Piece { quarantine_id: row.get(0)?, path: row.get(1)?, line, raw_text: row.get(3)? })
            })
            .map_err(&wrong)?;
        rows.collect::<Result<_, _>>().map_err(&wrong)
    }
}
