//! One entry of the log. Flow: entry -> its records now, what changed since, what depends on it -> clusters with and without -> difference.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::base::{CustomerKey, DecisionId, ItemId, RecordKey};
use crate::engine::answer::what_if::WhatIf;
use crate::engine::error::EngineError;
use crate::engine::ops::steward::undo::taken_back;
use crate::engine::pages::{DecidedRecord, DecisionPage, DecisionView, UndoDifference};
use crate::engine::session::Session;
use crate::stewardship::dependants::dependants;
use crate::stewardship::overrides::field_fingerprint;
use crate::stewardship::{CustomerRecord, Decision, Field, Naming, Override};
use crate::store::silver::{branch_names, customer_of_record, record_by_key};

use super::super::sqlite;
use super::contradiction::changed_since;
use super::log::{naming_view, override_view, view_of};

/// The whole log.
struct Log {
    decisions: Vec<Decision>,
    overrides: Vec<Override>,
    namings: Vec<Naming>,
}

pub fn decision_page(session: &Session, id: DecisionId) -> Result<DecisionPage, EngineError> {
    let log = {
        let control = session.control();
        Log { decisions: control.decisions()?, overrides: control.overrides()?, namings: control.namings()? }
    };
    let (entry, item, groups) = log.find(id)?;
    let conn = session.reader_of(None)?;
    let mut records: Vec<CustomerRecord> = Vec::new();
    let mut decided = Vec::new();
    for group in &groups {
        let mut of_group = Vec::new();
        for key in group {
            let record = sqlite(record_by_key(&conn, key))?;
            let customer = sqlite(customer_of_record(&conn, key))?;
            of_group.push(DecidedRecord {
                key: key.clone(),
                label: record.as_ref().map(|record| label_of(record).to_owned()),
                customer: customer.and_then(|key| CustomerKey::from_str(&key).ok()),
            });
            records.extend(record);
        }
        decided.push(of_group);
    }
    let changed = match log.decisions.iter().find(|decision| decision.id == id) {
        Some(decision) => changed_since(session, decision, &records)?,
        None => Vec::new(),
    };
    let word = log.overrides.iter().find(|word| word.id == id);
    let sources_changed = word.is_some_and(|word| field_fingerprint(&records, word.field) != word.fingerprint);
    let depends = dependants(&log.decisions, &log.overrides, id);
    let batch = log.decisions.iter().filter(|decision| entry.batch.is_some() && decision.batch == entry.batch).map(|decision| decision.id);
    let batch = batch.collect();
    let (only_this, with_dependants) = if entry.undone || groups.is_empty() {
        (UndoDifference::default(), UndoDifference::default())
    } else {
        let only = log.difference(session, taken_back(&log.decisions, &log.overrides, id, false))?;
        let all =
            if depends.is_empty() { only.clone() } else { log.difference(session, taken_back(&log.decisions, &log.overrides, id, true))? };
        (only, all)
    };
    let dependants = depends.into_iter().filter_map(|id| log.find(id).ok()).map(|(view, ..)| view).collect();
    Ok(DecisionPage { entry, item, groups: decided, changed, sources_changed, dependants, batch, only_this, with_dependants })
}

fn label_of(record: &CustomerRecord) -> &str {
    record.get(Field::FullName).or(record.get(Field::Email)).or(record.get(Field::Phone)).unwrap_or("no name")
}

impl Log {
    fn find(&self, id: DecisionId) -> Result<(DecisionView, ItemId, Vec<Vec<RecordKey>>), EngineError> {
        if let Some(decision) = self.decisions.iter().find(|decision| decision.id == id) {
            return Ok((view_of(decision), decision.item.clone(), decision.groups.clone()));
        }
        if let Some(entry) = self.overrides.iter().find(|entry| entry.id == id) {
            let groups = vec![entry.members.clone()];
            return Ok((override_view(entry), ItemId::of(&groups), groups));
        }
        if let Some(entry) = self.namings.iter().find(|entry| entry.id == id) {
            return Ok((naming_view(entry), ItemId(String::new()), Vec::new()));
        }
        Err(EngineError::Refused(format!("there is no decision {id}. 'karat decision list' names them.")))
    }

    /// What standing without some entries would change.
    fn difference(&self, session: &Session, taken_back: Vec<DecisionId>) -> Result<UndoDifference, EngineError> {
        let deck = session.deck()?;
        let Some(what_if) = deck.what_if(session)? else {
            return Ok(UndoDifference { taken_back, ..UndoDifference::default() });
        };
        let gone: BTreeSet<DecisionId> = taken_back.iter().copied().collect();
        let without: Vec<Decision> = self.decisions.iter().filter(|decision| !gone.contains(&decision.id)).cloned().collect();
        let words: Vec<Override> = self.overrides.iter().filter(|entry| !gone.contains(&entry.id)).cloned().collect();
        let (before, after) = (what_if.clusters(&self.decisions)?, what_if.clusters(&without)?);
        let mut changed = before.regrouped(&after);
        // An override changes its customer, though the records stay together.
        for row in self
            .overrides
            .iter()
            .filter(|entry| gone.contains(&entry.id))
            .flat_map(|entry| &entry.members)
            .filter_map(|key| what_if.row(key))
        {
            for (clusters, groups) in [(&before, &mut changed.before), (&after, &mut changed.after)] {
                let group = clusters.group_of(row);
                if !groups.contains(&group) {
                    groups.push(group);
                }
            }
        }
        let branches = sqlite(branch_names(&session.reader_of(None)?))?;
        Ok(UndoDifference {
            still_bound_by: self.still_bound(&gone, what_if),
            before: what_if.sides(session, &before, &changed.before, &self.overrides, &branches)?,
            after: what_if.sides(session, &after, &changed.after, &words, &branches)?,
            taken_back,
        })
    }

    /// Other standing entries that say something of two records that those which go say something of.
    fn still_bound(&self, gone: &BTreeSet<DecisionId>, what_if: &WhatIf) -> Vec<DecisionId> {
        let leaving: Vec<&Decision> = self.decisions.iter().filter(|decision| gone.contains(&decision.id)).collect();
        let says = |other: &Decision| {
            leaving.iter().any(|decision| {
                let known: Vec<&RecordKey> =
                    decision.records().filter(|key| what_if.row(key).is_some() && other.records().any(|held| held == *key)).collect();
                known.iter().enumerate().any(|(at, l)| {
                    known[at + 1..].iter().any(|r| decision.says_of(l, r).is_some() && decision.says_of(l, r) == other.says_of(l, r))
                })
            })
        };
        let standing = self.decisions.iter().filter(|decision| decision.undone_by.is_none() && !gone.contains(&decision.id));
        standing.filter(|decision| says(decision)).map(|decision| decision.id).collect()
    }
}
