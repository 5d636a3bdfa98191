//! The workbook comes back. Flow: XLSX -> rows as text -> each against the queue -> all decisions as one batch, or none and why, cell by cell.

use std::collections::BTreeMap;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::base::ItemId;
use crate::engine::answer::review::{Deck, Standing};
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::ops::decide::{self, By};
use crate::engine::pages::{ReviewOutcome, SheetOutcome};
use crate::engine::review_deed::Verdict;
use crate::engine::session::Session;
use crate::stewardship::{Answer, ItemState, Relation};

use super::sheet::{ANSWER, ANSWERS, CHECK, HEADER, REASON, SHEET, cells, check};

/// Cells that are told before "and so on".
const TOLD: usize = 10;

/// Reads the answers. Nothing is decided where one cell is wrong.
pub fn import(session: &Session, path: &Path, dry_run: bool, user: &str) -> Result<ReviewOutcome, EngineError> {
    let rows = read(path)?;
    let (deck, standing) = (session.deck()?, Standing::read(session)?);
    let mut sheet = SheetOutcome { rows: rows.len() as u64, ..SheetOutcome::default() };
    let mut wrong: Vec<String> = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut said: Vec<(ItemId, Verdict, Option<String>)> = Vec::new();
    // The header is line 1.
    for (line, row) in (2..).zip(&rows) {
        if row.iter().all(String::is_empty) {
            sheet.empty += 1;
            continue;
        }
        if let Some(earlier) = seen.insert(&row[0], line) {
            wrong.push(format!("A{line}: the item stands in row {earlier} already"));
            continue;
        }
        match answer_of(&deck, &standing, line, row) {
            Ok(Said::Nothing) => sheet.empty += 1,
            Ok(Said::Known) => sheet.known += 1,
            Ok(Said::New(verdict)) => {
                sheet.decided += 1;
                said.push((ItemId(row[0].clone()), verdict, Some(row[REASON].clone()).filter(|reason| !reason.is_empty())));
            }
            Err(why) => wrong.push(why),
        }
    }
    if !wrong.is_empty() {
        return Err(EngineError::Refused(told(path, &wrong)));
    }
    let mut decisions = Vec::new();
    if !dry_run && !said.is_empty() {
        let conn = session.reader_of(None)?;
        let mut new = Vec::with_capacity(said.len());
        for (item, verdict, reason) in &said {
            new.push(decide::of_item(session, &conn, deck.item(item)?, verdict, By { user, reason: reason.as_deref() })?);
        }
        decisions = session.control().decide_all(&new)?;
    }
    let verb = if dry_run { "would be decided" } else { "decided" };
    let summary = format!("{} {verb} from {}", counted(sheet.decided, "item"), path.display());
    Ok(ReviewOutcome { summary, decisions, sheet: Some(sheet), ..ReviewOutcome::default() })
}

fn told(path: &Path, wrong: &[String]) -> String {
    let more = wrong.len().saturating_sub(TOLD);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    let lines: Vec<String> = wrong.iter().take(TOLD).map(|why| format!("  {why}")).collect();
    format!("{}: nothing was decided.\n{}{more}", path.display(), lines.join("\n"))
}

enum Said {
    Nothing,
    Known,
    New(Verdict),
}

fn answer_of(deck: &Deck, standing: &Standing, line: usize, row: &[String]) -> Result<Said, String> {
    let Some(item) = deck.by_id.get(&ItemId(row[0].clone())).map(|at| &deck.items[*at]) else {
        return Err(format!("A{line}: there is no such item in this queue. Only columns H and I are filled in; or write the sheet anew"));
    };
    let (now, stands) = (cells(item), &row[..ANSWER]);
    if stands != now.as_slice() {
        return Err(edited(deck, line, row, &now));
    }
    if row[CHECK] != check(stands) {
        return Err(format!("J{line}: it was edited; only columns H and I are filled in"));
    }
    let text = row[ANSWER].trim().to_lowercase();
    if text.is_empty() {
        return Ok(Said::Nothing);
    }
    let verdict = verdict_of(&text).ok_or_else(|| format!("H{line}: the answer is none of {}", ANSWERS.join(", ")))?;
    match standing.state_of(&item.stored.item) {
        ItemState::Decided(answer) if answer == plain(&verdict) => Ok(Said::Known),
        ItemState::Decided(answer) => {
            Err(format!("H{line}: the item was answered '{}' meanwhile. Undo that, or leave the cell empty", answer.name()))
        }
        ItemState::Proposed => Err(format!("H{line}: the item waits for an approver meanwhile; leave the cell empty")),
        ItemState::Open | ItemState::Deferred | ItemState::Returned => Ok(Said::New(verdict)),
    }
}

/// Which cell of a row is not what it should be, and why.
fn edited(deck: &Deck, line: usize, row: &[String], now: &[String]) -> String {
    let stands = &row[..ANSWER];
    if row[CHECK] == check(stands) {
        return format!("A{line}: the item is another since the sheet was written; write the sheet anew");
    }
    if deck.items.iter().any(|item| cells(item)[1..] == stands[1..]) {
        return format!("A{line}: the id was changed; it belongs to another row");
    }
    let at = stands.iter().zip(now).position(|(stands, now)| stands != now).unwrap_or_default();
    format!("{}{line}: it was edited; only columns H and I are filled in", char::from(b'A' + u8::try_from(at).unwrap_or_default()))
}

fn verdict_of(text: &str) -> Option<Verdict> {
    match text.split_once(' ') {
        Some(("related", relation)) => Relation::from_name(relation.trim()).map(Verdict::Related),
        Some(_) => None,
        None => Answer::from_name(text).map(Verdict::from),
    }
}

fn plain(verdict: &Verdict) -> Answer {
    match verdict {
        Verdict::Same => Answer::Same,
        Verdict::Different | Verdict::Split { .. } => Answer::Different,
        Verdict::Related(_) => Answer::Related,
        Verdict::Unsure => Answer::Unsure,
    }
}

/// The rows below the header as text.
fn read(path: &Path) -> Result<Vec<Vec<String>>, EngineError> {
    let refused = |why: String| EngineError::Refused(format!("{}: {why}", path.display()));
    let mut workbook: Xlsx<_> =
        open_workbook(path).map_err(|error: calamine::XlsxError| refused(format!("it cannot be read as XLSX: {error}")))?;
    let range = workbook.worksheet_range(SHEET).map_err(|_| refused(format!("it has no sheet '{SHEET}'; is it one that Karat wrote?")))?;
    if let Ok(formulas) = workbook.worksheet_formula(SHEET)
        && let Some((row, column, _)) = formulas.used_cells().find(|(_, _, formula)| !formula.is_empty())
    {
        let (top, left) = formulas.start().unwrap_or_default();
        return Err(refused(format!("{} holds a formula; write the answer itself", address(top as usize + row, left as usize + column))));
    }
    let cell = |row: usize, column: usize| -> String {
        let at = (u32::try_from(row).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX));
        range.get_value(at).map(text_of).unwrap_or_default()
    };
    if let Some(column) = (0..HEADER.len()).find(|column| cell(0, *column) != HEADER[*column]) {
        return Err(refused(format!("{} is not '{}': the header was changed. Write the sheet anew", address(0, column), HEADER[column])));
    }
    let last = range.end().map_or(0, |(row, _)| row as usize);
    Ok((1..=last).map(|row| (0..HEADER.len()).map(|column| cell(row, column)).collect()).collect())
}

fn text_of(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        other => other.to_string(),
    }
}

fn address(row: usize, column: usize) -> String {
    let letter = u8::try_from(column).ok().filter(|column| *column < 26).map_or('?', |column| char::from(b'A' + column));
    format!("{letter}{}", row + 1)
}
