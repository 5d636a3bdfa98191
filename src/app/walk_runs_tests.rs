//! Walks Runs: the list, one run, the schedule, what goes by the retention rule.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::walk_tests::{open, press, says};
use crate::engine::{Command, RunsDeed};

fn last(state: &super::fixtures::State) -> RunsDeed {
    match state.last() {
        Some(Command::Runs(deed)) => deed,
        other => panic!("{other:?}"),
    }
}

fn key(harness: &mut egui_kittest::Harness<'static, super::shell::Shell>, key: Key) {
    harness.key_press_modifiers(Modifiers::NONE, key);
    harness.run();
}

#[test]
fn a_run_is_opened_down_to_the_rows_that_failed_a_test() {
    let (mut harness, state) = open("runs");
    assert!(says(&harness, "Next run: 22 Nov 07:00, 1 run was missed") && says(&harness, "Runs, 1 missed") == state.running.get());
    assert!(says(&harness, "silver.dim_customer, built, 500 rows"), "the newest is open");
    assert!(says(&harness, "silver.fct_invoices, no source"));
    key(&mut harness, Key::J);
    assert!(says(&harness, "line 10: near \"wrong\": syntax error"), "why it failed");
    assert!(says(&harness, "The report was not sent: mail.apex.example refused the connection on port 587"));
    press(&mut harness, "Send the report of this run");
    assert_eq!(last(&state), RunsDeed::SendReport { run: crate::base::RunId(11) });
    key(&mut harness, Key::K);
    press(&mut harness, "Tests");
    harness.get_by_label_contains("Error, relationships_branch_id").click();
    harness.run();
    assert_eq!(harness.state().nav.title(), "Quality");
    assert_eq!(harness.state().pages.quality.test.as_deref(), Some("relationships_branch_id"));
}

#[test]
fn a_run_that_goes_on_shows_its_models_and_can_be_cancelled() {
    let (backend, state) = super::fixtures::Fixture::pair();
    state.running.set(true);
    let mut shell = super::shell::Shell::new(backend, super::settings::Settings::default());
    shell.show_page("runs").expect("the page");
    let mut harness = egui_kittest::Harness::builder()
        .with_size(egui::Vec2::new(1280.0, 720.0))
        .with_accessibility_check(false)
        .with_context_setup(super::theme::apply)
        .build_ui_state(|ui, shell: &mut super::shell::Shell| shell.ui(ui), shell);
    harness.run_steps(6);
    assert!(says(&harness, "Reading files, sf_cases.csv, 36,204 of 95,310"));
    assert!(says(&harness, "silver.stg_customer_record, built, 1,399 rows"), "models as they are built");
    harness.get_by_label("Cancel this run").click();
    harness.run_steps(3);
    assert_eq!(state.cancelled.get(), 1);
    assert!(says(&harness, "Stopping; the store stays as it was"));
}

#[test]
fn a_schedule_is_typed_set_and_turned_off() {
    let (mut harness, state) = open("runs:schedule");
    assert!(says(&harness, "At 07:00, UTC") && says(&harness, "1 run was missed") && says(&harness, "19 Nov 2026 07:00 UTC"));
    press(&mut harness, "Weekdays");
    press(&mut harness, "Set the schedule");
    assert_eq!(last(&state), RunsDeed::SetSchedule { cron: Some("0 7 * * MON-FRI".into()), user: "Ines Fabry".into() });
    press(&mut harness, "Turn the schedule off");
    assert_eq!(last(&state), RunsDeed::SetSchedule { cron: None, user: "Ines Fabry".into() });
    press(&mut harness, "systemd");
    assert!(says(&harness, "OnCalendar=*-*-* 07:00:00 UTC"));
    press(&mut harness, "Task Scheduler");
    assert!(says(&harness, "The Task Scheduler has no such schedule."));
}

#[test]
fn nothing_is_removed_without_a_question() {
    let (mut harness, state) = open("runs:retention");
    assert!(says(&harness, "erp_customers.csv (erp_customers)") && says(&harness, "gold v41: people see it"));
    press(&mut harness, "Remove what is old");
    assert!(says(&harness, "Remove 1 file of bronze (1,500 rows), 1 gold version?"));
    assert!(state.last().is_none(), "asked, not done");
    key(&mut harness, Key::Escape);
    assert!(!says(&harness, "It can't be taken back.") && state.last().is_none());
    press(&mut harness, "Remove what is old");
    press(&mut harness, "Remove");
    assert_eq!(last(&state), RunsDeed::ApplyRetention { user: "Ines Fabry".into() });
}
