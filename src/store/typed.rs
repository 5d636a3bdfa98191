//! SQL that a person typed. Flow: statement -> a connection that may only read -> a table of cells.

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::base::{Cell, DataTable, Layer};

use super::StoreError;
use super::reader::forbid_writing;

/// Runs one statement over the attached layers; at most `limit` rows. The connection reads only from then on.
pub fn query(conn: &mut Connection, sql: &str, limit: usize) -> Result<DataTable, StoreError> {
    forbid_writing(conn).and_then(|()| read(conn, sql, limit)).map_err(|error| StoreError::Refused(in_words(&error)))
}

fn read(conn: &Connection, sql: &str, limit: usize) -> rusqlite::Result<DataTable> {
    let mut statement = conn.prepare(sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut table = DataTable { rows: Vec::new(), truncated: false, columns };
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if table.rows.len() == limit {
            table.truncated = true;
            break;
        }
        let cells = (0..table.columns.len()).map(|at| row.get_ref(at).map(cell_of)).collect::<rusqlite::Result<Vec<Cell>>>()?;
        table.rows.push(cells);
    }
    Ok(table)
}

fn cell_of(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Text(format!("{} bytes", bytes.len())),
    }
}

fn in_words(error: &rusqlite::Error) -> String {
    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::AuthorizationForStatementDenied) {
        return "a query may only read: SELECT from bronze, silver, gold and control. Nothing was changed.".to_owned();
    }
    match error {
        rusqlite::Error::MultipleStatement => "one statement at a time: leave out what follows the first semicolon.".to_owned(),
        other => other.to_string(),
    }
}

/// Tables and views of all layers: `silver.dim_customer` and so on.
pub fn tables(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut found = Vec::new();
    for layer in Layer::ALL {
        let attached: bool =
            conn.query_row("SELECT count(*) FROM pragma_database_list WHERE name = ?1", [layer.name()], |row| row.get::<_, i64>(0))? > 0;
        if attached {
            let mut rows = conn.prepare(&format!(
                "SELECT name FROM {layer}.sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_rows' ORDER BY 1"
            ))?;
            let names = rows.query_map([], |row| row.get::<_, String>(0))?;
            for name in names {
                found.push(format!("{layer}.{}", name?));
            }
        }
    }
    Ok(found)
}
