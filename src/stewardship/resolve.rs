//! Clusters become customers with stable keys. Flow: clusters + identity registry -> key per record, births, retirements.
//!
//! A customer keeps its key as long as most of its records stay together; a key that lost all its records retires into the
//! customer that took most of them and stays known as an alias. Where its records are parted from that customer again, it comes back.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{CustomerKey, RecordKey};

/// The registry of control.db: which record belongs to which customer, and which keys have retired.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    pub key_of: BTreeMap<RecordKey, CustomerKey>,
    /// Retired key -> the key that replaced it.
    pub retired: BTreeMap<CustomerKey, CustomerKey>,
    /// Retired key -> the records that it held when it retired.
    pub retired_members: BTreeMap<CustomerKey, BTreeSet<RecordKey>>,
    /// The next key that was never used.
    pub next: u64,
}

impl Identity {
    /// The part of the registry that concerns these records.
    pub fn of(&self, keys: &[RecordKey]) -> Self {
        let concerned: BTreeSet<&RecordKey> = keys.iter().collect();
        let held = self.retired_members.iter().filter(|(_, members)| members.iter().any(|key| concerned.contains(key)));
        let retired_members: BTreeMap<_, _> = held.map(|(key, members)| (*key, members.clone())).collect();
        Self {
            key_of: concerned.iter().filter_map(|key| Some(((*key).clone(), *self.key_of.get(*key)?))).collect(),
            retired: retired_members.keys().filter_map(|old| Some((*old, *self.retired.get(old)?))).collect(),
            retired_members,
            next: self.next,
        }
    }
}

/// Records that left a customer for another one, while both go on: neither was joined whole into the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub from: CustomerKey,
    pub to: CustomerKey,
    pub records: u64,
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

impl Resolution {
    /// Who left whom for whom, by keys.
    pub fn moved(&self, keys: &[RecordKey], before: &Identity) -> Vec<Moved> {
        let lived: FxHashSet<CustomerKey> = before.key_of.values().copied().collect();
        let mut found: BTreeMap<(CustomerKey, CustomerKey), u64> = BTreeMap::new();
        for (record, to) in keys.iter().zip(&self.key_of_record) {
            if let Some(from) = before.key_of.get(record)
                && from != to
                && lived.contains(to)
                && !self.identity.retired.contains_key(from)
            {
                *found.entry((*from, *to)).or_default() += 1;
            }
        }
        found.into_iter().map(|((from, to), records)| Moved { from, to, records }).collect()
    }
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

    let mut held = claims(keys, &clusters, before);
    revive(keys, &clusters, before, &mut held);
    let mut identity = Identity { next: before.next.max(FIRST_KEY), ..before.clone() };
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
        identity.retired_members.remove(&key);
        for record in records {
            key_of_record[*record] = key;
            identity.key_of.insert(keys[*record].clone(), key);
        }
    }
    retire(keys, before, &mut identity);
    Resolution { key_of_record, identity, born }
}

/// Which cluster holds which living key: the one with most of the key's records; of two keys in one cluster the one with more
/// records there, then the older. Where a key's records are parted, those that it took over from a retired key do not count.
fn claims(keys: &[RecordKey], clusters: &[Vec<usize>], before: &Identity) -> FxHashMap<usize, CustomerKey> {
    let taken_over: FxHashSet<(CustomerKey, &RecordKey)> = before
        .retired_members
        .iter()
        .filter_map(|(old, records)| Some((*before.retired.get(old)?, records)))
        .flat_map(|(target, records)| records.iter().map(move |record| (target, record)))
        .collect();
    let mut shares: Vec<(usize, CustomerKey, usize, usize)> = Vec::new();
    let mut parts: FxHashMap<CustomerKey, usize> = FxHashMap::default();
    for (at, records) in clusters.iter().enumerate() {
        let mut counts: BTreeMap<CustomerKey, (usize, usize)> = BTreeMap::new();
        for record in records {
            if let Some(key) = before.key_of.get(&keys[*record]) {
                let (all, own) = counts.entry(*key).or_default();
                *all += 1;
                *own += usize::from(!taken_over.contains(&(*key, &keys[*record])));
            }
        }
        for (key, (all, own)) in counts {
            shares.push((at, key, all, own));
            *parts.entry(key).or_default() += 1;
        }
    }
    let is_parted = |key: &CustomerKey| parts.get(key).is_some_and(|parts| *parts > 1);
    shares.sort_by_key(|(at, key, all, own)| {
        (std::cmp::Reverse(if is_parted(key) { *own } else { *all }), std::cmp::Reverse(*all), *key, *at)
    });
    let mut held = FxHashMap::default();
    give(shares.into_iter().map(|(at, key, ..)| (at, key)), &mut held);
    held
}

/// Clusters that no living key claims get back the retired key that held most of their records; of two the one that held fewer others.
fn revive(keys: &[RecordKey], clusters: &[Vec<usize>], before: &Identity, held: &mut FxHashMap<usize, CustomerKey>) {
    let mut held_by: FxHashMap<&RecordKey, Vec<CustomerKey>> = FxHashMap::default();
    for (old, records) in &before.retired_members {
        for record in records {
            held_by.entry(record).or_default().push(*old);
        }
    }
    let mut shares: Vec<(usize, CustomerKey, usize)> = Vec::new();
    for (at, records) in clusters.iter().enumerate().filter(|(at, _)| !held.contains_key(at)) {
        let mut counts: BTreeMap<CustomerKey, usize> = BTreeMap::new();
        for old in records.iter().filter_map(|record| held_by.get(&keys[*record])).flatten() {
            *counts.entry(*old).or_default() += 1;
        }
        shares.extend(counts.into_iter().map(|(key, count)| (at, key, count)));
    }
    shares.sort_by_key(|(at, key, count)| (std::cmp::Reverse(*count), before.retired_members[key].len(), *key, *at));
    give(shares.into_iter().map(|(at, key, _)| (at, key)), held);
}

/// In the order of the claims: every cluster at most one key, every key at most one cluster.
fn give(claims: impl Iterator<Item = (usize, CustomerKey)>, held: &mut FxHashMap<usize, CustomerKey>) {
    let mut taken: FxHashSet<CustomerKey> = held.values().copied().collect();
    for (at, key) in claims {
        if !held.contains_key(&at) && taken.insert(key) {
            held.insert(at, key);
        }
    }
}

/// Keys that hold no record any more remember those they had, and point to where most of them are.
fn retire(keys: &[RecordKey], before: &Identity, identity: &mut Identity) {
    let alive: BTreeSet<CustomerKey> = identity.key_of.values().copied().collect();
    for key in keys {
        if let Some(old) = before.key_of.get(key)
            && !alive.contains(old)
        {
            identity.retired_members.entry(*old).or_default().insert(key.clone());
        }
    }
    for (old, records) in &identity.retired_members {
        let mut went: BTreeMap<CustomerKey, usize> = BTreeMap::new();
        for target in records.iter().filter_map(|record| identity.key_of.get(record)) {
            *went.entry(*target).or_default() += 1;
        }
        if let Some((target, _)) = went.into_iter().max_by_key(|(target, count)| (*count, std::cmp::Reverse(*target))) {
            identity.retired.insert(*old, target);
        }
    }
    follow_chains(identity);
}

/// An alias always names a living key.
fn follow_chains(identity: &mut Identity) {
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
