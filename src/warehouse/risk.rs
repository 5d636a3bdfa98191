//! Reading predictions for pages. `conn` has gold attached, clear or masked.

use rusqlite::{Connection, OptionalExtension};

use super::error::{Result, SqlContext};
use super::sources;

/// One row of a table of predictions, with what gold says of its customer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PredictionRow {
    /// The customer's key, or the loan's number.
    pub id: String,
    pub customer_key: String,
    pub name: String,
    pub branch: String,
    pub probability: f64,
    pub tier: String,
    pub action: String,
    pub reasons: Vec<String>,
    pub contributions: Vec<f64>,
    pub rule_score: Option<i64>,
    /// Scale 2.
    pub exposure_minor: Option<i64>,
    pub currency: Option<String>,
}

/// Predictions beside the rule score.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Agreement {
    pub scored: u64,
    pub critical_share: f64,
    /// Share of customers in the same tier; None: there is no rule score.
    pub agreement: Option<f64>,
}

/// Why a table of predictions is empty, as its build said it; None: it has rows.
pub fn absent(conn: &Connection, table: &str) -> Result<Option<String>> {
    let name = table.trim_start_matches("gold.");
    if sources::columns_of(conn, "gold", name)?.is_empty() {
        return Ok(Some("the published gold is older than predictions. Run, then publish.".to_owned()));
    }
    if sources::has_rows(conn, "gold", name)? {
        return Ok(None);
    }
    let said: Option<String> =
        conn.query_row("SELECT message FROM gold.model_run WHERE model = ?1", [table], |row| row.get(0)).optional().at(table)?;
    Ok(Some(said.filter(|said| !said.is_empty()).unwrap_or_else(|| "there is nobody to predict for".to_owned())))
}

/// The version of the model that made a table.
pub fn model_version(conn: &Connection, table: &str) -> Result<Option<u32>> {
    conn.query_row(&format!("SELECT max(model_version) FROM {table}"), [], |row| row.get(0)).at(table)
}

/// Customers per tier.
pub fn tiers(conn: &Connection, table: &str) -> Result<Vec<(String, u64)>> {
    let mut statement = conn.prepare(&format!("SELECT tier, count(*) FROM {table} GROUP BY tier")).at(table)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))).at(table)?;
    rows.collect::<rusqlite::Result<_>>().at(table)
}

/// Per whole percent: how many, and the sum of their probabilities.
pub fn by_percent(conn: &Connection, table: &str) -> Result<Vec<(u32, u64, f64)>> {
    let sql = format!("SELECT min(CAST(probability * 100 AS INTEGER), 99), count(*), sum(probability) FROM {table} GROUP BY 1 ORDER BY 1");
    let mut statement = conn.prepare(&sql).at(table)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs(), row.get(2)?))).at(table)?;
    rows.collect::<rusqlite::Result<_>>().at(table)
}

pub fn customers(conn: &Connection) -> Result<u64> {
    let count: i64 = conn.query_row("SELECT count(*) FROM gold.customer_360", [], |row| row.get(0)).at("gold.customer_360")?;
    Ok(count.unsigned_abs())
}

/// The most probable first.
pub fn rows(conn: &Connection, table: &str, limit: usize) -> Result<Vec<PredictionRow>> {
    let (id, action, exposure, join) = match table {
        "gold.loan_predictions" => (
            "application_id",
            "NULL",
            "coalesce(l.outstanding_minor, abs(l.amount_minor)), l.currency",
            "LEFT JOIN gold.fct_loans l ON l.application_id = p.application_id",
        ),
        _ => ("customer_key", "p.recommended_action", "c.total_balance_minor, c.currency", ""),
    };
    let sql = format!(
        "SELECT p.{id}, p.customer_key, c.full_name, coalesce(c.primary_branch, c.branch_id), p.probability, p.tier, {action}, p.reason_1, p.reason_2, p.reason_3,
           p.contribution_1, p.contribution_2, p.contribution_3, c.risk_score, {exposure}
         FROM {table} p LEFT JOIN gold.customer_360 c ON c.customer_key = p.customer_key {join} ORDER BY p.probability DESC, 1 LIMIT {limit}"
    );
    let mut statement = conn.prepare(&sql).at(table)?;
    let text = |row: &rusqlite::Row<'_>, at: usize| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
    let rows = statement
        .query_map([], |row| {
            let reasons = (7..10).map(|at| row.get::<_, Option<String>>(at)).collect::<rusqlite::Result<Vec<_>>>()?;
            let contributions = (10..13).map(|at| row.get::<_, Option<f64>>(at)).collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(PredictionRow {
                id: text(row, 0)?,
                customer_key: text(row, 1)?,
                name: text(row, 2)?,
                branch: text(row, 3)?,
                probability: row.get(4)?,
                tier: text(row, 5)?,
                action: text(row, 6)?,
                reasons: reasons.into_iter().flatten().collect(),
                contributions: contributions.into_iter().flatten().collect(),
                rule_score: row.get(13)?,
                exposure_minor: row.get(14)?,
                currency: row.get(15)?,
            })
        })
        .at(table)?;
    rows.collect::<rusqlite::Result<_>>().at(table)
}

/// How predictions and the rule agree.
pub fn agreement(conn: &Connection, table: &str) -> Result<Agreement> {
    let sql = format!(
        "SELECT count(*), coalesce(avg(p.tier = 'Critical'), 0), avg(CASE WHEN k.risk_tier IS NOT NULL THEN p.tier = k.risk_tier END)
         FROM {table} p LEFT JOIN gold.agg_customer_risk k ON k.customer_key = p.customer_key"
    );
    conn.query_row(&sql, [], |row| {
        Ok(Agreement { scored: row.get::<_, i64>(0)?.unsigned_abs(), critical_share: row.get(1)?, agreement: row.get(2)? })
    })
    .at(table)
}
