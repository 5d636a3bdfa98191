//! Values of one table, for whoever looks at its quality. Flow: (table, filters) -> distinct values with counts, or rows.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde::Serialize;

use crate::base::{CancelToken, DataTable, RunCtx};

use super::StoreError;
use super::typed;

/// What rows have to be. Filters of one list all hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub enum Filter {
    /// One of these values.
    Is { column: String, values: Vec<String> },
    /// No value, or nothing but space.
    Missing { column: String },
    /// A number from `from` up to and with `to`; both as text.
    Between { column: String, from: String, to: String },
    /// A date that begins with this: `1984`, `1984-03`.
    Within { column: String, part: String },
    /// Written in this form (`9{4}-9{2}-9{2}`).
    Form { column: String, form: String },
    /// So many characters long.
    Length { column: String, characters: u64 },
    /// A condition in SQL, for the rows of a finding.
    Where { column: String, condition: String },
}

impl Filter {
    pub fn column(&self) -> &str {
        match self {
            Self::Is { column, .. }
            | Self::Missing { column }
            | Self::Between { column, .. }
            | Self::Within { column, .. }
            | Self::Form { column, .. }
            | Self::Length { column, .. }
            | Self::Where { column, .. } => column,
        }
    }

    fn sql(&self) -> String {
        let name = quoted(self.column());
        match self {
            Self::Is { values, .. } => {
                let list: Vec<String> = values.iter().map(|value| text_sql(value)).collect();
                format!("CAST({name} AS TEXT) IN ({})", list.join(", "))
            }
            Self::Missing { .. } => format!("coalesce(trim({name}), '') = ''"),
            Self::Between { from, to, .. } => {
                format!("to_real(CAST({name} AS TEXT)) BETWEEN CAST({} AS REAL) AND CAST({} AS REAL)", text_sql(from), text_sql(to))
            }
            Self::Within { part, .. } => format!("to_date({name}) LIKE {} || '%'", text_sql(part)),
            Self::Form { form, .. } => format!("form_of(CAST({name} AS TEXT)) = {}", text_sql(form)),
            Self::Length { characters, .. } => format!("length(CAST({name} AS TEXT)) = {characters} AND trim({name}) <> ''"),
            Self::Where { condition, .. } => format!("({condition})"),
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn text_sql(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// `schema.table` as SQL writes it; refused where it is no table of the four schemas.
pub fn table_sql(table: &str) -> Result<String, StoreError> {
    match table.split_once('.') {
        Some((schema @ ("bronze" | "silver" | "gold" | "control"), name)) if !name.is_empty() => Ok(format!("{schema}.{}", quoted(name))),
        _ => Err(StoreError::Refused(format!(
            "{table} is no table of bronze, silver, gold or control. Name it with its schema: silver.dim_account."
        ))),
    }
}

fn where_sql(filters: &[Filter]) -> String {
    if filters.is_empty() {
        return String::new();
    }
    format!(" WHERE {}", filters.iter().map(Filter::sql).collect::<Vec<_>>().join(" AND "))
}

/// Columns of a table in their order, those that Karat adds (`_file`, `_line`…) left out.
pub fn columns(conn: &Connection, table: &str) -> Result<Vec<String>, StoreError> {
    let sql = table_sql(table)?;
    let refused = |error: rusqlite::Error| {
        StoreError::Refused(format!("{table}: {error}. 'karat query' over control and gold.catalogue names what there is."))
    };
    let statement = conn.prepare(&format!("SELECT * FROM {sql} LIMIT 0")).map_err(refused)?;
    Ok(statement.column_names().filter(|name| !name.starts_with('_')).map(str::to_owned).collect())
}

pub fn count(conn: &Connection, table: &str, filters: &[Filter]) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM {}{}", table_sql(table)?, where_sql(filters));
    let rows: i64 = conn.query_row(&sql, [], |row| row.get(0)).map_err(|error| StoreError::Refused(format!("{table}: {error}")))?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

/// Every distinct value of a column with its rows, in no order.
pub fn value_counts(
    conn: &Connection,
    table: &str,
    column: &str,
    filters: &[Filter],
    cancel: &CancelToken,
    mut each: impl FnMut(Option<&str>, u64),
) -> Result<(), StoreError> {
    let name = quoted(column);
    let sql = format!("SELECT CAST({name} AS TEXT), count(*) FROM {}{} GROUP BY 1", table_sql(table)?, where_sql(filters));
    let mut read = || -> rusqlite::Result<Result<(), StoreError>> {
        let mut statement = conn.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut seen = 0_u64;
        while let Some(row) = rows.next()? {
            seen += 1;
            if seen.is_multiple_of(4096) && cancel.is_cancelled() {
                return Ok(Err(StoreError::Cancelled));
            }
            let rows = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
            match row.get_ref(0)? {
                ValueRef::Text(bytes) => each(Some(&String::from_utf8_lossy(bytes)), rows),
                _ => each(None, rows),
            }
        }
        Ok(Ok(()))
    };
    read().map_err(|error| StoreError::Refused(format!("{table}.{column}: {error}")))?
}

/// Rows that fit, at most `limit`. The connection reads only from then on.
pub fn rows(conn: &mut Connection, table: &str, filters: &[Filter], limit: usize) -> Result<DataTable, StoreError> {
    let sql = format!("SELECT * FROM {}{}", table_sql(table)?, where_sql(filters));
    typed::query(conn, &sql, limit, &RunCtx::default())
}
