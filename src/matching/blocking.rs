//! Blocking rules -> candidate pairs, each once, block by block. A pair belongs to the first rule that gives it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::MatchError;
use super::fields::{Fields, Value, last_characters};
use super::settings::{BlockingRule, FieldKind, LinkType, Settings, Transform};
use super::standardise::{address, nickname, phonetic::phonetic};
use crate::base::RunCtx;
use crate::base::hash::stable_64;

/// What one rule gave and what its guard left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    pub blocking_rule: String,
    pub blocks: u64,
    /// Pairs of records in its blocks, before other rules' pairs are taken away.
    pub pairs: u64,
    /// Pairs of records that no earlier rule gave; filled by scoring.
    pub new_pairs: u64,
    pub largest_block: u64,
    /// Blocks too large to compare, their records and pairs.
    pub skipped_blocks: u64,
    pub skipped_records: u64,
    pub skipped_pairs: u64,
    /// The rule was not used: training expected hardly a match among its many pairs.
    pub left_out: bool,
    /// Its largest blocks, the skipped ones too.
    pub largest: Vec<LargeBlock>,
}

/// One block. It is named by one of its records, never by its key: that is a customer's value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LargeBlock {
    pub records: u64,
    pub pairs: u64,
    pub skipped: bool,
    /// A record of the block: in canonical order here, a row of the input in reports.
    pub example: u32,
}

/// Blocks that are listed per rule.
const LISTED: usize = 5;

/// A piece of work of about equal size: blocks `first..end` of a rule, and of a single large block only rows `from..to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    pub rule: u8,
    first: u32,
    end: u32,
    from: u32,
    to: u32,
}

#[derive(Debug)]
struct RuleBlocks {
    /// Records, block after block.
    records: Vec<u32>,
    /// Block b is `records[starts[b]..starts[b + 1]]`; its key number is b + 1.
    starts: Vec<u32>,
    explodes: bool,
}

/// All blocks of all rules, ready to be walked.
#[derive(Debug)]
pub struct Plan {
    rules: Vec<RuleBlocks>,
    /// Record-major: key number of the record under each rule; 0: in no block. Exploding rules keep theirs in `lists`.
    keys: Vec<u32>,
    width: usize,
    lists: Vec<Option<Lists>>,
    pub units: Vec<Unit>,
    pub counts: Vec<RuleCount>,
    source: Vec<u16>,
    link_only: bool,
    unique: Vec<bool>,
}

#[derive(Debug)]
struct Lists {
    offsets: Vec<u32>,
    keys: Vec<u32>,
}

impl Lists {
    fn of(&self, record: u32) -> &[u32] {
        &self.keys[self.offsets[record as usize] as usize..self.offsets[record as usize + 1] as usize]
    }
}

const UNIT_PAIRS: u64 = 30_000;
/// Pairs that a rule may always give: a moment's work.
const SMALLEST_BUDGET: u64 = 2_000_000;

impl Plan {
    /// Builds the blocks. `sources` names the sources for `sources_unique`.
    pub fn new(fields: &Fields, settings: &Settings, sources: &[String], ctx: &RunCtx) -> Result<Self, MatchError> {
        let rules = &settings.blocking_rules_to_generate_predictions;
        let width = rules.len();
        let mut plan = Self {
            rules: Vec::with_capacity(width),
            keys: vec![0; fields.len() * width],
            width,
            lists: Vec::with_capacity(width),
            units: Vec::new(),
            counts: Vec::new(),
            source: fields.source.clone(),
            link_only: settings.link_type == LinkType::LinkOnly,
            unique: sources.iter().map(|s| settings.sources_unique.contains(s)).collect(),
        };
        let budget = budget_of(settings, fields.len());
        let entries: Vec<Vec<(u64, u32)>> = rules
            .par_iter()
            .map(|rule| {
                ctx.check()?;
                entries_of(fields, rule)
            })
            .collect::<Result<_, _>>()?;
        for (at, (rule, entries)) in rules.iter().zip(entries).enumerate() {
            let explodes = rule.keys.iter().any(|key| key.transform == Transform::Tokens);
            let (blocks, count) = guard(entries, &rule.blocking_rule, budget, explodes);
            ctx.check()?;
            plan.index(at, &blocks, fields.len());
            plan.rules.push(blocks);
            plan.counts.push(count);
        }
        plan.split();
        Ok(plan)
    }

    fn index(&mut self, rule: usize, blocks: &RuleBlocks, records: usize) {
        if !blocks.explodes {
            for (block, range) in blocks.starts.windows(2).enumerate() {
                for record in &blocks.records[range[0] as usize..range[1] as usize] {
                    self.keys[*record as usize * self.width + rule] = u32::try_from(block + 1).unwrap_or(u32::MAX);
                }
            }
            self.lists.push(None);
            return;
        }
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); records];
        for (block, range) in blocks.starts.windows(2).enumerate() {
            for record in &blocks.records[range[0] as usize..range[1] as usize] {
                lists[*record as usize].push(u32::try_from(block + 1).unwrap_or(u32::MAX));
            }
        }
        let mut offsets = vec![0_u32];
        let mut keys = Vec::new();
        for list in lists {
            keys.extend(list);
            offsets.push(u32::try_from(keys.len()).unwrap_or(u32::MAX));
        }
        self.lists.push(Some(Lists { offsets, keys }));
    }

    fn split(&mut self) {
        for (rule, blocks) in self.rules.iter().enumerate() {
            let rule = u8::try_from(rule).unwrap_or(u8::MAX);
            let count = u32::try_from(blocks.starts.len().saturating_sub(1)).unwrap_or(u32::MAX);
            let (mut first, mut held) = (0_u32, 0_u64);
            for block in 0..count {
                let size = u64::from(blocks.starts[block as usize + 1] - blocks.starts[block as usize]);
                let pairs = size * (size - 1) / 2;
                if pairs > UNIT_PAIRS {
                    if first < block {
                        self.units.push(Unit { rule, first, end: block, from: 0, to: u32::MAX });
                    }
                    let rows = u32::try_from((UNIT_PAIRS / size).max(1)).unwrap_or(1);
                    let mut from = 0;
                    while u64::from(from) < size {
                        self.units.push(Unit { rule, first: block, end: block + 1, from, to: from + rows });
                        from += rows;
                    }
                    (first, held) = (block + 1, 0);
                    continue;
                }
                held += pairs;
                if held >= UNIT_PAIRS {
                    self.units.push(Unit { rule, first, end: block + 1, from: 0, to: u32::MAX });
                    (first, held) = (block + 1, 0);
                }
            }
            if first < count {
                self.units.push(Unit { rule, first, end: count, from: 0, to: u32::MAX });
            }
        }
    }

    /// Takes rules out: their pairs are walked no more, nor kept from later rules.
    pub fn leave_out(&mut self, rules: &[bool]) {
        let out = |rule: usize| rules.get(rule).copied().unwrap_or(false);
        if !rules.contains(&true) {
            return;
        }
        self.units.retain(|unit| !out(usize::from(unit.rule)));
        for keys in self.keys.chunks_mut(self.width) {
            keys.iter_mut().enumerate().filter(|(rule, _)| out(*rule)).for_each(|(_, key)| *key = 0);
        }
        for rule in (0..self.width).filter(|rule| out(*rule)) {
            self.lists[rule] = None;
            self.rules[rule] = RuleBlocks { records: Vec::new(), starts: vec![0], explodes: false };
            self.counts[rule].left_out = true;
        }
    }

    /// Calls `visit(l, r)` with l < r for every pair that this unit's rule gives first.
    pub fn walk(&self, unit: Unit, visit: impl FnMut(u32, u32)) {
        self.walk_some(unit, |_, _| true, visit);
    }

    /// The same for the pairs that `chosen` names; asked first, as it costs less than looking a pair up under the earlier rules.
    pub fn walk_some(&self, unit: Unit, chosen: impl Fn(u32, u32) -> bool, mut visit: impl FnMut(u32, u32)) {
        let rule = usize::from(unit.rule);
        let blocks = &self.rules[rule];
        for block in unit.first..unit.end {
            let members = &blocks.records[blocks.starts[block as usize] as usize..blocks.starts[block as usize + 1] as usize];
            let to = members.len().min(unit.to as usize);
            for at in (unit.from as usize)..to {
                for other in &members[at + 1..] {
                    let (l, r) = (members[at].min(*other), members[at].max(*other));
                    if chosen(l, r) && self.may_pair(l, r) && !self.given_earlier(rule, block + 1, l, r) {
                        visit(l, r);
                    }
                }
            }
        }
    }

    fn may_pair(&self, l: u32, r: u32) -> bool {
        let (a, b) = (self.source[l as usize], self.source[r as usize]);
        l != r && (a != b || !(self.link_only || self.unique.get(usize::from(a)).copied().unwrap_or(false)))
    }

    /// Whether any rule gives the pair.
    pub fn puts_together(&self, l: u32, r: u32) -> bool {
        let of = |record: u32| &self.keys[record as usize * self.width..][..self.width];
        let shares_key = of(l).iter().zip(of(r)).any(|(a, b)| *a != 0 && a == b);
        shares_key || self.lists.iter().flatten().any(|lists| lists.of(l).iter().any(|key| lists.of(r).contains(key)))
    }

    /// Whether the link type and the sources let the two be one.
    pub fn allows(&self, l: u32, r: u32) -> bool {
        self.may_pair(l, r)
    }

    /// Whether an earlier rule gives the pair, or this exploding rule gives it by a smaller key.
    fn given_earlier(&self, rule: usize, key: u32, l: u32, r: u32) -> bool {
        let left = &self.keys[l as usize * self.width..][..rule];
        let right = &self.keys[r as usize * self.width..][..rule];
        // All of them, without a way out: so that many are compared at once.
        if left.iter().zip(right).fold(false, |given, (a, b)| given | (a == b) & (*a != 0)) {
            return true;
        }
        self.lists[..=rule].iter().enumerate().any(|(at, lists)| {
            lists.as_ref().is_some_and(|lists| {
                let common = smallest_common(lists.of(l), lists.of(r));
                common.is_some_and(|c| at < rule || c < key)
            })
        })
    }

    /// Whether a rule gives the pair, whatever the rules before it do.
    pub fn gives(&self, rule: usize, l: u32, r: u32) -> bool {
        if let Some(Some(lists)) = self.lists.get(rule) {
            return smallest_common(lists.of(l), lists.of(r)).is_some();
        }
        let key = |record: u32| self.keys.get(record as usize * self.width + rule).copied().unwrap_or(0);
        rule < self.width && key(l) != 0 && key(l) == key(r)
    }

    /// Whether one rule gives every pair.
    pub fn compares_all(&self) -> bool {
        self.rules.iter().any(|rule| rule.starts.len() == 2 && rule.records.len() == self.source.len())
    }

    /// All pairs that the link type allows, compared or not.
    pub fn all_pairs(&self) -> f64 {
        let mut by_source: BTreeMap<u16, u64> = BTreeMap::new();
        for source in &self.source {
            *by_source.entry(*source).or_default() += 1;
        }
        let total = self.source.len() as f64;
        let mut pairs = total * (total - 1.0) / 2.0;
        for (source, count) in by_source {
            if self.link_only || self.unique.get(usize::from(source)).copied().unwrap_or(false) {
                pairs -= count as f64 * (count as f64 - 1.0) / 2.0;
            }
        }
        pairs.max(1.0)
    }
}

fn smallest_common(l: &[u32], r: &[u32]) -> Option<u32> {
    let (mut i, mut j) = (0, 0);
    while let (Some(a), Some(b)) = (l.get(i), r.get(j)) {
        match a.cmp(b) {
            std::cmp::Ordering::Equal => return Some(*a),
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
        }
    }
    None
}

/// Pairs that one rule may give.
pub(super) fn budget_of(settings: &Settings, records: usize) -> u64 {
    (u64::from(settings.pairs_per_record_and_rule) * records as u64).max(SMALLEST_BUDGET)
}

/// The largest size of a block that a rule may have within its budget. `sizes`: size of block -> how many there are.
pub(super) fn cap_of(sizes: &BTreeMap<u64, u64>, budget: u64) -> u64 {
    let (mut held, mut cap) = (0_u64, 0_u64);
    for (size, times) in sizes {
        held += size * (size - 1) / 2 * times;
        if held > budget {
            break;
        }
        cap = *size;
    }
    cap
}

/// Sorts entries into blocks and leaves out the largest where a rule would give more pairs than its budget.
fn guard(mut entries: Vec<(u64, u32)>, name: &str, budget: u64, explodes: bool) -> (RuleBlocks, RuleCount) {
    entries.par_sort_unstable();
    entries.dedup();
    let blocks: Vec<&[(u64, u32)]> = entries.chunk_by(|a, b| a.0 == b.0).filter(|block| block.len() > 1).collect();
    let mut sizes: BTreeMap<u64, u64> = BTreeMap::new();
    for block in &blocks {
        *sizes.entry(block.len() as u64).or_default() += 1;
    }
    let cap = cap_of(&sizes, budget);
    let mut count = RuleCount {
        blocking_rule: name.to_owned(),
        blocks: 0,
        pairs: 0,
        new_pairs: 0,
        largest_block: 0,
        skipped_blocks: 0,
        skipped_records: 0,
        skipped_pairs: 0,
        left_out: false,
        largest: largest(&blocks, cap),
    };
    let mut kept = RuleBlocks { records: Vec::new(), starts: vec![0], explodes };
    for block in blocks {
        let size = block.len() as u64;
        let pairs = size * (size - 1) / 2;
        if size > cap {
            count.skipped_blocks += 1;
            count.skipped_records += size;
            count.skipped_pairs += pairs;
            continue;
        }
        count.blocks += 1;
        count.pairs += pairs;
        count.largest_block = count.largest_block.max(size);
        kept.records.extend(block.iter().map(|(_, record)| *record));
        kept.starts.push(u32::try_from(kept.records.len()).unwrap_or(u32::MAX));
    }
    (kept, count)
}

/// The largest blocks, of equal ones the first.
fn largest(blocks: &[&[(u64, u32)]], cap: u64) -> Vec<LargeBlock> {
    let mut kept: Vec<(usize, u32)> = Vec::with_capacity(LISTED + 1);
    for block in blocks {
        if kept.len() == LISTED && kept.last().is_some_and(|(size, _)| *size >= block.len()) {
            continue;
        }
        let at = kept.partition_point(|(size, _)| *size >= block.len());
        kept.insert(at, (block.len(), block[0].1));
        kept.truncate(LISTED);
    }
    kept.into_iter()
        .map(|(size, example)| {
            let records = size as u64;
            LargeBlock { records, pairs: records * (records - 1) / 2, skipped: records > cap, example }
        })
        .collect()
}

/// (key hash, record) of every record that has all of a rule's keys.
pub fn entries_of(fields: &Fields, rule: &BlockingRule) -> Result<Vec<(u64, u32)>, MatchError> {
    let place = format!("blocking rule \"{}\"", rule.blocking_rule);
    let mut parts: Vec<KeyPart<'_>> = Vec::with_capacity(rule.keys.len());
    for key in &rule.keys {
        let field = &fields.fields[fields.index(&key.field, &place)?];
        let explodes = key.transform == Transform::Tokens;
        let (mut one, mut many) = (Vec::new(), Vec::new());
        if explodes {
            many = field.values.par_iter().map(token_keys).collect();
        } else {
            one = field.values.par_iter().map(|value| key_of(field.kind, value, key.transform).map_or(NO_KEY, spread)).collect();
        }
        parts.push(KeyPart { ids: &field.ids, one, many });
    }
    let records: Vec<u32> = (0..u32::try_from(fields.len()).unwrap_or(u32::MAX)).collect();
    let chunks: Vec<Vec<(u64, u32)>> = records
        .par_chunks(1 << 14)
        .map(|records| {
            let mut found = Vec::with_capacity(records.len());
            records.iter().for_each(|record| add_entries(&parts, SEED, *record, &mut found));
            found
        })
        .collect();
    Ok(chunks.concat())
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
/// A value that has no such part.
const NO_KEY: u64 = 0;

/// The keys of one field's values: one each, or several.
struct KeyPart<'a> {
    ids: &'a [u32],
    one: Vec<u64>,
    many: Vec<Vec<u64>>,
}

/// Adds every combination of a record's keys, beginning with what stands so far.
fn add_entries(parts: &[KeyPart<'_>], key: u64, record: u32, found: &mut Vec<(u64, u32)>) {
    let Some((part, rest)) = parts.split_first() else {
        found.push((key, record));
        return;
    };
    let value = part.ids[record as usize] as usize;
    match part.one.get(value) {
        Some(hash) if *hash != NO_KEY => add_entries(rest, mix(key, *hash), record, found),
        Some(_) => {}
        None => part.many.get(value).into_iter().flatten().for_each(|hash| add_entries(rest, mix(key, *hash), record, found)),
    }
}

fn mix(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(0x2545_f491_4f6c_dd1d)
}

/// The key of a value under a transform of one key; none where the value has no such part.
fn key_of(kind: FieldKind, value: &Value, transform: Transform) -> Option<u64> {
    let hash = |text: &str| (!text.is_empty()).then(|| stable_64(text.as_bytes()));
    let text: &str = if kind == FieldKind::Phone { value.squeezed() } else { &value.text };
    let squeezed = || value.squeezed();
    let date = value.date;
    match transform {
        Transform::Whole if kind == FieldKind::Date && !date.is_full() => None,
        Transform::Whole => hash(squeezed()),
        Transform::Prefix(count) => {
            let word = squeezed();
            let end = word.char_indices().nth(usize::from(count)).map_or(word.len(), |(at, _)| at);
            (word.len() >= usize::from(count)).then(|| &word[..end]).and_then(hash)
        }
        Transform::Last(count) => last_characters(text, usize::from(count)).and_then(hash),
        Transform::Phonetic => hash(&phonetic(squeezed())),
        Transform::FullForm => value.tokens.first().filter(|t| t.len() > 1).and_then(|t| hash(nickname::full_form(t))),
        Transform::SortedTokens => {
            let mut words: Vec<&str> = value.tokens.iter().map(AsRef::as_ref).collect();
            words.sort_unstable();
            // One word in any order is a common given name's block, not a whole name's.
            (words.len() > 1).then(|| words.join(" ")).and_then(|words| hash(&words))
        }
        Transform::Year => (date.year != 0).then(|| u64::from(date.year) | 1 << 40),
        Transform::YearMonth => (date.year != 0 && date.month != 0).then(|| u64::from(date.year) << 8 | u64::from(date.month) | 1 << 41),
        Transform::MonthDay => {
            // 3 April and 4 March in one block: day and month get swapped.
            let (low, high) = (date.month.min(date.day), date.month.max(date.day));
            (low != 0).then(|| u64::from(low) << 8 | u64::from(high) | 1 << 42)
        }
        Transform::LocalPart => value.tokens.first().filter(|t| t.len() >= 4).and_then(|t| hash(t)),
        Transform::HouseNumber => address::house_number(text).and_then(hash),
        Transform::StreetName => {
            let words: String = value.tokens.iter().filter(|t| !t.bytes().any(|b| b.is_ascii_digit())).map(AsRef::as_ref).collect();
            (words.len() >= 4).then_some(words).and_then(|w| hash(&w))
        }
        Transform::Tokens => None,
    }
}

/// A key for every word of three letters and more.
fn token_keys(value: &Value) -> Vec<u64> {
    let mut keys: Vec<u64> = value.tokens.iter().filter(|t| t.len() > 2).map(|t| spread(stable_64(t.as_bytes()))).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn spread(key: u64) -> u64 {
    (key ^ (key >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
