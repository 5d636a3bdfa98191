//! Decisions from another laptop. Flow: what is decided here + what a pack brings -> which of them contradict which.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::base::hash::digest_of;
use crate::base::{DecisionId, RecordKey};

use super::decision::{Answer, Decision};
use super::signature::{Columns, SealedDecision};

/// The first line of a pack; the decisions are the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackHead<A> {
    /// Grows when the form of packs changes.
    pub karat_pack: u32,
    /// The workspace's identity: the same in all its copies.
    pub workspace: String,
    /// The laptop it was made on, and the how many-th there.
    pub laptop: String,
    pub number: i64,
    pub made_by: String,
    pub made_at: String,
    /// The end of the audit log there.
    pub anchor: A,
    pub decisions: u64,
    /// SHA-256 of the second line.
    pub body: String,
    #[serde(default)]
    pub public_key: Option<String>,
    #[serde(default)]
    pub signature: Option<String>,
}

pub const FORMAT: u32 = 1;

impl<A: Serialize + Clone> PackHead<A> {
    /// What the signature covers: everything before it.
    pub fn digest(&self) -> String {
        let bare = Self { public_key: None, signature: None, ..self.clone() };
        digest_of([serde_json::to_string(&bare).unwrap_or_default().as_str()])
    }
}

/// What a decision says of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    pub item: String,
    pub answer: Option<Answer>,
    /// The records of each are one customer.
    pub joins: Vec<Vec<RecordKey>>,
    /// No two of these share a customer.
    pub parts: Vec<Vec<RecordKey>>,
}

impl Claim {
    pub fn of_sealed(sealed: &SealedDecision) -> Self {
        let cuts = sealed.row.get("whole_groups").and_then(serde_json::Value::as_i64) == Some(1);
        Self::new(sealed.text("item_id"), sealed.answer(), sealed.groups(), cuts)
    }

    pub fn of_decision(decision: &Decision) -> Self {
        Self::new(&decision.item.0, Some(decision.answer), decision.groups.clone(), decision.whole_groups)
    }

    fn new(item: &str, answer: Option<Answer>, groups: Vec<Vec<RecordKey>>, cuts: bool) -> Self {
        let (joins, parts) = match answer {
            Some(Answer::Same) => (vec![groups.into_iter().flatten().collect()], Vec::new()),
            Some(Answer::Different | Answer::Related) if cuts => (groups.clone(), groups),
            Some(Answer::Different | Answer::Related) => (Vec::new(), groups),
            Some(Answer::Unsure) | None => (Vec::new(), Vec::new()),
        };
        Self { item: item.to_owned(), answer, joins, parts }
    }
}

/// What an entry says of a golden value or of a spelling.
#[derive(Debug, Clone, PartialEq)]
pub struct Saying {
    /// The field, or the domain and the spelling.
    about: String,
    /// The records whose golden value it is; none of a spelling.
    members: Vec<RecordKey>,
    says: Columns,
}

impl Saying {
    pub fn of_sealed(sealed: &SealedDecision) -> Option<Self> {
        let row = |table: &str| sealed.parts.get(table).and_then(|rows| rows.first());
        let (columns, named) = match (row("golden_deed"), row("naming")) {
            (Some(golden), _) => (golden, ["field", ""]),
            (None, Some(naming)) => (naming, ["domain", "spelling"]),
            (None, None) => return None,
        };
        let about: Vec<&str> = named.iter().filter_map(|name| columns.get(*name)?.as_str()).collect();
        Some(Self { about: about.join(": "), members: sealed.groups().into_iter().flatten().collect(), says: columns.clone() })
    }

    /// Something else of the same field of one of the same records, or of the same spelling.
    fn contradicts(&self, other: &Self) -> bool {
        let both = |members: &[RecordKey]| self.members.is_empty() || self.members.iter().any(|key| members.contains(key));
        self.about == other.about && both(&other.members) && self.says != other.says
    }

    /// The newest entry made here that it contradicts, and why. `local`: what stands here and whoever made the pack did not know.
    pub fn against(&self, local: &[(DecisionId, Self)]) -> Option<(DecisionId, String)> {
        let (id, _) = local.iter().rev().find(|(_, known)| self.contradicts(known))?;
        Some((*id, format!("it says something else of {} than decision {id}", self.about)))
    }
}

/// An entry of a pack that says the opposite of one made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Index into what came.
    pub incoming: usize,
    pub local: DecisionId,
    /// "it joins records that decision 3 keeps apart"
    pub why: String,
}

/// Which of the incoming entries contradict decisions that hold here, each with one that it contradicts. Both in the order in which
/// they were made. What contradicts through a third record counts too: joined A and B here, B and C there, A and C kept apart here.
pub fn conflicts(local: &[(DecisionId, Claim)], incoming: &[Claim]) -> Vec<Conflict> {
    let mut held = Held::default();
    for (id, claim) in local {
        held.add(claim, Some(*id));
    }
    let mut found = Vec::new();
    for (at, claim) in incoming.iter().enumerate() {
        match held.against(claim, local) {
            Some((local, why)) => found.push(Conflict { incoming: at, local, why }),
            None => held.add(claim, None),
        }
    }
    found
}

#[derive(Default, Clone)]
struct Held {
    parent: FxHashMap<RecordKey, RecordKey>,
    /// Pairs kept apart, and the decision here that does.
    apart: Vec<(RecordKey, RecordKey, Option<DecisionId>)>,
}

impl Held {
    fn root(&self, key: &RecordKey) -> RecordKey {
        let mut at = key;
        while let Some(up) = self.parent.get(at) {
            at = up;
        }
        at.clone()
    }

    fn join(&mut self, group: &[RecordKey]) {
        for pair in group.windows(2) {
            let (a, b) = (self.root(&pair[0]), self.root(&pair[1]));
            if a != b {
                self.parent.insert(b, a);
            }
        }
    }

    fn add(&mut self, claim: &Claim, by: Option<DecisionId>) {
        for group in &claim.joins {
            self.join(group);
        }
        for (a, b) in across(&claim.parts) {
            self.apart.push((a.clone(), b.clone(), by));
        }
    }

    fn against(&self, claim: &Claim, local: &[(DecisionId, Claim)]) -> Option<(DecisionId, String)> {
        let same_item = local.iter().rev().find(|(_, known)| {
            known.item == claim.item
                && known.answer != claim.answer
                && known.answer != Some(Answer::Unsure)
                && claim.answer != Some(Answer::Unsure)
        });
        if let (Some((id, known)), Some(answer)) = (same_item, claim.answer)
            && let Some(known) = known.answer
        {
            return Some((*id, format!("it says {} where decision {id} says {}", answer.name(), known.name())));
        }
        let mut joined = self.clone();
        for group in &claim.joins {
            joined.join(group);
        }
        let parted =
            joined.apart.iter().rev().find(|(a, b, by)| by.is_some() && joined.root(a) == joined.root(b) && self.root(a) != self.root(b));
        if let Some((_, _, Some(by))) = parted {
            return Some((*by, format!("it joins records that decision {by} keeps apart")));
        }
        let (a, _) = across(&claim.parts).find(|(a, b)| self.root(a) == self.root(b))?;
        let root = self.root(a);
        let touches = |claim: &Claim| claim.joins.iter().flatten().any(|key| self.root(key) == root);
        let (by, _) = local.iter().rev().find(|(_, known)| touches(known))?;
        Some((*by, format!("it keeps records apart that decision {by} joins")))
    }
}

/// Pairs of records of different groups.
fn across(groups: &[Vec<RecordKey>]) -> impl Iterator<Item = (&RecordKey, &RecordKey)> {
    groups.iter().enumerate().flat_map(move |(at, group)| {
        let others = groups[at + 1..].iter().flatten();
        group.iter().flat_map(move |a| others.clone().map(move |b| (a, b)))
    })
}

#[cfg(test)]
#[path = "pack_tests.rs"]
mod tests;
