//! Decisions that no longer fit. Flow: standing decisions + a finished match -> the questions to ask again, with why.
//!
//! Nothing is overridden: the decision binds until somebody answers anew.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{DecisionId, RecordKey};

use super::decision::{Answer, Decision, surviving};
use super::fingerprint::fingerprint;
use super::queue::{About, Contradicted, ItemKind, QueueItem};
use super::record::CustomerRecord;

/// What a run knows when it asks.
#[derive(Debug)]
pub struct Found<'a> {
    pub records: &'a [CustomerRecord],
    pub index: &'a FxHashMap<RecordKey, u32>,
    /// Per record.
    pub cluster: &'a [u32],
    /// Records and match weight of every pair that was kept.
    pub pairs: &'a dyn Pairs,
    /// Decisions that a newer one contradicts.
    pub overruled: &'a [DecisionId],
    /// Decisions whose values on the screen were noted.
    pub with_values: &'a BTreeSet<DecisionId>,
}

/// Scored pairs, however they are held.
pub trait Pairs: std::fmt::Debug {
    fn each(&self, visit: &mut dyn FnMut(u32, u32, f64));
}

/// From this match weight on (odds of 8,000 to 1) two are one beyond doubt …
pub const OVERWHELMING_BITS: f64 = 13.0;
/// … where that is news: so much more than when it was decided (8 times as likely).
const MORE_BITS: f64 = 3.0;

/// The questions, with the records of their groups, by decision.
pub fn contradictions(decisions: &[Decision], found: &Found<'_>) -> Vec<(QueueItem, Vec<Vec<u32>>)> {
    let standing = newest_of_each(decisions);
    let groups: BTreeMap<DecisionId, Vec<Vec<u32>>> = standing.iter().map(|decision| (decision.id, found.groups_of(decision))).collect();
    let best = found.best_weights(groups.values());
    let mut questions = Vec::new();
    for decision in standing {
        let groups = &groups[&decision.id];
        let living: Vec<(&Vec<RecordKey>, &Vec<u32>)> = decision.groups.iter().zip(groups).filter(|(_, rows)| !rows.is_empty()).collect();
        if living.len() < 2 {
            continue;
        }
        let Some(why) = found.why(decision, groups, &best) else { continue };
        let rows: Vec<Vec<u32>> = living.iter().map(|(_, rows)| (*rows).clone()).collect();
        let match_weight = between(&rows, |l, r| best.records.get(&(l, r)).copied()).or(decision.match_weight).unwrap_or_default();
        let item = QueueItem {
            id: decision.item.clone(),
            kind: ItemKind::Contradiction,
            groups: rows.iter().map(|group| group.iter().map(|row| found.records[*row as usize].key.clone()).collect()).collect(),
            match_weight,
            match_probability: 1.0 / (1.0 + (-match_weight).exp2()),
            pattern: why.words().to_owned(),
            // What no longer fits comes first.
            telling_place: 0,
            about: Some(About { decision: decision.id, why }),
        };
        questions.push((item, rows));
    }
    questions
}

/// Of the decisions about the same records only the newest counts: it was made with the others in sight.
fn newest_of_each(decisions: &[Decision]) -> Vec<&Decision> {
    let mut newest: BTreeMap<BTreeSet<&RecordKey>, &Decision> = BTreeMap::new();
    for decision in surviving(decisions).filter(|decision| decision.answer != Answer::Unsure) {
        newest.insert(decision.records().collect(), decision);
    }
    let mut standing: Vec<&Decision> = newest.into_values().collect();
    standing.sort_by_key(|decision| decision.id);
    standing
}

/// The strongest pairs among those that decisions name.
struct Best {
    /// Two records, the smaller first.
    records: FxHashMap<(u32, u32), f64>,
    /// Two clusters, the smaller first.
    clusters: FxHashMap<(u32, u32), f64>,
}

fn ordered(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

/// The largest weight over all two of different groups.
fn between(groups: &[Vec<u32>], weight: impl Fn(u32, u32) -> Option<f64>) -> Option<f64> {
    let mut best: Option<f64> = None;
    for (at, group) in groups.iter().enumerate() {
        for (l, r) in groups[at + 1..].iter().flatten().flat_map(|r| group.iter().map(move |l| ordered(*l, *r))) {
            if let Some(found) = weight(l, r) {
                best = Some(best.map_or(found, |held| held.max(found)));
            }
        }
    }
    best
}

impl Found<'_> {
    fn groups_of(&self, decision: &Decision) -> Vec<Vec<u32>> {
        decision.groups.iter().map(|group| group.iter().filter_map(|key| self.index.get(key).copied()).collect()).collect()
    }

    fn best_weights<'g>(&self, groups: impl Iterator<Item = &'g Vec<Vec<u32>>>) -> Best {
        let named: FxHashSet<u32> = groups.flatten().flatten().copied().collect();
        let clusters: FxHashSet<u32> = named.iter().map(|row| self.cluster[*row as usize]).collect();
        let mut best = Best { records: FxHashMap::default(), clusters: FxHashMap::default() };
        if named.is_empty() {
            return best;
        }
        self.pairs.each(&mut |l, r, weight| {
            if named.contains(&l) && named.contains(&r) {
                best.records.insert(ordered(l, r), weight);
            }
            let (a, b) = (self.cluster[l as usize], self.cluster[r as usize]);
            if a != b && clusters.contains(&a) && clusters.contains(&b) {
                let held = best.clusters.entry(ordered(a, b)).or_insert(weight);
                *held = held.max(weight);
            }
        });
        best
    }

    fn why(&self, decision: &Decision, groups: &[Vec<u32>], best: &Best) -> Option<Contradicted> {
        if self.overruled.contains(&decision.id) {
            return Some(Contradicted::Overruled);
        }
        let rows: Vec<u32> = groups.iter().flatten().copied().collect();
        let is_whole = rows.len() == decision.records().count();
        if is_whole && self.with_values.contains(&decision.id) {
            let now = fingerprint(rows.iter().map(|row| &self.records[*row as usize]));
            if now != decision.fingerprint {
                return Some(Contradicted::ValuesChanged);
            }
        }
        let then = decision.match_weight.filter(|_| decision.parts())?;
        let now = between(groups, |l, r| best.clusters.get(&ordered(self.cluster[l as usize], self.cluster[r as usize])).copied())?;
        (now >= OVERWHELMING_BITS && now >= then + MORE_BITS).then_some(Contradicted::Overwhelming)
    }
}

#[cfg(test)]
#[path = "contradiction_tests.rs"]
mod tests;
