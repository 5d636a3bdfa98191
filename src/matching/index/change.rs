//! Records come, go and change. Flow: batch -> appended, old ones removed -> values counted anew -> scored -> clusters settled.

use std::time::Instant;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Index;
use super::candidates::{Found, Keyed};
use super::lists::number;
use super::local::Local;
use super::outcome::{Added, Placement, State};
use crate::base::{RunCtx, Stage};
use crate::matching::error::MatchError;
use crate::matching::fields::{Fields, standardise_as};
use crate::matching::records::Records;
use crate::matching::run::{Constraints, ScoredPair};
use crate::matching::score::probability_of;

/// A record in a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// By its number in the index.
    Held(u32),
    /// By its row in the batch.
    Row(u32),
}

/// Pairs of records that people decided about.
pub type Told = Vec<(Who, Who)>;

/// What happens to an index at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change<'a> {
    /// Records that come. One whose source and id are known replaces the record that has them.
    pub add: Option<&'a Records>,
    /// Numbers of records that go.
    pub remove: &'a [u32],
    /// All decisions that hold from now on: must-links and cannot-links. `None`: those that held before.
    pub told: Option<(&'a Told, &'a Told)>,
}

/// A batch in its canonical order, against what is known.
struct Arrivals {
    fields: Fields,
    /// Per place what it is, and the old record where there is one.
    states: Vec<(State, Option<u32>)>,
    /// Index's number of each of the batch's sources.
    source: Vec<u16>,
}

impl Index {
    /// Takes in a batch. Same answer as a full match of all records with the pinned model, up to what the module says.
    ///
    /// After an error, being cancelled among them, the index must be loaded again.
    pub fn add(&mut self, batch: &Records, ctx: &RunCtx) -> Result<Added, MatchError> {
        self.change(&Change { add: Some(batch), ..Change::default() }, ctx)
    }

    /// Takes records out.
    pub fn remove(&mut self, records: &[u32], ctx: &RunCtx) -> Result<Added, MatchError> {
        self.change(&Change { remove: records, ..Change::default() }, ctx)
    }

    /// Adds, replaces, removes and obeys decisions, all at once.
    pub fn change(&mut self, change: &Change<'_>, ctx: &RunCtx) -> Result<Added, MatchError> {
        if self.is_broken {
            return Err(MatchError::IndexBroken);
        }
        if let Some(record) = change.remove.iter().find(|record| !self.alive.get(**record as usize).copied().unwrap_or(false)) {
            return Err(MatchError::NoSuchRecord { record: *record, records: self.source.len() });
        }
        let clock = Instant::now();
        ctx.progress.enter(Stage::Standardising, 0);
        let none = Records::default();
        let arrivals = match change.add {
            Some(batch) => self.arrivals(batch)?,
            None => Arrivals { fields: Fields::default(), states: Vec::new(), source: Vec::new() },
        };
        ctx.check()?;
        self.is_broken = true;
        let mut added = Added::default();
        lap(clock, "standardise", &mut added);
        self.take_in(change, change.add.unwrap_or(&none), &arrivals, &mut added, ctx)?;
        self.is_broken = false;
        Ok(added)
    }

    fn arrivals(&mut self, batch: &Records) -> Result<Arrivals, MatchError> {
        let fields = standardise_as(batch, &self.settings, Some(&self.habits))?;
        let id = |row: u32| batch.ids.get(row as usize).map_or("", String::as_str);
        let names: Vec<(&str, &str)> =
            fields.row.iter().zip(&fields.source).map(|(row, source)| (batch.sources[usize::from(*source)].as_str(), id(*row))).collect();
        let mut seen = FxHashSet::default();
        if let Some(twice) = names.iter().position(|name| !seen.insert(*name)) {
            return Err(MatchError::RecordTwice { row: fields.row[twice] as usize + 1 });
        }
        let known = self.find(&names);
        let states = known
            .into_iter()
            .zip(&fields.hash)
            .map(|(known, hash)| match known {
                None => (State::New, None),
                Some(old) if self.hash[old as usize] == *hash => (State::Unchanged, Some(old)),
                Some(old) => (State::Changed, Some(old)),
            })
            .collect();
        let mut source = Vec::with_capacity(batch.sources.len());
        for name in &batch.sources {
            let at = self.sources.iter().position(|held| held == name).unwrap_or_else(|| {
                self.sources.push(name.clone());
                self.sources.len() - 1
            });
            source.push(u16::try_from(at).map_err(|_| MatchError::IndexFull { what: "sources".to_owned() })?);
        }
        Ok(Arrivals { fields, states, source })
    }

    fn take_in(
        &mut self,
        change: &Change<'_>,
        batch: &Records,
        arrivals: &Arrivals,
        added: &mut Added,
        ctx: &RunCtx,
    ) -> Result<(), MatchError> {
        let clock = Instant::now();
        ctx.progress.enter(Stage::Blocking, 0);
        let (record_of, first) = self.append_arrivals(batch, arrivals)?;
        let new: Vec<u32> = (first..number(self.source.len())).collect();
        let keyed = self.keys_of(&arrivals.fields, |place| record_of.get(place as usize).copied().filter(|record| *record >= first))?;
        for (record, keys) in &keyed {
            for (rule, key) in keys {
                self.blocks[usize::from(*rule)].push(*key, *record);
            }
        }
        let mut touched: FxHashSet<u32> = new.iter().copied().collect();
        let mut heirs: FxHashMap<u32, u32> = FxHashMap::default();
        for ((state, old), record) in arrivals.states.iter().zip(&record_of) {
            if let (State::Changed, Some(old)) = (state, old) {
                heirs.insert(*old, *record);
            }
        }
        let mut gone: Vec<u32> = heirs.keys().copied().chain(change.remove.iter().copied()).collect();
        gone.sort_unstable();
        gone.dedup();
        for record in &gone {
            self.forget(*record, &mut touched);
        }
        self.hear(change, arrivals, &record_of, &heirs, &mut touched)?;
        let clock = lap(clock, "block", added);

        let seeds: Vec<u32> = new.iter().chain(&gone).copied().collect();
        let again: Vec<u32> = self.recount_people(&seeds)?.into_iter().filter(|record| *record < first).collect();
        for record in &again {
            touched.insert(*record);
            touched.extend(self.pairs.take(*record).iter().map(|pair| pair.other(*record)));
        }
        ctx.check()?;
        let clock = lap(clock, "shared values", added);

        ctx.progress.enter(Stage::Scoring, 0);
        let mut wanted: Vec<Keyed> = keyed;
        let local = Local::new(self, again.clone(), true);
        wanted.extend(self.keys_of(&local.fields, |position| Some(local.record(position)))?);
        drop(local);
        let found = self.score_against_all(&wanted, ctx)?;
        self.pairs.reserve(found.kept.len());
        for pair in &found.kept {
            self.pairs.push(pair);
        }
        added.scored_again = again.len() as u64;
        note(&found, added);
        let clock = lap(clock, "score", added);

        ctx.progress.enter(Stage::Clustering, 0);
        let mut touched: Vec<u32> = touched.into_iter().filter(|record| self.alive[*record as usize]).collect();
        self.in_order(&mut touched);
        let before = gone.iter().map(|old| (*old, self.cluster[*old as usize])).collect();
        self.settle(&touched, &heirs, &before, added, ctx)?;
        added.placements = place_rows(self, arrivals, &record_of);
        lap(clock, "cluster", added);
        Ok(())
    }

    /// Appends what is new or changed. Returns the record of each place of the batch and the first new number.
    fn append_arrivals(&mut self, batch: &Records, arrivals: &Arrivals) -> Result<(Vec<u32>, u32), MatchError> {
        let id = |place: u32| batch.ids.get(arrivals.fields.row[place as usize] as usize).map_or("", String::as_str);
        let is_new = |place: &u32| arrivals.states[*place as usize].0 != State::Unchanged;
        let mut places: Vec<u32> = (0..number(arrivals.states.len())).filter(is_new).collect();
        // Records that say the same in every word get their numbers by their ids, not by their rows.
        places.sort_by(|a, b| arrivals.fields.hash[*a as usize].cmp(&arrivals.fields.hash[*b as usize]).then_with(|| id(*a).cmp(id(*b))));
        let ids: Vec<&str> = places.iter().map(|place| id(*place)).collect();
        let first = self.append(&arrivals.fields, &places, &arrivals.source, &ids)?;
        let mut record_of: Vec<u32> = arrivals.states.iter().map(|(_, old)| old.unwrap_or_default()).collect();
        for (place, record) in places.iter().zip(first..) {
            record_of[*place as usize] = record;
        }
        Ok((record_of, first))
    }

    /// Takes a record out of pairs and groups; those that it was compared with are touched.
    fn forget(&mut self, record: u32, touched: &mut FxHashSet<u32>) {
        self.alive[record as usize] = false;
        touched.extend(self.pairs.take(record).iter().map(|pair| pair.other(record)));
        let group = self.group[record as usize];
        let rest: Vec<u32> = self.members.get(group).iter().copied().filter(|other| *other != record).collect();
        touched.extend(&rest);
        self.members.set(group, rest);
    }

    /// Makes decisions hold: new ones, or the old ones where a record was replaced or removed. Who is named in one that comes or goes is touched.
    fn hear(
        &mut self,
        change: &Change<'_>,
        arrivals: &Arrivals,
        record_of: &[u32],
        heirs: &FxHashMap<u32, u32>,
        touched: &mut FxHashSet<u32>,
    ) -> Result<(), MatchError> {
        let mut by_row: FxHashMap<u32, u32> = FxHashMap::default();
        if change.told.is_some() {
            by_row = arrivals.fields.row.iter().copied().zip(record_of.iter().copied()).collect();
        }
        let records = self.source.len();
        let number_of = |who: &Who| match who {
            Who::Held(record) if (*record as usize) < records => Ok(*record),
            Who::Held(record) => Err(MatchError::NoSuchRecord { record: *record, records }),
            Who::Row(row) => by_row.get(row).copied().ok_or(MatchError::NoSuchRecord { record: *row, records: by_row.len() }),
        };
        let (must, cannot): (Vec<_>, Vec<_>) = match change.told {
            Some((must, cannot)) => {
                let all =
                    |pairs: &Told| pairs.iter().map(|(l, r)| Ok((number_of(l)?, number_of(r)?))).collect::<Result<Vec<_>, MatchError>>();
                (all(must)?, all(cannot)?)
            }
            None => (self.told.must_link.clone(), self.told.cannot_link.clone()),
        };
        let living = |pairs: Vec<(u32, u32)>| -> Vec<(u32, u32)> {
            let heir = |record: u32| heirs.get(&record).copied().unwrap_or(record);
            let moved = pairs.into_iter().map(|(l, r)| (heir(l), heir(r)));
            moved.filter(|(l, r)| self.alive[*l as usize] && self.alive[*r as usize]).collect()
        };
        let now = Constraints { must_link: living(must), cannot_link: living(cannot) };
        for (before, after) in [(&self.told.must_link, &now.must_link), (&self.told.cannot_link, &now.cannot_link)] {
            let (before, after): (FxHashSet<_>, FxHashSet<_>) = (before.iter().collect(), after.iter().collect());
            touched.extend(before.symmetric_difference(&after).flat_map(|(l, r)| [*l, *r]));
        }
        self.told = now;
        Ok(())
    }
}

fn place_rows(index: &Index, arrivals: &Arrivals, record_of: &[u32]) -> Vec<Placement> {
    let none = Placement { record: 0, cluster: 0, state: State::New };
    let mut placements = vec![none; record_of.len()];
    for ((row, record), (state, _)) in arrivals.fields.row.iter().zip(record_of).zip(&arrivals.states) {
        placements[*row as usize] = Placement { record: *record, cluster: index.cluster(*record), state: *state };
    }
    placements
}

/// What scoring found, for whoever asked.
fn note(found: &Found, added: &mut Added) {
    added.scored_pairs = found.scored;
    added.skipped_blocks = found.skipped_blocks;
    added.pairs = found
        .kept
        .iter()
        .map(|pair| ScoredPair {
            l: pair.l,
            r: pair.r,
            match_weight: pair.weight,
            match_probability: probability_of(pair.weight),
            gamma: pair.gamma,
            match_key: pair.match_key,
        })
        .collect();
    added.pairs.sort_unstable_by(|a, b| b.match_weight.total_cmp(&a.match_weight).then((a.l, a.r).cmp(&(b.l, b.r))));
}

/// Notes how long a stage took and starts the next.
fn lap(clock: Instant, name: &str, added: &mut Added) -> Instant {
    added.seconds_per_stage.push((name.to_owned(), clock.elapsed().as_secs_f64()));
    Instant::now()
}
