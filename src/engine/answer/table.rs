//! SQL that a person typed, over the gold that people see.

use crate::base::DataTable;
use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::store::typed;

/// Runs one statement over schemas bronze, silver, gold (the published one) and control; at most `limit` rows.
pub fn query(session: &Session, sql: &str, limit: usize) -> Result<DataTable, EngineError> {
    let mut conn = session.reader_of_published()?;
    super::sqlite(crate::warehouse::register(&conn))?;
    Ok(typed::query(&mut conn, sql, limit)?)
}
