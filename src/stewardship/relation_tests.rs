use super::*;
use crate::stewardship::fixture;

fn key(id: u32) -> RecordKey {
    RecordKey::new("s", id.to_string())
}

fn decision(id: i64, answer: Answer, relation: Option<Relation>, groups: &[&[u32]]) -> Decision {
    Decision { relation, ..fixture::decision(id, answer, fixture::numbered(groups)) }
}

#[test]
fn related_customers_are_kept_both_ways_until_somebody_says_otherwise() {
    let index = (0..4).map(|id| (key(id), id)).collect();
    let keys = [1001, 1001, 1002, 1003].map(CustomerKey);
    let related = decision(1, Answer::Related, Some(Relation::Household), &[&[0, 1], &[2]]);
    let found = relations(std::slice::from_ref(&related), &index, &keys);
    let both = [(CustomerKey(1001), CustomerKey(1002)), (CustomerKey(1002), CustomerKey(1001))];
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), both);
    assert!(found.values().all(|said| *said == (Relation::Household, DecisionId(1))));
    let different = decision(2, Answer::Different, None, &[&[0], &[2]]);
    assert!(relations(&[related, different], &index, &keys).is_empty());
}
