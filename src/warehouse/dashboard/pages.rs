//! The pages beside the executive one.

use super::charts::{About, bars, compared, lines_by_name, over_time};
use super::common;
use super::executive::{amount_over_time, credit_and_debit, risk_tiers};
use super::figures::{Chart, ChartKind, Tile};
use super::period::Grain;
use super::reader::Reader;
use super::tiles::Measure;
use crate::warehouse::error::Result;

type Page = Result<(Vec<Tile>, Vec<Chart>)>;

const OF_BRANCH: &str = "(:branch IS NULL OR branch_id = :branch)";
const MONTHS: &str = "month BETWEEN substr(:from, 1, 7) AND substr(:to, 1, 7)";

fn about<'a>(id: &'a str, title: &'a str, subtitle: &'a str, definition: &'a str) -> About<'a> {
    About { id, title, subtitle, definition }
}

pub(crate) fn customers(reader: &Reader<'_>) -> Page {
    let money = reader.money_unit();
    let by_month = format!("{money}, by month");
    let segment = |column: &str| {
        format!(
            "SELECT {column}, sum(customers) AS customers FROM gold.agg_customer_segments WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"
        )
    };
    let tiles = vec![
        common::total_customers(reader)?,
        common::daily_count(
            reader,
            "new_customers",
            "New customers",
            "new_customers",
            Some(true),
            "Customers first seen in the period: the first account, transaction, session, case or note.",
        )?,
        common::balance(reader, "total_balance", "Total Balance", "sum(t.balance_minor)")?,
        common::churn_rate(reader)?,
    ];
    let charts = vec![
        compared(
            reader,
            about("new_over_time", "New customers", "customers", "Customers by the day they were first seen."),
            &common::levels("new_customers"),
        )?,
        lines_by_name(
            reader,
            about("balance_by_type_over_time", "Average Balance by Account Type", &by_month, "Balance at the end of each month divided by the accounts opened until then."),
            &format!(
                "SELECT month, account_type, CAST(round(sum(balance_minor) * 1.0 / nullif(sum(accounts), 0)) AS INTEGER) AS average_balance_minor
                 FROM gold.monthly_account_balances WHERE {MONTHS} AND currency = :currency AND {OF_BRANCH} GROUP BY 1, 2 ORDER BY 1, 2"
            ),
        )?,
        bars(
            reader,
            about("balance_by_type", "Total Balance by account type", &money, "At the end of the period's last month."),
            8,
            &format!(
                "SELECT account_type, sum(balance_minor) AS balance_minor, sum(accounts) AS accounts FROM gold.monthly_account_balances
                 WHERE month = substr(:to, 1, 7) AND currency = :currency AND {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
        bars(
            reader,
            about("customers_by_branch", "Customers by branch", "customers", "At the end of the period."),
            9,
            "SELECT coalesce(b.branch_name, nullif(t.branch_id, ''), 'not known') AS branch, sum(t.known_customers) AS customers, t.branch_id AS filter_key
             FROM gold.dashboard_daily_activity t LEFT JOIN gold.dim_branch b ON b.branch_id = t.branch_id
             WHERE t.date = (SELECT max(date) FROM gold.dashboard_daily_activity WHERE date <= :to) GROUP BY t.branch_id ORDER BY 2 DESC, 1",
        )?,
        bars(
            reader,
            about("customers_by_segment", "Customers by segment", "customers", "From transactions: Frequent 4 a month and more, Regular 1, else Occasional; Inactive: none in 90 days."),
            8,
            &segment("customer_segment"),
        )?,
        bars(
            reader,
            about("customers_by_tenure", "Customers by tenure", "customers", "New to 90 days, Established to 365, Loyal to 730, then Long-term."),
            8,
            &segment("tenure_segment"),
        )?,
        risk_tiers(reader)?,
    ];
    Ok((tiles, charts))
}

pub(crate) fn transactions(reader: &Reader<'_>) -> Page {
    let money = reader.money_unit();
    let by = |column: &str| {
        format!(
            "SELECT {column}, sum(amount_minor) AS amount_minor, sum(transactions) AS transactions FROM gold.agg_monthly_transactions
             WHERE {MONTHS} AND currency = :currency AND {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"
        )
    };
    let tiles = vec![
        common::total_transactions(reader)?,
        common::amount(reader, "total_transaction_amount", "Total Transaction Amount", "amount_minor", "")?,
        common::amount(reader, "credit_amount", "Credits", "credit_minor", "Sum of the amounts of posted credits.")?,
        common::amount(reader, "debit_amount", "Debits", "debit_minor", "Sum of the amounts of posted debits.")?,
    ];
    let months = format!("{money}, the months of the period");
    let charts = vec![
        amount_over_time(reader)?,
        compared(
            reader,
            about("volume_over_time", "Transaction volume", "transactions", "Number of posted transactions."),
            &format!(
                "SELECT date, sum(transactions) AS transactions FROM gold.dashboard_daily_metrics WHERE date BETWEEN :from AND :to AND {OF_BRANCH}
                 AND (:wanted_currency IS NULL OR currency = :wanted_currency) GROUP BY 1 ORDER BY 1"
            ),
        )?,
        credit_and_debit(reader)?,
        bars(
            reader,
            about("amount_by_type", "Total Transaction Amount per Transaction Type", &months, "Sum of the amounts of posted transactions."),
            9,
            &by("transaction_type"),
        )?,
        bars(
            reader,
            about("amount_by_channel", "Amount by channel", &months, "Sum of the amounts of posted transactions."),
            9,
            &by("channel"),
        )?,
    ];
    Ok((tiles, charts))
}

pub(crate) fn service(reader: &Reader<'_>) -> Page {
    let by = |column: &str| {
        format!(
            "SELECT {column}, sum(complaints) AS complaints, sum(open_complaints) AS open FROM gold.agg_monthly_service
             WHERE {MONTHS} AND {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"
        )
    };
    let tiles = vec![
        common::open_complaints(reader)?,
        common::daily_count(
            reader,
            "complaints_opened",
            "Complaints opened",
            "complaints_opened",
            Some(false),
            "Cases opened in the period, by business date.",
        )?,
        ratio(
            reader,
            ("average_resolution_days", "Average resolution time", ""),
            Measure::Days,
            "sum(resolution_days) * 1.0 / nullif(sum(complaints_closed), 0)",
            false,
        )?,
        ratio(
            reader,
            ("average_satisfaction", "Average satisfaction", ""),
            Measure::Score,
            "sum(satisfaction_sum) / nullif(sum(satisfaction_count), 0)",
            true,
        )?,
    ];
    let charts = vec![
        compared(
            reader,
            about("complaints_over_time", "Complaints opened", "cases", "Cases by the business date of their opening."),
            &common::levels("complaints_opened"),
        )?,
        over_time(
            reader,
            about("opened_and_closed", "Opened and closed", "cases, by month", "Cases with a business date; a close without one is left out."),
            ChartKind::GroupedBars,
            Grain::Month,
            &["Opened", "Closed"],
            &format!(
                "SELECT substr(date, 1, 7) AS month, sum(complaints_opened) AS opened, sum(complaints_closed) AS closed FROM gold.dashboard_daily_activity
                 WHERE date BETWEEN :from AND :to AND {OF_BRANCH} GROUP BY 1 HAVING sum(complaints_opened) + sum(complaints_closed) > 0 ORDER BY 1"
            ),
        )?,
        bars(reader, about("complaints_by_type", "Complaints by type", "cases opened", "Cases opened in the months of the period."), 9, &by("complaint_type"))?,
        bars(reader, about("complaints_by_priority", "Complaints by priority", "cases opened", "Cases opened in the months of the period."), 9, &by("priority"))?,
        bars(reader, about("complaints_by_origin", "Complaints by origin", "cases opened", "Cases opened in the months of the period."), 9, &by("origin"))?,
    ];
    Ok((tiles, charts))
}

/// A quotient of sums of `dashboard_daily_activity`, beside the period before.
fn ratio(
    reader: &Reader<'_>,
    (id, title, definition): (&str, &str, &str),
    measure: Measure,
    expression: &str,
    more_is_better: bool,
) -> Result<Tile> {
    let sql = format!("SELECT {expression} FROM gold.dashboard_daily_activity WHERE date BETWEEN :from AND :to AND {OF_BRANCH}");
    let (now, before) = reader.pair(&sql)?;
    let months = format!(
        "SELECT substr(date, 1, 7) AS month, {expression} AS value FROM gold.dashboard_daily_activity WHERE date BETWEEN :from AND :to AND {OF_BRANCH} GROUP BY 1 ORDER BY 1"
    );
    Ok(super::tiles::tile(
        reader,
        super::tiles::TileOf {
            id,
            title,
            measure,
            now,
            before,
            more_is_better: Some(more_is_better),
            spark: super::tiles::dated(reader, &months, reader.period)?.into_iter().map(|(_, value)| value).collect(),
            settled_share: common::settled_customers(reader)?,
            definition,
            sql: &sql,
            table: reader.table(&months)?,
        },
    ))
}

pub(crate) fn digital(reader: &Reader<'_>) -> Page {
    let tiles = vec![
        common::daily_count(reader, "app_sessions", "App sessions", "sessions", Some(true), "")?,
        common::daily_count(reader, "app_events", "App events", "events", Some(true), "Events in the app of known customers.")?,
        ratio(
            reader,
            ("session_minutes", "Minutes per session", "Time in the app divided by the number of sessions."),
            Measure::Score,
            "sum(seconds) / 60.0 / nullif(sum(sessions), 0)",
            true,
        )?,
        ratio(
            reader,
            ("app_customers", "Customers a day in the app", "Customers with a session or an event, a day on average."),
            Measure::Score,
            "sum(app_customers) * 1.0 / nullif(count(DISTINCT date), 0)",
            true,
        )?,
    ];
    let charts = vec![
        compared(
            reader,
            about("sessions_over_time", "App sessions", "sessions", "Sessions of known customers."),
            &common::levels("sessions"),
        )?,
        compared(
            reader,
            about(
                "app_customers_over_time",
                "Customer days in the app",
                "customer days",
                "Days with a session or an event, counted per customer.",
            ),
            &common::levels("app_customers"),
        )?,
        bars(
            reader,
            about("features", "Features used", "events, all time", "Events by type, of known customers."),
            12,
            &format!(
                "SELECT replace(event_type, '_', ' ') AS feature, sum(events) AS events, sum(customers) AS customers
                 FROM gold.agg_feature_usage WHERE {OF_BRANCH} GROUP BY event_type ORDER BY 2 DESC, 1"
            ),
        )?,
        bars(
            reader,
            about(
                "digital_status",
                "Customers by digital status",
                "customers",
                "Active: a login in 30 days, Lapsing: in 90, Dormant: before, Never: none.",
            ),
            6,
            &format!(
                "SELECT digital_status, sum(customers) AS customers FROM gold.agg_customer_segments WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
    ];
    Ok((tiles, charts))
}

pub(crate) fn loans(reader: &Reader<'_>) -> Page {
    let money = reader.money_unit();
    let of = format!("currency = :currency AND {OF_BRANCH}");
    let tiles = vec![
        common::plain(
            reader,
            "total_loan_portfolio",
            "TotalLoanPortfolio",
            Measure::Money,
            &format!(
                "SELECT sum(outstanding_minor) / 100.0 AS portfolio FROM gold.agg_loans WHERE lower(status) IN ('approved', 'defaulted') AND {of}"
            ),
            "",
        )?,
        common::plain(
            reader,
            "loan_approval_rate",
            "Loan approval rate",
            Measure::Percent,
            &format!("SELECT 100.0 * sum(approved) / nullif(sum(loans), 0) AS approval_rate FROM gold.agg_loans WHERE {OF_BRANCH}"),
            "",
        )?,
        common::plain(
            reader,
            "investments_total",
            "Invested",
            Measure::Money,
            &format!("SELECT sum(amount_minor) / 100.0 AS invested FROM gold.agg_investments WHERE {of}"),
            "Sum of the amounts invested.",
        )?,
        common::plain(
            reader,
            "investment_roi",
            "Investment ROI",
            Measure::Percent,
            &format!("SELECT 100.0 * sum(return_minor) / nullif(sum(amount_minor), 0) AS roi FROM gold.agg_investments WHERE {of}"),
            "",
        )?,
    ];
    let charts = vec![
        bars(
            reader,
            about("loans_by_status", "Loans by status", "applications", "All applications."),
            8,
            &format!("SELECT status, sum(loans) AS loans FROM gold.agg_loans WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"),
        )?,
        bars(
            reader,
            about(
                "approval_by_type",
                "Approval rate by loan type",
                "percent",
                "Approved, closed and defaulted loans as a share of all applications.",
            ),
            9,
            &format!(
                "SELECT loan_type, round(100.0 * sum(approved) / nullif(sum(loans), 0), 2) AS approval_rate, sum(loans) AS applications
                 FROM gold.agg_loans WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
        bars(
            reader,
            about("outstanding_by_type", "Outstanding by loan type", &money, "Outstanding amounts of approved and defaulted loans."),
            9,
            &format!(
                "SELECT loan_type, sum(outstanding_minor) AS outstanding_minor FROM gold.agg_loans
                 WHERE lower(status) IN ('approved', 'defaulted') AND {of} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
        bars(
            reader,
            about("roi_by_type", "Return by investment type", "percent", "Sum of returns divided by the sum of amounts."),
            9,
            &format!(
                "SELECT investment_type, round(100.0 * sum(return_minor) / nullif(sum(amount_minor), 0), 2) AS roi,
                     sum(amount_minor) AS amount_minor FROM gold.agg_investments WHERE {of} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
    ];
    Ok((tiles, charts))
}

pub(crate) fn identity(reader: &Reader<'_>) -> Page {
    let tiles = vec![
        common::total_customers(reader)?,
        common::plain(
            reader,
            "source_records",
            "Source records",
            Measure::Count,
            &format!("SELECT sum(records) AS records FROM gold.agg_source_records WHERE {OF_BRANCH}"),
            "Customer records of all systems.",
        )?,
        common::plain(
            reader,
            "records_per_customer",
            "Records per customer",
            Measure::Score,
            &format!(
                "SELECT sum(records * customers) * 1.0 / nullif(sum(customers), 0) AS records_per_customer FROM gold.agg_identity WHERE {OF_BRANCH}"
            ),
            "Source records divided by real customers.",
        )?,
        common::plain(
            reader,
            "waiting_in_review",
            "Customers in Review",
            Measure::Count,
            &format!("SELECT sum(pending) AS waiting FROM gold.agg_identity WHERE {OF_BRANCH}"),
            "Customers whose identity waits for a decision.",
        )?,
    ];
    let charts = vec![
        bars(
            reader,
            about("systems", "Customers by the systems that know them", "customers", "Which source systems hold a record of a customer."),
            12,
            &format!("SELECT systems, sum(customers) AS customers FROM gold.agg_identity WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"),
        )?,
        bars(
            reader,
            about("cluster_sizes", "Customers by number of records", "customers", "How many source records are one customer."),
            10,
            &format!(
                "SELECT CASE WHEN records = 1 THEN '1 record' ELSE records || ' records' END AS size, sum(customers) AS customers
                 FROM gold.agg_identity WHERE {OF_BRANCH} GROUP BY records ORDER BY records"
            ),
        )?,
        bars(
            reader,
            about("records_by_system", "Records by system", "records", "Customer records per source system."),
            8,
            &format!(
                "SELECT CASE source_system WHEN 'erpnext' THEN 'ERP' WHEN 'salesforce' THEN 'CRM' WHEN 'supabase' THEN 'App' WHEN 'google_sheets' THEN 'Sheets'
                     ELSE source_system END AS system, sum(records) AS records, sum(customers) AS customers
                 FROM gold.agg_source_records WHERE {OF_BRANCH} GROUP BY source_system ORDER BY 2 DESC, 1"
            ),
        )?,
    ];
    Ok((tiles, charts))
}
