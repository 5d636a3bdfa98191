//! Numbered gold files, the pointer to one of them, and the masked copy.

use std::collections::{HashMap, HashSet};

use crate::support::Bench;

#[test]
fn the_pointer_moves_and_comes_back() {
    let (bench, _) = Bench::of_bank(40, 9);
    let published = |bench: &Bench| bench.karat(&["status", "--json"]).json()["gold_published"].as_u64();
    bench.karat(&["run", "--no-publish"]).ok();
    assert_eq!(published(&bench), Some(1));
    let dry = bench.karat(&["publish", "--dry-run", "--json"]).json();
    assert_eq!((dry["live"].as_u64(), dry["built"].as_u64()), (Some(1), Some(2)));
    assert_eq!(published(&bench), Some(1), "a dry run moves nothing");
    bench.karat(&["publish"]).ok();
    assert_eq!(published(&bench), Some(2));
    bench.karat(&["rollback"]).ok();
    assert_eq!(published(&bench), Some(1));
    bench.karat(&["publish", "--version", "2"]).ok();
    bench.karat(&["rollback", "1"]).ok();
    assert_eq!(published(&bench), Some(1));
    let versions = bench.karat(&["versions", "--json"]).json();
    let told: Vec<_> = versions.as_array().unwrap().iter().map(|row| (row["version"].as_u64(), row["state"].as_str())).collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].0, Some(2));
    for name in ["0001.db", "0001_masked.db", "0002.db", "0002_masked.db"] {
        assert!(bench.path().join("gold").join(name).is_file(), "{name}");
    }
}

#[test]
fn going_back_keeps_when_it_was_published_and_never_leads_to_what_was_not() {
    let (bench, _) = Bench::of_bank(40, 9);
    let versions = |bench: &Bench| bench.karat(&["versions", "--json"]).json();
    let first = versions(&bench)[0]["published_at"].clone();
    bench.karat(&["run"]).ok();
    bench.karat(&["run", "--no-publish"]).ok();
    let never = bench.karat(&["rollback", "3"]).fails(1);
    assert!(never.contains("v3 was never published") && never.contains("karat publish --version 3"), "{never}");
    bench.karat(&["rollback", "--as", "tomas"]).ok();
    let told = versions(&bench);
    let row = told.as_array().unwrap().iter().find(|row| row["version"] == 1).unwrap();
    assert_eq!((row["state"].as_str(), &row["published_at"]), (Some("live"), &first), "the day it was published stays");
    assert_eq!(row["restored_by"].as_str(), Some("tomas"));
    assert!(row["restored_at"].is_string());
    let status = bench.karat(&["status", "--json"]).json();
    assert_eq!(status["gold_published_at"], first);
    assert_eq!(status["gold_restored_at"], row["restored_at"]);
}

#[test]
fn what_cannot_be_published_is_said() {
    let (bench, _) = Bench::of_bank(40, 9);
    let unknown = bench.karat(&["publish", "--version", "7"]).fails(1);
    assert!(unknown.contains("there is no gold version 7") && unknown.contains("karat versions"), "{unknown}");
    let back = bench.karat(&["rollback"]).fails(1);
    assert!(back.contains("no version to go back to"), "{back}");
    bench.karat(&["run"]).ok();
    std::fs::remove_file(bench.path().join("gold/0001.db")).unwrap();
    let gone = bench.karat(&["rollback"]).fails(1);
    assert!(gone.contains("0001.db is gone"), "{gone}");
    assert_eq!(bench.karat(&["status", "--json"]).json()["gold_published"], 2);
}

#[test]
fn a_published_file_is_never_written_again() {
    let (bench, _) = Bench::of_bank(40, 9);
    let gold = bench.path().join("gold/0001.db");
    let before = std::fs::read(&gold).unwrap();
    bench.karat(&["run"]).ok();
    bench.karat(&["query", "select count(*) from gold.customer_360"]).ok();
    bench.karat(&["rollback"]).ok();
    assert!(std::fs::read(&gold).unwrap() == before);
}

#[test]
fn the_masked_copy_holds_nobody_s_data() {
    let (bench, _) = Bench::of_bank(80, 5);
    let mut secret: HashSet<String> = HashSet::new();
    for column in ["email", "phone", "full_name", "raw_email", "raw_phone", "raw_name", "street", "device_id"] {
        let rows = bench.rows(&format!("SELECT DISTINCT {column} FROM silver.customer_record WHERE length({column}) >= 8"));
        // A name of one word is a word of the language as well.
        let is_telling = |value: &String| !column.ends_with("name") || value.contains(' ');
        secret.extend(rows.into_iter().map(|mut row| row.remove(0)).filter(is_telling));
    }
    assert!(secret.len() > 400, "{}", secret.len());
    let open = std::fs::read(bench.path().join("gold/0001.db")).unwrap();
    assert!(!found_in(&open, &secret).is_empty(), "the search finds what is there");
    let masked = std::fs::read(bench.path().join("gold/0001_masked.db")).unwrap();
    let found = found_in(&masked, &secret);
    assert!(found.is_empty(), "{} values are not masked, among them {:?}", found.len(), found.iter().take(10).collect::<Vec<_>>());
}

/// Which of these texts stand in the bytes.
fn found_in<'a>(bytes: &[u8], texts: &'a HashSet<String>) -> Vec<&'a String> {
    let mut by_head: HashMap<&[u8], Vec<&String>> = HashMap::new();
    for text in texts {
        by_head.entry(&text.as_bytes()[..8]).or_default().push(text);
    }
    let mut found = HashSet::new();
    for at in 0..bytes.len().saturating_sub(8) {
        if let Some(candidates) = by_head.get(&bytes[at..at + 8]) {
            found.extend(candidates.iter().filter(|text| bytes[at..].starts_with(text.as_bytes())));
        }
    }
    found.into_iter().collect()
}
