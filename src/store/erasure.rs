//! Destroying a person's values. Flow: what is theirs -> matcher -> every text cell of a database -> pages written anew; plain files alike.
//!
//! Keys and hashes stay. A value that another customer has too stays with that customer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::{Captures, Regex, RegexBuilder};
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, params};

use crate::base::hash::digest_of;
use crate::base::{CustomerKey, ItemId, RecordKey};

use super::StoreError;
use super::open::open_writer;
use super::workspace::put_in_place;

/// What stands where a part of a text was taken out; a cell that was nothing else is empty.
pub const ERASED: &str = "(erased)";

/// A person and all that is known to be theirs.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub customer: Option<CustomerKey>,
    pub records: Vec<RecordKey>,
    /// Questions about these records.
    pub items: BTreeSet<ItemId>,
    /// Identifiers under which rows are theirs: ids of records, and e-mail addresses that nobody else has; as they came, trimmed, lower case.
    pub identifiers: BTreeSet<String>,
    /// Identifiers that are personal values themselves, and what stands in their place.
    pub pseudonyms: BTreeMap<String, String>,
    /// Values that identify: they are taken out wherever they stand.
    pub values: BTreeSet<String>,
    /// Everything else that stood in their rows: taken out of those rows only.
    pub details: BTreeSet<String>,
    /// Words of their names, lower case: a note that has one of them is emptied, whoever else is called so.
    pub name_words: BTreeSet<String>,
}

/// Identifiers of erased people as a workspace remembers them: rows that bring them again come in empty.
#[derive(Debug, Clone, Default)]
pub struct Suppression {
    pub salt: String,
    /// Hash -> what stands in the identifier's place, where it was itself a personal value.
    pub keys: BTreeMap<String, Option<String>>,
}

impl Suppression {
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub fn hash_of(&self, value: &str) -> String {
        digest_of([self.salt.as_str(), &value.trim().to_lowercase()])
    }

    /// The row's cells with personal columns emptied, where it is an erased person's; None where it is not.
    pub fn emptied<'a>(&self, columns: &[String], value: impl Fn(usize) -> &'a str) -> Option<Vec<String>> {
        let found = |at: usize| links(&columns[at], value(at)).then(|| self.keys.get(&self.hash_of(value(at)))).flatten();
        let is_theirs = (0..columns.len()).any(|at| found(at).is_some());
        is_theirs.then(|| {
            (0..columns.len())
                .map(|at| match found(at) {
                    Some(Some(pseudonym)) => pseudonym.clone(),
                    None if is_personal(&columns[at]) => String::new(),
                    Some(None) | None => value(at).to_owned(),
                })
                .collect()
        })
    }

    /// Does a line that could not be read name one of them?
    pub fn is_named_in(&self, text: &str) -> bool {
        text.split(|c: char| c.is_whitespace() || ",;\t|\"'".contains(c))
            .any(|word| word.len() > 3 && self.keys.contains_key(&self.hash_of(word)))
    }
}

/// Does a cell of this column say whose row it is? Short numbers count in columns that are about people only.
pub fn links(column: &str, value: &str) -> bool {
    let column = column.to_lowercase();
    let about_people = ["customer", "contact", "user", "client", "party", "mail"].iter().any(|word| column.contains(word));
    let is_id = column == "name" || column == "id" || column.ends_with("_id") || column.ends_with("_key");
    about_people || (is_id && value.trim().len() > 5)
}

/// Words in the headers of columns that hold what is personal.
const PERSONAL: [&str; 36] = [
    "customer_name",
    "first_name",
    "last_name",
    "middle",
    "full_name",
    "surname",
    "given",
    "contact_name",
    "user_name",
    "mail",
    "phone",
    "mobile",
    "birth",
    "dob",
    "gender",
    "address",
    "street",
    "city",
    "postal",
    "postcode",
    "zip",
    "device",
    "latitude",
    "longitude",
    "location",
    "ip_",
    "note",
    "description",
    "comment",
    "subject",
    "feedback",
    "website",
    "event_data",
    "kyc",
    "risk",
    "customer_group",
];

/// A column whose cells are emptied in an erased person's rows. Ids, dates, amounts and states stay.
pub fn is_personal(column: &str) -> bool {
    let column = column.to_lowercase();
    let is_key = column.ends_with("_id") && !column.contains("device") && !column.contains("mail");
    let is_date = column.ends_with("_date") && !column.contains("birth");
    // Both images of a change event hold the whole row.
    let is_image = column == "_before" || column == "_after";
    is_image || !is_key && !is_date && !column.ends_with("_type") && PERSONAL.iter().any(|word| column.contains(word))
}

/// May this value be looked for everywhere? Short ones and single words stand in too many other places.
pub fn identifies(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let is_date = value.len() <= 10 && letters == 0 && value.contains('-') && digits == 8;
    let words = value.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphanumeric()).count() > 1).count();
    !is_date && (value.contains('@') || (digits >= 7 && value.len() >= 7) || (letters >= 6 && words >= 2) || (letters >= 4 && digits >= 4))
}

/// Finds a person's values in text.
#[derive(Debug, Clone)]
pub struct Matcher {
    anywhere: Option<Regex>,
    in_own_rows: Option<Regex>,
    pseudonyms: BTreeMap<String, String>,
}

impl Matcher {
    pub fn new(person: &Person) -> Result<Self, StoreError> {
        let all = person.values.iter().chain(person.pseudonyms.keys());
        Ok(Self {
            anywhere: pattern(all.clone())?,
            in_own_rows: pattern(all.chain(person.details.iter().filter(|value| value.chars().count() > 2)))?,
            pseudonyms: person.pseudonyms.clone(),
        })
    }

    pub fn is_in(&self, text: &str) -> bool {
        self.anywhere.as_ref().is_some_and(|pattern| pattern.is_match(text))
    }

    /// The text without the values; None where it has none.
    pub fn without(&self, text: &str) -> Option<String> {
        let pattern = self.anywhere.as_ref().filter(|pattern| pattern.is_match(text))?;
        Some(self.taken_out(pattern, text))
    }

    /// A line of a file: where a value identifies it as theirs, all that is theirs goes.
    fn line_without(&self, line: &str) -> Option<String> {
        let (anywhere, all) = self.anywhere.as_ref().zip(self.in_own_rows.as_ref())?;
        anywhere.is_match(line).then(|| self.taken_out(all, line))
    }

    fn taken_out(&self, pattern: &Regex, text: &str) -> String {
        let is_all = |found: &str| found.len() == text.trim().len();
        let replaced = pattern.replace_all(text, |found: &Captures<'_>| {
            let found = &found[0];
            match self.pseudonyms.get(&found.to_lowercase()) {
                Some(pseudonym) => pseudonym.clone(),
                None if is_all(found) => String::new(),
                None => ERASED.to_owned(),
            }
        });
        replaced.into_owned()
    }
}

/// One pattern for all, the longest first; a value does not match inside a longer word.
fn pattern<'a>(values: impl Iterator<Item = &'a String>) -> Result<Option<Regex>, StoreError> {
    let mut values: Vec<&String> = values.filter(|value| !value.trim().is_empty()).collect();
    values.sort_by_key(|value| (std::cmp::Reverse(value.len()), *value));
    values.dedup();
    if values.is_empty() {
        return Ok(None);
    }
    let edge = |c: Option<char>| if c.is_some_and(char::is_alphanumeric) { r"\b" } else { "" };
    let bounded: Vec<String> = values
        .iter()
        .map(|value| {
            let value = value.trim();
            format!("{}{}{}", edge(value.chars().next()), regex::escape(value), edge(value.chars().last()))
        })
        .collect();
    RegexBuilder::new(&bounded.join("|"))
        .case_insensitive(true)
        .size_limit(64 << 20)
        .build()
        .map(Some)
        .map_err(|error| StoreError::Refused(format!("the person's values make no pattern: {error}")))
}

/// Does something that the triggers of the tables forbid; they stand again afterwards.
pub fn without_triggers(conn: &Connection, work: impl FnOnce() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let triggers: Vec<(String, String)> = pairs(conn, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")?;
    for (name, _) in &triggers {
        conn.execute_batch(&format!("DROP TRIGGER {}", quoted(name)))?;
    }
    work()?;
    for (_, sql) in triggers {
        conn.execute_batch(&sql)?;
    }
    Ok(())
}

/// Takes the values out of every text cell, and empties what the person's own rows hold under `personal` columns.
pub fn scrub(conn: &Connection, person: &Person, matcher: &Matcher, personal: &BTreeSet<String>) -> rusqlite::Result<()> {
    register(conn, matcher)?;
    without_triggers(conn, || scrub_tables(conn, person, personal))
}

fn scrub_tables(conn: &Connection, person: &Person, personal: &BTreeSet<String>) -> rusqlite::Result<()> {
    let tables: Vec<(String, String)> = pairs(
        conn,
        "SELECT name, coalesce(sql, '') FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('person', 'audit_seal', 'erased_key')",
    )?;
    for (table, _) in &tables {
        let columns: Vec<(String, String)> =
            pairs(conn, &format!("SELECT name, CAST(\"notnull\" AS TEXT) FROM pragma_table_info('{}')", table.replace('\'', "''")))?;
        own_rows(conn, person, table, &columns, personal)?;
        for (column, _) in &columns {
            let (table, column) = (quoted(table), quoted(column));
            // OR REPLACE: two cells of a key may become the same empty text.
            conn.execute(
                &format!("UPDATE OR REPLACE {table} SET {column} = erased_text({column}) WHERE typeof({column}) = 'text' AND has_erased({column})"),
                [],
            )?;
        }
    }
    Ok(())
}

/// Tables that say whose a row is by customer or record key.
fn own_rows(
    conn: &Connection,
    person: &Person,
    table: &str,
    columns: &[(String, String)],
    personal: &BTreeSet<String>,
) -> rusqlite::Result<()> {
    let has = |name: &str| columns.iter().any(|(column, _)| column == name);
    let emptied: Vec<String> = columns
        .iter()
        .filter(|(column, _)| personal.contains(column))
        .map(|(column, not_null)| format!("{} = {}", quoted(column), if not_null == "1" { "''" } else { "NULL" }))
        .collect();
    if emptied.is_empty() {
        return Ok(());
    }
    let set = format!("UPDATE OR REPLACE {} SET {}", quoted(table), emptied.join(", "));
    if has("customer_key")
        && let Some(customer) = person.customer
    {
        conn.execute(&format!("{set} WHERE customer_key = ?1"), [customer.to_string()])?;
    }
    if has("source_system") && has("source_customer_id") {
        for key in &person.records {
            conn.execute(
                &format!("{set} WHERE source_system = ?1 AND source_customer_id = ?2"),
                params![key.source_system, key.source_customer_id],
            )?;
        }
    }
    Ok(())
}

fn register(conn: &Connection, matcher: &Matcher) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let own = matcher.clone();
    conn.create_scalar_function("has_erased", 1, flags, move |call| Ok(own.is_in(call.get_raw(0).as_str().unwrap_or_default())))?;
    let own = matcher.clone();
    conn.create_scalar_function("erased_text", 1, flags, move |call| {
        let text = call.get_raw(0).as_str().unwrap_or_default();
        Ok(own.without(text).unwrap_or_else(|| text.to_owned()))
    })
}

fn pairs(conn: &Connection, sql: &str) -> rusqlite::Result<Vec<(String, String)>> {
    let mut rows = conn.prepare(sql)?;
    let found = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    found.collect()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Writes every page anew: what was freed is gone, and no log beside the file holds it.
pub fn rewrite(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch("PRAGMA secure_delete = ON; VACUUM")?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Scrubs a database file that nobody writes to: a copy is scrubbed and put in its place.
pub fn scrub_file(path: &Path, aside: &Path, person: &Person, matcher: &Matcher, personal: &BTreeSet<String>) -> Result<(), StoreError> {
    let wrong = |source| StoreError::at(path, source);
    let _ = fs::remove_file(aside);
    super::open::open_read_only(path)?.execute("VACUUM INTO ?1", [aside.to_string_lossy()]).map_err(wrong)?;
    let mut conn = open_writer(aside, None)?;
    conn.pragma_update(None, "foreign_keys", false).map_err(wrong)?;
    let tx = conn.transaction().map_err(wrong)?;
    scrub(&tx, person, matcher, personal).map_err(wrong)?;
    tx.commit().map_err(wrong)?;
    rewrite(&conn).map_err(wrong)?;
    // The log's file goes with it: the file is renamed alone.
    conn.pragma_update(None, "journal_mode", "delete").map_err(wrong)?;
    drop(conn);
    put_in_place(aside, path)?;
    for ending in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(ending);
        let _ = fs::remove_file(&beside);
    }
    Ok(())
}

/// What became of a file that is no database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFate {
    Clean,
    Scrubbed,
    Removed,
    /// It holds values and is of a kind that cannot be changed here.
    StillHolds,
}

/// Scrubs a text file line by line; removes an index of a match that holds values; leaves anything else and says so.
pub fn scrub_plain(path: &Path, matcher: &Matcher) -> Result<FileFate, StoreError> {
    let bytes = fs::read(path).map_err(|source| StoreError::io(path, source))?;
    if let Ok(text) = std::str::from_utf8(&bytes) {
        let mut changed = false;
        let lines: Vec<String> = text
            .split_inclusive('\n')
            .map(|line| match matcher.line_without(line) {
                Some(without) => {
                    changed = true;
                    without
                }
                None => line.to_owned(),
            })
            .collect();
        if changed {
            super::workspace::replace_file(path, lines.concat().as_bytes())?;
        }
        return Ok(if changed { FileFate::Scrubbed } else { FileFate::Clean });
    }
    let holds = matcher.is_in(&String::from_utf8_lossy(&bytes));
    let is_packed = path
        .extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| ["gz", "zst", "zip", "xlsx", "ods", "parquet"].contains(&ending));
    if holds && path.extension().is_some_and(|ending| ending == "idx") {
        fs::remove_file(path).map_err(|source| StoreError::io(path, source))?;
        return Ok(FileFate::Removed);
    }
    Ok(if holds || is_packed { FileFate::StillHolds } else { FileFate::Clean })
}

#[cfg(test)]
#[path = "erasure_tests.rs"]
mod tests;
