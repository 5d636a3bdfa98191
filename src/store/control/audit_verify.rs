//! Is the log what was written? Flow: rows -> chain -> anchors -> signatures -> people -> decisions -> AuditReport.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::base::DecisionId;
use crate::base::hash::digest_of;
use crate::stewardship::signature::{SealedDecision, holds, statement};
use crate::store::StoreError;

use super::audit::{AuditEntry, Head, row_hash};
use super::people::{Person, enrolment_words};
use super::seal::{AUDIT, DECISION, read_sealed, sealed_range, sealed_words, workspace_id};
use super::{Control, audit_search};

/// A copy of the log's end that lies elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    pub workspace: String,
    /// "gold v3", "backup", "pack"
    pub of: String,
    pub at: String,
    pub head: Head,
}

/// One thing that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// altered | removed | reordered | cut | unsigned | other_key | signature | decision | person | anchor
    pub kind: &'static str,
    /// "row 12", "decision 7"
    pub place: String,
    pub text: String,
}

/// What was looked at and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    pub rows: u64,
    pub signed_rows: u64,
    pub decisions: u64,
    pub signed_decisions: u64,
    /// Decisions from before they were sealed: nothing proves them.
    pub unsealed_decisions: u64,
    pub anchors: u64,
    pub findings: Vec<Finding>,
    /// What is as it should be and still worth knowing, and what no check of this kind can find.
    pub remarks: Vec<String>,
}

impl AuditReport {
    fn found(&mut self, kind: &'static str, place: impl Into<String>, text: impl Into<String>) {
        self.findings.push(Finding { kind, place: place.into(), text: text.into() });
    }
}

/// Rows that do not follow from those before them are looked for elsewhere in the log, up to so many of them.
const MOST_LOOKED_FOR: usize = 100;

impl Control {
    /// Checks everything that can be checked against the anchors at hand.
    pub fn verify_audit(&self, anchors: &[Anchor]) -> Result<AuditReport, StoreError> {
        let people = self.people()?;
        self.read(|conn| {
            let entries = audit_search::all(conn)?;
            let workspace = workspace_id(conn)?;
            let mut report = AuditReport { rows: entries.len() as u64, anchors: anchors.len() as u64, ..AuditReport::default() };
            let emptied = Emptied::of(&entries);
            chain(&entries, &emptied, &mut report);
            end(conn, &entries, &mut report)?;
            against_anchors(&entries, &workspace, anchors, &mut report);
            row_signatures(conn, &entries, &people, &workspace, &mut report)?;
            enrolments(&entries, &people, &mut report);
            decisions(conn, &entries, &people, &workspace, &emptied, &mut report)?;
            report.remarks.push(blind_spot(anchors));
            Ok(report)
        })
    }
}

/// What erasures emptied, by what it says now: an erased row cannot be hashed again, but the deed that erased it is in the chain.
#[derive(Debug, Default)]
struct Emptied {
    audit: BTreeMap<i64, String>,
    decision: BTreeMap<i64, String>,
}

/// "emptied audit 12=3f… decision 3=9a…": part of an erasure's audit row.
pub(super) fn emptied_words(audit: &[(i64, String)], decisions: &[(i64, String)]) -> String {
    let list =
        |kind: &str, rows: &[(i64, String)]| -> String { rows.iter().map(|(id, digest)| format!(" {kind} {id}={digest}")).collect() };
    format!("emptied{}{}", list("audit", audit), list("decision", decisions))
}

/// What an emptied audit row says now, as one digest.
pub(super) fn entry_digest(entry: &AuditEntry) -> String {
    digest_of([entry.at.as_str(), &entry.author, &entry.deed, &entry.subject, &entry.detail, &entry.hash])
}

impl Emptied {
    fn of(entries: &[AuditEntry]) -> Self {
        let mut emptied = Self::default();
        for entry in entries.iter().filter(|entry| entry.deed == "erase") {
            let words = entry.detail.split_once("emptied ").map_or("", |(_, list)| list);
            let mut words = words.split(' ');
            while let (Some(kind), Some((id, digest))) = (words.next(), words.next().and_then(|word| word.split_once('='))) {
                let Ok(id) = id.parse() else { break };
                let list = if kind == "audit" { &mut emptied.audit } else { &mut emptied.decision };
                list.insert(id, digest.trim_end_matches(';').to_owned());
            }
        }
        emptied
    }
}

fn follows(before: &str, entry: &AuditEntry) -> bool {
    row_hash(before, [&entry.at, &entry.author, &entry.deed, &entry.subject, &entry.detail]) == entry.hash
}

fn chain(entries: &[AuditEntry], emptied: &Emptied, report: &mut AuditReport) {
    let (mut before, mut last, mut looked_for) = (String::new(), 0, 0);
    for entry in entries {
        let place = format!("row {}", entry.id);
        let gap = entry.id - last - 1;
        last = entry.id;
        if gap > 0 {
            let rows = if gap == 1 { format!("row {}", entry.id - 1) } else { format!("rows {} to {}", entry.id - gap, entry.id - 1) };
            report.found(
                "removed",
                rows.clone(),
                format!("{rows} of the audit log are gone; the row after does not follow from the one before."),
            );
        }
        let is_emptied = emptied.audit.get(&entry.id).is_some_and(|digest| *digest == entry_digest(entry));
        if follows(&before, entry) || is_emptied || gap > 0 {
            before.clone_from(&entry.hash);
            continue;
        }
        looked_for += 1;
        let belongs =
            (looked_for <= MOST_LOOKED_FOR).then(|| entries.iter().find(|other| other.id != entry.id && follows(&before, other))).flatten();
        match belongs {
            Some(other) => {
                report.found(
                    "reordered",
                    place,
                    format!("row {} stands in the place of row {}: rows were put in another order.", entry.id, other.id),
                );
                before.clone_from(&other.hash);
            }
            None => {
                report.found(
                    "altered",
                    place,
                    format!("row {} ({} by {}, {}) is not what was written: it was altered, or one before it was altered or removed and the numbers closed up.", entry.id, entry.deed, entry.author, entry.at),
                );
                before.clone_from(&entry.hash);
            }
        }
    }
}

/// SQLite counts what was ever inserted.
fn end(conn: &Connection, entries: &[AuditEntry], report: &mut AuditReport) -> rusqlite::Result<()> {
    let last = entries.last().map_or(0, |entry| entry.id);
    let ever: Option<i64> = conn.query_row("SELECT seq FROM sqlite_sequence WHERE name = 'audit'", [], |row| row.get(0)).optional()?;
    if ever.unwrap_or_default() > last {
        let ever = ever.unwrap_or_default();
        report.found("cut", format!("row {ever}"), format!("the log ends at row {last}, and {ever} were written: its end was cut off."));
    }
    Ok(())
}

/// A restore is a cut that somebody answers for: "kept 40 rows".
fn restores(entries: &[AuditEntry]) -> Vec<(&str, i64)> {
    let kept = |entry: &AuditEntry| entry.detail.split("kept ").nth(1)?.split(' ').next()?.parse().ok();
    entries.iter().filter(|entry| entry.deed == "restore").filter_map(|entry| Some((entry.at.as_str(), kept(entry)?))).collect()
}

fn against_anchors(entries: &[AuditEntry], workspace: &str, anchors: &[Anchor], report: &mut AuditReport) {
    let last = entries.last().map_or(0, |entry| entry.id);
    let restores = restores(entries);
    for anchor in anchors {
        let count = anchor.head.count;
        let place = format!("row {count}");
        if anchor.workspace != workspace {
            report.found("anchor", anchor.of.clone(), format!("the anchor of {} is of another workspace.", anchor.of));
            continue;
        }
        let row = entries.iter().find(|entry| entry.id == count);
        if count == 0 || row.is_some_and(|row| row.hash == anchor.head.hash) {
            continue;
        }
        if let Some((at, kept)) = restores.iter().find(|(at, kept)| anchor.at.as_str() <= *at && count > *kept) {
            report.remarks.push(format!(
                "Rows {} to {count}, which {} of {} knew, were lost when a backup was restored at {at}.",
                kept + 1,
                anchor.of,
                anchor.at
            ));
        } else if count > last {
            report.found(
                "cut",
                place,
                format!("the log ends at row {last}; {} of {} knew {count} rows: its end was cut off.", anchor.of, anchor.at),
            );
        } else if row.is_some() {
            report.found(
                "altered",
                place,
                format!("row {count} is not the one that {} of {} knew: the log up to it was written anew.", anchor.of, anchor.at),
            );
        }
    }
}

fn row_signatures(
    conn: &Connection,
    entries: &[AuditEntry],
    people: &[Person],
    workspace: &str,
    report: &mut AuditReport,
) -> rusqlite::Result<()> {
    let mut rows = conn.prepare("SELECT audit_id, public_key, signature FROM audit_seal")?;
    let seals: BTreeMap<i64, (String, String)> =
        rows.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?.collect::<rusqlite::Result<_>>()?;
    report.signed_rows = seals.len() as u64;
    for entry in entries {
        let keys: Vec<&str> = people
            .iter()
            .filter(|person| person.name == entry.author && person.held_at(entry.id))
            .map(|person| person.public_key.as_str())
            .collect();
        let place = format!("row {}", entry.id);
        match seals.get(&entry.id) {
            None if keys.is_empty() => {}
            None => report.found(
                "unsigned",
                place,
                format!("row {} is in the name of {}, who is enrolled, and is not signed.", entry.id, entry.author),
            ),
            Some((key, _)) if !keys.contains(&key.as_str()) => {
                report.found("other_key", place, format!("row {} is signed with another key than {}'s.", entry.id, entry.author));
            }
            Some((key, signature)) if !holds(key, &statement(AUDIT, workspace, &entry.hash), signature) => {
                report.found("signature", place, format!("the signature of row {} does not hold.", entry.id));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The table of people must say what the audit log enrolled.
fn enrolments(entries: &[AuditEntry], people: &[Person], report: &mut AuditReport) {
    for person in people {
        let subject = format!("person {}", person.name);
        let named = |entry: &&AuditEntry| entry.deed == "person" && entry.subject == subject;
        let enrolled =
            entries.iter().filter(named).any(|entry| entry.id == person.enrolled_in && entry.detail.ends_with(&person.public_key));
        let last = entries.iter().rev().filter(named).find(|entry| entry.detail.ends_with(&person.public_key));
        let has_role = last.is_some_and(|entry| entry.detail == enrolment_words(person.role, &person.public_key));
        let retired = person.retired_in.is_none_or(|row| entries.iter().filter(named).any(|entry| entry.id == row));
        if !enrolled || !has_role || !retired {
            report.found(
                "person",
                subject,
                format!("{}'s key, role or time of enrolment is not what the audit log enrolled.", person.name),
            );
        }
    }
}

fn decisions(
    conn: &Connection,
    entries: &[AuditEntry],
    people: &[Person],
    workspace: &str,
    emptied: &Emptied,
    report: &mut AuditReport,
) -> rusqlite::Result<()> {
    let mut ids = conn.prepare(
        "SELECT d.decision_id, s.decision_id IS NOT NULL FROM decision d LEFT JOIN decision_seal s USING (decision_id) ORDER BY 1",
    )?;
    let ids: Vec<(i64, bool)> = ids.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    report.decisions = ids.len() as u64;
    let ranges: Vec<(i64, i64, i64, &str)> = entries
        .iter()
        .filter_map(|entry| sealed_range(&entry.detail).map(|(first, last, digest)| (entry.id, first, last, digest)))
        .collect();
    let begins_after: i64 = conn
        .query_row("SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'seal.begins_after'", [], |row| row.get(0))
        .optional()?
        .unwrap_or_default();
    let mut digests: BTreeMap<i64, String> = BTreeMap::new();
    for (id, is_sealed) in ids {
        if !is_sealed {
            report.unsealed_decisions += 1;
            if id > begins_after {
                report.found(
                    "decision",
                    format!("decision {id}"),
                    format!("decision {id} was entered by something else than Karat: nothing seals it."),
                );
            }
            continue;
        }
        let sealed = read_sealed(conn, DecisionId(id))?;
        digests.insert(id, sealed.digest.clone());
        let row = ranges.iter().find(|(_, first, last, _)| (*first..=*last).contains(&id)).map(|(row, ..)| *row);
        let own = Checked { id, sealed: &sealed, row, emptied: emptied.decision.get(&id) };
        own.check(people, workspace, report);
    }
    for (row, first, last, digest) in ranges {
        let missing: Vec<i64> = (first..=last).filter(|id| !digests.contains_key(id)).collect();
        if let Some(id) = missing.first() {
            report.found(
                "decision",
                format!("decision {id}"),
                format!("decision {id}, which row {row} of the audit log tells of, is gone."),
            );
            continue;
        }
        let held: Vec<String> = (first..=last).filter_map(|id| digests.get(&id).cloned()).collect();
        if sealed_range(&sealed_words(first, last, &held)).is_none_or(|(.., now)| now != digest) {
            report.found(
                "decision",
                format!("decision {first}"),
                format!("decisions {first} to {last} are not those that row {row} of the audit log sealed."),
            );
        }
    }
    Ok(())
}

/// A decision and what is known of it.
struct Checked<'a> {
    id: i64,
    sealed: &'a SealedDecision,
    /// The audit row that sealed it.
    row: Option<i64>,
    emptied: Option<&'a String>,
}

impl Checked<'_> {
    fn check(&self, people: &[Person], workspace: &str, report: &mut AuditReport) {
        let (id, sealed, author) = (self.id, self.sealed, self.sealed.author());
        let place = format!("decision {id}");
        let now = sealed.digest();
        if now != sealed.digest && self.emptied != Some(&now) {
            report.found("decision", place.clone(), format!("decision {id} by {author} was changed outside of Karat."));
        }
        let Some(row) = self.row else {
            report.found("decision", place, format!("decision {id} is not in the audit log: it was entered by something else than Karat."));
            return;
        };
        let enrolments: Vec<&Person> = people.iter().filter(|person| person.name == author).collect();
        match (&sealed.public_key, &sealed.signature) {
            (Some(key), Some(signature)) => {
                report.signed_decisions += 1;
                if !enrolments.iter().any(|person| person.public_key == *key) {
                    report.found("other_key", place, format!("decision {id} is signed with another key than {author}'s."));
                } else if !holds(key, &statement(DECISION, workspace, &sealed.digest), signature) {
                    report.found("signature", place, format!("the signature of decision {id} by {author} does not hold."));
                }
            }
            _ if enrolments.iter().any(|person| person.held_at(row)) => {
                report.found("unsigned", place, format!("decision {id} is in the name of {author}, who is enrolled, and is not signed."));
            }
            _ => {}
        }
    }
}

fn blind_spot(anchors: &[Anchor]) -> String {
    match anchors.iter().max_by_key(|anchor| anchor.head.count) {
        Some(last) => format!(
            "What cannot be found: rows cut off after row {}, the last that an anchor knows ({}, {}), and a log that was written anew together with every anchor. Keep anchors elsewhere: each backup and each pack holds one.",
            last.head.count, last.of, last.at
        ),
        None => "What cannot be found: there is no anchor yet, so rows cut off the end, or a whole log written anew, cannot be told. Publishing, a backup and a pack each leave one.".to_owned(),
    }
}
