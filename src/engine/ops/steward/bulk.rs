//! Items approved in one go. Flow: pattern -> blind sample -> answers -> proof -> one batch of decisions.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

use crate::base::ItemId;
use crate::base::hash::stable_64;
use crate::engine::answer::bulk::{policy_of, sample_view};
use crate::engine::answer::review::Standing;
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::ops::decide::{self, By};
use crate::engine::pages::ReviewOutcome;
use crate::engine::session::Session;
use crate::stewardship::bulk::sample_size;
use crate::stewardship::queue::ItemKind;
use crate::stewardship::{Answer, ItemState};
use crate::store::control::{Bulk, NewDecision};

pub fn deal(session: &Session, pattern: &str, answer: Answer, user: &str) -> Result<ReviewOutcome, EngineError> {
    if !matches!(answer, Answer::Same | Answer::Different) {
        return Err(EngineError::Refused("a group is approved as 'same' or as 'different'.".to_owned()));
    }
    let (deck, standing) = (session.deck()?, Standing::read(session)?);
    let mut items: Vec<ItemId> = deck
        .items
        .iter()
        .filter(|item| item.row.pattern == pattern && item.stored.item.kind != ItemKind::Contradiction)
        .filter(|item| standing.state_of(&item.stored.item) == ItemState::Open)
        .map(|item| item.row.id.clone())
        .collect();
    if items.is_empty() {
        return Err(EngineError::Refused(
            "no open item has this evidence pattern. 'karat review bulk list' names those there are.".to_owned(),
        ));
    }
    let policy = policy_of(session)?;
    let count = items.len() as u64;
    let Some(sample) = sample_size(count, policy) else {
        return Err(EngineError::Refused(format!(
            "{} cannot be proved by a sample: {:.0} % of so few is less than one. Answer them one by one.",
            counted(count, "item"),
            policy.most_wrong * 100.0
        )));
    };
    let at = session.clock.now_iso();
    // Which items are drawn must not follow from what they are; that it can be found out afterwards harms nobody.
    let mut random = Pcg64Mcg::seed_from_u64(stable_64(format!("{at}{user}{pattern}{}", session.control().decision_number()?).as_bytes()));
    items.shuffle(&mut random);
    let rest = items.split_off(usize::try_from(sample).unwrap_or(usize::MAX).min(items.len()));
    let mut bulk = Bulk {
        id: 0,
        pattern: pattern.to_owned(),
        answer,
        author: user.to_owned(),
        at,
        most_wrong: policy.most_wrong,
        confidence: policy.confidence,
        approved_by: None,
        sample: items,
        rest,
    };
    bulk.id = session.control().deal_bulk(&bulk)?;
    let view = sample_view(&bulk, &standing);
    let summary = format!("Sample {}: {} of {} to answer blind", bulk.id, sample, counted(count, "item"));
    Ok(ReviewOutcome { summary, bulk: Some(view), ..ReviewOutcome::default() })
}

/// An answer to an item of a sample is a decision like any other.
pub fn answer(session: &Session, bulk: i64, item: &ItemId, answer: Answer, user: &str) -> Result<ReviewOutcome, EngineError> {
    let bulk = find(session, bulk)?;
    if !bulk.sample.contains(item) {
        return Err(EngineError::Refused(format!("item {item} is not in sample {}.", bulk.id)));
    }
    let reason = format!("sample {}", bulk.id);
    let (decision, summary) = decide::decide(session, item, &answer.into(), By { user, reason: Some(&reason) })?;
    let view = sample_view(&bulk, &Standing::read(session)?);
    Ok(ReviewOutcome { summary, decisions: vec![decision], bulk: Some(view), ..ReviewOutcome::default() })
}

pub fn approve(session: &Session, bulk: i64, user: &str) -> Result<ReviewOutcome, EngineError> {
    let mut bulk = find(session, bulk)?;
    let standing = Standing::read(session)?;
    let view = sample_view(&bulk, &standing);
    if let Some(why) = view.blocked_because {
        return Err(EngineError::Refused(why));
    }
    let proved = view.proved.unwrap_or_default();
    let deck = session.deck()?;
    let conn = session.reader_of(None)?;
    let by = By { user, reason: Some(&proved) };
    let verdict = bulk.answer.into();
    let mut new: Vec<NewDecision> = Vec::with_capacity(bulk.rest.len());
    for item in bulk.rest.iter().filter_map(|id| deck.by_id.get(id)).map(|at| &deck.items[*at]) {
        // What was answered, put aside or asked otherwise since is not approved by a sample.
        if item.row.pattern == bulk.pattern && standing.state_of(&item.stored.item) == ItemState::Open {
            new.push(decide::of_item(session, &conn, item, &verdict, by)?);
        }
    }
    if new.is_empty() {
        return Err(EngineError::Refused("nothing of the group is left open.".to_owned()));
    }
    let decisions = {
        let mut control = session.control();
        let decisions = control.decide_all(&new)?;
        if let Some(first) = decisions.first() {
            control.bulk_approved(bulk.id, *first)?;
            bulk.approved_by = Some(*first);
        }
        decisions
    };
    let summary = format!("Approved {} in one go; undo of one takes back all. {proved}", counted(decisions.len() as u64, "item"));
    let view = sample_view(&bulk, &Standing::read(session)?);
    Ok(ReviewOutcome { summary, decisions, bulk: Some(view), ..ReviewOutcome::default() })
}

fn find(session: &Session, id: i64) -> Result<Bulk, EngineError> {
    let found = session.control().bulks()?.into_iter().find(|bulk| bulk.id == id);
    found.ok_or_else(|| EngineError::Refused(format!("there is no sample {id}. 'karat review bulk list' names them.")))
}
