//! The facts behind each figure: which table, which rows of it, and by which of their columns they are narrowed.

use super::common::SEGMENTS;
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
        .or_else(|| identity(id))
        .or_else(|| signals(id))
        .or_else(|| quality(id))
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
        source: "metrics",
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

/// Days before the end of the period without activity; activity that only came later does not count.
const SILENT: &str = "(SELECT max(d) FROM (
        SELECT max(x.transaction_date) AS d FROM gold.fct_transactions x WHERE x.customer_key = c.customer_key AND x.is_posted AND x.transaction_date <= :to
        UNION ALL SELECT max(e.activity_date) FROM gold.fct_digital_engagement e WHERE e.customer_key = c.customer_key AND e.activity_date <= :to
    )) <= date(:to, '-90 days')";

fn customers(reader: &Reader<'_>, id: &str) -> Option<Facts> {
    let by_segment = reader.is_chosen(&SEGMENTS);
    let seen = format!("max(coalesce(v.first_seen_date, {EDGE}), {EDGE})");
    let (what, extra, source, months) = match id {
        "total_customers" | "customers_by_branch" => (
            "customers known at the end of the period",
            format!("{seen} <= :to"),
            if by_segment { "months" } else { "activity" },
            by_segment,
        ),
        "new_customers" => ("customers first seen in the period", format!("{seen} BETWEEN :from AND :to"), "activity", false),
        "new_over_time" => (
            "customers first seen in the period",
            format!("{seen} BETWEEN :from AND :to"),
            if by_segment { "months" } else { "activity" },
            by_segment,
        ),
        "churn_rate" if by_segment => ("customers without activity for 90 days", "c.is_inactive".to_owned(), "segments", false),
        "churn_rate" => ("customers without activity for 90 days", SILENT.to_owned(), "activity", false),
        "risk_tiers" | "customers_by_segment" | "customers_by_tenure" | "digital_status" => {
            ("customers", "true".to_owned(), "segments", false)
        }
        "rfm_groups" => ("customers", "true".to_owned(), "value", false),
        "who_to_call" => ("customers of the tiers Critical and High", "c.risk_tier IN ('Critical', 'High')".to_owned(), "calls", false),
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
    Some(Facts {
        what,
        table: "gold.customer_360",
        keys: 1,
        source,
        sql: format!("{CUSTOMERS}{extra}"),
        branch: "v.branch_id",
        customer: "c.customer_key",
        currency: (Currency::Any, ""),
        months,
        order: "c.total_balance_minor DESC, c.customer_key",
    })
}

const CUSTOMERS: &str = "SELECT c.customer_key, c.full_name, c.primary_branch, c.risk_tier, c.customer_segment, c.total_balance_minor, c.lifetime_value_minor, c.currency,
    v.first_seen_date, v.last_activity_date, c.strongest_reason
FROM gold.customer_360 c
JOIN gold.customer_activity v ON v.customer_key = c.customer_key
WHERE ";

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
        order: "t.opened_date DESC, t.case_id",
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
            "SELECT t.application_id, d.loan_type, t.status, t.amount_minor, t.outstanding_minor, t.currency, t.application_date, t.customer_key
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

fn identity(id: &str) -> Option<Facts> {
    let customers = |what, condition: &str| {
        Facts {
        what,
        table: "gold.customer_360",
        keys: 1,
        source: "identity",
        sql: format!(
            "SELECT c.customer_key, c.full_name, c.records, c.sources, c.primary_branch, c.is_pending, c.erpnext_ids, c.salesforce_ids, c.supabase_ids,
    c.google_sheets_ids, c.other_ids
FROM gold.customer_360 c
JOIN gold.customer_activity v ON v.customer_key = c.customer_key
WHERE {condition}"
        ),
        branch: "v.branch_id",
        customer: "c.customer_key",
        currency: (Currency::Any, ""),
        months: false,
        order: "c.records DESC, c.customer_key",
    }
    };
    match id {
        "systems" | "cluster_sizes" | "records_per_customer" => Some(customers("customers with their records", "true")),
        "waiting_in_review" => Some(customers("customers whose identity waits for a decision", "c.is_pending")),
        "source_records" | "records_by_system" => Some(Facts {
            what: "customer records of all systems",
            table: "gold.bridge_customer_ids",
            keys: 2,
            source: "records",
            sql: "SELECT t.source_system, t.source_customer_id, t.customer_key, c.full_name
FROM gold.bridge_customer_ids t
LEFT JOIN gold.customer_360 c ON c.customer_key = t.customer_key
LEFT JOIN gold.customer_activity v ON v.customer_key = t.customer_key
WHERE true"
                .to_owned(),
            branch: "coalesce(v.branch_id, '')",
            customer: "t.customer_key",
            currency: (Currency::Any, ""),
            months: false,
            order: "t.customer_key, 1, 2",
        }),
        _ => None,
    }
}

fn signals(id: &str) -> Option<Facts> {
    let facts = |what, table, keys, source, sql: &str, order| Facts {
        what,
        table,
        keys,
        source,
        sql: sql.to_owned(),
        branch: "coalesce(t.branch_id, '')",
        customer: "t.customer_key",
        currency: (Currency::Any, ""),
        months: false,
        order,
    };
    match id {
        "customers_with_signals" | "signals" | "warned" => Some(facts(
            "early warnings with their newest evidence",
            "gold.customer_signal",
            2,
            "signal_rows",
            "SELECT t.customer_key, t.signal, t.full_name, t.evidence, t.newest_evidence_date, t.evidence_rows, t.risk_tier, t.branch_id
FROM gold.customer_signal t
WHERE true",
            "t.newest_evidence_date DESC, t.customer_key, t.signal",
        )),
        "unusual_transactions" | "unusual_list" => Some(facts(
            "unusual transactions of the last 90 days",
            "gold.unusual_transactions",
            1,
            "unusual",
            "SELECT t.transaction_id, t.transaction_date, t.amount_minor, t.usual_minor, t.spread_minor, t.score, t.transactions, t.transaction_type, t.channel,
    t.currency, t.customer_key
FROM gold.unusual_transactions t
WHERE true",
            "t.score DESC, t.transaction_id",
        )),
        _ => None,
    }
}

fn quality(id: &str) -> Option<Facts> {
    let (what, table, sql, order) = match id {
        "rows_loaded" | "rows_by_system" => (
            "files that were loaded",
            "bronze.batch",
            "SELECT t.file_name, t.table_name, t.source_system, t.rows_read, t.rows_loaded, t.rows_rejected, t.first_date, t.last_date, t.ingested_at
FROM {batches} t
WHERE t.status = 'loaded'",
            "t.ingested_at DESC, t.batch_id DESC",
        ),
        "rows_in_quarantine" | "quarantine_by_reason" => (
            "rows that wait to be mended",
            "bronze.quarantine",
            "SELECT t.file_name, t.line, t.table_name, t.column_name, t.reason, t.raw_text
FROM bronze.quarantine t JOIN {batches} b ON b.batch_id = t.batch_id
WHERE t.state = 'open'",
            "t.file_name, t.line",
        ),
        "score_by_table" => (
            "the newest score of each table, and what it is the average of",
            "control.table_score",
            "SELECT t.table_name, round(t.score, 1) AS score, t.rows, round(t.complete, 1) AS complete, round(t.valid, 1) AS valid,
    round(t.unique_part, 1) AS unique_part, round(t.fresh, 1) AS fresh, t.at AS profiled_at
FROM control.table_score t
WHERE t.at = (SELECT max(n.at) FROM control.table_score n WHERE n.table_name = t.table_name)",
            "t.score, t.table_name",
        ),
        "tests_failed" | "tests_passed" | "failing_by_table" | "failing_tests" => (
            "the newest run of each data test",
            "control.test_result",
            "SELECT t.name, t.table_name, t.column_name, t.outcome, t.failing_rows, t.checked_rows, t.severity, t.message
FROM control.test_result t
WHERE t.test_run_id = (SELECT max(n.test_run_id) FROM control.test_result n WHERE n.table_name = t.table_name AND n.name = t.name)",
            "t.outcome = 'pass', t.failing_rows DESC, t.table_name, t.name",
        ),
        _ => return None,
    };
    Some(Facts {
        what,
        table,
        keys: 0,
        source: "",
        sql: sql.to_owned(),
        branch: "",
        customer: "",
        currency: (Currency::Any, ""),
        months: false,
        order,
    })
}
