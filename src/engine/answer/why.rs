//! Why two are not one, or are. Flow: two sides -> their closest pair -> evidence, blocking rules, decisions -> one sentence.

use std::str::FromStr;

use crate::base::{CustomerKey, RecordKey};
use crate::engine::error::EngineError;
use crate::engine::ops::decide::records_of;
use crate::engine::ops::run::match_table;
use crate::engine::ops::steward::golden::record_key;
use crate::engine::pages::{DecisionView, WhyPage, WhyRule};
use crate::engine::session::Session;
use crate::matching::blocking::entries_of;
use crate::matching::fields::standardise_records;
use crate::matching::score::weight_at;
use crate::matching::{Explainer, Explanation, Model};
use crate::stewardship::constraint::constraints_of;
use crate::stewardship::{CustomerRecord, Decision, Field, ItemState};
use crate::store::reader::Connection;
use crate::store::silver::{customer_of_record, record_by_key, record_id_of};

use super::review::{Standing, sentences_of, steps_of, view_of};
use super::sqlite;

pub fn why(session: &Session, left: &str, right: &str) -> Result<WhyPage, EngineError> {
    let conn = session.reader_of(None)?;
    let (l, r) = (side(session, &conn, left)?, side(session, &conn, right)?);
    if l.iter().any(|record| r.iter().any(|other| other.key == record.key)) {
        return Err(EngineError::Refused("both sides name one record. Name two customers or two records.".to_owned()));
    }
    let deck = session.deck()?;
    let (Some(model), Some(explainer)) = (&deck.model, deck.explainer(session)?) else {
        return Err(EngineError::Refused("nothing was matched yet. Say 'karat run' first.".to_owned()));
    };
    let (left, right, evidence) = closest(&conn, explainer, &l, &r)?;
    let customer = |record: &CustomerRecord| -> Result<CustomerKey, EngineError> {
        let key = sqlite(customer_of_record(&conn, &record.key))?;
        Ok(key.and_then(|key| CustomerKey::from_str(&key).ok()).unwrap_or(CustomerKey(0)))
    };
    let customers = (customer(left)?, customer(right)?);
    let standing = Standing::read(session)?;
    let bound = binding(&standing.decisions, &left.key, &right.key);
    let blocking = rules(model, left, right)?;
    let item = deck.items.iter().find(|item| {
        let place = |key: &RecordKey| item.stored.item.groups.iter().position(|group| group.contains(key));
        let parts = (place(&left.key), place(&right.key));
        matches!(parts, (Some(a), Some(b)) if a != b) && standing.state_of(&item.stored.item) == ItemState::Open
    });
    let mut page = WhyPage {
        answer: String::new(),
        is_one: customers.0 == customers.1,
        left: left.key.clone(),
        right: right.key.clone(),
        customers,
        match_weight: evidence.match_weight,
        match_probability: evidence.match_probability,
        review_weight: weight_at(model.settings.review_floor),
        auto_weight: weight_at(model.threshold),
        steps: steps_of(&evidence),
        sentences: sentences_of(&evidence, &[]),
        blocking,
        decisions: bound,
        conflict: evidence.conflict.clone(),
        item: item.map(|item| item.row.id.clone()),
    };
    page.answer = answer(&page);
    Ok(page)
}

fn side(session: &Session, conn: &Connection, text: &str) -> Result<Vec<CustomerRecord>, EngineError> {
    if let Ok(key) = CustomerKey::from_str(text) {
        return records_of(session, conn, key);
    }
    let key = record_key(text)
        .map_err(|_| EngineError::Refused("name a customer (C-1042) or a record (SYSTEM:ID, like erpnext:CUST-17).".to_owned()))?;
    let record = sqlite(record_by_key(conn, &key))?;
    record.map(|record| vec![record]).ok_or_else(|| EngineError::Refused(format!("there is no record {key}.")))
}

/// Pairs looked at: beyond this the first ones stand for all.
const PAIRS: usize = 400;

fn closest<'a>(
    conn: &Connection,
    explainer: &Explainer,
    l: &'a [CustomerRecord],
    r: &'a [CustomerRecord],
) -> Result<(&'a CustomerRecord, &'a CustomerRecord, Explanation), EngineError> {
    let row = |record: &CustomerRecord| -> Result<u32, EngineError> {
        let id = sqlite(record_id_of(conn, &record.key))?.unwrap_or_default();
        Ok(u32::try_from(id - 1).unwrap_or_default())
    };
    let mut best: Option<(&CustomerRecord, &CustomerRecord, Explanation)> = None;
    for (left, right) in l.iter().flat_map(|left| r.iter().map(move |right| (left, right))).take(PAIRS) {
        let found = explainer.explain(row(left)?, row(right)?)?;
        if best.as_ref().is_none_or(|(.., held)| found.match_weight > held.match_weight) {
            best = Some((left, right, found));
        }
    }
    best.ok_or_else(|| EngineError::Refused("a side has no record.".to_owned()))
}

/// Standing decisions that bind the two: those that say something of both, and those that hold them together or apart through others.
fn binding(decisions: &[Decision], left: &RecordKey, right: &RecordKey) -> Vec<DecisionView> {
    let standing = || decisions.iter().filter(|decision| decision.undone_by.is_none());
    let direct: Vec<DecisionView> = standing().filter(|decision| decision.says_of(left, right).is_some()).map(view_of).collect();
    if !direct.is_empty() {
        return direct;
    }
    // Through others: the records that decisions join to either side, and what parts or joins the two sets.
    let index = standing().flat_map(Decision::records).chain([left, right]).fold(rustc_hash::FxHashMap::default(), |mut index, key| {
        let next = u32::try_from(index.len()).unwrap_or(u32::MAX);
        index.entry(key.clone()).or_insert(next);
        index
    });
    let held = constraints_of(decisions, &index);
    let reach = |from: &RecordKey| {
        let mut reached = std::collections::BTreeSet::from([index[from]]);
        loop {
            let before = reached.len();
            for (a, b) in &held.must_link {
                if reached.contains(a) || reached.contains(b) {
                    reached.extend([*a, *b]);
                }
            }
            if reached.len() == before {
                return reached;
            }
        }
    };
    let (l, r) = (reach(left), reach(right));
    let touches = |decision: &&Decision, set: &std::collections::BTreeSet<u32>| decision.records().any(|key| set.contains(&index[key]));
    let apart = standing().filter(|decision| decision.parts() && touches(decision, &l) && touches(decision, &r));
    let joined = standing().filter(|decision| decision.joins() && l == r && touches(decision, &l));
    apart.chain(joined).map(view_of).collect()
}

/// Whether each blocking rule puts the two together. Records are standardised already, so two of them say what the whole table would.
fn rules(model: &Model, left: &CustomerRecord, right: &CustomerRecord) -> Result<Vec<WhyRule>, EngineError> {
    let table = match_table(&[left.clone(), right.clone()]);
    let fields = standardise_records(&table, &model.settings)?;
    let mut found = Vec::new();
    for rule in &model.settings.blocking_rules_to_generate_predictions {
        let entries = entries_of(&fields, rule)?;
        let keys = |position: u32| entries.iter().filter(move |(_, record)| *record == position).map(|(key, _)| *key);
        let meets = keys(0).any(|key| keys(1).any(|other| other == key));
        let missing = rule.keys.iter().find_map(|key| {
            let field = Field::from_column(&key.field)?;
            [left, right]
                .into_iter()
                .find(|record| record.get(field).is_none())
                .map(|record| format!("{} has no {}", record.key, field.label().to_lowercase()))
        });
        let why_not = (!meets).then(|| missing.unwrap_or_else(|| "the two differ in it".to_owned()));
        found.push(WhyRule { rule: rule.blocking_rule.clone(), meets, why_not });
    }
    Ok(found)
}

fn answer(page: &WhyPage) -> String {
    let bound = |joins: bool| page.decisions.iter().find(|view| (view.kind == "same") == joins);
    if page.is_one {
        return match bound(true) {
            Some(view) => format!("They are one customer: decision {} by {} says so.", view.decision, view.user),
            None => format!("They are one customer by their evidence (match weight {:.1}).", page.match_weight),
        };
    }
    if let Some(view) = bound(false) {
        return format!("Decision {} by {} keeps them apart.", view.decision, view.user);
    }
    if let Some(view) = bound(true) {
        return format!("Decision {} by {} joins them; the next run does it.", view.decision, view.user);
    }
    if page.item.is_some() {
        return "They wait in Review: a person is to say.".to_owned();
    }
    if let Some(conflict) = &page.conflict {
        return format!("They are never joined without a person: {conflict}.");
    }
    if !page.blocking.iter().any(|rule| rule.meets) {
        return "They are not compared: no blocking rule puts them together.".to_owned();
    }
    if page.match_weight < page.review_weight {
        return format!("Their evidence is too weak to ask about: match weight {:.1}.", page.match_weight);
    }
    if page.match_weight < page.auto_weight {
        return format!(
            "Their evidence does not reach the threshold: match weight {:.1}, and the two customers have better fits.",
            page.match_weight
        );
    }
    "The pair is strong enough, but other records of the two customers speak against.".to_owned()
}
