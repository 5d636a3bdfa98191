//! How a figure is made of its rows: expressions over them, so that whoever looks at rows sees that they are the figure.

/// Name (empty where there is one only) and SQL over the columns of the facts. Empty: rows that are no unit of a figure.
pub(crate) fn made(id: &str) -> &'static [(&'static str, &'static str)] {
    match id {
        "total_transaction_amount"
        | "amount_over_time"
        | "amount_by_type"
        | "amount_by_channel"
        | "credit_amount"
        | "debit_amount"
        | "investments_total" => &[("", "sum(amount_minor) / 100.0")],
        "credit_and_debit" => &[
            ("Credit", "sum(iif(direction = 'credit', amount_minor, 0)) / 100.0"),
            ("Debit", "sum(iif(direction = 'debit', amount_minor, 0)) / 100.0"),
        ],
        "credit_share" => &[("", "100.0 * sum(iif(direction = 'credit', amount_minor, 0)) / nullif(sum(amount_minor), 0)")],
        "total_balance" | "total_customers_balance" | "balance_by_branch" | "balance_by_type" => &[("", "sum(balance_minor) / 100.0")],
        "average_balance_per_account" | "average_by_type" | "deposit_by_region" | "balance_by_type_over_time" => {
            &[("", "round(sum(balance_minor) * 1.0 / nullif(count(*), 0)) / 100.0")]
        }
        "churn_rate" => &[("", "100.0 * sum(is_silent) / nullif(count(*), 0)")],
        "lifetime_value" | "value_by_segment" => &[("", "sum(lifetime_value_minor) / 100.0")],
        "average_resolution_days" => &[("", "sum(resolution_days) * 1.0 / nullif(count(*), 0)")],
        "average_satisfaction" => &[("", "avg(satisfaction_score)")],
        "solved_in_time" => &[("", "100.0 * sum(resolution_days <= :target_days) / nullif(count(*), 0)")],
        "opened_and_closed" => {
            &[("Opened", "sum(opened_date BETWEEN :from AND :to)"), ("Closed", "coalesce(sum(closed_date BETWEEN :from AND :to), 0)")]
        }
        "app_sessions" | "sessions_over_time" => &[("", "sum(sessions)")],
        "app_events" | "features" => &[("", "sum(events)")],
        "session_minutes" => &[("", "sum(seconds) / 60.0 / nullif(sum(sessions), 0)")],
        "app_customers" => &[("", "count(*) * 1.0 / (julianday(:to) - julianday(:from) + 1)")],
        "total_loan_portfolio" | "outstanding_by_type" => &[("", "sum(outstanding_minor) / 100.0")],
        "loan_approval_rate" | "approval_by_type" => &[("", "100.0 * sum(is_approved) / nullif(count(*), 0)")],
        "investment_roi" | "roi_by_type" => &[("", "100.0 * sum(return_minor) / nullif(sum(amount_minor), 0)")],
        "records_per_customer" => &[("", "sum(records) * 1.0 / nullif(count(*), 0)")],
        "duplicates_by_system" => &[("", "100.0 * sum(is_duplicate) / nullif(count(*), 0)")],
        "rows_loaded" | "rows_by_system" | "freshness" => &[("", "sum(rows_loaded)")],
        "tests_failed" => &[("", "coalesce(sum(outcome IN ('error', 'broken')), 0)")],
        "tests_passed" => &[("", "100.0 * sum(outcome = 'pass') / nullif(count(*), 0)")],
        "failing_by_table" => &[("", "sum(failing_rows)")],
        "score_by_table" => &[("", "avg(score)")],
        // Lists: each row stands for itself.
        "who_to_call" | "unusual_list" | "warned" | "failing_tests" => &[],
        _ => &[("", "count(*)")],
    }
}
