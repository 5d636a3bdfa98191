//! Walks Match: lines by pointer and by keys, rules, comparisons, weights, preview, apply.

use std::rc::Rc;

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;

use super::fixtures::State;
use super::shell::Shell;
use super::walk_tests::{open, press, says};
use crate::engine::pages::{probability_of, weight_at};
use crate::engine::{Command, MatchDeed, MatchEdit, Transform};

fn last(state: &Rc<State>) -> MatchDeed {
    match state.last() {
        Some(Command::Match(deed)) => deed,
        other => panic!("{other:?}"),
    }
}

fn edited(state: &Rc<State>) -> MatchEdit {
    match last(state) {
        MatchDeed::Edit(edit) => edit,
        other => panic!("{other:?}"),
    }
}

/// The node whose name begins so.
fn starting<'h>(harness: &'h Harness<'static, Shell>, name: &str) -> egui_kittest::Node<'h> {
    let found = harness.root().children_recursive().find(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with(name)));
    found.unwrap_or_else(|| panic!("nothing begins with {name}"))
}

#[test]
fn a_line_moves_by_keys_and_says_what_it_means() {
    let (mut harness, state) = open("match");
    assert!(says(&harness, "0.86 \u{2192} 0.82: +"), "the draft's line against the last run's");
    assert!(says(&harness, "fewer missed duplicates"));
    starting(&harness, "Review from").focus();
    harness.run();
    harness.key_press(Key::ArrowLeft);
    harness.run();
    let MatchEdit::Thresholds { auto, review } = edited(&state) else { panic!("{:?}", state.last()) };
    assert!((weight_at(review) - (weight_at(0.82) - 0.1)).abs() < 0.06 && (auto - 0.999).abs() < 1e-9, "{auto} {review}");
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    harness.run();
    let MatchEdit::Thresholds { review: further, .. } = edited(&state) else { panic!("{:?}", state.last()) };
    assert!(further > review, "{further}");
}

#[test]
fn a_line_is_dragged_and_sent_once_it_is_let_go() {
    let (mut harness, state) = open("match");
    let place = starting(&harness, "Joins alone from").rect();
    let from = place.center();
    harness.drag_at(from);
    harness.run_steps(2);
    harness.hover_at(from + egui::vec2(60.0, 0.0));
    harness.run_steps(2);
    assert!(state.sent.borrow().is_empty(), "nothing is sent while it is dragged");
    harness.drop_at(from + egui::vec2(60.0, 0.0));
    harness.run();
    let MatchEdit::Thresholds { auto, review } = edited(&state) else { panic!("{:?}", state.last()) };
    assert!(auto > 0.999 && auto < probability_of(39.0) && (review - 0.82).abs() < 1e-9, "{auto} {review}");
    assert_eq!(state.sent.borrow().len(), 1);
}

#[test]
fn rules_and_comparisons_turn_off_and_on() {
    let (mut harness, state) = open("match");
    press(&mut harness, "Use Same phone");
    assert_eq!(edited(&state), MatchEdit::Rule { rule: "phone".into(), on: false });
    // Below what is in view: as a screen reader presses it.
    starting(&harness, "Use Same street").click_accesskit();
    harness.run();
    assert_eq!(edited(&state), MatchEdit::Rule { rule: "street".into(), on: true });
    press(&mut harness, "Compare Postcode");
    assert_eq!(edited(&state), MatchEdit::Comparison { comparison: "postcode".into(), on: false });
    starting(&harness, "Same phone: 1,905 pairs").click();
    harness.run();
    assert!(says(&harness, "1984-04-12, Ettersby 12 records, 66 pairs"));
}

#[test]
fn a_weight_is_set_in_its_dialog() {
    let (mut harness, state) = open("match");
    starting(&harness, "Surname, ").click();
    harness.run();
    assert!(says(&harness, "Surname: m and u per level."), "its m and u show");
    press(&mut harness, "Weight of Surname, differs: \u{2212}4.6");
    assert!(says(&harness, "How much shall it weigh?"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text("\u{2212}7.5".to_owned()));
    harness.run();
    press(&mut harness, "Set the weight");
    assert_eq!(edited(&state), MatchEdit::Weight { comparison: "last_name".into(), gamma: 0, weight: Some(-7.5) });
    assert!(!says(&harness, "How much shall it weigh?"));
}

#[test]
fn a_rule_is_put_together_from_fields() {
    let (mut harness, state) = open("match");
    press(&mut harness, "Add a blocking rule");
    press(&mut harness, "Agreement 1: surname");
    press(&mut harness, "surname sound");
    press(&mut harness, "And another field");
    press(&mut harness, "Add the rule");
    let MatchEdit::AddRule { keys } = edited(&state) else { panic!("{:?}", state.last()) };
    let keys: Vec<_> = keys.iter().map(|key| (key.field.as_str(), key.transform)).collect();
    assert_eq!(keys, [("last_name", Transform::Phonetic), ("birth_date", Transform::Whole)]);
}

#[test]
fn a_preview_shows_pairs_and_closes_by_key() {
    let (mut harness, state) = open("match");
    press(&mut harness, "Preview pairs");
    assert_eq!(last(&state), MatchDeed::Preview { retrain: false });
    assert!(says(&harness, "1 joined, 1 parted; 35 new questions"), "what would change");
    assert!(says(&harness, "joins, Roan Ettersby (C-1039), Roan Etersby (C-1203), 0.97, 0.9994"));
    harness.key_press(Key::Escape);
    harness.run();
    assert!(says(&harness, "Blocking rules") && !says(&harness, "35 new questions"));
    press(&mut harness, "2 changed pairs");
    assert!(says(&harness, "35 new questions"));
    press(&mut harness, "Close the preview");
    press(&mut harness, "Apply and re-match");
    assert_eq!(last(&state), MatchDeed::Apply { user: "Ines Fabry".into() });
    press(&mut harness, "Discard the changes");
    assert_eq!(last(&state), MatchDeed::Discard);
    press(&mut harness, "Compare models");
    assert_eq!(last(&state), MatchDeed::Preview { retrain: true });
}

#[test]
fn the_charts_and_the_file_open() {
    let (mut harness, state) = open("match");
    press(&mut harness, "Unlinkable");
    assert!(says(&harness, "of the records say too little to join"));
    press(&mut harness, "Blocking recall");
    assert!(says(&harness, "At most 99.10\u{2009}% of the matches share a block"));
    press(&mut harness, "match.toml");
    harness.event(egui::Event::Text("/data/match.toml".to_owned()));
    harness.run();
    press(&mut harness, "Write the copy");
    assert_eq!(last(&state), MatchDeed::Export { path: "/data/match.toml".into() });
}

#[test]
fn weights_are_suggested_taken_and_left() {
    let (mut harness, state) = open("match");
    press(&mut harness, "Suggest weights");
    assert_eq!(last(&state), MatchDeed::Suggest);
    assert!(says(&harness, "Suggested weights") && says(&harness, "joins, Roan Ettersby (C-1039)"), "its pairs show");
    press(&mut harness, "What was learnt");
    assert!(says(&harness, "What do people's answers teach?") && says(&harness, "Phone, same: +8.1 instead of +9.6"));
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!says(&harness, "What do people's answers teach?") && says(&harness, "Suggested weights"));
    press(&mut harness, "Take the weights");
    assert_eq!(last(&state), MatchDeed::TakeSuggestion);
    press(&mut harness, "Suggest weights");
    press(&mut harness, "Leave the suggestion");
    assert_eq!(last(&state), MatchDeed::ForgetPreview);
}

#[test]
fn too_few_answers_lead_to_review() {
    let (mut harness, state) = open("match");
    state.few_answers.set(true);
    // Any deed brings the page anew.
    press(&mut harness, "Discard the changes");
    press(&mut harness, "Suggest weights");
    assert!(!matches!(last(&state), MatchDeed::Suggest));
    assert!(says(&harness, "8 answers are wanted before weights are learnt"));
    press(&mut harness, "Review what teaches most");
    assert!(says(&harness, "Sorted teaches most first"));
}

#[test]
fn the_model_is_measured_and_its_known_pairs_open() {
    let (mut harness, state) = open("match");
    press(&mut harness, "Measured");
    assert!(says(&harness, "Precision 99.8"), "at the threshold that holds, with its range");
    press(&mut harness, "Show the audited pairs");
    assert!(says(&harness, "The model alone has 13 otherwise") && says(&harness, "same, Roan Ettersby (C-1039)"));
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!says(&harness, "Audited pairs"));
    press(&mut harness, "Measure again");
    harness.event(egui::Event::Text("/data/truth.csv".to_owned()));
    harness.run();
    press(&mut harness, "Measure by the file");
    assert_eq!(last(&state), MatchDeed::Measure { truth: Some("/data/truth.csv".into()) });
    press(&mut harness, "Measure again");
    press(&mut harness, "By 214 answers");
    assert_eq!(last(&state), MatchDeed::Measure { truth: None });
}
