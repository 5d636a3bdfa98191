//! Assignments, comments, deferrals, hand-over notes. Flow: items + deed -> events on disk.

use crate::base::ItemId;
use crate::base::dates::{DateOrder, parse_date};
use crate::engine::answer::words::{counted, day};
use crate::engine::error::EngineError;
use crate::engine::pages::ReviewOutcome;
use crate::engine::session::Session;
use crate::stewardship::event::ItemDeed;
use crate::store::control::HandOver;

use super::told;

pub fn assign(session: &Session, items: &[ItemId], to: Option<&str>, user: &str) -> Result<ReviewOutcome, EngineError> {
    let to = to.map(|to| line(to, "a name")).transpose()?;
    mark(session, items, &ItemDeed::Assign(to.clone()), user)?;
    let whom = to.as_deref().unwrap_or("nobody");
    Ok(told(format!("{} given to {whom}", counted(items.len() as u64, "item"))))
}

pub fn comment(session: &Session, item: &ItemId, text: &str, user: &str) -> Result<ReviewOutcome, EngineError> {
    mark(session, std::slice::from_ref(item), &ItemDeed::Comment(words(text)?), user)?;
    Ok(told("Comment kept".to_owned()))
}

pub fn defer(
    session: &Session,
    items: &[ItemId],
    until: Option<&str>,
    reason: Option<&str>,
    user: &str,
) -> Result<ReviewOutcome, EngineError> {
    let until = until.map(|until| coming_day(session, until)).transpose()?;
    let reason = reason.map(words).transpose()?;
    mark(session, items, &ItemDeed::Defer { until: until.clone(), reason }, user)?;
    let until = until.map_or_else(|| "until somebody takes it up".to_owned(), |until| format!("until {}", day(&until)));
    Ok(told(format!("{} put aside {until}", counted(items.len() as u64, "item"))))
}

pub fn reopen(session: &Session, item: &ItemId, user: &str) -> Result<ReviewOutcome, EngineError> {
    mark(session, std::slice::from_ref(item), &ItemDeed::Reopen, user)?;
    Ok(told("Taken up again".to_owned()))
}

pub fn hand_over(session: &Session, to: Option<&str>, text: &str, user: &str) -> Result<ReviewOutcome, EngineError> {
    let recipient = to.map(|to| line(to, "a name")).transpose()?;
    let note = HandOver { author: user.to_owned(), at: session.clock.now_iso(), recipient, text: words(text)? };
    session.control().hand_over(&note)?;
    Ok(told(format!("Note left for {}", note.recipient.as_deref().unwrap_or("everybody"))))
}

/// Every item must be there; none is marked where one is not.
fn mark(session: &Session, items: &[ItemId], deed: &ItemDeed, user: &str) -> Result<(), EngineError> {
    if items.is_empty() {
        return Err(EngineError::Refused("no item is named. 'karat review list' names them.".to_owned()));
    }
    let deck = session.deck()?;
    for item in items {
        deck.item(item)?;
    }
    let at = session.clock.now_iso();
    Ok(session.control().mark_items(items, deed, user, &at)?)
}

/// Longer notes belong somewhere else.
const LONGEST: usize = 4_000;

fn words(text: &str) -> Result<String, EngineError> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(EngineError::Refused("the text is empty. Say something.".to_owned())),
        1..=LONGEST => Ok(text.to_owned()),
        _ => Err(EngineError::Refused(format!("the text is longer than {LONGEST} characters."))),
    }
}

fn line(text: &str, what: &str) -> Result<String, EngineError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 100 || text.chars().any(char::is_control) {
        return Err(EngineError::Refused(format!("{what} is one line of 1 to 100 characters.")));
    }
    Ok(text.to_owned())
}

fn coming_day(session: &Session, text: &str) -> Result<String, EngineError> {
    let today = session.clock.now_iso()[..10].to_owned();
    let parsed = parse_date(text, DateOrder::DayFirst, 2099).map(|parsed| parsed.date.to_string());
    parsed
        .filter(|day| *day > today)
        .ok_or_else(|| EngineError::Refused("the day to take it up again is a coming day, written like 2027-01-31.".to_owned()))
}
