//! What other decisions would make of the records. Flow: silver's records + the pinned model -> index -> decisions -> clusters -> golden records.
//!
//! The index clusters anew what changed decisions touch, as a run would. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::base::{CustomerKey, RecordKey, RunCtx};
use crate::engine::error::EngineError;
use crate::engine::ops::match_desk;
use crate::engine::ops::run::{match_table, match_under};
use crate::engine::pages::GoldenSide;
use crate::engine::session::Session;
use crate::matching::index::{Change, Index, Who};
use crate::matching::{Constraints, Model};
use crate::stewardship::record::FlagKind;
use crate::stewardship::{
    CustomerRecord, Decision, Field, GoldenRecord, Identity, Override, Rules, assign_keys, constraints_of, golden_record, overrides,
};
use crate::store::silver::all_records;

use super::review::in_words;
use super::sqlite;

/// Made once per silver; it takes as long as a match without training.
#[derive(Debug)]
pub struct WhatIf {
    records: Vec<CustomerRecord>,
    rows: FxHashMap<RecordKey, u32>,
    /// Row -> the index's number.
    number: Vec<u32>,
    index: Mutex<Index>,
    /// Records that use an e-mail, phone or device that several use.
    users: FxHashMap<(Field, Box<str>), Vec<u32>>,
    /// Which record is which customer: only a run changes that, and with it comes another silver.
    identity: Identity,
}

/// Which records are one customer, by row. Names of clusters mean nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clusters(Vec<u32>);

/// Clusters that are in one of two and not in the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Regrouped {
    pub before: Vec<Vec<u32>>,
    pub after: Vec<Vec<u32>>,
}

impl WhatIf {
    /// None before the first run.
    pub fn make(session: &Session) -> Result<Option<Self>, EngineError> {
        let (Some(pinned), decisions, identity) = ({
            let control = session.control();
            (control.pinned_model()?, control.decisions()?, control.identity()?)
        }) else {
            return Ok(None);
        };
        let records = sqlite(all_records(&session.reader_of(None)?))?;
        let rows: FxHashMap<RecordKey, u32> = (0_u32..).zip(&records).map(|(at, record)| (record.key.clone(), at)).collect();
        let told = constraints_of(&decisions, &rows);
        let told = Constraints { must_link: told.must_link, cannot_link: told.cannot_link };
        let config = match_desk::config_of_run(session)?;
        let trained = Model::from_json(&pinned.json)?;
        let table = match_table(&records);
        let ctx = RunCtx::default();
        let (matched, _) = match_under(&table, &config, Some(&trained).filter(|model| config.fits(model)), &told, &ctx)?;
        let (index, _) = Index::of(&table, &config.settings, matched, &told, &ctx)?;
        let names: Vec<(&str, &str)> =
            records.iter().map(|record| (record.key.source_system.as_str(), record.key.source_customer_id.as_str())).collect();
        let number = index.find(&names).into_iter().map(|found| found.unwrap_or(u32::MAX)).collect();
        let users = users_of(&records);
        Ok(Some(Self { rows, number, index: Mutex::new(index), users, records, identity }))
    }

    /// The clusters that these decisions would make.
    pub fn clusters(&self, decisions: &[Decision]) -> Result<Clusters, EngineError> {
        let held = constraints_of(decisions, &self.rows);
        let told = |pairs: &[(u32, u32)]| -> Vec<(Who, Who)> {
            pairs.iter().map(|(l, r)| (Who::Held(self.number[*l as usize]), Who::Held(self.number[*r as usize]))).collect()
        };
        let (must, cannot) = (told(&held.must_link), told(&held.cannot_link));
        // A panic while it was held may leave it half changed; it then refuses every later change.
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        index.change(&Change { told: Some((&must, &cannot)), ..Change::default() }, &RunCtx::default())?;
        Ok(Clusters(self.number.iter().map(|number| index.cluster(*number)).collect()))
    }

    pub fn record(&self, row: u32) -> &CustomerRecord {
        &self.records[row as usize]
    }

    pub fn row(&self, key: &RecordKey) -> Option<u32> {
        self.rows.get(key).copied()
    }

    /// The customer that a record is of as the registry has it.
    pub fn key_of(&self, row: u32) -> Option<CustomerKey> {
        self.identity.key_of.get(&self.record(row).key).copied()
    }

    /// The customers that clusters would be, with their keys: keys by the registry of all records in sight.
    pub fn keys(&self, groups: &[Vec<u32>]) -> Vec<Option<CustomerKey>> {
        let members: Vec<u32> = groups.iter().flatten().copied().collect();
        let keys: Vec<RecordKey> = members.iter().map(|row| self.record(*row).key.clone()).collect();
        let identity = self.identity.of(&keys);
        let cluster: Vec<u32> = (0_u32..).zip(groups).flat_map(|(at, group)| std::iter::repeat_n(at, group.len())).collect();
        let found = assign_keys(&keys, &cluster, &identity);
        let mut of_group: Vec<Option<CustomerKey>> = vec![None; groups.len()];
        for (at, key) in cluster.iter().zip(&found.key_of_record) {
            of_group[*at as usize] = Some(*key).filter(|key| !found.born.contains(key));
        }
        of_group
    }

    /// The golden records of some of the clusters.
    pub fn golden(&self, all: &Clusters, groups: &[Vec<u32>], words: &[Override], rules: &Rules) -> Vec<GoldenRecord> {
        let everybody = all.groups();
        let borrowed: Vec<&[u32]> = everybody.iter().map(Vec::as_slice).collect();
        let said = overrides::in_force(words, &borrowed, &self.rows);
        let place: FxHashMap<u32, usize> = everybody.iter().enumerate().filter_map(|(at, group)| Some((*group.first()?, at))).collect();
        let is_shared = |field: Field, value: &str| {
            let users = self.users.get(&(field, Box::from(value)));
            users.is_some_and(|rows| rows.iter().any(|row| all.0[*row as usize] != all.0[rows[0] as usize]))
        };
        let one = |group: &Vec<u32>| {
            let records: Vec<&CustomerRecord> = group.iter().map(|row| self.record(*row)).collect();
            let words = group.first().and_then(|first| place.get(first)).and_then(|at| said.get(at));
            golden_record(&records, &is_shared, rules, words)
        };
        groups.iter().map(one).collect()
    }

    /// Clusters as a difference shows them.
    pub fn sides(
        &self,
        session: &Session,
        all: &Clusters,
        groups: &[Vec<u32>],
        words: &[Override],
        branches: &BTreeMap<String, String>,
    ) -> Result<Vec<GoldenSide>, EngineError> {
        let rules = crate::engine::ops::steward::golden::rules_of(session)?;
        let keys = self.keys(groups);
        let golden = self.golden(all, groups, words, &rules);
        Ok(groups
            .iter()
            .zip(keys)
            .zip(golden)
            .map(|((group, customer), golden)| GoldenSide {
                customer,
                records: group.iter().map(|row| self.record(*row).key.clone()).collect(),
                fields: Field::ALL
                    .iter()
                    .filter_map(|field| Some((field.label().to_owned(), in_words(*field, golden.value(*field)?, branches))))
                    .collect(),
            })
            .collect())
    }
}

impl Clusters {
    /// All clusters, each in the order of its rows, by their first.
    pub fn groups(&self) -> Vec<Vec<u32>> {
        let mut place: FxHashMap<u32, usize> = FxHashMap::default();
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for (row, name) in (0_u32..).zip(&self.0) {
            let at = *place.entry(*name).or_insert(groups.len());
            if at == groups.len() {
                groups.push(Vec::new());
            }
            groups[at].push(row);
        }
        groups
    }

    pub fn count(&self) -> u64 {
        self.0.iter().collect::<rustc_hash::FxHashSet<_>>().len() as u64
    }

    /// The cluster of a record.
    pub fn group_of(&self, row: u32) -> Vec<u32> {
        let name = self.0[row as usize];
        (0_u32..).zip(&self.0).filter(|(_, other)| **other == name).map(|(row, _)| row).collect()
    }

    /// What is grouped otherwise in `later`.
    pub fn regrouped(&self, later: &Self) -> Regrouped {
        let (before, after) = (self.groups(), later.groups());
        let (known, new): (BTreeSet<&Vec<u32>>, BTreeSet<&Vec<u32>>) = (before.iter().collect(), after.iter().collect());
        Regrouped {
            before: before.iter().filter(|group| !new.contains(group)).cloned().collect(),
            after: after.iter().filter(|group| !known.contains(group)).cloned().collect(),
        }
    }
}

/// Values that more than one record uses; stand-ins do not count.
fn users_of(records: &[CustomerRecord]) -> FxHashMap<(Field, Box<str>), Vec<u32>> {
    let mut users: FxHashMap<(Field, Box<str>), Vec<u32>> = FxHashMap::default();
    for (row, record) in (0_u32..).zip(records) {
        for field in [Field::Email, Field::Phone, Field::DeviceId] {
            if let Some(value) = record.get(field).filter(|_| !record.is_flagged(field, FlagKind::Placeholder)) {
                users.entry((field, Box::from(value))).or_default().push(row);
            }
        }
    }
    users.retain(|_, rows| rows.len() > 1);
    users
}
