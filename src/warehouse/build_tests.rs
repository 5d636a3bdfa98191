use super::super::fixture::{build_all, connect, load_folder, one, shared_data, small};
use super::*;
use crate::warehouse::content_hash::{content_hash, table_hashes};

const AS_OF: &str = "2025-12-31";

#[test]
fn a_small_bank_becomes_silver_and_gold() {
    let mut conn = small();
    let report = build_all(&mut conn, AS_OF);
    let absent: Vec<&str> = report.models.iter().filter(|m| m.state != ModelState::Built).map(|m| m.name.as_str()).collect();
    let wanted = [
        "silver.account_history",
        "silver.customer_history",
        "silver.customer_key_alias",
        "silver.dim_rate",
        "silver.golden_source",
        "silver.transaction_history",
        "gold.churn_predictions",
        "gold.customer_key_alias",
        "gold.loan_predictions",
    ];
    assert_eq!(absent, wanted);
    assert_eq!(one::<i64>(&conn, "SELECT count(*) FROM silver.stg_customer_record"), 8);
    let records: String = one(
        &conn,
        "SELECT group_concat(source_system || '/' || source_customer_id || '/' || rows_seen, ' ') FROM silver.stg_customer_record WHERE source_system = 'supabase'",
    );
    assert_eq!(records, "supabase/u-1/2 supabase/u-2/1");
    assert_eq!(one::<i64>(&conn, "SELECT count(*) FROM silver.stg_customer_record WHERE source_customer_id LIKE 'n-%'"), 1);
    assert_eq!(one::<i64>(&conn, "SELECT count(*) FROM gold.customer_360"), one::<i64>(&conn, "SELECT count(*) FROM silver.dim_customer"));
}

#[test]
fn business_dates_are_not_load_times() {
    let mut conn = small();
    build_all(&mut conn, AS_OF);
    let cases: String = one(
        &conn,
        "SELECT group_concat(case_id || ' ' || coalesce(opened_date, '-') || ' ' || coalesce(closed_date, '-') || ' ' || coalesce(resolution_days, '-'), '; ' ORDER BY case_id) FROM silver.fct_complaints",
    );
    assert_eq!(cases, "5A 2025-12-20 - -; 5B 2025-12-01 2025-12-05 4; 5C 2024-06-04 - -; 5D - - -");
    assert_eq!(one::<Option<String>>(&conn, "SELECT max(customer_since) FROM silver.stg_customer_record"), None);
}

#[test]
fn money_is_whole_and_never_added_over_currencies() {
    let mut conn = small();
    build_all(&mut conn, AS_OF);
    let balances: String = one(
        &conn,
        "SELECT group_concat(customer_key || ' ' || currency || ' ' || balance_minor, '; ' ORDER BY customer_key, currency) FROM gold.customer_balance",
    );
    assert_eq!(balances, "C-1003 USD 60000; C-1004 EUR 100000; C-1004 USD 2000");
    assert_eq!(one::<Option<i64>>(&conn, "SELECT total_balance_minor FROM gold.customer_360 WHERE customer_key = 'C-1004'"), None);
    let kpis: String =
        one(&conn, "SELECT group_concat(currency || ' ' || value, '; ' ORDER BY currency) FROM gold.kpi WHERE kpi_id = 'total_balance'");
    assert_eq!(kpis, "EUR 100000; USD 62100");
    assert_eq!(one::<i64>(&conn, "SELECT value FROM gold.kpi WHERE kpi_id = 'investment_roi'"), 103);
    assert_eq!(one::<i64>(&conn, "SELECT value FROM gold.kpi WHERE kpi_id = 'loan_approval_rate'"), 3333);
}

#[test]
fn several_currencies_are_added_up_by_the_user_s_rates_alone() {
    let mut conn = small();
    let total = |conn: &mut Connection| {
        build_all(conn, AS_OF);
        one::<Option<String>>(conn, "SELECT total_balance_minor || ' ' || currency FROM gold.customer_360 WHERE customer_key = 'C-1004'")
    };
    // 1,000.00 EUR and 20.00 USD; the rate of the next year is not known yet.
    conn.execute_batch("INSERT INTO bronze.user_rates (date, \"from\", \"to\", rate) VALUES ('2025-01-01', 'eur', 'USD', '1.10'), ('2025-06-01', 'EUR', 'USD', '1.20'), ('2026-01-01', 'EUR', 'USD', '9')").unwrap();
    assert_eq!(total(&mut conn).as_deref(), Some("122000 USD"));
    conn.execute_batch("INSERT INTO bronze.user_rates (date, \"from\", \"to\", rate) VALUES ('2025-01-01', 'USD', 'GBP', '0.8')").unwrap();
    assert_eq!(total(&mut conn), None, "two ways to convert are none");
}

#[test]
fn a_customer_is_seen_from_all_sides() {
    let mut conn = small();
    build_all(&mut conn, AS_OF);
    let row: String = one(
        &conn,
        "SELECT concat_ws(' ', total_accounts, currency, total_balance_minor, balance_trend_90d, transactions_lifetime, transactions_last_30_days,
            total_complaints_lifetime, complaints_last_90_days, open_complaints, avg_resolution_days, avg_satisfaction_score, app_logins_last_30_days,
            days_since_last_login, most_used_feature, loans, investments, churn_risk_flag, tenure_segment, customer_since, sources)
         FROM gold.customer_360 WHERE email = 'oswin@example.org'",
    );
    // 900.00 ninety days ago, 600.00 now: a fall by a third, two complaints in 90 days, no login for 60 days.
    assert_eq!(row, "1 USD 60000 -0.333333 4 2 3 2 1 4.0 2.0 0 60 view_balance 1 1 HIGH_RISK Long-term 2023-01-02 3");
    let score: f64 = one(&conn, "SELECT engagement_score FROM silver.fct_digital_engagement WHERE sessions = 2");
    assert!((score - (20.0 + 10.0 + 6.0)).abs() < 1e-9, "{score}");
}

#[test]
fn balances_roll_forward_month_by_month() {
    let mut conn = small();
    build_all(&mut conn, AS_OF);
    let months: String = one(
        &conn,
        "SELECT group_concat(month || ' ' || balance_minor, '; ' ORDER BY month) FROM gold.monthly_account_balances
         WHERE branch_id = 'BR001' AND month IN ('2023-01', '2025-08', '2025-09', '2025-12')",
    );
    assert_eq!(months, "2023-01 100000; 2025-08 100000; 2025-09 90000; 2025-12 60000");
}

#[test]
fn the_same_sources_give_the_same_content() {
    let hashes = || {
        let mut conn = small();
        build_all(&mut conn, AS_OF);
        build_all(&mut conn, AS_OF);
        (content_hash(&conn, "silver").unwrap(), content_hash(&conn, "gold").unwrap())
    };
    assert_eq!(hashes(), hashes());
    let mut conn = small();
    build_all(&mut conn, AS_OF);
    let before = table_hashes(&conn, "gold").unwrap();
    conn.execute_batch("UPDATE gold.dim_account SET balance_minor = balance_minor + 1 WHERE account_id = 'ACC-1'").unwrap();
    let after = table_hashes(&conn, "gold").unwrap();
    let changed: Vec<&String> = before.iter().zip(&after).filter(|(b, a)| b != a).map(|(b, _)| &b.0).collect();
    assert_eq!(changed, ["dim_account"]);
}

#[test]
fn from_when_to_when_a_version_holds_is_part_of_the_content() {
    let mut conn = connect(None);
    foreign(&conn);
    build_all(&mut conn, "2026-01-05");
    let before = content_hash(&conn, "silver").unwrap();
    for change in ["valid_from = '2026-01-06T00:00:00Z'", "valid_to = '2026-01-07T00:00:00Z'", "scd_id = 'x'"] {
        conn.execute_batch(&format!("SAVEPOINT here; UPDATE silver.transaction_history SET {change} WHERE transaction_id = 'server:9'"))
            .unwrap();
        assert_ne!(content_hash(&conn, "silver").unwrap(), before, "{change}");
        conn.execute_batch("ROLLBACK TO here; RELEASE here").unwrap();
        assert_eq!(content_hash(&conn, "silver").unwrap(), before);
    }
}

#[test]
fn a_cancelled_build_says_so() {
    let mut conn = small();
    let ctx = RunCtx::default();
    ctx.cancel.cancel();
    let graph = Graph::builtin().unwrap();
    let error = build(&mut conn, &ctx, &graph, ModelLayer::Staging, AS_OF, None).unwrap_err();
    assert!(matches!(error, WarehouseError::Cancelled(_)));
}

#[test]
fn the_files_of_a_real_bank_go_through() {
    let Some(folder) = shared_data("banks/002_apex_bank_churn") else { return };
    let mut conn = connect(None);
    load_folder(&conn, &folder);
    let as_of = sources::latest_business_date(&conn).unwrap().unwrap();
    assert_eq!(as_of, "2026-01-11");
    let report = build_all(&mut conn, &as_of);
    for (id, rows) in [
        ("silver.fct_transactions", 5000),
        ("silver.fct_complaints", 1107),
        ("silver.fct_interactions", 1170),
        ("silver.fct_app_sessions", 1000),
        ("silver.fct_app_events", 1000),
        ("silver.customer_notes", 1083),
        ("silver.dim_branch", 10),
        ("silver.dim_account", 0),
    ] {
        assert_eq!(report.get(id).map(|s| s.rows), Some(rows), "{id}");
    }
    assert_eq!(one::<i64>(&conn, "SELECT count(*) FROM silver.fct_complaints WHERE opened_date IS NOT NULL"), 1081);
    assert_eq!(one::<i64>(&conn, "SELECT count(*) FROM silver.fct_transactions WHERE customer_key IS NULL"), 0);
    // 294 buyers in the export, of whom two share an e-mail: the plain matching of these tests makes them one.
    assert_eq!(one::<i64>(&conn, "SELECT count(DISTINCT customer_key) FROM silver.fct_transactions"), 293);
    assert_eq!(one::<String>(&conn, "SELECT group_concat(DISTINCT churn_risk_flag) FROM gold.customer_360"), "UNKNOWN");
}

/// Tables of the sources that only some banks have, as ingest leaves them.
fn foreign(conn: &Connection) {
    conn.execute_batch(
        "CREATE TABLE bronze.ledger_customers (id TEXT, first_name TEXT, last_name TEXT, email TEXT, updated_at TEXT);
         INSERT INTO bronze.ledger_customers VALUES ('1', 'Ida', 'Quist', 'ida@example.org', '2025-01-01T00:00:00Z');
         CREATE TABLE bronze.ledger_accounts (id TEXT, customer_id TEXT, account_type TEXT, status TEXT, balance TEXT, currency TEXT, opened_at TEXT, closed_at TEXT);
         INSERT INTO bronze.ledger_accounts VALUES ('9', '1', 'SAVINGS', 'ACTIVE', '70.5', 'USD', '2025-01-01T00:00:00.5Z', NULL);
         CREATE TABLE bronze.ledger_transactions (id TEXT, account_id TEXT, txn_type TEXT, direction TEXT, amount TEXT, balance_after TEXT, status TEXT, created_at TEXT);
         INSERT INTO bronze.ledger_transactions VALUES ('9', '9', 'DEPOSIT', 'DEBIT', '100.0', '100.0', 'COMPLETED', '2025-02-01T10:00:00.1Z'),
             ('10', '9', 'TRANSFER', 'DEBIT', '29.5', '70.5', 'COMPLETED', '2025-02-01T10:00:00.9Z');
         CREATE TABLE bronze.ledger_entries (id TEXT, transaction_id TEXT, account_id TEXT, entry_type TEXT, amount TEXT, created_at TEXT);
         INSERT INTO bronze.ledger_entries VALUES ('1', '9', '9', 'CREDIT', '100.0', '2025-02-01'), ('2', '9', NULL, 'DEBIT', '100.0', '2025-02-01'),
             ('3', '10', '9', 'DEBIT', '29.5', '2025-02-01'), ('4', '10', '8', 'CREDIT', '29.5', '2025-02-01');
         CREATE TABLE bronze.cdc_transactions (id TEXT, account_id TEXT, amount TEXT, created_at TEXT, _source_system TEXT);
         INSERT INTO bronze.cdc_transactions VALUES ('9', '9', '181.85', '2026-01-05T19:41:46.202480Z', 'server'), ('2', '856', '7.5', '2026-01-05T19:41:46Z', 'server');
         CREATE TABLE bronze.cdc_transactions_all (id TEXT, account_id TEXT, amount TEXT, created_at TEXT, _op TEXT, _position TEXT, _partition TEXT, _offset TEXT,
             _source_ts_ms TEXT, _ts_ms TEXT, _line INTEGER, _source_system TEXT);
         INSERT INTO bronze.cdc_transactions_all VALUES ('2', '856', '7.5', NULL, 'u', '002', '0', '10', '2000', '0', 4, 'server'), ('2', '856', '401', NULL, 'c', '001', '0', '9', '1000', '0', 3, 'server'),
             ('2', '856', '401', NULL, 'c', '001', '0', '9', '1000', '0', 9, 'server'), ('3', '856', '1', NULL, 'c', '003', '0', '11', '3500', '0', 5, 'server'),
             ('3', '856', '1', NULL, 'd', '004', '0', '12', '4000', '0', 6, 'server'), ('9', '9', '181.85', NULL, 'c', '005', '0', '13', NULL, '5000', 7, 'server');",
    )
    .unwrap();
}

#[test]
fn sources_of_other_shapes_feed_the_same_tables_and_their_numbers_never_meet() {
    let mut conn = connect(None);
    foreign(&conn);
    assert_eq!(sources::latest_business_date(&conn).unwrap().as_deref(), Some("2026-01-05"));
    build_all(&mut conn, "2026-01-05");
    let transactions: String = one(
        &conn,
        "SELECT group_concat(concat_ws(' ', transaction_id, account_id, direction, amount_minor, currency, balance_after_minor), '; ' ORDER BY transaction_id) FROM gold.fct_transactions",
    );
    // The type says which way money went; the ledger's first rows say the opposite.
    assert_eq!(
        transactions,
        "ledger:10 ledger:9 debit 2950 USD 7050; ledger:9 ledger:9 credit 10000 USD 10000; server:2 server:856 750; server:9 server:9 18185"
    );
    let accounts: String = one(
        &conn,
        "SELECT group_concat(concat_ws(' ', account_id, customer_key, balance_minor), '; ' ORDER BY account_id) FROM gold.dim_account",
    );
    assert_eq!(accounts, "ledger:9 C-1001 7050; server:856; server:9");
    // Two transactions within a second: the tenth is later than the ninth.
    let balances: String =
        one(&conn, "SELECT group_concat(balance_date || ' ' || balance_minor, '; ' ORDER BY balance_date) FROM gold.fct_daily_balances");
    assert_eq!(balances, "2025-01-01 0; 2025-02-01 7050");
    let ledger: String = one(
        &conn,
        "SELECT group_concat(concat_ws(' ', account_id, credit_minor, debit_minor, balance_minor), '; ' ORDER BY account_id) FROM gold.agg_account_ledger",
    );
    assert_eq!(ledger, " 0 10000; ledger:8 2950 0; ledger:9 10000 2950 7050");
    assert_eq!(one::<String>(&conn, "SELECT other_ids FROM gold.customer_360"), "ledger:1");
}

#[test]
fn change_events_keep_every_version_whatever_order_they_came_in() {
    let mut conn = connect(None);
    foreign(&conn);
    build_all(&mut conn, "2026-01-05");
    let history: String = one(
        &conn,
        "SELECT group_concat(concat_ws(' ', transaction_id, version, amount_minor, substr(valid_from, 18), substr(valid_to, 18), is_current, is_deleted), '; ' ORDER BY transaction_id, version)
         FROM silver.transaction_history",
    );
    assert_eq!(
        history,
        "server:2 1 40100 01.000Z 02.000Z 0 0; server:2 2 750 02.000Z 1 0; server:3 1 100 03.500Z 04.000Z 0 0; server:3 2 100 04.000Z 1 1; server:9 1 18185 05.000Z 1 0"
    );
}
