//! Blocking rules -> candidate pairs. A rule is a hash join on its equalities and a condition on what they leave.
//!
//! A pair belongs to the first rule that gives it: a later rule leaves out what an earlier one has (null counts as no).

use rustc_hash::FxHashMap;

use super::super::blocking::RuleCount;
use super::super::error::MatchError;
use super::super::settings::LinkType;
use super::model::{SplinkModel, SplinkRule};
use super::sql::eval::{Source, truth};
use super::sql::tree::Comparison;
use super::sql::{Frame, Node, Side, Value, evaluate};
use super::table::{NULL, Pair, Table, turned_left};

/// Pairs that a rule without any equality may give before it is refused.
pub const MOST_WITHOUT_EQUALITY: u64 = 50_000_000;
/// Pairs that any rule may give before it is refused.
pub const MOST_OF_A_RULE: u64 = 4_000_000_000;
/// Candidate pairs of one piece of work.
const UNIT_PAIRS: u64 = 40_000;

/// Keys of the records on one side.
#[derive(Debug)]
enum Keys {
    /// One key or none per record.
    One(Vec<u32>),
    /// Keys per record, sorted (`arrays_to_explode`).
    Many(Vec<Vec<u32>>),
    /// No equality: all records are in one block.
    All,
}

/// A rule over a table.
#[derive(Debug)]
struct Bound {
    l: Keys,
    r: Keys,
    /// Records of the right side by key, ascending: where each key's begin, and the records.
    starts: Vec<u32>,
    members: Vec<u32>,
    rest: Option<Node>,
    path: String,
}

/// A piece of work: the left records `from..to` of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    pub rule: u16,
    pub from: u32,
    pub to: u32,
}

/// All rules over a table.
#[derive(Debug)]
pub struct Blocks {
    rules: Vec<Bound>,
    link_type: LinkType,
    pub units: Vec<Unit>,
    pub counts: Vec<RuleCount>,
}

impl Blocks {
    /// Errors where a rule would give too many pairs, or cannot be computed; they name the rule.
    pub fn new(table: &mut Table, model: &SplinkModel, link_type: LinkType) -> Result<Self, MatchError> {
        let mut blocks = Self { rules: Vec::new(), link_type, units: Vec::new(), counts: Vec::new() };
        for (at, rule) in model.blocking_rules_to_generate_predictions.iter().enumerate() {
            let path = format!("blocking_rules_to_generate_predictions[{at}].blocking_rule");
            let bound = bind(table, rule, path)?;
            blocks.add(table, rule, bound)?;
        }
        Ok(blocks)
    }

    /// Counts a rule's pairs, refuses too many, and cuts the rule into pieces of work.
    fn add(&mut self, table: &Table, rule: &SplinkRule, bound: Bound) -> Result<(), MatchError> {
        let count = u32::try_from(table.len()).unwrap_or(u32::MAX);
        let number = u16::try_from(self.rules.len()).unwrap_or(u16::MAX);
        let (mut total, mut in_unit, mut from) = (0_u64, 0_u64, 0_u32);
        for l in 0..count {
            let mut here = 0;
            bound.blocks_of(l, |block| here += (block.len() - block.partition_point(|r| *r <= l)) as u64);
            total += here;
            in_unit += here;
            if in_unit >= UNIT_PAIRS {
                self.units.push(Unit { rule: number, from, to: l + 1 });
                (in_unit, from) = (0, l + 1);
            }
        }
        if in_unit > 0 {
            self.units.push(Unit { rule: number, from, to: count });
        }
        let most = if matches!(bound.l, Keys::All) { MOST_WITHOUT_EQUALITY } else { MOST_OF_A_RULE };
        let largest_block = bound.starts.windows(2).map(|ends| u64::from(ends[1] - ends[0])).max().unwrap_or(0);
        if total > most {
            let why = if matches!(bound.l, Keys::All) { "it has no equality between l and r" } else { "its keys are too common" };
            let reason = format!(
                "the rule {} would compare {total} pairs ({why}; its largest block has {largest_block} records); at most {most} are compared. Add an equality, such as l.surname = r.surname",
                rule.blocking_rule
            );
            return Err(MatchError::Splink { path: bound.path, reason });
        }
        self.counts.push(RuleCount {
            blocking_rule: rule.blocking_rule.clone(),
            blocks: bound.starts.len().saturating_sub(1) as u64,
            pairs: total,
            new_pairs: 0,
            largest_block,
            skipped_blocks: 0,
            skipped_records: 0,
            skipped_pairs: 0,
            left_out: false,
            largest: Vec::new(),
        });
        self.rules.push(bound);
        Ok(())
    }

    /// Calls `found` for every pair that a left record has by a rule and by no earlier one. `seen` is a list to work in.
    pub fn walk<E: From<MatchError>>(
        &self,
        table: &Table,
        rule: u16,
        l: u32,
        seen: &mut Vec<u32>,
        mut found: impl FnMut(u32) -> Result<(), E>,
    ) -> Result<(), E> {
        let bound = &self.rules[usize::from(rule)];
        seen.clear();
        bound.blocks_of(l, |block| seen.extend_from_slice(&block[block.partition_point(|r| *r <= l)..]));
        if matches!(bound.l, Keys::Many(_)) {
            seen.sort_unstable();
            seen.dedup();
        }
        let source = table.source[l as usize];
        for r in seen.iter() {
            if self.link_type == LinkType::LinkOnly && table.source[*r as usize] == source {
                continue;
            }
            if !bound.rest_holds(table, l, *r)? {
                continue;
            }
            let mut is_new = true;
            for earlier in &self.rules[..usize::from(rule)] {
                if earlier.shares_key(l, *r) && earlier.rest_holds(table, l, *r)? {
                    is_new = false;
                    break;
                }
            }
            if is_new {
                found(*r)?;
            }
        }
        Ok(())
    }
}

impl Bound {
    /// The right records that share a key with a left one, block by block.
    fn blocks_of(&self, l: u32, mut found: impl FnMut(&[u32])) {
        let block = |key: u32| {
            let at = key as usize;
            // A key that no right record has.
            if at + 1 >= self.starts.len() { &[][..] } else { &self.members[self.starts[at] as usize..self.starts[at + 1] as usize] }
        };
        match &self.l {
            Keys::All => found(&self.members),
            Keys::One(keys) => {
                if keys[l as usize] != NULL {
                    found(block(keys[l as usize]));
                }
            }
            Keys::Many(keys) => keys[l as usize].iter().for_each(|key| found(block(*key))),
        }
    }

    fn shares_key(&self, l: u32, r: u32) -> bool {
        match (&self.l, &self.r) {
            (Keys::One(of_l), Keys::One(of_r)) => of_l[l as usize] != NULL && of_l[l as usize] == of_r[r as usize],
            (Keys::Many(of_l), Keys::Many(of_r)) => of_l[l as usize].iter().any(|key| of_r[r as usize].binary_search(key).is_ok()),
            _ => true,
        }
    }

    fn rest_holds(&self, table: &Table, l: u32, r: u32) -> Result<bool, MatchError> {
        let Some(rest) = &self.rest else { return Ok(true) };
        let pair = Pair { table, l, r };
        let found = truth(rest, &mut Frame::new(&pair, table.dialect));
        found.map(|found| found == Some(true)).map_err(|fault| MatchError::Splink { path: self.path.clone(), reason: fault.0.into() })
    }
}

/// Takes a rule apart into equalities between the records and the rest.
fn bind(table: &mut Table, rule: &SplinkRule, path: String) -> Result<Bound, MatchError> {
    let mut parts = Vec::new();
    flatten(&rule.condition, &mut parts);
    let (mut of_l, mut of_r, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        match equality(part) {
            Some((l, r)) => {
                of_l.push(l);
                of_r.push(r);
            }
            None if matches!(part, Node::Literal(Value::Bool(true))) => {}
            None => rest.push(table.derive(part)),
        }
    }
    let explodes = !rule.arrays_to_explode.is_empty();
    if explodes && rest.iter().any(|node| reads_exploded(table, node)) {
        let reason = "besides equalities, it reads a list that it takes apart; Karat joins such rules by equality only";
        return Err(MatchError::Splink { path, reason: reason.to_owned() });
    }
    let rest = match rest.len() {
        0 => None,
        1 => rest.pop(),
        _ => Some(Node::And(rest)),
    };
    let (l, r) = if of_l.is_empty() {
        (Keys::All, Keys::All)
    } else if explodes {
        exploded_keys(table, &of_l, &of_r, &path)?
    } else {
        let of_l: Vec<usize> = of_l.iter().map(|node| column_number(table, node)).collect();
        let of_r: Vec<usize> = of_r.iter().map(|node| column_number(table, node)).collect();
        keys(table, &of_l, &of_r, &path)?
    };
    let (starts, members) = grouped(&r, table.len());
    Ok(Bound { l, r, starts, members, rest, path })
}

fn flatten<'n>(node: &'n Node, parts: &mut Vec<&'n Node>) {
    match node {
        Node::And(all) => all.iter().for_each(|inner| flatten(inner, parts)),
        other => parts.push(other),
    }
}

/// The left and right sides of an equality between the two records.
fn equality(node: &Node) -> Option<(Node, Node)> {
    let Node::Compare { how: Comparison::Equal, l, r, single: false } = node else { return None };
    let side = |node: &Node| {
        let mut read = Vec::new();
        node.columns(&mut read);
        let first = read.first()?.1;
        read.iter().all(|(_, side)| *side == first).then_some(first)
    };
    match (side(l)?, side(r)?) {
        (Side::L, Side::R) => Some(((**l).clone(), (**r).clone())),
        (Side::R, Side::L) => Some(((**r).clone(), (**l).clone())),
        _ => None,
    }
}

fn reads_exploded(table: &Table, node: &Node) -> bool {
    let mut read = Vec::new();
    node.columns(&mut read);
    read.iter().any(|(column, _)| table.is_exploded(*column))
}

fn column_number(table: &mut Table, node: &Node) -> usize {
    match table.derived_column(node) {
        Node::Column { column, .. } => column,
        _ => 0,
    }
}

/// Numbers the combinations of values on both sides alike; a null in any part gives no key.
fn keys(table: &Table, of_l: &[usize], of_r: &[usize], path: &str) -> Result<(Keys, Keys), MatchError> {
    let count = table.len();
    let mut l: Vec<u32> = vec![0; count];
    let mut r: Vec<u32> = vec![0; count];
    let symmetric = of_l == of_r;
    for (a, b) in of_l.iter().zip(of_r) {
        let (a, b) = (&table.columns[*a], &table.columns[*b]);
        if let Some(Value::Fault(fault)) = a.values.iter().chain(&b.values).find(|value| matches!(value, Value::Fault(_))) {
            return Err(MatchError::Splink { path: path.to_owned(), reason: fault.0.to_string() });
        }
        // Values of the right column by the numbers of the left one.
        let mut known: FxHashMap<Vec<u8>, u32> = FxHashMap::default();
        let mut number = |value: &Value| {
            let mut key = Vec::new();
            value.key(&mut key);
            let next = u32::try_from(known.len()).unwrap_or(NULL);
            *known.entry(key).or_insert(next)
        };
        let of_a: Vec<u32> = a.values.iter().map(&mut number).collect();
        let of_b: Vec<u32> = if symmetric { of_a.clone() } else { b.values.iter().map(&mut number).collect() };
        let mut seen: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let mut extend = |held: &mut u32, id: u32, numbers: &[u32]| {
            let Some(value) = numbers.get(id as usize).filter(|_| *held != NULL) else {
                *held = NULL;
                return;
            };
            let next = u32::try_from(seen.len()).unwrap_or(NULL);
            *held = *seen.entry((*held, *value)).or_insert(next);
        };
        for (held, id) in l.iter_mut().zip(&a.ids) {
            extend(held, *id, &of_a);
        }
        if !symmetric {
            for (held, id) in r.iter_mut().zip(&b.ids) {
                extend(held, *id, &of_b);
            }
        }
    }
    if symmetric {
        r.clone_from(&l);
    }
    Ok((Keys::One(l), Keys::One(r)))
}

/// One record with one element of each list that a rule takes apart.
struct Row<'a> {
    table: &'a Table,
    record: usize,
    elements: &'a [(usize, &'a Value)],
}

impl Source for Row<'_> {
    fn value(&self, column: usize, _: Side) -> &Value {
        let element = self.elements.iter().find(|(held, _)| *held == column);
        match element {
            Some((_, value)) => value,
            None => self.table.value(column, self.record),
        }
    }
}

/// Keys of every combination of elements of the lists that a rule takes apart.
fn exploded_keys(table: &Table, of_l: &[Node], of_r: &[Node], path: &str) -> Result<(Keys, Keys), MatchError> {
    let mut twins: Vec<usize> = Vec::new();
    for node in of_l.iter().chain(of_r) {
        let mut read = Vec::new();
        node.columns(&mut read);
        twins.extend(read.iter().map(|(column, _)| *column).filter(|column| table.is_exploded(*column)));
    }
    twins.sort_unstable();
    twins.dedup();
    let mut known: FxHashMap<Vec<u8>, u32> = FxHashMap::default();
    let mut side = |nodes: &[Node]| -> Result<Vec<Vec<u32>>, MatchError> {
        let nodes: Vec<Node> = nodes.iter().cloned().map(turned_left).collect();
        let mut all = Vec::with_capacity(table.len());
        for record in 0..table.len() {
            let mut found = Vec::new();
            for elements in table.exploded_rows(record, &twins) {
                let row = Row { table, record, elements: &elements };
                let mut key = Vec::new();
                let mut whole = true;
                for node in &nodes {
                    let value = evaluate(node, &mut Frame::new(&row, table.dialect))
                        .map_err(|fault| MatchError::Splink { path: path.to_owned(), reason: fault.0.into() })?;
                    whole &= !value.is_null();
                    value.key(&mut key);
                }
                if whole {
                    let next = u32::try_from(known.len()).unwrap_or(NULL);
                    found.push(*known.entry(key).or_insert(next));
                }
            }
            found.sort_unstable();
            found.dedup();
            all.push(found);
        }
        Ok(all)
    };
    let (l, r) = (side(of_l)?, side(of_r)?);
    Ok((Keys::Many(l), Keys::Many(r)))
}

/// Records by key: where each key's records begin, and the records.
fn grouped(keys: &Keys, count: usize) -> (Vec<u32>, Vec<u32>) {
    let number = |at: usize| u32::try_from(at).unwrap_or(NULL);
    let entries: Vec<(u32, u32)> = match keys {
        Keys::All => return (vec![0, number(count)], (0..number(count)).collect()),
        Keys::One(keys) => (0_u32..).zip(keys).filter(|(_, key)| **key != NULL).map(|(record, key)| (*key, record)).collect(),
        Keys::Many(keys) => (0_u32..).zip(keys).flat_map(|(record, keys)| keys.iter().map(move |key| (*key, record))).collect(),
    };
    let highest = entries.iter().map(|(key, _)| *key as usize + 1).max().unwrap_or(0);
    let mut starts = vec![0_u32; highest + 1];
    for (key, _) in &entries {
        starts[*key as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut members = vec![0_u32; entries.len()];
    for (key, record) in entries {
        members[next[key as usize] as usize] = record;
        next[key as usize] += 1;
    }
    (starts, members)
}
