//! A steward's answer. Flow: item + answer -> log entry on disk -> one line for the toast.

use crate::base::{DecisionId, ItemId};
use crate::engine::answer::review::summary;
use crate::engine::answer::sqlite;
use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::stewardship::Answer;
use crate::stewardship::fingerprint::fingerprint;
use crate::store::control::NewDecision;
use crate::store::silver::records_by_id;

/// Writes the answer to the log. When this returns, it is on the disk.
pub fn decide(
    session: &Session,
    id: &ItemId,
    answer: Answer,
    reason: Option<&str>,
    user: &str,
) -> Result<(DecisionId, String), EngineError> {
    session.must_write()?;
    let deck = session.deck()?;
    let item = deck.item(id)?;
    let conn = session.reader_of(None)?;
    let ids: Vec<i64> = item.stored.groups.iter().flatten().map(|member| member.record_id).collect();
    let seen = sqlite(records_by_id(&conn, &ids))?;
    let summary = summary(answer, &item.row);
    let new = NewDecision {
        item: id.clone(),
        answer,
        groups: item.stored.item.groups.clone(),
        author: user.to_owned(),
        decided_at: session.clock.now_iso(),
        reason: reason.map(str::to_owned),
        fingerprint: fingerprint(&seen),
        summary: summary.clone(),
    };
    let decision = session.control().decide(&new)?;
    Ok((decision, summary))
}

/// Takes a decision back.
pub fn undo(session: &Session, decision: DecisionId, user: &str) -> Result<String, EngineError> {
    session.must_write()?;
    let at = session.clock.now_iso();
    let mut control = session.control();
    let target = control.decisions()?.into_iter().find(|known| known.id == decision);
    control.undo(decision, user, &at)?;
    Ok(target.map(|target| target.summary).unwrap_or_default())
}
