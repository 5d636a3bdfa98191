//! Pages of figures from gold. Flow: filter -> period -> reader (rows of the aggregates, narrowed by facet) -> tiles and charts -> figures
//! (`Dashboard`); a figure -> its rows.
//!
//! A page reads aggregates only, so it answers in milliseconds whatever the bank's size; facts are read where somebody asks for rows.

mod absent;
mod charts;
mod common;
mod contact;
mod executive;
mod facet;
mod facts;
mod facts_more;
pub mod figures;
mod made;
mod money;
mod period;
mod quality;
mod reader;
mod rows;
mod segments;
mod tiles;
mod waiting;

pub use facet::label;
pub use figures::{
    Absent, Chart, ChartKind, Dashboard, DashboardFilter, DashboardPage, FigureRows, RowsWanted, Series, TARGET_DAYS, TARGETS, Tile,
};
pub use rows::narrowed_by;
pub use waiting::{Waiting, waiting};

use rusqlite::{Connection, OptionalExtension};

use super::error::{Result, SqlContext, WarehouseError};
use reader::Reader;

/// Tiles and charts, or why there are none.
type Page = Result<(Vec<Tile>, Vec<Chart>)>;

/// One page over the schema `gold` of this connection; data quality reads `bronze` and `control` too. All money on it is in the one
/// currency that `filter` names. `waiting`: what is in quarantine, which gold does not know.
pub fn dashboard(conn: &Connection, page: DashboardPage, filter: &DashboardFilter, waiting: &Waiting) -> Result<Dashboard> {
    conn.set_prepared_statement_cache_capacity(128);
    let read = || {
        let reader = Reader::new(conn, filter)?;
        let (mut tiles, mut charts) = figures_of(&reader, page)?;
        if page != DashboardPage::DataQuality {
            // Whatever counts rows of customers is as settled as they are.
            let settled = common::settled_customers(&reader)?;
            let shown = charts.iter_mut().filter(|chart| !chart.table.rows.is_empty());
            shown.for_each(|chart| chart.settled_share = chart.settled_share.or(settled));
        }
        waiting.lower(&reader, &mut tiles, &mut charts);
        whole(reader, tiles, charts)
    };
    read().map_err(in_words)
}

/// The rows behind one figure of a page, or behind one bar of it.
pub fn figure_rows(conn: &Connection, wanted: &RowsWanted<'_>) -> Result<FigureRows> {
    Reader::new(conn, wanted.filter).and_then(|reader| rows::rows_of(&reader, wanted)).map_err(in_words)
}

fn figures_of(reader: &Reader<'_>, page: DashboardPage) -> Page {
    match page {
        DashboardPage::Executive => executive::page(reader),
        DashboardPage::Customers => money::customers(reader),
        DashboardPage::Transactions => money::transactions(reader),
        DashboardPage::Service => contact::service(reader),
        DashboardPage::Digital => contact::digital(reader),
        DashboardPage::Loans => money::loans(reader),
        DashboardPage::Signals => segments::page(reader),
        DashboardPage::DataQuality => quality::data_quality(reader),
        DashboardPage::Identity => quality::identity(reader),
    }
}

fn whole(reader: Reader<'_>, tiles: Vec<Tile>, charts: Vec<Chart>) -> Result<Dashboard> {
    let currency = reader.currency.clone().filter(|currency| !currency.is_empty());
    Ok(Dashboard {
        gold_version: gold_version(reader.conn)?,
        as_of: reader.as_of.to_string(),
        first_day: reader.first_day()?.to_string(),
        period: reader.period.words(),
        period_before: reader.period.before().words(),
        chosen: chosen(&reader),
        absent: absent::absent(reader.conn)?,
        filter: DashboardFilter {
            from: Some(reader.period.from.to_string()),
            to: Some(reader.period.to.to_string()),
            branch: reader.branch.clone(),
            currency,
            facets: reader.facets.clone(),
            target_days: Some(reader.target_days),
        },
        branches: reader.branches,
        currencies: reader.currencies.into_iter().filter(|currency| !currency.is_empty()).collect(),
        tiles,
        charts,
    })
}

/// What is chosen besides the period, as chips and stamps say it.
fn chosen(reader: &Reader<'_>) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    if let Some(branch) = &reader.branch {
        let name = reader.branches.iter().find(|(id, _)| id == branch).map_or(branch.as_str(), |(_, name)| name);
        parts.push(("Branch".to_owned(), or_not_known(name)));
    }
    if let Some(currency) = &reader.wanted_currency {
        parts.push(("Currency".to_owned(), currency.clone()));
    }
    let named = reader.facets.iter().filter_map(|(id, value)| Some((label(id)?.to_owned(), or_not_known(&value.replace('_', " ")))));
    parts.extend(named);
    parts
}

fn or_not_known(name: &str) -> String {
    if name.is_empty() { "not known".to_owned() } else { name.to_owned() }
}

/// A gold that an older program built lacks tables and columns: that is no fault of the data.
fn in_words(error: WarehouseError) -> WarehouseError {
    let WarehouseError::Sql { source, .. } = &error else { return error };
    let msg = match source {
        rusqlite::Error::SqlInputError { msg, .. } | rusqlite::Error::SqliteFailure(_, Some(msg)) if msg.starts_with("no such") => msg,
        _ => return error,
    };
    WarehouseError::Other(format!(
        "this gold is not one that this page can read ({msg}): it was built by an older Karat. Run, then publish."
    ))
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
