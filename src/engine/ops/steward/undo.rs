//! Taking entries back. Flow: entry -> its batch -> (its dependants) -> compensating entries, all or none.

use std::collections::BTreeSet;

use crate::base::DecisionId;
use crate::engine::error::EngineError;
use crate::engine::pages::ReviewOutcome;
use crate::engine::session::Session;
use crate::stewardship::dependants::dependants;
use crate::stewardship::{Decision, Override};

/// Takes an entry back with its batch, and what depends on it where that is wanted.
pub fn undo(session: &Session, decision: DecisionId, with_dependants: bool, user: &str) -> Result<ReviewOutcome, EngineError> {
    session.must_write()?;
    let at = session.clock.now_iso();
    let mut control = session.control();
    let (decisions, overrides) = (control.decisions()?, control.overrides()?);
    let entries = taken_back(&decisions, &overrides, decision, with_dependants);
    let undone = control.undo_all(&entries, user, &at)?;
    let first = undone.iter().find(|undone| undone.entry == decision).map(|undone| undone.summary.clone()).unwrap_or_default();
    let others = match undone.len().saturating_sub(1) {
        0 => String::new(),
        1 => " and one other entry with it".to_owned(),
        n => format!(" and {n} other entries with it"),
    };
    let decisions = undone.iter().map(|undone| undone.by).collect();
    Ok(ReviewOutcome { summary: format!("{first}{others}"), decisions, taken_back: entries, ..ReviewOutcome::default() })
}

/// Entries that go with one, newest first: those of its batch that stand, and what depends on any of them where that is wanted.
pub fn taken_back(decisions: &[Decision], overrides: &[Override], entry: DecisionId, with_dependants: bool) -> Vec<DecisionId> {
    let batch = decisions.iter().find(|decision| decision.id == entry).and_then(|decision| decision.batch);
    let of_batch = decisions.iter().filter(|decision| batch.is_some() && decision.batch == batch && decision.undone_by.is_none());
    let mut entries: BTreeSet<DecisionId> = of_batch.map(|decision| decision.id).collect();
    entries.insert(entry);
    if with_dependants {
        let more: Vec<DecisionId> = entries.iter().flat_map(|entry| dependants(decisions, overrides, *entry)).collect();
        entries.extend(more);
    }
    entries.into_iter().rev().collect()
}
