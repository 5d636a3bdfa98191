//! What the command palette finds: customers and tables.

use crate::engine::error::EngineError;
use crate::engine::pages::{PalettePage, Sight};
use crate::engine::session::Session;
use crate::store::{silver, typed::tables};

use super::customers::{found, rows_of};
use super::sqlite;

const FOUND: u32 = 8;

pub fn palette(session: &Session, text: &str, sight: Sight) -> Result<PalettePage, EngineError> {
    let is_clear = sight == Sight::Clear;
    let conn = if is_clear { session.reader_of_published()? } else { session.reader_of_masked()? };
    let wanted = text.trim().to_lowercase();
    let mut page = PalettePage::default();
    if wanted.is_empty() {
        return Ok(page);
    }
    if sqlite(silver::has_table(&conn, "silver", "dim_customer"))? {
        // Where values are masked, only what is in the clear there can be looked for.
        let briefs =
            if is_clear { found(session, &conn, &wanted, FOUND)?.0 } else { sqlite(silver::search_customers(&conn, &wanted, FOUND))?.0 };
        page.customers = rows_of(&conn, briefs)?;
    }
    page.tables = sqlite(tables(&conn))?.into_iter().filter(|table| table.contains(&wanted)).take(FOUND as usize).collect();
    Ok(page)
}
