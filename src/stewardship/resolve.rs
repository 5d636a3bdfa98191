//! Clusters become customers with stable keys. Flow: clusters + identity registry -> key per record, births, retirements.
//!
//! A customer keeps its key as long as most of its records stay together; a key that lost all its records retires into the
//! customer that took most of them and stays known as an alias.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::base::{CustomerKey, RecordKey};

/// The registry of control.db: which record belongs to which customer, and which keys have retired.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    pub key_of: BTreeMap<RecordKey, CustomerKey>,
    /// Retired key -> the key that replaced it.
    pub retired: BTreeMap<CustomerKey, CustomerKey>,
    /// The next key that was never used.
    pub next: u64,
}

/// First key ever given: four digits from the start read better than one.
pub const FIRST_KEY: u64 = 1001;

/// A cluster's key per record, and the registry as it is afterwards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolution {
    /// Per record, in the order of the records.
    pub key_of_record: Vec<CustomerKey>,
    pub identity: Identity,
    pub born: Vec<CustomerKey>,
}

/// Gives every cluster its key. `cluster[i]` names the cluster of `keys[i]`; names of clusters mean nothing.
/// The result depends on record keys alone, not on the order of records.
pub fn assign_keys(keys: &[RecordKey], cluster: &[u32], before: &Identity) -> Resolution {
    let mut members: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (at, name) in cluster.iter().enumerate() {
        members.entry(*name).or_default().push(at);
    }
    let mut clusters: Vec<Vec<usize>> = members.into_values().collect();
    for records in &mut clusters {
        records.sort_by(|a, b| keys[*a].cmp(&keys[*b]));
    }
    clusters.sort_by(|a, b| keys[a[0]].cmp(&keys[b[0]]));

    let held = claims(keys, &clusters, before);
    let mut identity = Identity { key_of: before.key_of.clone(), retired: before.retired.clone(), next: before.next.max(FIRST_KEY) };
    let mut key_of_record = vec![CustomerKey(0); keys.len()];
    let mut born = Vec::new();
    for (at, records) in clusters.iter().enumerate() {
        let key = held.get(&at).copied().unwrap_or_else(|| {
            let key = CustomerKey(identity.next);
            identity.next += 1;
            born.push(key);
            key
        });
        identity.retired.remove(&key);
        for record in records {
            key_of_record[*record] = key;
            identity.key_of.insert(keys[*record].clone(), key);
        }
    }
    retire(keys, &key_of_record, before, &mut identity);
    Resolution { key_of_record, identity, born }
}

/// Which cluster holds which old key: the one with most of the key's records; of two keys in one cluster the one with more
/// records there, then the older.
fn claims(keys: &[RecordKey], clusters: &[Vec<usize>], before: &Identity) -> FxHashMap<usize, CustomerKey> {
    let mut shares: Vec<(usize, CustomerKey, usize)> = Vec::new();
    for (at, records) in clusters.iter().enumerate() {
        let mut counts: BTreeMap<CustomerKey, usize> = BTreeMap::new();
        for record in records {
            if let Some(key) = before.key_of.get(&keys[*record]) {
                *counts.entry(*key).or_default() += 1;
            }
        }
        shares.extend(counts.into_iter().map(|(key, count)| (at, key, count)));
    }
    shares.sort_by_key(|(at, key, count)| (std::cmp::Reverse(*count), *key, *at));
    let mut held: FxHashMap<usize, CustomerKey> = FxHashMap::default();
    let mut taken: FxHashMap<CustomerKey, usize> = FxHashMap::default();
    for (at, key, _) in shares {
        if !held.contains_key(&at) && !taken.contains_key(&key) {
            held.insert(at, key);
            taken.insert(key, at);
        }
    }
    held
}

/// Keys that hold no record any more point to where most of their records went.
fn retire(keys: &[RecordKey], key_of_record: &[CustomerKey], before: &Identity, identity: &mut Identity) {
    let alive: std::collections::BTreeSet<CustomerKey> = identity.key_of.values().copied().collect();
    let mut went: BTreeMap<CustomerKey, BTreeMap<CustomerKey, usize>> = BTreeMap::new();
    for (at, key) in keys.iter().enumerate() {
        if let Some(old) = before.key_of.get(key)
            && !alive.contains(old)
        {
            *went.entry(*old).or_default().entry(key_of_record[at]).or_default() += 1;
        }
    }
    for (old, targets) in went {
        if let Some((target, _)) = targets.into_iter().max_by_key(|(target, count)| (*count, std::cmp::Reverse(*target))) {
            identity.retired.insert(old, target);
        }
    }
    // A chain of retirements is followed to its end, so that an alias always names a living key.
    let ends: Vec<(CustomerKey, CustomerKey)> = identity
        .retired
        .iter()
        .map(|(old, target)| {
            let (mut end, mut steps) = (*target, 0);
            while let Some(next) = identity.retired.get(&end)
                && steps < identity.retired.len()
            {
                end = *next;
                steps += 1;
            }
            (*old, end)
        })
        .collect();
    identity.retired = ends.into_iter().collect();
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
