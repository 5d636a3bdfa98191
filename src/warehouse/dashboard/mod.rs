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

pub use figures::{Chart, ChartKind, Dashboard, DashboardFilter, DashboardPage, Series, Tile};

use rusqlite::{Connection, OptionalExtension};

use super::error::{Result, SqlContext};
use reader::Reader;

/// One page over the schema `gold` of this connection. All money on it is in the one currency that `filter` names.
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
    let currency = reader.currency.clone().filter(|currency| !currency.is_empty());
    Ok(Dashboard {
        gold_version: gold_version(conn)?,
        as_of: reader.as_of.to_string(),
        period: reader.period.words(),
        period_before: reader.period.before().words(),
        filter: DashboardFilter {
            from: Some(reader.period.from.to_string()),
            to: Some(reader.period.to.to_string()),
            branch: reader.branch.clone(),
            currency,
        },
        branches: reader.branches,
        currencies: reader.currencies.into_iter().filter(|currency| !currency.is_empty()).collect(),
        tiles,
        charts,
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
