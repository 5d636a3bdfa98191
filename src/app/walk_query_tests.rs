//! Walks the Query page: a saved query, a statement that is typed, a refusal, the file.

use egui::{Event, Key, Modifiers};

use super::walk_review_tests::key;
use super::walk_tests::{open, press, says};
use crate::engine::Command;

#[test]
fn a_statement_is_typed_run_and_answered_by_keys_alone() {
    let (mut harness, state) = open("query");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(Event::Text("select 1".to_owned()));
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    assert!(matches!(state.last(), Some(Command::Sql { sql, .. }) if sql == "select 1"), "{:?}", state.last());
    assert!(says(&harness, "3 rows") && says(&harness, "Asked before"));
    harness.state_mut().pages.query.refused("no such table: gold.nothing");
    harness.run();
    assert!(says(&harness, "no such table: gold.nothing"));
}

#[test]
fn a_saved_query_is_put_into_the_editor_and_not_run_by_itself() {
    let (mut harness, state) = open("query");
    let before = state.sent.borrow().len();
    press(&mut harness, "top customers");
    assert_eq!(state.sent.borrow().len(), before);
    press(&mut harness, "Run the statement");
    assert!(matches!(state.last(), Some(Command::Sql { sql, .. }) if sql.contains("ORDER BY")), "{:?}", state.last());
    assert!(says(&harness, "mixed currencies"), "what has to be said beside the answer");
    key(&mut harness, Key::Escape);
    assert!(says(&harness, "3 rows"), "nothing runs that Esc could cancel");
}
