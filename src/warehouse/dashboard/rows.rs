//! Which rows a figure counts. Flow: figure + filter + part -> its facts -> SQL over the fact table -> rows, each with its key; and what they make together.

use super::facet::{self, quoted};
use super::facts::{Currency, Facts, facts, part_of};
use super::figures::{DashboardFilter, FigureRows, RowsWanted};
use super::made::made;
use super::period::Period;
use super::reader::Reader;
use crate::base::DataTable;
use crate::warehouse::error::{Result, WarehouseError};

/// The rows behind a figure; `facet`: what the bars of its chart stand for.
fn rows(reader: &Reader<'_>, wanted: &RowsWanted<'_>, title: &str, facet: Option<&str>) -> Result<FigureRows> {
    let Some(facts) = facts(reader, wanted.figure) else {
        return Err(WarehouseError::Other(format!("no rows stand behind a figure called {}", wanted.figure)));
    };
    let period = if facts.months { reader.period.whole_months(reader.as_of) } else { reader.period };
    let mut sql = facts.sql.clone();
    // A bar of a chart is what it says, whatever of its own kind is chosen on the page.
    let own = facet.filter(|_| !wanted.part.is_empty());
    if !facts.branch.is_empty() && reader.branch.is_some() && own != Some("branch") {
        sql.push_str(&format!("\n    AND {} = :branch", facts.branch));
    }
    match facts.currency {
        (Currency::One, column) => sql.push_str(&format!("\n    AND coalesce({column}, '') = :currency")),
        (Currency::Wanted, column) if reader.wanted_currency.is_some() => {
            sql.push_str(&format!("\n    AND coalesce({column}, '') = :wanted_currency"));
        }
        _ => {}
    }
    for (facet, value) in facet::carried(facts.source, &reader.facets).into_iter().filter(|(facet, _)| own != Some(facet)) {
        sql.push_str(&format!("\n    AND {}", condition(&facts, facet, value)));
    }
    sql.push_str(&part(&facts, wanted, facet)?);
    if wanted.unsettled && !facts.customer.is_empty() {
        sql.push_str(&format!(
            "\n    AND coalesce((SELECT is_pending FROM gold.customer_activity w WHERE w.customer_key = {}), 1)",
            facts.customer
        ));
    }
    let adds_up = adds_up(reader, wanted.figure, &sql, period)?;
    if !facts.order.is_empty() {
        sql.push_str(&format!("\nORDER BY {}", facts.order));
    }
    let sql = reader.resolve(&sql, None).sql;
    let found: DataTable = reader.resolved_in(&sql, period, wanted.limit)?;
    Ok(FigureRows {
        title: title.to_owned(),
        what: if wanted.unsettled { format!("{} that wait in Review", facts.what) } else { facts.what.to_owned() },
        table: facts.table.to_owned(),
        key_columns: facts.keys,
        rows: found,
        sql: reader.written_in(&sql, period),
        adds_up,
    })
}

/// The condition that leaves only the rows of one bar; empty where all are asked for.
fn part(facts: &Facts, wanted: &RowsWanted<'_>, facet: Option<&str>) -> Result<String> {
    if wanted.part.is_empty() {
        return Ok(String::new());
    }
    let values = || wanted.part.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ");
    let condition = match (facet, part_of(wanted.figure)) {
        (Some("branch"), _) => format!("{} IN ({})", facts.branch, values()),
        (Some(facet), _) => wanted.part.iter().map(|value| condition(facts, facet, value)).collect::<Vec<_>>().join(" OR "),
        (None, Some(part)) => format!("{part} IN ({})", values()),
        (None, None) => return Err(WarehouseError::Other(format!("the figure {} has no parts that could be asked for", wanted.figure))),
    };
    Ok(format!("\n    AND ({condition})"))
}

/// What all rows make together, also those that are not listed.
fn adds_up(reader: &Reader<'_>, figure: &str, sql: &str, period: Period) -> Result<Vec<(String, f64)>> {
    let parts = made(figure);
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let columns: Vec<String> = parts.iter().enumerate().map(|(at, (_, sql))| format!("{sql} AS made_{at}")).collect();
    let columns = columns.join(", ").replace(":target_days", &reader.target_days.to_string());
    let whole = reader.resolve(&format!("SELECT {columns} FROM ({sql})"), None).sql;
    let found = reader.resolved_in(&whole, period, 1)?;
    let cells = found.rows.first().map(Vec::as_slice).unwrap_or_default();
    Ok(parts.iter().zip(cells).filter_map(|((name, _), cell)| Some(((*name).to_owned(), cell.as_f64()?))).collect())
}

/// A facet as a condition over the facts' own rows.
fn condition(facts: &Facts, facet: &str, value: &str) -> String {
    let of_customer = |column: &str, missing: &str| {
        let known = format!(
            "(SELECT coalesce(f.{column}, {}) FROM gold.customer_360 f WHERE f.customer_key = {})",
            quoted(missing),
            facts.customer
        );
        format!("coalesce({known}, '') = {}", quoted(value))
    };
    let own = |column: &str| format!("coalesce({column}, '') = {}", quoted(value));
    match facet {
        "risk_tier" if facts.source == "calls" => own("t.risk_tier"),
        "risk_tier" => of_customer("risk_tier", ""),
        "tenure_segment" => of_customer("tenure_segment", "not known"),
        "customer_segment" => of_customer("customer_segment", "no transactions"),
        "digital_status" => of_customer("digital_status", "not known"),
        "rfm_group" => format!(
            "coalesce((SELECT f.rfm_group FROM gold.agg_customer_rfm f WHERE f.customer_key = {}), 'no transactions') = {}",
            facts.customer,
            quoted(value)
        ),
        "systems" => format!("{} IN (SELECT customer_key FROM {SYSTEMS} WHERE systems = {})", facts.customer, quoted(value)),
        "records" => format!("CAST(c.records AS TEXT) = {}", quoted(value)),
        "loan_type" => own("d.loan_type"),
        "loan_status" => own("t.status"),
        column => own(&format!("t.{column}")),
    }
}

/// As `agg_identity` names the systems that know a customer.
const SYSTEMS: &str = "(SELECT customer_key, concat_ws(' + ', max(CASE source_system WHEN 'erpnext' THEN 'ERP' END), max(CASE source_system WHEN 'salesforce' THEN 'CRM' END),
         max(CASE source_system WHEN 'supabase' THEN 'App' END), max(CASE source_system WHEN 'google_sheets' THEN 'Sheets' END),
         max(CASE WHEN source_system NOT IN ('erpnext', 'salesforce', 'supabase', 'google_sheets') THEN source_system END)) AS systems
     FROM gold.bridge_customer_ids GROUP BY customer_key)";

/// The rows of a figure that the page shows, under the title that it has there.
pub(crate) fn rows_of(reader: &Reader<'_>, wanted: &RowsWanted<'_>) -> Result<FigureRows> {
    let (tiles, charts) = super::figures_of(reader, wanted.page)?;
    let tile = tiles.iter().find(|tile| tile.id == wanted.figure);
    let chart = charts.iter().find(|chart| chart.id == wanted.figure);
    let Some(title) = tile.map(|tile| tile.title.as_str()).or(chart.map(|chart| chart.title.as_str())) else {
        return Err(WarehouseError::Other(format!("the page {} has no figure called {}", wanted.page.name(), wanted.figure)));
    };
    rows(reader, wanted, title, chart.and_then(|chart| chart.facet.as_deref().or(chart.series_facet.as_deref())))
}

/// The filter with one more part chosen, as a click on it would.
pub fn narrowed_by(filter: &DashboardFilter, facet: &str, value: &str) -> DashboardFilter {
    let mut narrowed = filter.clone();
    if facet == "branch" {
        narrowed.branch = Some(value.to_owned());
    } else {
        narrowed.facets.insert(facet.to_owned(), value.to_owned());
    }
    narrowed
}
