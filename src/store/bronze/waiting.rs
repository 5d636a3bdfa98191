//! What the page of quarantine shows: rows that wait, how many of which file and for which reason, and what was read again.

use rusqlite::{Connection, params};

use super::query::unsigned;

/// A row that was kept aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinePageRow {
    pub quarantine_id: i64,
    pub batch_id: i64,
    pub source_system: String,
    pub table_name: String,
    pub file_name: String,
    pub line: u64,
    pub column_name: String,
    pub reason: String,
    pub raw_text: String,
    pub mended_text: Option<String>,
    /// Its file was loaded without it; otherwise the file failed as a whole.
    pub is_loaded: bool,
}

/// Which rows are looked for; an empty list lets every one through.
#[derive(Debug, Clone, Default)]
pub struct QuarantineSearch<'a> {
    pub source_system: Option<&'a str>,
    pub files: &'a [String],
    /// Beginnings of reasons: "too few fields".
    pub reasons: &'a [String],
}

/// Of a reason what stands before its numbers: "too few fields: 3 where the header has 7" -> "too few fields".
const KIND_OF_REASON: &str =
    "trim(CASE WHEN instr(q.reason, ':') > 0 THEN substr(q.reason, 1, instr(q.reason, ':') - 1) ELSE q.reason END)";

fn where_sql(but: &str) -> String {
    let file = "AND (?2 = '[]' OR q.file_name IN (SELECT value FROM json_each(?2)))";
    let reason = format!("AND (?3 = '[]' OR {KIND_OF_REASON} IN (SELECT value FROM json_each(?3)))");
    // A facet shows what the others let through.
    format!(
        "FROM quarantine AS q JOIN batch AS b USING (batch_id) WHERE q.state = 'open' AND (?1 IS NULL OR b.source_system = ?1) {} {}",
        if but == "file" { "AND ?2 = ?2" } else { file },
        if but == "reason" { "AND ?3 = ?3" } else { &reason }
    )
}

fn list(values: &[String]) -> String {
    serde_json::to_string(values).unwrap_or_else(|_| "[]".to_owned())
}

/// How many rows wait.
pub fn total(conn: &Connection, search: &QuarantineSearch<'_>) -> rusqlite::Result<u64> {
    conn.prepare_cached(&format!("SELECT count(*) {}", where_sql("")))?
        .query_row(params![search.source_system, list(search.files), list(search.reasons)], |row| unsigned(row, 0))
}

/// Rows that wait, newest file first, by line.
pub fn rows(conn: &Connection, search: &QuarantineSearch<'_>, limit: u32) -> rusqlite::Result<Vec<QuarantinePageRow>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT q.quarantine_id, q.batch_id, coalesce(b.source_system, ''), q.table_name, q.file_name, q.line, q.column_name, q.reason, q.raw_text, \
         q.mended_text, b.status = 'loaded' {} ORDER BY q.batch_id DESC, q.line, q.quarantine_id LIMIT ?4",
        where_sql("")
    ))?;
    let rows = statement.query_map(params![search.source_system, list(search.files), list(search.reasons), limit], |row| {
        Ok(QuarantinePageRow {
            quarantine_id: row.get(0)?,
            batch_id: row.get(1)?,
            source_system: row.get(2)?,
            table_name: row.get(3)?,
            file_name: row.get(4)?,
            line: unsigned(row, 5)?,
            column_name: row.get(6)?,
            reason: row.get(7)?,
            raw_text: row.get(8)?,
            mended_text: row.get(9)?,
            is_loaded: row.get(10)?,
        })
    })?;
    rows.collect()
}

/// Files and kinds of reasons with their rows, the most frequent first.
pub fn facets(conn: &Connection, search: &QuarantineSearch<'_>) -> rusqlite::Result<[Vec<(String, u64)>; 2]> {
    let count = |what: &str, but: &str| -> rusqlite::Result<Vec<(String, u64)>> {
        let mut statement =
            conn.prepare_cached(&format!("SELECT {what}, count(*) {} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 60", where_sql(but)))?;
        let rows = statement.query_map(params![search.source_system, list(search.files), list(search.reasons)], |row| {
            Ok((row.get(0)?, unsigned(row, 1)?))
        })?;
        rows.collect()
    };
    Ok([count("q.file_name", "file")?, count(KIND_OF_REASON, "reason")?])
}

/// Batches that brought rows of quarantine back and still show them, newest first: the batch, its file, its rows, when.
pub fn replays(conn: &Connection, limit: u32) -> rusqlite::Result<Vec<(i64, String, u64, String)>> {
    let mut statement = conn.prepare_cached(
        "SELECT b.batch_id, b.file_name, b.rows_loaded, b.ingested_at FROM batch AS b WHERE b.status = 'loaded' \
         AND EXISTS (SELECT 1 FROM quarantine AS q WHERE q.replayed_by = b.batch_id) ORDER BY b.batch_id DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| Ok((row.get(0)?, row.get(1)?, unsigned(row, 2)?, row.get(3)?)))?;
    rows.collect()
}
