//! A workspace's own models: those that keep their rows, those that fail, and what is built again.

use std::fs;

use crate::support::Bench;

const DAILY: &str = "-- model: spent\n-- layer: gold\n-- materialized: incremental\n-- about: Amounts per day.\n-- inputs: gold.fct_transactions\n\
    -- unique_key: day\n-- lookback: 7 days over day\n-- tag: own\n-- column: day TEXT pii:none\n-- column: amount_minor INTEGER\n\
    SELECT transaction_date, sum(amount_minor)\nFROM gold.fct_transactions\nWHERE transaction_date IS NOT NULL AND (:since IS NULL OR transaction_date >= :since)\nGROUP BY 1\n";
const READER: &str = "-- model: spent_most\n-- layer: gold\n-- about: The day of the highest amount.\n-- inputs: gold.spent\n-- column: day TEXT pii:none\n\
    SELECT day FROM gold.spent ORDER BY amount_minor DESC, day LIMIT 1\n";

fn write(bench: &Bench, name: &str, text: &str) {
    fs::create_dir_all(bench.path().join("models")).unwrap();
    fs::write(bench.path().join("models").join(name), text).unwrap();
}

fn model(outcome: &serde_json::Value, name: &str) -> serde_json::Value {
    outcome["models"].as_array().unwrap().iter().find(|known| known["model"] == name).cloned().unwrap_or_default()
}

#[test]
fn an_incremental_model_keeps_its_rows_from_run_to_run_and_full_refresh_makes_them_anew() {
    let (bench, _) = Bench::of_bank(40, 9);
    write(&bench, "spent.sql", DAILY);
    let first = bench.karat(&["run", "--json"]).json();
    assert_eq!((model(&first, "gold.spent")["state"].as_str(), model(&first, "gold.spent")["note"].as_str()), (Some("built"), Some("")));
    let days = bench.number("select count(*) from gold.spent");
    assert!(days > 100);
    let hashes = bench.hashes();
    // A whole run and one of single models take in the window alone, and the result is what building anew gives.
    for args in [&["run", "--json"][..], &["run", "--select", "gold.spent", "--json"]] {
        let outcome = bench.karat(args).json();
        let note = model(&outcome, "gold.spent")["note"].as_str().unwrap().to_owned();
        assert!(note.starts_with("took in ") && note.contains(" since 20"), "{note}");
        assert_eq!(bench.hashes(), hashes);
    }
    for args in [&["run", "--select", "gold.spent", "--full-refresh", "--json"][..], &["run", "--full-refresh", "--json"]] {
        let outcome = bench.karat(args).json();
        assert_eq!(model(&outcome, "gold.spent")["note"], "", "{args:?}");
        assert_eq!(bench.hashes(), hashes);
    }
}

#[test]
fn a_model_that_fails_stops_what_reads_it_alone_and_is_built_by_retry() {
    let (bench, _) = Bench::of_bank(40, 9);
    write(&bench, "spent.sql", &DAILY.replace("sum(amount_minor)", "sum(amount)"));
    write(&bench, "spent_most.sql", READER);
    let ran = bench.karat(&["run", "--json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("gold.spent: models/spent.sql, line 11: no such column: amount"), "{}", ran.err);
    assert!(ran.err.contains("karat run --retry"), "{}", ran.err);
    let outcome: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(model(&outcome, "gold.spent")["state"], "failed");
    assert_eq!(
        (model(&outcome, "gold.spent_most")["state"].as_str(), model(&outcome, "gold.spent_most")["message"].as_str()),
        (Some("skipped"), Some("gold.spent failed"))
    );
    assert_eq!(model(&outcome, "gold.customer_360")["state"], "built");
    assert_eq!(outcome["published"], false);
    let refused = bench.karat(&["publish"]).fails(1);
    assert!(refused.contains("model_is_built"), "{refused}");

    // It fails again as long as nobody mends it; then it and what reads it are built, and nothing else.
    bench.karat(&["run", "--retry"]).fails(1);
    write(&bench, "spent.sql", DAILY);
    let outcome = bench.karat(&["run", "--retry", "--json"]).json();
    let names: Vec<&str> = outcome["models"].as_array().unwrap().iter().map(|model| model["model"].as_str().unwrap()).collect();
    assert_eq!(names, ["gold.spent", "gold.spent_most"]);
    assert_eq!(outcome["published"], true, "{outcome}");
    let said = bench.karat(&["run", "--retry"]);
    assert!(said.code == 0 && said.err.contains("nothing to do again"), "{}", said.err);
    assert!(bench.number("select count(*) from gold.spent") > 100);

    // By selection: what failed, and what was written otherwise since.
    write(&bench, "spent_most.sql", &READER.replace("DESC, day", "DESC, wrong"));
    bench.karat(&["run", "--select", "state:modified+"]).fails(1);
    write(&bench, "spent_most.sql", READER);
    let outcome = bench.karat(&["run", "--select", "result:error+", "--json"]).json();
    assert_eq!(outcome["models"].as_array().unwrap().len(), 1);
    bench.karat(&["run"]).ok();
    let nothing = bench.karat(&["run", "--select", "state:modified"]).fails(1);
    assert!(nothing.contains("the selection names no model"), "{nothing}");
}

#[test]
fn a_run_that_put_nothing_in_place_is_repeated_whole() {
    let bench = Bench::new();
    let nothing = bench.karat(&["run", "--retry"]).fails(1);
    assert!(nothing.contains("Say 'karat run' first"), "{nothing}");
    bench.karat(&["ingest", &bench.file("erp_territories.csv", "name,territory_name\nT1,North\n")]).ok();
    bench.karat(&["run"]).fails(1);
    let said = bench.karat(&["run", "--select", "result:error+"]).fails(1);
    assert!(said.contains("put nothing in place"), "{said}");
    let customers = "name,customer_name,email_id,address,modified\nC-1,Ann Ray,a@example.org,,\nC-2,Bo Lee,b@example.org,,\n";
    bench.karat(&["ingest", &bench.file("erp_customers.csv", customers)]).ok();
    let outcome = bench.karat(&["run", "--retry", "--json"]).json();
    assert_eq!((outcome["customers"].as_i64(), outcome["published"].as_bool()), (Some(2), Some(true)));
    bench.karat(&["run", "--retry", "--select", "gold.kpi"]).fails(2);
    // Nothing came since; then a file does.
    let said = bench.karat(&["run", "--select", "source_status:fresher+"]).fails(1);
    assert!(said.contains("the selection names no model"), "{said}");
    bench
        .karat(&[
            "ingest",
            &bench.file("erp_items.csv", "name,item_code,item_name,item_group,description,standard_rate\nI1,I1,Account,Accounts,,10\n"),
        ])
        .ok();
    let outcome = bench.karat(&["run", "--select", "source_status:fresher+", "--json"]).json();
    let names: Vec<&str> = outcome["models"].as_array().unwrap().iter().map(|model| model["model"].as_str().unwrap()).collect();
    assert_eq!(names, ["silver.dim_product", "gold.dim_product"]);
}
