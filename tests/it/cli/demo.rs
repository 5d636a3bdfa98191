//! The sample bank, from the first command to what `karat evaluate` says of it.

use crate::support::bank::{entities, sample_truth};
use crate::support::{Bench, karat};

#[test]
fn the_demo_ends_in_published_gold() {
    let bench = Bench::empty();
    let summary = karat(&["demo", "--headless", "-w", bench.ws()]).ok();
    for words in ["source records", "customers", "waiting in Review", "v1, published"] {
        assert!(summary.contains(words), "{summary}");
    }
    let customers = bench.number("select count(*) from silver.dim_customer");
    let records = bench.number("select count(*) from silver.bridge_customer_ids");
    let truth = entities(&sample_truth());
    assert_eq!(records, i64::try_from(truth.len()).unwrap(), "every record of the bank belongs to a customer");
    assert_eq!(bench.number("select count(*) from gold.customer_360"), customers);
    assert!(customers < records && customers >= 500, "{customers}");
    assert_eq!(bench.number("select count(distinct customer_key) from silver.bridge_customer_ids"), customers);
    let lines = include_str!("../../../sample_data/bank/erp_customers.csv").lines().count() - 1;
    assert_eq!(bench.value("select count(*) from bronze.erp_customers"), lines.to_string());
    let status = bench.karat(&["status", "--json"]).json();
    assert_eq!(status["gold_published"], 1);
    assert!(status["queue_open"].as_u64() > Some(0), "{status}");
    // Said again, nothing is loaded twice and the same customers come out.
    let before = bench.hashes();
    karat(&["demo", "--headless", "-w", bench.ws()]).ok();
    assert_eq!(bench.hashes(), before);
    assert_eq!(bench.value("select count(*) from bronze.erp_customers_all"), lines.to_string());
}

fn scores(bench: &Bench) -> (f64, f64) {
    let truth = sample_truth();
    let found = bench.karat(&["evaluate", "--json", "--truth", truth.to_str().unwrap()]).json();
    (found["precision"].as_f64().unwrap(), found["recall"].as_f64().unwrap())
}

#[test]
fn merges_are_right_before_review_and_nearly_complete_after() {
    let bench = Bench::sample();
    let (precision, recall) = scores(&bench);
    println!("before review: precision {precision:.4}, recall {recall:.4}");
    assert!(precision >= 0.995 && recall >= 0.85, "precision {precision}, recall {recall}");
    let entity = entities(&sample_truth());
    let desk = bench.desk();
    // New answers bring new questions: a steward comes back until there is none.
    for _ in 0..4 {
        if desk.answer_truthfully(&entity) == 0 {
            break;
        }
        desk.run();
    }
    drop(desk);
    let (precision, recall) = scores(&bench);
    println!("after a truthful steward: precision {precision:.4}, recall {recall:.4}");
    assert!(precision >= 0.999 && recall >= 0.95, "precision {precision}, recall {recall}");
}

#[test]
fn one_question_is_listed_shown_and_answered() {
    let bench = Bench::sample();
    let list = bench.karat(&["review", "list", "--json"]).json();
    let item = &list.as_array().unwrap()[0];
    let id = item["id"].as_str().unwrap();
    for name in ["state", "kind", "probability", "groups"] {
        assert!(!item[name].is_null(), "{item}");
    }
    assert!(item["groups"][0][0]["source_system"].is_string() && item["groups"][0][0]["source_customer_id"].is_string());
    let shown = bench.karat(&["review", "show", id]).ok();
    assert!(shown.contains("match weight") && shown.contains("golden"), "{shown}");
    let said = bench.karat(&["review", "decide", id, "same", "--reason", "spoke on the phone", "--as", "ines"]).ok();
    assert!(said.starts_with("Decision 1:"), "{said}");
    let log = bench.karat(&["decision", "list", "--json"]).json();
    assert_eq!((log[0]["user"].as_str(), log[0]["reason"].as_str()), (Some("ines"), Some("spoke on the phone")));
    assert_eq!(bench.karat(&["status", "--json"]).json()["decisions_not_applied"], 1);
    let back = bench.karat(&["decision", "undo", "1"]).ok();
    assert!(back.starts_with("Took back decision 1:"), "{back}");
    assert_eq!(bench.number("select count(*) from control.audit where deed in ('decide', 'undo')"), 2);
}

#[test]
fn without_a_display_the_program_names_the_way_without() {
    let bench = Bench::empty();
    for args in [vec!["-w", bench.ws()], vec!["demo", "-w", bench.ws()]] {
        let said = karat(&args).fails(1);
        // A build without the window has nothing to open either.
        assert!(said.contains("karat demo --headless") || cfg!(not(feature = "gui")), "{said}");
        assert!(!bench.path().exists());
    }
}
