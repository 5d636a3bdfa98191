//! The decision log: answers, words on golden values, namings, and entries that take others back.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use rustc_hash::FxHashMap;

use crate::base::{DecisionId, ItemId, RecordKey};
use crate::stewardship::overrides::{Override, Word};
use crate::stewardship::{Answer, Decision, Domain, Field, Naming, Relation};
use crate::store::StoreError;

use super::Control;
use super::audit::{Deed, append};

/// A decision on its way into the log.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDecision {
    pub item: ItemId,
    pub answer: Answer,
    pub groups: Vec<Vec<RecordKey>>,
    pub whole_groups: bool,
    pub was_one: bool,
    pub relation: Option<Relation>,
    pub match_weight: Option<f64>,
    pub author: String,
    pub decided_at: String,
    pub reason: Option<String>,
    pub fingerprint: i64,
    /// Per record the values that were on the screen, as a JSON object.
    pub seen: Vec<(RecordKey, String)>,
    pub summary: String,
}

/// Who says something, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub author: String,
    pub at: String,
    pub reason: Option<String>,
    pub summary: String,
}

/// A word on a golden value on its way into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOverride {
    pub said: Said,
    pub members: Vec<RecordKey>,
    pub field: Field,
    pub word: Word,
    pub fingerprint: i64,
}

/// A naming on its way into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNaming {
    pub said: Said,
    pub domain: Domain,
    pub spelling: String,
    pub meaning: Option<String>,
}

/// An entry of the log that takes another back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    pub entry: DecisionId,
    pub by: DecisionId,
    pub summary: String,
}

impl Control {
    /// The records that decisions and words on golden values name, those that were taken back too: they may be looked at again.
    pub fn decided_records(&self) -> Result<BTreeSet<RecordKey>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare("SELECT DISTINCT source_system, source_customer_id FROM decision_member")?;
            let found = rows.query_map([], |row| Ok(RecordKey::new(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?)))?;
            found.collect()
        })
    }

    /// Appends a decision and its audit entry. When this returns, it is on the disk.
    pub fn decide(&mut self, new: &NewDecision) -> Result<DecisionId, StoreError> {
        self.write(|tx| insert(tx, new, None))
    }

    /// Appends decisions that are made in one go: all of them are there or none. They are a batch.
    pub fn decide_all(&mut self, new: &[NewDecision]) -> Result<Vec<DecisionId>, StoreError> {
        self.write(|tx| {
            let first: i64 =
                tx.query_row("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'decision'", [], |row| row.get(0))?;
            let batch = (new.len() > 1).then_some(DecisionId(first));
            new.iter().map(|new| insert(tx, new, batch)).collect()
        })
    }

    /// Appends a word on a golden value.
    pub fn say_golden(&mut self, new: &NewOverride) -> Result<DecisionId, StoreError> {
        self.write(|tx| {
            let item = ItemId::of(std::slice::from_ref(&new.members));
            let id = insert_row(tx, &item, "golden", &new.said, new.fingerprint)?;
            insert_members(tx, id, std::slice::from_ref(&new.members))?;
            let (value, from) = match &new.word {
                Word::Take(key) => (None, Some(key)),
                Word::Type(value) | Word::Pin(value) => (Some(value), None),
                Word::GiveBack => (None, None),
            };
            tx.execute(
                "INSERT INTO golden_deed (decision_id, field, action, value, source_system, source_customer_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    id,
                    new.field.column(),
                    new.word.name(),
                    value,
                    from.map(|key| &key.source_system),
                    from.map(|key| &key.source_customer_id)
                ],
            )?;
            audit(tx, id, &new.said, &format!("{} of {}: item {item}", new.word.name(), new.field.column()))?;
            Ok(DecisionId(id))
        })
    }

    /// Appends what a spelling means.
    pub fn say_name(&mut self, new: &NewNaming) -> Result<DecisionId, StoreError> {
        self.write(|tx| {
            let item = new.item();
            let id = insert_row(tx, &item, "naming", &new.said, 0)?;
            tx.execute(
                "INSERT INTO naming (decision_id, domain, spelling, meaning) VALUES (?1, ?2, ?3, ?4)",
                params![id, new.domain.name(), new.spelling, new.meaning],
            )?;
            audit(tx, id, &new.said, &format!("naming of {}: item {item}", new.domain.name()))?;
            Ok(DecisionId(id))
        })
    }

    /// Takes an entry back by an entry of its own. An undo cannot be undone, and nothing can be undone twice.
    pub fn undo(&mut self, decision: DecisionId, author: &str, at: &str) -> Result<DecisionId, StoreError> {
        let undone = self.undo_all(&[decision], author, at)?;
        Ok(undone.first().map_or(decision, |undone| undone.by))
    }

    /// Takes entries back, all of them or none.
    pub fn undo_all(&mut self, entries: &[DecisionId], author: &str, at: &str) -> Result<Vec<Undone>, StoreError> {
        for entry in entries {
            self.must_stand(*entry)?;
        }
        self.write(|tx| entries.iter().map(|entry| undo(tx, *entry, author, at)).collect())
    }

    fn must_stand(&self, entry: DecisionId) -> Result<(), StoreError> {
        let found = self.read(|conn| {
            conn.query_row(
                "SELECT u.decision_id FROM decision d LEFT JOIN decision u ON u.undoes = d.decision_id
                 WHERE d.decision_id = ?1 AND d.answer <> 'undo'",
                [entry.0],
                |row| row.get::<_, Option<i64>>(0),
            )
            .optional()
        })?;
        match found {
            None => Err(StoreError::Refused(format!("there is no decision {entry}. 'karat decision list' names them."))),
            Some(Some(by)) => Err(StoreError::Refused(format!("decision {entry} was taken back already, by entry {by}."))),
            Some(None) => Ok(()),
        }
    }

    /// Every answer ever given, oldest first; entries of undo show as `undone_by` of what they took back.
    pub fn decisions(&self) -> Result<Vec<Decision>, StoreError> {
        self.read(|conn| {
            let mut groups = members(conn)?;
            let mut log = conn.prepare(
                "SELECT d.decision_id, d.item_id, d.answer, d.author, d.decided_at, d.reason, d.fingerprint, d.summary, u.decision_id,
                   d.whole_groups, d.relation, d.match_weight, d.batch, d.was_one
                 FROM decision d LEFT JOIN decision u ON u.undoes = d.decision_id
                 WHERE d.answer NOT IN ('undo', 'golden', 'naming') ORDER BY d.decision_id",
            )?;
            let found = log.query_map([], |row| decision_of(row, &mut groups))?;
            found.collect()
        })
    }

    /// Every word on a golden value, oldest first.
    pub fn overrides(&self) -> Result<Vec<Override>, StoreError> {
        self.read(|conn| {
            let mut log = conn.prepare(
                "SELECT d.decision_id, d.author, d.decided_at, d.reason, d.fingerprint, d.summary, u.decision_id, d.batch,
                   g.field, g.action, g.value, g.source_system, g.source_customer_id
                 FROM decision d JOIN golden_deed g USING (decision_id) LEFT JOIN decision u ON u.undoes = d.decision_id ORDER BY 1",
            )?;
            let mut rows = log.query([])?;
            let mut groups = None;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let groups = match &mut groups {
                    Some(groups) => groups,
                    None => groups.insert(members(conn)?),
                };
                found.extend(override_of(row, groups)?);
            }
            Ok(found)
        })
    }

    /// Every naming, oldest first.
    pub fn namings(&self) -> Result<Vec<Naming>, StoreError> {
        self.read(|conn| {
            let mut log = conn.prepare(
                "SELECT d.decision_id, n.domain, n.spelling, n.meaning, d.author, d.decided_at, d.reason, d.summary, u.decision_id
                 FROM decision d JOIN naming n USING (decision_id) LEFT JOIN decision u ON u.undoes = d.decision_id ORDER BY 1",
            )?;
            let found = log.query_map([], |row| {
                Ok(Naming {
                    id: DecisionId(row.get(0)?),
                    // Nothing else is ever written.
                    domain: Domain::from_name(&row.get::<_, String>(1)?).unwrap_or(Domain::Branch),
                    spelling: row.get(2)?,
                    meaning: row.get(3)?,
                    author: row.get(4)?,
                    decided_at: row.get(5)?,
                    reason: row.get(6)?,
                    summary: row.get(7)?,
                    undone_by: row.get::<_, Option<i64>>(8)?.map(DecisionId),
                })
            })?;
            found.collect()
        })
    }

    /// Per record of a decision the values that were on the screen, as JSON objects; empty where nobody noted them.
    pub fn seen_values_of(&self, decision: DecisionId) -> Result<Vec<(RecordKey, String)>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare(
                "SELECT source_system, source_customer_id, field_values FROM decision_seen WHERE decision_id = ?1 ORDER BY 1, 2",
            )?;
            let found =
                rows.query_map([decision.0], |row| Ok((RecordKey::new(row.get::<_, String>(0)?, row.get::<_, String>(1)?), row.get(2)?)))?;
            found.collect()
        })
    }

    /// Decisions whose values on the screen were noted: those can be compared with what is now.
    pub fn decisions_with_values(&self) -> Result<BTreeSet<DecisionId>, StoreError> {
        self.read(|conn| {
            let mut rows = conn.prepare("SELECT DISTINCT decision_id FROM decision_seen")?;
            let found = rows.query_map([], |row| row.get(0).map(DecisionId))?;
            found.collect()
        })
    }

    /// The newest entry of the log, undos counted; 0 before the first.
    pub fn decision_number(&self) -> Result<i64, StoreError> {
        self.read(|conn| conn.query_row("SELECT coalesce(max(decision_id), 0) FROM decision", [], |row| row.get(0)))
    }

    /// The newest entry that stands, whatever it is about: its number, its item, what it says.
    pub fn last_standing(&self) -> Result<Option<(DecisionId, ItemId, String)>, StoreError> {
        self.read(|conn| {
            conn.query_row(
                "SELECT decision_id, item_id, summary FROM decision d
                 WHERE answer <> 'undo' AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = d.decision_id)
                 ORDER BY decision_id DESC LIMIT 1",
                [],
                |row| Ok((DecisionId(row.get(0)?), ItemId(row.get(1)?), row.get(2)?)),
            )
            .optional()
        })
    }

    /// Entries after number `n`.
    pub fn decisions_after(&self, n: i64) -> Result<u64, StoreError> {
        self.read(|conn| conn.query_row("SELECT count(*) FROM decision WHERE decision_id > ?1", [n], |row| row.get::<_, i64>(0)))
            .map(|count| u64::try_from(count).unwrap_or_default())
    }
}

impl NewDecision {
    /// As it would stand in the log under this number.
    pub fn as_decided(&self, id: DecisionId) -> Decision {
        Decision {
            id,
            item: self.item.clone(),
            answer: self.answer,
            groups: self.groups.clone(),
            whole_groups: self.whole_groups,
            was_one: self.was_one,
            relation: self.relation,
            match_weight: self.match_weight,
            batch: None,
            author: self.author.clone(),
            decided_at: self.decided_at.clone(),
            reason: self.reason.clone(),
            fingerprint: self.fingerprint,
            summary: self.summary.clone(),
            undone_by: None,
        }
    }
}

impl NewOverride {
    /// As it would stand in the log under this number.
    pub fn as_said(&self, id: DecisionId) -> Override {
        Override {
            id,
            members: self.members.clone(),
            field: self.field,
            word: self.word.clone(),
            author: self.said.author.clone(),
            decided_at: self.said.at.clone(),
            reason: self.said.reason.clone(),
            fingerprint: self.fingerprint,
            summary: self.said.summary.clone(),
            undone_by: None,
            batch: None,
        }
    }
}

impl NewNaming {
    /// One spelling of one domain, as an item.
    fn item(&self) -> ItemId {
        ItemId::of(&[vec![RecordKey::new(self.domain.name(), &self.spelling)]])
    }
}

type Groups = FxHashMap<i64, Vec<Vec<RecordKey>>>;

fn members(conn: &Connection) -> rusqlite::Result<Groups> {
    let mut groups = Groups::default();
    let mut members = conn.prepare("SELECT decision_id, group_no, source_system, source_customer_id FROM decision_member")?;
    let mut rows = members.query([])?;
    while let Some(row) = rows.next()? {
        let held = groups.entry(row.get(0)?).or_default();
        let group: usize = usize::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
        held.resize_with(held.len().max(group + 1), Vec::new);
        held[group].push(RecordKey::new(row.get::<_, String>(2)?, row.get::<_, String>(3)?));
    }
    Ok(groups)
}

pub(super) fn insert(tx: &Transaction<'_>, new: &NewDecision, batch: Option<DecisionId>) -> rusqlite::Result<DecisionId> {
    tx.prepare_cached(
        "INSERT INTO decision (item_id, answer, author, decided_at, reason, fingerprint, summary, whole_groups, relation, match_weight, batch,
           was_one)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        new.item.0,
        new.answer.name(),
        new.author,
        new.decided_at,
        new.reason,
        new.fingerprint,
        new.summary,
        new.whole_groups,
        new.relation.map(Relation::name),
        new.match_weight,
        batch.map(|batch| batch.0),
        new.was_one
    ])?;
    let id = tx.last_insert_rowid();
    insert_members(tx, id, &new.groups)?;
    let mut seen = tx.prepare_cached(
        "INSERT INTO decision_seen (decision_id, source_system, source_customer_id, field_values) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (key, values) in &new.seen {
        seen.execute(params![id, key.source_system, key.source_customer_id, values])?;
    }
    append(
        tx,
        &new.decided_at,
        &new.author,
        Deed::Decide,
        &format!("decision {id}"),
        // No names: what is in the audit log stays there when a person is erased.
        &format!("{}: item {}", if new.whole_groups { "split" } else { new.answer.name() }, new.item),
    )?;
    Ok(DecisionId(id))
}

fn insert_row(tx: &Transaction<'_>, item: &ItemId, answer: &str, said: &Said, fingerprint: i64) -> rusqlite::Result<i64> {
    tx.execute(
        "INSERT INTO decision (item_id, answer, author, decided_at, reason, fingerprint, summary) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![item.0, answer, said.author, said.at, said.reason, fingerprint, said.summary],
    )?;
    Ok(tx.last_insert_rowid())
}

fn insert_members(tx: &Transaction<'_>, id: i64, groups: &[Vec<RecordKey>]) -> rusqlite::Result<()> {
    let mut insert = tx
        .prepare_cached("INSERT INTO decision_member (decision_id, group_no, source_system, source_customer_id) VALUES (?1, ?2, ?3, ?4)")?;
    for (group_no, group) in groups.iter().enumerate() {
        for key in group {
            insert.execute(params![id, i64::try_from(group_no).unwrap_or_default(), key.source_system, key.source_customer_id])?;
        }
    }
    Ok(())
}

/// `what`: "golden: item 3f2a…". No names here either.
fn audit(tx: &Transaction<'_>, entry: i64, said: &Said, what: &str) -> rusqlite::Result<()> {
    append(tx, &said.at, &said.author, Deed::Decide, &format!("decision {entry}"), what)
}

fn undo(tx: &Transaction<'_>, entry: DecisionId, author: &str, at: &str) -> rusqlite::Result<Undone> {
    let (item, summary): (String, String) =
        tx.query_row("SELECT item_id, summary FROM decision WHERE decision_id = ?1", [entry.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    tx.execute(
        "INSERT INTO decision (item_id, answer, undoes, author, decided_at, fingerprint, summary) VALUES (?1, 'undo', ?2, ?3, ?4, 0, ?5)",
        params![item, entry.0, author, at, format!("took back: {summary}")],
    )?;
    let by = DecisionId(tx.last_insert_rowid());
    append(tx, at, author, Deed::Undo, &format!("decision {entry}"), &format!("item {item}"))?;
    Ok(Undone { entry, by, summary })
}

fn decision_of(row: &Row<'_>, groups: &mut Groups) -> rusqlite::Result<Decision> {
    let id: i64 = row.get(0)?;
    let answer: String = row.get(2)?;
    Ok(Decision {
        id: DecisionId(id),
        item: ItemId(row.get(1)?),
        // The table's CHECK lets nothing else in.
        answer: Answer::from_name(&answer).unwrap_or(Answer::Unsure),
        groups: groups.remove(&id).unwrap_or_default(),
        author: row.get(3)?,
        decided_at: row.get(4)?,
        reason: row.get(5)?,
        fingerprint: row.get(6)?,
        summary: row.get(7)?,
        undone_by: row.get::<_, Option<i64>>(8)?.map(DecisionId),
        whole_groups: row.get(9)?,
        relation: row.get::<_, Option<String>>(10)?.and_then(|name| Relation::from_name(&name)),
        match_weight: row.get(11)?,
        batch: row.get::<_, Option<i64>>(12)?.map(DecisionId),
        was_one: row.get(13)?,
    })
}

/// None where the field is one that this program does not know (an older one wrote it).
fn override_of(row: &Row<'_>, groups: &mut Groups) -> rusqlite::Result<Option<Override>> {
    let id: i64 = row.get(0)?;
    let Some(field) = Field::from_column(&row.get::<_, String>(8)?) else { return Ok(None) };
    let value: Option<String> = row.get(10)?;
    let word = match (row.get::<_, String>(9)?.as_str(), value) {
        ("take", _) => Word::Take(RecordKey::new(row.get::<_, String>(11)?, row.get::<_, String>(12)?)),
        ("type", Some(value)) => Word::Type(value),
        ("pin", Some(value)) => Word::Pin(value),
        // A value that was taken out of the log holds no more.
        _ => Word::GiveBack,
    };
    Ok(Some(Override {
        id: DecisionId(id),
        members: groups.remove(&id).unwrap_or_default().into_iter().flatten().collect(),
        field,
        word,
        author: row.get(1)?,
        decided_at: row.get(2)?,
        reason: row.get(3)?,
        fingerprint: row.get(4)?,
        summary: row.get(5)?,
        undone_by: row.get::<_, Option<i64>>(6)?.map(DecisionId),
        batch: row.get::<_, Option<i64>>(7)?.map(DecisionId),
    }))
}
