//! The bank that ships with the program: written to a folder and loaded like any other.

use std::path::{Path, PathBuf};

use crate::store::StoreError;
use crate::store::workspace::replace_file;

/// Its workspace's name.
pub const NAME: &str = "Apex National Bank";

/// File name and contents. The files of `sample_data/bank`, so that the demo needs nothing but the program.
const FILES: [(&str, &[u8]); 18] = [
    ("erp_accounts.csv", include_bytes!("../../sample_data/bank/erp_accounts.csv")),
    ("erp_customers.csv", include_bytes!("../../sample_data/bank/erp_customers.csv")),
    ("erp_investments.csv", include_bytes!("../../sample_data/bank/erp_investments.csv")),
    ("erp_items.csv", include_bytes!("../../sample_data/bank/erp_items.csv")),
    ("erp_ledger_entries.csv", include_bytes!("../../sample_data/bank/erp_ledger_entries.csv")),
    ("erp_loans.csv", include_bytes!("../../sample_data/bank/erp_loans.csv")),
    ("erp_sales_invoices.csv", include_bytes!("../../sample_data/bank/erp_sales_invoices.csv")),
    ("erp_territories.csv", include_bytes!("../../sample_data/bank/erp_territories.csv")),
    ("erp_transactions.csv", include_bytes!("../../sample_data/bank/erp_transactions.csv")),
    ("gs_branches.csv", include_bytes!("../../sample_data/bank/gs_branches.csv")),
    ("gs_customer_notes.csv", include_bytes!("../../sample_data/bank/gs_customer_notes.csv")),
    ("sb_events.csv", include_bytes!("../../sample_data/bank/sb_events.csv")),
    ("sb_sessions.csv", include_bytes!("../../sample_data/bank/sb_sessions.csv")),
    ("sf_campaign_responses.csv", include_bytes!("../../sample_data/bank/sf_campaign_responses.csv")),
    ("sf_cases.csv", include_bytes!("../../sample_data/bank/sf_cases.csv")),
    ("sf_contacts.csv", include_bytes!("../../sample_data/bank/sf_contacts.csv")),
    ("sf_opportunities.csv", include_bytes!("../../sample_data/bank/sf_opportunities.csv")),
    ("sf_tasks.csv", include_bytes!("../../sample_data/bank/sf_tasks.csv")),
];

/// Where the sample bank's workspace lies when nobody says where: beside the program's own data.
pub fn sample_dir() -> PathBuf {
    directories::ProjectDirs::from("", "", "karat")
        .map_or_else(|| PathBuf::from("karat-sample"), |dirs| dirs.data_local_dir().join("sample-bank"))
}

/// Writes the files where they are not there yet as they should be.
pub fn write_files(dir: &Path) -> Result<(), StoreError> {
    std::fs::create_dir_all(dir).map_err(|source| StoreError::io(dir, source))?;
    for (name, contents) in FILES {
        let path = dir.join(name);
        let is_there = std::fs::read(&path).is_ok_and(|held| held == contents);
        if !is_there {
            replace_file(&path, contents)?;
        }
    }
    Ok(())
}
