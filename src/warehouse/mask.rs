//! The masked copy of a gold file: the same rows without personal data, for people who may not see it.

use std::path::Path;

use rusqlite::Connection;

use super::ddl::{create_sql, index_sql};
use super::error::{Result, SqlContext, WarehouseError};
use super::functions;
use super::graph::Graph;
use super::model::{Column, Model, ModelLayer};
use super::sources::columns_of;
use crate::base::RunCtx;

/// Writes `masked` (replaced if it is there) from the gold file `source`, which is only read.
///
/// By the tag of a column: names become initials, birth dates years, source ids a running number that stays the same within the
/// table for the same id (no hash: a hash can be tried); e-mail, phone, address, device, gender and free text become NULL.
/// Everything else is copied. A table that no model declares and that is not one of Karat's own is left out.
pub fn write_masked(graph: &Graph, source: &Path, masked: &Path, ctx: &RunCtx) -> Result<()> {
    remove(masked)?;
    let done = copy(graph, source, masked, ctx);
    if done.is_err() {
        // Half a copy must not be found by anyone; the error that matters is the first one.
        let _ = remove(masked);
    }
    done
}

/// A table of a workspace's own goes in only where its head says of every text what it holds (`pii:KIND`, or `pii:none`): nobody else knows.
fn is_shown(model: &Model) -> bool {
    let is_told = model.columns.iter().all(|column| column.sql_type != "TEXT" || column.pii.is_some());
    !model.is_view() && (!model.is_own() || is_told)
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(WarehouseError::Io { path: path.display().to_string(), source })
        }
        _ => Ok(()),
    }
}

fn copy(graph: &Graph, source: &Path, masked: &Path, ctx: &RunCtx) -> Result<()> {
    if !source.is_file() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(WarehouseError::Io { path: source.display().to_string(), source: missing });
    }
    let mut conn = Connection::open_in_memory().at("masked copy")?;
    functions::register(&conn).at("masked copy")?;
    let cancel = ctx.cancel.clone();
    conn.progress_handler(20_000, Some(move || cancel.is_cancelled())).at("masked copy")?;
    conn.execute("ATTACH ?1 AS unmasked", [source.display().to_string()]).at("masked copy")?;
    conn.execute("ATTACH ?1 AS gold", [masked.display().to_string()]).at("masked copy")?;
    conn.execute_batch("PRAGMA gold.page_size = 8192; PRAGMA gold.journal_mode = OFF; PRAGMA gold.synchronous = OFF; BEGIN")
        .at("masked copy")?;
    for model in graph.layer(ModelLayer::Gold).filter(|model| is_shown(model) && stands(&conn, &model.name)) {
        ctx.check()?;
        ctx.progress.say(&model.id());
        conn.execute_batch(&format!("{}; {}; {}", create_sql(model), insert_sql(&conn, model)?, index_sql(model))).at(&model.id())?;
        ctx.progress.advance(1);
    }
    for own in ["manifest", "model_run"] {
        if stands(&conn, own) {
            conn.execute_batch(&format!("CREATE TABLE gold.{own} AS SELECT * FROM unmasked.{own}")).at(own)?;
        }
    }
    conn.execute_batch(
        "CREATE TABLE IF NOT EXISTS gold.manifest (key TEXT, value TEXT); INSERT INTO gold.manifest (key, value) VALUES ('masked', 'yes')",
    )
    .at("manifest")?;
    let mut statement = conn.prepare("SELECT name, sql FROM unmasked.sqlite_master WHERE type = 'view' ORDER BY rowid").at("views")?;
    let views: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).at("views")?.collect::<rusqlite::Result<_>>().at("views")?;
    drop(statement);
    for (name, sql) in views {
        let body = sql.split_once('(').map_or("", |(_, rest)| rest);
        conn.execute_batch(&format!("CREATE VIEW gold.\"{name}\" ({body}")).at(&name)?;
    }
    conn.execute_batch("COMMIT; DETACH gold; DETACH unmasked").at("masked copy")
}

fn stands(conn: &Connection, table: &str) -> bool {
    conn.query_row("SELECT 1 FROM unmasked.sqlite_master WHERE type = 'table' AND name = ?1", [table], |_| Ok(())).is_ok()
}

/// Columns that an incremental model's table lacks stay NULL.
fn insert_sql(conn: &Connection, model: &Model) -> Result<String> {
    let standing = columns_of(conn, "unmasked", &model.name)?;
    let columns: Vec<&Column> = model.columns.iter().filter(|column| standing.contains(&column.name)).collect();
    let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let values: Vec<String> = columns.iter().map(|column| masked_sql(column)).collect();
    Ok(format!("INSERT INTO gold.\"{}\" ({}) SELECT {} FROM unmasked.\"{}\"", model.name, names.join(", "), values.join(", "), model.name))
}

fn masked_sql(column: &Column) -> String {
    let name = format!("\"{}\"", column.name);
    match column.pii.as_deref() {
        None | Some("none") => name,
        Some("name") => format!("mask_name({name})"),
        Some("birth_date") => format!("substr({name}, 1, 4)"),
        Some("id") => format!("CASE WHEN {name} IS NOT NULL THEN 'id-' || dense_rank() OVER (ORDER BY {name}) END"),
        Some(_) => "NULL".to_owned(),
    }
}

#[cfg(test)]
#[path = "mask_tests.rs"]
mod tests;
