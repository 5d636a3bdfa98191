//! Walks Risk: the worklist by keys, what is done and taken back, models, costs.

use egui::{Key, Modifiers};

use super::walk_review_tests::key;
use super::walk_tests::{open, press, says};
use crate::engine::churn_deed::{Target, WorkStatus};
use crate::engine::{ChurnDeed, Command};

fn deed(state: &super::fixtures::State) -> ChurnDeed {
    match state.last() {
        Some(Command::Churn(deed)) => deed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_worklist_is_walked_narrowed_and_written_by_keys() {
    let (mut harness, state) = open("risk");
    assert!(says(&harness, "Marit Solvang-Hale") && says(&harness, "No transaction for 74 days"));
    assert!(says(&harness, "Critical: 2, 0.7\u{2009}% of those scored. Call within 48 hours"));
    key(&mut harness, Key::J);
    assert_eq!(harness.state().pages.risk.chosen.as_deref(), Some("C-0412"));
    press(&mut harness, "Contacted");
    press(&mut harness, "Give to me");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    match deed(&state) {
        ChurnDeed::Work { customer, work, .. } => {
            assert_eq!((customer.0, work.status, work.owner.as_deref()), (412, WorkStatus::Contacted, Some("Ines Fabry")));
        }
        other => panic!("{other:?}"),
    }
    key(&mut harness, Key::K);
    press(&mut harness, "Take the last entry back");
    assert!(matches!(deed(&state), ChurnDeed::UndoWork { entry: 12, .. }));
    key(&mut harness, Key::Num3);
    assert!(says(&harness, "I. Fabry") && !says(&harness, "Roan Ettersby, C-0412"), "Medium alone");
    key(&mut harness, Key::Escape);
    key(&mut harness, Key::R);
    assert!(says(&harness, "Where this row comes from"));
}

#[test]
fn a_model_is_promoted_and_retired_only_when_somebody_says_so() {
    let (mut harness, state) = open("risk:models");
    let sent = state.sent.borrow().len();
    press(&mut harness, "Retire");
    assert!(says(&harness, "Retire model 2?") && state.sent.borrow().len() == sent);
    key(&mut harness, Key::Escape);
    assert!(!says(&harness, "Retire model 2?"));
    press(&mut harness, "Roll back to model 1");
    assert!(says(&harness, "Let model 1 score?"));
    key(&mut harness, Key::Enter);
    assert!(matches!(deed(&state), ChurnDeed::Promote { target: Target::Churn, version: 1, .. }));
}

#[test]
fn what_was_measured_and_refused_is_told() {
    let (harness, _) = open("risk:evaluation");
    for words in
        ["Gradient boosting: 0.954 (0.938 to 0.968)", "bronze.erp_customers.website", "Expect that of the next months", "from 20 May 2026"]
    {
        assert!(says(&harness, words), "{words}");
    }
}

#[test]
fn without_a_model_the_page_says_what_training_needs_and_trains() {
    let (mut harness, state) = open("risk:loan_default/worklist");
    assert!(says(&harness, "No model is trained yet. It learns from loans"));
    press(&mut harness, "Train the first model");
    assert!(matches!(deed(&state), ChurnDeed::Train { target: Target::LoanDefault, promote: false, .. }));
}
