use super::*;
use crate::stewardship::fixture;

fn key(id: u32) -> RecordKey {
    RecordKey::new("erpnext", format!("{id}"))
}

fn entry(id: i64, members: &[u32], field: Field, word: Word) -> Override {
    fixture::override_of(id, members.iter().map(|id| key(*id)).collect(), field, word)
}

fn held(overrides: &[Override], customers: &[&[u32]]) -> Vec<(usize, Field, i64)> {
    let index = customers.iter().flat_map(|records| records.iter()).map(|record| (key(*record), *record)).collect();
    let mut found: Vec<(usize, Field, i64)> = in_force(overrides, customers, &index)
        .into_iter()
        .flat_map(|(at, fields)| fields.into_iter().map(move |(field, entry)| (at, field, entry.id.0)))
        .collect();
    found.sort_unstable();
    found
}

fn typed(id: i64, members: &[u32]) -> Override {
    entry(id, members, Field::City, Word::Type("Upton".into()))
}

#[test]
fn an_entry_goes_with_most_of_its_records() {
    assert_eq!(held(&[typed(1, &[1, 2, 3])], &[&[1], &[2, 3, 9]]), [(1, Field::City, 1)]);
    // As many on both sides: the smallest record key decides, in any order of customers.
    assert_eq!(held(&[typed(1, &[1, 2])], &[&[2], &[1]]), [(1, Field::City, 1)]);
    assert_eq!(held(&[typed(1, &[7])], &[&[1], &[2]]), [], "no record of it is left");
}

#[test]
fn of_two_in_one_customer_the_newest_holds_and_a_give_back_ends_them() {
    let both = [typed(1, &[1]), typed(2, &[2])];
    assert_eq!(held(&both, &[&[1, 2]]), [(0, Field::City, 2)]);
    assert_eq!(held(&both, &[&[1], &[2]]), [(0, Field::City, 1), (1, Field::City, 2)]);
    let mut given_back = both.to_vec();
    given_back.push(entry(3, &[1, 2], Field::City, Word::GiveBack));
    assert_eq!(held(&given_back, &[&[1, 2]]), []);
    given_back[2].undone_by = Some(DecisionId(4));
    assert_eq!(held(&given_back, &[&[1, 2]]), [(0, Field::City, 2)]);
}

#[test]
fn a_taken_value_goes_where_its_record_goes() {
    let taken = entry(1, &[1, 2, 3], Field::Email, Word::Take(key(1)));
    assert_eq!(held(&[taken], &[&[2, 3], &[1]]), [(1, Field::Email, 1)]);
}
