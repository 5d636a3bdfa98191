//! Fields -> comparison vector of a pair. Each distinct pair of values is compared once per worker and remembered.

use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::error::MatchError;
use super::fields::{Fields, NULL, Value};
use super::generics::Sharing;
use super::levels::{self, bounds::Bounds, email, given_name, phone};
use super::settings::{ComparisonKind, Conflict, Evidence, Settings};
use super::vector::{Gamma, MAX_COMPARISONS};

/// Per comparison: pairs of value numbers and their gammas.
type Seen = Vec<Remembered>;

/// Answers by pair of values, 28 bits for each value's number and 8 for the gamma. A later pair takes the place of an earlier one with
/// the same slot: memory stays small enough to be near.
#[derive(Debug, Default)]
struct Remembered(Vec<u64>);

/// Slots per comparison and worker (8 bytes each), a power of two.
const SLOTS: usize = 1 << 14;
/// Values from this number on are not remembered.
const NUMBERED_BELOW: u32 = 1 << 28;

impl Remembered {
    /// What was found for a pair `a` < `b`, or else what `find` finds.
    #[inline]
    fn get_or(&mut self, a: u32, b: u32, find: impl FnOnce() -> u8) -> u8 {
        if b >= NUMBERED_BELOW {
            return find();
        }
        if self.0.is_empty() {
            self.0 = vec![0; SLOTS];
        }
        // No pair is 0: its values differ.
        let pair = u64::from(a) << 28 | u64::from(b);
        let slot = &mut self.0[(pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOTS.trailing_zeros())) as usize];
        if *slot >> 8 != pair {
            *slot = pair << 8 | u64::from(find());
        }
        (*slot & 0xff) as u8
    }
}

/// Answers remembered by one worker; the next worker goes on with them.
#[derive(Debug)]
pub struct Scratch {
    seen: Seen,
    pool: Arc<Mutex<Vec<Seen>>>,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Ok(mut pool) = self.pool.lock() {
            pool.push(std::mem::take(&mut self.seen));
        }
    }
}

const NOT_COMPARABLE: u8 = u8::MAX;

#[derive(Debug, Clone)]
struct Resolved {
    kind: ComparisonKind,
    field: usize,
    swapped_with: Option<(usize, Option<usize>)>,
    bounds: Bounds,
}

/// Compares records of one table.
#[derive(Debug)]
pub struct Comparer<'a> {
    pub fields: &'a Fields,
    resolved: Arc<[Resolved]>,
    /// Record-major copy of the value numbers, one per comparison: a pair touches two places in memory instead of two per comparison.
    ids: Arc<[u32]>,
    pool: Arc<Mutex<Vec<Seen>>>,
    /// The comparisons of e-mail, given name and surname, where all three are made.
    email_and_names: Option<(usize, usize, usize)>,
    /// Per comparison what is known about values that several people carry.
    pub sharing: Vec<Option<Sharing>>,
}

/// A comparer without its table: making one again copies nothing.
#[derive(Debug)]
pub struct Kept {
    resolved: Arc<[Resolved]>,
    ids: Arc<[u32]>,
    pool: Arc<Mutex<Vec<Seen>>>,
    sharing: Vec<Option<Sharing>>,
}

impl Kept {
    /// `fields`: the table that it was made for.
    pub fn comparer<'a>(&self, fields: &'a Fields) -> Comparer<'a> {
        Comparer {
            fields,
            resolved: Arc::clone(&self.resolved),
            ids: Arc::clone(&self.ids),
            pool: Arc::clone(&self.pool),
            email_and_names: email_and_names(&self.resolved),
            sharing: self.sharing.clone(),
        }
    }
}

fn email_and_names(resolved: &[Resolved]) -> Option<(usize, usize, usize)> {
    let first = |kind| resolved.iter().position(|comparison| comparison.kind == kind);
    Some((first(ComparisonKind::Email)?, first(ComparisonKind::GivenName)?, first(ComparisonKind::FamilyName)?))
}

impl<'a> Comparer<'a> {
    /// Errors when a comparison names a field that does not exist.
    pub fn new(fields: &'a Fields, settings: &Settings) -> Result<Self, MatchError> {
        if settings.comparisons.is_empty() {
            return Err(MatchError::NothingToCompare);
        }
        if settings.comparisons.len() > MAX_COMPARISONS {
            return Err(MatchError::TooManyComparisons { found: settings.comparisons.len(), limit: MAX_COMPARISONS });
        }
        let mut resolved = Vec::with_capacity(settings.comparisons.len());
        for comparison in &settings.comparisons {
            let place = format!("comparison \"{}\"", comparison.output_column_name);
            let field = fields.index(&comparison.field, &place)?;
            let swapped_with = match &comparison.swapped_with {
                Some(name) => Some((fields.index(name, &place)?, settings.comparisons.iter().position(|c| c.field == *name))),
                None => None,
            };
            let bounds = Bounds::read(comparison.kind, &comparison.bounds)
                .map_err(|reason| MatchError::Refused { reason: format!("{place}: {reason}") })?;
            resolved.push(Resolved { kind: comparison.kind, field, swapped_with, bounds });
        }
        let sharing = vec![None; resolved.len()];
        let columns: Vec<&[u32]> = resolved.iter().map(|resolved: &Resolved| fields.fields[resolved.field].ids.as_slice()).collect();
        let mut ids = vec![NULL; fields.len() * columns.len()];
        ids.par_chunks_mut(columns.len()).enumerate().for_each(|(record, row)| {
            row.iter_mut().zip(&columns).for_each(|(id, column)| *id = column[record]);
        });
        let email_and_names = email_and_names(&resolved);
        Ok(Self { fields, resolved: resolved.into(), ids: ids.into(), pool: Arc::default(), email_and_names, sharing })
    }

    /// Lets go of the table and keeps the rest.
    pub fn keep(self) -> Kept {
        Kept { resolved: self.resolved, ids: self.ids, pool: self.pool, sharing: self.sharing }
    }

    /// The number of a record's value under a comparison, or `NULL`.
    pub fn id(&self, comparison: usize, record: u32) -> u32 {
        self.ids[record as usize * self.resolved.len() + comparison]
    }

    /// Memory for comparing; what an earlier one has learnt is in it.
    pub fn scratch(&self) -> Scratch {
        let known = self.pool.lock().ok().and_then(|mut pool| pool.pop());
        let seen = known.unwrap_or_else(|| self.resolved.iter().map(|_| Remembered::default()).collect());
        Scratch { seen, pool: Arc::clone(&self.pool) }
    }

    pub fn field_of(&self, comparison: usize) -> usize {
        self.resolved[comparison].field
    }

    /// The comparison vector of two records.
    pub fn vector(&self, l: u32, r: u32, scratch: &mut Scratch) -> Gamma {
        let mut gamma = Gamma::default();
        for (at, resolved) in self.resolved.iter().enumerate() {
            let found = match self.without_measuring(at, l, r) {
                Told::Known(found) => found,
                Told::Differ(a, b) => self.measured(at, resolved, a, b, scratch),
            };
            gamma.set(at, found);
        }
        self.seen_together(gamma, l, r)
    }

    /// The comparison vectors of many pairs, in their order: [`Self::vector`] of each, one comparison after the other for a batch of
    /// pairs, so that the values of many pairs are fetched from memory at once.
    pub fn vectors(&self, pairs: &[(u32, u32)], scratch: &mut Scratch) -> Vec<Gamma> {
        let mut found = vec![Gamma::default(); pairs.len()];
        for (pairs, found) in pairs.chunks(BATCH).zip(found.chunks_mut(BATCH)) {
            for (at, resolved) in self.resolved.iter().enumerate() {
                self.compare_batch(at, resolved, pairs, found, scratch);
            }
            for (gamma, (l, r)) in found.iter_mut().zip(pairs) {
                *gamma = self.seen_together(*gamma, *l, *r);
            }
        }
        found
    }

    /// One comparison of a batch of pairs.
    fn compare_batch(&self, at: usize, resolved: &Resolved, pairs: &[(u32, u32)], found: &mut [Gamma], scratch: &mut Scratch) {
        let values = &self.fields.fields[resolved.field].values;
        let mut open = [(0_usize, 0_u32, 0_u32); BATCH];
        let (mut count, mut touched) = (0, 0);
        for (place, ((l, r), gamma)) in pairs.iter().zip(&mut *found).enumerate() {
            match self.without_measuring(at, *l, *r) {
                Told::Known(level) => gamma.set(at, level),
                Told::Differ(a, b) => {
                    open[count] = (place, a, b);
                    count += 1;
                }
            }
        }
        let open = &open[..count];
        for (_, a, b) in open {
            touched ^= values[*a as usize].first_byte() ^ values[*b as usize].first_byte();
        }
        // Without a use of what was read the compiler would not read it.
        std::hint::black_box(touched);
        for (place, a, b) in open {
            found[*place].set(at, self.measured(at, resolved, *a, *b, scratch));
        }
    }

    /// What only shows in all comparisons together: names that are exchanged, an address that is made of the name.
    fn seen_together(&self, mut gamma: Gamma, l: u32, r: u32) -> Gamma {
        for (at, resolved) in self.resolved.iter().enumerate() {
            let Some((other_field, other)) = resolved.swapped_with else { continue };
            let direct = gamma.get(at).unwrap_or(0);
            let family = other.and_then(|o| gamma.get(o)).unwrap_or(0);
            if direct > given_name::INITIAL || family > 2 {
                continue;
            }
            match self.swap(resolved.field, other_field, l, r) {
                Swap::Whole => {
                    gamma.set(at, Some(given_name::SWAPPED));
                    if let Some(other) = other {
                        gamma.set(other, None);
                    }
                }
                // A name stands on the wrong side and the rest cannot be told: neither for nor clearly against.
                Swap::Half if direct == given_name::ELSE && gamma.get(at).is_some() => gamma.set(at, Some(given_name::SIMILAR)),
                Swap::Half | Swap::None => {}
            }
        }
        if self.names_make_the_email(gamma, l, r)
            && let Some((at, _, _)) = self.email_and_names
        {
            gamma.set(at, Some(0));
        }
        gamma
    }

    /// Two addresses at different providers that are both made of one name say what the names have said already.
    fn names_make_the_email(&self, gamma: Gamma, l: u32, r: u32) -> bool {
        let Some((at, given, family)) = self.email_and_names else { return false };
        if gamma.get(at) != Some(email::SAME_LOCAL) {
            return false;
        }
        let value = |comparison: usize, record: u32| self.fields.fields[self.resolved[comparison].field].value(record);
        [l, r].into_iter().any(|record| {
            let parts = (value(at, record), value(given, record), value(family, record));
            matches!(parts, (Some(address), Some(given), Some(family)) if email::is_made_of(address, given, family))
        })
    }

    /// What the numbers of two records' values tell by themselves.
    #[inline]
    fn without_measuring(&self, at: usize, l: u32, r: u32) -> Told {
        let (a, b) = (self.id(at, l), self.id(at, r));
        if a == NULL || b == NULL {
            return Told::Known(None);
        }
        if self.sharing[at].as_ref().is_some_and(|sharing| sharing.is_generic(a) || sharing.is_generic(b)) {
            return Told::Known(None);
        }
        if a == b { Told::Known(self.identical(at, a)) } else { Told::Differ(a.min(b), a.max(b)) }
    }

    /// The level of two different values, `a` < `b`.
    fn measured(&self, at: usize, resolved: &Resolved, a: u32, b: u32, scratch: &mut Scratch) -> Option<u8> {
        let field = &self.fields.fields[resolved.field];
        if !repeats(resolved.kind) {
            let found = levels::gamma(resolved.kind, &resolved.bounds, &field.values[a as usize], &field.values[b as usize]);
            return found.map(|found| self.owned(at, resolved.kind, found, a, b));
        }
        let known = scratch.seen[at].get_or(a, b, || {
            levels::gamma(resolved.kind, &resolved.bounds, &field.values[a as usize], &field.values[b as usize]).unwrap_or(NOT_COMPARABLE)
        });
        (known != NOT_COMPARABLE).then(|| self.owned(at, resolved.kind, known, a, b))
    }

    /// The level of two records with the same value; `None` where it says nothing.
    pub fn identical(&self, at: usize, value: u32) -> Option<u8> {
        let Resolved { kind, field, bounds, .. } = &self.resolved[at];
        if let Some(sharing) = &self.sharing[at] {
            if sharing.is_generic(value) {
                return None;
            }
            if sharing.is_shared(value) {
                return Some(if *kind == ComparisonKind::Email { email::SHARED } else { phone::SHARED });
            }
        }
        let value = &self.fields.fields[*field].values[value as usize];
        match kind {
            ComparisonKind::Date | ComparisonKind::DateDifference => levels::gamma(*kind, bounds, value, value),
            ComparisonKind::GivenName | ComparisonKind::FamilyName if value.text.len() == 1 => Some(given_name::INITIAL),
            _ => u8::try_from(levels::levels_of(*kind).len() - 1).ok(),
        }
    }

    /// One number written with and without its country code is as shared as either of the two.
    fn owned(&self, at: usize, kind: ComparisonKind, found: u8, a: u32, b: u32) -> u8 {
        let shared = |sharing: &Sharing| sharing.is_shared(a) || sharing.is_shared(b);
        let same = kind == ComparisonKind::Phone && found == phone::EXACT;
        if same && self.sharing[at].as_ref().is_some_and(shared) { phone::SHARED } else { found }
    }

    /// Is the given name of one the surname of the other? A typing error and one initial are allowed.
    fn swap(&self, given: usize, family: usize, l: u32, r: u32) -> Swap {
        let value = |field: usize, record: u32| self.fields.fields[field].value(record);
        let crossed = [(value(given, l), value(family, r)), (value(given, r), value(family, l))];
        let same = |pair: (Option<&Value>, Option<&Value>)| matches!(pair, (Some(a), Some(b)) if a.text.len() > 1 && b.text.len() > 1 && levels::measure::is_same_or_typo(a, b));
        let initial = |pair: (Option<&Value>, Option<&Value>)| {
            let is_one = |a: &Value, b: &Value| (a.text.len() == 1 || b.text.len() == 1) && a.text.bytes().next() == b.text.bytes().next();
            matches!(pair, (Some(a), Some(b)) if is_one(a, b))
        };
        match (same(crossed[0]), same(crossed[1])) {
            (true, true) => Swap::Whole,
            (true, false) if initial(crossed[1]) => Swap::Whole,
            (false, true) if initial(crossed[0]) => Swap::Whole,
            (true, false) | (false, true) => Swap::Half,
            (false, false) => Swap::None,
        }
    }
}

/// Kinds whose pairs of values come again and again, so that an answer is worth remembering; the others are mostly compared once,
/// or faster than they are looked up.
fn repeats(kind: ComparisonKind) -> bool {
    use ComparisonKind::{City, Cosine, Jaccard, List, Organisation, Text};
    matches!(kind, City | Organisation | Text | List | Jaccard | Cosine)
}

/// Pairs that are compared together: enough to wait for memory once, few enough to stay near.
const BATCH: usize = 64;

/// A level, or the numbers of two values that must be measured for one, the smaller first.
enum Told {
    Known(Option<u8>),
    Differ(u32, u32),
}

/// How far given name and surname of two records are exchanged.
enum Swap {
    Whole,
    Half,
    None,
}

/// The conflicts of the settings, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Conflicts {
    rules: Vec<(String, Vec<(usize, u8)>)>,
}

impl Conflicts {
    pub fn new(settings: &Settings) -> Result<Self, MatchError> {
        let mut rules = Vec::new();
        for Conflict { label, all } in &settings.conflicts {
            let mut tests = Vec::new();
            for against in all {
                let at = settings.comparison_index(&against.comparison).ok_or_else(|| MatchError::NoSuchComparison {
                    place: format!("conflict \"{label}\""),
                    comparison: against.comparison.clone(),
                })?;
                tests.push((at, against.gamma_at_most));
            }
            rules.push((label.clone(), tests));
        }
        Ok(Self { rules })
    }

    /// The first conflict that a comparison vector shows.
    pub fn found(&self, gamma: Gamma) -> Option<&str> {
        self.rules
            .iter()
            .find(|(_, tests)| !tests.is_empty() && tests.iter().all(|(at, most)| gamma.get(*at).is_some_and(|g| g <= *most)))
            .map(|(label, _)| label.as_str())
    }

    pub fn any(&self, gamma: Gamma) -> bool {
        self.found(gamma).is_some()
    }
}

/// Per comparison: does a household share it?
pub fn household_mask(settings: &Settings) -> Vec<bool> {
    settings.comparisons.iter().map(|comparison| comparison.evidence == Evidence::Household).collect()
}
