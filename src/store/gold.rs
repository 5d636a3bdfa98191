//! Reading gold for pages. `conn` has the four schemas attached read-only; a gold that is not there answers with nothing.

use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use crate::base::{Cell, CustomerKey, DataTable};

use super::silver::has_table;

/// One customer's row of `customer_360`, as far as pages need it. Money in minor units, scale 2.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerFigures {
    pub accounts: Option<i64>,
    pub balances: Vec<(String, i64)>,
    pub transactions: Option<i64>,
    pub complaints_90_days: Option<i64>,
    pub open_complaints: Option<i64>,
    pub last_activity: Option<String>,
    pub risk_score: Option<i64>,
    pub risk_tier: Option<String>,
    pub strongest_reason: Option<String>,
    pub customer_since: Option<String>,
    pub tenure_segment: Option<String>,
    pub customer_segment: Option<String>,
    pub digital_status: Option<String>,
    pub most_used_feature: Option<String>,
    /// A sign of life in the last 90 days; None: never active, or no export covers the customer.
    pub is_active: Option<bool>,
    /// Of the production model, for those who are active.
    pub churn_tier: Option<String>,
    pub churn_probability: Option<f64>,
    /// The model's version.
    pub churn_model: Option<i64>,
}

/// Figures of one customer; all empty where gold does not know it.
pub fn customer_figures(conn: &Connection, customer: CustomerKey) -> rusqlite::Result<CustomerFigures> {
    if !has_table(conn, "gold", "customer_360")? {
        return Ok(CustomerFigures::default());
    }
    let key = customer.to_string();
    let found = conn
        .query_row(
            "SELECT total_accounts, transactions_lifetime, complaints_last_90_days, open_complaints, last_activity_date, risk_score, risk_tier,
               strongest_reason, customer_since, tenure_segment, customer_segment, digital_status, most_used_feature, NOT is_inactive
             FROM gold.customer_360 WHERE customer_key = ?1",
            [&key],
            |row| {
                Ok(CustomerFigures {
                    accounts: row.get(0)?,
                    transactions: row.get(1)?,
                    complaints_90_days: row.get(2)?,
                    open_complaints: row.get(3)?,
                    last_activity: row.get(4)?,
                    risk_score: row.get(5)?,
                    risk_tier: row.get(6)?,
                    strongest_reason: row.get(7)?,
                    customer_since: row.get(8)?,
                    tenure_segment: row.get(9)?,
                    customer_segment: row.get(10)?,
                    digital_status: row.get(11)?,
                    most_used_feature: row.get(12)?,
                    is_active: row.get(13)?,
                    ..CustomerFigures::default()
                })
            },
        )
        .optional()?;
    let Some(mut figures) = found else { return Ok(CustomerFigures::default()) };
    let mut rows = conn.prepare(
        "SELECT currency, balance_minor FROM gold.customer_balance WHERE customer_key = ?1 AND balance_minor IS NOT NULL ORDER BY 1",
    )?;
    let balances = rows.query_map([&key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    figures.balances = balances.collect::<rusqlite::Result<_>>()?;
    if has_table(conn, "gold", "churn_predictions")? {
        let predicted = conn
            .query_row("SELECT tier, probability, model_version FROM gold.churn_predictions WHERE customer_key = ?1", [&key], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        (figures.churn_tier, figures.churn_probability, figures.churn_model) = predicted.unwrap_or_default();
    }
    Ok(figures)
}

/// Customers with a sign of life in the last 90 days; None where gold does not say.
pub fn active_customers(conn: &Connection) -> rusqlite::Result<Option<u64>> {
    if !has_table(conn, "gold", "customer_activity")? {
        return Ok(None);
    }
    let counted: Option<u32> = conn.query_row("SELECT sum(NOT is_inactive) FROM gold.customer_activity", [], |row| row.get(0))?;
    Ok(counted.map(u64::from))
}

/// Risk tier per customer, for lists.
pub fn risk_tiers(conn: &Connection, customers: &[String]) -> rusqlite::Result<Vec<Option<String>>> {
    if !has_table(conn, "gold", "customer_360")? {
        return Ok(vec![None; customers.len()]);
    }
    let mut row = conn.prepare("SELECT risk_tier FROM gold.customer_360 WHERE customer_key = ?1")?;
    customers.iter().map(|key| row.query_row([key], |row| row.get(0)).optional().map(Option::flatten)).collect()
}

/// Accounts of one customer.
pub fn accounts(conn: &Connection, customer: CustomerKey) -> rusqlite::Result<DataTable> {
    if !has_table(conn, "silver", "dim_account")? {
        return Ok(DataTable::default());
    }
    let mut rows = conn.prepare(
        "SELECT account_id, account_type || CASE WHEN is_open = 0 THEN ', closed' ELSE '' END, balance_minor, currency
         FROM silver.dim_account WHERE customer_key = ?1 ORDER BY 1",
    )?;
    let found = rows.query_map([customer.to_string()], |row| {
        let balance = row.get::<_, Option<i64>>(2)?.map_or(Cell::Null, |minor| Cell::Money { minor, scale: 2 });
        Ok(vec![text(row, 0)?, text(row, 1)?, balance, text(row, 3)?])
    })?;
    Ok(DataTable {
        columns: ["Account", "Type", "Balance", ""].map(str::to_owned).to_vec(),
        rows: found.collect::<rusqlite::Result<_>>()?,
        truncated: false,
    })
}

/// What an account holds from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountBalance {
    pub account: String,
    /// ISO.
    pub date: String,
    pub currency: String,
    /// Scale 2.
    pub balance_minor: i64,
    /// Something moved; false: what the account opened with.
    pub moved: bool,
}

/// Balances of one customer's accounts at the end of each day on which they changed, oldest first, none after `as_of` (ISO).
pub fn account_balances(conn: &Connection, customer: CustomerKey, as_of: &str) -> rusqlite::Result<Vec<AccountBalance>> {
    if !has_table(conn, "gold", "fct_daily_balances")? || !has_table(conn, "gold", "dim_account")? {
        return Ok(Vec::new());
    }
    // Of what a source states several times for a day, the highest part is the last word.
    let mut rows = conn.prepare(
        "SELECT account_id, balance_date, currency, balance_minor, coalesce(transactions, 1) > 0 FROM gold.fct_daily_balances
         WHERE account_id IN (SELECT account_id FROM gold.dim_account WHERE customer_key = ?1)
           AND balance_date <= ?2 AND currency IS NOT NULL AND balance_minor IS NOT NULL
         ORDER BY balance_date, account_id, currency, part",
    )?;
    let found = rows.query_map([&customer.to_string(), as_of], |row| {
        Ok(AccountBalance {
            account: row.get(0)?,
            date: row.get(1)?,
            currency: row.get(2)?,
            balance_minor: row.get(3)?,
            moved: row.get(4)?,
        })
    })?;
    found.collect()
}

/// What gold says of a customer's risk to leave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RiskFound {
    pub tier: String,
    /// By rule, 0 to 100; None where a model says it.
    pub score: Option<i64>,
    /// A model's probability and its version.
    pub model: Option<(f64, i64)>,
    /// In words, the strongest first: log odds where a model says it, else points.
    pub reasons: Vec<(String, f64)>,
    pub recommended_action: String,
}

/// By the production model where it scored the customer, else by rule; None where gold says neither.
pub fn risk_of(conn: &Connection, customer: CustomerKey) -> rusqlite::Result<Option<RiskFound>> {
    let key = customer.to_string();
    if has_table(conn, "gold", "churn_predictions")? {
        let sql =
            "SELECT tier, probability, model_version, recommended_action, reason_1, contribution_1, reason_2, contribution_2, reason_3,
             contribution_3 FROM gold.churn_predictions WHERE customer_key = ?1";
        let predicted = conn.query_row(sql, [&key], |row| {
            let mut reasons = Vec::with_capacity(3);
            for at in [4, 6, 8] {
                reasons.extend(row.get::<_, Option<String>>(at)?.zip(row.get::<_, Option<f64>>(at + 1)?));
            }
            let recommended_action = row.get::<_, Option<String>>(3)?.unwrap_or_default();
            Ok(RiskFound { tier: row.get(0)?, score: None, model: Some((row.get(1)?, row.get(2)?)), reasons, recommended_action })
        });
        if let Some(found) = predicted.optional()? {
            return Ok(Some(found));
        }
    }
    if !has_table(conn, "gold", "agg_customer_risk")? {
        return Ok(None);
    }
    let sql = "SELECT risk_tier, risk_score, recommended_action FROM gold.agg_customer_risk WHERE customer_key = ?1";
    let ruled = conn.query_row(sql, [&key], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<String>>(2)?)));
    let Some((tier, score, action)) = ruled.optional()? else { return Ok(None) };
    let mut reasons = Vec::new();
    if has_table(conn, "gold", "customer_risk_factor")? {
        let sql = "SELECT reason, points FROM gold.customer_risk_factor WHERE customer_key = ?1 ORDER BY points DESC, factor";
        let mut rows = conn.prepare(sql)?;
        let found = rows.query_map([&key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        reasons = found.collect::<rusqlite::Result<_>>()?;
    }
    Ok(Some(RiskFound { tier, score, model: None, reasons, recommended_action: action.unwrap_or_default() }))
}

/// What happened with a customer, newest first: (date, kind, text).
pub fn timeline(conn: &Connection, customer: CustomerKey, limit: u32) -> rusqlite::Result<Vec<(String, String, String)>> {
    const PARTS: [(&str, &str); 5] = [
        (
            "fct_transactions",
            "SELECT transaction_date AS day, 'transaction' AS kind, coalesce(transaction_type, 'Transaction') || coalesce(' ' || direction, '') ||
               coalesce(' of ' || printf('%,d.%02d', abs(amount_minor) / 100, abs(amount_minor) % 100) || ' ' || currency, '') AS what FROM silver.fct_transactions WHERE customer_key = ?1",
        ),
        ("fct_complaints", "SELECT opened_date AS day, 'case' AS kind, coalesce(subject, 'Case') || coalesce(', ' || status, '') AS what FROM silver.fct_complaints WHERE customer_key = ?1"),
        ("fct_interactions", "SELECT interaction_date AS day, 'task' AS kind, coalesce(subject, 'Task') AS what FROM silver.fct_interactions WHERE customer_key = ?1"),
        (
            "fct_app_sessions",
            "SELECT substr(started_at, 1, 10) AS day, 'app' AS kind, 'Session' || coalesce(' on ' || platform, '') ||
               CASE WHEN seconds > 0 THEN printf(', %d min %d s', seconds / 60, seconds % 60) ELSE '' END AS what FROM silver.fct_app_sessions WHERE customer_key = ?1",
        ),
        ("customer_notes", "SELECT note_date AS day, 'note' AS kind, coalesce(note_text, 'Note') AS what FROM silver.customer_notes WHERE customer_key = ?1"),
    ];
    let mut parts = Vec::new();
    for (table, sql) in PARTS {
        if has_table(conn, "silver", table)? {
            parts.push(sql);
        }
    }
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT day, kind, what FROM ({}) WHERE day IS NOT NULL ORDER BY day DESC, kind, what LIMIT {limit}",
        parts.join(" UNION ALL ")
    );
    let mut rows = conn.prepare(&sql)?;
    let found = rows.query_map(params_from_iter([customer.to_string()]), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    found.collect()
}

fn text(row: &Row<'_>, at: usize) -> rusqlite::Result<Cell> {
    Ok(row.get::<_, Option<String>>(at)?.map_or(Cell::Null, Cell::Text))
}
