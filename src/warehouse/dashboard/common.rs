//! Tiles that more than one page shows.

use super::figures::Tile;
use super::reader::Reader;
use super::tiles::{Measure, Spark, TileOf, tile};
use crate::warehouse::error::Result;

pub(crate) const OF_BRANCH: &str = "(:branch IS NULL OR branch_id = :branch)";
pub(crate) const MONTHS: &str = "month BETWEEN substr(:from, 1, 7) AND substr(:to, 1, 7)";
/// Facets of customers that only tables by month carry.
pub(crate) const SEGMENTS: [&str; 3] = ["customer_segment", "tenure_segment", "digital_status"];

/// A level of `dashboard_daily_activity` at the end of the period, beside its level at the end of the one before.
pub(crate) fn level(column: &str) -> String {
    format!(
        "SELECT sum({column}) AS {column} FROM {{activity}} WHERE date = (SELECT max(date) FROM gold.dashboard_daily_activity WHERE date <= :to) AND {OF_BRANCH}"
    )
}

/// A column of `dashboard_daily_activity` by day.
pub(crate) fn by_day(column: &str) -> String {
    format!(
        "SELECT date, sum({column}) AS {column} FROM {{activity}} WHERE date BETWEEN :from AND :to AND {OF_BRANCH} GROUP BY 1 ORDER BY 1"
    )
}

/// A sum of `dashboard_daily_activity` over the period.
pub(crate) fn total(column: &str) -> String {
    format!("SELECT sum({column}) AS {column} FROM {{activity}} WHERE date BETWEEN :from AND :to AND {OF_BRANCH}")
}

/// Rows (branch, value, …) of a source, largest first.
pub(crate) fn by_branch(expression: &str, source: &str, condition: &str) -> String {
    format!(
        "SELECT coalesce(b.branch_name, nullif(t.branch_id, ''), 'not known') AS branch, {expression} FROM {{{source}}} t
         LEFT JOIN gold.dim_branch b ON b.branch_id = t.branch_id
         WHERE ({condition}) AND (:branch IS NULL OR t.branch_id = :branch) GROUP BY t.branch_id ORDER BY 2 DESC, 1"
    )
}

pub(crate) const LAST_DAY: &str = "t.date = (SELECT max(date) FROM gold.dashboard_daily_activity WHERE date <= :to)";
pub(crate) const IN_PERIOD: &str = "t.date BETWEEN :from AND :to";
pub(crate) const LAST_MONTH: &str = "t.month = substr(:to, 1, 7) AND t.currency = :currency";

/// Share of customers with nothing waiting in Review.
pub(crate) fn settled_customers(reader: &Reader<'_>) -> Result<Option<f64>> {
    reader
        .number_in(&format!("SELECT 1 - sum(pending) * 1.0 / nullif(sum(customers), 0) FROM {{segments}} WHERE {OF_BRANCH}"), reader.period)
}

pub(crate) fn settled_transactions(reader: &Reader<'_>) -> Result<Option<f64>> {
    let sql = format!(
        "SELECT sum(settled_transactions) * 1.0 / nullif(sum(transactions), 0) FROM {{metrics}} WHERE date BETWEEN :from AND :to AND {OF_BRANCH}"
    );
    reader.number_in(&sql, reader.period)
}

/// A table has rows at all.
pub(crate) fn has_rows(reader: &Reader<'_>, table: &str) -> Result<bool> {
    Ok(reader.number_in(&format!("SELECT 1 FROM gold.{table} LIMIT 1"), reader.period)?.is_some())
}

pub(crate) fn total_customers(reader: &Reader<'_>) -> Result<Tile> {
    if !reader.has_days {
        // Nothing in the bank has a date: there is no period, and no period before.
        let sql = format!("SELECT sum(customers) AS customers FROM {{segments}} WHERE {OF_BRANCH}");
        let table = by_branch("sum(t.customers) AS customers", "segments", "true");
        let (id, title, measure) = ("total_customers", "Total Customers", Measure::Count);
        return plain(reader, &Plain { id, title, measure, sql: &sql, definition: "", table: &table });
    }
    // Days know the risk tier alone; where more is chosen, months do.
    let by_month = reader.is_chosen(&SEGMENTS);
    let months = format!("SELECT sum(customers) AS customers FROM {{months}} WHERE month <= substr(:to, 1, 7) AND {OF_BRANCH}");
    let of_months = by_branch("sum(t.customers) AS customers", "months", "t.month <= substr(:to, 1, 7)");
    let of_days = by_branch("sum(t.known_customers) AS customers", "activity", LAST_DAY);
    let days = by_day("known_customers");
    tile(
        reader,
        TileOf {
            id: "total_customers",
            title: "Total Customers",
            measure: Measure::Count,
            sql: &if by_month { months } else { level("known_customers") },
            compares: true,
            more_is_better: Some(true),
            spark: if by_month { Spark::None } else { Spark::Levels(&days) },
            settled_share: settled_customers(reader)?,
            definition: "",
            table: if by_month { &of_months } else { &of_days },
            has_source: true,
        },
    )
}

/// Customers with a sign of life in the 90 days before the end of the period.
pub(crate) fn active_customers(reader: &Reader<'_>) -> Result<Tile> {
    let by_segment = reader.is_chosen(&SEGMENTS);
    let active = |t: &str| format!("sum({t}started_customers - {t}inactive_customers)");
    let (one, all) = (active(""), active("t."));
    let (sql, table) = if by_segment {
        (
            format!("SELECT {one} AS customers FROM {{segments}} WHERE {OF_BRANCH}"),
            by_branch(&format!("{all} AS customers"), "segments", "true"),
        )
    } else {
        let last = "date = (SELECT max(date) FROM gold.dashboard_daily_activity WHERE date <= :to)";
        (
            format!("SELECT {one} AS customers FROM {{activity}} WHERE {last} AND {OF_BRANCH}"),
            by_branch(&format!("{all} AS customers"), "activity", LAST_DAY),
        )
    };
    let days =
        format!("SELECT date, {one} AS customers FROM {{activity}} WHERE date BETWEEN :from AND :to AND {OF_BRANCH} GROUP BY 1 ORDER BY 1");
    tile(
        reader,
        TileOf {
            id: "active_customers",
            title: "Active customers",
            measure: Measure::Count,
            sql: &sql,
            compares: !by_segment,
            more_is_better: Some(true),
            spark: if by_segment { Spark::None } else { Spark::Levels(&days) },
            settled_share: settled_customers(reader)?,
            definition: "Customers with a posted transaction or a day in the app in the 90 days up to the end of the period.",
            table: &table,
            has_source: true,
        },
    )
}

/// What a tile about balances counts.
pub(crate) struct BalanceOf<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub measure: Measure,
    /// Over rows `t` of `monthly_account_balances`; money in minor units.
    pub expression: &'a str,
    pub condition: &'a str,
}

/// A figure at the end of the period's last month.
pub(crate) fn balance(reader: &Reader<'_>, of: &BalanceOf<'_>) -> Result<Tile> {
    let BalanceOf { expression, condition, .. } = of;
    let shown = if of.measure == Measure::Money { format!("({expression}) / 100.0") } else { (*expression).to_owned() };
    let currency =
        if of.measure == Measure::Money { "t.currency = :currency" } else { "(:wanted_currency IS NULL OR t.currency = :wanted_currency)" };
    let last = format!("t.month = substr(:to, 1, 7) AND {currency} AND {condition}");
    let one = format!("SELECT {shown} AS value FROM {{balances}} t WHERE {last} AND {OF_BRANCH}");
    let months = format!(
        "SELECT month, {shown} AS value FROM {{balances}} t WHERE month > substr(date(:to, '-13 months'), 1, 7) AND month <= substr(:to, 1, 7)
         AND {currency} AND {condition} AND {OF_BRANCH} GROUP BY 1 ORDER BY 1"
    );
    let column = if of.measure == Measure::Money { "amount_minor" } else { "value" };
    tile(
        reader,
        TileOf {
            id: of.id,
            title: of.title,
            measure: of.measure,
            sql: &one,
            compares: true,
            more_is_better: Some(true),
            spark: Spark::Each(&months),
            settled_share: settled_customers(reader)?,
            definition: "",
            table: &by_branch(&format!("{expression} AS {column}, sum(t.accounts) AS accounts"), "balances", &last),
            has_source: true,
        },
    )
}

pub(crate) fn total_balance(reader: &Reader<'_>) -> Result<Tile> {
    balance(
        reader,
        &BalanceOf {
            id: "total_balance",
            title: "Total Balance",
            measure: Measure::Money,
            expression: "sum(t.balance_minor)",
            condition: "true",
        },
    )
}

pub(crate) fn average_balance(reader: &Reader<'_>) -> Result<Tile> {
    balance(
        reader,
        &BalanceOf {
            id: "average_balance_per_account",
            title: "Average Balance per Account",
            measure: Measure::Money,
            expression: "CAST(round(sum(t.balance_minor) * 1.0 / nullif(sum(t.accounts), 0)) AS INTEGER)",
            condition: "true",
        },
    )
}

pub(crate) fn total_transactions(reader: &Reader<'_>) -> Result<Tile> {
    let narrowed = format!("date BETWEEN :from AND :to AND {OF_BRANCH} AND (:wanted_currency IS NULL OR currency = :wanted_currency)");
    tile(
        reader,
        TileOf {
            id: "total_transactions",
            title: "Total Transactions",
            measure: Measure::Count,
            sql: &format!("SELECT sum(transactions) AS transactions FROM {{metrics}} WHERE {narrowed}"),
            compares: true,
            more_is_better: Some(true),
            spark: Spark::Sums(&format!(
                "SELECT date, sum(transactions) AS transactions FROM {{metrics}} WHERE {narrowed} GROUP BY 1 ORDER BY 1"
            )),
            settled_share: settled_transactions(reader)?,
            definition: "",
            table: &by_branch(
                "sum(t.transactions) AS transactions",
                "metrics",
                &format!("{IN_PERIOD} AND (:wanted_currency IS NULL OR t.currency = :wanted_currency)"),
            ),
            has_source: true,
        },
    )
}

/// A sum of money of `dashboard_daily_metrics` in the period.
pub(crate) fn amount(reader: &Reader<'_>, id: &str, title: &str, column: &str, definition: &str) -> Result<Tile> {
    let narrowed = format!("date BETWEEN :from AND :to AND {OF_BRANCH} AND currency = :currency");
    tile(
        reader,
        TileOf {
            id,
            title,
            measure: Measure::Money,
            sql: &format!("SELECT sum({column}) / 100.0 AS amount FROM {{metrics}} WHERE {narrowed}"),
            compares: true,
            more_is_better: None,
            spark: Spark::Sums(&format!(
                "SELECT date, sum({column}) / 100.0 AS amount FROM {{metrics}} WHERE {narrowed} GROUP BY 1 ORDER BY 1"
            )),
            settled_share: settled_transactions(reader)?,
            definition,
            table: &by_branch(&format!("sum(t.{column}) AS amount_minor"), "metrics", &format!("{IN_PERIOD} AND t.currency = :currency")),
            has_source: true,
        },
    )
}

/// Credits as a share of all money that moved.
pub(crate) fn credit_share(reader: &Reader<'_>) -> Result<Tile> {
    let share = "100.0 * sum(credit_minor) / nullif(sum(credit_minor) + sum(debit_minor), 0)";
    let narrowed = format!("date BETWEEN :from AND :to AND {OF_BRANCH} AND currency = :currency");
    tile(
        reader,
        TileOf {
            id: "credit_share",
            title: "Credit share of volume",
            measure: Measure::Percent,
            sql: &format!("SELECT {share} AS credit_share FROM {{metrics}} WHERE {narrowed}"),
            compares: true,
            more_is_better: None,
            spark: Spark::Each(&format!(
                "SELECT substr(date, 1, 7) AS month, {share} AS credit_share FROM {{metrics}} WHERE {narrowed} GROUP BY 1 ORDER BY 1"
            )),
            settled_share: settled_transactions(reader)?,
            definition: "Amounts of posted credits as a share of the amounts of posted credits and debits.",
            table: &by_branch(
                &format!(
                    "round({share}, 2) AS credit_share_percent, sum(t.credit_minor) AS credit_minor, sum(t.debit_minor) AS debit_minor"
                ),
                "metrics",
                &format!("{IN_PERIOD} AND t.currency = :currency"),
            ),
            has_source: true,
        },
    )
}

pub(crate) fn churn_rate(reader: &Reader<'_>) -> Result<Tile> {
    let rate = "100.0 * sum(inactive_customers) / nullif(sum(started_customers), 0)";
    let by_segment = reader.is_chosen(&SEGMENTS);
    let parts = |source: &str, condition: &str| {
        by_branch(
            "100.0 * sum(t.inactive_customers) / nullif(sum(t.started_customers), 0) AS churn_rate_percent, sum(t.inactive_customers) AS inactive,
             sum(t.started_customers) AS ever_active",
            source,
            condition,
        )
    };
    let (sql, table) = if by_segment {
        (format!("SELECT {rate} AS churn_rate FROM {{segments}} WHERE {OF_BRANCH}"), parts("segments", "true"))
    } else {
        let one = format!(
            "SELECT {rate} AS churn_rate FROM {{activity}} WHERE date = (SELECT max(date) FROM gold.dashboard_daily_activity WHERE date <= :to) AND {OF_BRANCH}"
        );
        (one, parts("activity", LAST_DAY))
    };
    let spark = format!(
        "SELECT date, {rate} AS churn_rate FROM {{activity}} WHERE date BETWEEN :from AND :to AND {OF_BRANCH} GROUP BY 1 ORDER BY 1"
    );
    tile(
        reader,
        TileOf {
            id: "churn_rate",
            title: "Churn rate",
            measure: Measure::Percent,
            sql: &sql,
            compares: !by_segment,
            more_is_better: Some(false),
            spark: if by_segment { Spark::None } else { Spark::Levels(&spark) },
            settled_share: settled_customers(reader)?,
            definition: "",
            table: &table,
            has_source: true,
        },
    )
}

pub(crate) fn open_complaints(reader: &Reader<'_>) -> Result<Tile> {
    let of_kind = reader.is_chosen(&["complaint_type", "priority", "origin"]);
    let (sql, table) = if of_kind {
        let narrowed = format!("month <= substr(:to, 1, 7) AND {OF_BRANCH}");
        (
            format!("SELECT sum(open_complaints) AS open_complaints FROM {{service}} WHERE {narrowed}"),
            by_branch("sum(t.open_complaints) AS open_complaints", "service", "t.month <= substr(:to, 1, 7)"),
        )
    } else {
        (level("open_complaints"), by_branch("sum(t.open_complaints) AS open_complaints", "activity", LAST_DAY))
    };
    let days = by_day("open_complaints");
    tile(
        reader,
        TileOf {
            id: "open_complaints",
            title: "Open complaints",
            measure: Measure::Count,
            sql: &sql,
            compares: !of_kind,
            more_is_better: Some(false),
            spark: if of_kind { Spark::None } else { Spark::Levels(&days) },
            settled_share: settled_customers(reader)?,
            definition: "",
            table: &table,
            has_source: has_rows(reader, "agg_monthly_service")?,
        },
    )
}

/// A count of `dashboard_daily_activity` in the period.
pub(crate) fn daily_count(
    reader: &Reader<'_>,
    (id, title, column): (&str, &str, &str),
    more_is_better: Option<bool>,
    definition: &str,
    has_source: bool,
) -> Result<Tile> {
    tile(
        reader,
        TileOf {
            id,
            title,
            measure: Measure::Count,
            sql: &total(column),
            compares: true,
            more_is_better,
            spark: Spark::Sums(&by_day(column)),
            settled_share: settled_customers(reader)?,
            definition,
            table: &by_branch(&format!("sum(t.{column}) AS {column}"), "activity", IN_PERIOD),
            has_source,
        },
    )
}

/// What one query gives, without a period before.
pub(crate) struct Plain<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub measure: Measure,
    pub sql: &'a str,
    pub definition: &'a str,
    /// Where it comes from; the figure itself where it is empty.
    pub table: &'a str,
}

pub(crate) fn plain(reader: &Reader<'_>, of: &Plain<'_>) -> Result<Tile> {
    tile(
        reader,
        TileOf {
            id: of.id,
            title: of.title,
            measure: of.measure,
            sql: of.sql,
            compares: false,
            more_is_better: None,
            spark: Spark::None,
            settled_share: settled_customers(reader)?,
            definition: of.definition,
            table: if of.table.is_empty() { of.sql } else { of.table },
            has_source: true,
        },
    )
}
