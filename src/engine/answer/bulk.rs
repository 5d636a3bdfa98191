//! Groups of one evidence pattern and what their samples prove. Flow: deck + standing + dealt samples -> BulkPage.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::base::ItemId;
use crate::engine::error::EngineError;
use crate::engine::pages::{BulkPage, BulkPattern, BulkSample};
use crate::engine::session::Session;
use crate::stewardship::bulk::{Policy, sample_size};
use crate::stewardship::queue::ItemKind;
use crate::stewardship::{Answer, ItemState, surviving};
use crate::store::Workspace;
use crate::store::control::Bulk;

use super::review::Standing;

pub fn bulk(session: &Session) -> Result<BulkPage, EngineError> {
    let (deck, standing) = (session.deck()?, Standing::read(session)?);
    let policy = policy_of(session)?;
    let mut groups: BTreeMap<&str, (u64, f64)> = BTreeMap::new();
    let open = deck
        .items
        .iter()
        .filter(|item| item.stored.item.kind != ItemKind::Contradiction && standing.state_of(&item.stored.item) == ItemState::Open);
    for item in open {
        let held = groups.entry(&item.row.pattern).or_default();
        held.0 += 1;
        held.1 += item.row.match_probability;
    }
    #[expect(clippy::cast_precision_loss, reason = "a mean for people")]
    let mut patterns: Vec<BulkPattern> = groups
        .into_iter()
        .map(|(pattern, (items, sum))| BulkPattern {
            pattern: pattern.to_owned(),
            items,
            sample: sample_size(items, policy),
            probability: sum / items as f64,
        })
        .collect();
    patterns.sort_by(|a, b| b.items.cmp(&a.items).then_with(|| a.pattern.cmp(&b.pattern)));
    let dealt = session.control().bulks()?;
    let dealt = dealt.iter().filter(|bulk| bulk.approved_by.is_none()).map(|bulk| sample_view(bulk, &standing)).collect();
    Ok(BulkPage { patterns, dealt, most_wrong: policy.most_wrong, confidence: policy.confidence })
}

/// What a sample must prove in this workspace.
pub fn policy_of(session: &Session) -> Result<Policy, EngineError> {
    let workspace = Workspace::open(session.workspace.dir())?;
    workspace.config.review.policy().ok_or_else(|| {
        EngineError::Refused(format!(
            "{}, [review]: most_wrong and confidence are shares between 0 and 1.",
            workspace.dir().join("workspace.toml").display()
        ))
    })
}

/// A sample as it stands. Its answers are the last standing decisions about its items.
pub fn sample_view(bulk: &Bulk, standing: &Standing) -> BulkSample {
    let answers: FxHashMap<&ItemId, Answer> = surviving(&standing.decisions).map(|decision| (&decision.item, decision.answer)).collect();
    let given: Vec<Option<Answer>> = bulk.sample.iter().map(|item| answers.get(item).copied()).collect();
    let answered = given.iter().flatten().count();
    let misses = given.iter().flatten().filter(|answer| **answer != bulk.answer).count();
    let (size, items) = (bulk.sample.len(), bulk.sample.len() + bulk.rest.len());
    let next = bulk.sample.iter().zip(&given).find(|(_, answer)| answer.is_none()).map(|(item, _)| item.clone());
    let proved = (misses == 0 && answered == size).then(|| {
        format!(
            "{size} of {items} looked at, none wrong: at most {:.0} % of the {items} are wrong, at {:.0} %.",
            bulk.most_wrong * 100.0,
            bulk.confidence * 100.0
        )
    });
    let blocked_because = if bulk.approved_by.is_some() {
        Some("The rest was approved already.".to_owned())
    } else if misses > 0 {
        Some(format!("{misses} of the sample were answered otherwise: the rest is not approved in one go. Answer them one by one."))
    } else if answered < size {
        Some(format!("{} of {size} of the sample are not answered yet.", size - answered))
    } else {
        None
    };
    BulkSample {
        bulk: bulk.id,
        pattern: bulk.pattern.clone(),
        items: items as u64,
        sample: size as u64,
        answered: answered as u64,
        misses: misses as u64,
        next,
        proved,
        blocked_because,
        approved: bulk.approved_by.is_some(),
    }
}
