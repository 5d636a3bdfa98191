//! Models that predict who may leave, from files to published gold.

use std::path::Path;

use karat::base::{CustomerKey, FeatureTable, RunCtx};
use karat::engine::churn_deed::{Target, Work, WorkStatus};
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

#[test]
fn what_cannot_be_learnt_from_is_said_and_nothing_is_kept() {
    const CASES: [(&str, &[&str]); 3] = [
        ("DELETE FROM fct_digital_engagement; UPDATE fct_transactions SET transaction_date = NULL", &["has a date"]),
        // Everybody moves something every month.
        (
            "INSERT INTO fct_transactions (transaction_id, customer_key, transaction_date, amount_minor, is_posted)
             WITH RECURSIVE day(d) AS (SELECT '2023-01-01' UNION ALL SELECT date(d, '+28 days') FROM day WHERE d < '2026-12-31')
             SELECT 'each ' || customer_key || d, customer_key, d, 100, 1 FROM dim_customer, day",
            &["every known outcome is the same: still active"],
        ),
        (
            "DELETE FROM dim_customer WHERE customer_key <> (SELECT min(customer_key) FROM dim_customer)",
            &["only 1 customer", "every known outcome is the same", "no customer has a known outcome"],
        ),
    ];
    for (sql, reasons) in CASES {
        let (bench, _) = Bench::of_bank(80, 5);
        Connection::open(bench.path().join("silver.db")).unwrap().execute_batch(sql).unwrap();
        let desk = bench.desk();
        let said = desk.refused(Command::Churn(ChurnDeed::Train { target: Target::Churn, promote: true, user: "tester".to_owned() }));
        assert!(reasons.iter().any(|reason| said.contains(reason)), "{said}");
        assert!(page(&desk).models.is_empty());
    }
}

#[test]
fn work_is_written_taken_back_and_refused_for_nobody() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let customer = bench.value("SELECT min(customer_key) FROM gold.customer_360").parse().unwrap();
    let work = Work { owner: Some(" ines ".to_owned()), status: WorkStatus::Contacted, ..Work::default() };
    let set = |customer| Command::Churn(ChurnDeed::Work { customer, work: work.clone(), user: "tester".to_owned() });
    let Report::Churn(outcome) = desk.done(set(customer)) else { panic!("no entry") };
    let entry = outcome.work_entry.unwrap();
    let kept = || bench.value("SELECT count(*) || ' ' || coalesce(max(owner), '') FROM control.worklist_entry WHERE undone_by IS NULL");
    assert_eq!(kept(), "1 ines");
    let undo = Command::Churn(ChurnDeed::UndoWork { entry, user: "tester".to_owned() });
    desk.done(undo.clone());
    assert_eq!(kept(), "0 ");
    assert!(desk.refused(undo).contains("taken back already"));
    assert!(desk.refused(set(CustomerKey(999_999))).contains("there is no customer"));
}

#[test]
fn success_criteria_judge_themselves_with_evidence() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let of = |id: &str| match &*desk.ask(Query::Criteria) {
        Page::Criteria(page) => page.criteria.iter().find(|one| one.id == id).cloned().unwrap(),
        other => panic!("{other:?}"),
    };
    for id in ["sources", "customer_360", "dashboard"] {
        assert!(of(id).is_met, "{:?}", of(id));
    }
    assert!(of("sources").evidence.contains("CRM (") && of("customer_360").evidence.contains("gold v1"));
    let auc = of("auc");
    assert!(!auc.is_met && auc.remedy.is_some_and(|remedy| remedy.contains("karat churn train")), "{}", auc.evidence);
    trained_any(&desk);
    let candidate = of("auc");
    assert!(!candidate.is_met && candidate.evidence.contains("model 1 (candidate)"), "a candidate scores nobody: {candidate:?}");
    drop(desk);
    assert!(bench.karat(&["criteria"]).fails(1).contains("criteria are met"));
}
