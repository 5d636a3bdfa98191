//! Karat's own promises and what is worth knowing of every bank, each an SQL statement that returns the failing rows.

use super::check::{Check, Severity};

struct Test {
    name: &'static str,
    /// Which of the kinds that people declare it is, and of which column; `promise` where it is none of them.
    kind: &'static str,
    column: Option<&'static str>,
    model: &'static str,
    severity: Severity,
    /// Every table and column that it reads, beyond `model`.
    needs: &'static [&'static str],
    promise: &'static str,
    /// Behind the number of failing rows.
    finding: &'static str,
    sql: &'static str,
}

macro_rules! unique {
    ($model:literal, $key:literal) => {
        Test {
            name: concat!("unique_", $key),
            kind: "unique",
            column: Some($key),
            model: $model,
            severity: Severity::Error,
            needs: &[],
            promise: concat!("Every ", $key, " stands once."),
            finding: concat!("values of ", $key, " stand more than once or are empty"),
            sql: concat!("SELECT ", $key, ", count(*) AS rows FROM ", $model, " GROUP BY 1 HAVING count(*) > 1 OR ", $key, " IS NULL"),
        }
    };
}

macro_rules! orphans {
    ($model:literal, $id:literal, $date:literal) => {
        Test {
            name: "known_customer",
            // The model looked the customer up: without one the row points nowhere.
            kind: "relationships",
            column: Some("customer_key"),
            model: $model,
            severity: Severity::Warn,
            needs: &[],
            promise: "Every row belongs to a known customer.",
            finding: "rows belong to no known customer",
            sql: concat!("SELECT ", $id, ", ", $date, " FROM ", $model, " WHERE customer_key IS NULL"),
        }
    };
}

const TESTS: &[Test] = &[
    unique!("silver.customer_record", "record_id"),
    unique!("silver.dim_customer", "customer_key"),
    unique!("silver.dim_account", "account_id"),
    unique!("silver.dim_branch", "branch_id"),
    unique!("silver.fct_transactions", "transaction_id"),
    unique!("silver.fct_complaints", "case_id"),
    unique!("silver.fct_app_sessions", "session_id"),
    unique!("gold.customer_360", "customer_key"),
    Test {
        name: "no_lost_staged_record",
        kind: "promise",
        column: None,
        model: "silver.customer_record",
        severity: Severity::Error,
        needs: &["silver.stg_customer_record"],
        promise: "Every record of a source is among the customer records.",
        finding: "records of a source are not among the customer records",
        sql: "SELECT s.source_system, s.source_customer_id FROM silver.stg_customer_record s LEFT JOIN silver.customer_record r
              ON r.source_system = s.source_system AND r.source_customer_id = s.source_customer_id WHERE r.record_id IS NULL",
    },
    Test {
        name: "no_lost_record",
        kind: "promise",
        column: None,
        model: "silver.bridge_customer_ids",
        severity: Severity::Error,
        needs: &["silver.customer_record"],
        promise: "Every customer record is exactly one customer.",
        finding: "customer records are no customer, or more than one",
        sql: "SELECT r.source_system, r.source_customer_id, count(b.customer_key) AS customers FROM silver.customer_record r
              LEFT JOIN silver.bridge_customer_ids b ON b.source_system = r.source_system AND b.source_customer_id = r.source_customer_id
              GROUP BY 1, 2 HAVING count(b.customer_key) <> 1",
    },
    Test {
        name: "bridge_customers_exist",
        kind: "relationships",
        column: Some("customer_key"),
        model: "silver.bridge_customer_ids",
        severity: Severity::Error,
        needs: &["silver.dim_customer"],
        promise: "Every customer of the bridge is in dim_customer.",
        finding: "rows of the bridge name a customer that is not in dim_customer",
        sql: "SELECT b.customer_key, b.source_system, b.source_customer_id FROM silver.bridge_customer_ids b
              LEFT JOIN silver.dim_customer c ON c.customer_key = b.customer_key WHERE c.customer_key IS NULL",
    },
    Test {
        name: "customers_have_records",
        kind: "promise",
        column: None,
        model: "silver.dim_customer",
        severity: Severity::Error,
        needs: &["silver.bridge_customer_ids"],
        promise: "Every customer has a source record.",
        finding: "customers have no source record",
        sql: "SELECT c.customer_key FROM silver.dim_customer c WHERE c.customer_key NOT IN (SELECT customer_key FROM silver.bridge_customer_ids)",
    },
    Test {
        name: "retired_keys_are_gone",
        kind: "promise",
        column: None,
        model: "silver.customer_key_alias",
        severity: Severity::Error,
        needs: &["silver.dim_customer"],
        promise: "A retired key is no customer, and what replaced it is one.",
        finding: "retired keys are still customers or lead nowhere",
        sql: "SELECT a.retired_key, a.customer_key FROM silver.customer_key_alias a
              WHERE a.retired_key IN (SELECT customer_key FROM silver.dim_customer) OR a.customer_key NOT IN (SELECT customer_key FROM silver.dim_customer)",
    },
    Test {
        name: "same_customers_in_gold",
        kind: "promise",
        column: None,
        model: "gold.customer_360",
        severity: Severity::Error,
        needs: &["silver.dim_customer"],
        promise: "customer_360 has every customer of silver and no other.",
        finding: "customers are only in silver or only in gold",
        sql: "SELECT customer_key FROM (SELECT customer_key FROM silver.dim_customer EXCEPT SELECT customer_key FROM gold.customer_360)
              UNION ALL SELECT customer_key FROM (SELECT customer_key FROM gold.customer_360 EXCEPT SELECT customer_key FROM silver.dim_customer)",
    },
    Test {
        name: "same_transactions_in_gold",
        kind: "promise",
        column: None,
        model: "gold.fct_transactions",
        severity: Severity::Error,
        needs: &["silver.fct_transactions"],
        promise: "Gold has as many transactions and the same sum as silver.",
        finding: "currencies differ between silver and gold in number or sum of transactions",
        sql: "SELECT currency, n, amount FROM (SELECT currency, count(*) AS n, sum(amount_minor) AS amount FROM silver.fct_transactions GROUP BY 1
              EXCEPT SELECT currency, count(*), sum(amount_minor) FROM gold.fct_transactions GROUP BY 1)",
    },
    Test {
        name: "ledger_balances",
        kind: "promise",
        column: None,
        model: "silver.fct_ledger_entries",
        severity: Severity::Warn,
        needs: &[],
        promise: "Debits equal credits in every transaction.",
        finding: "transactions have debits that do not equal their credits",
        sql: "SELECT transaction_id, currency, sum(CASE entry_type WHEN 'debit' THEN amount_minor ELSE 0 END) AS debit_minor,
                  sum(CASE entry_type WHEN 'credit' THEN amount_minor ELSE 0 END) AS credit_minor, count(*) AS entries
              FROM silver.fct_ledger_entries GROUP BY 1, 2 HAVING debit_minor <> credit_minor",
    },
    Test {
        name: "two_entries",
        kind: "promise",
        column: None,
        model: "silver.fct_ledger_entries",
        severity: Severity::Warn,
        needs: &[],
        promise: "Every transaction of the ledger has at least two entries.",
        finding: "transactions have fewer than two entries",
        sql: "SELECT transaction_id, count(*) AS entries FROM silver.fct_ledger_entries GROUP BY 1 HAVING entries < 2",
    },
    Test {
        name: "balance_reconciles",
        kind: "promise",
        column: None,
        model: "silver.dim_account",
        severity: Severity::Warn,
        needs: &["silver.fct_daily_balances"],
        promise: "The balance of every account is the one after its last transaction.",
        finding: "accounts state another balance than their last transaction",
        sql: "SELECT a.account_id, a.currency, a.balance_minor, b.balance_minor AS after_last_minor, max(b.balance_date) AS on_date
              FROM silver.dim_account a JOIN silver.fct_daily_balances b ON b.account_id = a.account_id AND b.currency IS a.currency
              WHERE a.balance_minor IS NOT NULL GROUP BY a.account_id HAVING a.balance_minor IS NOT b.balance_minor",
    },
    Test {
        name: "known_branch",
        kind: "promise",
        column: None,
        model: "silver.branch_alias",
        severity: Severity::Warn,
        needs: &[],
        promise: "Every spelling of a branch is understood.",
        finding: "spellings of a branch fit none of the bank's branches",
        sql: "SELECT branch_raw, score FROM silver.branch_alias WHERE branch_id IS NULL",
    },
    orphans!("silver.dim_account", "account_id", "opened_date"),
    orphans!("silver.fct_transactions", "transaction_id", "transaction_date"),
    orphans!("silver.fct_invoices", "invoice_id", "posting_date"),
    orphans!("silver.fct_complaints", "case_id", "opened_date"),
    orphans!("silver.fct_interactions", "interaction_id", "interaction_date"),
    orphans!("silver.fct_app_sessions", "session_id", "started_at"),
    orphans!("silver.fct_loans", "loan_id", "application_date"),
    orphans!("silver.fct_investments", "investment_id", "invested_date"),
    orphans!("silver.customer_notes", "note_id", "note_date"),
    Test {
        name: "known_client",
        kind: "relationships",
        column: Some("client_id"),
        model: "bronze.raw_erp_transactions",
        severity: Severity::Warn,
        needs: &["bronze.raw_crm_customers"],
        promise: "Every operation names a client that the CRM knows.",
        finding: "operations name a client that the CRM does not know",
        sql: "SELECT * FROM bronze.raw_erp_transactions WHERE client_id IS NULL
              OR client_id NOT IN (SELECT client_id FROM bronze.raw_crm_customers WHERE client_id IS NOT NULL)",
    },
    Test {
        name: "has_business_date",
        kind: "promise",
        column: None,
        model: "silver.fct_transactions",
        severity: Severity::Warn,
        needs: &[],
        promise: "Every transaction has a business date.",
        finding: "transactions have no readable business date",
        sql: "SELECT transaction_id, account_id FROM silver.fct_transactions WHERE transaction_date IS NULL",
    },
    Test {
        name: "has_amount",
        kind: "promise",
        column: None,
        model: "silver.fct_transactions",
        severity: Severity::Warn,
        needs: &[],
        promise: "Every transaction has an amount.",
        finding: "transactions have no readable amount",
        sql: "SELECT transaction_id, account_id FROM silver.fct_transactions WHERE amount_minor IS NULL",
    },
    Test {
        name: "has_business_date",
        kind: "promise",
        column: None,
        model: "silver.fct_complaints",
        severity: Severity::Warn,
        needs: &[],
        promise: "Every case has the business date of its opening.",
        finding: "cases have only a load time, no business date",
        sql: "SELECT case_id, recorded_at FROM silver.fct_complaints WHERE opened_date IS NULL",
    },
    Test {
        name: "closed_after_opened",
        kind: "promise",
        column: None,
        model: "silver.fct_complaints",
        severity: Severity::Warn,
        needs: &[],
        promise: "No case closes before it opens.",
        finding: "cases close before they open",
        sql: "SELECT case_id, opened_date, closed_date FROM silver.fct_complaints WHERE closed_date < opened_date",
    },
    Test {
        name: "has_customer_key",
        kind: "promise",
        column: None,
        model: "silver.fct_app_events",
        severity: Severity::Warn,
        needs: &[],
        promise: "Every event in the app belongs to a known customer.",
        finding: "kinds of events have rows of no known customer",
        sql: "SELECT event_type, count(*) AS events FROM silver.fct_app_events WHERE customer_key IS NULL GROUP BY 1",
    },
];

/// All of them, as checks.
pub fn promises() -> Vec<Check> {
    TESTS.iter().map(check_of).collect()
}

fn check_of(test: &Test) -> Check {
    Check {
        name: test.name.to_owned(),
        kind: test.kind.to_owned(),
        column: test.column.map(str::to_owned),
        table: test.model.to_owned(),
        severity: test.severity,
        error_if: None,
        warn_if: None,
        needs: test.needs.iter().map(|table| (*table).to_owned()).collect(),
        sql: test.sql.split_whitespace().collect::<Vec<_>>().join(" "),
        checked_sql: None,
        promise: test.promise.to_owned(),
        finding: test.finding.to_owned(),
        place: "Karat".to_owned(),
    }
}
