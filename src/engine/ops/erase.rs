//! Erasing a person on request. Flow: customer or record key -> records -> what is theirs alone -> bronze, control, silver, every gold,
//! copies, other files -> remembered hashed, so that it does not come back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use rustc_hash::FxHashSet;

use crate::base::{CustomerKey, ItemId, RecordKey};
use crate::engine::answer::sqlite;
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::pages::{ErasurePage, TrustOutcome};
use crate::engine::session::Session;
use crate::stewardship::{Answer, CustomerRecord, Field, RawField};
use crate::store::StoreError;
use crate::store::bronze::BronzeStore;
use crate::store::control::NewDecision;
use crate::store::erasure::{FileFate, Matcher, Person, Suppression, identifies, scrub_file, scrub_plain};
use crate::store::silver::{all_records, has_table};

use super::backup;
use super::run::erase_index;
use super::trust::said;

/// A person found, and how many of their values others have too.
struct Found {
    person: Person,
    shared: u64,
    names: BTreeSet<String>,
}

/// What an erasure would destroy; nothing is changed.
pub fn page(session: &Session, key: &str) -> Result<ErasurePage, EngineError> {
    let found = find(session, None, key)?;
    Ok(ErasurePage {
        customer: found.person.customer,
        records: found.person.records.clone(),
        values: found.person.values.len() as u64,
        shared_values: found.shared,
        names: found.names.into_iter().collect(),
    })
}

/// Destroys the person's values everywhere in the workspace.
pub fn erase(session: &Session, key: &str, user: &str) -> Result<TrustOutcome, EngineError> {
    session.must_write()?;
    let mut bronze = BronzeStore::open(&session.workspace.bronze(), None)?;
    let salt = session.control().erase_salt()?;
    let mut found = find(session, Some(&bronze), key)?;
    name_anew(&mut found.person, salt);
    let person = &found.person;
    let matcher = Matcher::new(person)?;
    let at = session.clock.now_iso();
    let rows = bronze.erase(person, &matcher)?;
    drop(bronze);
    let detail = format!("{}, {} of bronze emptied", counted(person.records.len() as u64, "record"), counted(rows, "row"));
    session.control().erase(person, &matcher, user, &at, &detail)?;
    keep_together(session, person, user, &at)?;
    backup::begin_anew(session)?;
    let mut remarks = Vec::new();
    erase_index(session)?;
    session.keep_live(None);
    // The next increment copies it from the published gold, which is scrubbed below.
    crate::store::live::remove(&session.workspace.gold_live())?;
    // Rows that failed a test are copies of what stands elsewhere; the next run of the tests writes them anew.
    crate::store::workspace::remove_file(&session.workspace.quality())?;
    scrub_files(session, person, &matcher, &mut remarks)?;
    session.forget_silver();
    if found.shared > 0 {
        remarks.push(format!("{} other customers have too and stay with them.", counted(found.shared, "value")));
    }
    remarks.push("Run again: silver and gold are then built from what is left. Copies outside of this workspace (packs, exports, backups elsewhere, source files) are yours to destroy.".to_owned());
    let who = person.customer.map_or_else(|| key.to_owned(), |key| key.to_string());
    Ok(TrustOutcome { remarks, ..said(format!("Erased {who}: {detail}")) })
}

/// An address that is the key of a record, or links rows, is replaced by a name that says nothing.
fn name_anew(person: &mut Person, salt: String) {
    let known = Suppression { salt, ..Suppression::default() };
    for identifier in person.identifiers.iter().filter(|identifier| identifier.contains('@')) {
        person.pseudonyms.insert(identifier.clone(), format!("erased-{}", &known.hash_of(identifier)[..12]));
    }
}

/// `bronze`: its own rows are looked through too, for values as they came.
fn find(session: &Session, bronze: Option<&BronzeStore>, key: &str) -> Result<Found, EngineError> {
    let (customer, records) = keys_of(session, key)?;
    let conn = session.reader_of(None)?;
    let all = if sqlite(has_table(&conn, "silver", "customer_record"))? { sqlite(all_records(&conn))? } else { Vec::new() };
    let wanted: FxHashSet<&RecordKey> = records.iter().collect();
    let deck = session.deck()?;
    let asked = deck.items.iter().filter(|item| item.stored.item.groups.iter().flatten().any(|key| wanted.contains(key)));
    let items: BTreeSet<ItemId> = asked.map(|item| item.row.id.clone()).collect();
    let (own, others): (Vec<&CustomerRecord>, Vec<&CustomerRecord>) = all.iter().partition(|record| wanted.contains(&record.key));
    let theirs: FxHashSet<String> = others
        .iter()
        .flat_map(|record| values_of(record))
        .chain(others.iter().map(|record| record.key.source_customer_id.clone()))
        .map(|value| normal(&value))
        .collect();
    let mut found = Found { person: Person { customer, records, items, ..Person::default() }, shared: 0, names: BTreeSet::new() };
    let person = &mut found.person;
    // An address that two customers use says whose neither's rows are.
    let is_own = |id: &String| !id.contains('@') || !theirs.contains(id);
    person.identifiers = person.records.iter().map(|key| normal(&key.source_customer_id)).filter(is_own).collect();
    let mut values: BTreeSet<String> = own.iter().flat_map(|record| values_of(record)).collect();
    person.identifiers.extend(values.iter().map(|value| normal(value)).filter(|value| value.contains('@') && !theirs.contains(value)));
    if let Some(bronze) = bronze {
        values.extend(bronze.values_of(&person.identifiers)?);
    }
    found.names = own.iter().filter_map(|record| record.get(Field::FullName).map(str::to_owned)).collect();
    person.name_words = found
        .names
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphabetic()))
        .filter(|word| word.chars().count() > 1)
        .map(str::to_lowercase)
        .collect();
    for value in values {
        let is_shared = theirs.contains(&normal(&value));
        match (identifies(&value), is_shared) {
            (true, false) => _ = person.values.insert(value),
            (true, true) => {
                found.shared += 1;
                person.details.insert(value);
            }
            (false, _) => _ = person.details.insert(value),
        }
    }
    Ok(found)
}

fn normal(value: &str) -> String {
    value.trim().to_lowercase()
}

/// Standardised values and those that came.
fn values_of(record: &CustomerRecord) -> Vec<String> {
    let fields = Field::ALL.iter().filter(|field| !matches!(field, Field::BranchId | Field::Gender | Field::Country | Field::CustomerType));
    let raws = RawField::ALL.iter().filter(|raw| !matches!(raw, RawField::Branch));
    fields.filter_map(|field| record.get(*field)).chain(raws.filter_map(|raw| record.raw(*raw))).map(str::to_owned).collect()
}

/// The customer that is meant and the records that are or were theirs.
fn keys_of(session: &Session, key: &str) -> Result<(Option<CustomerKey>, Vec<RecordKey>), EngineError> {
    let identity = session.control().identity()?;
    let named = CustomerKey::from_str(key).ok();
    let record = key.split_once([':', '/']).map(|(system, id)| RecordKey::new(system, id));
    let customer =
        named.map(|key| identity.retired.get(&key).copied().unwrap_or(key)).or_else(|| identity.key_of.get(record.as_ref()?).copied());
    let mut records: Vec<RecordKey> =
        identity.key_of.iter().filter(|(_, of)| Some(**of) == customer).map(|(record, _)| record.clone()).collect();
    records.sort();
    if records.is_empty() {
        return Err(EngineError::Refused(format!(
            "there is no customer or record {key} here. Name a customer (C-1042) or a record (erpnext:CUST-17)."
        )));
    }
    Ok((customer, records))
}

/// Records without values match nothing any more: they stay one customer because somebody says so.
fn keep_together(session: &Session, person: &Person, user: &str, at: &str) -> Result<(), EngineError> {
    let anew = |key: &RecordKey| {
        let id = person.pseudonyms.get(&normal(&key.source_customer_id)).unwrap_or(&key.source_customer_id);
        RecordKey::new(key.source_system.clone(), id.clone())
    };
    let groups: Vec<Vec<RecordKey>> = person.records.iter().map(|key| vec![anew(key)]).collect();
    if groups.len() < 2 {
        return Ok(());
    }
    let decision = NewDecision {
        item: ItemId::of(&groups),
        answer: Answer::Same,
        groups,
        whole_groups: false,
        was_one: true,
        relation: None,
        match_weight: None,
        author: user.to_owned(),
        decided_at: at.to_owned(),
        reason: None,
        fingerprint: 0,
        seen: Vec::new(),
        summary: "kept the records of an erased person together".to_owned(),
    };
    session.control().decide(&decision)?;
    Ok(())
}

/// Silver, every gold, copies of control.db, and whatever else lies in the workspace.
fn scrub_files(session: &Session, person: &Person, matcher: &Matcher, remarks: &mut Vec<String>) -> Result<(), EngineError> {
    let graph = super::data_tests::graph(session)?;
    let columns = graph.models().iter().flat_map(|model| &model.columns);
    let mut personal: BTreeSet<String> = columns
        .filter(|column| column.pii.as_deref().is_some_and(|kind| kind != "id" && kind != "none"))
        .map(|column| column.name.clone())
        .collect();
    personal.insert("value".to_owned());
    let workspace = &session.workspace;
    let mut files = Vec::new();
    collect(workspace.dir(), &mut files)?;
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Done already, through the one writer of each.
        let is_done = path == workspace.bronze() || path == workspace.control() || name.ends_with("-wal") || name.ends_with("-shm");
        if is_done || name.starts_with("workspace.lock") || name.starts_with("workspace.holder") {
            continue;
        }
        if is_database(&path) {
            scrub_file(&path, &workspace.building("erased.db"), person, matcher, &personal)?;
            continue;
        }
        if scrub_plain(&path, matcher)? == FileFate::StillHolds {
            remarks.push(format!("{} is packed and may hold values: look, and destroy it by hand.", path.display()));
        }
    }
    Ok(())
}

fn is_database(path: &Path) -> bool {
    use std::io::Read as _;
    let mut head = [0; 16];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && &head == b"SQLite format 3\0"
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) -> Result<(), EngineError> {
    for entry in std::fs::read_dir(dir).map_err(|source| StoreError::io(dir, source))?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
