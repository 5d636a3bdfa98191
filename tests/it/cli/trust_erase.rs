//! Erasing a person: no file of the workspace holds their values, and nothing brings them back.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{Bench, Team, copy_dir};

/// Names, e-mails, phones, addresses and devices of a customer that no other has, as they came and as they are standardised.
fn own_values(team: &Team, customer: &str) -> BTreeSet<String> {
    let columns = ["full_name", "email", "phone", "street", "device_id", "raw_name", "raw_email", "raw_phone", "raw_address"];
    let lists = |wanted: &str| -> BTreeSet<String> {
        columns
            .iter()
            .flat_map(|column| {
                let sql = format!(
                    "SELECT DISTINCT r.{column} FROM silver.customer_record r JOIN silver.bridge_customer_ids b USING (source_system, source_customer_id)
                     WHERE b.customer_key {wanted} '{customer}' AND r.{column} IS NOT NULL"
                );
                let text = team.ran("ines", &["query", "--unmask", "--format", "csv", "--limit", "100000", &sql]).ok();
                let mut reader = csv::Reader::from_reader(text.as_bytes());
                reader.records().map(|row| row.unwrap()[0].trim().to_owned()).collect::<Vec<_>>()
            })
            .collect()
    };
    let (own, others) = (lists("="), lists("<>"));
    let is_long = |value: &String| value.contains('@') || value.contains(' ') || value.chars().filter(char::is_ascii_digit).count() >= 7;
    own.into_iter().filter(|value| !others.contains(value) && is_long(value)).collect()
}

/// Files of the folder that hold one of the values, in whatever case.
fn holding(dir: &Path, values: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let bytes = std::fs::read(entry.path()).unwrap().to_ascii_lowercase();
            for value in values {
                let value_bytes = value.to_lowercase().into_bytes();
                if bytes.windows(value_bytes.len()).any(|window| window == value_bytes) {
                    found.push(format!("{}: {value}", entry.path().strip_prefix(dir).unwrap().display()));
                }
            }
        }
    }
    found
}

#[test]
fn after_an_erasure_no_file_holds_the_values_and_nothing_brings_them_back() {
    let (bench, bank) = Bench::of_bank(80, 5);
    let team = Team::enrol(bench);
    // Somebody with several records, about whom something was decided.
    let item = team.ran("tomas", &["review", "list", "--state", "open", "--json"]).json()[0].clone();
    let sql = "SELECT customer_key FROM silver.bridge_customer_ids GROUP BY 1 HAVING count(DISTINCT source_system) >= 3 ORDER BY 1";
    let rich = team.ran("ines", &["query", "--unmask", "--format", "csv", sql]).ok().lines().nth(1).unwrap().to_owned();
    let records = item["groups"][0][0].clone();
    let sql = format!(
        "SELECT customer_key FROM silver.bridge_customer_ids WHERE source_system = '{}' AND source_customer_id = '{}'",
        records["source_system"].as_str().unwrap(),
        records["source_customer_id"].as_str().unwrap()
    );
    let decided = team.ran("ines", &["query", "--unmask", "--format", "csv", &sql]).ok().lines().nth(1).unwrap().to_owned();
    team.ran("tomas", &["review", "decide", item["id"].as_str().unwrap(), "different", "--reason", "asked on the phone"]).ok();
    team.ran("erik", &["run"]).ok();
    // The source files and a list lie in the workspace too.
    copy_dir(&bank.files(), &team.bench.path().join("exports"));

    for customer in [rich, decided] {
        let values = own_values(&team, &customer);
        assert!(values.len() >= 2, "{customer}: {values:?}");
        assert!(holding(&team.bench.path(), &values).len() > 8, "they are everywhere before");
        let customers =
            || team.ran("ines", &["query", "--format", "csv", "select count(*), sum(total_accounts) from gold.customer_360"]).ok();
        let before = customers();
        let shown = team.ran("ines", &["erase", &customer, "--json"]).json();
        assert!(shown["values"].as_u64().unwrap() >= values.len() as u64 / 2, "{shown}");
        assert!(team.ran("tomas", &["erase", &customer, "--yes"]).fails(1).contains("an approver or an engineer"));
        team.ran("ines", &["erase", &customer, "--yes"]).ok();
        assert_eq!(holding(&team.bench.path(), &values), Vec::<String>::new(), "{customer}");
        assert_eq!(team.findings(), [], "the log says what was emptied");

        // A rebuild, and the same files once more.
        team.ran("erik", &["run"]).ok();
        assert_eq!(holding(&team.bench.path(), &values), Vec::<String>::new(), "after a run");
        assert_eq!(customers(), before, "counts and accounts stay");
        let again = team.bench.dir().join(format!("again {customer}"));
        copy_dir(&bank.files(), &again);
        for file in std::fs::read_dir(&again).unwrap().flatten() {
            // Another file by its hash, with the same rows.
            let mut text = std::fs::read_to_string(file.path()).unwrap();
            text.push('\n');
            std::fs::write(file.path(), text).unwrap();
        }
        team.ran("erik", &["ingest", again.to_str().unwrap()]).ok();
        team.ran("erik", &["run"]).ok();
        assert_eq!(holding(&team.bench.path(), &values), Vec::<String>::new(), "after the files came again");
        assert_eq!(customers(), before, "counts and accounts stay");
    }
    assert!(team.ran("ines", &["erase", "C-99999", "--yes"]).fails(1).contains("no customer or record"));
    let log = team.ran("ines", &["audit", "list", "--deed", "erase", "--json"]).json();
    assert_eq!(log["entries"].as_array().unwrap().len(), 2);
}
