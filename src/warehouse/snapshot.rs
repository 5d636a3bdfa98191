//! History of rows: every version with the time from which and until which it held. Flow: states in order -> Fold -> versions -> table.
//!
//! The semantics are those of dbt's snapshots (docs.getdbt.com, "Snapshots"): strategies `timestamp` and `check`, and three ways to take
//! the absence of a key. Unlike dbt's, a version never begins before the one before it has ended: a key that comes back with an old
//! time of change begins where it was found missing.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};

use crate::base::RunCtx;
use crate::base::hash::digest_of;

use super::error::{Result, SqlContext, WarehouseError};
use super::model::{Column, Model};

/// What tells that a row changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Its time of change is later than the version that stands; rows without such a time are compared.
    Timestamp,
    /// Any of its values is another; two empty ones are the same.
    Check,
}

/// What becomes of a key that a whole state does not have any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HardDeletes {
    /// Its last version stays current.
    Ignore,
    /// Its last version ends.
    Invalidate,
    /// Its last version ends and one that says `is_deleted` begins.
    NewRecord,
}

/// What the head of a snapshot model says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Columns that tell rows of one state apart.
    pub key: Vec<String>,
    pub strategy: Strategy,
    pub deletes: HardDeletes,
}

/// What a snapshot model's SELECT gives in front of its columns: number of the state (states are taken in this order), time of the
/// state, its scope, its lane (an absent key is looked for in its own lane only), time of change or NULL.
pub(crate) const LEADING: usize = 5;

/// How a row stands in its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The state has every row: a key that is missing was deleted.
    Whole,
    /// The state has only what is new or changed.
    Part,
    /// This row says that its key was deleted.
    Gone,
}

/// One row of one state.
#[derive(Debug, Clone)]
pub struct StateRow {
    pub state: i64,
    pub at: String,
    pub scope: Scope,
    pub lane: String,
    pub changed_at: Option<String>,
    pub key: String,
    pub values: Vec<Value>,
}

/// One version of a row, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub key: String,
    /// 1 for the first of its key.
    pub version: i64,
    pub values: Vec<Value>,
    pub valid_from: String,
    /// None: it is current.
    pub valid_to: Option<String>,
    pub is_deleted: bool,
}

#[derive(Debug)]
struct Held {
    version: Version,
    /// The state in which the key was seen last.
    seen: i64,
}

impl Held {
    fn is_open(&self) -> bool {
        self.version.valid_to.is_none()
    }

    /// Time after which the next version may begin.
    fn edge(&self) -> &str {
        self.version.valid_to.as_deref().unwrap_or(&self.version.valid_from)
    }
}

/// Takes states in order and hands out versions that have ended.
#[derive(Debug)]
pub struct Fold {
    strategy: Strategy,
    deletes: HardDeletes,
    lanes: BTreeMap<String, BTreeMap<String, Held>>,
    /// The whole state that is being read: number, time, lane.
    open: Option<(i64, String, String)>,
    duplicates: Vec<String>,
}

impl Fold {
    pub fn new(strategy: Strategy, deletes: HardDeletes) -> Self {
        Self { strategy, deletes, lanes: BTreeMap::new(), open: None, duplicates: Vec::new() }
    }

    /// Takes the next row; rows of one state stand together.
    pub fn take(&mut self, row: StateRow, ended: &mut Vec<Version>) {
        let is_same = self.open.as_ref().is_some_and(|(state, _, lane)| *state == row.state && *lane == row.lane);
        if !is_same {
            self.end_state(ended);
        }
        if row.scope == Scope::Whole && !is_same {
            self.open = Some((row.state, row.at.clone(), row.lane.clone()));
        }
        let lane = self.lanes.entry(row.lane.clone()).or_default();
        match lane.get_mut(&row.key) {
            Some(held) if row.scope == Scope::Whole && held.seen == row.state => self.duplicates.push(row.key),
            Some(held) if row.scope == Scope::Gone => {
                held.seen = row.state;
                delete(held, &row.at, self.deletes, ended);
            }
            None if row.scope == Scope::Gone => {}
            Some(held) => renew(held, row, self.strategy, ended),
            None => {
                let valid_from = begin(&row, self.strategy);
                let version =
                    Version { key: row.key.clone(), version: 1, values: row.values, valid_from, valid_to: None, is_deleted: false };
                lane.insert(row.key, Held { version, seen: row.state });
            }
        }
    }

    /// Every version that stands, and the keys that a whole state had more than once.
    pub fn finish(mut self, ended: &mut Vec<Version>) -> Vec<String> {
        self.end_state(ended);
        ended.extend(self.lanes.into_values().flat_map(BTreeMap::into_values).map(|held| held.version));
        self.duplicates
    }

    /// Looks for keys that the state does not have.
    fn end_state(&mut self, ended: &mut Vec<Version>) {
        let Some((state, at, lane)) = self.open.take() else { return };
        for held in self.lanes.entry(lane).or_default().values_mut().filter(|held| held.seen != state) {
            delete(held, &at, self.deletes, ended);
        }
    }
}

/// When a version of this row begins.
fn begin(row: &StateRow, strategy: Strategy) -> String {
    match (&row.changed_at, strategy) {
        (Some(changed_at), Strategy::Timestamp) => changed_at.clone(),
        _ => row.at.clone(),
    }
}

fn renew(held: &mut Held, row: StateRow, strategy: Strategy, ended: &mut Vec<Version>) {
    held.seen = row.state;
    let returns = !held.is_open() || held.version.is_deleted;
    let changed = match (&row.changed_at, strategy) {
        (Some(changed_at), Strategy::Timestamp) => held.version.valid_from < *changed_at,
        _ => held.version.values != row.values,
    };
    if !returns && !changed {
        return;
    }
    let valid_from = begin(&row, strategy).max(held.edge().to_owned());
    next(held, valid_from, row.values, false, ended);
}

fn delete(held: &mut Held, at: &str, deletes: HardDeletes, ended: &mut Vec<Version>) {
    if deletes == HardDeletes::Ignore || !held.is_open() || held.version.is_deleted {
        return;
    }
    let at = at.max(held.edge()).to_owned();
    if deletes == HardDeletes::Invalidate {
        held.version.valid_to = Some(at);
    } else {
        let values = held.version.values.clone();
        next(held, at, values, true, ended);
    }
}

/// Ends the version that stands and begins another.
fn next(held: &mut Held, valid_from: String, values: Vec<Value>, is_deleted: bool, ended: &mut Vec<Version>) {
    let (key, number) = (held.version.key.clone(), held.version.version + 1);
    let new = Version { key, version: number, values, valid_from: valid_from.clone(), valid_to: None, is_deleted };
    let mut old = std::mem::replace(&mut held.version, new);
    old.valid_to.get_or_insert(valid_from);
    ended.push(old);
}

/// The columns that every history has behind its own.
pub(crate) fn tail() -> Vec<Column> {
    [
        ("version", "INTEGER", "1 for the first of its key"),
        ("valid_from", "TEXT", "UTC: when the source says it changed, else when its state was loaded, as bronze keeps it"),
        ("valid_to", "TEXT", "UTC, not included; NULL: it is current"),
        ("is_current", "INTEGER", ""),
        ("is_deleted", "INTEGER", "1: the source does not have it any more"),
        ("scd_id", "TEXT", "names this version"),
    ]
    .map(|(name, sql_type, description)| Column {
        name: name.to_owned(),
        sql_type: sql_type.to_owned(),
        description: description.to_owned(),
        pii: None,
    })
    .into()
}

/// Runs a snapshot model's SELECT and writes its history; gives the number of versions.
pub(crate) fn fill(conn: &Connection, ctx: &RunCtx, model: &Model, rule: &Rule) -> Result<u64> {
    let id = model.id();
    let own = model.columns.len() - tail().len();
    let keys: Vec<usize> = rule.key.iter().filter_map(|key| model.columns.iter().position(|column| column.name == *key)).collect();
    let select = model.body.replace("bronze.", "temp.src_");
    // Within a state the earliest load goes first: rows that were mended later belong to the state, and do not move the time of the others.
    let mut statement = conn.prepare(&format!("SELECT * FROM (\n{select}\n) ORDER BY 1, 4, 2, 5")).at(&id)?;
    if statement.column_count() != LEADING + own {
        let message = format!("its SELECT gives {} columns; {LEADING} and the {own} of the head are needed", statement.column_count());
        return Err(WarehouseError::Model { file: model.file.clone(), line: 1, message });
    }
    let marks = vec!["?"; model.columns.len()].join(", ");
    let mut insert = conn.prepare(&format!("INSERT INTO {}.\"{}\" VALUES ({marks})", model.layer.schema(), model.name)).at(&id)?;
    let (mut fold, mut ended, mut written, mut seen) = (Fold::new(rule.strategy, rule.deletes), Vec::new(), 0_u64, 0_u64);
    let mut rows = statement.query([]).at(&id)?;
    while let Some(row) = rows.next().at(&id)? {
        if seen.is_multiple_of(4096) {
            ctx.check()?;
        }
        seen += 1;
        fold.take(state_row(row, own, &keys).at(&id)?, &mut ended);
        written += write(&mut insert, &mut ended).at(&id)?;
    }
    let mut duplicates = fold.finish(&mut ended);
    if !duplicates.is_empty() {
        return Err(doubled(&id, &mut duplicates));
    }
    written += write(&mut insert, &mut ended).at(&id)?;
    Ok(written)
}

/// Names the keys that rows share which may not.
pub(crate) fn doubled(id: &str, duplicates: &mut Vec<String>) -> WarehouseError {
    duplicates.sort();
    duplicates.dedup();
    let named: Vec<&str> = duplicates.iter().take(5).map(String::as_str).collect();
    let more = if duplicates.len() > named.len() { format!(" and {} more", duplicates.len() - named.len()) } else { String::new() };
    WarehouseError::Other(format!(
        "{id}: rows have the same key more than once: {}{more}. Mend the export, or give the table keys that tell its rows apart.",
        named.join(", ")
    ))
}

fn state_row(row: &rusqlite::Row<'_>, own: usize, keys: &[usize]) -> rusqlite::Result<StateRow> {
    let values = (0..own).map(|at| row.get(LEADING + at)).collect::<rusqlite::Result<Vec<Value>>>()?;
    let scope = match row.get_ref(2)? {
        ValueRef::Text(b"whole") => Scope::Whole,
        ValueRef::Text(b"gone") => Scope::Gone,
        _ => Scope::Part,
    };
    let key: Vec<String> = keys.iter().map(|at| text_of(&values[*at])).collect();
    Ok(StateRow {
        state: row.get(0)?,
        at: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
        scope,
        lane: row.get(3)?,
        changed_at: row.get(4)?,
        key: key.join(" "),
        values,
    })
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Null | Value::Blob(_) => String::new(),
    }
}

fn write(insert: &mut rusqlite::Statement<'_>, ended: &mut Vec<Version>) -> rusqlite::Result<u64> {
    let mut written = 0;
    for version in ended.drain(..) {
        let number = version.version.to_string();
        let scd_id = digest_of([version.key.as_str(), number.as_str(), version.valid_from.as_str()]);
        let mut cells = version.values;
        cells.extend([
            Value::Integer(version.version),
            Value::Text(version.valid_from),
            version.valid_to.clone().map_or(Value::Null, Value::Text),
            Value::Integer(i64::from(version.valid_to.is_none())),
            Value::Integer(i64::from(version.is_deleted)),
            Value::Text(scd_id[..32].to_owned()),
        ]);
        insert.execute(rusqlite::params_from_iter(cells))?;
        written += 1;
    }
    Ok(written)
}

#[cfg(test)]
#[path = "snapshot_tests.rs"]
mod tests;
