//! Entries of the decision log as lists show them. Flow: decisions, overrides, namings -> DecisionView, newest first.

use std::collections::BTreeSet;

use crate::base::{DecisionId, RecordKey};
use crate::engine::error::EngineError;
use crate::engine::pages::{Answer, DecisionView};
use crate::engine::session::Session;
use crate::stewardship::{CustomerRecord, Decision, Naming, Override, Relation};

/// Entries that touch one of the records, newest first.
pub fn history_of(decisions: &[Decision], overrides: &[Override], records: &[CustomerRecord]) -> Vec<DecisionView> {
    let keys: BTreeSet<&RecordKey> = records.iter().map(|record| &record.key).collect();
    let said = decisions.iter().filter(|decision| decision.records().any(|key| keys.contains(key))).map(view_of);
    let golden = overrides.iter().filter(|entry| entry.members.iter().any(|key| keys.contains(key))).map(override_view);
    newest_first(said.chain(golden).collect())
}

/// The whole log, newest first.
pub fn decision_views(session: &Session) -> Result<Vec<DecisionView>, EngineError> {
    let (decisions, overrides, namings) = {
        let control = session.control();
        (control.decisions()?, control.overrides()?, control.namings()?)
    };
    let views = decisions.iter().map(view_of).chain(overrides.iter().map(override_view)).chain(namings.iter().map(naming_view));
    Ok(newest_first(views.collect()))
}

fn newest_first(mut views: Vec<DecisionView>) -> Vec<DecisionView> {
    views.sort_by_key(|view| std::cmp::Reverse(view.decision));
    views
}

pub fn view_of(decision: &Decision) -> DecisionView {
    DecisionView {
        decision: decision.id,
        answer: decision.answer,
        user: decision.author.clone(),
        at: decision.decided_at.clone(),
        reason: decision.reason.clone(),
        undone: decision.undone_by.is_some(),
        summary: decision.summary.clone(),
        kind: decision.kind().to_owned(),
        relation: decision.relation.map(Relation::name).map(str::to_owned),
        batch: decision.batch,
    }
}

/// What binds nobody has the answer that binds nothing.
fn unbinding(decision: DecisionId, author: &str, at: &str, reason: Option<&String>, undone: bool, summary: &str) -> DecisionView {
    DecisionView {
        decision,
        answer: Answer::Unsure,
        user: author.to_owned(),
        at: at.to_owned(),
        reason: reason.cloned(),
        undone,
        summary: summary.to_owned(),
        kind: String::new(),
        relation: None,
        batch: None,
    }
}

/// An override joins and parts nobody.
pub fn override_view(o: &Override) -> DecisionView {
    let view = unbinding(o.id, &o.author, &o.decided_at, o.reason.as_ref(), o.undone_by.is_some(), &o.summary);
    DecisionView { kind: "override".to_owned(), batch: o.batch, ..view }
}

pub fn naming_view(n: &Naming) -> DecisionView {
    let view = unbinding(n.id, &n.author, &n.decided_at, n.reason.as_ref(), n.undone_by.is_some(), &n.summary);
    DecisionView { kind: "naming".to_owned(), ..view }
}
