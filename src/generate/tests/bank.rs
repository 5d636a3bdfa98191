//! Counts, references, balances, behaviour.

use std::collections::{HashMap, HashSet};

use super::{bank, cents, made, read};

fn rows(summary: &crate::generate::GenerateSummary, table: &str) -> u64 {
    summary.rows.iter().find(|(name, _)| name == &format!("bank/{table}.csv")).unwrap().1
}

#[test]
fn a_bank_of_500_has_the_counts_of_a_bank() {
    for seed in [1, 7, 42] {
        let folder = tempfile::tempdir().unwrap();
        let summary = made(500, seed, None, folder.path());
        let near = |table: &str, from: u64, to: u64| {
            let count = rows(&summary, table);
            assert!((from..=to).contains(&count), "{table}: {count} rows with seed {seed}");
        };
        near("erp_transactions", 8_569, 8_569);
        near("erp_ledger_entries", 17_138, 17_138);
        near("gs_branches", 10, 10);
        near("erp_items", 10, 10);
        near("erp_territories", 11, 11);
        near("erp_sales_invoices", 1_300, 1_700);
        near("sf_cases", 1_000, 1_250);
        near("sf_tasks", 1_050, 1_350);
        near("sb_sessions", 15_000, 20_000);
        near("sb_events", 98_000, 112_000);
        near("gs_customer_notes", 1_000, 1_250);
        for table in ["erp_loans", "erp_investments", "sf_opportunities", "sf_campaign_responses"] {
            near(table, 60, 700);
        }
        for (share, path) in [(0.60, "active"), (0.25, "at_risk"), (0.15, "churned")] {
            assert!((super::share(&summary.manifest, &format!("/shares/segments/{path}")) - share).abs() < 0.002);
        }
    }
}

#[test]
fn transactions_are_shared_out_exactly_for_every_size() {
    for (customers, total) in [(1, 17), (7, 120), (20, 343), (33, 566), (500, 8_569), (777, 13_316)] {
        let folder = tempfile::tempdir().unwrap();
        let summary = made(customers, 3, Some(super::Thinning::SAMPLE), folder.path());
        assert_eq!(rows(&summary, "erp_transactions"), total, "{customers} customers");
    }
}

#[test]
fn every_reference_finds_its_row() {
    let folder = tempfile::tempdir().unwrap();
    made(300, 5, None, folder.path());
    let keys = |table: &str, column: &str| -> HashSet<String> {
        let rows = bank(folder.path(), table);
        let keys: HashSet<String> = rows.iter().map(|row| row[column].clone()).collect();
        assert_eq!(keys.len(), rows.len(), "{table}.{column} is unique");
        keys
    };
    let customers = keys("erp_customers", "name");
    let accounts = keys("erp_accounts", "name");
    let transactions = keys("erp_transactions", "name");
    let contacts = keys("sf_contacts", "sf_contact_id");
    let sessions = keys("sb_sessions", "id");
    let branches = keys("gs_branches", "branch_id");
    for (table, column, targets) in [
        ("erp_accounts", "customer", &customers),
        ("erp_accounts", "branch", &branches),
        ("erp_sales_invoices", "customer", &customers),
        ("erp_loans", "customer", &customers),
        ("erp_loans", "account", &accounts),
        ("erp_investments", "customer", &customers),
        ("erp_transactions", "account", &accounts),
        ("erp_ledger_entries", "transaction", &transactions),
        ("sf_cases", "sf_contact_id", &contacts),
        ("sf_tasks", "sf_contact_id", &contacts),
        ("sf_opportunities", "sf_contact_id", &contacts),
        ("sf_campaign_responses", "sf_contact_id", &contacts),
        ("sb_events", "session_id", &sessions),
        ("gs_customer_notes", "branch_id", &branches),
    ] {
        for row in bank(folder.path(), table) {
            assert!(targets.contains(&row[column]), "{table}.{column} {} is nowhere", row[column]);
        }
    }
    for (table, column) in [
        ("erp_sales_invoices", "name"),
        ("erp_ledger_entries", "name"),
        ("erp_loans", "name"),
        ("erp_investments", "name"),
        ("sf_cases", "sf_case_id"),
        ("sf_tasks", "sf_task_id"),
        ("sf_opportunities", "sf_opportunity_id"),
        ("sf_campaign_responses", "sf_campaign_member_id"),
        ("sb_events", "id"),
        ("gs_customer_notes", "note_id"),
    ] {
        keys(table, column);
    }
}

#[test]
fn the_ledger_balances() {
    let folder = tempfile::tempdir().unwrap();
    made(300, 9, None, folder.path());
    let mut running: HashMap<String, (i64, String)> = HashMap::new();
    let mut amounts = HashMap::new();
    for row in bank(folder.path(), "erp_transactions") {
        let amount = cents(&row["amount"]);
        assert!(amount > 0);
        let account = running.entry(row["account"].clone()).or_default();
        let moment = format!("{} {}", row["posting_date"], row["posting_time"]);
        assert!(moment > account.1, "the rows of an account follow time");
        account.0 += if row["direction"] == "credit" { amount } else { -amount };
        account.1 = moment;
        assert_eq!(account.0, cents(&row["balance_after"]));
        amounts.insert(row["name"].clone(), amount);
    }
    for row in bank(folder.path(), "erp_accounts") {
        assert_eq!(cents(&row["balance"]), running[&row["name"]].0);
        assert_eq!(row["status"] == "Closed", !row["closed_date"].is_empty());
    }
    let mut sides: HashMap<String, Vec<(String, i64, bool)>> = HashMap::new();
    let mut by_account: HashMap<String, i64> = HashMap::new();
    for row in bank(folder.path(), "erp_ledger_entries") {
        let amount = cents(&row["amount"]);
        let signed = if row["entry_type"] == "credit" { amount } else { -amount };
        *by_account.entry(row["account"].clone()).or_default() += signed;
        sides.entry(row["transaction"].clone()).or_default().push((row["entry_type"].clone(), amount, row["account"].is_empty()));
    }
    assert_eq!(sides.len(), amounts.len());
    for (transaction, entries) in sides {
        assert_eq!(entries.len(), 2);
        assert!(entries.iter().all(|(_, amount, _)| *amount == amounts[&transaction]));
        assert_ne!(entries[0].0, entries[1].0);
        assert_ne!(entries[0].2, entries[1].2, "one side is the outside world");
    }
    for (account, sum) in by_account.iter().filter(|(account, _)| !account.is_empty()) {
        assert_eq!(*sum, running[account].0);
    }
}

#[test]
fn behaviour_fits_the_segments() {
    let folder = tempfile::tempdir().unwrap();
    made(500, 7, None, folder.path());
    let last: HashMap<String, String> =
        bank(folder.path(), "erp_transactions").into_iter().map(|row| (row["account"].clone(), row["posting_date"].clone())).collect();
    let recent = last.values().filter(|day| day.as_str() > "2025-12-20").count();
    let gone = last.values().filter(|day| day.as_str() < "2025-09-15").count();
    assert!(recent > 250 && gone > 70, "{recent} accounts in use, {gone} left");
    let events = bank(folder.path(), "sb_events");
    for (kind, percent) in
        [("view_balance", 30.0), ("view_transactions", 20.0), ("transfer_internal", 15.0), ("bill_payment", 10.0), ("contact_support", 2.0)]
    {
        let share = events.iter().filter(|row| row["event_type"] == kind).count() as f64 / events.len() as f64 * 100.0;
        assert!((share - percent).abs() < 1.0, "{kind}: {share} %");
    }
    for row in bank(folder.path(), "sf_cases") {
        assert!(row["closed_date"].is_empty() || row["closed_date"] > row["created_date"]);
    }
    let misfiled = read(folder.path(), "truth/misfiled_cases.csv").len();
    assert!((3..25).contains(&misfiled), "{misfiled} cases at the wrong contact");
}
