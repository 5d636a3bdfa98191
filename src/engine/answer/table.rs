//! SQL that a person typed, over the gold that people see.

use crate::base::{DataTable, RunCtx};
use crate::engine::error::EngineError;
use crate::engine::pages::Sight;
use crate::engine::session::Session;
use crate::store::{StoreError, typed};

/// Runs one statement over schemas bronze, silver, gold (the published one) and control; at most `limit` rows. Over the masked gold
/// alone where personal data are masked.
pub fn query(session: &Session, sql: &str, limit: usize, sight: Sight, ctx: &RunCtx) -> Result<DataTable, EngineError> {
    let mut conn = if sight == Sight::Clear { session.reader_of_published()? } else { session.reader_of_masked()? };
    super::sqlite(crate::warehouse::register(&conn))?;
    typed::query(&mut conn, sql, limit, ctx).map_err(|error| match (sight, error) {
        (_, StoreError::Cancelled) => EngineError::Cancelled,
        (Sight::Clear, error) => error.into(),
        // What is not there for this viewer looks as if it were not there at all.
        (_, error) => EngineError::Refused(format!(
            "{error}. Only the masked gold is open: tables gold.*, personal data masked{}.",
            if sight == Sight::Masked { "; --unmask opens everything and is logged" } else { "" }
        )),
    })
}
