use super::*;
use crate::warehouse::fixture;

/// The small bank, built; every row of bronze has a file and a line.
fn bank() -> (Connection, Graph) {
    let mut conn = fixture::small();
    for (table, _) in sources::TABLES {
        conn.execute_batch(&format!("UPDATE bronze.{table} SET _file = '{table}.csv', _line = rowid + 1 WHERE _file IS NULL")).unwrap();
    }
    fixture::build_all(&mut conn, "2025-12-31");
    (conn, Graph::builtin().unwrap())
}

fn lines(steps: &[RowStep], table: &str) -> Vec<String> {
    let mut found: Vec<String> = steps
        .iter()
        .filter(|step| step.table == table)
        .flat_map(|step| &step.keys)
        .map(|RowKey(key)| key.iter().map(|(_, value)| plain(value)).collect::<Vec<_>>().join(" "))
        .collect();
    found.sort();
    found
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn of(bank: &(Connection, Graph), table: &str, key: &[&str]) -> (Vec<RowKey>, Vec<RowStep>) {
    row_origins(&bank.0, &bank.1, table, &key.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>()).unwrap()
}

#[test]
fn an_account_is_followed_to_its_line() {
    let bank = bank();
    let (start, steps) = of(&bank, "gold.dim_account", &["ACC-3"]);
    assert_eq!(start.len(), 1);
    assert_eq!(lines(&steps, "silver.dim_account"), ["ACC-3"]);
    assert_eq!(lines(&steps, "bronze.erp_accounts"), ["erp_accounts.csv 4"]);
    // Whose it is comes by the bridge, and that from the record's own line.
    assert_eq!(lines(&steps, "silver.bridge_customer_ids"), ["erpnext CUST-2"]);
    assert_eq!(lines(&steps, "bronze.erp_customers"), ["erp.csv 3"]);
    assert_eq!(lines(&steps, "bronze.core_accounts"), Vec::<String>::new());
}

#[test]
fn a_figure_opens_the_rows_that_it_adds_up() {
    let bank = bank();
    let (start, steps) = of(&bank, "gold.kpi", &["total_balance", "", "USD"]);
    assert_eq!(start.len(), 1);
    assert_eq!(lines(&steps, "gold.dim_account"), ["ACC-1", "ACC-3", "ACC-4"]);
    assert_eq!(lines(&steps, "bronze.erp_accounts"), ["erp_accounts.csv 2", "erp_accounts.csv 4", "erp_accounts.csv 5"]);
    let (_, steps) = of(
        &bank,
        "gold.customer_balance",
        &[
            &fixture::one::<String>(&bank.0, "SELECT customer_key FROM silver.bridge_customer_ids WHERE source_customer_id = 'CUST-2'"),
            "EUR",
        ],
    );
    assert_eq!(lines(&steps, "gold.dim_account"), ["ACC-2"], "the other account is in another currency");
}

#[test]
fn a_customer_is_followed_to_every_record_that_formed_it() {
    let bank = bank();
    let key: String = fixture::one(&bank.0, "SELECT customer_key FROM silver.bridge_customer_ids WHERE source_customer_id = 'CUST-1'");
    let (_, steps) = of(&bank, "gold.dim_customer", &[&key]);
    assert_eq!(lines(&steps, "silver.stg_customer_record"), ["erpnext CUST-1", "salesforce 003A", "supabase u-1"]);
    assert_eq!(lines(&steps, "bronze.erp_customers"), ["erp.csv 2"]);
    assert_eq!(lines(&steps, "bronze.sf_contacts"), ["sf_contacts.csv 2"]);
    assert_eq!(lines(&steps, "bronze.sb_app_sessions"), ["sb_app_sessions.csv 2", "sb_app_sessions.csv 3"]);
    assert!(steps.iter().all(|step| step.note.is_none()), "{steps:?}");
}

#[test]
fn a_row_that_is_not_there_has_nothing_behind_it() {
    let bank = bank();
    assert_eq!(of(&bank, "gold.dim_account", &["no such account"]), (Vec::new(), Vec::new()));
    let error = row_origins(&bank.0, &bank.1, "gold.dim_account", &["a".to_owned(), "b".to_owned()]).unwrap_err();
    assert_eq!(error.to_string(), "a row of gold.dim_account is named by account_id, divided by commas; the last ones may be left out");
}
