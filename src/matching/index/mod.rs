//! Flow: a finished match -> Index (interned values, blocks of every key, scored pairs, clusters)
//!     batch -> standardised as the whole was -> compared with its blocks by the pinned model -> the components it touches are clustered anew
//!
//! A batch is compared with the whole, never the whole with itself, and nothing is trained. Clusters depend only on the pairs of
//! their own connected component, and the namesake rule only on the clusters next to them, so settling those again gives what a full
//! match with the pinned model would give; so are the questions, which are found over all pairs between clusters. Two exceptions, about
//! what a full match decides from whole columns: the order of dates and whether the first of January means "that year" stay as they
//! were at the build (`reads_alike` tells whether they would still be decided so); and a rule without keys compares with the whole
//! longer than a full match does (`Added::beyond_whole` counts that).

mod blocks;
mod build;
mod candidates;
mod change;
mod columns;
mod file;
mod limits;
mod lists;
mod local;
mod numbers;
mod outcome;
mod pairs;
mod questions;
mod settle;
mod sharing;
mod texts;
mod whole;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

pub use change::{Change, Told, Who};
pub use outcome::{Added, Moved, Placement, State};
pub use whole::Difference;

use super::cluster::Refusal;
use super::comparison::Conflicts;
use super::error::MatchError;
use super::fields::DateHabits;
use super::model::Model;
use super::run::Constraints;
use super::run::ScoredPair;
use super::score::probability_of;
use super::settings::{LinkType, Settings};
use blocks::RuleBlocks;
use lists::Lists;
use pairs::Pairs;
use texts::{Dictionary, Texts};

/// A matched table that takes in more records. Records have numbers that never change: first those of the build in canonical order
/// (by content), then those added.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    model: Model,
    settings: Settings,
    sources: Vec<String>,
    habits: Vec<DateHabits>,
    /// In the order of the settings' fields.
    fields: Vec<Stored>,
    /// Per comparison, where it is an e-mail or phone: per value the different people who carry it.
    people: Vec<Option<Vec<u8>>>,
    source: Vec<u16>,
    /// Hash of a record's standardised content and, of what it said before that, of its inputs; with the id they give the canonical order.
    hash: Vec<u64>,
    said: Vec<u64>,
    ids: Texts,
    alive: Vec<bool>,
    blocks: Vec<RuleBlocks>,
    pairs: Pairs,
    /// Record -> its group: the cluster before namesakes were parted. Numbers of groups mean nothing.
    group: Vec<u32>,
    members: Lists,
    /// Record -> its cluster, as people know it.
    cluster: Vec<u32>,
    next_cluster: u32,
    /// Clusters that joined another -> the one that they are in now.
    aliases: BTreeMap<u32, u32>,
    /// Strong pairs that were not allowed to join their clusters: lower record -> other records, ascending, and why.
    refused: FxHashMap<u32, Vec<(u32, Refusal)>>,
    /// Weakest record of a doubtful cluster -> its match weight and how it is like the one it fits best.
    doubtful: FxHashMap<u32, (f64, String)>,
    /// Standing decisions, as record numbers.
    told: Constraints,
    /// An addition was broken off half-way.
    is_broken: bool,
}

/// A field's distinct values and per record the number of its value.
#[derive(Debug, Clone, Default, PartialEq)]
struct Stored {
    dictionary: Dictionary,
    ids: Vec<u32>,
}

impl Index {
    /// Records that are held; removed ones do not count.
    pub fn len(&self) -> usize {
        self.alive.iter().filter(|alive| **alive).count()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Clusters that hold a record.
    pub fn clusters(&self) -> usize {
        let mut seen = vec![false; self.next_cluster as usize];
        for (cluster, _) in self.cluster.iter().zip(&self.alive).filter(|(_, alive)| **alive) {
            seen[*cluster as usize] = true;
        }
        seen.into_iter().filter(|seen| *seen).count()
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// The source and the id of a record.
    pub fn name(&self, record: u32) -> (&str, &str) {
        (&self.sources[usize::from(self.source[record as usize])], self.ids.get(record))
    }

    /// The cluster of a record; numbers of clusters stay.
    pub fn cluster(&self, record: u32) -> u32 {
        self.cluster[record as usize]
    }

    /// Numbers of the records that are held.
    pub fn records(&self) -> impl Iterator<Item = u32> {
        (0_u32..).zip(&self.alive).filter(|(_, alive)| **alive).map(|(record, _)| record)
    }

    /// Clusters that joined another -> the one that they are in now.
    pub fn aliases(&self) -> &BTreeMap<u32, u32> {
        &self.aliases
    }

    /// The scored pairs of which both records are asked for, each once.
    pub fn pairs_among(&self, records: &[u32]) -> Vec<ScoredPair> {
        let asked: BTreeSet<u32> = records.iter().copied().collect();
        let own = |record: u32| self.pairs.of(record).filter(move |pair| pair.l == record);
        let scored = |pair: pairs::Kept| ScoredPair {
            l: pair.l,
            r: pair.r,
            match_weight: pair.weight,
            match_probability: probability_of(pair.weight),
            gamma: pair.gamma,
            match_key: pair.match_key,
        };
        let both = asked.iter().flat_map(|record| own(*record)).filter(|pair| asked.contains(&pair.r) && pair.weight.is_finite());
        both.map(scored).collect()
    }

    /// Records of a cluster, of which one is known.
    pub fn cluster_of(&self, record: u32) -> Vec<u32> {
        let own = self.cluster(record);
        let group = self.members.get(self.group[record as usize]);
        group.iter().copied().filter(|other| self.cluster(*other) == own).collect()
    }

    /// Numbers of the records with these sources and ids, in their order. Reads over all ids once.
    pub fn find(&self, names: &[(&str, &str)]) -> Vec<Option<u32>> {
        let sources: BTreeMap<&str, u16> = self.sources.iter().map(String::as_str).zip(0_u16..).collect();
        let mut wanted: FxHashMap<(u16, &str), Option<u32>> =
            names.iter().filter_map(|(source, id)| Some(((*sources.get(source)?, *id), None))).collect();
        if !wanted.is_empty() {
            for record in self.records() {
                if let Some(slot) = wanted.get_mut(&(self.source[record as usize], self.ids.get(record))) {
                    *slot = Some(record);
                }
            }
        }
        names.iter().map(|(source, id)| sources.get(source).and_then(|at| *wanted.get(&(*at, *id))?)).collect()
    }

    /// Memory held, without the model.
    pub fn bytes(&self) -> usize {
        let fields: usize = self.fields.iter().map(|field| field.dictionary.bytes() + 4 * field.ids.capacity()).sum();
        let people: usize = self.people.iter().flatten().map(Vec::capacity).sum();
        let blocks: usize = self.blocks.iter().map(RuleBlocks::bytes).sum();
        let records =
            self.source.capacity() * 2 + (self.hash.capacity() + self.said.capacity()) * 8 + self.alive.capacity() + self.ids.bytes();
        let clusters = 4 * (self.group.capacity() + self.cluster.capacity()) + self.members.bytes();
        fields + people + blocks + records + clusters + self.pairs.bytes()
    }

    fn conflicts(&self) -> Result<Conflicts, MatchError> {
        Conflicts::new(&self.settings)
    }

    fn unique_sources(&self) -> Vec<bool> {
        self.sources.iter().map(|source| self.settings.sources_unique.contains(source)).collect()
    }

    fn is_link_only(&self) -> bool {
        self.settings.link_type == LinkType::LinkOnly
    }

    /// Sorts records into canonical order and takes repeated ones out.
    fn in_order(&self, records: &mut Vec<u32>) {
        let key = |record: u32| (self.hash[record as usize], self.said[record as usize]);
        let name = |record: u32| (self.ids.get(record), self.sources[usize::from(self.source[record as usize])].as_str());
        records.par_sort_unstable_by(|a, b| key(*a).cmp(&key(*b)).then_with(|| name(*a).cmp(&name(*b))).then(a.cmp(b)));
        records.dedup();
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod file_tests;
#[cfg(test)]
#[path = "index_tests.rs"]
mod index_tests;
