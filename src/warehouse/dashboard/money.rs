//! Customers and balances, transactions, loans and investments.

use super::Page;
use super::charts::{About, bars, compared, compared_by, lines_by_name};
use super::common::{self, BalanceOf, MONTHS, OF_BRANCH, Plain, SEGMENTS};
use super::executive::{amount_over_time, credit_and_debit, risk_tiers};
use super::figures::{Chart, Tile};
use super::period::Grain;
use super::reader::Reader;
use super::tiles::Measure;
use crate::warehouse::error::Result;

const AVERAGE: &str = "CAST(round(sum(t.balance_minor) * 1.0 / nullif(sum(t.accounts), 0)) AS INTEGER)";

pub(crate) fn customers(reader: &Reader<'_>) -> Page {
    let of = |id, title, measure, expression, condition| BalanceOf { id, title, measure, expression, condition };
    let known = "t.risk_tier <> ''";
    let tiles = vec![
        common::total_customers(reader)?,
        common::active_customers(reader)?,
        common::daily_count(
            reader,
            ("new_customers", "New customers", "new_customers"),
            Some(true),
            "Customers first seen in the period: the first account, transaction, session, case or note.",
            true,
        )?,
        without(reader, ("without_email", "Without e-mail"), "No system knows an e-mail of these customers: they can't be written to.")?,
        common::total_balance(reader)?,
        common::balance(reader, &of("total_customers_balance", "Total Customers Balance", Measure::Money, "sum(t.balance_minor)", known))?,
        common::balance(reader, &of("total_accounts", "Total Accounts", Measure::Count, "sum(t.accounts)", "true"))?,
        common::churn_rate(reader)?,
    ];
    let mut charts = vec![new_over_time(reader)?, customers_by_branch(reader)?];
    charts.extend(balances(reader)?);
    charts.extend([
        segment_bars(
            reader,
            ("customers_by_segment", "Customers by segment", "customer_segment"),
            "From transactions: Frequent 4 a month and more, Regular 1, else Occasional; Inactive: none in 90 days.",
        )?,
        segment_bars(
            reader,
            ("customers_by_tenure", "Customers by tenure", "tenure_segment"),
            "New to 90 days, Established to 365, Loyal to 730, then Long-term.",
        )?,
        risk_tiers(reader)?,
    ]);
    Ok((tiles, charts))
}

/// Customers that cannot be reached in a way.
fn without(reader: &Reader<'_>, (column, title): (&str, &str), definition: &str) -> Result<Tile> {
    let sql = format!("SELECT sum({column}) AS customers FROM {{segments}} WHERE {OF_BRANCH}");
    let table = common::by_branch(&format!("sum(t.{column}) AS customers, sum(t.customers) AS of_all"), "segments", "true");
    common::plain(reader, &Plain { id: column, title, measure: Measure::Count, sql: &sql, definition, table: &table })
}

fn new_over_time(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new("new_over_time", "New customers", "customers", "Customers by the day they were first seen.");
    if reader.is_chosen(&SEGMENTS) {
        let sql = format!("SELECT month, sum(customers) AS customers FROM {{months}} WHERE {MONTHS} AND {OF_BRANCH} GROUP BY 1 ORDER BY 1");
        return compared_by(reader, about, Grain::Month, &sql);
    }
    compared(reader, about, &common::by_day("new_customers"))
}

fn customers_by_branch(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new("customers_by_branch", "Customers by branch", "customers", "At the end of the period.").by("branch");
    let (column, source, when) = if !reader.has_days {
        ("customers", "segments", "true")
    } else if reader.is_chosen(&SEGMENTS) {
        ("customers", "months", "t.month <= substr(:to, 1, 7)")
    } else {
        ("known_customers", "activity", common::LAST_DAY)
    };
    bars(
        reader,
        about.settled(common::settled_customers(reader)?),
        9,
        &format!(
            "SELECT coalesce(b.branch_name, nullif(t.branch_id, ''), 'not known') AS branch, sum(t.{column}) AS customers, t.branch_id AS filter_key
             FROM {{{source}}} t LEFT JOIN gold.dim_branch b ON b.branch_id = t.branch_id WHERE {when} GROUP BY t.branch_id ORDER BY 2 DESC, 1"
        ),
    )
}

/// Balances by account type, in time and now, and by region.
fn balances(reader: &Reader<'_>) -> Result<Vec<Chart>> {
    let money = reader.money_unit();
    let by_type = |column: &str| {
        format!(
            "SELECT account_type, {column}, sum(t.accounts) AS accounts FROM {{balances}} t WHERE {} AND {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1",
            common::LAST_MONTH
        )
    };
    Ok(vec![
        lines_by_name(
            reader,
            About::new(
                "balance_by_type_over_time",
                "Average Balance by Account Type",
                money.as_str(),
                "Balance at the end of each month divided by the accounts opened until then.",
            )
            .by("account_type"),
            &format!(
                "SELECT month, account_type, {AVERAGE} AS average_balance_minor FROM {{balances}} t
                 WHERE {MONTHS} AND currency = :currency AND {OF_BRANCH} GROUP BY 1, 2 ORDER BY 1, 2"
            ),
        )?,
        bars(
            reader,
            About::new("balance_by_type", "Total Balance by account type", money.as_str(), "At the end of the period's last month.")
                .by("account_type"),
            8,
            &by_type("sum(t.balance_minor) AS balance_minor"),
        )?,
        bars(
            reader,
            About::new(
                "average_by_type",
                "Average Balance per Account Type",
                money.as_str(),
                "Average of the balances at the end of the period's last month: their sum divided by the accounts opened until then.",
            )
            .by("account_type"),
            8,
            &by_type(&format!("{AVERAGE} AS average_balance_minor")),
        )?,
        bars(
            reader,
            About::new(
                "deposit_by_region",
                "AverageDepositByRegion",
                money.as_str(),
                "Average balance per account in the branches of a region, at the end of the period's last month.",
            ),
            8,
            &format!(
                "SELECT coalesce(b.region, 'not known') AS region, {AVERAGE} AS average_balance_minor, sum(t.accounts) AS accounts
                 FROM {{balances}} t LEFT JOIN gold.dim_branch b ON b.branch_id = t.branch_id
                 WHERE {} AND (:branch IS NULL OR t.branch_id = :branch) GROUP BY 1 ORDER BY 2 DESC, 1",
                common::LAST_MONTH
            ),
        )?,
    ])
}

fn segment_bars(reader: &Reader<'_>, (id, title, column): (&'static str, &'static str, &'static str), definition: &str) -> Result<Chart> {
    bars(
        reader,
        About::new(id, title, "customers", definition).by(column).settled(common::settled_customers(reader)?),
        8,
        &format!("SELECT {column}, sum(customers) AS customers FROM {{segments}} WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"),
    )
}

pub(crate) fn transactions(reader: &Reader<'_>) -> Page {
    let money = reader.money_unit();
    // Whole months are read from months: so many fewer rows.
    let (source, when) =
        if reader.period.is_whole_months(reader.as_of) { ("monthly", MONTHS) } else { ("daily", "date BETWEEN :from AND :to") };
    let by = |column: &str| {
        format!(
            "SELECT {column}, sum(amount_minor) AS amount_minor, sum(transactions) AS transactions FROM {{{source}}}
             WHERE {when} AND currency = :currency AND {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"
        )
    };
    let tiles = vec![
        common::total_transactions(reader)?,
        common::amount(
            reader,
            "total_transaction_amount",
            "Total Transaction Amount",
            "amount_minor",
            "Sum of the amounts of posted transactions, credits and debits alike.",
        )?,
        common::amount(reader, "credit_amount", "Credits", "credit_minor", "Sum of the amounts of posted credits.")?,
        common::amount(reader, "debit_amount", "Debits", "debit_minor", "Sum of the amounts of posted debits.")?,
        common::credit_share(reader)?,
    ];
    let settled = common::settled_transactions(reader)?;
    let of_amounts =
        |id, title, facet| About::new(id, title, money.as_str(), "Sum of the amounts of posted transactions.").by(facet).settled(settled);
    let charts = vec![
        amount_over_time(reader)?,
        bars(
            reader,
            of_amounts("amount_by_type", "Total Transaction Amount per Transaction Type", "transaction_type"),
            9,
            &by("transaction_type"),
        )?,
        compared(
            reader,
            About::new("volume_over_time", "Transaction volume", "transactions", "Number of posted transactions.").settled(settled),
            &format!(
                "SELECT date, sum(transactions) AS transactions FROM {{metrics}} WHERE date BETWEEN :from AND :to AND {OF_BRANCH}
                 AND (:wanted_currency IS NULL OR currency = :wanted_currency) GROUP BY 1 ORDER BY 1"
            ),
        )?,
        credit_and_debit(reader)?,
        bars(reader, of_amounts("amount_by_channel", "Amount by channel", "channel"), 9, &by("channel"))?,
    ];
    Ok((tiles, charts))
}

/// Loans that are owed.
const OWED: &str = "lower(status) IN ('approved', 'defaulted')";
const ROI: &str = "100.0 * sum(return_minor) / nullif(sum(amount_minor), 0)";
const APPROVED: &str = "100.0 * sum(approved) / nullif(sum(loans), 0)";

pub(crate) fn loans(reader: &Reader<'_>) -> Page {
    Ok((loan_tiles(reader)?, loan_charts(reader)?))
}

fn loan_tiles(reader: &Reader<'_>) -> Result<Vec<Tile>> {
    let of = format!("currency = :currency AND {OF_BRANCH}");
    let plain = |id, title, measure, sql: &str, definition, table: &str| {
        common::plain(reader, &Plain { id, title, measure, sql, definition, table })
    };
    Ok(vec![
        plain(
            "total_loan_portfolio",
            "TotalLoanPortfolio",
            Measure::Money,
            &format!("SELECT sum(outstanding_minor) / 100.0 AS portfolio FROM {{loans}} WHERE {OWED} AND {of}"),
            "",
            &format!(
                "SELECT loan_type, sum(outstanding_minor) AS outstanding_minor, sum(loans) AS loans FROM {{loans}} WHERE {OWED} AND {of} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
        plain(
            "loan_approval_rate",
            "Loan approval rate",
            Measure::Percent,
            &format!("SELECT {APPROVED} AS approval_rate FROM {{loans}} WHERE {OF_BRANCH}"),
            "",
            &format!(
                "SELECT status, sum(loans) AS applications, sum(approved) AS approved FROM {{loans}} WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
        plain(
            "investments_total",
            "Invested",
            Measure::Money,
            &format!("SELECT sum(amount_minor) / 100.0 AS invested FROM {{investments}} WHERE {of}"),
            "Sum of the amounts invested.",
            &format!(
                "SELECT investment_type, sum(amount_minor) AS amount_minor FROM {{investments}} WHERE {of} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
        plain(
            "investment_roi",
            "Investment ROI",
            Measure::Percent,
            &format!("SELECT {ROI} AS roi FROM {{investments}} WHERE {of}"),
            "",
            &format!(
                "SELECT status, round({ROI}, 2) AS roi_percent, sum(amount_minor) AS amount_minor FROM {{investments}} WHERE {of} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
    ])
}

fn loan_charts(reader: &Reader<'_>) -> Result<Vec<Chart>> {
    let money = reader.money_unit();
    let of = format!("currency = :currency AND {OF_BRANCH}");
    Ok(vec![
        bars(
            reader,
            About::new(
                "outstanding_by_type",
                "Outstanding by loan type",
                money.as_str(),
                "Outstanding amounts of approved and defaulted loans.",
            )
            .by("loan_type"),
            9,
            &format!(
                "SELECT loan_type, sum(outstanding_minor) AS outstanding_minor FROM {{loans}} WHERE {OWED} AND {of} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
        bars(
            reader,
            About::new("loans_by_status", "Loans by status", "applications", "All applications.").by("loan_status"),
            8,
            &format!("SELECT status, sum(loans) AS loans FROM {{loans}} WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"),
        )?,
        bars(
            reader,
            About::new(
                "approval_by_type",
                "Approval rate by loan type",
                "percent",
                "Approved, closed and defaulted loans as a share of all applications.",
            )
            .by("loan_type"),
            9,
            &format!(
                "SELECT loan_type, round({APPROVED}, 2) AS approval_rate, sum(loans) AS applications FROM {{loans}} WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
        bars(
            reader,
            About::new("roi_by_type", "Return by investment type", "percent", "Sum of returns divided by the sum of amounts.")
                .by("investment_type"),
            9,
            &format!(
                "SELECT investment_type, round({ROI}, 2) AS roi, sum(amount_minor) AS amount_minor FROM {{investments}} WHERE {of} GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
        )?,
    ])
}
