//! Writing one file's rows, and turning a whole drop visible at once. Flow: begin -> write… -> stage -> publish; or abandon.

use rusqlite::{Connection, params};

use super::BronzeStore;
use super::offsets::flag_gaps;
use super::schema::{columns_before, ensure_table, index_events, known_columns, quoted, rows_table};
use super::views;
use crate::ingest::batch::FileStatus;
use crate::ingest::schema::drift;
use crate::ingest::{Flag, Load, RowChunk, RowSummary};
use crate::store::erasure::Suppression;
use crate::store::open::DbError;

/// Rows per transaction: the write-ahead log stays some tens of MB.
const ROWS_PER_TRANSACTION: usize = 50_000;

/// What is known of a file before its rows are read.
#[derive(Debug, Clone)]
pub struct BatchSpec {
    pub table: String,
    pub source_system: String,
    pub profile: String,
    pub load: Load,
    pub keys: Vec<String>,
    /// Bronze columns in the order of the file's fields.
    pub columns: Vec<String>,
    pub file_name: String,
    pub file_path: String,
    pub size_bytes: u64,
    pub sha256: String,
    pub encoding: String,
    pub delimiter: String,
    /// ISO, UTC.
    pub ingested_at: String,
    /// The batch whose missing rows these are.
    pub of_batch: Option<i64>,
}

/// A batch that is being written. Its rows are seen by no view.
#[derive(Debug)]
pub struct OpenBatch {
    id: i64,
    spec: BatchSpec,
    insert_sql: String,
    in_transaction: usize,
    rows: u64,
}

impl OpenBatch {
    pub fn id(&self) -> i64 {
        self.id
    }
}

/// A batch whose rows are all written; `publish` makes it visible (or keeps it aside, where its file failed).
#[derive(Debug)]
pub struct StagedBatch {
    pub id: i64,
    pub spec: BatchSpec,
    pub summary: RowSummary,
    pub flags: Vec<Flag>,
    /// `Loaded` or `Failed`.
    pub status: FileStatus,
    pub message: String,
    pub seconds: f64,
    /// Rows of quarantine that come back with this batch.
    pub gives_back: Vec<i64>,
}

/// A file of which no row was written: refused, a twin, the same as before, not recognised.
#[derive(Debug, Clone)]
pub struct BatchNote {
    pub table: Option<String>,
    pub source_system: Option<String>,
    pub file_name: String,
    pub file_path: String,
    pub size_bytes: u64,
    pub sha256: String,
    pub status: FileStatus,
    pub message: String,
    pub ingested_at: String,
    pub seconds: f64,
}

impl BronzeStore {
    /// Opens a batch: makes the table or its new columns, and a `batch` row of status `loading`.
    pub fn begin(&mut self, spec: BatchSpec) -> Result<OpenBatch, DbError> {
        self.sweep_table(&spec.table)?;
        let wrong = self.wrong();
        let step = self.conn.transaction().map_err(&wrong)?;
        ensure_table(&step, &spec.table, &spec.columns).map_err(&wrong)?;
        step.execute(
            &format!(
                "INSERT INTO batch (table_name, source_system, profile, load, file_name, file_path, size_bytes, sha256, encoding, delimiter, \
                 status, first_rowid, ingested_at, of_batch) \
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'loading', coalesce(max(rowid), 0) + 1, ?11, ?12 FROM {}",
                rows_table(&spec.table)
            ),
            params![
                spec.table,
                spec.source_system,
                spec.profile,
                spec.load.name(),
                spec.file_name,
                spec.file_path,
                signed(spec.size_bytes),
                spec.sha256,
                spec.encoding,
                spec.delimiter,
                spec.ingested_at,
                spec.of_batch,
            ],
        )
        .map_err(&wrong)?;
        let id = step.last_insert_rowid();
        step.commit().map_err(&wrong)?;
        let list: String = spec.columns.iter().map(|name| format!("{}, ", quoted(name))).collect();
        let marks = "?, ".repeat(spec.columns.len());
        let insert_sql = format!("INSERT INTO {} ({list}_line, _row_hash) VALUES ({marks}?, ?)", rows_table(&spec.table));
        Ok(OpenBatch { id, spec, insert_sql, in_transaction: 0, rows: 0 })
    }

    /// Appends a chunk. A transaction is committed every 50,000 rows.
    pub fn write(&mut self, batch: &mut OpenBatch, chunk: &RowChunk) -> Result<(), DbError> {
        let wrong = self.wrong();
        if batch.in_transaction == 0 {
            self.conn.execute_batch("BEGIN IMMEDIATE").map_err(&wrong)?;
        }
        let written = insert_rows(&self.conn, batch, chunk, self.suppression.as_ref())
            .and_then(|()| insert_rejected(&self.conn, batch, chunk, self.suppression.as_ref()));
        if let Err(e) = written {
            self.roll_back();
            return Err(wrong(e));
        }
        batch.rows += chunk.len() as u64;
        batch.in_transaction += chunk.len() + chunk.rejected.len();
        if batch.in_transaction >= ROWS_PER_TRANSACTION {
            batch.in_transaction = 0;
            self.commit()?;
        }
        Ok(())
    }

    /// All rows are written; `status` says whether they will be shown.
    pub fn stage(
        &mut self,
        batch: OpenBatch,
        summary: RowSummary,
        flags: Vec<Flag>,
        outcome: (FileStatus, String),
        seconds: f64,
    ) -> Result<StagedBatch, DbError> {
        if !self.conn.is_autocommit() {
            self.commit()?;
        }
        self.conn
            .execute("UPDATE batch SET last_rowid = first_rowid + ?2 - 1 WHERE batch_id = ?1", params![batch.id, signed(batch.rows)])
            .map_err(self.wrong())?;
        let (status, message) = outcome;
        Ok(StagedBatch { id: batch.id, spec: batch.spec, summary, flags, status, message, seconds, gives_back: Vec::new() })
    }

    /// Makes the drop visible in one transaction: batches, quarantine, drift, views, and the files of which nothing was loaded.
    /// Returns the batch ids of `notes`, in order.
    pub fn publish(&mut self, staged: &[StagedBatch], notes: &[BatchNote]) -> Result<Vec<i64>, DbError> {
        let wrong = self.wrong();
        let step = self.conn.transaction().map_err(&wrong)?;
        for batch in staged {
            publish_batch(&step, batch).map_err(&wrong)?;
        }
        let mut ids = Vec::with_capacity(notes.len());
        for note in notes {
            ids.push(insert_note(&step, note).map_err(&wrong)?);
        }
        step.commit().map_err(&wrong)?;
        Ok(ids)
    }

    /// Gives up batches that are not published: they are marked and their rows swept, now or later; no view ever showed them.
    /// At most about half a second.
    pub fn abandon(&mut self, ids: &[i64], status: FileStatus, message: &str) -> Result<(), DbError> {
        if !self.conn.is_autocommit() {
            self.roll_back();
        }
        for id in ids {
            self.mark_leftover(*id, status, message)?;
        }
        self.sweep_for(std::time::Duration::from_millis(500))
    }

    /// Whether exactly this file is already loaded: for a snapshot as the newest batch, for a delta as any.
    pub fn is_same_as_before(&self, table: &str, source_system: &str, load: Load, sha256: &str) -> Result<bool, DbError> {
        let sql = match load {
            Load::Snapshot => {
                "SELECT sha256 = ?3 FROM batch WHERE table_name = ?1 AND source_system = ?2 AND status = 'loaded' AND of_batch IS NULL \
                 ORDER BY batch_id DESC LIMIT 1"
            }
            Load::Delta | Load::Events => {
                "SELECT 1 FROM batch WHERE table_name = ?1 AND source_system = ?2 AND status = 'loaded' AND sha256 = ?3 LIMIT 1"
            }
        };
        let mut statement = self.conn.prepare_cached(sql).map_err(self.wrong())?;
        let mut rows = statement.query([table, source_system, sha256]).map_err(self.wrong())?;
        match rows.next().map_err(self.wrong())? {
            Some(row) => row.get(0).map_err(self.wrong()),
            None => Ok(false),
        }
    }

    /// The flags that a published batch has now.
    pub fn flags_of(&self, batch: i64) -> Result<Vec<Flag>, DbError> {
        let text: String =
            self.conn.query_row("SELECT flags FROM batch WHERE batch_id = ?1", [batch], |row| row.get(0)).map_err(self.wrong())?;
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Rows that the current view of a snapshot table shows from one source.
    pub fn current_rows(&self, table: &str, source_system: &str) -> Result<u64, DbError> {
        let sql = "SELECT coalesce((SELECT rows_loaded FROM batch WHERE table_name = ?1 AND source_system = ?2 AND status = 'loaded' \
                   AND of_batch IS NULL ORDER BY batch_id DESC LIMIT 1), 0)";
        let rows: i64 = self.conn.query_row(sql, [table, source_system], |row| row.get(0)).map_err(self.wrong())?;
        Ok(u64::try_from(rows).unwrap_or(0))
    }

    fn commit(&mut self) -> Result<(), DbError> {
        if let Err(e) = self.conn.execute_batch("COMMIT") {
            self.roll_back();
            return Err(DbError::of(&self.path, e));
        }
        Ok(())
    }

    /// After an error SQLite may have rolled back by itself; then there is nothing to do.
    fn roll_back(&self) {
        let _ = self.conn.execute_batch("ROLLBACK");
    }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn insert_rows(conn: &Connection, batch: &OpenBatch, chunk: &RowChunk, erased: Option<&Suppression>) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(&batch.insert_sql)?;
    let width = batch.spec.columns.len();
    for row in 0..chunk.len() {
        let emptied = erased.and_then(|erased| erased.emptied(&batch.spec.columns, |column| chunk.value(row, column)));
        for column in 0..width {
            if chunk.is_null(row, column) {
                statement.raw_bind_parameter(column + 1, rusqlite::types::Null)?;
                continue;
            }
            let value = emptied.as_ref().map_or_else(|| chunk.value(row, column), |cells| &cells[column]);
            statement.raw_bind_parameter(column + 1, value)?;
        }
        statement.raw_bind_parameter(width + 1, signed(chunk.lines[row]))?;
        statement.raw_bind_parameter(width + 2, chunk.hashes[row])?;
        statement.raw_execute()?;
    }
    Ok(())
}

fn insert_rejected(conn: &Connection, batch: &OpenBatch, chunk: &RowChunk, erased: Option<&Suppression>) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO quarantine (batch_id, table_name, file_name, line, column_name, reason, raw_text, state) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'loading')",
    )?;
    for row in &chunk.rejected {
        let is_erased = erased.is_some_and(|erased| erased.is_named_in(&row.raw_text));
        statement.execute(params![
            batch.id,
            batch.spec.table,
            batch.spec.file_name,
            signed(row.line),
            row.column,
            row.reason,
            if is_erased { "" } else { row.raw_text.as_str() }
        ])?;
    }
    Ok(())
}

fn publish_batch(conn: &Connection, batch: &StagedBatch) -> rusqlite::Result<()> {
    let (spec, summary) = (&batch.spec, &batch.summary);
    let loaded = batch.status == FileStatus::Loaded;
    if loaded && spec.of_batch.is_none() {
        let before = columns_before(conn, &spec.table, &spec.source_system)?;
        for change in before.map(|before| drift(&before, &summary.columns)).unwrap_or_default() {
            conn.prepare_cached("INSERT INTO drift (batch_id, table_name, column_name, kind, detail) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![batch.id, spec.table, change.column, change.kind.name(), change.detail])?;
        }
    }
    if spec.of_batch.is_none() {
        forget_kept_aside(conn, spec, loaded)?;
    }
    let dates = summary.dates.as_ref();
    conn.prepare_cached(
        "UPDATE batch SET rows_read = ?2, rows_rejected = ?3, rows_loaded = ?4, duplicate_keys = ?5, status = ?6, message = ?7, flags = ?8, \
         columns = ?9, first_date = ?10, last_date = ?11, seconds = ?12, offsets = ?13 WHERE batch_id = ?1",
    )?
    .execute(params![
        batch.id,
        signed(summary.rows_read),
        signed(summary.rows_rejected),
        if loaded { signed(summary.rows_read - summary.rows_rejected) } else { 0 },
        signed(summary.duplicate_keys),
        batch.status.name(),
        batch.message,
        json(&batch.flags),
        json(&summary.columns),
        dates.map(|d| &d.0),
        dates.map(|d| &d.1),
        batch.seconds,
        summary.offsets.as_ref().map(json),
    ])?;
    conn.prepare_cached("UPDATE quarantine SET state = 'open' WHERE batch_id = ?1")?.execute([batch.id])?;
    for id in &batch.gives_back {
        conn.prepare_cached("UPDATE quarantine SET state = 'replayed', replayed_by = ?2 WHERE quarantine_id = ?1")?
            .execute([*id, batch.id])?;
    }
    if loaded {
        remember_table(conn, spec)?;
        if spec.load == Load::Events {
            index_events(conn, &spec.table, &spec.keys)?;
            flag_gaps(conn, &spec.table, &spec.source_system)?;
        }
        views::recreate(conn, &spec.table, spec.load, &spec.keys)?;
    }
    Ok(())
}

/// Rows that were kept aside for a failed file are no longer needed once the table came whole, or the same file failed again.
fn forget_kept_aside(conn: &Connection, spec: &BatchSpec, loaded: bool) -> rusqlite::Result<()> {
    let which = "table_name = ?1 AND source_system = ?2 AND status = 'failed' AND first_rowid IS NOT NULL AND (?3 OR file_name = ?4)";
    // Another file of a delta does not bring the rows of the one that failed.
    let came_whole = loaded && spec.load == Load::Snapshot;
    let given = params![spec.table, spec.source_system, came_whole, spec.file_name];
    conn.execute(
        &format!("UPDATE quarantine SET state = 'superseded' WHERE batch_id IN (SELECT batch_id FROM batch WHERE {which})"),
        given,
    )?;
    conn.execute(&format!("UPDATE batch SET sweep = 1 WHERE {which}"), given)?;
    Ok(())
}

fn remember_table(conn: &Connection, spec: &BatchSpec) -> rusqlite::Result<()> {
    let mut columns = known_columns(conn, &spec.table)?;
    for name in &spec.columns {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    conn.execute(
        "INSERT INTO source_table (table_name, source_system, load, key_columns, columns) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT DO UPDATE SET load = excluded.load, key_columns = excluded.key_columns, columns = excluded.columns",
        params![spec.table, spec.source_system, spec.load.name(), json(&spec.keys), json(&columns)],
    )?;
    Ok(())
}

fn insert_note(conn: &Connection, note: &BatchNote) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "INSERT INTO batch (table_name, source_system, profile, file_name, file_path, size_bytes, sha256, status, message, ingested_at, seconds) \
         VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        note.table,
        note.source_system,
        note.file_name,
        note.file_path,
        signed(note.size_bytes),
        note.sha256,
        note.status.name(),
        note.message,
        note.ingested_at,
        note.seconds,
    ])?;
    Ok(conn.last_insert_rowid())
}

/// Lists of plain data always have a JSON form.
fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "[]".to_owned())
}
