//! Four eyes. Flow: entries -> why a second person is needed -> decisions, or proposals that one approves or returns.

use crate::base::{DecisionId, ItemId};
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::pages::{ProposalRow, ReviewOutcome, TrustOutcome};
use crate::engine::review_deed::Verdict;
use crate::engine::session::Session;
use crate::stewardship::Answer;
use crate::stewardship::policy::{Case, FourEyes};
use crate::store::control::{Control, Deed, NewDecision, NewNaming, NewOverride, Proposal};
use crate::store::{StoreError, Workspace};

use super::decide::{self, By, Entry};
use super::trust::said;

/// What became of entries.
#[derive(Debug, Default)]
pub struct Entered {
    pub decisions: Vec<DecisionId>,
    /// Those that wait for a second person.
    pub proposals: Vec<i64>,
    /// Of the first entry.
    pub summary: String,
    /// Why the first proposal waits.
    pub why: String,
}

impl Entered {
    /// "Proposal 3: joined …. A second person has to approve it: a VIP is concerned"
    pub fn told(&self) -> String {
        match self.proposals.first() {
            Some(id) => format!("Proposal {id}: {}. A second person has to approve it: {}", self.summary, self.why),
            None => self.summary.clone(),
        }
    }

    /// ". 3 items wait for a second person"; empty where none does. For a deed of many entries.
    pub fn waiting(&self) -> String {
        let count = self.proposals.len() as u64;
        match count {
            0 => String::new(),
            1 => ". 1 item waits for a second person".to_owned(),
            _ => format!(". {} wait for a second person", counted(count, "item")),
        }
    }
}

impl From<Entered> for ReviewOutcome {
    fn from(entered: Entered) -> Self {
        Self { summary: entered.told(), decisions: entered.decisions, proposals: entered.proposals, ..Self::default() }
    }
}

/// The policy as it stands now: `workspace.toml` may be edited by hand.
pub fn policy(session: &Session) -> Result<FourEyes, EngineError> {
    Ok(Workspace::open(session.workspace.dir())?.config.four_eyes)
}

/// Writes the policy. Refused where it could never be met.
pub fn set_policy(session: &Session, policy: &FourEyes, user: &str) -> Result<TrustOutcome, EngineError> {
    session.must_write()?;
    if let Some((low, high)) = policy.probability
        && !(0.0 <= low && low <= high && high <= 1.0)
    {
        return Err(EngineError::Refused("a band of probability goes from a smaller to a larger number, both between 0 and 1.".to_owned()));
    }
    let mut workspace = Workspace::open(session.workspace.dir())?;
    policy.clone_into(&mut workspace.config.four_eyes);
    workspace.save()?;
    let what = policy.in_words();
    session.control().record_deed(&session.clock.now_iso(), user, Deed::Policy, "four eyes", &what)?;
    Ok(said(format!("A second person is needed: {what}")))
}

/// Writes entries to the log as one batch. Those for which the policy wants a second person wait instead, each by itself.
pub fn enter(session: &Session, entries: Vec<Entry>) -> Result<Entered, EngineError> {
    let mut plain: Vec<NewDecision> = Vec::with_capacity(entries.len());
    let policy = policy(session)?;
    let (mut waiting, mut why): (Vec<NewDecision>, Vec<String>) = (Vec::new(), Vec::new());
    let summary = entries.first().map_or_else(String::new, |entry| entry.new.summary.clone());
    for Entry { new, case } in entries {
        let reasons = needed(&policy, new.answer, &case);
        if reasons.is_empty() {
            plain.push(new);
        } else {
            waiting.push(new);
            why.push(reasons.join("; "));
        }
    }
    let mut entered = Entered { summary, why: why.first().cloned().unwrap_or_default(), ..Entered::default() };
    let mut control = session.control();
    // Proposals first: they are refused where an item waits already, and then nothing is decided.
    if !waiting.is_empty() {
        entered.proposals = control.propose_all(&waiting, why)?;
    }
    if !plain.is_empty() {
        entered.decisions = control.decide_all(&plain)?;
    }
    Ok(entered)
}

/// Writes a word on a golden value to the log, or proposes it.
pub fn enter_golden(session: &Session, new: &NewOverride, case: &Case) -> Result<Entered, EngineError> {
    enter_one(session, &new.said.summary, case, |control| control.say_golden(new))
}

/// Writes what a spelling means to the log, or proposes it.
pub fn enter_naming(session: &Session, new: &NewNaming) -> Result<Entered, EngineError> {
    let case = Case { is_naming: true, ..Case::default() };
    enter_one(session, &new.said.summary, &case, |control| control.say_name(new))
}

fn enter_one(
    session: &Session,
    summary: &str,
    case: &Case,
    write: impl FnOnce(&mut Control) -> Result<DecisionId, StoreError>,
) -> Result<Entered, EngineError> {
    let why = policy(session)?.reasons(case).join("; ");
    let mut entered = Entered { summary: summary.to_owned(), why: why.clone(), ..Entered::default() };
    let mut control = session.control();
    if why.is_empty() {
        entered.decisions.push(write(&mut control)?);
    } else {
        entered.proposals = control.propose(vec![why], write)?;
    }
    Ok(entered)
}

/// Decides, or proposes where the policy wants a second person.
pub fn decide(session: &Session, item: &ItemId, verdict: &Verdict, by: By<'_>) -> Result<Report, EngineError> {
    let entered = decide::decide(session, item, verdict, by)?;
    Ok(match (entered.proposals.first(), entered.decisions.first()) {
        (None, Some(decision)) => Report::Decided { decision: *decision, summary: entered.summary },
        (proposal, _) => Report::Trust(Box::new(TrustOutcome { proposal: proposal.copied(), ..said(entered.told()) })),
    })
}

/// Proposes, whatever the policy says.
pub fn propose(session: &Session, item: &ItemId, verdict: &Verdict, by: By<'_>) -> Result<TrustOutcome, EngineError> {
    session.must_write()?;
    let deck = session.deck()?;
    let Entry { new, case } = decide::of_item(session, &session.reader_of(None)?, deck.item(item)?, verdict, by)?;
    let mut reasons = needed(&policy(session)?, new.answer, &case);
    if reasons.is_empty() {
        reasons.push(format!("{} asks for a second person", by.user));
    }
    let why = reasons.join("; ");
    let proposals = session.control().propose_all(std::slice::from_ref(&new), vec![why.clone()])?;
    let entered = Entered { proposals, summary: new.summary, why, ..Entered::default() };
    Ok(TrustOutcome { proposal: entered.proposals.first().copied(), ..said(entered.told()) })
}

/// Why the policy wants a second person for this answer. "Unsure" binds nothing and needs none.
pub fn needed(policy: &FourEyes, answer: Answer, case: &Case) -> Vec<String> {
    if answer == Answer::Unsure { Vec::new() } else { policy.reasons(case) }
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
