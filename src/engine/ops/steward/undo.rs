//! Taking entries back. Flow: entry -> its batch -> (its dependants) -> compensating entries, all or none.

use std::collections::BTreeSet;

use crate::base::{DecisionId, RecordKey};
use crate::engine::error::EngineError;
use crate::engine::ops::decide::case_of;
use crate::engine::ops::trust_proposals::{Entered, policy};
use crate::engine::pages::ReviewOutcome;
use crate::engine::session::Session;
use crate::matching::score::probability_of;
use crate::stewardship::dependants::dependants;
use crate::stewardship::policy::Case;
use crate::stewardship::{Answer, Decision, Override, Word};
use crate::store::control::Control;

/// Takes an entry back with its batch, and what depends on it where that is wanted. What took a second person to be decided takes
/// one to be taken back.
pub fn undo(session: &Session, decision: DecisionId, with_dependants: bool, user: &str) -> Result<ReviewOutcome, EngineError> {
    session.must_write()?;
    let at = session.clock.now_iso();
    let (decisions, overrides) = {
        let control = session.control();
        (control.decisions()?, control.overrides()?)
    };
    let entries = taken_back(&decisions, &overrides, decision, with_dependants);
    let why = why_two(session, &entries, &decisions, &overrides)?;
    let mut control = session.control();
    let mut undone = Vec::new();
    let mut take_back = |control: &mut Control| {
        undone = control.undo_all(&entries, user, &at)?;
        Ok(decision)
    };
    let proposals = if why.is_empty() {
        take_back(&mut control)?;
        Vec::new()
    } else {
        control.propose(vec![why.clone(); entries.len()], take_back)?
    };
    let first = undone.iter().find(|undone| undone.entry == decision).map(|undone| undone.summary.clone()).unwrap_or_default();
    let others = match undone.len().saturating_sub(1) {
        0 => String::new(),
        1 => " and one other entry with it".to_owned(),
        n => format!(" and {n} other entries with it"),
    };
    if proposals.is_empty() {
        let decisions = undone.iter().map(|undone| undone.by).collect();
        return Ok(ReviewOutcome { summary: format!("{first}{others}"), decisions, taken_back: entries, ..ReviewOutcome::default() });
    }
    let entered = Entered { proposals, summary: format!("take back: {first}{others}"), why, ..Entered::default() };
    Ok(entered.into())
}

/// Why a second person is needed to take these back; empty where nobody is.
fn why_two(session: &Session, entries: &[DecisionId], decisions: &[Decision], overrides: &[Override]) -> Result<String, EngineError> {
    let policy = policy(session)?;
    if policy.is_empty() {
        return Ok(String::new());
    }
    let conn = session.reader_of(None)?;
    let mut reasons = BTreeSet::new();
    for entry in entries {
        let case = if let Some(decision) = decisions.iter().find(|known| known.id == *entry) {
            if decision.answer == Answer::Unsure {
                continue;
            }
            let keys: Vec<&RecordKey> = decision.groups.iter().flatten().collect();
            Case { match_probability: decision.match_weight.map(probability_of), ..case_of(&conn, &keys)? }
        } else if let Some(word) = overrides.iter().find(|known| known.id == *entry) {
            let keys: Vec<&RecordKey> = word.members.iter().collect();
            Case { is_override: word.word != Word::GiveBack, value_minor: 0, ..case_of(&conn, &keys)? }
        } else {
            Case { is_naming: true, ..Case::default() }
        };
        reasons.extend(policy.reasons(&case));
    }
    Ok(reasons.into_iter().collect::<Vec<_>>().join("; "))
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
