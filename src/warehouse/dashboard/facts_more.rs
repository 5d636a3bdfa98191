//! More facts: identity, whom to call, signals, data quality.

use super::facts::{Currency, Facts};

pub(crate) fn identity(id: &str) -> Option<Facts> {
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
        "source_records" | "records_by_system" => Some(records("customer records of all systems", "true")),
        "duplicates_by_system" => Some(records("customer records, those beyond the first of their customer in a system first", "true")),
        "duplicate_records" => Some(records("customer records beyond the first of their customer in a system", "is_duplicate")),
        _ => None,
    }
}

fn records(what: &'static str, condition: &str) -> Facts {
    Facts {
        what,
        table: "gold.bridge_customer_ids",
        keys: 2,
        source: "records",
        sql: format!(
            "SELECT t.source_system, t.source_customer_id, t.customer_key, c.full_name, t.is_duplicate
FROM (SELECT b.source_system, b.source_customer_id, b.customer_key,
          row_number() OVER (PARTITION BY b.source_system, b.customer_key ORDER BY b.source_customer_id) > 1 AS is_duplicate
      FROM gold.bridge_customer_ids b) t
LEFT JOIN gold.customer_360 c ON c.customer_key = t.customer_key
LEFT JOIN gold.customer_activity v ON v.customer_key = t.customer_key
WHERE {condition}"
        ),
        branch: "coalesce(v.branch_id, '')",
        customer: "t.customer_key",
        currency: (Currency::Any, ""),
        months: false,
        order: "t.is_duplicate DESC, t.customer_key, 1, 2",
    }
}

/// Whom to call: as the list says, by the model's tier where it predicts one.
pub(crate) fn calls(id: &str) -> Option<Facts> {
    (id == "who_to_call").then(|| Facts {
        what: "customers of the tiers Critical and High, the first to call first",
        table: "gold.high_risk_customers",
        keys: 1,
        source: "calls",
        sql: "SELECT t.customer_key, t.full_name, b.branch_name, t.risk_score, t.risk_tier, t.value_minor, t.currency, t.strongest_reason, t.recommended_action,
    t.risk_basis, t.priority
FROM gold.high_risk_customers t
LEFT JOIN gold.dim_branch b ON b.branch_id = t.branch_id
WHERE true"
            .to_owned(),
        branch: "coalesce(t.branch_id, '')",
        customer: "t.customer_key",
        currency: (Currency::Any, ""),
        months: false,
        order: "t.priority DESC, t.customer_key",
    })
}

pub(crate) fn signals(id: &str) -> Option<Facts> {
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

pub(crate) fn quality(id: &str) -> Option<Facts> {
    let (what, table, sql, order) = match id {
        "rows_loaded" | "rows_by_system" | "freshness" => (
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
            "t.outcome = 'pass', CASE t.outcome WHEN 'error' THEN 1 WHEN 'broken' THEN 2 ELSE 3 END, t.failing_rows DESC, t.name",
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
