//! The facts behind each figure: which table, which rows of it, and by which of their columns they are narrowed.

use super::common::SEGMENTS;
use super::contact::STEPS;
use super::facts_more as more;
use super::reader::Reader;

/// How a figure's money or count depends on the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Currency {
    /// None at all.
    Any,
    /// Money of one currency.
    One,
    /// A count: only where a person chose one.
    Wanted,
}

/// Rows of one table.
pub(crate) struct Facts {
    pub what: &'static str,
    /// Where a row's lineage begins, and how many of the first columns are its key; 0: a row of bronze names its file itself.
    pub table: &'static str,
    pub keys: usize,
    /// The source whose facets the figure carries.
    pub source: &'static str,
    /// From SELECT to the fixed conditions.
    pub sql: String,
    pub branch: &'static str,
    pub customer: &'static str,
    pub currency: (Currency, &'static str),
    /// Whole months instead of days.
    pub months: bool,
    pub order: &'static str,
}

const EDGE: &str = "(SELECT min(date) FROM gold.dim_date)";

/// Which rows stand behind a figure; None where it counts none of its own.
pub(crate) fn facts(reader: &Reader<'_>, id: &str) -> Option<Facts> {
    transactions(id)
        .or_else(|| accounts(id))
        .or_else(|| customers(reader, id))
        .or_else(|| complaints(reader, id))
        .or_else(|| app(id))
        .or_else(|| loans(id))
        .or_else(|| more::identity(id))
        .or_else(|| more::calls(id))
        .or_else(|| more::signals(id))
        .or_else(|| more::quality(id))
}

fn transactions(id: &str) -> Option<Facts> {
    let (what, extra, currency) = match id {
        "total_transactions" | "volume_over_time" => ("posted transactions of the period", "", Currency::Wanted),
        "amount_over_time" | "total_transaction_amount" | "amount_by_type" | "amount_by_channel" => {
            ("posted transactions of the period", "", Currency::One)
        }
        "credit_and_debit" | "credit_share" => {
            ("posted credits and debits of the period", " AND t.direction IN ('credit', 'debit')", Currency::One)
        }
        "credit_amount" => ("posted credits of the period", " AND t.direction = 'credit'", Currency::One),
        "debit_amount" => ("posted debits of the period", " AND t.direction = 'debit'", Currency::One),
        _ => return None,
    };
    Some(Facts {
        what,
        table: "gold.fct_transactions",
        keys: 1,
        source: if matches!(id, "amount_by_type" | "amount_by_channel") { "daily" } else { "metrics" },
        sql: format!(
            "SELECT t.transaction_id, t.transaction_date, t.amount_minor, t.currency, t.direction, t.transaction_type, t.channel, t.customer_key, t.account_id,
    t.branch_id
FROM gold.fct_transactions t
WHERE t.is_posted AND t.transaction_date BETWEEN :from AND :to{extra}"
        ),
        branch: "coalesce(t.branch_id, '')",
        customer: "t.customer_key",
        currency: (currency, "t.currency"),
        months: false,
        order: "t.transaction_date DESC, t.transaction_id",
    })
}

fn accounts(id: &str) -> Option<Facts> {
    let (extra, currency) = match id {
        "total_balance"
        | "average_balance_per_account"
        | "balance_by_branch"
        | "balance_by_type_over_time"
        | "balance_by_type"
        | "average_by_type"
        | "deposit_by_region" => ("", Currency::One),
        "total_customers_balance" => (" AND t.customer_key IN (SELECT customer_key FROM gold.customer_360)", Currency::One),
        "total_accounts" => ("", Currency::Wanted),
        _ => return None,
    };
    Some(Facts {
        what: "accounts with their balance at the end of the period's last month",
        table: "gold.dim_account",
        keys: 1,
        source: "balances",
        sql: format!(
            "SELECT t.account_id, t.account_type, b.balance_minor, b.currency, b.balance_date, t.customer_key, t.branch_id, t.status
FROM gold.dim_account t
JOIN gold.fct_daily_balances b ON b.account_id = t.account_id
WHERE b.balance_date <= :to AND NOT EXISTS (
        SELECT 1 FROM gold.fct_daily_balances n
        WHERE n.account_id = b.account_id AND n.currency IS b.currency AND n.balance_date <= :to AND (n.balance_date, n.part) > (b.balance_date, b.part)
    ){extra}"
        ),
        branch: "coalesce(t.branch_id, '')",
        customer: "t.customer_key",
        currency: (currency, "b.currency"),
        months: true,
        order: "b.balance_minor DESC, t.account_id",
    })
}

/// The last sign of life until the end of the period; NULL: none until then.
const LAST_SEEN: &str = "(SELECT max(d) FROM (
        SELECT max(x.transaction_date) AS d FROM gold.fct_transactions x WHERE x.customer_key = c.customer_key AND x.is_posted AND x.transaction_date <= :to
        UNION ALL SELECT max(e.activity_date) FROM gold.fct_digital_engagement e WHERE e.customer_key = c.customer_key AND e.activity_date <= :to
    ))";

fn customers(reader: &Reader<'_>, id: &str) -> Option<Facts> {
    let by_segment = reader.is_chosen(&SEGMENTS);
    // A bank without any day has no first one either: all its customers are known.
    let seen = format!("coalesce(max(coalesce(v.first_seen_date, {EDGE}), {EDGE}), :to)");
    let days = if by_segment { "months" } else { "activity" };
    let (what, extra, source, months) = match id {
        "total_customers" | "customers_by_branch" if !reader.has_days => ("customers", "true".to_owned(), "segments", false),
        "total_customers" | "customers_by_branch" => {
            ("customers known at the end of the period", format!("{seen} <= :to"), days, by_segment)
        }
        "new_customers" => ("customers first seen in the period", format!("{seen} BETWEEN :from AND :to"), "activity", false),
        "new_over_time" => ("customers first seen in the period", format!("{seen} BETWEEN :from AND :to"), days, by_segment),
        "active_customers" if by_segment => ("customers active in the last 90 days", "c.is_inactive = 0".to_owned(), "segments", false),
        "active_customers" => (
            "customers active in the 90 days up to the end of the period",
            format!("{LAST_SEEN} > date(:to, '-90 days')"),
            "activity",
            false,
        ),
        "churn_rate" if by_segment => {
            ("customers that were ever active, the inactive ones first", "c.is_inactive IS NOT NULL".to_owned(), "segments", false)
        }
        "churn_rate" => {
            ("customers that were active until then, the inactive ones first", format!("{LAST_SEEN} IS NOT NULL"), "activity", false)
        }
        "risk_tiers" | "customers_by_segment" | "customers_by_tenure" | "digital_status" => {
            ("customers", "true".to_owned(), "segments", false)
        }
        "without_email" => ("customers without an e-mail", "c.has_email = 0".to_owned(), "segments", false),
        "rfm_groups" => ("customers", "true".to_owned(), "value", false),
        "lifetime_value" | "value_by_segment" => (
            "customers with a lifetime value",
            "c.lifetime_value_minor IS NOT NULL AND coalesce(c.currency, '') = :currency".to_owned(),
            "value",
            false,
        ),
        "high_value_lost" | "lost_by_branch" => {
            ("high-value customers without activity for 90 days", "c.rfm_monetary = 5 AND c.is_inactive".to_owned(), "value", false)
        }
        _ => return None,
    };
    let silent = match id {
        "churn_rate" if by_segment => ", c.is_inactive AS is_silent".to_owned(),
        "churn_rate" => format!(", {LAST_SEEN} <= date(:to, '-90 days') AS is_silent"),
        _ => String::new(),
    };
    Some(Facts {
        what,
        table: "gold.customer_360",
        keys: 1,
        source,
        sql: format!(
            "SELECT c.customer_key, c.full_name, c.primary_branch, c.risk_tier, c.customer_segment, c.total_balance_minor, c.lifetime_value_minor, c.currency,
    v.first_seen_date, v.last_activity_date, c.strongest_reason{silent}
FROM gold.customer_360 c
JOIN gold.customer_activity v ON v.customer_key = c.customer_key
WHERE {extra}"
        ),
        branch: "v.branch_id",
        customer: "c.customer_key",
        currency: (Currency::Any, ""),
        months,
        order: if silent.is_empty() {
            "c.total_balance_minor DESC, c.customer_key"
        } else {
            "is_silent DESC, c.total_balance_minor DESC, c.customer_key"
        },
    })
}

fn complaints(reader: &Reader<'_>, id: &str) -> Option<Facts> {
    let of_kind = reader.is_chosen(&["complaint_type", "priority", "origin"]);
    let opened = "t.opened_date BETWEEN :from AND :to";
    let closed = "t.closed_date BETWEEN :from AND :to";
    let (what, condition, is_by_kind) = match id {
        "open_complaints" if of_kind => ("cases that are open", "t.is_open AND coalesce(t.opened_date, '') <= :to".to_owned(), false),
        "open_complaints" => (
            "cases open at the end of the period",
            format!("coalesce(t.opened_date, {EDGE}) <= :to AND (t.is_open OR t.closed_date > :to)"),
            false,
        ),
        "complaints_opened" | "complaints_over_time" => ("cases opened in the period", opened.to_owned(), false),
        "complaints_by_type" | "complaints_by_priority" | "complaints_by_origin" => {
            ("cases opened in the months of the period", opened.to_owned(), true)
        }
        "average_resolution_days" => ("cases closed in the period", closed.to_owned(), false),
        "average_satisfaction" => {
            ("cases opened in the period that carry a score", format!("{opened} AND t.satisfaction_score IS NOT NULL"), false)
        }
        "opened_and_closed" => ("cases opened or closed in the period", format!("({opened} OR {closed})"), false),
        "days_to_solve" | "solved_in_time" => {
            ("cases closed in the months of the period that have both dates", format!("{closed} AND t.resolution_days IS NOT NULL"), true)
        }
        "solved_late" => (
            "cases closed in the months of the period, later than the target",
            format!("{closed} AND t.resolution_days > {}", reader.target_days),
            true,
        ),
        _ => return None,
    };
    Some(Facts {
        what,
        table: "gold.fct_complaints",
        keys: 1,
        source: if of_kind || is_by_kind { "service" } else { "activity" },
        sql: format!(
            "SELECT t.case_id, t.opened_date, t.closed_date, t.resolution_days, t.status, t.priority, t.complaint_type, t.origin, t.satisfaction_score, t.customer_key
FROM gold.fct_complaints t
LEFT JOIN gold.customer_activity v ON v.customer_key = t.customer_key
WHERE {condition}"
        ),
        branch: "coalesce(v.branch_id, '')",
        customer: "t.customer_key",
        currency: (Currency::Any, ""),
        months: of_kind || is_by_kind,
        order: if id.starts_with("solved_") || id == "days_to_solve" {
            "t.resolution_days DESC, t.case_id"
        } else {
            "t.opened_date DESC, t.case_id"
        },
    })
}

fn app(id: &str) -> Option<Facts> {
    let facts = |what, table, keys, source, sql: &str, order| Facts {
        what,
        table,
        keys,
        source,
        sql: sql.to_owned(),
        branch: "coalesce(c.branch_id, '')",
        customer: "t.customer_key",
        currency: (Currency::Any, ""),
        months: false,
        order,
    };
    match id {
        "app_sessions" | "app_events" | "session_minutes" | "app_customers" | "sessions_over_time" | "app_customers_over_time" => {
            Some(facts(
                "days of customers in the app",
                "gold.fct_digital_engagement",
                2,
                "app",
                "SELECT t.customer_key, t.activity_date, t.sessions, t.seconds, t.events, c.full_name, c.digital_status
FROM gold.fct_digital_engagement t
JOIN gold.customer_360 c ON c.customer_key = t.customer_key
WHERE t.activity_date BETWEEN :from AND :to",
                "t.activity_date DESC, t.customer_key",
            ))
        }
        "features" => Some(facts(
            "customers and the features that they used",
            "silver.fct_feature_usage",
            2,
            "features",
            "SELECT t.customer_key, t.event_type, t.events, c.full_name, c.digital_status
FROM silver.fct_feature_usage t
JOIN gold.customer_360 c ON c.customer_key = t.customer_key
WHERE true",
            "t.events DESC, t.customer_key",
        )),
        _ => None,
    }
}

fn loans(id: &str) -> Option<Facts> {
    let owed = "lower(t.status) IN ('approved', 'defaulted')";
    let (is_loan, what, condition, currency) = match id {
        "total_loan_portfolio" | "outstanding_by_type" => (true, "loans that are owed", owed, Currency::One),
        "loan_approval_rate" | "loans_by_status" | "approval_by_type" => (true, "applications for a loan", "true", Currency::Any),
        "investments_total" | "investment_roi" | "roi_by_type" => (false, "investments", "true", Currency::One),
        _ => return None,
    };
    let sql = if is_loan {
        format!(
            "SELECT t.application_id, d.loan_type, t.status, t.is_approved, t.amount_minor, t.outstanding_minor, t.currency, t.application_date, t.customer_key
FROM gold.fct_loans t
LEFT JOIN gold.dim_loan d ON d.loan_id = t.loan_id
LEFT JOIN gold.customer_activity v ON v.customer_key = t.customer_key
WHERE {condition}"
        )
    } else {
        "SELECT t.investment_id, t.investment_type, t.status, t.amount_minor, t.value_minor, t.return_minor, t.currency, t.invested_date, t.customer_key
FROM gold.fct_investments t
LEFT JOIN gold.customer_activity v ON v.customer_key = t.customer_key
WHERE true"
            .to_owned()
    };
    Some(Facts {
        what,
        table: if is_loan { "gold.fct_loans" } else { "gold.fct_investments" },
        keys: 1,
        source: if is_loan { "loans" } else { "investments" },
        sql,
        branch: "coalesce(v.branch_id, '')",
        customer: "t.customer_key",
        currency: (currency, "t.currency"),
        months: false,
        order: "t.amount_minor DESC, 1",
    })
}

/// What a bar of a chart stands for that no facet names, over the facts' rows.
pub(crate) fn part_of(id: &str) -> Option<String> {
    match id {
        "deposit_by_region" => {
            Some("coalesce((SELECT r.region FROM gold.dim_branch r WHERE r.branch_id = t.branch_id), 'not known')".to_owned())
        }
        "days_to_solve" => {
            let most = [1, 3, 5, 7, 10, 15, 30, 60];
            let cases: Vec<String> =
                STEPS.iter().zip(most).map(|((label, _), most)| format!("WHEN t.resolution_days <= {most} THEN '{label}'")).collect();
            Some(format!("CASE {} ELSE '{}' END", cases.join(" "), STEPS[STEPS.len() - 1].0))
        }
        "failing_by_table" | "score_by_table" | "freshness" => Some("t.table_name".to_owned()),
        "quarantine_by_reason" => Some("t.reason".to_owned()),
        _ => None,
    }
}
