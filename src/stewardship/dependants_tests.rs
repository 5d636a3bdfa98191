use super::super::overrides::Word;
use super::super::record::Field;
use super::*;
use crate::stewardship::fixture;

fn keys(ids: &str) -> Vec<RecordKey> {
    ids.chars().map(|id| RecordKey::new("erpnext", id.to_string())).collect()
}

/// `groups`: "ab|c".
fn decision(id: i64, answer: Answer, groups: &str, was_one: bool) -> Decision {
    Decision { was_one, ..fixture::decision(id, answer, groups.split('|').map(keys).collect()) }
}

fn word(id: i64, members: &str) -> Override {
    fixture::override_of(id, keys(members), Field::City, Word::GiveBack)
}

/// As text: an empty list has a type then.
fn ids(found: &[DecisionId]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_was_asked_of_joined_records_rests_on_the_joining() {
    let log = [
        decision(1, Answer::Same, "a|b", false),
        decision(2, Answer::Same, "ab|c", false),
        decision(3, Answer::Different, "abc|d", false),
        decision(4, Answer::Same, "a|e", false),
        decision(5, Answer::Same, "x|y", false),
    ];
    assert_eq!(ids(&dependants(&log, &[word(6, "abc"), word(7, "xy")], DecisionId(1))), "2 3 6");
    assert_eq!(ids(&dependants(&log, &[word(6, "abc"), word(7, "xy")], DecisionId(5))), "7");
    assert_eq!(ids(&dependants(&log, &[], DecisionId(3))), "", "they were apart and stayed so");
}

#[test]
fn what_was_asked_of_a_part_rests_on_the_cut() {
    let cut = decision(1, Answer::Different, "ab|c", true);
    let log = [cut, decision(2, Answer::Same, "c|d", false), decision(3, Answer::Same, "e|f", false)];
    assert_eq!(ids(&dependants(&log, &[], DecisionId(1))), "2");
    let confirmed = [decision(1, Answer::Same, "ab|c", true), decision(2, Answer::Same, "abc|d", false)];
    assert_eq!(ids(&dependants(&confirmed, &[], DecisionId(1))), "", "they were one before");
}

#[test]
fn what_was_taken_back_does_not_count() {
    let mut log = [decision(1, Answer::Same, "a|b", false), decision(2, Answer::Same, "ab|c", false)];
    log[1].undone_by = Some(DecisionId(3));
    assert_eq!(ids(&dependants(&log, &[], DecisionId(1))), "");
}
