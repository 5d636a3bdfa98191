use super::*;
use crate::stewardship::fixture;

fn key(n: u32) -> RecordKey {
    RecordKey::new("s", n.to_string())
}

fn index() -> FxHashMap<RecordKey, u32> {
    (0..6).map(|n| (key(n), n)).collect()
}

fn decision(id: i64, answer: Answer, groups: &[&[u32]]) -> Decision {
    fixture::decision(id, answer, fixture::numbered(groups))
}

#[test]
fn same_links_all_groups_and_different_parts_them() {
    let found = constraints_of(&[decision(1, Answer::Same, &[&[0, 1], &[2]]), decision(2, Answer::Different, &[&[0], &[3, 4]])], &index());
    assert_eq!(found.must_link, vec![(0, 1), (0, 2)]);
    assert_eq!(found.cannot_link, vec![(0, 3), (0, 4)]);
    assert!(found.overruled.is_empty());
}

#[test]
fn the_newer_of_two_opposite_decisions_holds() {
    let found = constraints_of(&[decision(1, Answer::Same, &[&[0], &[1]]), decision(2, Answer::Related, &[&[0], &[1]])], &index());
    assert_eq!((found.must_link, found.cannot_link, found.overruled), (vec![], vec![(0, 1)], vec![DecisionId(1)]));
    let found = constraints_of(&[decision(1, Answer::Different, &[&[0], &[1]]), decision(2, Answer::Same, &[&[0], &[1]])], &index());
    assert_eq!((found.must_link, found.cannot_link, found.overruled), (vec![(0, 1)], vec![], vec![DecisionId(1)]));
}

#[test]
fn an_older_path_cannot_pass_around_a_newer_parting() {
    let found = constraints_of(
        &[
            decision(1, Answer::Same, &[&[0], &[1]]),
            decision(2, Answer::Same, &[&[1], &[2]]),
            decision(3, Answer::Different, &[&[0], &[2]]),
        ],
        &index(),
    );
    assert_eq!(found.must_link, vec![(1, 2)]);
    assert_eq!(found.overruled, vec![DecisionId(1)]);
}

#[test]
fn unsure_and_undone_bind_nothing() {
    let mut undone = decision(2, Answer::Same, &[&[0], &[1]]);
    undone.undone_by = Some(DecisionId(3));
    let found = constraints_of(&[decision(1, Answer::Unsure, &[&[0], &[1]]), undone], &index());
    assert_eq!(found, Constraints::default());
}

#[test]
fn keys_that_are_not_there_bind_nothing() {
    let found = constraints_of(&[decision(1, Answer::Same, &[&[0, 99], &[1]])], &index());
    assert_eq!(found.must_link, vec![(0, 1)]);
}

#[test]
fn a_cut_joins_within_its_groups_and_parts_them() {
    let cut = Decision { whole_groups: true, ..decision(1, Answer::Different, &[&[0, 1], &[2, 3], &[4]]) };
    let found = constraints_of(std::slice::from_ref(&cut), &index());
    assert_eq!(found.must_link, [(0, 1), (2, 3)]);
    assert_eq!(found.cannot_link, [(0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4), (2, 4), (3, 4)]);
    // A later answer takes one record out of its group; the rest of the cut holds.
    let found = constraints_of(&[cut, decision(2, Answer::Different, &[&[0], &[1]])], &index());
    assert_eq!(found.must_link, [(2, 3)]);
    assert!(found.cannot_link.contains(&(0, 1)));
    assert_eq!(found.overruled, [DecisionId(1)]);
}

#[test]
fn what_is_parted_stays_parted_through_others() {
    // 0 and 1 are one, 1 and 2 are not, so 0 and 2 are not either, however an older answer puts it.
    let log =
        [decision(1, Answer::Same, &[&[0], &[2]]), decision(2, Answer::Different, &[&[1], &[2]]), decision(3, Answer::Same, &[&[0], &[1]])];
    let found = constraints_of(&log, &index());
    assert_eq!((found.must_link, found.cannot_link, found.overruled), (vec![(0, 1)], vec![(1, 2)], vec![DecisionId(1)]));
}
