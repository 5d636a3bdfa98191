//! Source tables as they stand in the database: their names, their columns, and the columns that a new file adds.

use rusqlite::{Connection, OptionalExtension};

use crate::ingest::ColumnInfo;

/// An identifier inside double quotes. Names come from headers: nothing in them may end the quote.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\"").replace('\0', ""))
}

/// The physical table behind the views of `table`.
pub fn rows_table(table: &str) -> String {
    quoted(&format!("{table}_rows"))
}

/// The source's columns of `T_rows`; empty where the table is not there.
pub fn physical_columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare("SELECT name FROM pragma_table_info(?1) WHERE name NOT IN ('_line', '_row_hash') ORDER BY cid")?;
    let names = statement.query_map([format!("{table}_rows")], |row| row.get(0))?;
    names.collect()
}

/// Makes `T_rows`, or adds the columns that it lacks.
pub fn ensure_table(conn: &Connection, table: &str, columns: &[String]) -> rusqlite::Result<()> {
    let present = physical_columns(conn, table)?;
    if present.is_empty() {
        let list: String = columns.iter().map(|name| format!("{} TEXT, ", quoted(name))).collect();
        return conn.execute_batch(&format!("CREATE TABLE {} ({list}_line INTEGER, _row_hash INTEGER)", rows_table(table)));
    }
    for name in columns.iter().filter(|name| !present.contains(name)) {
        conn.execute_batch(&format!("ALTER TABLE {} ADD COLUMN {} TEXT", rows_table(table), quoted(name)))?;
    }
    Ok(())
}

/// The last event of a key, and the one before, are found by this.
pub fn index_events(conn: &Connection, table: &str, keys: &[String]) -> rusqlite::Result<()> {
    let list: String = keys.iter().map(|key| format!("{}, ", quoted(key))).collect();
    let name = quoted(&format!("{table}_by_key"));
    conn.execute_batch(&format!("CREATE INDEX IF NOT EXISTS {name} ON {} ({list}_position)", rows_table(table)))
}

/// Every column that a loaded batch of the table brought, whatever its source, in order of arrival.
pub fn known_columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut known: Vec<String> = Vec::new();
    let mut statement = conn.prepare_cached("SELECT columns FROM source_table WHERE table_name = ?1 ORDER BY source_system")?;
    let lists = statement.query_map([table], |row| row.get::<_, String>(0))?;
    for list in lists {
        let names: Vec<String> = serde_json::from_str(&list?).unwrap_or_default();
        for name in names {
            if !known.contains(&name) {
                known.push(name);
            }
        }
    }
    Ok(known)
}

/// The columns of the newest loaded batch of a table from one source; None before the first.
pub fn columns_before(conn: &Connection, table: &str, source_system: &str) -> rusqlite::Result<Option<Vec<ColumnInfo>>> {
    let text: Option<String> = conn
        .prepare_cached(
            "SELECT columns FROM batch WHERE table_name = ?1 AND source_system = ?2 AND status = 'loaded' AND of_batch IS NULL ORDER BY batch_id DESC LIMIT 1",
        )?
        .query_row([table, source_system], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}
