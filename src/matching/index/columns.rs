//! New records at the end of the index's columns.

use super::Index;
use super::lists::number;
use crate::matching::error::MatchError;
use crate::matching::fields::{Fields, NULL};

/// The cluster of a record that has none yet.
pub(super) const NONE: u32 = u32::MAX;

/// Room for more at the end: doubling, as vectors do it, would cost a million records for a thousand.
pub(super) fn make_room<T>(column: &mut Vec<T>, more: usize) {
    if column.capacity() - column.len() < more {
        column.reserve_exact(more.max(column.len() / 32));
    }
}

impl Index {
    /// Appends the records at `places` of a standardised batch. `source[s]` is the index's number of the batch's source s,
    /// `named[p]` hash of the inputs and id of the p-th place. Returns the first of their numbers.
    pub(super) fn append(&mut self, batch: &Fields, places: &[u32], source: &[u16], named: &[(u64, &str)]) -> Result<u32, MatchError> {
        let first = number(self.source.len());
        if self.source.len() + places.len() >= 1 << 31 {
            return Err(MatchError::TooManyRecords { found: self.source.len() + places.len(), limit: 1 << 31 });
        }
        for (stored, field) in self.fields.iter_mut().zip(&batch.fields) {
            // Values get their numbers in the order of their text, whatever the order of the rows.
            let mut is_used = vec![false; field.values.len()];
            for value in places.iter().map(|place| field.ids[*place as usize]).filter(|value| *value != NULL) {
                is_used[value as usize] = true;
            }
            let mut own = vec![NULL; field.values.len()];
            for (at, value) in field.values.iter().enumerate().filter(|(at, _)| is_used[*at]) {
                let full = || MatchError::IndexFull { what: format!("field \"{}\"", field.name) };
                own[at] = stored.dictionary.intern(&value.text).ok_or_else(full)?;
            }
            make_room(&mut stored.ids, places.len());
            stored.ids.extend(places.iter().map(|place| own.get(field.ids[*place as usize] as usize).copied().unwrap_or(NULL)));
        }
        for at in 0..self.people.len() {
            let values = self.fields[self.field_of(at)?].dictionary.len();
            if let Some(people) = &mut self.people[at] {
                people.resize(values, 1);
            }
        }
        let more = places.len();
        make_room(&mut self.source, more);
        make_room(&mut self.hash, more);
        make_room(&mut self.said, more);
        make_room(&mut self.alive, more);
        make_room(&mut self.cluster, more);
        make_room(&mut self.group, more);
        for (place, (said, id)) in places.iter().zip(named) {
            self.source.push(source[usize::from(batch.source[*place as usize])]);
            self.hash.push(batch.hash[*place as usize]);
            self.said.push(*said);
            if !self.ids.push(id) {
                return Err(MatchError::IndexFull { what: "ids".to_owned() });
            }
            self.alive.push(true);
            self.cluster.push(NONE);
            let group = self.members.len();
            self.members.set(group, vec![number(self.group.len())]);
            self.group.push(group);
        }
        Ok(first)
    }
}
