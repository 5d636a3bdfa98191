//! Rows that never reached gold because they wait in quarantine: how far they lower the trust in a figure.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::facts::facts;
use super::figures::{Chart, Tile};
use super::reader::Reader;
use crate::warehouse::error::{Result, SqlContext};

/// Rows of the files by source table: those that were loaded and those that wait to be mended. Counts only, never a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting(BTreeMap<String, Rows>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Rows {
    loaded: u64,
    waiting: u64,
}

/// Tables of bronze whose rows a table of gold holds.
const FED_BY: [(&str, &[&str]); 13] = [
    ("gold.fct_transactions", TRANSACTIONS),
    ("gold.unusual_transactions", TRANSACTIONS),
    (
        "gold.dim_account",
        &[
            "erp_accounts",
            "erp_transactions",
            "core_accounts",
            "core_daily_balances",
            "ledger_accounts",
            "ledger_transactions",
            "cdc_accounts",
        ],
    ),
    ("gold.customer_360", CUSTOMERS),
    ("gold.bridge_customer_ids", CUSTOMERS),
    ("gold.customer_signal", CUSTOMERS),
    ("gold.fct_complaints", &["sf_cases"]),
    ("gold.fct_digital_engagement", &["sb_app_sessions", "sb_app_events"]),
    ("silver.fct_feature_usage", &["sb_app_events"]),
    ("gold.fct_loans", &["erp_loans", "core_loan_applications"]),
    ("gold.fct_investments", &["erp_investments", "core_investments"]),
    ("gold.fct_interactions", &["sf_tasks", "sf_campaign_responses", "core_interactions"]),
    ("gold.customer_notes", &["gs_customer_notes"]),
];
const TRANSACTIONS: &[&str] =
    &["erp_transactions", "erp_sales_invoices", "raw_erp_transactions", "core_transactions", "ledger_transactions", "cdc_transactions"];
const CUSTOMERS: &[&str] = &["erp_customers", "sf_contacts", "raw_crm_customers", "core_customers", "ledger_customers", "cdc_customers"];

/// Reads the schema `bronze`.
pub fn waiting(conn: &Connection) -> Result<Waiting> {
    let mut found = Waiting::default();
    let loaded = "SELECT table_name, sum(rows_loaded) FROM bronze.batch WHERE status = 'loaded' AND table_name IS NOT NULL GROUP BY 1";
    for (table, count) in counts(conn, loaded)? {
        found.0.entry(table).or_default().loaded = count;
    }
    for (table, count) in counts(conn, "SELECT table_name, count(*) FROM bronze.quarantine WHERE state = 'open' GROUP BY 1")? {
        found.0.entry(table).or_default().waiting = count;
    }
    Ok(found)
}

fn counts(conn: &Connection, sql: &str) -> Result<Vec<(String, u64)>> {
    let mut statement = conn.prepare_cached(sql).at(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0)))).at(sql)?;
    rows.collect::<rusqlite::Result<_>>().at(sql)
}

impl Waiting {
    /// Rows in quarantine of what feeds a figure, and the share of its files' rows that came through; None where no file feeds it.
    #[expect(clippy::cast_precision_loss, reason = "a share of rows")]
    fn of(&self, reader: &Reader<'_>, figure: &str) -> Option<(u64, f64)> {
        let table = facts(reader, figure)?.table;
        let (_, tables) = FED_BY.iter().find(|(known, _)| *known == table)?;
        let rows = tables.iter().filter_map(|table| self.0.get(*table));
        let (loaded, waiting) = rows.fold((0, 0), |(loaded, waiting), rows| (loaded + rows.loaded, waiting + rows.waiting));
        (loaded + waiting > 0).then(|| (waiting, loaded as f64 / (loaded + waiting) as f64))
    }

    pub(super) fn lower(&self, reader: &Reader<'_>, tiles: &mut [Tile], charts: &mut [Chart]) {
        for tile in tiles.iter_mut().filter(|tile| tile.number.is_some()) {
            if let Some((waiting, through)) = self.of(reader, &tile.id) {
                tile.quarantined = waiting;
                tile.settled_share = Some(tile.settled_share.unwrap_or(1.0) * through);
            }
        }
        for chart in charts.iter_mut().filter(|chart| !chart.table.rows.is_empty()) {
            if let Some((waiting, through)) = self.of(reader, &chart.id) {
                chart.quarantined = waiting;
                chart.settled_share = Some(chart.settled_share.unwrap_or(1.0) * through);
            }
        }
    }
}
