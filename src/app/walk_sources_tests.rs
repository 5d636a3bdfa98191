//! Walks the mapping window and the rows of quarantine: by pointer, by dragging, by keys alone.

use egui::{Event, Key, Modifiers, PointerButton, Pos2};
use egui_kittest::kittest::Queryable as _;

use super::walk_review_tests::key;
use super::walk_tests::{open, press, says};
use crate::engine::{Command, QuarantineDeed, SourceDeed};

const MAP: &str = "sources:map:/data/exports/kunden_mitte.csv";

fn columns(command: Option<Command>) -> Vec<(String, String)> {
    match command {
        Some(Command::Source(SourceDeed::Map { mapping, load: true, .. })) => mapping.columns.into_iter().collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_column_is_put_on_a_field_by_pressing_both_and_saved() {
    let (mut harness, state) = open(MAP);
    press(&mut harness, "Geboren, not mapped, for example 17.03.1984, 02.11.1990");
    assert!(says(&harness, "Geboren is taken up"));
    press(&mut harness, "date_of_birth, date, no column");
    assert!(says(&harness, "date_of_birth, date, from Geboren"));
    assert!(says(&harness, "2 values of date_of_birth are no date"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert!(says(&harness, "date_of_birth, date, no column"), "the draft is taken back, not a decision");
    assert!(state.sent.borrow().is_empty());
    press(&mut harness, "Put Filiale on territory");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    let sent = columns(state.last());
    assert_eq!(sent.len(), 4);
    assert!(sent.contains(&("Filiale".into(), "territory".into())), "{sent:?}");
    assert!(says(&harness, "Mapped 4 columns to erp_customers") && says(&harness, "Drop files or a folder"), "the window closes");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert!(matches!(state.last(), Some(Command::Source(SourceDeed::Unmap { .. }))), "{:?}", state.last());
}

#[test]
fn a_column_is_dragged_to_its_field() {
    let (mut harness, state) = open(MAP);
    let middle = |name: &str| harness.get_by_label(name).rect().center();
    let from = middle("Geboren, not mapped, for example 17.03.1984, 02.11.1990");
    let to = middle("date_of_birth, date, no column");
    let button =
        |pos: Pos2, pressed: bool| Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
    harness.event(Event::PointerMoved(from));
    harness.event(button(from, true));
    harness.run_steps(2);
    for step in [0.3, 0.6, 1.0] {
        harness.event(Event::PointerMoved(from + (to - from) * step));
        harness.run_steps(1);
    }
    harness.event(button(to, false));
    harness.run_steps(6);
    assert!(says(&harness, "date_of_birth, date, from Geboren"));
    assert!(state.sent.borrow().is_empty());
}

#[test]
fn a_column_is_mapped_by_keys_alone() {
    let (mut harness, _) = open(MAP);
    harness.get_by_label("Geboren, not mapped, for example 17.03.1984, 02.11.1990").focus();
    harness.run();
    key(&mut harness, Key::Enter);
    harness.get_by_label("date_of_birth, date, no column").focus();
    harness.run();
    key(&mut harness, Key::Enter);
    assert!(says(&harness, "date_of_birth, date, from Geboren"));
    key(&mut harness, Key::Escape);
    assert!(says(&harness, "Drop files or a folder"), "Esc goes back to the files");
}

#[test]
fn without_what_the_table_needs_nothing_is_saved() {
    let (mut harness, state) = open(MAP);
    press(&mut harness, "Take Kd-Nr off name");
    assert!(says(&harness, "name is needed: choose the column that gives it."));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    assert!(state.sent.borrow().is_empty(), "{:?}", state.sent.borrow());
}

#[test]
fn a_row_is_mended_read_again_and_put_back() {
    let (mut harness, state) = open("sources:quarantine");
    press(&mut harness, "Put back");
    assert!(matches!(state.last(), Some(Command::Quarantine(QuarantineDeed::PutBack { id: 1 }))), "{:?}", state.last());
    key(&mut harness, Key::J);
    key(&mut harness, Key::E);
    harness.event(Event::Text("x".to_owned()));
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run();
    match state.last() {
        Some(Command::Quarantine(QuarantineDeed::MendAndReplay { id: 2, text })) => assert!(text.contains('x'), "{text}"),
        other => panic!("{other:?}"),
    }
    press(&mut harness, "Take back the rows of Case_2026-11.csv that were read again");
    assert!(matches!(state.last(), Some(Command::Quarantine(QuarantineDeed::Undo { .. }))), "{:?}", state.last());
}

#[test]
fn rows_are_found_by_file_and_reason() {
    let (mut harness, state) = open("sources:quarantine");
    press(&mut harness, "sf_contacts.csv, 2");
    assert!(says(&harness, "2 rows of 7 kept aside"));
    press(&mut harness, "Read these again");
    match state.last() {
        Some(Command::Quarantine(QuarantineDeed::Replay { ids })) => assert_eq!(ids.len(), 2),
        other => panic!("{other:?}"),
    }
    key(&mut harness, Key::Escape);
    assert!(says(&harness, "7 rows kept aside"));
    key(&mut harness, Key::Escape);
    assert!(says(&harness, "Drop files or a folder"));
}

#[test]
fn a_file_that_nobody_knows_leads_to_its_mapping_and_mappings_are_listed() {
    let (mut harness, state) = open("sources:mappings");
    press(&mut harness, "Edit the mapping to erp_customers");
    assert!(says(&harness, "Map kunden_mitte.csv"));
    key(&mut harness, Key::Escape);
    press(&mut harness, "Take back the mapping to erp_customers");
    assert!(matches!(state.last(), Some(Command::Source(SourceDeed::Unmap { .. }))), "{:?}", state.last());
}
