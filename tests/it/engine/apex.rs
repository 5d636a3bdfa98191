//! Bank 002's own exports, dropped as a folder. Only where the files are.

use std::collections::BTreeMap;

use crate::support::{Bench, karat, shared_data};

/// Table and rows, as its README counts them.
const TABLES: [(&str, i64); 11] = [
    ("erp_customers", 502),
    ("erp_items", 20),
    ("erp_territories", 11),
    ("erp_sales_invoices", 5_000),
    ("sf_contacts", 519),
    ("sf_cases", 1_107),
    ("sf_tasks", 1_170),
    ("sb_app_sessions", 1_000),
    ("sb_app_events", 1_000),
    ("gs_branches", 10),
    ("gs_customer_notes", 1_083),
];

#[test]
fn bank_002_goes_from_its_folder_to_published_gold() {
    let Some(files) = shared_data("banks/002_apex_bank_churn") else { return };
    let bench = Bench::empty();
    karat(&["new", bench.ws(), "--from", files.to_str().unwrap()]).ok();
    for (table, rows) in TABLES {
        assert_eq!(bench.number(&format!("SELECT count(*) FROM bronze.{table}")), rows, "{table}");
    }
    let batches = bench.rows("SELECT file_name, status, message, flags FROM bronze.batch");
    let of = |ending: &str, status: &str| {
        batches.iter().filter(|row| row[0].ends_with(ending) && row[1] == status).map(|row| row[0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(".csv", "loaded").len(), 11);
    let twins = of(".json", "not_loaded");
    assert_eq!(twins.len(), 11, "{batches:?}");
    let told: BTreeMap<&str, &str> = batches.iter().map(|row| (row[0].as_str(), row[2].as_str())).collect();
    assert!(told["sf_cases.json"].contains("same table, not loaded") || told["sf_cases.json"].contains("sf_cases.csv"), "{told:?}");
    let flagged: Vec<&str> =
        batches.iter().filter(|row| row[3].contains("1,000") || row[3].contains("5,000")).map(|row| row[0].as_str()).collect();
    for name in ["sb_sessions.csv", "sb_events.csv", "erp_sales_invoices.csv"] {
        assert!(flagged.contains(&name), "{flagged:?}");
    }
    assert_eq!(flagged.len(), 3, "{flagged:?}");
    assert_eq!(bench.number("SELECT count(*) FROM silver.bridge_customer_ids WHERE source_system = 'erpnext'"), 502);
    assert!(bench.number("SELECT count(*) FROM gold.customer_360") >= 499);
}

#[test]
fn two_customers_of_bank_002_with_one_e_mail_stay_two() {
    let Some(files) = shared_data("banks/002_apex_bank_churn") else { return };
    let bench = Bench::empty();
    karat(&["new", bench.ws(), "--from", files.to_str().unwrap()]).ok();
    let customers = bench.customers();
    let (one, other) = (&customers["erpnext/Sara Islam 246"], &customers["erpnext/Sara Islam 300"]);
    assert_ne!(one, other);
}
