//! Walks Review: what is typed below the comparison, the cursor in it, facets, blind, the decision sheet.

use std::rc::Rc;

use egui::{Key, Modifiers};
use egui_kittest::Harness;

use super::fixtures::State;
use super::shell::Shell;
use super::walk_tests::{open, press, says};
use crate::engine::{Command, GoldenChange, GoldenDeed, GoldenTarget, Query, ReviewDeed, Verdict};

pub(super) fn key(harness: &mut Harness<'static, Shell>, key: Key) {
    harness.key_press(key);
    harness.run();
}

pub(super) fn with_shift(harness: &mut Harness<'static, Shell>, key: Key) {
    harness.key_press_modifiers(Modifiers::SHIFT, key);
    harness.run();
}

/// A letter as a keyboard sends it: the key and its text.
fn letter(harness: &mut Harness<'static, Shell>, key: Key, text: &str) {
    // Both in one frame, as a window gets them.
    let events = &mut harness.input_mut().events;
    events.push(egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE });
    events.push(egui::Event::Text(text.to_owned()));
    harness.run();
}

fn typed(harness: &mut Harness<'static, Shell>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run();
    key(harness, Key::Enter);
}

pub(super) fn deed(state: &Rc<State>) -> ReviewDeed {
    match state.last() {
        Some(Command::Review { deed, .. }) => *deed,
        other => panic!("{other:?}"),
    }
}

fn change(state: &Rc<State>) -> (String, GoldenChange) {
    match state.last() {
        Some(Command::Golden { deed: GoldenDeed::Field { of: GoldenTarget::Item(item), field, change, .. }, .. }) => {
            assert_eq!(item.0, "i1");
            (field, change)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_typed_below_the_comparison_is_sent_and_escape_leaves_it() {
    let (mut harness, state) = open("review");
    letter(&mut harness, Key::C, "c");
    typed(&mut harness, "ask the branch");
    assert!(matches!(deed(&state), ReviewDeed::Comment { item, text } if item.0 == "i1" && text == "ask the branch"), "{:?}", deed(&state));
    letter(&mut harness, Key::A, "a");
    typed(&mut harness, "Tomas");
    assert!(matches!(deed(&state), ReviewDeed::Assign { to: Some(to), .. } if to == "Tomas"), "{:?}", deed(&state));
    with_shift(&mut harness, Key::S);
    typed(&mut harness, "2026-12-01 waits for the branch");
    match deed(&state) {
        ReviewDeed::Defer { until, reason, .. } => {
            assert_eq!((until.as_deref(), reason.as_deref()), (Some("2026-12-01"), Some("waits for the branch")));
        }
        other => panic!("{other:?}"),
    }
    with_shift(&mut harness, Key::N);
    typed(&mut harness, "@Tomas two are left");
    assert!(matches!(deed(&state), ReviewDeed::HandOver { to: Some(to), text } if to == "Tomas" && text == "two are left"));
    let sent = state.sent.borrow().len();
    letter(&mut harness, Key::C, "c");
    assert!(says(&harness, "Add the comment"));
    harness.event(egui::Event::Text("mds".to_owned()));
    key(&mut harness, Key::Escape);
    assert!(!says(&harness, "Add the comment"), "Esc leaves it");
    assert_eq!(state.sent.borrow().len(), sent, "nothing was sent or decided");
    key(&mut harness, Key::J);
    assert_eq!(harness.state().pages.review.selected.as_ref().map(|id| id.0.as_str()), Some("i2"), "the keys are the page's again");
}

#[test]
fn the_cursor_takes_types_pins_and_gives_back() {
    let (mut harness, state) = open("review");
    key(&mut harness, Key::Num2);
    assert!(state.sent.borrow().is_empty(), "without a field a digit means nothing");
    for _ in 0..3 {
        key(&mut harness, Key::ArrowDown);
    }
    key(&mut harness, Key::Num2);
    let (field, taken) = change(&state);
    assert_eq!(field, "E-mail");
    assert!(matches!(taken, GoldenChange::Take(record) if record.source_system == "salesforce"));
    key(&mut harness, Key::ArrowRight);
    key(&mut harness, Key::P);
    assert_eq!(change(&state), ("E-mail".into(), GoldenChange::Pin));
    key(&mut harness, Key::R);
    assert_eq!(change(&state), ("E-mail".into(), GoldenChange::GiveBack));
    *state.refuses.borrow_mut() = Some("this is no e-mail address.".into());
    letter(&mut harness, Key::E, "e");
    typed(&mut harness, "nobody");
    assert_eq!(change(&state), ("E-mail".into(), GoldenChange::Type("nobody".into())));
    assert!(says(&harness, "this is no e-mail address."), "the refusal stands beside what was typed");
    *state.refuses.borrow_mut() = None;
    typed(&mut harness, "m@solvang.example");
    assert_eq!(change(&state), ("E-mail".into(), GoldenChange::Type("m@solvang.example".into())));
    assert!(says(&harness, "Golden Customer since: 2011-06-02, earliest account"), "each golden cell says its rule");
}

#[test]
fn blind_hides_score_and_evidence_until_the_answer() {
    let (mut harness, _) = open("review");
    assert!(says(&harness, "Match weight 7.9") && says(&harness, "weight 6.4"));
    key(&mut harness, Key::B);
    assert!(!says(&harness, "Match weight 7.9") && !says(&harness, "weight 6.4"));
    assert!(says(&harness, "hidden until you have answered"));
    press(&mut harness, "Show scores and evidence");
    assert!(says(&harness, "Match weight 7.9"));
    with_shift(&mut harness, Key::W);
    assert!(!says(&harness, "What would flip it"));
    with_shift(&mut harness, Key::W);
    assert!(says(&harness, "What would flip it: Another birth date"));
}

#[test]
fn my_queue_what_is_new_and_every_facet_filter() {
    let (mut harness, state) = open("review");
    let asked = |state: &Rc<State>, test: &dyn Fn(&crate::engine::QueueFilter) -> bool| {
        state.asked.borrow().iter().any(|query| matches!(query, Query::Queue(filter) if test(filter)))
    };
    press(&mut harness, "My queue: what was given to you and what you put aside");
    assert!(asked(&state, &|filter| filter.mine.as_deref() == Some("Ines Fabry")));
    press(&mut harness, "New since the last run");
    assert!(asked(&state, &|filter| filter.new_only));
    for (facet, value) in [("Filter by value at risk", "10,000 to 100,000, 120"), ("Filter by given to", "Tomas Brandt, 5")] {
        press(&mut harness, facet);
        press(&mut harness, value);
        key(&mut harness, Key::Escape);
    }
    assert!(asked(&state, &|filter| filter.values.contains("10000") && filter.assignees.contains("Tomas Brandt")));
    press(&mut harness, "Contradictions");
    assert!(asked(&state, &|filter| filter.kinds.contains("contradiction")));
    press(&mut harness, "Hand-over notes");
    assert!(says(&harness, "leave its relatives for Monday"));
}

#[test]
fn the_deck_says_before_the_answer_that_a_second_person_approves_it() {
    let (mut harness, _) = open("review");
    harness.run_steps(3);
    assert!(says(&harness, "If same: Customers 498 becomes 497"), "totals, not the item's own two");
    key(&mut harness, Key::J);
    harness.run_steps(3);
    assert!(says(&harness, "A second person approves this one: the value at risk is more than 50000"));
}

#[test]
fn quality_stands_in_the_head_and_the_sheet_goes_out_and_comes_back() {
    let (mut harness, state) = open("review");
    assert!(says(&harness, "Precision 98.7\u{2009}%, 97.1 to 99.5 at 95 %, from 212 answers"));
    press(&mut harness, "More of Review");
    press(&mut harness, "Write the queue as a decision sheet");
    press(&mut harness, "Choose a place");
    assert!(matches!(deed(&state), ReviewDeed::ExportSheet { path, .. } if path.as_os_str() == "/data/exports"), "{:?}", deed(&state));
    press(&mut harness, "More of Review");
    press(&mut harness, "Read a filled decision sheet");
    // No file dialog on this desktop: the path is typed.
    typed(&mut harness, "/mnt/desk/filled.xlsx");
    key(&mut harness, Key::Enter);
    assert!(matches!(deed(&state), ReviewDeed::ImportSheet { path, dry_run: true } if path.as_os_str() == "/mnt/desk/filled.xlsx"));
    assert!(says(&harness, "12 answers are new, 3 known, 180 empty"));
    press(&mut harness, "Take the answers over");
    assert!(matches!(deed(&state), ReviewDeed::ImportSheet { dry_run: false, .. }));
}

#[test]
fn the_graph_walks_the_links_cuts_and_commits_by_keys_alone() {
    let (mut harness, state) = open("review");
    key(&mut harness, Key::G);
    assert!(says(&harness, "4 records, one customer"), "the graph shows");
    key(&mut harness, Key::Tab);
    assert!(says(&harness, "CRM R-001 and App R-002: match weight 3.2, a bridge"));
    key(&mut harness, Key::X);
    assert!(says(&harness, "4 records, 2 customers."));
    assert!(says(&harness, "Golden record of customer 2: Full name Marit Solvang-Hale"), "both golden records appear");
    assert!(says(&harness, "If cut so: Customers 498 becomes 499"), "the engine's answer to the cut");
    key(&mut harness, Key::Enter);
    match deed(&state) {
        ReviewDeed::Decide { item, verdict: Verdict::Split { groups, relation: None }, .. } => {
            assert_eq!(item.0, "i1");
            assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
        }
        other => panic!("{other:?}"),
    }
    let selected = |harness: &Harness<'static, Shell>| harness.state().pages.review.selected.as_ref().map(|id| id.0.clone());
    assert_eq!(selected(&harness).as_deref(), Some("i2"), "a cut moves on too");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert!(matches!(deed(&state), ReviewDeed::Undo { with_dependants: false, .. }), "{:?}", deed(&state));
    assert_eq!(selected(&harness).as_deref(), Some("i1"));
    key(&mut harness, Key::G);
    key(&mut harness, Key::Escape);
    assert!(!says(&harness, "Leave the graph"), "Esc leaves it");
    key(&mut harness, Key::D);
    assert!(matches!(state.last(), Some(Command::Decide { .. })), "the keys are the deck's again");
}

#[test]
fn rules_of_golden_values_are_put_in_another_order_and_set() {
    let (mut harness, state) = open("review:rules");
    assert!(says(&harness, "Full name: most complete, then most sources, then source priority"));
    key(&mut harness, Key::J);
    press(&mut harness, "Move up: Source priority");
    press(&mut harness, "Take out: Most sources");
    assert!(state.sent.borrow().is_empty(), "a draft, until it is set");
    key(&mut harness, Key::Enter);
    let rules = ["most_complete", "source_priority"].map(str::to_owned).to_vec();
    let wanted = GoldenDeed::Rules { field: "full_name".into(), rules: Some(rules) };
    assert!(matches!(state.last(), Some(Command::Golden { deed, .. }) if deed == wanted), "{:?}", state.last());
    key(&mut harness, Key::J);
    press(&mut harness, "Back to what is built in");
    let wanted = GoldenDeed::Rules { field: "email".into(), rules: None };
    assert!(matches!(state.last(), Some(Command::Golden { deed, .. }) if deed == wanted), "{:?}", state.last());
    key(&mut harness, Key::Escape);
    assert!(!says(&harness, "Close the rules"), "Esc leads back to the queue");
}

#[test]
fn a_spelling_is_confirmed_by_one_key_and_given_another_meaning_by_arrows() {
    let (mut harness, state) = open("review:names");
    assert!(says(&harness, "DT Main Branch: 41 rows, suggested: Downtown Main, fits to 91"));
    key(&mut harness, Key::J);
    key(&mut harness, Key::Y);
    let said = |state: &Rc<State>| match deed(state) {
        ReviewDeed::Name { spelling, meaning, .. } => (spelling, meaning),
        other => panic!("{other:?}"),
    };
    assert_eq!(said(&state), ("DT Main Branch".to_owned(), Some("Downtown Main".to_owned())));
    key(&mut harness, Key::ArrowDown);
    key(&mut harness, Key::Y);
    assert_eq!(said(&state), ("DT Main Branch".to_owned(), Some("Harbour".to_owned())));
    key(&mut harness, Key::CloseBracket);
    key(&mut harness, Key::N);
    assert_eq!(said(&state), ("Card stuk".to_owned(), None), "a kind of its own");
}

#[test]
fn the_foot_says_what_was_done_last_whatever_it_was() {
    let (mut harness, _) = open("review");
    assert!(says(&harness, "Last: "), "what stood before this session");
    key(&mut harness, Key::ArrowDown);
    key(&mut harness, Key::P);
    assert!(says(&harness, "Last: pinned"), "a word on a golden value too");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert!(says(&harness, "Taken back: "));
}
