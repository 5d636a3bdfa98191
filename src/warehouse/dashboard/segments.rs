//! Segments, lifetime value, early warnings and what is unusual.

use super::Page;
use super::charts::{About, bars};
use super::common::{self, OF_BRANCH, Plain};
use super::figures::{Chart, ChartKind};
use super::reader::Reader;
use super::tiles::Measure;
use crate::warehouse::error::Result;

const LIFETIME_VALUE: &str = "Lifetime value of a customer: average monthly amount x 36 months x 1 %.";

pub(crate) fn page(reader: &Reader<'_>) -> Page {
    let plain = |id, title, measure, sql: &str, definition, table: &str| {
        common::plain(reader, &Plain { id, title, measure, sql, definition, table })
    };
    let tiles = vec![
        plain(
            "customers_with_signals",
            "Early warnings",
            Measure::Count,
            &format!("SELECT sum(customers) AS warnings FROM {{signals}} WHERE {OF_BRANCH}"),
            "Customers and what warns of them: a customer with two signals counts twice.",
            &common::by_branch("sum(t.customers) AS warnings", "signals", "true"),
        )?,
        plain(
            "unusual_transactions",
            "Unusual transactions",
            Measure::Count,
            &format!("SELECT count(*) AS transactions FROM {{unusual}} WHERE {OF_BRANCH}"),
            "Posted transactions of the last 90 days far above what is usual for the customer and type: a list to look through, not a verdict.",
            &common::by_branch("count(*) AS transactions", "unusual", "true"),
        )?,
        plain(
            "lifetime_value",
            "Lifetime value",
            Measure::Money,
            &format!(
                "SELECT sum(lifetime_value_minor) / 100.0 AS lifetime_value FROM {{value}} WHERE currency = :currency AND {OF_BRANCH}"
            ),
            LIFETIME_VALUE,
            &common::by_branch(
                "sum(t.lifetime_value_minor) AS lifetime_value_minor, sum(t.customers) AS customers",
                "value",
                "t.currency = :currency",
            ),
        )?,
        plain(
            "high_value_lost",
            "High-value customers lost",
            Measure::Count,
            &format!("SELECT sum(high_value_inactive) AS customers FROM {{value}} WHERE {OF_BRANCH}"),
            "Customers of the highest fifth by amount (of their currency) without activity for 90 days.",
            &common::by_branch(
                "sum(t.high_value_inactive) AS lost, sum(t.high_value_customers) AS high_value,
                 round(100.0 * sum(t.high_value_inactive) / nullif(sum(t.high_value_customers), 0), 1) AS lost_percent",
                "value",
                "true",
            ),
        )?,
    ];
    let charts =
        vec![signals(reader)?, lost_by_branch(reader)?, rfm_groups(reader)?, value_by_segment(reader)?, unusual(reader)?, warned(reader)?];
    Ok((tiles, charts))
}

fn signals(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new(
        "signals",
        "Early warnings by signal",
        "customers",
        "Balance falling three months; three complaints in 30 days; no login in 30 days; an unhappy note in 90 days; an unusual transaction.",
    );
    bars(
        reader,
        about.by("signal").settled(common::settled_customers(reader)?),
        8,
        &format!("SELECT signal, sum(customers) AS customers FROM {{signals}} WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"),
    )
}

pub(crate) fn lost_by_branch(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new(
        "lost_by_branch",
        "High-value customers lost, by branch",
        "customers",
        "Customers of the highest fifth by amount (of their currency) without activity for 90 days.",
    );
    bars(
        reader,
        about.by("branch").settled(common::settled_customers(reader)?),
        9,
        "SELECT coalesce(b.branch_name, nullif(t.branch_id, ''), 'not known') AS branch, sum(t.high_value_inactive) AS lost, sum(t.high_value_customers) AS high_value,
             t.branch_id AS filter_key
         FROM {value} t LEFT JOIN gold.dim_branch b ON b.branch_id = t.branch_id GROUP BY t.branch_id HAVING sum(t.high_value_customers) > 0 ORDER BY 2 DESC, 1",
    )
}

fn rfm_groups(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new(
        "rfm_groups",
        "Customers by RFM group",
        "customers",
        "Fifths by recency, frequency and amount. Champions: all 4 and more; Loyal: recency 4, frequency 3; Recent: recency 4; Slipping: recency 2 and less with frequency or amount 4; Lapsed: recency 2 and less; Average: the others.",
    );
    bars(
        reader,
        about.by("rfm_group").settled(common::settled_customers(reader)?),
        8,
        &format!("SELECT rfm_group, sum(customers) AS customers FROM {{value}} WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"),
    )
}

fn value_by_segment(reader: &Reader<'_>) -> Result<Chart> {
    bars(
        reader,
        About::new("value_by_segment", "Lifetime value by segment", reader.money_unit(), LIFETIME_VALUE)
            .by("customer_segment")
            .settled(common::settled_customers(reader)?),
        8,
        &format!(
            "SELECT customer_segment, sum(lifetime_value_minor) AS lifetime_value_minor, sum(customers) AS customers FROM {{value}}
             WHERE currency = :currency AND {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"
        ),
    )
}

fn unusual(reader: &Reader<'_>) -> Result<Chart> {
    let sql = format!(
        "SELECT transaction_date AS date, amount_minor, usual_minor, score, transaction_type AS type, channel, currency, customer_key AS customer, transaction_id
         FROM {{unusual}} WHERE {OF_BRANCH} ORDER BY score DESC, transaction_id LIMIT 100"
    );
    let about = About::new(
        "unusual_list",
        "Unusual transactions to look through",
        "",
        "Modified z-score 0.6745 x (amount - median) / MAD above 3.5, over at least 8 transactions of the customer and type in two years (Iglewicz and Hoaglin, 1993).",
    );
    let mut chart = about.when("most unusual first").chart(reader, ChartKind::Table, &sql);
    chart.table = reader.table(&sql)?;
    if chart.table.rows.is_empty() {
        chart.note = Some("Nothing stands out in the last 90 days.".to_owned());
    }
    Ok(chart)
}

fn warned(reader: &Reader<'_>) -> Result<Chart> {
    let sql = format!(
        "SELECT coalesce(full_name, customer_key) AS customer, signal, evidence, newest_evidence_date AS date, evidence_rows, risk_tier, customer_key AS key
         FROM {{signal_rows}} WHERE {OF_BRANCH} ORDER BY newest_evidence_date DESC, customer_key, signal LIMIT 100"
    );
    let about = About::new(
        "warned",
        "Who a signal warns of",
        "",
        "Customers with an early warning; the rows that speak for it stand in customer_signal_evidence.",
    );
    let mut chart = about.when("newest first").settled(common::settled_customers(reader)?).chart(reader, ChartKind::Table, &sql);
    chart.table = reader.table(&sql)?;
    if chart.table.rows.is_empty() {
        chart.note = Some("No signal speaks of anybody.".to_owned());
    }
    Ok(chart)
}
