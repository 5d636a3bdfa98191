//! What a person should look at, over the whole index. Flow: pairs between clusters + doubtful clusters -> their records in canonical order -> items.

use super::Index;
use super::lists::number;
use super::settle::renumbered;
use crate::base::{RunCtx, Stage};
use crate::matching::cluster::Edge;
use crate::matching::error::MatchError;
use crate::matching::review::{Doubt, Merges, ReviewItem, Scored, in_order, possible_merges};
use crate::matching::score::weight_at;
use crate::matching::vector::Gamma;

/// The place of a record that no question names.
const NOWHERE: u32 = u32::MAX;

impl Index {
    /// The questions that a full match would ask, in numbers of the index.
    pub fn questions(&self, ctx: &RunCtx) -> Result<Vec<ReviewItem>, MatchError> {
        ctx.progress.enter(Stage::Clustering, 0);
        let conflicts = self.conflicts()?;
        let floor = weight_at(self.model.settings.review_floor);
        let between: Vec<u32> = (0..number(self.pairs.len()))
            .filter(|at| {
                let (l, r, weight) = self.pairs.ends(*at);
                weight >= floor && self.cluster(l) != self.cluster(r)
            })
            .collect();
        ctx.check()?;
        let ends = between.iter().flat_map(|at| {
            let (l, r, _) = self.pairs.ends(*at);
            [l, r]
        });
        let table = self.whole_groups(ends.chain(self.doubtful.keys().copied()));
        ctx.check()?;
        let mut place = vec![NOWHERE; self.source.len()];
        for (position, record) in (0_u32..).zip(&table) {
            place[*record as usize] = position;
        }
        let at = |record: u32| Some(place[record as usize]).filter(|position| *position != NOWHERE);
        let both = |l: u32, r: u32| Some((at(l)?, at(r)?)).map(|(a, b)| (a.min(b), a.max(b)));
        let refused = self.refused.iter().flat_map(|(l, others)| others.iter().map(move |(r, why)| (*l, *r, *why)));
        let refused =
            refused.filter_map(|(l, r, why)| both(l, r).map(|(l, r)| (Edge { l, r, weight: 0.0, gamma: Gamma::default() }, why))).collect();
        let clustering = renumbered(table.iter().map(|record| self.cluster(*record) as usize), refused);
        let pairs: Vec<Scored> = between
            .iter()
            .filter_map(|pair| {
                let pair = self.pairs.get(*pair);
                both(pair.l, pair.r).map(|(l, r)| Scored { l, r, weight: pair.weight, gamma: pair.gamma, match_key: pair.match_key })
            })
            .collect();
        let cannot_link: Vec<(u32, u32)> = self.told.cannot_link.iter().filter_map(|(l, r)| both(*l, *r)).collect();
        let merges =
            Merges { model: &self.model, conflicts: &conflicts, pairs: &pairs, clustering: &clustering, cannot_link: &cannot_link };
        let mut items = possible_merges(&merges);
        ctx.check()?;
        for (record, (weight, pattern)) in &self.doubtful {
            let Some(weakest) = at(*record) else { continue };
            let members = &clustering.members[clustering.cluster[weakest as usize] as usize];
            items.push(Doubt { weakest, weight: *weight, pattern: pattern.clone() }.about(members));
        }
        let mut items = in_order(items);
        for record in items.iter_mut().flat_map(|item| item.groups.iter_mut()).flatten() {
            *record = table[*record as usize];
        }
        Ok(items)
    }

    /// All records of the groups of some, in canonical order.
    fn whole_groups(&self, some: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut is_taken = vec![false; self.members.len() as usize];
        let mut records = Vec::new();
        for record in some {
            let group = self.group[record as usize];
            if !std::mem::replace(&mut is_taken[group as usize], true) {
                records.extend_from_slice(self.members.get(group));
            }
        }
        self.in_order(&mut records);
        records
    }
}
