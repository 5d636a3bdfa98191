//! The audit log's anchors and exports. Flow: head -> anchor file beside what was made -> found again for verify; rows -> CSV, HTML.

use std::path::{Path, PathBuf};

use crate::base::CancelToken;
use crate::base::money::group_thousands;
use crate::engine::error::EngineError;
use crate::engine::pages::{AuditEntry, TrustOutcome};
use crate::engine::session::Session;
use crate::store::control::{Anchor, AuditFilter, Control};
use crate::store::{export::write_csv, workspace};

use super::pack;
use super::trust::said;

/// What an anchor file of ours is called, whatever stands before.
const ENDING: &str = ".anchor.json";

/// The end of the log as it is now.
pub fn anchor(control: &Control, of: &str, at: &str) -> Result<Anchor, EngineError> {
    Ok(Anchor { workspace: control.workspace_id()?, of: of.to_owned(), at: at.to_owned(), head: control.audit_head()? })
}

/// Writes an anchor beside the file it belongs to: `gold/0003.db` -> `gold/0003.anchor.json`.
pub fn leave_anchor(beside: &Path, anchor: &Anchor) -> Result<PathBuf, EngineError> {
    let path = beside.with_extension(&ENDING[1..]);
    let json = serde_json::to_string_pretty(anchor).map_err(|error| EngineError::Refused(error.to_string()))?;
    workspace::replace_file(&path, format!("{json}\n").as_bytes())?;
    Ok(path)
}

/// Anchors that lie in the workspace, and those in the files that are named.
pub fn anchors(session: &Session, named: &[PathBuf]) -> Result<Vec<Anchor>, EngineError> {
    let mut found = Vec::new();
    for folder in [session.workspace.gold_dir(), session.workspace.backup_dir()] {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.to_string_lossy().ends_with(ENDING) {
                found.push(read_anchor(&path)?);
            }
        }
    }
    for path in named {
        must_be_of_this_log(session, path)?;
        found.push(read_anchor(path)?);
    }
    found.sort_by(|a, b| (a.head.count, &a.at, &a.of).cmp(&(b.head.count, &b.at, &b.of)));
    Ok(found)
}

/// A pack's anchor is of the log of the laptop that it was made on: copies of a workspace have a log each from the copy on.
fn must_be_of_this_log(session: &Session, path: &Path) -> Result<(), EngineError> {
    match pack::laptop_of(path) {
        Some(laptop) if laptop != pack::laptop(session)? => Err(EngineError::Refused(format!(
            "{} was made on another laptop; its anchor is of the audit log there. Verify it there, or name an anchor of this log.",
            path.display()
        ))),
        _ => Ok(()),
    }
}

fn read_anchor(path: &Path) -> Result<Anchor, EngineError> {
    let text = std::fs::read_to_string(path).map_err(|source| crate::store::StoreError::io(path, source))?;
    // The first line of a pack holds its anchor; an anchor file is one as a whole.
    let anchor = serde_json::from_str::<Anchor>(&text).ok().or_else(|| {
        serde_json::from_str::<serde_json::Value>(text.lines().next()?)
            .ok()
            .and_then(|head| serde_json::from_value(head.get("anchor")?.clone()).ok())
    });
    anchor
        .ok_or_else(|| EngineError::Refused(format!("{} holds no anchor of an audit log. Name an anchor file or a pack.", path.display())))
}

const COLUMNS: [&str; 9] = ["row", "at", "person", "deed", "subject", "told", "detail", "signed", "hash"];

/// Rows as CSV or as a page of HTML, oldest first.
pub fn export(session: &Session, filter: &AuditFilter, file: &Path) -> Result<TrustOutcome, EngineError> {
    let mut entries = session.control().audit(filter)?;
    entries.reverse();
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => write_csv(file, &COLUMNS, entries.iter().map(cells), &CancelToken::default())?,
        Some("html" | "htm") => workspace::replace_file(file, html(session, &entries)?.as_bytes())?,
        _ => {
            return Err(EngineError::Refused(format!("{}: the audit log is exported as .csv or .html. Name such a file.", file.display())));
        }
    }
    let rows = group_thousands(entries.len() as u64);
    Ok(TrustOutcome { files: vec![file.display().to_string()], ..said(format!("Wrote {rows} rows of the audit log")) })
}

fn cells(entry: &AuditEntry) -> [String; 9] {
    let signed = if entry.is_signed { "yes" } else { "no" };
    [
        entry.id.to_string(),
        entry.at.clone(),
        entry.author.clone(),
        entry.deed.clone(),
        entry.subject.clone(),
        entry.told.clone(),
        entry.detail.clone(),
        signed.to_owned(),
        entry.hash.clone(),
    ]
}

fn html(session: &Session, entries: &[AuditEntry]) -> Result<String, EngineError> {
    let head = session.control().audit_head()?;
    let row = |tag: &str, cells: &[String]| -> String {
        let inner: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect();
        format!("<tr>{inner}</tr>\n")
    };
    let body: String = entries.iter().map(|entry| row("td", &cells(entry))).collect();
    let name = escaped(&session.workspace.config.name);
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Audit log of {name}</title>\n\
         <style>body{{font:14px sans-serif;margin:2em}}table{{border-collapse:collapse}}td,th{{border-bottom:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top}}td:last-child{{font:11px monospace}}</style>\n\
         </head><body><h1>Audit log of {name}</h1>\n<p>{} of {} rows; the last row's hash is {}.</p>\n<table>\n{}{body}</table></body></html>\n",
        entries.len(),
        head.count,
        head.hash,
        row("th", &COLUMNS.map(str::to_owned))
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
