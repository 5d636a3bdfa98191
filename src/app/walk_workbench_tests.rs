//! Walks the workbench's other views: bulk approval, the audit deck, the decision log, one customer's deeds.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

use super::walk_review_tests::{deed, key, with_shift};
use super::walk_tests::{open, press, says};
use crate::base::DecisionId;
use crate::engine::{Answer, Query, ReviewDeed};

#[test]
fn a_sample_is_dealt_answered_blind_and_the_rest_approved_by_keys_alone() {
    let (mut harness, state) = open("review");
    with_shift(&mut harness, Key::B);
    assert!(says(&harness, "Birth date same, surname 1 edit: 418 items, a sample of 188 proves it"));
    assert!(says(&harness, "Name same alone: 4 items, too few to prove anything"));
    key(&mut harness, Key::M);
    match deed(&state) {
        ReviewDeed::DealSample { pattern, answer } => {
            assert_eq!((pattern.as_str(), answer), ("Birth date same, surname 1 edit", Answer::Same));
        }
        other => panic!("{other:?}"),
    }
    assert!(says(&harness, "0 of 188 answered, 0 misses"));
    assert!(!says(&harness, "Match weight 7.9"), "the sample is blind");
    key(&mut harness, Key::M);
    assert!(matches!(deed(&state), ReviewDeed::AnswerSample { bulk: 3, item, answer: Answer::Same } if item.0 == "i1"));
    key(&mut harness, Key::M);
    assert!(matches!(deed(&state), ReviewDeed::AnswerSample { item, .. } if item.0 == "i2"), "the next one: {:?}", deed(&state));
    state.dealt.set(Some(187));
    key(&mut harness, Key::M);
    assert!(says(&harness, "188 of 418 looked at, none wrong"));
    key(&mut harness, Key::Enter);
    assert_eq!(deed(&state), ReviewDeed::ApproveBulk { bulk: 3 });
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert!(matches!(deed(&state), ReviewDeed::Undo { .. }), "one undo takes the batch: {:?}", deed(&state));
    key(&mut harness, Key::Escape);
    assert!(says(&harness, "Customer C-1042"), "Esc leads back to the deck");
}

#[test]
fn the_audit_deck_is_answered_blind_and_moves_on() {
    let (mut harness, state) = open("review");
    press(&mut harness, "Audit deck");
    assert!(says(&harness, "1 of 4 answered, 21 Nov 2026") && !says(&harness, "Match weight"));
    for (pressed, pair, same) in [(Key::D, 2, Some(false)), (Key::S, 3, None), (Key::M, 4, Some(true))] {
        key(&mut harness, pressed);
        assert_eq!(deed(&state), ReviewDeed::AnswerAudit { pair, same });
    }
    assert!(says(&harness, "4 of 4 answered"));
}

#[test]
fn the_log_shows_who_and_why_and_takes_back_alone_or_with_dependants() {
    let (mut harness, state) = open("review");
    key(&mut harness, Key::L);
    assert!(says(&harness, "Joined: joined C-1039, Roan Ettersby, Ines Fabry, 19 Nov 16:20"));
    key(&mut harness, Key::J);
    assert!(says(&harness, "She moved to Quarry Road for work in 2025."), "why");
    assert!(says(&harness, "E-mail in ERP: p@harbour.example \u{2192} no value"), "what changed since");
    assert!(says(&harness, "Then: A customer with a key of its own, Full name Petra Lanwin"), "the difference comes first");
    press(&mut harness, "Take it back");
    assert_eq!(deed(&state), ReviewDeed::Undo { decision: DecisionId(88), with_dependants: false });
    press(&mut harness, "With 1 dependant");
    press(&mut harness, "Take both back");
    assert_eq!(deed(&state), ReviewDeed::Undo { decision: DecisionId(88), with_dependants: true });
    key(&mut harness, Key::J);
    assert!(says(&harness, "It was taken back.") && !says(&harness, "If it is taken back"));
    press(&mut harness, "Open in Review");
    assert_eq!(harness.state().pages.review.selected.as_ref().map(|id| id.0.as_str()), Some("i1"));
}

#[test]
fn a_customer_is_cut_joined_and_asked_about() {
    let (mut harness, state) = open("customer:C-0731");
    key(&mut harness, Key::G);
    key(&mut harness, Key::X);
    key(&mut harness, Key::Enter);
    match deed(&state) {
        ReviewDeed::Unmerge { customer, groups, .. } => {
            assert_eq!((customer.0, groups.iter().map(Vec::len).collect::<Vec<_>>()), (731, vec![2, 2]));
        }
        other => panic!("{other:?}"),
    }
    key(&mut harness, Key::J);
    harness.event(egui::Event::Text("C-0732".to_owned()));
    harness.run();
    key(&mut harness, Key::Enter);
    assert!(says(&harness, "They are kept apart: I. Fabry said so"));
    assert!(says(&harness, "phone: the second record has no phone") && says(&harness, "surname sound, birth date: puts them together"));
    key(&mut harness, Key::Enter);
    assert!(matches!(deed(&state), ReviewDeed::Merge { left, right, .. } if (left.0, right.0) == (731, 732)), "{:?}", deed(&state));
    key(&mut harness, Key::Y);
    harness.event(egui::Event::Text("marit".to_owned()));
    harness.run();
    key(&mut harness, Key::Enter);
    assert!(state.asked.borrow().iter().any(|query| matches!(query, Query::Why { left, right } if left == "C-0731" && right == "C-0732")));
    key(&mut harness, Key::Escape);
    assert!(says(&harness, "Source records"), "Esc leads back to the customer");
}

#[test]
fn a_customer_shows_what_is_held_and_why_they_may_leave() {
    let (mut harness, state) = open("customer:C-0731");
    assert!(says(&harness, "Balance from 31,400.00 USD on 01 Dec 2023 to 19,220.00 USD on 21 Nov 2026, falling for 3 months"));
    assert!(says(&harness, "likely to be gone in 90 days, says model 14: Critical"));
    assert!(says(&harness, "Balance fell 41 % in 90 days +0.91"));
    assert!(says(&harness, "Customer for 13 years \u{2212}0.38"));
    press(&mut harness, "17 Sep 2026, Call back about the fee");
    assert!(says(&harness, "chosen, 17 Sep 2026, task: "), "a mark leads to its entry");
    press(&mut harness, "Decisions 1");
    assert!(!says(&harness, "Balance fell 41 % in 90 days +0.91"), "one place for three in a small window");
    // The page of that name stands in the rail.
    harness.get_by_role_and_label(Role::RadioButton, "Risk").click();
    harness.run();
    press(&mut harness, "Open in the worklist");
    assert!(state.asked.borrow().iter().any(|query| matches!(query, Query::Churn(_))), "Risk opens");
}
