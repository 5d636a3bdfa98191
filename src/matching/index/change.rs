//! Records come, go and change. Flow: batch -> appended, old ones removed -> values counted anew -> scored -> clusters settled.

use std::time::Instant;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Index;
use super::blocks::Caps;
use super::candidates::{Found, Keyed};
use super::limits::Sizes;
use super::lists::number;
use super::local::Local;
use super::outcome::{Added, Placement, State};
use crate::base::{RunCtx, Stage};
use crate::matching::error::MatchError;
use crate::matching::fields::{Fields, Inputs, standardise_as};
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
#[derive(Default)]
struct Arrivals {
    fields: Fields,
    /// Per place what it is, and the old record where there is one.
    states: Vec<(State, Option<u32>)>,
    /// Index's number of each of the batch's sources.
    source: Vec<u16>,
    /// Per row of the batch the hash of its inputs.
    said: Vec<u64>,
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
            Some(batch) => self.arrivals(batch, ctx)?,
            None => Arrivals::default(),
        };
        ctx.check()?;
        self.is_broken = true;
        let mut added = Added::default();
        lap(clock, "standardise", &mut added);
        self.take_in(change, change.add.unwrap_or(&none), &arrivals, &mut added, ctx)?;
        self.is_broken = false;
        Ok(added)
    }

    fn arrivals(&mut self, batch: &Records, ctx: &RunCtx) -> Result<Arrivals, MatchError> {
        let fields = standardise_as(batch, &self.settings, Some(&self.habits), ctx)?;
        let said = Inputs::of(batch, &self.settings).hashes();
        let names: Vec<(&str, &str)> = fields
            .row
            .iter()
            .zip(&fields.source)
            .map(|(row, source)| (batch.sources[usize::from(*source)].as_str(), batch.id(*row)))
            .collect();
        let mut seen = FxHashSet::default();
        if let Some(twice) = names.iter().position(|name| !seen.insert(*name)) {
            return Err(MatchError::RecordTwice { row: fields.row[twice] as usize + 1 });
        }
        let known = self.find(&names);
        let states = known
            .into_iter()
            .zip(&fields.row)
            .map(|(known, row)| match known {
                None => (State::New, None),
                Some(old) if self.said[old as usize] == said[*row as usize] => (State::Unchanged, Some(old)),
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
        Ok(Arrivals { fields, states, source, said })
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
        let caps = self.caps();
        let (record_of, first) = self.append_arrivals(batch, arrivals)?;
        let new: Vec<u32> = (first..number(self.source.len())).collect();
        let keyed = self.keys_of(&arrivals.fields, |place| record_of.get(place as usize).copied().filter(|record| *record >= first))?;
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
        let sizes = self.move_in_blocks(caps, &keyed, &gone)?;
        for record in &gone {
            self.forget(*record, &mut touched);
        }
        self.hear(change, arrivals, &record_of, &heirs, &mut touched)?;
        let clock = lap(clock, "block", added);

        let seeds: Vec<u32> = new.iter().chain(&gone).copied().collect();
        let mut again = self.recount_people(&seeds)?;
        again.extend(self.in_crossing_blocks(&sizes));
        again.retain(|record| *record < first);
        self.in_order(&mut again);
        for record in &again {
            touched.insert(*record);
            touched.extend(self.pairs.take(*record).iter().map(|pair| pair.other(*record)));
        }
        ctx.check()?;
        let clock = lap(clock, "shared values", added);

        ctx.progress.enter(Stage::Scoring, 0);
        let mut wanted = keyed;
        wanted.extend(self.keys_of_held(again.clone())?);
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
        for record in &gone {
            self.refused.remove(record);
            self.doubtful.remove(record);
        }
        self.settle(&touched, &heirs, &before, added, ctx)?;
        added.placements = place_rows(self, arrivals, &record_of);
        lap(clock, "cluster", added);
        Ok(())
    }

    /// The keys of records that are held, or were until now.
    fn keys_of_held(&self, records: Vec<u32>) -> Result<Vec<Keyed>, MatchError> {
        let local = Local::new(self, records, true);
        self.keys_of(&local.fields, |position| Some(local.record(position)))
    }

    /// Puts new records into their blocks and takes those that go out of theirs. Returns how large the blocks were.
    fn move_in_blocks(&mut self, caps: Vec<Caps>, new: &[Keyed], gone: &[u32]) -> Result<Sizes, MatchError> {
        let leaving = self.keys_of_held(gone.to_vec())?;
        let sizes = self.sizes_before(caps, new.iter().chain(&leaving));
        for (record, keys) in &leaving {
            for (rule, key) in keys {
                self.blocks[usize::from(*rule)].remove(*key, *record);
            }
        }
        for (record, keys) in new {
            for (rule, key) in keys {
                self.blocks[usize::from(*rule)].push(*key, *record);
            }
        }
        Ok(sizes)
    }

    /// Appends what is new or changed, in canonical order. Returns the record of each place of the batch and the first new number.
    fn append_arrivals(&mut self, batch: &Records, arrivals: &Arrivals) -> Result<(Vec<u32>, u32), MatchError> {
        let is_new = |place: &u32| arrivals.states[*place as usize].0 != State::Unchanged;
        let places: Vec<u32> = (0..number(arrivals.states.len())).filter(is_new).collect();
        let row = |place: u32| arrivals.fields.row[place as usize];
        let named: Vec<(u64, &str)> = places.iter().map(|place| (arrivals.said[row(*place) as usize], batch.id(row(*place)))).collect();
        let first = self.append(&arrivals.fields, &places, &arrivals.source, &named)?;
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
    added.beyond_whole = found.beyond_whole;
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
