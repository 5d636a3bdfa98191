//! Records as a graph. Flow: record keys -> weight of every pair -> what holds, what is a bridge -> golden record of each group.

use std::collections::BTreeMap;

use crate::base::RecordKey;
use crate::engine::error::EngineError;
use crate::engine::pages::{GoldenSide, Link, PartRecord, PartsPage};
use crate::engine::session::Session;
use crate::matching::score::weight_at;
use crate::stewardship::{CustomerRecord, Field};
use crate::store::silver::{record_id_of, records_by_id};

use super::super::sqlite;
use super::item::in_words;
use super::survival::Survival;

/// More records than this are not looked at pair by pair.
const MOST: usize = 300;

/// What tells customers apart on a small card.
const SHOWN: [Field; 7] = [Field::FullName, Field::BirthDate, Field::Email, Field::Phone, Field::Street, Field::City, Field::BranchId];

pub fn parts(session: &Session, groups: &[Vec<RecordKey>]) -> Result<PartsPage, EngineError> {
    let mut keys: Vec<RecordKey> = groups.iter().flatten().cloned().collect();
    keys.sort();
    keys.dedup();
    if keys.len() > MOST {
        return Err(EngineError::Refused(format!(
            "{} records are too many to be drawn pair by pair ({MOST} are not). Answer their questions one by one.",
            keys.len()
        )));
    }
    let deck = session.deck()?;
    let conn = session.reader_of(None)?;
    let mut ids = Vec::with_capacity(keys.len());
    for key in &keys {
        let id = sqlite(record_id_of(&conn, key))?;
        ids.push(
            id.ok_or_else(|| EngineError::Refused(format!("no source has the record {key} any more. Run to bring the queue up to date.")))?,
        );
    }
    let records = sqlite(records_by_id(&conn, &ids))?;
    let place: BTreeMap<&RecordKey, usize> = records.iter().enumerate().map(|(at, record)| (&record.key, at)).collect();
    let survival = Survival::read(session)?;
    let parts = groups
        .iter()
        .map(|group| {
            let members: Vec<&CustomerRecord> = group.iter().filter_map(|key| place.get(key)).map(|at| &records[*at]).collect();
            let golden = survival.preview(&conn, &members);
            let fields = SHOWN
                .iter()
                .filter_map(|field| golden.value(*field).map(|value| (field.label().to_owned(), in_words(*field, value, &deck.branches))))
                .collect();
            GoldenSide { customer: None, records: group.clone(), fields }
        })
        .collect();
    let mut page = PartsPage { records: records.iter().map(part).collect(), links: Vec::new(), auto_weight: 0.0, parts };
    if let (Some(model), Some(explainer)) = (&deck.model, deck.explainer(session)?) {
        page.auto_weight = weight_at(model.threshold);
        let review_weight = weight_at(model.settings.review_floor);
        let row = |at: usize| u32::try_from(ids[at] - 1).unwrap_or_default();
        for left in 0..ids.len() {
            for right in left + 1..ids.len() {
                let match_weight = explainer.explain(row(left), row(right))?.match_weight;
                page.links.push(Link { left, right, match_weight, holds: match_weight >= review_weight, is_bridge: false });
            }
        }
        hold_together(ids.len(), &mut page.links);
        mark_bridges(ids.len(), &mut page.links);
    }
    Ok(page)
}

fn part(record: &CustomerRecord) -> PartRecord {
    let known = [Field::FullName, Field::Email, Field::Phone, Field::DeviceId].into_iter().find_map(|field| record.get(field));
    PartRecord { key: record.key.clone(), label: known.unwrap_or(&record.key.source_customer_id).to_owned() }
}

/// Where records stand apart, the strongest link between two parts holds them: Kruskal's maximum spanning tree.
fn hold_together(count: usize, links: &mut [Link]) {
    let mut root: Vec<usize> = (0..count).collect();
    fn top(root: &mut [usize], mut at: usize) -> usize {
        while root[at] != at {
            root[at] = root[root[at]];
            at = root[at];
        }
        at
    }
    for link in links.iter().filter(|link| link.holds) {
        let (l, r) = (top(&mut root, link.left), top(&mut root, link.right));
        root[l] = r;
    }
    let mut rest: Vec<&mut Link> = links.iter_mut().filter(|link| !link.holds).collect();
    rest.sort_by(|a, b| b.match_weight.total_cmp(&a.match_weight));
    for link in rest {
        let (l, r) = (top(&mut root, link.left), top(&mut root, link.right));
        if l != r {
            link.holds = true;
            root[l] = r;
        }
    }
}

/// Tarjan's bridges over the links that hold (1974, "A note on finding the bridges of a graph").
fn mark_bridges(count: usize, links: &mut [Link]) {
    struct Walk<'a> {
        near: &'a [Vec<(usize, usize)>],
        seen: Vec<usize>,
        low: Vec<usize>,
        clock: usize,
        bridges: Vec<usize>,
    }
    impl Walk<'_> {
        fn visit(&mut self, at: usize, by: usize) {
            self.clock += 1;
            self.seen[at] = self.clock;
            self.low[at] = self.clock;
            for &(next, link) in &self.near[at] {
                if link == by {
                    continue;
                }
                if self.seen[next] > 0 {
                    self.low[at] = self.low[at].min(self.seen[next]);
                    continue;
                }
                self.visit(next, link);
                self.low[at] = self.low[at].min(self.low[next]);
                if self.low[next] > self.seen[at] {
                    self.bridges.push(link);
                }
            }
        }
    }
    let mut near = vec![Vec::new(); count];
    for (at, link) in links.iter().enumerate().filter(|(_, link)| link.holds) {
        near[link.left].push((link.right, at));
        near[link.right].push((link.left, at));
    }
    let mut walk = Walk { near: &near, seen: vec![0; count], low: vec![0; count], clock: 0, bridges: Vec::new() };
    for at in 0..count {
        if walk.seen[at] == 0 {
            walk.visit(at, usize::MAX);
        }
    }
    for at in walk.bridges {
        links[at].is_bridge = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(left: usize, right: usize, match_weight: f64, holds: bool) -> Link {
        Link { left, right, match_weight, holds, is_bridge: false }
    }

    #[test]
    fn the_one_link_between_two_knots_is_the_bridge() {
        let mut links = [
            link(0, 1, 9.0, true),
            link(1, 2, 8.0, true),
            link(0, 2, 7.0, true),
            link(2, 3, 3.0, true),
            link(3, 4, 9.0, true),
            link(3, 5, 9.0, true),
            link(4, 5, 9.0, true),
        ];
        mark_bridges(6, &mut links);
        assert_eq!(links.iter().filter(|link| link.is_bridge).map(|link| (link.left, link.right)).collect::<Vec<_>>(), [(2, 3)]);
    }

    #[test]
    fn parts_that_nothing_holds_are_held_by_their_strongest_link() {
        let mut links = [link(0, 1, 9.0, true), link(0, 2, -4.0, false), link(1, 2, -1.0, false)];
        hold_together(3, &mut links);
        assert_eq!(links.iter().map(|link| link.holds).collect::<Vec<_>>(), [true, false, true]);
        mark_bridges(3, &mut links);
        assert!(links[2].is_bridge);
    }
}
