//! Fills `gold.catalogue`: every table and column of silver and gold with its meaning.

use rusqlite::{Connection, params};

use super::error::{Result, SqlContext};
use super::graph::Graph;

pub(crate) fn fill(conn: &Connection, graph: &Graph) -> Result<()> {
    let what = "gold.catalogue";
    let mut insert = conn.prepare("INSERT INTO gold.catalogue VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)").at(what)?;
    for model in graph.models() {
        for (at, column) in model.columns.iter().enumerate() {
            let meaning = if column.description.is_empty() { &model.about } else { &column.description };
            let place = i64::try_from(at + 1).unwrap_or(0);
            insert.execute(params![model.layer.schema(), model.name, place, column.name, column.sql_type, meaning, column.pii]).at(what)?;
        }
    }
    Ok(())
}
