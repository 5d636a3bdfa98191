//! Walks what makes the work trusted: signing in, masks, the audit page, approving, erasing; and Review's relation, timeline, new.

use std::rc::Rc;

use egui::{Event, Key};
use egui_kittest::Harness;

use super::fixtures::{State, trust};
use super::shell::Shell;
use super::walk_review_tests::{deed, key};
use super::walk_tests::{open, press, says};
use crate::engine::pages::{Role, Sight};
use crate::engine::{Command, Query, Relation, ReviewDeed, TrustDeed, TrustQuery, Verdict};

fn trust_deed(state: &Rc<State>) -> TrustDeed {
    match state.last() {
        Some(Command::Trust(deed)) => deed,
        other => panic!("{other:?}"),
    }
}

fn typed(harness: &mut Harness<'static, Shell>, text: &str) {
    harness.event(Event::Text(text.to_owned()));
    harness.run();
}

/// The window of somebody who is enrolled.
fn enrolled(page: &str, sight: Sight) -> (Harness<'static, Shell>, Rc<State>) {
    let (mut harness, state) = open(page);
    state.acting.set(Some(trust::approver(sight)));
    // Anything that makes the engine say that data changed.
    harness.state_mut().data.send(Command::Trust(TrustDeed::Backup { to: None, user: String::new() }));
    harness.run();
    (harness, state)
}

#[test]
fn masks_hide_the_page_and_what_was_on_it_and_showing_is_logged() {
    let (mut harness, state) = enrolled("review", Sight::Clear);
    assert!(says(&harness, "Customer C-1042"));
    let noted = |state: &State, what: &str| {
        state.sent.borrow().iter().any(|sent| matches!(sent, Command::Trust(TrustDeed::Unmask { what: noted, .. }) if noted == what))
    };
    assert!(noted(&state, "window, Review"), "what is seen in the clear is in the log: {:?}", state.sent.borrow());
    key(&mut harness, Key::F9);
    assert!(says(&harness, "they are masked") && !says(&harness, "Customer C-1042") && !says(&harness, "Llanwyn"));
    press(&mut harness, "Customers");
    assert!(says(&harness, "they are masked") && !says(&harness, "Llanwyn"), "nor elsewhere");
    harness.state_mut().pages.customers.open = Some(crate::base::CustomerKey(731));
    key(&mut harness, Key::F9);
    assert_eq!(trust_deed(&state), TrustDeed::Unmask { what: "window, customer C-0731".into(), user: "Ines Fabry".into() });
    assert!(says(&harness, "Golden record"));
    state.acting.set(Some(trust::approver(Sight::MaskedOnly)));
    harness.state_mut().data.send(Command::Trust(TrustDeed::Backup { to: None, user: String::new() }));
    harness.run();
    key(&mut harness, Key::F9);
    assert!(says(&harness, "sees the masked gold only"), "an analyst, or nobody who is signed in");
}

#[test]
fn signing_in_asks_for_the_passphrase_and_shows_none_of_it() {
    let (mut harness, state) = enrolled("dashboards", Sight::MaskedOnly);
    press(&mut harness, "Acting as Ines Fabry, approver");
    press(&mut harness, "Sign in as Tomas Wray, steward");
    assert!(says(&harness, "Sign in as Tomas Wray?"));
    typed(&mut harness, "correct horse");
    assert!(!says(&harness, "correct horse"), "dots for the screen reader too");
    key(&mut harness, Key::Enter);
    match trust_deed(&state) {
        TrustDeed::SignIn { person, passphrase } => assert_eq!((person.as_str(), passphrase.expose()), ("Tomas Wray", "correct horse")),
        other => panic!("{other:?}"),
    }
    assert!(!format!("{:?}", state.last()).contains("correct"), "nor in what is logged of a command");
}

#[test]
fn people_are_enrolled_and_the_policy_is_set() {
    let (mut harness, state) = enrolled("audit:people", Sight::Masked);
    assert!(says(&harness, "Ines Fabry") && says(&harness, "probability 0.4 to 0.6"));
    press(&mut harness, "Enrol somebody");
    typed(&mut harness, "Mara Quist");
    press(&mut harness, "engineer");
    press(&mut harness, "Passphrase, typed by its holder");
    typed(&mut harness, "a long one");
    press(&mut harness, "Passphrase again");
    typed(&mut harness, "a long one");
    press(&mut harness, "Enrol this person");
    match trust_deed(&state) {
        TrustDeed::Enrol { person, role, public_key: None, passphrase: Some(passphrase), user } => {
            assert_eq!(
                (person.as_str(), role, passphrase.expose(), user.as_str()),
                ("Mara Quist", Role::Engineer, "a long one", "Ines Fabry")
            );
        }
        other => panic!("{other:?}"),
    }
    press(&mut harness, "Change the policy of four eyes");
    press(&mut harness, "What a spelling means");
    press(&mut harness, "Set the policy");
    match trust_deed(&state) {
        TrustDeed::Policy { policy, .. } => assert!(policy.naming && policy.field_override && policy.probability == Some((0.4, 0.6))),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_log_is_searched_verified_and_written_out_and_packs_are_looked_into_first() {
    let (mut harness, state) = enrolled("audit", Sight::Clear);
    assert!(says(
        &harness,
        "318, 20 Nov 2026 16:20, Ines Fabry, Decided, decision 212, joined Marit Solvang-Hale and Marit Solveng-Hale; same: item 3f2a; entry 212, yes"
    ));
    key(&mut harness, Key::Slash);
    typed(&mut harness, "karat");
    assert!(says(&harness, "Published") && !says(&harness, "decision 212"));
    press(&mut harness, "Write as CSV");
    press(&mut harness, "Choose a place");
    match trust_deed(&state) {
        TrustDeed::ExportAudit { filter, .. } => assert_eq!(filter.person.as_deref(), Some("karat run")),
        other => panic!("{other:?}"),
    }
    press(&mut harness, "Verify");
    press(&mut harness, "Verify now");
    assert!(says(&harness, "row 12, altered: row 12 is not what was written."));
    assert!(says(&harness, "Rows after the last anchor can be cut off"), "what it cannot find");
    press(&mut harness, "Restore the copy of 21 Nov 2026 07:02");
    press(&mut harness, "Restore this copy");
    assert!(matches!(trust_deed(&state), TrustDeed::Restore { from: Some(_), .. }), "{:?}", trust_deed(&state));
    press(&mut harness, "Packs");
    press(&mut harness, "Read a pack");
    press(&mut harness, "Choose a file");
    assert!(says(&harness, "Contradict what was decided here: 1") && says(&harness, "it keeps records apart that decision 88 joins"));
    press(&mut harness, "Take the pack in");
    assert!(matches!(trust_deed(&state), TrustDeed::ImportPack { file, .. } if file.as_os_str() == "/data/exports"));
}

#[test]
fn proposals_are_approved_and_returned_but_not_by_who_made_them() {
    let (mut harness, state) = enrolled("review", Sight::Clear);
    press(&mut harness, "To approve");
    assert!(says(&harness, "Tomas Wray proposed it, signed"));
    key(&mut harness, Key::Y);
    assert_eq!(trust_deed(&state), TrustDeed::Approve { proposal: "7".into(), comment: None, user: "Ines Fabry".into() });
    let sent = state.sent.borrow().len();
    key(&mut harness, Key::J);
    assert!(says(&harness, "You proposed this yourself: somebody else approves it."));
    key(&mut harness, Key::Y);
    assert_eq!(state.sent.borrow().len(), sent, "the key does nothing then");
    key(&mut harness, Key::J);
    assert!(says(&harness, "Keep what was decided here"), "a contradiction of a pack");
    key(&mut harness, Key::R);
    typed(&mut harness, "they moved apart");
    key(&mut harness, Key::Enter);
    assert!(matches!(trust_deed(&state), TrustDeed::Return { proposal, comment, .. } if proposal == "5" && comment == "they moved apart"));
    key(&mut harness, Key::J);
    assert!(says(&harness, "Returned by Ines Fabry: ask the branch"));
}

#[test]
fn a_relation_takes_a_second_key_and_a_timeline_stands_in_the_comparisons_place() {
    let (mut harness, state) = open("review");
    key(&mut harness, Key::H);
    assert!(state.sent.borrow().is_empty() && says(&harness, "Parent and child"));
    key(&mut harness, Key::Num3);
    assert!(
        matches!(deed(&state), ReviewDeed::Decide { item, verdict: Verdict::Related(Relation::BusinessOf), .. } if item.0 == "i1"),
        "{:?}",
        deed(&state)
    );
    assert_eq!(harness.state().pages.review.selected.as_ref().map(|id| id.0.as_str()), Some("i2"), "and moves on");
    key(&mut harness, Key::H);
    key(&mut harness, Key::Escape);
    key(&mut harness, Key::Num3);
    assert_eq!(state.sent.borrow().len(), 1, "Esc leaves the question");
    key(&mut harness, Key::T);
    assert!(says(&harness, "transaction:") && !says(&harness, "Not compared"));
    key(&mut harness, Key::T);
    assert!(says(&harness, "Not compared"));
    key(&mut harness, Key::N);
    assert!(state.asked.borrow().iter().any(|query| matches!(query, Query::Queue(filter) if filter.new_only)), "new since the last run");
}

#[test]
fn a_person_is_erased_only_when_the_key_was_typed() {
    let (mut harness, state) = open("customer:C-0731");
    press(&mut harness, "More of this customer");
    press(&mut harness, "Erase this person");
    assert!(state.asked.borrow().iter().any(|query| matches!(query, Query::Trust(TrustQuery::Erasure { key }) if key == "C-0731")));
    assert!(says(&harness, "2 records and 14 values are destroyed"));
    typed(&mut harness, "C-0732");
    key(&mut harness, Key::Enter);
    assert!(state.sent.borrow().is_empty(), "another key erases nobody");
    key(&mut harness, Key::Escape);
    press(&mut harness, "More of this customer");
    press(&mut harness, "Erase this person");
    typed(&mut harness, "c-0731");
    key(&mut harness, Key::Enter);
    assert!(matches!(trust_deed(&state), TrustDeed::Erase { key, .. } if key == "C-0731"), "{:?}", trust_deed(&state));
}

#[test]
fn golden_values_are_taken_typed_pinned_and_given_back_from_the_customers_page() {
    use crate::engine::{GoldenChange, GoldenDeed, GoldenTarget};
    let (mut harness, state) = open("customer:C-0731");
    let change = |state: &State| match state.last() {
        Some(Command::Golden { deed: GoldenDeed::Field { of: GoldenTarget::Customer(key), field, change, .. }, .. }) => {
            assert_eq!(key.0, 731);
            (field, change)
        }
        other => panic!("{other:?}"),
    };
    key(&mut harness, Key::P);
    assert!(state.sent.borrow().is_empty(), "without a field a letter means nothing");
    for _ in 0..4 {
        key(&mut harness, Key::ArrowDown);
    }
    key(&mut harness, Key::Num2);
    let (field, taken) = change(&state);
    assert!(matches!(taken, GoldenChange::Take(record) if record.source_system == "salesforce"), "{field}");
    key(&mut harness, Key::P);
    assert_eq!(change(&state), (field.clone(), GoldenChange::Pin));
    key(&mut harness, Key::R);
    assert_eq!(change(&state), (field.clone(), GoldenChange::GiveBack));
    *state.refuses.borrow_mut() = Some("this is no phone number".into());
    key(&mut harness, Key::E);
    typed(&mut harness, "9");
    key(&mut harness, Key::Enter);
    assert_eq!(change(&state), (field, GoldenChange::Type("+1 212 555 01779".into())));
    assert!(says(&harness, "+1 212 555 01779") && says(&harness, "this is no phone number"), "what was refused stays, with the reason");
    key(&mut harness, Key::Escape);
    assert!(!says(&harness, "+1 212 555 01779") && says(&harness, "Golden record"), "Esc leaves it");
}
