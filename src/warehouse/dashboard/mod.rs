//! Pages of figures from gold. Flow: filter -> period -> reader (rows of the aggregates) -> tiles and charts -> figures (`Dashboard`).
//!
//! Reads aggregates only, so a page answers in milliseconds whatever the bank's size.

mod charts;
mod common;
mod executive;
pub mod figures;
mod pages;
mod period;
mod reader;
mod tiles;

pub use figures::{BranchChoice, Chart, ChartKind, Choices, Dashboard, DashboardFilter, DashboardPage, Series, SeriesRole, Tile};

use rusqlite::{Connection, OptionalExtension};

use super::error::{Result, SqlContext};
use reader::Reader;

/// One page over the schema `gold` of this connection. All money on it is in one currency (`Dashboard::currency`).
pub fn dashboard(conn: &Connection, page: DashboardPage, filter: &DashboardFilter) -> Result<Dashboard> {
    conn.set_prepared_statement_cache_capacity(128);
    let reader = Reader::new(conn, filter)?;
    let (tiles, charts) = match page {
        DashboardPage::Executive => executive::page(&reader)?,
        DashboardPage::Customers => pages::customers(&reader)?,
        DashboardPage::Transactions => pages::transactions(&reader)?,
        DashboardPage::Service => pages::service(&reader)?,
        DashboardPage::Digital => pages::digital(&reader)?,
        DashboardPage::Loans => pages::loans(&reader)?,
        DashboardPage::Identity => pages::identity(&reader)?,
    };
    let before = reader.period.before();
    Ok(Dashboard {
        gold_version: gold_version(conn)?,
        as_of: reader.as_of.to_string(),
        page,
        from: reader.period.from.to_string(),
        to: reader.period.to.to_string(),
        before_from: before.from.to_string(),
        before_to: before.to.to_string(),
        currency: reader.currency.clone().filter(|currency| !currency.is_empty()),
        tiles,
        charts,
        choices: reader.choices,
    })
}

fn gold_version(conn: &Connection) -> Result<u32> {
    let text: Option<String> = conn
        .query_row("SELECT value FROM gold.manifest WHERE key = 'gold_version'", [], |row| row.get(0))
        .optional()
        .at("gold.manifest")?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
}

#[cfg(test)]
#[path = "dashboard_tests.rs"]
mod tests;
