use super::*;
use crate::base::ItemId;

fn key(id: u32) -> RecordKey {
    RecordKey::new("s", id.to_string())
}

fn decision(id: i64, answer: Answer, relation: Option<Relation>, groups: &[&[u32]]) -> Decision {
    let groups: Vec<Vec<RecordKey>> = groups.iter().map(|g| g.iter().map(|n| key(*n)).collect()).collect();
    Decision {
        id: DecisionId(id),
        item: ItemId::of(&groups),
        answer,
        groups,
        whole_groups: false,
        was_one: false,
        relation,
        match_weight: None,
        batch: None,
        author: "a".into(),
        decided_at: String::new(),
        reason: None,
        fingerprint: 0,
        summary: String::new(),
        undone_by: None,
    }
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
