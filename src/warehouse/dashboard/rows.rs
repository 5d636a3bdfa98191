//! Which rows a figure counts. Flow: figure + filter -> its facts -> SQL over the fact table -> rows, each with its key.

use super::facet::{self, quoted};
use super::facts::{Currency, Facts, facts};
use super::figures::{DashboardFilter, DashboardPage, FigureRows};
use super::reader::Reader;
use crate::base::DataTable;
use crate::warehouse::error::{Result, WarehouseError};

/// At most `limit` rows behind a figure. `unsettled`: only those that wait for somebody.
pub(crate) fn rows(reader: &Reader<'_>, id: &str, title: &str, unsettled: bool, limit: usize) -> Result<FigureRows> {
    let Some(facts) = facts(reader, id) else {
        return Err(WarehouseError::Other(format!("no rows stand behind a figure called {id}")));
    };
    let period = if facts.months { reader.period.whole_months(reader.as_of) } else { reader.period };
    let mut sql = facts.sql.clone();
    if !facts.branch.is_empty() && reader.branch.is_some() {
        sql.push_str(&format!("\n    AND {} = :branch", facts.branch));
    }
    match facts.currency {
        (Currency::One, column) => sql.push_str(&format!("\n    AND coalesce({column}, '') = :currency")),
        (Currency::Wanted, column) if reader.wanted_currency.is_some() => {
            sql.push_str(&format!("\n    AND coalesce({column}, '') = :wanted_currency"));
        }
        _ => {}
    }
    for (facet, value) in facet::carried(facts.source, &reader.facets) {
        sql.push_str(&format!("\n    AND {}", condition(&facts, facet, value)));
    }
    if unsettled && !facts.customer.is_empty() {
        sql.push_str(&format!(
            "\n    AND coalesce((SELECT is_pending FROM gold.customer_activity w WHERE w.customer_key = {}), 1)",
            facts.customer
        ));
    }
    if !facts.order.is_empty() {
        sql.push_str(&format!("\nORDER BY {}", facts.order));
    }
    let sql = reader.resolve(&sql, None).sql;
    let found: DataTable = reader.resolved_in(&sql, period, limit)?;
    Ok(FigureRows {
        title: title.to_owned(),
        what: if unsettled { format!("{} that wait in Review", facts.what) } else { facts.what.to_owned() },
        table: facts.table.to_owned(),
        key_columns: facts.keys,
        rows: found,
        sql: reader.written_in(&sql, period),
    })
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
pub(crate) fn rows_of(reader: &Reader<'_>, page: DashboardPage, id: &str, unsettled: bool, limit: usize) -> Result<FigureRows> {
    let (tiles, charts) = super::figures_of(reader, page)?;
    let of_tile = tiles.iter().find(|tile| tile.id == id).map(|tile| tile.title.as_str());
    let title = of_tile.or_else(|| charts.iter().find(|chart| chart.id == id).map(|chart| chart.title.as_str()));
    let Some(title) = title else {
        return Err(WarehouseError::Other(format!("the page {} has no figure called {id}", page.name())));
    };
    rows(reader, id, title, unsettled, limit)
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
