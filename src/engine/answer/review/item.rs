//! One item side by side. Flow: records of both groups -> compare rows with the golden preview, evidence, effects, history.

use std::collections::BTreeSet;
use std::str::FromStr;

use rusqlite::Connection;

use crate::base::{CustomerKey, ItemId};
use crate::engine::error::EngineError;
use crate::engine::pages::{CompareCell, CompareRow, DecisionView, GoldenCell, ItemGroup, ItemPage, RecordView};
use crate::engine::session::Session;
use crate::stewardship::queue::states_with;
use crate::stewardship::{CustomerRecord, Decision, Field, GoldenRecord, ItemState, difference_runs, golden_record, record::FlagKind};
use crate::store::silver::{records_by_id, shared_counts};

use super::super::words::{day, short_name};
use super::super::{effects, sqlite};
use super::evidence::evidence_of;

/// The fields that a steward compares, in the order in which they tell people apart.
const COMPARED: [Field; 11] = [
    Field::FullName,
    Field::BirthDate,
    Field::Email,
    Field::Phone,
    Field::Street,
    Field::City,
    Field::Postcode,
    Field::BranchId,
    Field::Gender,
    Field::DeviceId,
    Field::CustomerSince,
];

pub fn item_page(session: &Session, id: &ItemId) -> Result<ItemPage, EngineError> {
    let deck = session.deck()?;
    let item = deck.item(id)?;
    let (newest, decisions, waiting) = {
        let control = session.control();
        (control.versions()?.first().map(|version| version.version), control.decisions()?, control.waiting()?)
    };
    let conn = session.reader_of(newest)?;
    let ids: Vec<i64> = item.stored.groups.iter().flatten().map(|member| member.record_id).collect();
    let records = sqlite(records_by_id(&conn, &ids))?;
    let group_of: Vec<usize> = item.stored.groups.iter().enumerate().flat_map(|(at, group)| std::iter::repeat_n(at, group.len())).collect();
    let borrowed: Vec<&CustomerRecord> = records.iter().collect();
    let golden = preview(&conn, &borrowed);
    let first_group: Vec<&CustomerRecord> =
        records.iter().zip(&group_of).filter(|(_, group)| **group == 0).map(|(record, _)| record).collect();
    let golden_before = preview(&conn, &first_group);
    let mut rows: Vec<CompareRow> = COMPARED
        .iter()
        .filter(|field| records.iter().any(|record| shown_of(record, **field, &deck.branches).is_some()))
        .map(|field| compare_row(&conn, *field, &records, &golden, &golden_before, &deck.branches))
        .collect();
    let customers: Vec<CustomerKey> =
        item.stored.groups.iter().map(|group| CustomerKey::from_str(&group[0].customer_key).unwrap_or(CustomerKey(0))).collect();
    rows.extend(effects::not_compared_rows(&conn, &group_of, &customers)?);
    Ok(ItemPage {
        id: id.clone(),
        state: states_with(&decisions, &waiting).get(id).copied().unwrap_or(ItemState::Open),
        groups: groups_of(item, &customers),
        evidence: evidence_of(session, &deck, item, &group_of)?,
        effects: effects::effects(&conn, &customers)?,
        history: history_of(&decisions, &records),
        records: records
            .iter()
            .zip(&group_of)
            .map(|(record, group)| RecordView { key: record.key.clone(), group: *group, file: record.file.clone(), line: record.line })
            .collect(),
        rows,
    })
}

fn groups_of(item: &super::DeckItem, customers: &[CustomerKey]) -> Vec<ItemGroup> {
    item.stored
        .groups
        .iter()
        .zip(customers)
        .map(|(members, customer)| ItemGroup { customer: *customer, title: format!("Customer {customer}"), records: members.len() })
        .collect()
}

/// The golden record of these records together, with shared values known.
fn preview(conn: &Connection, records: &[&CustomerRecord]) -> GoldenRecord {
    golden_record(records, &|field, value| shared_counts(conn, field, value).ok().flatten().is_some())
}

/// What a cell shows: the value as it came where it says more than the standardised one; a branch by its name.
fn shown_of(record: &CustomerRecord, field: Field, branches: &std::collections::BTreeMap<String, String>) -> Option<String> {
    let raw = field.raw().and_then(|raw| record.raw(raw));
    let value = record.get(field);
    match field {
        Field::BranchId => value.map(|value| in_words(field, value, branches)).or_else(|| raw.map(str::to_owned)),
        Field::FullName | Field::Email | Field::Phone => raw.or(value).map(str::to_owned),
        // One date is written in many ways: only what it means is worth comparing.
        Field::BirthDate => value.map(|value| in_words(field, value, branches)).or_else(|| raw.map(str::to_owned)),
        _ => value.map(|value| in_words(field, value, branches)),
    }
}

fn compare_row(
    conn: &Connection,
    field: Field,
    records: &[CustomerRecord],
    golden: &GoldenRecord,
    golden_before: &GoldenRecord,
    branches: &std::collections::BTreeMap<String, String>,
) -> CompareRow {
    let values: BTreeSet<&str> = records.iter().filter_map(|record| record.get(field)).collect();
    let shown = |record: &CustomerRecord| shown_of(record, field, branches);
    let first = records.iter().find(|record| shown(record).is_some());
    let reference = first.and_then(shown).unwrap_or_default();
    let reference_value = first.and_then(|record| record.get(field));
    let agree = values.len() <= 1;
    let cells = records
        .iter()
        .map(|record| {
            let Some(text) = shown(record) else { return CompareCell::default() };
            // What means the same is not marked, however it is written.
            let is_same = agree || (record.get(field).is_some() && record.get(field) == reference_value);
            let runs = if is_same { vec![(false, text.clone())] } else { difference_runs(&reference, &text) };
            let standard = record.get(field).map(|value| in_words(field, value, branches)).filter(|standard| *standard != text);
            CompareCell { runs, standard, date: record.updated_at.as_deref().map(day), remark: remark(conn, record, field) }
        })
        .collect();
    let survivor = golden.get(field);
    let golden_cell = GoldenCell {
        value: survivor.map(|survivor| in_words(field, &survivor.value, branches)),
        source_system: survivor.map(|survivor| records[survivor.record].key.source_system.clone()),
        rule: survivor.map(|survivor| survivor.rule.words(short_name(&records[survivor.record].key.source_system))).unwrap_or_default(),
        changes: golden.value(field) != golden_before.value(field),
    };
    CompareRow { field: field.column(), label: field.label(), cells, golden: golden_cell, agree, compared: true }
}

/// A code as a person knows it.
pub fn in_words(field: Field, value: &str, branches: &std::collections::BTreeMap<String, String>) -> String {
    match field {
        Field::BranchId => branches.get(value).cloned().unwrap_or_else(|| value.to_owned()),
        Field::BirthDate | Field::CustomerSince => day(value),
        Field::Gender => match value {
            "female" | "F" | "f" => "Female".to_owned(),
            "male" | "M" | "m" => "Male".to_owned(),
            other => super::deck::capitalised(other),
        },
        _ => value.to_owned(),
    }
}

fn remark(conn: &Connection, record: &CustomerRecord, field: Field) -> Option<String> {
    if record.is_flagged(field, FlagKind::Placeholder) {
        return Some("placeholder".to_owned());
    }
    if record.is_flagged(field, FlagKind::Unreadable) {
        return Some("cannot be read".to_owned());
    }
    let value = record.get(field)?;
    let count = shared_counts(conn, field, value).ok().flatten()?;
    Some(format!("shared by {count} records"))
}

/// Decisions that touch one of the records, newest first.
pub fn history_of(decisions: &[Decision], records: &[CustomerRecord]) -> Vec<DecisionView> {
    let keys: BTreeSet<&crate::base::RecordKey> = records.iter().map(|record| &record.key).collect();
    decisions.iter().rev().filter(|decision| decision.groups.iter().flatten().any(|key| keys.contains(key))).map(view_of).collect()
}

/// The whole log, newest first.
pub fn decision_views(decisions: &[Decision]) -> Vec<DecisionView> {
    decisions.iter().rev().map(view_of).collect()
}

fn view_of(decision: &Decision) -> DecisionView {
    DecisionView {
        decision: decision.id,
        answer: decision.answer,
        user: decision.author.clone(),
        at: decision.decided_at.clone(),
        reason: decision.reason.clone(),
        undone: decision.undone_by.is_some(),
        summary: decision.summary.clone(),
    }
}
