//! A steward's answer. Flow: item + verdict -> entry with what four eyes look at -> log, or a proposal -> one line for the toast.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::base::{CustomerKey, ItemId, RecordKey};
use crate::engine::answer::review::{DeckItem, held_most, summary};
use crate::engine::answer::sqlite;
use crate::engine::error::EngineError;
use crate::engine::review_deed::Verdict;
use crate::engine::session::Session;
use crate::stewardship::fingerprint::{fingerprint, seen};
use crate::stewardship::policy::Case;
use crate::stewardship::{Answer, CustomerRecord, Field, Relation};
use crate::store::control::NewDecision;
use crate::store::reader::Connection;
use crate::store::silver::{balances, brief_of, customer_of_record, record_by_key, records_by_id, records_of_customers};

use super::trust_proposals::{Entered, enter};

/// Who answers, and why.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    pub user: &'a str,
    pub reason: Option<&'a str>,
}

/// An entry of the log to be, and what the policy of four eyes looks at.
#[derive(Debug)]
pub struct Entry {
    pub new: NewDecision,
    pub case: Case,
}

/// Writes the answer to the log, or proposes it. When this returns, it is on the disk.
pub fn decide(session: &Session, id: &ItemId, verdict: &Verdict, by: By<'_>) -> Result<Entered, EngineError> {
    session.must_write()?;
    let deck = session.deck()?;
    enter(session, vec![of_item(session, &session.reader_of(None)?, deck.item(id)?, verdict, by)?])
}

/// The entry that an answer to an item makes.
pub fn of_item(session: &Session, conn: &Connection, item: &DeckItem, verdict: &Verdict, by: By<'_>) -> Result<Entry, EngineError> {
    let ids: Vec<i64> = item.stored.groups.iter().flatten().map(|member| member.record_id).collect();
    let records = sqlite(records_by_id(conn, &ids))?;
    let customers: BTreeSet<&str> = item.stored.groups.iter().flatten().map(|member| member.customer_key.as_str()).collect();
    let said = Said::of(verdict, &item.stored.item.groups)?;
    let asked = Asked {
        item: item.row.id.clone(),
        records: &records,
        was_one: customers.len() == 1,
        match_weight: Some(item.row.match_weight),
        match_probability: Some(item.row.match_probability),
        value_minor: item.row.value_minor,
        summary: summary(verdict, &item.row),
    };
    Ok(entry(session, said, asked, by))
}

/// Two customers are one, though nothing asked.
pub fn merge(session: &Session, left: CustomerKey, right: CustomerKey, by: By<'_>) -> Result<Entered, EngineError> {
    session.must_write()?;
    if left == right {
        return Err(EngineError::Refused(format!("{left} is one customer already. Name two.")));
    }
    let conn = session.reader_of(None)?;
    let (l, r) = (records_of(session, &conn, left)?, records_of(session, &conn, right)?);
    let groups = vec![keys_of(&l), keys_of(&r)];
    let records: Vec<CustomerRecord> = l.into_iter().chain(r).collect();
    let said = Said::of(&Verdict::Same, &groups)?;
    let names = format!("{} and {}", name_of(&conn, left)?, name_of(&conn, right)?);
    let asked = Asked {
        item: ItemId::of(&groups),
        records: &records,
        was_one: false,
        match_weight: None,
        match_probability: None,
        value_minor: value_of(&conn, &[left, right])?,
        summary: format!("joined {names} by hand"),
    };
    enter(session, vec![entry(session, said, asked, by)])
}

/// One customer is several.
pub fn unmerge(session: &Session, customer: CustomerKey, groups: &[Vec<RecordKey>], by: By<'_>) -> Result<Entered, EngineError> {
    session.must_write()?;
    let conn = session.reader_of(None)?;
    let records = records_of(session, &conn, customer)?;
    let verdict = Verdict::Split { groups: groups.to_vec(), relation: None };
    let said = Said::of(&verdict, &[keys_of(&records)])?;
    let asked = Asked {
        item: ItemId::of(&said.groups),
        records: &records,
        was_one: true,
        match_weight: None,
        match_probability: None,
        value_minor: value_of(&conn, &[customer])?,
        summary: format!("cut {} into {}", name_of(&conn, customer)?, said.groups.len()),
    };
    enter(session, vec![entry(session, said, asked, by)])
}

/// What the policy of four eyes looks at in records that were decided about before, as they are now.
pub fn case_of(conn: &Connection, keys: &[&RecordKey]) -> Result<Case, EngineError> {
    let (mut groups, mut customers) = (BTreeSet::new(), BTreeSet::new());
    for key in keys {
        groups.extend(sqlite(record_by_key(conn, key))?.as_ref().and_then(|record| record.get(Field::CustomerGroup)).map(str::to_owned));
        customers.extend(sqlite(customer_of_record(conn, key))?.and_then(|customer| CustomerKey::from_str(&customer).ok()));
    }
    let customers: Vec<CustomerKey> = customers.into_iter().collect();
    Ok(Case {
        records: keys.len() as u64,
        value_minor: value_of(conn, &customers)?,
        customer_groups: groups.into_iter().collect(),
        ..Case::default()
    })
}

/// What the customers hold in the currency in which most is held: minor units, scale 2.
fn value_of(conn: &Connection, customers: &[CustomerKey]) -> Result<i64, EngineError> {
    let money = sqlite(balances(conn))?;
    Ok(held_most(customers.iter().filter_map(|key| money.get(&key.to_string()))).map_or(0, |(_, minor)| minor))
}

/// The records of a living customer, as the silver that stands has them.
pub fn records_of(session: &Session, conn: &Connection, customer: CustomerKey) -> Result<Vec<CustomerRecord>, EngineError> {
    let records = sqlite(records_of_customers(conn, customer))?;
    if !records.is_empty() {
        return Ok(records);
    }
    let replaced = session.control().retired_into(customer)?;
    Err(EngineError::Refused(match replaced {
        Some(target) => format!("{customer} was retired: its records belong to {target} now. Say {target}."),
        None => format!("there is no customer {customer}. 'karat query \"select * from silver.dim_customer\"' lists them."),
    }))
}

fn keys_of(records: &[CustomerRecord]) -> Vec<RecordKey> {
    records.iter().map(|record| record.key.clone()).collect()
}

fn name_of(conn: &Connection, customer: CustomerKey) -> Result<String, EngineError> {
    let brief = sqlite(brief_of(conn, &customer.to_string()))?;
    Ok(brief.map_or_else(|| customer.to_string(), |brief| format!("{customer}, {}", brief.name)))
}

/// A verdict as the log holds it.
struct Said {
    answer: Answer,
    groups: Vec<Vec<RecordKey>>,
    whole_groups: bool,
    relation: Option<Relation>,
}

impl Said {
    /// `asked`: the groups of the question.
    fn of(verdict: &Verdict, asked: &[Vec<RecordKey>]) -> Result<Self, EngineError> {
        let plain = |answer, relation| Self { answer, groups: asked.to_vec(), whole_groups: false, relation };
        Ok(match verdict {
            Verdict::Same => plain(Answer::Same, None),
            Verdict::Different => plain(Answer::Different, None),
            Verdict::Related(relation) => plain(Answer::Related, Some(*relation)),
            Verdict::Unsure => plain(Answer::Unsure, None),
            Verdict::Split { groups, relation } => {
                let groups = partition(groups, asked)?;
                if groups.len() == 1 {
                    return Ok(Self { answer: Answer::Same, groups: asked.to_vec(), whole_groups: false, relation: None });
                }
                let answer = if relation.is_some() { Answer::Related } else { Answer::Different };
                Self { answer, groups, whole_groups: true, relation: *relation }
            }
        })
    }
}

/// The groups without empty ones; refused where they do not name every record that was asked about, each once.
fn partition(groups: &[Vec<RecordKey>], asked: &[Vec<RecordKey>]) -> Result<Vec<Vec<RecordKey>>, EngineError> {
    let all: BTreeSet<&RecordKey> = asked.iter().flatten().collect();
    let mut seen = BTreeSet::new();
    for key in groups.iter().flatten() {
        if !all.contains(key) {
            return Err(EngineError::Refused(format!(
                "{key} is none of the records that are asked about. 'karat review show' lists them."
            )));
        }
        if !seen.insert(key) {
            return Err(EngineError::Refused(format!("{key} stands in two groups; a record belongs to one customer.")));
        }
    }
    if let Some(missing) = all.iter().find(|key| !seen.contains(*key)) {
        return Err(EngineError::Refused(format!("{missing} stands in no group. Name every record, each once.")));
    }
    Ok(groups.iter().filter(|group| !group.is_empty()).cloned().collect())
}

/// What was on the screen.
struct Asked<'a> {
    item: ItemId,
    records: &'a [CustomerRecord],
    was_one: bool,
    match_weight: Option<f64>,
    match_probability: Option<f64>,
    value_minor: i64,
    summary: String,
}

fn entry(session: &Session, said: Said, asked: Asked<'_>, by: By<'_>) -> Entry {
    let groups: BTreeSet<&str> = asked.records.iter().filter_map(|record| record.get(Field::CustomerGroup)).collect();
    let case = Case {
        match_probability: asked.match_probability,
        records: asked.records.len() as u64,
        value_minor: asked.value_minor,
        customer_groups: groups.into_iter().map(str::to_owned).collect(),
        ..Case::default()
    };
    let new = NewDecision {
        item: asked.item,
        answer: said.answer,
        groups: said.groups,
        whole_groups: said.whole_groups,
        was_one: asked.was_one,
        relation: said.relation,
        match_weight: asked.match_weight,
        author: by.user.to_owned(),
        decided_at: session.clock.now_iso(),
        reason: by.reason.map(str::to_owned),
        fingerprint: fingerprint(asked.records),
        seen: asked.records.iter().map(|record| (record.key.clone(), seen(record))).collect(),
        summary: asked.summary,
    };
    Entry { new, case }
}
