//! Decisions that wait: for a second person, or because they contradict one made here. Flow: entries of a transaction -> proposal ->
//! approved (the entry as it was signed) or returned.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::{DecisionId, ItemId};
use crate::stewardship::ItemState;
use crate::stewardship::signature::SealedDecision;
use crate::store::StoreError;
use crate::store::silver::has_table;

use super::Control;
use super::audit::{Deed, append};
use super::decisions::{NewDecision, insert};
use super::packs::is_taken_back;
use super::seal::insert_sealed;

/// Why a decision waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// A second person has to approve it.
    FourEyes,
    /// It came in a pack and contradicts a decision made here.
    Contradiction,
}

impl ProposalKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::FourEyes => "four_eyes",
            Self::Contradiction => "contradiction",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    pub id: i64,
    pub kind: ProposalKind,
    pub item: ItemId,
    pub author: String,
    pub why: String,
    pub against: Option<DecisionId>,
    pub proposed_at: String,
    /// open | approved | returned
    pub state: String,
    pub answered_by: Option<String>,
    pub answered_at: Option<String>,
    pub comment: Option<String>,
    pub decision: Option<DecisionId>,
    pub body: SealedDecision,
}

const COLUMNS: &str =
    "proposal_id, kind, item_id, author, why, against, proposed_at, state, answered_by, answered_at, comment, decision_id, body";

impl Control {
    /// What `enter` would enter in one transaction is proposed instead; `why`: of each entry. Gives the proposals' numbers.
    pub fn propose(
        &mut self,
        why: Vec<String>,
        enter: impl FnOnce(&mut Self) -> Result<DecisionId, StoreError>,
    ) -> Result<Vec<i64>, StoreError> {
        self.proposing = Some(why);
        let entered = enter(self);
        self.proposing = None;
        let made = std::mem::take(&mut self.proposed);
        entered.map(|_| made)
    }

    /// Proposes decisions, each to be approved or returned by itself: all of them wait or none.
    pub fn propose_all(&mut self, new: &[NewDecision], why: Vec<String>) -> Result<Vec<i64>, StoreError> {
        self.propose(why, |control| control.write(|tx| new.iter().try_fold(DecisionId(0), |_, new| insert(tx, new, None))))
    }

    /// All proposals, oldest first.
    pub fn proposals(&self) -> Result<Vec<Proposal>, StoreError> {
        self.read(|conn| {
            if !has_table(conn, "main", "proposal")? {
                return Ok(Vec::new());
            }
            all_proposals(conn)
        })
    }

    /// How many wait.
    pub fn proposals_open(&self) -> Result<u64, StoreError> {
        self.read(|conn| {
            if !has_table(conn, "main", "proposal")? {
                return Ok(0);
            }
            conn.query_row("SELECT COUNT(*) FROM proposal WHERE state = 'open'", [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
        })
    }

    /// Items with a proposal that is open or was returned, as far as no decision says more.
    pub fn waiting(&self) -> Result<FxHashMap<ItemId, ItemState>, StoreError> {
        let states = self.proposals()?.into_iter().filter_map(|proposal| {
            let state = match proposal.state.as_str() {
                "open" => Some(ItemState::Proposed),
                "returned" => Some(ItemState::Returned),
                _ => None,
            };
            state.map(|state| (proposal.item, state))
        });
        Ok(states.collect())
    }

    /// Enters a proposed decision as its author signed it.
    pub fn approve(&mut self, id: i64, author: &str, at: &str, comment: Option<&str>) -> Result<DecisionId, StoreError> {
        let proposal = self.open_proposal(id)?;
        if proposal.kind == ProposalKind::FourEyes && proposal.author == author {
            return Err(StoreError::Refused(format!("{author} proposed this. A second person has to approve it.")));
        }
        if proposal.body.digest() != proposal.body.digest {
            return Err(StoreError::Refused(format!(
                "proposal {id} is not what {} proposed: it was changed outside of Karat. Return it.",
                proposal.author
            )));
        }
        let still_holds = match proposal.against {
            Some(against) => self.read(|conn| standing(conn, against))?,
            None => None,
        };
        if self.read(|conn| is_taken_back(conn, proposal.body.text("undoes")))? {
            return Err(StoreError::Refused(format!("what proposal {id} takes back was taken back meanwhile. Return it.")));
        }
        let pack = (proposal.kind == ProposalKind::Contradiction).then_some("contradiction");
        let entered = self.write(|tx| {
            if let Some((item, summary)) = &still_holds {
                let against = proposal.against.unwrap_or(DecisionId(0));
                tx.execute(
                    "INSERT INTO decision (item_id, answer, undoes, author, decided_at, fingerprint, summary) VALUES (?1, 'undo', ?2, ?3, ?4, 0, ?5)",
                    params![item, against.0, author, at, format!("took back: {summary}")],
                )?;
                append(tx, at, author, Deed::Undo, &format!("decision {against}"), &format!("item {item}"))?;
            }
            let Some(decision) = insert_sealed(tx, &proposal.body, pack)? else { return Ok(None) };
            settle(tx, id, "approved", author, at, comment)?;
            tx.execute("UPDATE proposal SET decision_id = ?2 WHERE proposal_id = ?1", params![id, decision.0])?;
            let digests = super::seal::sealed_words(decision.0, decision.0, std::slice::from_ref(&proposal.body.digest));
            append(tx, at, author, Deed::Approve, &format!("proposal {id}"), &format!("by {}; {digests}", proposal.author))?;
            Ok(Some(decision))
        })?;
        entered.ok_or_else(|| {
            StoreError::Refused(format!("proposal {id} belongs to a batch whose first entry was not approved yet. Approve that one first."))
        })
    }

    /// Gives a proposal back with a comment; nothing is bound by it.
    pub fn return_proposal(&mut self, id: i64, author: &str, at: &str, comment: &str) -> Result<(), StoreError> {
        let proposal = self.open_proposal(id)?;
        if proposal.kind == ProposalKind::FourEyes && proposal.author == author {
            return Err(StoreError::Refused(format!("{author} proposed this. A second person has to answer it.")));
        }
        self.write(|tx| {
            settle(tx, id, "returned", author, at, Some(comment))?;
            append(tx, at, author, Deed::Return, &format!("proposal {id}"), &format!("by {}", proposal.author))
        })
    }

    fn open_proposal(&self, id: i64) -> Result<Proposal, StoreError> {
        let known = self.proposals()?.into_iter().find(|proposal| proposal.id == id);
        let Some(proposal) = known else {
            return Err(StoreError::Refused(format!("there is no proposal {id}. 'karat review proposals' names those there are.")));
        };
        if proposal.state != "open" {
            let by = proposal.answered_by.unwrap_or_default();
            return Err(StoreError::Refused(format!("proposal {id} was {} already, by {by}.", proposal.state)));
        }
        Ok(proposal)
    }
}

/// Item and summary of an entry that nobody took back: an answer, a golden value, a spelling.
fn standing(conn: &Connection, id: DecisionId) -> rusqlite::Result<Option<(String, String)>> {
    conn.query_row(
        "SELECT item_id, summary FROM decision d WHERE decision_id = ?1 AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = d.decision_id)",
        [id.0],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .optional()
}

pub(super) fn all_proposals(conn: &Connection) -> rusqlite::Result<Vec<Proposal>> {
    let mut rows = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM proposal ORDER BY proposal_id"))?;
    let found = rows.query_map([], proposal_of)?;
    found.collect()
}

/// Enters proposals for these decisions. Refused where one is open for the same item: (Err names it).
pub(super) fn enter(tx: &Transaction<'_>, made: &[SealedDecision], why: &[String]) -> rusqlite::Result<Result<Vec<i64>, String>> {
    let mut ids = Vec::with_capacity(made.len());
    for (at, sealed) in made.iter().enumerate() {
        let why = why.get(at).map_or("", String::as_str);
        let item = sealed.text("item_id");
        let open: Option<i64> =
            tx.query_row("SELECT proposal_id FROM proposal WHERE item_id = ?1 AND state = 'open'", [item], |row| row.get(0)).optional()?;
        if let Some(open) = open {
            return Ok(Err(format!("item {item} waits for an answer to proposal {open} already. Approve or return that one first.")));
        }
        let id = enter_one(tx, sealed, ProposalKind::FourEyes, why, None)?;
        let detail = format!("{}: item {item}; {why}; digest {}", sealed.text("answer"), sealed.digest);
        append(tx, sealed.text("decided_at"), sealed.author(), Deed::Propose, &format!("proposal {id}"), &detail)?;
        ids.push(id);
    }
    Ok(Ok(ids))
}

pub(super) fn enter_one(
    tx: &Transaction<'_>,
    sealed: &SealedDecision,
    kind: ProposalKind,
    why: &str,
    against: Option<DecisionId>,
) -> rusqlite::Result<i64> {
    let body = serde_json::to_string(sealed).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    tx.execute(
        "INSERT INTO proposal (kind, body, uid, item_id, author, why, against, proposed_at, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open')",
        params![
            kind.name(),
            body,
            sealed.uid,
            sealed.text("item_id"),
            sealed.author(),
            why,
            against.map(|id| id.0),
            sealed.text("decided_at")
        ],
    )?;
    Ok(tx.last_insert_rowid())
}

pub(super) fn settle(tx: &Transaction<'_>, id: i64, state: &str, author: &str, at: &str, comment: Option<&str>) -> rusqlite::Result<()> {
    tx.execute(
        "UPDATE proposal SET state = ?2, answered_by = ?3, answered_at = ?4, comment = ?5 WHERE proposal_id = ?1",
        params![id, state, author, at, comment],
    )
    .map(drop)
}

fn proposal_of(row: &Row<'_>) -> rusqlite::Result<Proposal> {
    let kind: String = row.get(1)?;
    let body: String = row.get(12)?;
    Ok(Proposal {
        id: row.get(0)?,
        kind: if kind == ProposalKind::Contradiction.name() { ProposalKind::Contradiction } else { ProposalKind::FourEyes },
        item: ItemId(row.get(2)?),
        author: row.get(3)?,
        why: row.get(4)?,
        against: row.get::<_, Option<i64>>(5)?.map(DecisionId),
        proposed_at: row.get(6)?,
        state: row.get(7)?,
        answered_by: row.get(8)?,
        answered_at: row.get(9)?,
        comment: row.get(10)?,
        decision: row.get::<_, Option<i64>>(11)?.map(DecisionId),
        body: serde_json::from_str(&body)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(12, rusqlite::types::Type::Text, error.into()))?,
    })
}
