//! A whole table against the index: what came, what changed, what is gone.

use rayon::prelude::*;

use super::Index;
use super::lists::number;
use crate::base::RunCtx;
use crate::base::hash::stable_64;
use crate::matching::error::MatchError;
use crate::matching::fields::{Inputs, habits_of};
use crate::matching::records::Records;

/// What makes the index hold a table and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Rows whose source and id are not known, ascending.
    pub new: Vec<u32>,
    /// Rows that say something else than the record with their source and id, ascending.
    pub changed: Vec<u32>,
    /// Records of the index that the table does not have.
    pub gone: Vec<u32>,
    /// Per row the record that says the same; `None` for the rows above.
    pub record_of: Vec<Option<u32>>,
}

impl Difference {
    /// Records that come, change or go.
    pub fn len(&self) -> usize {
        self.new.len() + self.changed.len() + self.gone.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Index {
    /// Compares a whole table with what is held, by sources and ids and by what the records say in the columns that fields read.
    /// `None` where two rows have the same source and id.
    pub fn difference(&self, records: &Records) -> Option<Difference> {
        let said = Inputs::of(records, &self.settings).hashes();
        let source = |row: u32| records.sources[usize::from(records.source[row as usize])].as_str();
        let held: Vec<u32> = self.records().collect();
        let mut old: Vec<(u64, u32)> =
            held.into_par_iter().map(|record| (name_hash(self.name(record).0, self.name(record).1), record)).collect();
        let mut now: Vec<(u64, u32)> =
            (0..number(records.len())).into_par_iter().map(|row| (name_hash(source(row), records.id(row)), row)).collect();
        old.par_sort_unstable();
        now.par_sort_unstable();
        let is_same = |row: u32, record: u32| self.name(record) == (source(row), records.id(row));
        let mut found = Difference { record_of: vec![None; records.len()], ..Difference::default() };
        let mut old = old.into_iter().peekable();
        let mut before = None;
        for (name, row) in now {
            // Two names of one hash are as unlikely as they are unwelcome.
            if before.replace(name) == Some(name) {
                return None;
            }
            while let Some((_, record)) = old.next_if(|(other, _)| *other < name) {
                found.gone.push(record);
            }
            match old.next_if(|(other, _)| *other == name) {
                None => found.new.push(row),
                Some((_, record)) if !is_same(row, record) => return None,
                Some((_, record)) if self.said[record as usize] == said[row as usize] => found.record_of[row as usize] = Some(record),
                Some(_) => found.changed.push(row),
            }
        }
        found.gone.extend(old.map(|(_, record)| record));
        found.new.sort_unstable();
        found.changed.sort_unstable();
        found.gone.sort_unstable();
        Some(found)
    }

    /// Hash of sources, ids and what the records say; their order and numbers do not matter.
    pub fn content_hash(&self) -> u64 {
        let held: Vec<u32> = self.records().collect();
        let one = |record: u32| {
            let (source, id) = self.name(record);
            stable_64(&[name_hash(source, id).to_le_bytes(), self.said[record as usize].to_le_bytes()].concat())
        };
        held.into_par_iter().map(one).reduce(|| 0, u64::wrapping_add)
    }

    /// Whether a full match of a table would read its dates as this index does.
    pub fn reads_alike(&self, records: &Records, ctx: &RunCtx) -> Result<bool, MatchError> {
        Ok(habits_of(records, &self.settings, ctx)? == self.habits)
    }

    /// Per row of a table its cluster, numbered by first row; `record_of` names the record of each.
    pub fn clusters_by_row(&self, record_of: &[u32]) -> Vec<u32> {
        let mut names = vec![u32::MAX; self.next_cluster as usize];
        let mut next = 0;
        record_of
            .iter()
            .map(|record| {
                let name = &mut names[self.cluster(*record) as usize];
                if *name == u32::MAX {
                    *name = next;
                    next += 1;
                }
                *name
            })
            .collect()
    }
}

fn name_hash(source: &str, id: &str) -> u64 {
    let mut bytes = Vec::with_capacity(source.len() + id.len() + 1);
    bytes.extend_from_slice(source.as_bytes());
    bytes.push(0x1f);
    bytes.extend_from_slice(id.as_bytes());
    stable_64(&bytes)
}
