//! Spellings and what they mean. Flow: what the sources write + what likeness suggests + what people said -> NamesPage.

use std::collections::BTreeMap;

use crate::engine::error::EngineError;
use crate::engine::pages::{NameRow, NamesPage};
use crate::engine::session::Session;
use crate::stewardship::naming::likest;
use crate::stewardship::{Domain, Naming};
use crate::store::silver::{branch_names, branch_spellings, complaint_spellings};

use super::sqlite;

pub fn names(session: &Session, domain: Domain) -> Result<NamesPage, EngineError> {
    let namings = session.control().namings()?;
    let said: BTreeMap<&str, &Naming> = namings
        .iter()
        .filter(|naming| naming.domain == domain && naming.undone_by.is_none())
        .map(|naming| (naming.spelling.as_str(), naming))
        .collect();
    let mut rows = match domain {
        Domain::Branch => branches(session)?,
        Domain::ComplaintType => complaints(session)?,
    };
    // A spelling that was confirmed and is written so no more is still remembered.
    for (spelling, naming) in &said {
        if !rows.iter().any(|row| row.spelling == **spelling) {
            rows.push(NameRow {
                spelling: (*spelling).to_owned(),
                rows: 0,
                meaning: None,
                state: String::new(),
                score: 0.0,
                decision: Some(naming.id),
            });
        }
    }
    for row in &mut rows {
        if let Some(naming) = said.get(row.spelling.as_str()) {
            row.meaning.clone_from(&naming.meaning);
            row.state = "confirmed".to_owned();
            row.score = 1.0;
            row.decision = Some(naming.id);
        }
    }
    let rank = |row: &NameRow| ["open", "suggested", "confirmed", "same"].iter().position(|state| *state == row.state);
    rows.sort_by(|a, b| rank(a).cmp(&rank(b)).then(b.rows.cmp(&a.rows)).then_with(|| a.spelling.cmp(&b.spelling)));
    Ok(NamesPage { domain, rows, meanings: meanings_of(session, domain)? })
}

/// What a spelling can mean: key and name.
pub fn meanings_of(session: &Session, domain: Domain) -> Result<Vec<(String, String)>, EngineError> {
    let conn = session.reader_of(None)?;
    Ok(match domain {
        Domain::Branch => sqlite(branch_names(&conn))?.into_iter().collect(),
        Domain::ComplaintType => sqlite(complaint_spellings(&conn))?.into_iter().map(|(name, _)| (name.clone(), name)).collect(),
    })
}

fn branches(session: &Session) -> Result<Vec<NameRow>, EngineError> {
    let found = sqlite(branch_spellings(&session.reader_of(None)?))?;
    Ok(found
        .into_iter()
        .map(|found| {
            let state = match (found.method.as_str(), &found.branch_id) {
                ("confirmed", _) => "confirmed",
                ("id" | "name", _) => "same",
                (_, Some(_)) => "suggested",
                _ => "open",
            };
            NameRow {
                spelling: found.spelling,
                rows: found.rows,
                meaning: found.branch_id,
                state: state.to_owned(),
                score: found.score,
                decision: None,
            }
        })
        .collect())
}

/// A type that is written much like a more frequent one is suggested to mean it; nothing holds before somebody confirms it.
fn complaints(session: &Session) -> Result<Vec<NameRow>, EngineError> {
    let found = sqlite(complaint_spellings(&session.reader_of(None)?))?;
    Ok(found
        .iter()
        .map(|(spelling, rows)| {
            let others = found.iter().filter(|(other, count)| other != spelling && count > rows).map(|(other, _)| other.as_str());
            let (meaning, score) = likest(spelling, others).map_or((None, 0.0), |(other, score)| (Some(other.to_owned()), score));
            let state = if meaning.is_some() { "suggested" } else { "same" };
            NameRow { spelling: spelling.clone(), rows: *rows, meaning, state: state.to_owned(), score, decision: None }
        })
        .collect())
}
