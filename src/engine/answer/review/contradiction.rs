//! What a contradiction is about. Flow: the decision + values seen then + records now -> then and now, field by field.

use std::collections::BTreeMap;

use crate::engine::error::EngineError;
use crate::engine::pages::{ContradictionView, ThenAndNow};
use crate::engine::session::Session;
use crate::stewardship::fingerprint::SEEN;
use crate::stewardship::{CustomerRecord, Decision};

use super::deck::{DeckItem, capitalised};
use super::log::view_of;
use super::standing::Standing;

/// None for any other item.
pub fn contradiction_of(
    session: &Session,
    standing: &Standing,
    item: &DeckItem,
    records: &[CustomerRecord],
) -> Result<Option<ContradictionView>, EngineError> {
    let Some(about) = &item.stored.item.about else { return Ok(None) };
    let Some(decision) = standing.decisions.iter().find(|decision| decision.id == about.decision) else { return Ok(None) };
    Ok(Some(ContradictionView {
        decision: view_of(decision),
        why: capitalised(about.why.words()),
        changed: changed_since(session, decision, records)?,
        weight_then: decision.match_weight,
        weight_now: Some(item.stored.item.match_weight),
    }))
}

/// Values that were on the screen when it was decided and are others now. Empty where nobody noted them.
pub fn changed_since(session: &Session, decision: &Decision, records: &[CustomerRecord]) -> Result<Vec<ThenAndNow>, EngineError> {
    let seen = session.control().seen_values_of(decision.id)?;
    let mut changed = Vec::new();
    for (key, json) in seen {
        let then: BTreeMap<String, String> = serde_json::from_str(&json).unwrap_or_default();
        let now = records.iter().find(|record| record.key == key);
        for field in SEEN {
            let (then, now) = (then.get(field.column()).map(String::as_str), now.and_then(|record| record.get(field)));
            if then != now {
                changed.push(ThenAndNow {
                    record: key.clone(),
                    label: field.label(),
                    then: then.map(str::to_owned),
                    now: now.map(str::to_owned),
                });
            }
        }
    }
    Ok(changed)
}
