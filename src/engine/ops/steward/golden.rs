//! Stewards' words on golden values, and the rules. Flow: field + change -> validated -> log entry; rules -> workspace.toml.

use std::collections::BTreeSet;

use crate::base::{DecisionId, RecordKey};
use crate::engine::answer::review::{Survival, in_words};
use crate::engine::answer::sqlite;
use crate::engine::answer::words::short_name;
use crate::engine::error::EngineError;
use crate::engine::golden_deed::{GoldenChange, GoldenDeed, GoldenTarget};
use crate::engine::ops::decide::records_of;
use crate::engine::ops::trust_proposals::enter_golden;
use crate::engine::pages::ReviewOutcome;
use crate::engine::session::Session;
use crate::stewardship::overrides::{field_fingerprint, in_force};
use crate::stewardship::policy::Case;
use crate::stewardship::validate::validated;
use crate::stewardship::{CustomerRecord, Field, Rules, Word};
use crate::store::Workspace;
use crate::store::control::{Deed, NewOverride, Said};
use crate::store::reader::Connection;
use crate::store::silver::{branch_names, records_by_id};
use crate::store::workspace::Survivorship;

use super::told;

pub fn perform(session: &Session, deed: &GoldenDeed, user: &str) -> Result<ReviewOutcome, EngineError> {
    session.must_write()?;
    match deed {
        GoldenDeed::Field { of, field, change, reason } => say(session, of, field, change, reason.as_deref(), user),
        GoldenDeed::Rules { field, rules } => {
            let field = field_of(field)?;
            let what = format!("rules of {}: {}", field.column(), rules.as_ref().map_or("built in".to_owned(), |rules| rules.join(", ")));
            change_rules(session, user, &what, |own| match rules {
                Some(rules) => drop(own.fields.insert(field.column().to_owned(), rules.clone())),
                None => drop(own.fields.remove(field.column())),
            })
        }
        GoldenDeed::SourcePriority { systems } => {
            let what = format!("source priority: {}", systems.as_ref().map_or("built in".to_owned(), |systems| systems.join(", ")));
            change_rules(session, user, &what, |own| own.source_priority = systems.clone().unwrap_or_default())
        }
    }
}

/// The rules that the workspace goes by, read anew: `workspace.toml` may be edited by hand.
pub fn rules_of(session: &Session) -> Result<Rules, EngineError> {
    let workspace = Workspace::open(session.workspace.dir())?;
    read_rules(&workspace, &workspace.config.survivorship)
}

fn read_rules(workspace: &Workspace, own: &Survivorship) -> Result<Rules, EngineError> {
    Rules::of_workspace(&own.source_priority, &own.fields)
        .map_err(|why| EngineError::Refused(format!("{}, [survivorship.fields]: {why}", workspace.dir().join("workspace.toml").display())))
}

/// Writes `workspace.toml`; refused where what would stand there cannot be read back.
fn change_rules(session: &Session, user: &str, what: &str, change: impl FnOnce(&mut Survivorship)) -> Result<ReviewOutcome, EngineError> {
    let mut workspace = Workspace::open(session.workspace.dir())?;
    change(&mut workspace.config.survivorship);
    read_rules(&workspace, &workspace.config.survivorship)?;
    workspace.save()?;
    session.control().record_deed(&session.clock.now_iso(), user, Deed::Golden, "workspace.toml", what)?;
    Ok(told(format!("Set the {what}. The next run goes by it.")))
}

fn field_of(column: &str) -> Result<Field, EngineError> {
    Field::from_column(column).ok_or_else(|| {
        let known: Vec<&str> = Field::ALL.iter().map(|field| field.column()).collect();
        EngineError::Refused(format!("there is no field '{column}'. There are {}.", known.join(", ")))
    })
}

fn say(
    session: &Session,
    of: &GoldenTarget,
    field: &str,
    change: &GoldenChange,
    reason: Option<&str>,
    user: &str,
) -> Result<ReviewOutcome, EngineError> {
    let field = field_of(field)?;
    let conn = session.reader_of(None)?;
    let (records, whose) = target(session, &conn, of)?;
    let word = word_of(session, &conn, &records, field, change)?;
    let mut new = NewOverride {
        said: Said { author: user.to_owned(), at: session.clock.now_iso(), reason: reason.map(str::to_owned), summary: String::new() },
        members: records.iter().map(|record| record.key.clone()).collect(),
        field,
        word,
        fingerprint: field_fingerprint(&records, field),
    };
    new.said.summary = format!("{}: {}", deed_in_words(&new, &whose), change_in_words(session, &conn, &records, &new)?);
    let groups: BTreeSet<&str> = records.iter().filter_map(|record| record.get(Field::CustomerGroup)).collect();
    let case = Case {
        records: records.len() as u64,
        customer_groups: groups.into_iter().map(str::to_owned).collect(),
        // Given back to the rules, a value is nobody's choice.
        is_override: new.word != Word::GiveBack,
        ..Case::default()
    };
    enter_golden(session, &new, &case).map(ReviewOutcome::from)
}

fn deed_in_words(new: &NewOverride, whose: &str) -> String {
    let label = new.field.label();
    match &new.word {
        Word::Take(key) => format!("took {label} of {whose} from {}", short_name(&key.source_system)),
        Word::Type(_) => format!("typed {label} of {whose}"),
        Word::Pin(_) => format!("pinned {label} of {whose}"),
        Word::GiveBack => format!("gave {label} of {whose} back to the rules"),
    }
}

/// "Redfield → Southgate": the golden value of these records as it is and as it will be.
fn change_in_words(session: &Session, conn: &Connection, records: &[CustomerRecord], new: &NewOverride) -> Result<String, EngineError> {
    let branches = sqlite(branch_names(conn))?;
    let borrowed: Vec<&CustomerRecord> = records.iter().collect();
    let mut survival = Survival::read(session)?;
    let shown = |survival: &Survival| {
        let golden = survival.preview(conn, &borrowed);
        golden.value(new.field).map_or_else(|| "no value".to_owned(), |value| in_words(new.field, value, &branches))
    };
    let before = shown(&survival);
    survival.overrides.push(new.as_said(DecisionId(i64::MAX)));
    let after = shown(&survival);
    Ok(if before == after { format!("{before} stays") } else { format!("{before} \u{2192} {after}") })
}

fn target(session: &Session, conn: &Connection, of: &GoldenTarget) -> Result<(Vec<CustomerRecord>, String), EngineError> {
    Ok(match of {
        GoldenTarget::Customer(key) => (records_of(session, conn, *key)?, key.to_string()),
        GoldenTarget::Item(id) => {
            let deck = session.deck()?;
            let item = deck.item(id)?;
            let ids: Vec<i64> = item.stored.groups.iter().flatten().map(|member| member.record_id).collect();
            (sqlite(records_by_id(conn, &ids))?, format!("{} and {}", item.row.title, item.row.subtitle))
        }
    })
}

fn word_of(
    session: &Session,
    conn: &Connection,
    records: &[CustomerRecord],
    field: Field,
    change: &GoldenChange,
) -> Result<Word, EngineError> {
    let refused = |why: String| Err(EngineError::Refused(why));
    match change {
        GoldenChange::Take(key) => match records.iter().find(|record| record.key == *key) {
            None => refused(format!("{key} is none of these records. 'karat review show' or the customer's page lists them.")),
            Some(record) if record.get(field).is_none() => {
                refused(format!("{key} has no {}. Take another record, or type one.", field.label()))
            }
            Some(_) => Ok(Word::Take(key.clone())),
        },
        GoldenChange::Type(text) if field == Field::BranchId => branch(conn, text).map(Word::Type),
        GoldenChange::Type(text) => validated(field, text, &session.clock.now_iso()[..10]).map(Word::Type).map_err(EngineError::Refused),
        GoldenChange::Pin => {
            let borrowed: Vec<&CustomerRecord> = records.iter().collect();
            let golden = Survival::read(session)?.preview(conn, &borrowed);
            match golden.value(field) {
                Some(value) => Ok(Word::Pin(value.to_owned())),
                None => refused(format!("there is no {} to pin. Type one.", field.label())),
            }
        }
        GoldenChange::GiveBack => {
            let overrides = session.control().overrides()?;
            let index = (0_u32..).zip(records).map(|(at, record)| (record.key.clone(), at)).collect();
            let all: Vec<u32> = (0_u32..).zip(records).map(|(at, _)| at).collect();
            let is_said = in_force(&overrides, &[&all], &index).get(&0).is_some_and(|fields| fields.contains_key(&field));
            if is_said { Ok(Word::GiveBack) } else { refused(format!("the rules decide {} already.", field.label())) }
        }
    }
}

/// A branch by its id or its name.
fn branch(conn: &Connection, text: &str) -> Result<String, EngineError> {
    let branches = sqlite(branch_names(conn))?;
    let text = text.trim();
    let found = branches.iter().find(|(id, name)| id.eq_ignore_ascii_case(text) || name.to_lowercase() == text.to_lowercase());
    found
        .map(|(id, _)| id.clone())
        .ok_or_else(|| EngineError::Refused("there is no such branch. Name one by its id or its whole name.".to_owned()))
}

/// `erpnext:CUST-17` -> its key.
pub fn record_key(text: &str) -> Result<RecordKey, EngineError> {
    match text.split_once(':') {
        Some((system, id)) if !system.is_empty() && !id.is_empty() => Ok(RecordKey::new(system, id)),
        _ => Err(EngineError::Refused("a record is written SYSTEM:ID, like erpnext:CUST-17.".to_owned())),
    }
}
