//! Files of a kind that nobody knows: mapped once, loaded, changed, taken back; rows of quarantine mended, read again, taken back.

use crate::support::Bench;

const KUNDEN: &str = "Kd-Nr;Kunde;E-Mail;Geboren\nK-1;Ann Ray;ann@example.com;17.03.1984\nK-2;Bob Roe;bob@example.com;02.11.1990\n";

fn customers(bench: &Bench) -> i64 {
    let known = bench.number("SELECT count(*) FROM bronze.sqlite_master WHERE name = 'erp_customers'");
    if known == 0 { 0 } else { bench.number("SELECT count(*) FROM bronze.erp_customers") }
}

#[test]
fn a_file_is_mapped_by_what_its_labels_and_values_say_and_taken_back() {
    let bench = Bench::new();
    let file = bench.file("kunden.csv", KUNDEN);
    assert_eq!(bench.ingest(&[&file])[0].1, "not recognised");
    let told = bench.karat(&["source", "map", &file, "--to", "erp_customers", "--dry-run"]).ok();
    assert!(told.contains("Kd-Nr") && told.contains("customer_name") && told.contains("Ann Ray"), "{told}");
    assert_eq!(customers(&bench), 0, "a dry run keeps nothing");
    assert!(!std::fs::read_to_string(bench.path().join("workspace.toml")).unwrap().contains("[[source]]"));
    bench.karat(&["source", "map", &file, "--to", "erp_customers", "--load"]).ok();
    assert_eq!(bench.value("SELECT customer_name FROM bronze.erp_customers WHERE name = 'K-2'"), "Bob Roe");
    // Another file of the same kind is recognised by itself.
    let other = bench.file("later.csv", KUNDEN.replace("K-1", "K-3"));
    assert_eq!(bench.ingest(&[&other])[0].1, "loaded");
    let listed = bench.karat(&["source", "mapped", "--json"]).json();
    assert_eq!(listed[0]["mapping"]["columns"]["Kd-Nr"], "name");
    assert_eq!(listed[0]["files"].as_array().unwrap().len(), 2);
    bench.karat(&["source", "unmap", "1"]).ok();
    assert_eq!(customers(&bench), 0);
    assert_eq!(bench.ingest(&[&file])[0].1, "not recognised");
    bench.karat(&["source", "unmap", "1"]).fails(2);
}

#[test]
fn what_a_mapping_replaced_shows_again_once_it_is_taken_back() {
    let bench = Bench::new();
    let usual = bench.file("erp_customers.csv", "name,customer_name,email_id\nCUST-1,Ines Fabry,i@example.com\n");
    bench.ingest(&[&usual]);
    let file = bench.file("kunden.csv", KUNDEN);
    bench.karat(&["source", "map", &file, "--to", "erp_customers", "--columns", "Kd-Nr=name,Kunde=customer_name", "--load"]).ok();
    assert_eq!(customers(&bench), 2, "a snapshot takes the place of the one before");
    bench.karat(&["run"]).ok();
    assert_eq!(bench.number("SELECT count(*) FROM silver.dim_customer"), 2);
    bench.karat(&["source", "unmap", "1"]).ok();
    assert_eq!(bench.value("SELECT group_concat(customer_name) FROM bronze.erp_customers"), "Ines Fabry");
    bench.karat(&["run"]).ok();
    assert_eq!(bench.number("SELECT count(*) FROM silver.dim_customer"), 1);
}

#[test]
fn a_mapping_that_cannot_be_leaves_everything_as_it_was() {
    let bench = Bench::new();
    let file = bench.file("kunden.csv", KUNDEN);
    let before = bench.bytes();
    for columns in ["Kd-Nr=name", "Nr=name,Kunde=customer_name", "Kd-Nr=name,Kunde=name", "Kd-Nr=no_such_field"] {
        let told = bench.karat(&["source", "map", &file, "--to", "erp_customers", "--columns", columns, "--load"]).fails(1);
        assert!(!told.is_empty());
    }
    let empty = bench.file("empty.csv", "");
    bench.karat(&["source", "map", &empty, "--to", "erp_customers", "--columns", "a=name", "--load"]).fails(1);
    let after = bench.bytes();
    assert_eq!(before.get(&bench.path().join("workspace.toml")), after.get(&bench.path().join("workspace.toml")));
    assert_eq!(customers(&bench), 0);
}

#[test]
fn rows_without_a_header_are_mapped_by_their_place() {
    let bench = Bench::new();
    let rows = "7,Mitte,17.03.2004,Nord\n8,Süd,02.11.2010,Nord\n9,West,01.12.2011,West\n";
    let file = bench.file("filialen.csv", rows);
    let columns = "column_1=branch_id,column_2=branch_name,column_3=opened_date,column_4=region";
    let told = bench.karat(&["source", "map", &file, "--to", "gs_branches", "--dry-run", "--json"]).json();
    assert_eq!(told["columns"].as_array().unwrap().len(), 4);
    bench.karat(&["source", "map", &file, "--to", "gs_branches", "--columns", columns, "--load"]).ok();
    assert_eq!(bench.value("SELECT region FROM bronze.gs_branches WHERE branch_id = '8' AND branch_name = 'Süd'"), "Nord");
    assert_eq!(bench.number("SELECT count(*) FROM bronze.gs_branches"), 3);
}

#[test]
fn rows_of_quarantine_are_mended_read_again_and_taken_back() {
    let bench = Bench::new();
    let head = "branch_id,branch_name,manager_name,opened_date,performance_rating,region,staff_count\n";
    let file = bench.file("gs_branches.csv", format!("{head}BR1,One,A,2015-03-15,4,C,1\nBR2,short\n,Three,A,2015-03-15,4,C,1\n"));
    bench.ingest(&[&file]);
    let list = bench.karat(&["quarantine", "list", "--reason", "too few fields", "--json"]).json();
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    let id = list[0]["id"].to_string();
    bench.karat(&["quarantine", "mend", &id, "BR2,Two,A,2015-03-15,4,C,1"]).ok();
    assert_eq!(bench.karat(&["quarantine", "list", "--json"]).json()[0]["mended"], "BR2,Two,A,2015-03-15,4,C,1");
    bench.karat(&["quarantine", "put-back", &id]).ok();
    bench.karat(&["quarantine", "put-back", &id]).fails(1);
    bench.karat(&["quarantine", "mend", &id, "BR2,Two,A,2015-03-15,4,C,1"]).ok();
    bench.karat(&["quarantine", "replay"]).ok();
    assert_eq!(bench.number("SELECT count(*) FROM bronze.gs_branches"), 2);
    assert_eq!(bench.value("SELECT _line FROM bronze.gs_branches WHERE branch_id = 'BR2'"), "3", "its own line of its own file");
    let replays = bench.karat(&["quarantine", "replays", "--json"]).json();
    assert_eq!((replays.as_array().unwrap().len(), replays[0]["rows"].as_u64()), (1, Some(1)));
    let batch = replays[0]["batch"].to_string();
    bench.karat(&["quarantine", "undo", &batch]).ok();
    assert_eq!(bench.number("SELECT count(*) FROM bronze.gs_branches"), 1);
    let waits = bench.karat(&["quarantine", "list", "--json"]).json();
    assert_eq!(waits.as_array().unwrap().len(), 2, "both wait again: {waits}");
    assert_eq!(waits[0]["mended"], "BR2,Two,A,2015-03-15,4,C,1", "what was mended is kept");
    bench.karat(&["quarantine", "undo", &batch]).fails(1);
}

/// The same rows with the columns from right to left, under headers in another language.
fn translated(text: &str) -> (String, String) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let label = |name: &str| format!("Feld {}", name.chars().rev().collect::<String>());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(names.iter().rev().map(|name| label(name))).unwrap();
    for row in reader.records() {
        writer.write_record(row.unwrap().iter().rev()).unwrap();
    }
    let columns: Vec<String> = names.iter().map(|name| format!("{}={name}", label(name))).collect();
    (String::from_utf8(writer.into_inner().unwrap()).unwrap(), columns.join(","))
}

#[test]
fn files_of_other_names_orders_and_headers_give_the_same_gold() {
    let (plain, bank) = Bench::of_bank(40, 9);
    plain.loaded_at_one_moment();
    plain.karat(&["run"]).ok();
    let bench = Bench::new();
    for (at, entry) in std::fs::read_dir(bank.files()).unwrap().flatten().enumerate() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let table = match name.trim_end_matches(".csv") {
            "sb_sessions" => "sb_app_sessions",
            "sb_events" => "sb_app_events",
            other => other,
        };
        let (text, columns) = translated(&bank.file(&name));
        let file = bench.file(&format!("Auszug {at}.csv"), text);
        assert_eq!(bench.ingest(&[&file])[0].1, "not recognised", "{name}");
        bench.karat(&["source", "map", &file, "--to", table, "--columns", &columns, "--load"]).ok();
    }
    let toml = std::fs::read_to_string(bench.path().join("workspace.toml")).unwrap();
    bench.loaded_at_one_moment();
    bench.karat(&["run"]).ok();
    let (of_mapped, of_plain) = (bench.tables(), plain.tables());
    let differ: Vec<&String> = of_plain.keys().filter(|table| of_plain.get(*table) != of_mapped.get(*table)).collect();
    assert_eq!(differ, ["silver.customer_record", "silver.stg_customer_record"], "these two name the file of each record");
    assert_eq!(bench.hashes().1, plain.hashes().1, "gold");
    // The mapping file alone is enough for the same files in another workspace.
    let again = Bench::new();
    std::fs::write(again.path().join("workspace.toml"), toml).unwrap();
    let files: Vec<String> = std::fs::read_dir(bench.dir())
        .unwrap()
        .flatten()
        .map(|entry| entry.path().display().to_string())
        .filter(|path| path.ends_with(".csv"))
        .collect();
    let loaded = again.ingest(&files.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(loaded.iter().all(|(_, status, _)| status == "loaded"), "{loaded:?}");
    again.karat(&["run"]).ok();
    assert_eq!(again.hashes().1, plain.hashes().1);
}
