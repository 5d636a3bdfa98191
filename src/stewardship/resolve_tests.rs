use proptest::prelude::*;

use super::*;

fn keys(n: usize) -> Vec<RecordKey> {
    (0..n).map(|i| RecordKey::new("s", format!("{i:03}"))).collect()
}

#[test]
fn new_clusters_get_new_keys_in_the_order_of_their_records() {
    let found = assign_keys(&keys(4), &[7, 3, 7, 9], &Identity::default());
    assert_eq!(found.key_of_record, [1001, 1002, 1001, 1003].map(CustomerKey));
    assert_eq!(found.born.len(), 3);
}

#[test]
fn a_second_run_changes_nothing() {
    let first = assign_keys(&keys(4), &[0, 1, 0, 2], &Identity::default());
    let second = assign_keys(&keys(4), &[5, 6, 5, 7], &first.identity);
    assert_eq!(second.key_of_record, first.key_of_record);
    assert_eq!(second.identity, first.identity);
    assert!(second.born.is_empty());
}

#[test]
fn a_merge_leaves_an_alias_and_a_split_keeps_the_key_with_the_larger_part() {
    let first = assign_keys(&keys(4), &[0, 0, 1, 1], &Identity::default());
    let merged = assign_keys(&keys(4), &[0, 0, 0, 0], &first.identity);
    assert_eq!(merged.key_of_record, [CustomerKey(1001); 4]);
    assert_eq!(merged.identity.retired.get(&CustomerKey(1002)), Some(&CustomerKey(1001)));
    let split = assign_keys(&keys(4), &[0, 1, 1, 1], &merged.identity);
    assert_eq!(split.key_of_record, [1003, 1001, 1001, 1001].map(CustomerKey));
}

#[test]
fn a_record_that_goes_to_another_living_customer_is_told() {
    let first = assign_keys(&keys(5), &[0, 0, 0, 1, 1], &Identity::default());
    let moved = |cluster: &[u32]| assign_keys(&keys(5), cluster, &first.identity).moved(&keys(5), &first.identity);
    assert_eq!(moved(&[0, 0, 1, 1, 1]), [Moved { from: CustomerKey(1001), to: CustomerKey(1002), records: 1 }]);
    assert_eq!(moved(&[0, 0, 0, 0, 0]), [], "joined whole");
    assert_eq!(moved(&[0, 0, 2, 1, 1]), [], "cut off, to a customer of its own");
}

#[test]
fn a_chain_of_retirements_ends_at_a_living_key() {
    let first = assign_keys(&keys(6), &[0, 0, 0, 1, 1, 2], &Identity::default());
    let second = assign_keys(&keys(6), &[0, 0, 0, 1, 1, 1], &first.identity);
    let third = assign_keys(&keys(6), &[0, 0, 0, 0, 0, 0], &second.identity);
    assert_eq!(third.identity.retired, [(1002, 1001), (1003, 1001)].map(|(a, b)| (CustomerKey(a), CustomerKey(b))).into_iter().collect());
}

#[test]
fn parted_again_every_customer_has_the_key_it_had() {
    let first = assign_keys(&keys(6), &[0, 0, 1, 1, 2, 3], &Identity::default());
    for joined in [[0, 0, 0, 0, 2, 3], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]] {
        let merged = assign_keys(&keys(6), &joined, &first.identity);
        let parted = assign_keys(&keys(6), &[0, 0, 1, 1, 2, 3], &merged.identity);
        assert_eq!(parted.key_of_record, first.key_of_record);
        assert_eq!(parted.identity, first.identity);
    }
}

#[test]
fn a_key_that_comes_back_from_a_chain_takes_its_aliases_along() {
    let first = assign_keys(&keys(6), &[0, 0, 0, 1, 1, 2], &Identity::default());
    let second = assign_keys(&keys(6), &[0, 0, 0, 1, 1, 1], &first.identity);
    let third = assign_keys(&keys(6), &[0; 6], &second.identity);
    let back = assign_keys(&keys(6), &[0, 0, 0, 1, 1, 1], &third.identity);
    assert_eq!(back.identity, second.identity);
    assert_eq!(assign_keys(&keys(6), &[0, 0, 0, 1, 1, 2], &back.identity).identity, first.identity);
    let other_way = assign_keys(&keys(6), &[0, 0, 0, 0, 0, 2], &third.identity);
    assert_eq!(other_way.key_of_record[5], CustomerKey(1003));
}

#[test]
fn a_record_that_came_later_does_not_pull_the_key_over() {
    let first = assign_keys(&keys(4), &[0, 0, 1, 1], &Identity::default());
    let merged = assign_keys(&keys(5), &[0, 0, 0, 0, 0], &first.identity);
    let parted = assign_keys(&keys(5), &[0, 0, 1, 1, 1], &merged.identity);
    assert_eq!(parted.key_of_record, [1001, 1001, 1002, 1002, 1002].map(CustomerKey));
}

proptest! {
    #[test]
    fn parting_gives_back_what_joining_took(cluster in prop::collection::vec(0_u32..8, 12), joins in prop::collection::vec((0_u32..8, 0_u32..8), 0..6)) {
        let keys = keys(12);
        let first = assign_keys(&keys, &cluster, &Identity::default());
        let mut joined = cluster.clone();
        let mut identity = first.identity.clone();
        for (a, b) in joins {
            joined.iter_mut().filter(|name| **name == b).for_each(|name| *name = a);
            identity = assign_keys(&keys, &joined, &identity).identity;
        }
        let parted = assign_keys(&keys, &cluster, &identity);
        prop_assert_eq!(parted.identity, first.identity);
    }

    #[test]
    fn every_cluster_has_one_key_of_its_own(a in prop::collection::vec(0_u32..5, 12), b in prop::collection::vec(0_u32..5, 12)) {
        let keys = keys(12);
        let first = assign_keys(&keys, &a, &Identity::default());
        let second = assign_keys(&keys, &b, &first.identity);
        for i in 0..12 {
            for j in 0..12 {
                prop_assert_eq!(b[i] == b[j], second.key_of_record[i] == second.key_of_record[j]);
            }
        }
        for (old, new) in &second.identity.retired {
            prop_assert!(!second.key_of_record.contains(old));
            prop_assert!(second.key_of_record.contains(new));
        }
    }
}
