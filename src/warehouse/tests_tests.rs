use super::*;
use crate::warehouse::fixture::{build_all, small};

#[test]
fn promises_hold_and_orphans_are_warnings() {
    let mut conn = small();
    build_all(&mut conn, "2025-12-31");
    let results = run_all(&conn, &RunCtx::default()).unwrap();
    assert_eq!(results.len(), TESTS.len());
    let failing: Vec<String> =
        results.iter().filter(|r| !r.passed()).map(|r| format!("{} {} {}", r.severity.name(), r.model, r.failing_rows)).collect();
    assert_eq!(
        failing,
        ["warn silver.branch_alias 1", "warn silver.dim_account 1", "warn silver.fct_complaints 1", "warn silver.fct_complaints 1"]
    );
}

#[test]
fn a_lost_record_is_an_error() {
    let mut conn = small();
    build_all(&mut conn, "2025-12-31");
    conn.execute_batch("DELETE FROM silver.bridge_customer_ids WHERE source_customer_id = 'CUST-3'").unwrap();
    let results = run_all(&conn, &RunCtx::default()).unwrap();
    let lost = results.iter().find(|r| r.name == "no_lost_record").unwrap();
    assert_eq!((lost.severity, lost.failing_rows), (Severity::Error, 1));
    assert_eq!(lost.message, "1 customer records are no customer, or more than one.");
}
