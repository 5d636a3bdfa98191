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
fn a_chain_of_retirements_ends_at_a_living_key() {
    let first = assign_keys(&keys(6), &[0, 0, 0, 1, 1, 2], &Identity::default());
    let second = assign_keys(&keys(6), &[0, 0, 0, 1, 1, 1], &first.identity);
    let third = assign_keys(&keys(6), &[0, 0, 0, 0, 0, 0], &second.identity);
    assert_eq!(third.identity.retired, [(1002, 1001), (1003, 1001)].map(|(a, b)| (CustomerKey(a), CustomerKey(b))).into_iter().collect());
}

proptest! {
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
