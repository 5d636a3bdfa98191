//! SQL that a person typed. Flow: statement -> a connection that may only read -> a table of cells.

use rusqlite::Connection;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;

use crate::base::{Cell, DataTable, Layer, RunCtx};

use super::StoreError;
use super::reader::forbid_writing;

/// What an answer may hold in memory: a table that is looked at, not one that is kept. A file takes all.
const MOST_BYTES: usize = 256 << 20;
/// Bytes of one value.
const LONGEST_VALUE: i32 = 64 << 20;

/// Runs one statement over the attached layers; at most `limit` rows, and fewer where they would fill the memory. The connection reads only
/// from then on.
pub fn query(conn: &mut Connection, sql: &str, limit: usize, ctx: &RunCtx) -> Result<DataTable, StoreError> {
    guarded(conn, sql, ctx)?;
    read(conn, sql, limit).map_err(wrong)
}

/// From here on the connection reads only, stops within moments once it is cancelled, and makes no value that would fill the memory.
fn guarded(conn: &mut Connection, sql: &str, ctx: &RunCtx) -> Result<(), StoreError> {
    /// Steps of SQLite's machine between two looks at whether it was cancelled: some milliseconds at most.
    const STEPS: i32 = 20_000;
    if sql.contains('\0') {
        // SQLite would end there and say nothing of the rest.
        return Err(StoreError::Refused("there is a NUL character in the statement. Take it out.".to_owned()));
    }
    let cancel = ctx.cancel.clone();
    conn.progress_handler(STEPS, Some(move || cancel.is_cancelled())).map_err(wrong)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE).map_err(wrong)?;
    forbid_writing(conn).map_err(wrong)
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn wrong(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::OperationInterrupted) => StoreError::Cancelled,
        _ => StoreError::Refused(in_words(&error)),
    }
}

fn read(conn: &Connection, sql: &str, limit: usize) -> rusqlite::Result<DataTable> {
    let mut statement = conn.prepare(sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut table = DataTable { rows: Vec::new(), truncated: false, columns };
    let mut rows = statement.query([])?;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        if table.rows.len() == limit || bytes > MOST_BYTES {
            table.truncated = true;
            break;
        }
        let cells = (0..table.columns.len()).map(|at| row.get_ref(at).map(cell_of)).collect::<rusqlite::Result<Vec<Cell>>>()?;
        bytes += cells.iter().map(size_of_cell).sum::<usize>();
        table.rows.push(cells);
    }
    Ok(table)
}

fn size_of_cell(cell: &Cell) -> usize {
    let text = if let Cell::Text(text) = cell { text.len() } else { 0 };
    size_of::<Cell>() + text
}

/// What all values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    Integer,
    Real,
    Text,
}

/// The names of what a statement answers. The connection reads only from then on.
pub fn columns(conn: &mut Connection, sql: &str) -> Result<Vec<String>, StoreError> {
    let names = |conn: &Connection| conn.prepare(sql).map(|statement| statement.column_names().map(str::to_owned).collect());
    guarded(conn, sql, &RunCtx::default())?;
    names(conn).map_err(wrong)
}

/// What each column's values are: numbers only where all are.
pub fn kinds(conn: &mut Connection, sql: &str, columns: &[String], ctx: &RunCtx) -> Result<Vec<CellKind>, StoreError> {
    let mut found: Vec<Option<CellKind>> = vec![None; columns.len()];
    each_row(conn, sql, ctx, &mut |row| {
        for (kind, cell) in found.iter_mut().zip(row) {
            *kind = with(*kind, cell);
        }
        Ok(())
    })?;
    Ok(found.into_iter().map(|kind| kind.unwrap_or(CellKind::Text)).collect())
}

/// What the cells of one column are.
pub fn kind_of<'a>(cells: impl Iterator<Item = &'a Cell>) -> CellKind {
    cells.fold(None, with).unwrap_or(CellKind::Text)
}

/// What a column is that was `kind` so far and has this cell too; None: no value yet.
fn with(kind: Option<CellKind>, cell: &Cell) -> Option<CellKind> {
    match (kind, cell) {
        (kind, Cell::Null) => kind,
        (None | Some(CellKind::Integer), Cell::Integer(_)) => Some(CellKind::Integer),
        (None | Some(CellKind::Integer | CellKind::Real), Cell::Integer(_) | Cell::Real(_)) => Some(CellKind::Real),
        _ => Some(CellKind::Text),
    }
}

/// Takes one row of an answer.
pub type EachRow<'a> = &'a mut dyn FnMut(&[Cell]) -> Result<(), StoreError>;

/// Hands every row to `each`, until it is cancelled. The connection reads only from then on.
pub fn each_row(conn: &mut Connection, sql: &str, ctx: &RunCtx, each: EachRow<'_>) -> Result<(), StoreError> {
    guarded(conn, sql, ctx)?;
    let mut statement = conn.prepare(sql).map_err(wrong)?;
    let width = statement.column_count();
    let mut rows = statement.query([]).map_err(wrong)?;
    while let Some(row) = rows.next().map_err(wrong)? {
        let cells = (0..width).map(|at| row.get_ref(at).map(cell_of)).collect::<rusqlite::Result<Vec<Cell>>>().map_err(wrong)?;
        each(&cells)?;
    }
    Ok(())
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
        error if error.sqlite_error_code() == Some(rusqlite::ErrorCode::TooBig) => {
            format!("a value of the answer is longer than {} MB. Cut it, with substr() for instance.", LONGEST_VALUE >> 20)
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::reader::in_memory;

    #[test]
    fn a_statement_that_never_ends_is_cancelled_and_leaves_the_connection_good() {
        let ctx = RunCtx::default();
        let cancel = ctx.cancel.clone();
        let waits = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(30));
            cancel.cancel();
        });
        let mut conn = in_memory().unwrap();
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        let error = query(&mut conn, endless, 10, &ctx).unwrap_err();
        assert!(matches!(error, StoreError::Cancelled), "{error}");
        waits.join().unwrap();
        let table = query(&mut conn, "SELECT 1 AS one", 10, &RunCtx::default()).unwrap();
        assert_eq!((table.columns, table.rows), (vec!["one".to_owned()], vec![vec![Cell::Integer(1)]]));
    }
}
