//! Banks whose files have shapes of their own: from a folder to gold without a mapping, with the numbers that their READMEs give.

use crate::support::{Bench, shared_data};

fn saved(bench: &Bench, name: &str) -> Vec<String> {
    let ran = bench.karat(&["query", "--saved", name, "--unmask", "--format", "csv"]);
    ran.ok().lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn bank_000_is_read_out_of_wrapped_lines_and_its_orphans_are_told() {
    let Some(bench) = Bench::shared_bank("000_bank_operations_dw") else { return };
    assert_eq!(bench.number("SELECT count(*) FROM bronze.raw_crm_customers"), 1_000);
    assert_eq!(bench.number("SELECT count(*) FROM bronze.raw_erp_transactions"), 1_000);
    let listed = bench.rows("SELECT file_name, status FROM bronze.batch WHERE table_name = 'raw_erp_transactions' ORDER BY file_name");
    assert_eq!(listed, [["Operations.csv", "loaded"], ["Operations_v1_2025-04-25.csv", "not_loaded"]]);
    // cp1252, and a quote that belongs to a name.
    assert_eq!(bench.value("SELECT city FROM bronze.raw_crm_customers WHERE client_id = '450378'"), "Santa Lucía");
    assert_eq!(bench.value("SELECT last_name FROM bronze.raw_crm_customers WHERE client_id = '287729'"), "Frenzel\";\"");
    // Month first: 7/3/1987 is the third of July.
    assert_eq!(bench.value("SELECT birth_date FROM silver.customer_record WHERE source_customer_id = '872600'"), "1987-07-03");
    assert_eq!(bench.value("SELECT opened_date FROM silver.dim_account WHERE account_id = 'crm:6852894936'"), "2009-07-09");
    assert_eq!(
        bench.value("SELECT transaction_at FROM gold.fct_transactions WHERE transaction_id = 'erp:6E71MF9YU70'"),
        "2024-08-29T17:53:00Z"
    );
    assert_eq!(bench.number("SELECT count(*) FROM gold.fct_transactions WHERE customer_key IS NULL"), 999);
    let orphans = "SELECT kind, severity, outcome, failing_rows, column_name FROM control.test_result WHERE name IN ('known_client', 'known_customer')
        AND table_name IN ('bronze.raw_erp_transactions', 'silver.fct_transactions') ORDER BY table_name";
    assert_eq!(
        bench.rows(orphans),
        [["relationships", "warn", "warn", "999", "client_id"], ["relationships", "warn", "warn", "999", "customer_key"]]
    );
    let told = bench.value("SELECT tests FROM control.gold_version");
    assert!(told.contains("999 rows belong to no known customer"), "{told}");
}

#[test]
fn bank_000_s_old_operations_run_alone_though_no_customer_is_there() {
    let Some(files) = shared_data("banks/000_bank_operations_dw") else { return };
    let bench = Bench::new();
    bench.karat(&["ingest", files.join("Operations_v1_2025-04-25.csv").to_str().unwrap()]).ok();
    bench.karat(&["run"]).ok();
    // 104 operations share their number with another one.
    assert_eq!(bench.number("SELECT count(*) FROM gold.fct_transactions"), 1_000);
    assert_eq!(bench.number("SELECT count(*) FROM gold.fct_transactions WHERE transaction_id LIKE '%#%'"), 104);
    assert_eq!(bench.value("SELECT max(transaction_date) FROM gold.fct_transactions"), "2025-12-30");
}

#[test]
fn bank_001_answers_its_six_questions() {
    let Some(bench) = Bench::shared_bank("001_cloud_datawarehouse_dbt") else { return };
    for (table, rows) in [
        ("core_customers", 100),
        ("core_dates", 1_827),
        ("core_channels", 5),
        ("core_transaction_types", 4),
        ("core_locations", 50),
        ("core_currencies", 3),
        ("core_accounts", 100),
        ("core_investment_types", 5),
        ("core_loans", 50),
        ("core_transactions", 10_000),
        ("core_investments", 10_000),
        ("core_loan_applications", 10_000),
        ("core_interactions", 10_000),
        ("core_daily_balances", 10_000),
    ] {
        assert_eq!(bench.number(&format!("SELECT count(*) FROM bronze.{table}")), rows, "{table}");
    }
    for fact in ["fact_transaction", "fact_investment", "fact_loan", "fact_customer_interactions", "fact_daily_balances"] {
        assert_eq!(bench.number(&format!("SELECT count(*) FROM gold.{fact}")), 10_000, "{fact}");
    }
    let top = saved(&bench, "top_customers");
    assert!(top[0].ends_with(",Debra Johnson,core:27,166,829815.69,4998.89"), "{}", top[0]);
    assert!(top[9].contains(",Richard Gomez,core:37,") && top[9].contains(",400461.41,"), "{}", top[9]);
    let volume = saved(&bench, "monthly_channel_volume");
    let column =
        |lines: &[String], at: usize| lines.iter().map(|line| line.split(',').nth(at).unwrap().parse::<f64>().unwrap()).sum::<f64>();
    assert_eq!((volume.len(), column(&volume, 2)), (300, 3_414.0));
    assert!((column(&volume, 3) - 17_112_624.06).abs() < 0.005);
    let roi = ["Already,1.03", "Organization,0.99", "Fund,0.98", "Learn,0.98", "Continue,0.97"];
    for (line, wanted) in saved(&bench, "investment_roi").iter().zip(roi) {
        let (kind, percent) = (wanted.split(',').next().unwrap(), wanted.rsplit(',').next().unwrap());
        assert!(line.starts_with(&format!("{kind}Investment,")) && line.ends_with(&format!(",{percent}")), "{line}");
    }
    let approval = saved(&bench, "loan_approval");
    assert!(approval[0].starts_with("Student,3998,1325,33.14,"), "{approval:?}");
    for (line, wanted) in approval[1..].iter().zip([("Personal", "33.08"), ("Mortgage", "33.06"), ("Auto", "32.65")]) {
        assert!(line.starts_with(wanted.0) && line.contains(wanted.1), "{line}");
    }
    assert_eq!(saved(&bench, "balances_on_the_last_day"), ["2024-12-31,2269461.62,453892.32,5"]);
    assert_eq!(saved(&bench, "top_locations")[0], "Congo,Nevada,West Michaelport,89,484910.57");
    let totals = saved(&bench, "transaction_totals");
    for wanted in ["EUR,Completed,", "JPY,Completed,", "USD,Completed,"] {
        assert!(totals.iter().any(|line| line.starts_with(wanted)), "{totals:?}");
    }
    for (currency, amount) in [("EUR", "5686180.20"), ("JPY", "5716520.54"), ("USD", "5709923.32")] {
        assert!(totals.iter().any(|line| line.starts_with(&format!("{currency},Completed,")) && line.ends_with(amount)), "{totals:?}");
    }
    let told = bench.karat(&["query", "--saved", "top_customers"]);
    assert!(told.err.contains("mixed currencies"), "{}", told.err);
    // 270 rows repeat an account and day; none is lost.
    assert_eq!(
        bench.number("SELECT count(*) FROM gold.fct_daily_balances")
            - bench.number("SELECT count(*) FROM (SELECT DISTINCT account_id, balance_date FROM gold.fct_daily_balances)"),
        270
    );
    // A customer's history is there from the first load on.
    assert_eq!(bench.number("SELECT count(*) FROM silver.customer_history WHERE is_current"), 100);
}

#[test]
fn bank_003_s_change_events_reach_gold_to_the_cent() {
    let Some(bench) = Bench::shared_bank("003_executive_banking_cdc") else { return };
    assert_eq!(bench.number("SELECT count(*) FROM bronze.cdc_transactions_all"), 20_000);
    assert_eq!(bench.number("SELECT count(*) FROM bronze.cdc_transactions"), 20_000);
    assert_eq!(bench.number("SELECT sum(amount_minor) FROM gold.fct_transactions"), 994_923_161);
    assert_eq!(saved(&bench, "transaction_totals"), [",,20000,9949231.61"]);
    assert_eq!(bench.rows("SELECT account_id FROM gold.dim_account ORDER BY 1"), [["banking_server:2427"], ["banking_server:856"]]);
    // op c is create, not credit.
    assert_eq!(bench.number("SELECT count(*) FROM gold.fct_transactions WHERE direction IS NOT NULL"), 0);
    assert_eq!(bench.number("SELECT count(*) FROM silver.transaction_history WHERE is_current AND version = 1"), 20_000);
}

#[test]
fn bank_004_s_ledger_balances() {
    let Some(bench) = Bench::shared_bank("004_realtime_banking_pipeline") else { return };
    for (table, rows) in [("customers", 100), ("accounts", 250), ("transactions", 450), ("entries", 900)] {
        assert_eq!(bench.number(&format!("SELECT count(*) FROM bronze.ledger_{table}")), rows, "{table}");
    }
    // Two entries a transaction, debits equal credits; 24 entries are of transactions whose account is in no export.
    assert_eq!(saved(&bench, "ledger_sums"), [",24,5656.29,5656.29", "USD,876,207891.55,207891.55"]);
    let unbalanced = "SELECT count(*) FROM (SELECT 1 FROM silver.fct_ledger_entries GROUP BY transaction_id
        HAVING count(*) <> 2 OR sum(CASE entry_type WHEN 'debit' THEN amount_minor ELSE -amount_minor END) <> 0)";
    assert_eq!(bench.number(unbalanced), 0);
    assert_eq!(bench.number("SELECT count(*) FROM gold.fct_transactions WHERE direction IS NULL"), 0);
    assert_eq!(bench.number("SELECT count(*) FROM gold.fct_transactions WHERE transaction_type = 'DEPOSIT' AND direction <> 'credit'"), 0);
    assert_eq!(bench.number("SELECT count(*) FROM silver.account_history WHERE is_current"), 250);
}
