//! Tiles that more than one page shows.

use super::figures::Tile;
use super::reader::Reader;
use super::tiles::{Measure, TileOf, spark_of_levels, spark_of_sums, tile};
use crate::base::DataTable;
use crate::warehouse::error::Result;

/// A level of `dashboard_daily_activity` at the end of the period, beside its level at the end of the one before.
pub(crate) fn level(column: &str) -> String {
    format!(
        "SELECT sum({column}) FROM gold.dashboard_daily_activity WHERE date = (SELECT max(date) FROM gold.dashboard_daily_activity WHERE date <= :to)
         AND (:branch IS NULL OR branch_id = :branch)"
    )
}

pub(crate) fn levels(column: &str) -> String {
    format!(
        "SELECT date, sum({column}) AS {column} FROM gold.dashboard_daily_activity WHERE date BETWEEN :from AND :to
         AND (:branch IS NULL OR branch_id = :branch) GROUP BY 1 ORDER BY 1"
    )
}

/// A sum of `dashboard_daily_activity` over the period.
pub(crate) fn total(column: &str) -> String {
    format!(
        "SELECT sum({column}) FROM gold.dashboard_daily_activity WHERE date BETWEEN :from AND :to AND (:branch IS NULL OR branch_id = :branch)"
    )
}

pub(crate) fn by_branch(expression: &str, table: &str, condition: &str) -> String {
    format!(
        "SELECT coalesce(b.branch_name, nullif(t.branch_id, ''), 'not known') AS branch, {expression} FROM gold.{table} t
         LEFT JOIN gold.dim_branch b ON b.branch_id = t.branch_id
         WHERE ({condition}) AND (:branch IS NULL OR t.branch_id = :branch) GROUP BY t.branch_id ORDER BY 2 DESC, 1"
    )
}

pub(crate) const LAST_DAY: &str = "t.date = (SELECT max(date) FROM gold.dashboard_daily_activity WHERE date <= :to)";
pub(crate) const IN_PERIOD: &str = "t.date BETWEEN :from AND :to";
pub(crate) const LAST_MONTH: &str = "t.month = substr(:to, 1, 7) AND t.currency = :currency";

/// Share of customers with nothing waiting in Review.
pub(crate) fn settled_customers(reader: &Reader<'_>) -> Result<Option<f64>> {
    reader.number_in(
        "SELECT 1 - sum(pending) * 1.0 / nullif(sum(customers), 0) FROM gold.agg_customer_segments WHERE :branch IS NULL OR branch_id = :branch",
        reader.period,
    )
}

pub(crate) fn settled_transactions(reader: &Reader<'_>) -> Result<Option<f64>> {
    reader.number_in(
        "SELECT sum(settled_transactions) * 1.0 / nullif(sum(transactions), 0) FROM gold.dashboard_daily_metrics
         WHERE date BETWEEN :from AND :to AND (:branch IS NULL OR branch_id = :branch)",
        reader.period,
    )
}

pub(crate) fn total_customers(reader: &Reader<'_>) -> Result<Tile> {
    let (now, before) = reader.pair(&level("known_customers"))?;
    Ok(tile(
        reader,
        TileOf {
            id: "total_customers",
            title: "Total Customers",
            measure: Measure::Count,
            now,
            before,
            more_is_better: Some(true),
            spark: spark_of_levels(reader, &levels("known_customers"))?,
            settled_share: settled_customers(reader)?,
            definition: "",
            sql: "",
            table: reader.table(&by_branch("sum(t.known_customers) AS customers", "dashboard_daily_activity", LAST_DAY))?,
        },
    ))
}

/// Balance or balance per account at the end of the period's last month.
pub(crate) fn balance(reader: &Reader<'_>, id: &str, title: &str, expression: &str) -> Result<Tile> {
    let one = format!(
        "SELECT {expression} FROM gold.monthly_account_balances t WHERE {LAST_MONTH} AND (:branch IS NULL OR t.branch_id = :branch)"
    );
    let months = format!(
        "SELECT month, {expression} FROM gold.monthly_account_balances t
         WHERE month > substr(date(:to, '-13 months'), 1, 7) AND month <= substr(:to, 1, 7) AND t.currency = :currency AND (:branch IS NULL OR t.branch_id = :branch)
         GROUP BY 1 ORDER BY 1"
    );
    let (now, before) = reader.pair(&one)?;
    Ok(tile(
        reader,
        TileOf {
            id,
            title,
            measure: Measure::Money,
            now: now.map(|minor| minor / 100.0),
            before: before.map(|minor| minor / 100.0),
            more_is_better: Some(true),
            spark: super::tiles::dated(reader, &months, reader.period)?.into_iter().map(|(_, minor)| minor / 100.0).collect(),
            settled_share: settled_customers(reader)?,
            definition: "",
            sql: "",
            table: reader.table(&by_branch(
                &format!("{expression} AS amount_minor, sum(t.accounts) AS accounts"),
                "monthly_account_balances",
                LAST_MONTH,
            ))?,
        },
    ))
}

pub(crate) fn total_transactions(reader: &Reader<'_>) -> Result<Tile> {
    const WHERE: &str = "date BETWEEN :from AND :to AND (:branch IS NULL OR branch_id = :branch) AND (:wanted_currency IS NULL OR currency = :wanted_currency)";
    let (now, before) = reader.pair(&format!("SELECT sum(transactions) FROM gold.dashboard_daily_metrics WHERE {WHERE}"))?;
    Ok(tile(
        reader,
        TileOf {
            id: "total_transactions",
            title: "Total Transactions",
            measure: Measure::Count,
            now,
            before,
            more_is_better: Some(true),
            spark: spark_of_sums(
                reader,
                &format!(
                    "SELECT date, sum(transactions) AS transactions FROM gold.dashboard_daily_metrics WHERE {WHERE} GROUP BY 1 ORDER BY 1"
                ),
            )?,
            settled_share: settled_transactions(reader)?,
            definition: "",
            sql: "",
            table: reader.table(&by_branch("sum(t.transactions) AS transactions", "dashboard_daily_metrics", IN_PERIOD))?,
        },
    ))
}

/// A sum of money of `dashboard_daily_metrics` in the period.
pub(crate) fn amount(reader: &Reader<'_>, id: &str, title: &str, column: &str, definition: &str) -> Result<Tile> {
    const WHERE: &str = "date BETWEEN :from AND :to AND (:branch IS NULL OR branch_id = :branch) AND currency = :currency";
    let sql = format!("SELECT sum({column}) FROM gold.dashboard_daily_metrics WHERE {WHERE}");
    let (now, before) = reader.pair(&sql)?;
    Ok(tile(
        reader,
        TileOf {
            id,
            title,
            measure: Measure::Money,
            now: now.map(|minor| minor / 100.0),
            before: before.map(|minor| minor / 100.0),
            more_is_better: None,
            spark: spark_of_sums(
                reader,
                &format!(
                    "SELECT date, sum({column}) / 100.0 AS amount FROM gold.dashboard_daily_metrics WHERE {WHERE} GROUP BY 1 ORDER BY 1"
                ),
            )?,
            settled_share: settled_transactions(reader)?,
            definition,
            sql: &sql,
            table: reader.table(&by_branch(
                &format!("sum(t.{column}) AS amount_minor"),
                "dashboard_daily_metrics",
                &format!("{IN_PERIOD} AND t.currency = :currency"),
            ))?,
        },
    ))
}

pub(crate) fn churn_rate(reader: &Reader<'_>) -> Result<Tile> {
    let rate = "100.0 * sum(inactive_customers) / nullif(sum(started_customers), 0)";
    let one = format!(
        "SELECT {rate} FROM gold.dashboard_daily_activity WHERE date = (SELECT max(date) FROM gold.dashboard_daily_activity WHERE date <= :to)
         AND (:branch IS NULL OR branch_id = :branch)"
    );
    let (now, before) = reader.pair(&one)?;
    let spark = format!(
        "SELECT date, {rate} FROM gold.dashboard_daily_activity WHERE date BETWEEN :from AND :to AND (:branch IS NULL OR branch_id = :branch)
         GROUP BY 1 ORDER BY 1"
    );
    Ok(tile(
        reader,
        TileOf {
            id: "churn_rate",
            title: "Churn rate",
            measure: Measure::Percent,
            now,
            before,
            more_is_better: Some(false),
            spark: spark_of_levels(reader, &spark)?,
            settled_share: settled_customers(reader)?,
            definition: "",
            sql: "",
            table: reader.table(&by_branch(
                "100.0 * sum(t.inactive_customers) / nullif(sum(t.started_customers), 0) AS churn_rate_percent, sum(t.inactive_customers) AS inactive,
                 sum(t.started_customers) AS ever_active",
                "dashboard_daily_activity",
                LAST_DAY,
            ))?,
        },
    ))
}

pub(crate) fn open_complaints(reader: &Reader<'_>) -> Result<Tile> {
    let has_source = reader.number_in("SELECT 1 FROM gold.agg_monthly_service LIMIT 1", reader.period)?.is_some();
    let (now, before) = reader.pair(&level("open_complaints"))?;
    Ok(tile(
        reader,
        TileOf {
            id: "open_complaints",
            title: "Open complaints",
            measure: Measure::Count,
            now: now.filter(|_| has_source),
            before: before.filter(|_| has_source),
            more_is_better: Some(false),
            spark: spark_of_levels(reader, &levels("open_complaints"))?,
            settled_share: settled_customers(reader)?,
            definition: "",
            sql: "",
            table: reader.table(&by_branch("sum(t.open_complaints) AS open_complaints", "dashboard_daily_activity", LAST_DAY))?,
        },
    ))
}

/// A count of `dashboard_daily_activity` in the period.
pub(crate) fn daily_count(
    reader: &Reader<'_>,
    id: &str,
    title: &str,
    column: &str,
    more_is_better: Option<bool>,
    definition: &str,
) -> Result<Tile> {
    let (now, before) = reader.pair(&total(column))?;
    let any = now.is_some_and(|n| n > 0.0) || before.is_some_and(|n| n > 0.0);
    Ok(tile(
        reader,
        TileOf {
            id,
            title,
            measure: Measure::Count,
            now: now.filter(|_| any),
            before: before.filter(|_| any),
            more_is_better,
            spark: spark_of_sums(reader, &levels(column))?,
            settled_share: settled_customers(reader)?,
            definition,
            sql: &total(column),
            table: reader.table(&by_branch(&format!("sum(t.{column}) AS {column}"), "dashboard_daily_activity", IN_PERIOD))?,
        },
    ))
}

/// A figure that one query gives, without a period before.
pub(crate) fn plain(reader: &Reader<'_>, id: &str, title: &str, measure: Measure, sql: &str, definition: &str) -> Result<Tile> {
    let now = reader.number_in(sql, reader.period)?;
    let mut made = tile(
        reader,
        TileOf {
            id,
            title,
            measure,
            now,
            before: None,
            more_is_better: None,
            spark: Vec::new(),
            settled_share: settled_customers(reader)?,
            definition,
            sql,
            table: if now.is_some() { reader.table(sql)? } else { DataTable::default() },
        },
    );
    if now.is_some() {
        made.previous_text = format!("as of {}", reader.as_of);
    }
    Ok(made)
}
