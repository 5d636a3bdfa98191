//! What would change with other settings, matched aside: nothing is written.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::base::{ItemId, RecordKey, RunCtx, Stage};
use crate::engine::answer::sqlite;
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::ops::run::{match_table, match_under, questions_of, sources_of};
use crate::engine::session::Session;
use crate::matching::diagnostics::compare::{Change, ChangedPair, Side};
use crate::matching::diagnostics::{Comparison, Diagnostics, compare};
use crate::matching::{Constraints, MatchConfig, Model};
use crate::stewardship::{CustomerRecord, constraints_of};
use crate::store::control::PinnedModel;
use crate::store::silver::{all_records, bridge, manifest};

use super::{Lesson, config_of, draft_of, in_force};

/// Pairs of each kind that are listed.
const LISTED: usize = 150;

/// A match made aside.
#[derive(Debug)]
pub struct Preview {
    /// With a model trained anew instead of other settings.
    pub retrained: bool,
    /// What people's answers taught, where they chose the settings.
    pub lesson: Option<Lesson>,
    /// What it was made with.
    pub config: MatchConfig,
    pub comparison: Comparison,
    pub diagnostics: Diagnostics,
    /// Questions that would come, and those that would go.
    pub new_questions: u64,
    pub gone_questions: u64,
    pub pairs: Vec<PreviewPair>,
    /// The model that was trained for it, where one was.
    pub model: Option<PinnedModel>,
}

/// What a match is made aside with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// The draft, or the settings in force where there is none.
    Draft,
    /// The settings in force and a model trained anew.
    Retrain,
    /// The draft, with weights and a threshold that people's answers suggest.
    Suggest,
}

/// Two records and the customers that they belong to now: `C-1042`.
#[derive(Debug, Clone)]
pub struct TwoRecords {
    pub left: CustomerRecord,
    pub right: CustomerRecord,
    pub customers: (String, String),
}

/// Two records that stand for two groups which would join or part.
#[derive(Debug, Clone)]
pub struct PreviewPair {
    pub joined: bool,
    pub records: TwoRecords,
    pub before: Option<f64>,
    pub after: Option<f64>,
}

impl Preview {
    pub fn summary(&self) -> String {
        format!(
            "{} would join, {} would part",
            counted(self.comparison.joined_groups, "pair of customers").replace("pair of customerss", "pairs of customers"),
            counted(self.comparison.parted_groups, "customer")
        )
    }
}

/// What silver shows now.
#[derive(Debug)]
pub struct Now {
    pub records: Vec<CustomerRecord>,
    keys: Vec<RecordKey>,
    /// The row of each record.
    pub index: FxHashMap<RecordKey, u32>,
    /// Per record its customer, and the same as a number.
    customer: Vec<String>,
    cluster: Vec<u32>,
    decision_number: i64,
}

impl Now {
    pub fn two(&self, l: u32, r: u32) -> TwoRecords {
        let (l, r) = (l as usize, r as usize);
        TwoRecords {
            left: self.records[l].clone(),
            right: self.records[r].clone(),
            customers: (self.customer[l].clone(), self.customer[r].clone()),
        }
    }
}

pub fn make(session: &Session, what: Aside, ctx: &RunCtx) -> Result<Preview, EngineError> {
    ctx.progress.enter(Stage::Reading, 0);
    let now = read(session)?;
    ctx.check()?;
    let pinned = session.control().pinned_model()?;
    let trained = pinned.as_ref().map(|pinned| Model::from_json(&pinned.json)).transpose()?;
    let retrain = what == Aside::Retrain;
    let config = match draft_of(session)? {
        Some(draft) if !retrain => draft,
        _ => config_of(&session.workspace)?,
    };
    let table = match_table(&now.records);
    let all_decisions = session.control().decisions()?;
    let (config, lesson) = if what == Aside::Suggest {
        let lesson = Lesson::learn(&now, &table, &all_decisions, config, trained.as_ref(), ctx)?;
        (lesson.config.clone(), Some(lesson))
    } else {
        (config, None)
    };
    // The decisions that silver knows: what was decided since would be mixed with what the settings change.
    let decisions: Vec<_> = all_decisions.into_iter().filter(|d| d.id.0 <= now.decision_number).collect();
    let held = constraints_of(&decisions, &now.index);
    let constraints = Constraints { must_link: held.must_link, cannot_link: held.cannot_link };
    let reusable = trained.as_ref().filter(|model| !retrain && config.fits(model));
    let (outcome, new) = match_under(&table, &config, reusable, &constraints, ctx)?;
    ctx.check()?;
    ctx.progress.enter(Stage::Finishing, 0);
    let shown_by = pinned.as_ref().map(|pinned| in_force(session, pinned)).transpose()?;
    let deck = session.deck()?;
    let before = Side {
        cluster: &now.cluster,
        pairs: &[],
        threshold: shown_by.as_ref().map_or(outcome.threshold, |model| model.threshold),
        review_items: deck.items.len() as u64,
    };
    let comparison = compare(&before, &Side::of(&outcome), LISTED);
    let pairs = pairs_of(session, &now, &comparison, ctx)?;
    let asked: BTreeSet<ItemId> = deck.items.iter().map(|item| item.row.id.clone()).collect();
    let asks: BTreeSet<ItemId> = questions_of(&outcome, &now.keys, &now.index, &decisions).into_iter().map(|(item, _)| item.id).collect();
    let model = new
        .map(|model| {
            let records = now.records.len() as u64;
            model.to_json().map(|json| PinnedModel { records, sources: sources_of(&now.records), json })
        })
        .transpose()?;
    Ok(Preview {
        retrained: retrain,
        lesson,
        config,
        diagnostics: outcome.diagnostics,
        new_questions: asks.difference(&asked).count() as u64,
        gone_questions: asked.difference(&asks).count() as u64,
        comparison,
        pairs,
        model,
    })
}

pub fn read(session: &Session) -> Result<Now, EngineError> {
    let conn = session.reader_of(None)?;
    let told = sqlite(manifest(&conn, "silver"))?;
    if told.is_empty() {
        return Err(EngineError::Refused("there is nothing to compare with yet: run first (F5).".to_owned()));
    }
    let records = sqlite(all_records(&conn))?;
    let keys: Vec<RecordKey> = records.iter().map(|record| record.key.clone()).collect();
    let of: FxHashMap<RecordKey, String> = sqlite(bridge(&conn))?.into_iter().collect();
    let customer: Vec<String> = keys.iter().map(|key| of.get(key).cloned().unwrap_or_default()).collect();
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    let cluster = customer
        .iter()
        .map(|customer| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(customer.as_str()).or_insert(next)
        })
        .collect();
    let decision_number = told.get("decision_number").and_then(|number| number.parse().ok()).unwrap_or_default();
    let index = (0_u32..).zip(&keys).map(|(at, key)| (key.clone(), at)).collect();
    Ok(Now { records, keys, index, customer, cluster, decision_number })
}

/// The listed pairs with their values. The probability before is made by the model that made what is shown.
fn pairs_of(session: &Session, now: &Now, comparison: &Comparison, ctx: &RunCtx) -> Result<Vec<PreviewPair>, EngineError> {
    let deck = session.deck()?;
    let explainer = if comparison.changed.is_empty() { None } else { deck.explainer(session)? };
    ctx.check()?;
    let rows: Vec<(u32, u32)> = comparison.changed.iter().map(|changed| (changed.l, changed.r)).collect();
    let before = explainer.map(|explainer| explainer.probabilities(&rows)).transpose()?;
    let pair = |(at, changed): (usize, &ChangedPair)| PreviewPair {
        joined: changed.change == Change::Joined,
        records: now.two(changed.l, changed.r),
        before: before.as_ref().and_then(|all| all.get(at).copied()),
        after: changed.after,
    };
    Ok(comparison.changed.iter().enumerate().map(pair).collect())
}
