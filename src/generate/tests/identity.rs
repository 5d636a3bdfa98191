//! The mess and the truth, measured on the files for three seeds and two sizes.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::{Thinning, bank, made, read, share};
use crate::base::hash::stable_64;

type Key = (String, String);

/// E-mail in lower case and phone digits of every record, read from the files.
fn values(folder: &Path) -> HashMap<Key, (String, String)> {
    let digits = |text: &str| -> String { text.trim_end_matches(".0").chars().filter(char::is_ascii_digit).collect() };
    let mut all = HashMap::new();
    let mut put = |system: &str, id: &str, email: &str, phone: &str| {
        all.insert((system.to_owned(), id.to_owned()), (email.trim().to_lowercase(), digits(phone)));
    };
    for row in bank(folder, "erp_customers") {
        put("erpnext", &row["name"], &row["email_id"], &row["mobile_no"]);
    }
    for row in bank(folder, "sf_contacts") {
        put("salesforce", &row["sf_contact_id"], &row["email"], &row["phone"]);
    }
    for row in bank(folder, "sb_sessions") {
        put("supabase", &row["user_id"], &row["user_email"], &row["user_phone"]);
    }
    for row in bank(folder, "gs_customer_notes") {
        let email = row["customer_email"].trim().to_lowercase();
        let hashed = format!("{}\u{1f}{}", row["customer_name"].trim().to_lowercase(), row["branch_id"]);
        let id = if email.is_empty() { format!("n-{:016x}", stable_64(hashed.as_bytes())) } else { email.clone() };
        put("google_sheets", &id, &email, "");
    }
    all
}

struct Found {
    linkable: u64,
    exact: u64,
}

fn pairs(folder: &Path) -> Found {
    let values = values(folder);
    let mut people: HashMap<String, Vec<Key>> = HashMap::new();
    let mut keys = HashSet::new();
    for row in read(folder, "truth/truth.csv") {
        let key = (row["source_system"].clone(), row["source_customer_id"].clone());
        assert!(values.contains_key(&key), "{key:?} is in no file");
        assert!(keys.insert(key.clone()), "{key:?} belongs to two");
        if row["linkable"] == "yes" {
            people.entry(row["entity_id"].clone()).or_default().push(key);
        }
    }
    assert_eq!(keys.len(), values.len(), "every record has its truth");
    let mut found = Found { linkable: 0, exact: 0 };
    for records in people.values() {
        for (at, a) in records.iter().enumerate() {
            for b in &records[at + 1..] {
                let (a, b) = (&values[a], &values[b]);
                found.linkable += 1;
                found.exact += u64::from((!a.0.is_empty() && a.0 == b.0) || (!a.1.is_empty() && a.1 == b.1));
            }
        }
    }
    found
}

#[test]
fn the_mess_has_its_fixed_shares() {
    for customers in [500, 5_000] {
        for seed in [1, 7, 42] {
            let folder = tempfile::tempdir().unwrap();
            let summary = made(customers, seed, Some(Thinning::SAMPLE), folder.path());
            let found = pairs(folder.path());
            let exact = found.exact as f64 / found.linkable as f64;
            assert!((0.5..=0.75).contains(&exact), "{customers}/{seed}: exact values find {exact}");
            let manifest = &summary.manifest;
            assert_eq!(manifest["pairs"]["linkable_pairs"].as_u64(), Some(found.linkable));
            assert!((share(manifest, "/pairs/found_by_exact_email_or_phone") - exact).abs() < 0.001);
            for (path, least, most) in [
                ("/pairs/erp_crm_app_pairs_with_evidence_without_email", 0.88, 1.0),
                ("/pairs/share_that_nothing_could_link", 0.03, 0.10),
                ("/shares/customers_with_erp_duplicates", 0.15, 0.20),
                ("/shares/customers_sharing_a_family_email", 0.03, 0.07),
                ("/shares/same_name_relatives", 0.02, 0.06),
                ("/shares/customers_with_crm_contact", 0.88, 0.97),
                ("/shares/customers_with_app", 0.78, 0.88),
                ("/shares/customers_in_notes", 0.70, 0.85),
                ("/shares/erp/email_missing_or_stale", 0.20, 0.35),
                ("/shares/crm/email_missing_or_stale", 0.20, 0.35),
                ("/shares/erp/phone_missing", 0.15, 0.25),
                ("/shares/crm/phone_missing", 0.15, 0.25),
                ("/shares/erp/birth_date_filled", 0.80, 0.92),
                ("/shares/crm/birth_date_filled", 0.65, 0.78),
                ("/shares/erp/address_filled", 0.85, 0.95),
                ("/shares/crm/address_filled", 0.65, 0.78),
                ("/shares/names/typo", 0.03, 0.10),
                ("/shares/names/nickname", 0.03, 0.12),
                ("/shares/names/initial_only", 0.01, 0.07),
                ("/shares/names/first_and_last_swapped", 0.005, 0.05),
                ("/shares/names/former_name", 0.01, 0.08),
                ("/shares/names/transliteration_or_diacritics", 0.05, 0.2),
                ("/shares/app_users_with_device_only", 0.10, 0.25),
            ] {
                let measured = share(manifest, path);
                assert!((least..=most).contains(&measured), "{customers}/{seed}: {path} is {measured}");
            }
            assert!(manifest["shares"]["phone_formats"].as_object().unwrap().len() >= 5);
        }
    }
}

#[test]
fn father_and_son_can_be_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    made(500, 7, Some(Thinning::SAMPLE), folder.path());
    let entity: HashMap<Key, String> = read(folder.path(), "truth/truth.csv")
        .into_iter()
        .map(|row| ((row["source_system"].clone(), row["source_customer_id"].clone()), row["entity_id"].clone()))
        .collect();
    let mut births: HashMap<String, HashSet<String>> = HashMap::new();
    for row in bank(folder.path(), "erp_customers") {
        births.entry(entity[&("erpnext".to_owned(), row["name"].clone())].clone()).or_default().insert(row["date_of_birth"].clone());
    }
    let relatives = read(folder.path(), "truth/relatives.csv");
    let namesakes: Vec<_> = relatives.iter().filter(|row| row["relation"] == "father_son").collect();
    assert!(namesakes.len() >= 4);
    for pair in namesakes {
        let (father, son) = (&births[&pair["entity_id"]], &births[&pair["relative_entity_id"]]);
        assert!(father.is_disjoint(son) && !father.contains("") && !son.contains(""));
    }
}

#[test]
fn dates_and_branches_are_written_freely_but_decidably() {
    use crate::base::dates::{DateOrder, column_order};
    let folder = tempfile::tempdir().unwrap();
    made(500, 7, Some(Thinning::SAMPLE), folder.path());
    for (table, column, order) in [
        ("erp_customers", "date_of_birth", DateOrder::DayFirst),
        ("sf_contacts", "birthdate", DateOrder::MonthFirst),
        ("gs_customer_notes", "note_date", DateOrder::DayFirst),
    ] {
        let rows = bank(folder.path(), table);
        let (found, votes) = column_order(rows.iter().map(|row| row[column].as_str()));
        assert_eq!(found, order, "{table}.{column}");
        assert!(votes > 10);
    }
    let territories: HashSet<String> = bank(folder.path(), "erp_customers").into_iter().map(|row| row["territory"].clone()).collect();
    assert!(territories.len() > 30, "{} spellings of ten branches", territories.len());
}
