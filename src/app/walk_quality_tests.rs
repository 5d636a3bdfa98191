//! Walks Quality: from a form, a length or a failed test to rows, from a row to where it comes from.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::walk_tests::{open, press, says};
use crate::engine::data_deed::Filter;
use crate::engine::{DataQuery, Query};

#[test]
fn a_form_and_a_bar_open_their_rows_and_a_row_its_lineage() {
    let (mut harness, state) = open("quality");
    press(&mut harness, "Rows with 9{2}/9{2}/9{4}, 401");
    let filters = |state: &super::fixtures::State| {
        let asked = state.asked.borrow();
        let rows = asked.iter().rev().find_map(|query| match query {
            Query::Data(DataQuery::Rows { filters, .. }) => Some(filters.clone()),
            _ => None,
        });
        rows.expect("rows were asked for")
    };
    assert_eq!(filters(&state), [Filter::Form { column: "birth_date".into(), form: "9{2}/9{2}/9{4}".into() }]);
    harness.get_by_label_contains("CUST-00318").click();
    harness.run();
    assert!(says(&harness, "Where this row comes from"));
    let asked = state.asked.borrow().iter().rev().find(|query| matches!(query, Query::Data(DataQuery::RowLineage { .. }))).cloned();
    let wanted = DataQuery::RowLineage { table: "silver.customer_record".into(), key: vec!["CUST-00318".into()] };
    assert_eq!(asked, Some(Query::Data(wanted)));
    harness.key_press_modifiers(Modifiers::NONE, Key::Escape);
    harness.run();
    assert!(!says(&harness, "Where this row comes from") && says(&harness, "38 of 1,399 rows"), "Esc closes it, the filter stays");
    press(&mut harness, "Columns");
    harness.get_by_label_contains("source_customer_id, 0.0").click();
    harness.run();
    press(&mut harness, "18: 587");
    assert!(filters(&state).contains(&Filter::Length { column: "source_customer_id".into(), characters: 18 }));
}

#[test]
fn rows_of_a_failed_test_lead_to_their_sources_too() {
    let (mut harness, _) = open("quality");
    assert!(says(&harness, "Rows before: 1,362, 1,380, 1,391; now 1,399"));
    harness.get_by_label_contains("Error, 4 rows of customer_record fail relationships").click();
    harness.run();
    harness.get_by_label_contains("CUST-00012").click();
    harness.run();
    assert!(says(&harness, "Where this row comes from") && says(&harness, "Decisions"));
    press(&mut harness, "Close the row's sources");
    assert!(!says(&harness, "Where this row comes from"));
}
