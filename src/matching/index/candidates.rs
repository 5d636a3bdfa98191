//! Records -> those that share a block with them -> scored pairs.

use rayon::prelude::*;

use super::Index;
use super::blocks::Caps;
use super::local::Local;
use super::pairs::Kept;
use crate::base::RunCtx;
use crate::matching::blocking::entries_of;
use crate::matching::error::MatchError;
use crate::matching::fields::Fields;
use crate::matching::run::KEPT_FROM;
use crate::matching::score::{Scorer, weight_at};

/// A record and its keys: rule and hash.
pub(super) type Keyed = (u32, Vec<(u8, u64)>);

/// Records looked up and scored at a time: what they are compared with is held as a table.
const AT_ONCE: usize = 2_000;

/// What scoring found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub kept: Vec<Kept>,
    pub scored: u64,
    pub skipped_blocks: u64,
    pub beyond_whole: u64,
}

/// What one record is compared with: (record, first rule that gives it), sorted.
#[derive(Debug, Default)]
struct Candidates {
    found: Vec<(u32, u8)>,
    skipped: u64,
    beyond_whole: u64,
}

impl Index {
    /// The keys of every record of a table; `record` names the one at a position, `None` where it is of no interest.
    pub(super) fn keys_of(&self, table: &Fields, record: impl Fn(u32) -> Option<u32>) -> Result<Vec<Keyed>, MatchError> {
        if table.is_empty() {
            return Ok(Vec::new());
        }
        let mut keyed: Vec<Vec<(u8, u64)>> = vec![Vec::new(); table.len()];
        for (rule, at) in self.settings.blocking_rules_to_generate_predictions.iter().zip(0_u8..) {
            for (key, position) in entries_of(table, rule)? {
                keyed[position as usize].push((at, key));
            }
        }
        for keys in &mut keyed {
            keys.sort_unstable();
            keys.dedup();
        }
        let mut keyed: Vec<Keyed> = (0_u32..).zip(keyed).filter_map(|(position, keys)| Some((record(position)?, keys))).collect();
        keyed.sort_unstable();
        Ok(keyed)
    }

    /// Compares each of `wanted` with all that share a block with it, each pair once, and keeps what is above the floor.
    pub(super) fn score_against_all(&self, wanted: &[Keyed], ctx: &RunCtx) -> Result<Found, MatchError> {
        let caps = self.caps();
        let mut is_wanted = vec![false; self.source.len()];
        for (record, _) in wanted {
            is_wanted[*record as usize] = true;
        }
        let mut found = Found::default();
        for part in wanted.chunks(AT_ONCE) {
            ctx.check()?;
            let others: Vec<Candidates> = part.par_iter().map(|keyed| self.candidates(keyed, &caps, &is_wanted)).collect();
            found.skipped_blocks += others.iter().map(|others| others.skipped).sum::<u64>();
            found.beyond_whole += others.iter().map(|others| others.beyond_whole).sum::<u64>();
            self.score(part, &others, &mut found, ctx)?;
        }
        Ok(found)
    }

    fn candidates(&self, (record, keys): &Keyed, caps: &[Caps], is_wanted: &[bool]) -> Candidates {
        let own = self.source[*record as usize];
        let is_closed = self.is_link_only() || self.settings.sources_unique.contains(&self.sources[usize::from(own)]);
        let mut candidates = Candidates::default();
        for (rule, key) in keys {
            let block = self.blocks[usize::from(*rule)].of(*key);
            let (size, cap) = (block.len() as u64, caps[usize::from(*rule)]);
            if size > cap.here {
                candidates.skipped += 1;
                continue;
            }
            candidates.beyond_whole += u64::from(size > cap.whole);
            // A pair of two wanted records is the lower one's.
            let fits = |other: &u32| {
                let at = *other as usize;
                self.alive[at] && other != record && !(is_wanted[at] && other < record) && !(is_closed && self.source[at] == own)
            };
            candidates.found.extend(block.iter().copied().filter(fits).map(|other| (other, *rule)));
        }
        candidates.found.sort_unstable();
        candidates.found.dedup_by_key(|(other, _)| *other);
        candidates
    }

    fn score(&self, part: &[Keyed], others: &[Candidates], found: &mut Found, ctx: &RunCtx) -> Result<(), MatchError> {
        let mut records: Vec<u32> = part.iter().map(|(record, _)| *record).collect();
        records.extend(others.iter().flat_map(|others| others.found.iter().map(|(other, _)| *other)));
        records.sort_unstable();
        records.dedup();
        let local = Local::new(self, records, false);
        ctx.check()?;
        let comparer = local.comparer(self, usize::MAX)?;
        let scorer = Scorer::new(&self.model, &comparer);
        let floor = weight_at(KEPT_FROM);
        let kept: Vec<Vec<Kept>> = part
            .par_iter()
            .zip(others)
            .map_init(
                || comparer.scratch(),
                |scratch, ((record, _), others)| {
                    ctx.check()?;
                    let mut kept = Vec::new();
                    let Some(own) = local.at(*record) else { return Ok(kept) };
                    for (other, rule) in &others.found {
                        let Some(at) = local.at(*other) else { continue };
                        let (l, r) = (own.min(at), own.max(at));
                        let gamma = comparer.vector(l, r, scratch);
                        let weight = scorer.match_weight(&comparer, gamma, l, r);
                        if weight >= floor {
                            kept.push(Kept { l: *record.min(other), r: *record.max(other), weight, gamma, match_key: *rule });
                        }
                    }
                    Ok::<_, MatchError>(kept)
                },
            )
            .collect::<Result<_, _>>()?;
        found.scored += others.iter().map(|others| others.found.len() as u64).sum::<u64>();
        found.kept.extend(kept.into_iter().flatten());
        Ok(())
    }
}
