//! Four eyes. Flow: item + answer -> why a second person is needed -> decision, or a proposal that one approves or returns.

use std::collections::BTreeSet;

use crate::base::ItemId;
use crate::engine::answer::sqlite;
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::pages::{ProposalRow, TrustOutcome};
use crate::engine::session::Session;
use crate::stewardship::policy::Case;
use crate::stewardship::{Answer, Field};
use crate::store::control::Proposal;
use crate::store::silver::records_by_id;

use super::decide;
use super::trust::said;

/// Decides, or proposes where the workspace's policy wants a second person. `proposes`: the person wants one.
pub fn decide(
    session: &Session,
    item: &ItemId,
    answer: Answer,
    reason: Option<&str>,
    user: &str,
    proposes: bool,
) -> Result<Report, EngineError> {
    let mut why = needed(session, item, answer)?;
    if why.is_empty() && proposes {
        why.push(format!("{user} asks for a second person"));
    }
    let why = why.join("; ");
    let waits = !why.is_empty();
    if waits {
        session.control().propose_instead(why.clone());
    }
    let decided = decide::decide(session, item, answer, reason, user);
    let proposed = session.control().proposed();
    let (decision, summary) = decided?;
    Ok(match proposed.first() {
        None => Report::Decided { decision, summary },
        Some(id) => Report::Trust(Box::new(TrustOutcome {
            proposal: Some(*id),
            ..said(format!("Proposal {id}: {summary}. A second person has to approve it: {why}"))
        })),
    })
}

/// Why the policy wants a second person for this answer. "Unsure" binds nothing and needs none.
fn needed(session: &Session, item: &ItemId, answer: Answer) -> Result<Vec<String>, EngineError> {
    let policy = &session.workspace.config.four_eyes;
    if policy.is_empty() || answer == Answer::Unsure {
        return Ok(Vec::new());
    }
    let deck = session.deck()?;
    let item = deck.item(item)?;
    let ids: Vec<i64> = item.stored.groups.iter().flatten().map(|member| member.record_id).collect();
    let groups: BTreeSet<String> = if policy.vip.is_empty() {
        BTreeSet::new()
    } else {
        let records = sqlite(records_by_id(&session.reader_of(None)?, &ids))?;
        records.iter().filter_map(|record| record.get(Field::CustomerGroup).map(str::to_owned)).collect()
    };
    Ok(policy.reasons(&Case {
        match_probability: Some(item.row.match_probability),
        records: ids.len() as u64,
        value_minor: item.row.value_minor,
        customer_groups: groups.into_iter().collect(),
        is_override: false,
    }))
}

/// Approves the proposal of this number, or the open one of this item.
pub fn approve(session: &Session, proposal: &str, comment: Option<&str>, user: &str) -> Result<TrustOutcome, EngineError> {
    session.must_write()?;
    let id = number_of(session, proposal)?;
    let decision = session.control().approve(id, user, &session.clock.now_iso(), comment)?;
    Ok(TrustOutcome {
        proposal: Some(id),
        decision: Some(decision),
        ..said(format!("Approved proposal {id}: it is decision {decision} now"))
    })
}

pub fn send_back(session: &Session, proposal: &str, comment: &str, user: &str) -> Result<TrustOutcome, EngineError> {
    session.must_write()?;
    if comment.trim().is_empty() {
        return Err(EngineError::Refused("a proposal is returned with a comment: say why with --comment.".to_owned()));
    }
    let id = number_of(session, proposal)?;
    session.control().return_proposal(id, user, &session.clock.now_iso(), comment)?;
    Ok(TrustOutcome { proposal: Some(id), ..said(format!("Returned proposal {id}")) })
}

fn number_of(session: &Session, proposal: &str) -> Result<i64, EngineError> {
    let known = session.control().proposals()?;
    let numbered = proposal.parse().ok().filter(|number| known.iter().any(|known| known.id == *number));
    let by_item = || known.iter().find(|known| known.state == "open" && known.item.0 == proposal).map(|known| known.id);
    numbered.or_else(by_item).ok_or_else(|| {
        EngineError::Refused(format!(
            "there is no proposal {proposal}, and no open one for an item of that id. 'karat review proposals' names those there are."
        ))
    })
}

/// All proposals, newest first.
pub fn rows(session: &Session) -> Result<Vec<ProposalRow>, EngineError> {
    let mut rows: Vec<ProposalRow> = session.control().proposals()?.into_iter().map(row_of).collect();
    rows.reverse();
    Ok(rows)
}

fn row_of(proposal: Proposal) -> ProposalRow {
    let reason = proposal.body.text("reason").to_owned();
    ProposalRow {
        proposal: proposal.id,
        kind: proposal.kind,
        item: proposal.item,
        answer: proposal.body.answer(),
        summary: proposal.body.text("summary").to_owned(),
        reason: Some(reason).filter(|reason| !reason.is_empty()),
        groups: proposal.body.groups(),
        author: proposal.author,
        is_signed: proposal.body.signature.is_some(),
        why: proposal.why,
        against: proposal.against,
        proposed_at: proposal.proposed_at,
        state: proposal.state,
        answered_by: proposal.answered_by,
        answered_at: proposal.answered_at,
        comment: proposal.comment,
        decision: proposal.decision,
    }
}
