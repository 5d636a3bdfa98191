//! What spellings mean. Flow: spelling + meaning -> log entry; a run puts the standing ones over what was found by likeness.

use crate::engine::answer::names::meanings_of;
use crate::engine::answer::sqlite;
use crate::engine::error::EngineError;
use crate::engine::pages::ReviewOutcome;
use crate::engine::session::Session;
use crate::stewardship::naming::meanings;
use crate::stewardship::{Domain, Naming};
use crate::store::control::{NewNaming, Said};
use crate::store::reader::Connection;
use crate::store::silver::{confirm_branch, confirm_complaint_type, has_table};

use crate::engine::ops::trust_proposals::enter_naming;

pub fn say(session: &Session, domain: Domain, spelling: &str, meaning: Option<&str>, user: &str) -> Result<ReviewOutcome, EngineError> {
    let spelling = spelling.trim();
    if spelling.is_empty() {
        return Err(EngineError::Refused("the spelling is empty. 'karat name list' shows those there are.".to_owned()));
    }
    let known = meanings_of(session, domain)?;
    let meaning = meaning.map(|meaning| {
        let found = known.iter().find(|(key, name)| key.eq_ignore_ascii_case(meaning) || name.eq_ignore_ascii_case(meaning));
        found
            .map(|(key, _)| key.clone())
            .ok_or_else(|| EngineError::Refused("it can only mean what there is. 'karat name list' shows it.".to_owned()))
    });
    let meaning = meaning.transpose()?;
    let summary = match &meaning {
        Some(meaning) => format!("said that '{spelling}' means {meaning}"),
        None => format!("said that '{spelling}' means none of those there are"),
    };
    let said = Said { author: user.to_owned(), at: session.clock.now_iso(), reason: None, summary };
    enter_naming(session, &NewNaming { said, domain, spelling: spelling.to_owned(), meaning }).map(ReviewOutcome::from)
}

/// Puts what people said of branches over what likeness found, in a silver under construction.
pub fn confirm_branches(conn: &Connection, namings: &[Naming]) -> Result<(), EngineError> {
    for (spelling, meaning) in meanings(namings, Domain::Branch) {
        sqlite(confirm_branch(conn, spelling, meaning))?;
    }
    Ok(())
}

/// Writes complaint types as people said they are meant, in a silver under construction.
pub fn confirm_complaint_types(conn: &Connection, namings: &[Naming]) -> Result<(), EngineError> {
    if !sqlite(has_table(conn, "silver", "fct_complaints"))? {
        return Ok(());
    }
    for (spelling, meaning) in meanings(namings, Domain::ComplaintType) {
        sqlite(confirm_complaint_type(conn, spelling, meaning))?;
    }
    Ok(())
}
