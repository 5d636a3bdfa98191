//! The page for the board.

use super::Page;
use super::charts::{About, bars, compared, over_time};
use super::common::{self, OF_BRANCH};
use super::figures::{Chart, ChartKind};
use super::period::Grain;
use super::reader::Reader;
use super::segments::lost_by_branch;
use crate::warehouse::error::Result;

pub(crate) fn page(reader: &Reader<'_>) -> Page {
    let tiles = vec![
        common::total_customers(reader)?,
        common::total_balance(reader)?,
        common::average_balance(reader)?,
        common::total_transactions(reader)?,
        common::churn_rate(reader)?,
        common::open_complaints(reader)?,
    ];
    let charts = vec![
        amount_over_time(reader)?,
        balance_by_branch(reader)?,
        credit_and_debit(reader)?,
        lost_by_branch(reader)?,
        risk_tiers(reader)?,
        who_to_call(reader)?,
    ];
    Ok((tiles, charts))
}

pub(crate) fn amount_over_time(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new(
        "amount_over_time",
        "Total Transaction Amount Over Time",
        reader.money_unit(),
        "Sum of the amounts of posted transactions, credits and debits alike.",
    );
    compared(
        reader,
        about.settled(common::settled_transactions(reader)?),
        &format!(
            "SELECT date, sum(amount_minor) / 100.0 AS amount FROM {{metrics}}
             WHERE date BETWEEN :from AND :to AND currency = :currency AND {OF_BRANCH} GROUP BY 1 ORDER BY 1"
        ),
    )
}

fn balance_by_branch(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new(
        "balance_by_branch",
        "Total Balance by branch",
        reader.money_unit(),
        "Balances of the branch's accounts at the end of the period's last month.",
    );
    bars(
        reader,
        about.by("branch").settled(common::settled_customers(reader)?),
        9,
        "SELECT coalesce(b.branch_name, nullif(t.branch_id, ''), 'not known') AS branch, sum(t.balance_minor) AS balance_minor, t.branch_id AS filter_key
         FROM {balances} t LEFT JOIN gold.dim_branch b ON b.branch_id = t.branch_id
         WHERE t.month = substr(:to, 1, 7) AND t.currency = :currency GROUP BY t.branch_id ORDER BY 2 DESC, 1",
    )
}

pub(crate) fn credit_and_debit(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new(
        "credit_and_debit",
        "Credit and debit",
        reader.money_unit(),
        "Sum of the amounts of posted transactions by the direction that the source states.",
    );
    let mut chart = over_time(
        reader,
        about.when("by month").settled(common::settled_transactions(reader)?),
        ChartKind::GroupedBars,
        Grain::Month,
        &["Credit", "Debit"],
        &format!(
            "SELECT substr(date, 1, 7) AS month, sum(credit_minor) AS credit_minor, sum(debit_minor) AS debit_minor FROM {{metrics}}
             WHERE date BETWEEN :from AND :to AND currency = :currency AND {OF_BRANCH}
             GROUP BY 1 HAVING sum(credits) + sum(debits) > 0 ORDER BY 1"
        ),
    )?;
    chart.series_facet = Some("direction".to_owned());
    for series in &mut chart.series {
        series.key = Some(series.name.to_lowercase());
    }
    let sums: Vec<f64> = chart.series.iter().map(|series| series.values.iter().flatten().sum()).collect();
    if let [credit, debit] = sums.as_slice()
        && credit + debit > 0.0
    {
        chart.note = Some(format!("Credits are {:.1}\u{2009}% of the amount.", 100.0 * credit / (credit + debit)));
    }
    Ok(chart)
}

pub(crate) fn risk_tiers(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new(
        "risk_tiers",
        "Customers by risk tier",
        "customers",
        "Points of the risk rules: Critical from 70, High from 50, Medium from 30. The rules stand in customer_risk_factor.",
    );
    let mut chart = bars(
        reader,
        about.by("risk_tier").settled(common::settled_customers(reader)?),
        4,
        "SELECT tier AS tier, coalesce(sum(s.customers), 0) AS customers, coalesce(sum(s.pending), 0) AS waiting_in_review
         FROM (SELECT 1 AS place, 'Critical' AS tier UNION ALL SELECT 2, 'High' UNION ALL SELECT 3, 'Medium' UNION ALL SELECT 4, 'Low') t
         LEFT JOIN {segments} s ON s.risk_tier = t.tier AND (:branch IS NULL OR s.branch_id = :branch)
         GROUP BY place ORDER BY place",
    )?;
    let sum = |column: usize| chart.table.rows.iter().filter_map(|row| row.get(column)?.as_f64()).sum::<f64>();
    let (all, pending) = (sum(1), sum(2));
    chart.subtitle = format!("{all} customer{}", if all > 1.5 { "s" } else { "" });
    if pending > 1.5 {
        chart.note = Some(format!("{pending} customers wait in Review: tiers may move."));
    } else if pending > 0.5 {
        chart.note = Some("1 customer waits in Review: tiers may move.".to_owned());
    }
    chart.kind = ChartKind::OrderedBars;
    Ok(chart)
}

fn who_to_call(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new(
        "who_to_call",
        "Who to call first",
        "",
        "Customers of the tiers Critical and High. Priority = 0.6 x risk + min(40, value / 10,000).",
    );
    let sql = format!(
        "SELECT coalesce(full_name, customer_key) AS customer, risk_score AS risk, value_minor AS balance_minor, strongest_reason, currency,
             recommended_action, customer_key AS key
         FROM {{calls}} WHERE {OF_BRANCH} ORDER BY priority DESC, customer_key LIMIT 100"
    );
    let about = about.when("by priority").settled(common::settled_customers(reader)?);
    let mut chart = about.chart(reader, ChartKind::Table, &sql);
    chart.table = reader.table(&sql)?;
    let all = reader.number_in(&format!("SELECT count(*) FROM {{calls}} WHERE {OF_BRANCH}"), reader.period)?;
    chart.table.truncated = all.is_some_and(|all| all > 100.5);
    chart.note = Some(match all {
        Some(all) if all > 0.5 => format!("Open all {all}"),
        _ => "Nobody is at high risk.".to_owned(),
    });
    Ok(chart)
}
