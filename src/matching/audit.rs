//! Pairs to be looked at blind, drawn at random from what matching made of all pairs. Flow: table + model + clusters -> strata -> pairs.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rustc_hash::FxHashMap;

use super::blocking::Plan;
use super::error::MatchError;
use super::model::Model;
use super::prepared::Prepared;
use super::records::Records;
use super::score::weight_at;

/// What became of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stratum {
    /// In one cluster.
    AutoMerged,
    /// Compared, apart, and strong enough to be asked about.
    Review,
    /// Compared, apart, and too weak to be asked about.
    Rejected,
    /// Never compared: no blocking rule puts the two together.
    NotBlocked,
}

impl Stratum {
    pub const ALL: [Self; 4] = [Self::AutoMerged, Self::Review, Self::Rejected, Self::NotBlocked];

    pub fn name(self) -> &'static str {
        match self {
            Self::AutoMerged => "auto_merged",
            Self::Review => "review",
            Self::Rejected => "rejected",
            Self::NotBlocked => "not_blocked",
        }
    }
}

/// A drawn pair: rows of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    pub l: u32,
    pub r: u32,
    pub stratum: Stratum,
    /// All pairs of the stratum.
    pub stratum_pairs: f64,
    pub match_weight: f64,
}

/// Draws up to `per_stratum` pairs from each, every pair of a stratum as likely as any other. `cluster` is per row.
pub fn draw(model: &Model, records: &Records, cluster: &[u32], per_stratum: usize, seed: u64) -> Result<Vec<Drawn>, MatchError> {
    let prepared = Prepared::new(model, records)?;
    let plan = Plan::new(&prepared.fields, &model.settings, &records.sources)?;
    let comparer = prepared.comparer();
    let mut scratch = comparer.scratch();
    let row = &prepared.fields.row;
    let together = |l: u32, r: u32| cluster[row[l as usize] as usize] == cluster[row[r as usize] as usize];
    let mut weigh = |l: u32, r: u32| {
        let gamma = comparer.vector(l, r, &mut scratch);
        prepared.scorer.match_weight(&comparer, gamma, l, r)
    };
    let floor = weight_at(model.settings.review_floor);
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut decks: [Reservoir; 3] = std::array::from_fn(|_| Reservoir::new(per_stratum));
    let mut compared = 0.0;
    for unit in &plan.units {
        plan.walk(*unit, |l, r| {
            compared += 1.0;
            if !together(l, r) {
                let at = usize::from(weigh(l, r) < floor);
                decks[1 + at].offer((l, r), &mut random);
            }
        });
    }
    let mut members: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for position in 0..u32::try_from(prepared.fields.len()).unwrap_or(u32::MAX) {
        members.entry(cluster[row[position as usize] as usize]).or_default().push(position);
    }
    let mut names: Vec<u32> = members.keys().copied().collect();
    names.sort_unstable();
    for group in names.iter().map(|name| &members[name]) {
        for (at, l) in group.iter().enumerate() {
            group[at + 1..].iter().for_each(|r| decks[0].offer((*l, *r), &mut random));
        }
    }
    let strata = [Stratum::AutoMerged, Stratum::Review, Stratum::Rejected];
    let mut drawn: Vec<(u32, u32, Stratum, f64)> = Vec::new();
    for (deck, stratum) in decks.iter().zip(strata) {
        drawn.extend(deck.held.iter().map(|(l, r)| (*l, *r, stratum, deck.seen)));
    }
    let not_blocked = (plan.all_pairs() - compared).max(0.0);
    drawn.extend(
        not_compared(&plan, prepared.fields.len(), per_stratum, &together, &mut random)
            .into_iter()
            .map(|(l, r)| (l, r, Stratum::NotBlocked, not_blocked)),
    );
    Ok(drawn
        .into_iter()
        .map(|(l, r, stratum, stratum_pairs)| {
            let match_weight = weigh(l, r);
            let (a, b) = (row[l as usize], row[r as usize]);
            Drawn { l: a.min(b), r: a.max(b), stratum, stratum_pairs, match_weight }
        })
        .collect())
}

/// Two records at random until enough are found that no rule puts together; in small tables there may be none.
fn not_compared(plan: &Plan, records: usize, count: usize, together: &dyn Fn(u32, u32) -> bool, random: &mut Pcg64Mcg) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let records = u32::try_from(records).unwrap_or(u32::MAX);
    if records < 2 {
        return found;
    }
    for _ in 0..count * 50 {
        let (a, b) = (random.random_range(0..records), random.random_range(0..records));
        let (l, r) = (a.min(b), a.max(b));
        if l != r && plan.allows(l, r) && !plan.puts_together(l, r) && !together(l, r) && !found.contains(&(l, r)) {
            found.push((l, r));
        }
        if found.len() == count {
            break;
        }
    }
    found
}

/// Algorithm R (Vitter 1985): a fair choice of so many among any number.
struct Reservoir {
    size: usize,
    seen: f64,
    held: Vec<(u32, u32)>,
}

impl Reservoir {
    fn new(size: usize) -> Self {
        Self { size, seen: 0.0, held: Vec::with_capacity(size) }
    }

    fn offer(&mut self, pair: (u32, u32), random: &mut Pcg64Mcg) {
        self.seen += 1.0;
        if self.held.len() < self.size {
            self.held.push(pair);
            return;
        }
        let place = random.random::<f64>() * self.seen;
        if place < self.size as f64
            && let Some(slot) = self.held.get_mut(place as usize)
        {
            *slot = pair;
        }
    }
}
