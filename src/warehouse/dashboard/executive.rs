//! The page for the board.

use super::charts::{About, bars, compared, over_time};
use super::common;
use super::figures::{Chart, ChartKind, Tile};
use super::period::Grain;
use super::reader::Reader;
use crate::warehouse::error::Result;

pub(crate) fn page(reader: &Reader<'_>) -> Result<(Vec<Tile>, Vec<Chart>)> {
    let tiles = vec![
        common::total_customers(reader)?,
        common::balance(reader, "total_balance", "Total Balance", "sum(t.balance_minor)")?,
        common::balance(
            reader,
            "average_balance_per_account",
            "Average Balance per Account",
            "CAST(round(sum(t.balance_minor) * 1.0 / nullif(sum(t.accounts), 0)) AS INTEGER)",
        )?,
        common::total_transactions(reader)?,
        common::churn_rate(reader)?,
        common::open_complaints(reader)?,
    ];
    let charts =
        vec![amount_over_time(reader)?, balance_by_branch(reader)?, credit_and_debit(reader)?, risk_tiers(reader)?, who_to_call(reader)?];
    Ok((tiles, charts))
}

pub(crate) fn amount_over_time(reader: &Reader<'_>) -> Result<Chart> {
    let about = About {
        id: "amount_over_time",
        title: "Total Transaction Amount Over Time",
        subtitle: &reader.money_unit(),
        definition: "Sum of the amounts of posted transactions, credits and debits alike.",
    };
    let mut chart = compared(
        reader,
        about,
        "SELECT date, sum(amount_minor) / 100.0 AS amount FROM gold.dashboard_daily_metrics
         WHERE date BETWEEN :from AND :to AND currency = :currency AND (:branch IS NULL OR branch_id = :branch) GROUP BY 1 ORDER BY 1",
    )?;
    chart.settled_share = common::settled_transactions(reader)?;
    Ok(chart)
}

fn balance_by_branch(reader: &Reader<'_>) -> Result<Chart> {
    let about = About {
        id: "balance_by_branch",
        title: "Total Balance by branch",
        subtitle: &reader.money_unit(),
        definition: "Balances of the branch's accounts at the end of the period's last month.",
    };
    let mut chart = bars(
        reader,
        about,
        9,
        "SELECT coalesce(b.branch_name, nullif(t.branch_id, ''), 'not known') AS branch, sum(t.balance_minor) AS balance_minor, t.branch_id AS filter_key
         FROM gold.monthly_account_balances t LEFT JOIN gold.dim_branch b ON b.branch_id = t.branch_id
         WHERE t.month = substr(:to, 1, 7) AND t.currency = :currency GROUP BY t.branch_id ORDER BY 2 DESC, 1",
    )?;
    chart.settled_share = common::settled_customers(reader)?;
    Ok(chart)
}

pub(crate) fn credit_and_debit(reader: &Reader<'_>) -> Result<Chart> {
    let subtitle = format!("{}, by month", reader.money_unit());
    let about = About {
        id: "credit_and_debit",
        title: "Credit and debit",
        subtitle: &subtitle,
        definition: "Sum of the amounts of posted transactions by the direction that the source states.",
    };
    let mut chart = over_time(
        reader,
        about,
        ChartKind::GroupedBars,
        Grain::Month,
        &["Credit", "Debit"],
        "SELECT substr(date, 1, 7) AS month, sum(credit_minor) AS credit_minor, sum(debit_minor) AS debit_minor FROM gold.dashboard_daily_metrics
         WHERE date BETWEEN :from AND :to AND currency = :currency AND (:branch IS NULL OR branch_id = :branch)
         GROUP BY 1 HAVING sum(credits) + sum(debits) > 0 ORDER BY 1",
    )?;
    chart.settled_share = common::settled_transactions(reader)?;
    Ok(chart)
}

pub(crate) fn risk_tiers(reader: &Reader<'_>) -> Result<Chart> {
    let mut chart = bars(
        reader,
        About {
            id: "risk_tiers",
            title: "Customers by risk tier",
            subtitle: "",
            definition: "Points of the risk rules: Critical from 70, High from 50, Medium from 30. The rules stand in customer_risk_factor.",
        },
        4,
        "SELECT tier AS tier, coalesce(sum(s.customers), 0) AS customers, coalesce(sum(s.pending), 0) AS waiting_in_review
         FROM (SELECT 1 AS place, 'Critical' AS tier UNION ALL SELECT 2, 'High' UNION ALL SELECT 3, 'Medium' UNION ALL SELECT 4, 'Low') t
         LEFT JOIN gold.agg_customer_segments s ON s.risk_tier = t.tier AND (:branch IS NULL OR s.branch_id = :branch)
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
    chart.settled_share = common::settled_customers(reader)?;
    Ok(chart)
}

fn who_to_call(reader: &Reader<'_>) -> Result<Chart> {
    let about = About {
        id: "who_to_call",
        title: "Who to call first",
        subtitle: "by priority",
        definition: "Customers of the tiers Critical and High. Priority = 0.6 x risk + min(40, value / 10,000).",
    };
    let mut chart = about.chart(ChartKind::Table);
    let sql = "SELECT coalesce(full_name, customer_key) AS customer, risk_score AS risk, value_minor AS balance_minor, strongest_reason, currency,
             recommended_action, customer_key AS key
         FROM gold.high_risk_customers WHERE :branch IS NULL OR branch_id = :branch ORDER BY priority DESC, customer_key LIMIT 100";
    chart.table = reader.table(sql)?;
    sql.clone_into(&mut chart.sql);
    let all =
        reader.number_in("SELECT count(*) FROM gold.high_risk_customers WHERE :branch IS NULL OR branch_id = :branch", reader.period)?;
    chart.table.truncated = all.is_some_and(|all| all > 100.5);
    chart.note = Some(match all {
        Some(all) if all > 0.5 => format!("Open all {all}"),
        _ => "Nobody is at high risk.".to_owned(),
    });
    chart.settled_share = common::settled_customers(reader)?;
    Ok(chart)
}
