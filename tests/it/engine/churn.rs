//! Models that predict who may leave, from files to published gold.

use std::path::Path;

use karat::base::{FeatureTable, RunCtx};
use karat::engine::churn_deed::Target;
use karat::engine::pages::{ChurnPage, TrainedModel};
use karat::engine::{ChurnDeed, ChurnQuery, Command, Outcome, Page, Query, Report};
use karat::warehouse::{self, Graph, predictions};
use rusqlite::Connection;

use crate::support::{Bench, Desk, karat, shared_data};

fn trained(desk: &Desk) -> TrainedModel {
    let deed = ChurnDeed::Train { target: Target::Churn, promote: true, user: "tester".to_owned() };
    match desk.done(Command::Churn(deed)) {
        Report::Churn(outcome) => outcome.model.unwrap(),
        other => panic!("{other:?}"),
    }
}

fn page(desk: &Desk) -> ChurnPage {
    match &*desk.ask(Query::Churn(ChurnQuery::Page { target: Target::Churn })) {
        Page::Churn(page) => (**page).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn bank_002_is_predicted_without_a_label_like_column() {
    let Some(files) = shared_data("banks/002_apex_bank_churn") else { return };
    let bench = Bench::empty();
    karat(&["new", bench.ws(), "--from", files.to_str().unwrap()]).ok();
    let desk = bench.desk();
    let model = trained(&desk);
    let scored = &model.evaluation.boosting;
    println!("{:.3} ({:.3} to {:.3}), later days {:?}", scored.mean_auc, scored.interval.low, scored.interval.high, scored.later);
    assert!(scored.mean_auc >= 0.85 && scored.interval.low > 0.75, "{scored:?}");
    let refused: Vec<&str> = model.refused.iter().map(|refused| refused.column.as_str()).collect();
    assert_eq!(
        refused,
        ["bronze.erp_customers.website", "bronze.sf_contacts.description", "bronze.sf_cases.description", "bronze.sf_tasks.description"]
    );
    assert!(model.refused[1].why.contains("Segment:"), "{}", model.refused[1].why);
    // The invoices' export covers 294 of the customers: the others are not learnt from.
    assert!(model.evaluation.subjects <= 294, "{}", model.evaluation.subjects);
    assert!(model.left_out.not_covered > 200, "{:?}", model.left_out);
    assert!(model.left_out.cut_short.contains(&"erp_sales_invoices.csv".to_owned()));
    desk.done(Command::Churn(ChurnDeed::Score { publish: true }));
    let page = page(&desk);
    assert!(page.absent.is_none() && !page.is_stale && page.scored > 200 && page.scored <= 294, "{}", page.scored);
    assert!(page.rows.iter().all(|row| (0.0..=1.0).contains(&row.probability) && !row.reasons.is_empty()));
}

/// The features of a cut-off date, by the statement that training and scoring share.
fn features(silver: &Path, cutoff: &str) -> FeatureTable {
    let mut conn = Connection::open_in_memory().unwrap();
    conn.execute("ATTACH ?1 AS silver", [silver.to_str().unwrap()]).unwrap();
    warehouse::register(&conn).unwrap();
    let graph = Graph::with_own(&[]).unwrap();
    predictions::at(&mut conn, &graph, "gold.churn_features", cutoff, &RunCtx::default()).unwrap()
}

fn bits(table: &FeatureTable) -> Vec<Vec<u64>> {
    table.columns.iter().map(|column| column.iter().map(|value| value.to_bits()).collect()).collect()
}

#[test]
fn features_at_a_cutoff_do_not_know_of_later_rows() {
    const DATED: [(&str, &str); 6] = [
        ("fct_transactions", "transaction_date"),
        ("fct_daily_balances", "balance_date"),
        ("fct_complaints", "opened_date"),
        ("fct_interactions", "interaction_date"),
        ("fct_digital_engagement", "activity_date"),
        ("customer_notes", "note_date"),
    ];
    let (bench, _) = Bench::of_bank(80, 5);
    let silver = bench.path().join("silver.db");
    for cutoff in ["2023-02-11", "2024-06-30", "2025-03-31", "2025-11-02"] {
        let whole = features(&silver, cutoff);
        assert!(whole.rows() > 0);
        let other = bench.path().join("other.db");
        std::fs::copy(&silver, &other).unwrap();
        let conn = Connection::open(&other).unwrap();
        for (table, day) in DATED {
            conn.execute(&format!("DELETE FROM {table} WHERE {day} > ?1"), [cutoff]).unwrap();
        }
        conn.execute("UPDATE fct_complaints SET closed_date = NULL WHERE closed_date > ?1", [cutoff]).unwrap();
        conn.execute("DELETE FROM dim_account WHERE opened_date > ?1", [cutoff]).unwrap();
        conn.execute("DELETE FROM fct_loans WHERE coalesce(disbursed_date, application_date) > ?1", [cutoff]).unwrap();
        conn.execute("DELETE FROM fct_investments WHERE invested_date > ?1", [cutoff]).unwrap();
        assert_eq!(bits(&features(&other, cutoff)), bits(&whole), "rows after {cutoff} deleted");
        // What comes later may be anything.
        conn.execute(
            "INSERT INTO fct_transactions (transaction_id, customer_key, transaction_date, amount_minor, is_posted)
             SELECT 'later ' || customer_key, customer_key, date(?1, '+1 day'), 999999, 1 FROM dim_customer",
            [cutoff],
        )
        .unwrap();
        conn.execute(
            "INSERT INTO fct_complaints (case_id, customer_key, opened_date, priority)
             SELECT 'later ' || customer_key, customer_key, date(?1, '+1 day'), 'High' FROM dim_customer",
            [cutoff],
        )
        .unwrap();
        assert_eq!(bits(&features(&other, cutoff)), bits(&whole), "rows after {cutoff} added");
    }
}

#[test]
fn a_model_that_is_damaged_does_not_score_and_a_run_goes_on_without_it() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let before = page(&desk);
    assert!(before.absent.as_ref().is_some_and(|why| why.contains("karat churn train")), "{:?}", before.absent);
    let version = trained_any(&desk);
    drop(desk);
    let control = Connection::open(bench.path().join("control.db")).unwrap();
    control.execute("UPDATE prediction_model SET bytes = x'00', stage = 'production'", []).unwrap();
    drop(control);
    let desk = bench.desk();
    let said = desk.refused(Command::Churn(ChurnDeed::Score { publish: true }));
    assert!(said.contains(&format!("model {version} of churn is damaged")), "{said}");
    desk.run();
    let page = page(&desk);
    assert!(page.absent.as_ref().is_some_and(|why| why.contains("is damaged")), "{:?}", page.absent);
    assert!(page.models[0].fault.is_some());
}

/// A candidate, however good.
fn trained_any(desk: &Desk) -> u32 {
    let deed = ChurnDeed::Train { target: Target::Churn, promote: false, user: "tester".to_owned() };
    match desk.done(Command::Churn(deed)) {
        Report::Churn(outcome) => outcome.model.unwrap().version,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cancelled_training_leaves_the_registry_as_it_was() {
    use karat::engine::Backend;
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let job = desk.engine.send(Command::Churn(ChurnDeed::Train { target: Target::Churn, promote: true, user: "tester".to_owned() }));
    desk.engine.cancel(job);
    assert!(matches!(desk.end_of(job), Outcome::Cancelled));
    assert!(page(&desk).models.is_empty());
}
