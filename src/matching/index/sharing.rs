//! Values that several people carry: counted anew where carriers came or went.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Index;
use super::local::Local;
use crate::matching::error::MatchError;
use crate::matching::fields::NULL;
use crate::matching::generics::{CARRIERS_LIMIT, Sharing, people_in};
use crate::matching::settings::ComparisonKind;

impl Index {
    /// Counts the people of every value that `seeds` (records that came or went) carry. Returns the records whose value counts
    /// otherwise now (one person's, shared, generic): all their pairs weigh something else.
    pub(super) fn recount_people(&mut self, seeds: &[u32]) -> Result<Vec<u32>, MatchError> {
        let conflicts = self.conflicts()?;
        let given = self.settings.comparisons.iter().find(|c| c.kind == ComparisonKind::GivenName).map(|c| c.field.clone());
        let given = given.and_then(|name| self.settings.fields.iter().position(|field| field.name == name));
        let mut changed: Vec<u32> = Vec::new();
        for at in 0..self.people.len() {
            if self.people[at].is_none() {
                continue;
            }
            let field = self.field_of(at)?;
            let carriers = self.carriers(field, seeds.iter().chain(&changed));
            let named = |record: &u32| given.is_none_or(|given| self.fields[given].ids[*record as usize] != NULL);
            let looked_at: FxHashMap<u32, Vec<u32>> = carriers
                .iter()
                .filter(|(_, records)| records.len() > 1)
                .map(|(value, records)| (*value, records.iter().copied().filter(named).take(CARRIERS_LIMIT).collect()))
                .collect();
            let local = Local::new(self, looked_at.values().flatten().copied().collect(), false);
            let comparer = local.comparer(self, at)?;
            let mut counted = Vec::with_capacity(carriers.len());
            for value in carriers.keys() {
                let people = looked_at.get(value).map_or(1, |records| {
                    let places: Vec<u32> = records.iter().filter_map(|record| local.at(*record)).collect();
                    people_in(&comparer, &self.settings, &conflicts, at, &places)
                });
                counted.push((*value, people));
            }
            let Some(people) = self.people[at].as_mut() else { continue };
            for (value, count) in counted {
                let before = std::mem::replace(&mut people[value as usize], count);
                if Sharing::class(before) != Sharing::class(count) {
                    changed.extend(&carriers[&value]);
                }
            }
        }
        self.in_order(&mut changed);
        Ok(changed)
    }

    /// The field that a comparison reads.
    pub(super) fn field_of(&self, comparison: usize) -> Result<usize, MatchError> {
        let comparison = &self.settings.comparisons[comparison];
        self.settings.fields.iter().position(|field| field.name == comparison.field).ok_or_else(|| MatchError::NoSuchField {
            place: format!("comparison \"{}\"", comparison.output_column_name),
            field: comparison.field.clone(),
        })
    }

    /// Per value that one of `seeds` carries, its living carriers in canonical order.
    fn carriers<'a>(&self, field: usize, seeds: impl Iterator<Item = &'a u32>) -> FxHashMap<u32, Vec<u32>> {
        let ids = &self.fields[field].ids;
        let values: FxHashSet<u32> = seeds.map(|record| ids[*record as usize]).filter(|value| *value != NULL).collect();
        let mut found: FxHashMap<u32, Vec<u32>> = values.iter().map(|value| (*value, Vec::new())).collect();
        if values.is_empty() {
            return found;
        }
        let mut is_wanted = vec![false; self.fields[field].dictionary.len()];
        for value in &values {
            is_wanted[*value as usize] = true;
        }
        for (record, value) in (0_u32..).zip(ids) {
            if is_wanted.get(*value as usize).copied().unwrap_or(false)
                && self.alive[record as usize]
                && let Some(records) = found.get_mut(value)
            {
                records.push(record);
            }
        }
        for records in found.values_mut() {
            self.in_order(records);
        }
        found
    }
}
