//! One item side by side. Flow: records of both groups -> compare rows with the golden preview, evidence, effects, history.

use std::collections::BTreeSet;
use std::str::FromStr;

use rusqlite::Connection;

use crate::base::{CustomerKey, ItemId};
use crate::engine::error::EngineError;
use crate::engine::pages::{CompareCell, CompareRow, GoldenCell, ItemEventView, ItemGroup, ItemPage, RecordView};
use crate::engine::session::Session;
use crate::stewardship::event::{ItemDeed, ItemEvent};
use crate::stewardship::{CustomerRecord, Field, GoldenRecord, Rules, difference_runs, golden_record, record::FlagKind};
use crate::store::silver::{STEWARD, records_by_id, shared_counts};

use super::super::words::{day, short_name};
use super::super::{effects, sqlite};
use super::contradiction::contradiction_of;
use super::evidence::evidence_of;
use super::log::history_of;
use super::standing::Standing;
use super::survival::Survival;

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
    let newest = session.control().versions()?.first().map(|version| version.version);
    let standing = Standing::read(session)?;
    let survival = Survival::read(session)?;
    let conn = session.reader_of(newest)?;
    let ids: Vec<i64> = item.stored.groups.iter().flatten().map(|member| member.record_id).collect();
    let records = sqlite(records_by_id(&conn, &ids))?;
    let group_of: Vec<usize> = item.stored.groups.iter().enumerate().flat_map(|(at, group)| std::iter::repeat_n(at, group.len())).collect();
    let borrowed: Vec<&CustomerRecord> = records.iter().collect();
    let golden = survival.preview(&conn, &borrowed);
    let first_group: Vec<&CustomerRecord> =
        records.iter().zip(&group_of).filter(|(_, group)| **group == 0).map(|(record, _)| record).collect();
    let golden_before = survival.preview(&conn, &first_group);
    let mut rows: Vec<CompareRow> = COMPARED
        .iter()
        .filter(|field| records.iter().any(|record| shown_of(record, **field, &deck.branches).is_some()))
        .map(|field| {
            compare_row(&conn, *field, &records, &Golden { now: &golden, before: &golden_before, rules: &survival.rules }, &deck.branches)
        })
        .collect();
    let customers: Vec<CustomerKey> =
        item.stored.groups.iter().map(|group| CustomerKey::from_str(&group[0].customer_key).unwrap_or(CustomerKey(0))).collect();
    rows.extend(effects::not_compared_rows(&conn, &group_of, &customers)?);
    Ok(ItemPage {
        id: id.clone(),
        state: standing.state_of(&item.stored.item),
        groups: groups_of(item, &customers),
        evidence: evidence_of(session, &deck, item, &group_of)?,
        history: history_of(&standing.decisions, &survival.overrides, &records),
        assignee: standing.assignee_of(id).map(str::to_owned),
        events: standing.events.iter().filter(|event| event.item == *id).map(event_view).collect(),
        contradiction: contradiction_of(session, &standing, item, &records)?,
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

/// The golden records that a row shows.
struct Golden<'a> {
    now: &'a GoldenRecord,
    before: &'a GoldenRecord,
    rules: &'a Rules,
}

fn event_view(event: &ItemEvent) -> ItemEventView {
    let text = match &event.deed {
        ItemDeed::Assign(Some(to)) => format!("gave it to {to}"),
        ItemDeed::Assign(None) => "gave it to nobody".to_owned(),
        ItemDeed::Comment(text) => text.clone(),
        ItemDeed::Defer { until, reason } => {
            let until = until.as_deref().map(|until| format!(" until {}", day(until))).unwrap_or_default();
            let reason = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            format!("put it aside{until}{reason}")
        }
        ItemDeed::Reopen => "took it up again".to_owned(),
    };
    ItemEventView { kind: event.deed.name().to_owned(), author: event.author.clone(), at: event.at.clone(), text }
}

/// Records side by side, each a group of its own, without a golden record: for blind answers.
pub fn pair_rows(
    conn: &Connection,
    records: &[CustomerRecord],
    branches: &std::collections::BTreeMap<String, String>,
) -> (Vec<RecordView>, Vec<CompareRow>) {
    let none = golden_record(&[], &|_, _| false, &Rules::default(), None);
    let golden = Golden { now: &none, before: &none, rules: &Rules::default() };
    let rows = COMPARED
        .iter()
        .filter(|field| records.iter().any(|record| shown_of(record, **field, branches).is_some()))
        .map(|field| compare_row(conn, *field, records, &golden, branches))
        .collect();
    let views = records.iter().enumerate();
    let views = views.map(|(group, record)| RecordView { key: record.key.clone(), group, file: record.file.clone(), line: record.line });
    (views.collect(), rows)
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
    golden: &Golden<'_>,
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
    let golden_cell = golden_cell(field, records, golden, branches);
    CompareRow { field: field.column(), label: field.label(), cells, golden: golden_cell, agree, compared: true }
}

fn golden_cell(
    field: Field,
    records: &[CustomerRecord],
    golden: &Golden<'_>,
    branches: &std::collections::BTreeMap<String, String>,
) -> GoldenCell {
    let survivor = golden.now.get(field);
    let system = survivor.map(|survivor| survivor.record.map_or(STEWARD, |at| records[at].key.source_system.as_str()));
    GoldenCell {
        value: survivor.map(|survivor| in_words(field, &survivor.value, branches)),
        source_system: system.map(str::to_owned),
        rule: survivor.zip(system).map(|(survivor, system)| survivor.rule.words(short_name(system))).unwrap_or_default(),
        changes: golden.now.value(field) != golden.before.value(field),
        rules: golden.rules.in_words(field),
        overridden: survivor.and_then(|survivor| survivor.rule.word()).map(str::to_owned),
    }
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
