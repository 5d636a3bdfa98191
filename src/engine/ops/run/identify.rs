//! Which records are one customer. Flow: records + decisions + pinned model -> match -> keys -> golden records -> questions.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use rustc_hash::FxHashMap;

use crate::base::{CustomerKey, DecisionId, ItemId, RecordKey, RunCtx, Stage};
use crate::engine::error::EngineError;
use crate::engine::ops::answers;
use crate::matching::learn::{Open, telling_order};
use crate::matching::{self, Column, MatchConfig, Model, Records, ReviewItem, ReviewKind, ScoredPair};
use crate::stewardship::contradiction::{Found, Pairs, contradictions};
use crate::stewardship::queue::{ItemKind, QueueItem};
use crate::stewardship::record::FlagKind;
use crate::stewardship::relation::relations;
use crate::stewardship::resolve::Moved;
use crate::stewardship::{
    CustomerRecord, Decision, Field, GoldenRecord, Identity, ItemState, Override, Relation, Resolution, Rules, assign_keys, constraints_of,
    golden_record, overrides, queue,
};
use crate::store::control::{MatchState, PinnedModel};

use super::kept::KeptIndex;
use super::matched::{self, Start};

/// What a run takes along: the settings, and the model that is pinned.
#[derive(Debug)]
pub struct Taken<'a> {
    pub config: &'a MatchConfig,
    pub pinned: Option<&'a PinnedModel>,
    /// To be pinned by this run though it was not trained in it.
    pub pin: Option<PinnedModel>,
    pub full_refresh: bool,
    /// What people said of records, and of golden values; the rules for the others.
    pub said: &'a Said,
}

/// What people said up to the decision number that a run pinned.
#[derive(Debug, Default)]
pub struct Said {
    pub decisions: Vec<Decision>,
    pub overrides: Vec<Override>,
    /// Decisions whose values on the screen were noted.
    pub with_values: BTreeSet<DecisionId>,
    pub rules: Rules,
}

impl Taken<'_> {
    /// The pinned model, or why a new one is trained.
    fn trained(&self, records: &[CustomerRecord], sources: &str) -> Result<Model, String> {
        let pinned = self.pinned.ok_or("no model was trained before")?;
        if self.full_refresh {
            return Err("a full refresh was asked for".to_owned());
        }
        if !pinned.still_fits(records.len() as u64, sources) {
            return Err("the sources are others, or the records twice or half as many: the model was trained anew".to_owned());
        }
        let model = Model::from_json(&pinned.json).map_err(|error| format!("the pinned model cannot be read ({error})"))?;
        if self.config.fits(&model) { Ok(model) } else { Err("the settings of matching need another model".to_owned()) }
    }
}

/// What a run finds out about customers.
#[derive(Debug)]
pub struct Identified {
    pub records: Vec<CustomerRecord>,
    pub customers: Vec<(CustomerKey, Vec<u32>, GoldenRecord)>,
    pub resolution: Resolution,
    pub moved: Vec<Moved>,
    pub questions: Vec<(QueueItem, Vec<Vec<u32>>)>,
    /// Customers that belong together though they are not one.
    pub relations: BTreeMap<(CustomerKey, CustomerKey), (Relation, DecisionId)>,
    pub shared: Vec<(Field, String, u64)>,
    /// The model where it was trained in this run and is to be pinned.
    pub new_model: Option<PinnedModel>,
    /// What matching was told and what it tells of itself.
    pub told: MatchState,
    /// Matching's own stages and their seconds.
    pub stages: Vec<(String, f64)>,
    /// How customers were found, in words.
    pub way: String,
    /// For the next run.
    pub index: Option<KeptIndex>,
}

/// Matches, resolves and chooses. Pure but for the progress it shows. `index` is asked for the index of the last match, given the model.
pub fn identify(
    records: Vec<CustomerRecord>,
    before: &Identity,
    taken: &Taken<'_>,
    index: &dyn Fn(&Model) -> Result<KeptIndex, String>,
    ctx: &RunCtx,
) -> Result<Identified, EngineError> {
    let decisions = &taken.said.decisions;
    let rows: FxHashMap<RecordKey, u32> = (0_u32..).zip(&records).map(|(at, record)| (record.key.clone(), at)).collect();
    let held = constraints_of(decisions, &rows);
    let constraints = matching::Constraints { must_link: held.must_link, cannot_link: held.cannot_link };
    let table = match_table(&records);
    let sources = sources_of(&records);
    let trained = taken.trained(&records, &sources);
    let clock = Instant::now();
    let index = trained.as_ref().map_err(Clone::clone).and_then(|model| index(&taken.config.model(model)));
    let loading = ("load the index".to_owned(), clock.elapsed().as_secs_f64());
    let start = Start { config: taken.config, trained: trained.as_ref().ok(), index };
    let decided = decided_rows(decisions, &rows);
    let found = matched::find(&table, start, &constraints, &decided, ctx)?;
    drop(table);
    ctx.check()?;
    let keys: Vec<RecordKey> = records.iter().map(|record| record.key.clone()).collect();
    let resolution = assign_keys(&keys, &found.cluster, before);
    let moved = resolution.moved(&keys, before);
    let shared = shared_values(&records, &resolution.key_of_record);
    let customers = customers_of(&records, &rows, &resolution.key_of_record, &shared, taken.said, ctx)?;
    let contradicted = Found {
        records: &records,
        index: &rows,
        cluster: &found.cluster,
        pairs: &Kept(&found.pairs),
        overruled: &held.overruled,
        with_values: &taken.said.with_values,
    };
    let again = contradictions(decisions, &contradicted);
    let mut questions = questions_of(&found.review, &found.pairs, &keys, &rows, decisions);
    let asked: BTreeSet<ItemId> = again.iter().map(|(item, _)| item.id.clone()).collect();
    questions.retain(|(item, _)| !asked.contains(&item.id));
    questions.extend(again);
    questions.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    let relations = relations(decisions, &rows, &resolution.key_of_record);
    let new_model = match found.trained {
        None => taken.pin.clone(),
        Some(model) => Some(PinnedModel { records: records.len() as u64, sources, json: model.to_json()? }),
    };
    let told = MatchState {
        at: String::new(),
        config: taken.config.to_toml().map_err(|error| EngineError::Refused(error.to_string()))?,
        diagnostics: serde_json::to_string(&found.diagnostics).unwrap_or_default(),
    };
    let stages = std::iter::once(&loading).chain(&found.stages).map(|(stage, seconds)| (format!("match: {stage}"), *seconds)).collect();
    let (way, index) = (found.way, found.index);
    Ok(Identified { records, customers, resolution, moved, questions, relations, shared, new_model, told, stages, way, index })
}

/// The pairs of a match, as contradictions look at them.
#[derive(Debug)]
struct Kept<'a>(&'a [ScoredPair]);

impl Pairs for Kept<'_> {
    fn each(&self, visit: &mut dyn FnMut(u32, u32, f64)) {
        self.0.iter().for_each(|pair| visit(pair.l, pair.r, pair.match_weight));
    }
}

/// Records that decisions name, in order.
fn decided_rows(decisions: &[Decision], rows: &FxHashMap<RecordKey, u32>) -> Vec<u32> {
    let mut decided: Vec<u32> = decisions.iter().flat_map(|d| d.groups.iter().flatten()).filter_map(|key| rows.get(key).copied()).collect();
    decided.sort_unstable();
    decided.dedup();
    decided
}

/// The sources that a model was trained on, as its row names them.
pub fn sources_of(records: &[CustomerRecord]) -> String {
    let sources: BTreeSet<&str> = records.iter().map(|record| record.key.source_system.as_str()).collect();
    sources.into_iter().collect::<Vec<_>>().join(",")
}

/// Records as matching sees them: the standardised columns under their names.
pub fn match_table(records: &[CustomerRecord]) -> Records {
    let mut sources: Vec<String> = records.iter().map(|record| record.key.source_system.clone()).collect();
    sources.sort_unstable();
    sources.dedup();
    let place: FxHashMap<&str, u16> = (0_u16..).zip(&sources).map(|(at, source)| (source.as_str(), at)).collect();
    let source = records.iter().map(|record| place.get(record.key.source_system.as_str()).copied().unwrap_or_default()).collect();
    let columns = Field::ALL
        .iter()
        .map(|field| Column {
            name: field.column().to_owned(),
            values: records.iter().map(|record| record.get(*field).map(Box::from)).collect(),
        })
        .collect();
    Records { columns, source, ids: records.iter().map(|record| record.key.source_customer_id.clone()).collect(), sources }
}

/// E-mails, phones and devices that more than one customer uses.
fn shared_values(records: &[CustomerRecord], key_of_record: &[CustomerKey]) -> Vec<(Field, String, u64)> {
    let mut shared = Vec::new();
    for field in [Field::Email, Field::Phone, Field::DeviceId] {
        let mut users: BTreeMap<&str, (CustomerKey, bool, u64)> = BTreeMap::new();
        for (record, key) in records.iter().zip(key_of_record) {
            if let Some(value) = record.get(field)
                && !record.is_flagged(field, FlagKind::Placeholder)
            {
                let entry = users.entry(value).or_insert((*key, false, 0));
                entry.1 |= entry.0 != *key;
                entry.2 += 1;
            }
        }
        shared.extend(
            users.into_iter().filter(|(_, (_, several, _))| *several).map(|(value, (_, _, count))| (field, value.to_owned(), count)),
        );
    }
    shared
}

/// Customers by key, each with its records in the order of their keys and its golden record.
fn customers_of(
    records: &[CustomerRecord],
    index: &FxHashMap<RecordKey, u32>,
    key_of_record: &[CustomerKey],
    shared: &[(Field, String, u64)],
    said: &Said,
    ctx: &RunCtx,
) -> Result<Vec<(CustomerKey, Vec<u32>, GoldenRecord)>, EngineError> {
    let mut members: BTreeMap<CustomerKey, Vec<u32>> = BTreeMap::new();
    for (at, key) in (0_u32..).zip(key_of_record) {
        members.entry(*key).or_default().push(at);
    }
    let shared: rustc_hash::FxHashSet<(Field, &str)> = shared.iter().map(|(field, value, _)| (*field, value.as_str())).collect();
    let is_shared = |field: Field, value: &str| shared.contains(&(field, value));
    ctx.progress.enter(Stage::Surviving, members.len() as u64);
    let mut customers = Vec::with_capacity(members.len());
    let groups: Vec<&[u32]> = members.values().map(Vec::as_slice).collect();
    let words = overrides::in_force(&said.overrides, &groups, index);
    for (at, (key, records_of)) in members.into_iter().enumerate() {
        if customers.len() % 4096 == 0 {
            ctx.check()?;
        }
        let borrowed: Vec<&CustomerRecord> = records_of.iter().map(|at| &records[*at as usize]).collect();
        let golden = golden_record(&borrowed, &is_shared, &said.rules, words.get(&at));
        customers.push((key, records_of, golden));
        ctx.progress.advance(1);
    }
    Ok(customers)
}

/// What matching could not say. A question that was answered and still stands is not asked again.
/// `pairs`: the scored ones among records that decisions name, strongest first; `rows`: the row of each key.
pub fn questions_of(
    review: &[ReviewItem],
    pairs: &[ScoredPair],
    keys: &[RecordKey],
    rows: &FxHashMap<RecordKey, u32>,
    decisions: &[Decision],
) -> Vec<(QueueItem, Vec<Vec<u32>>)> {
    let states = queue::states(decisions, &FxHashMap::default(), &FxHashMap::default());
    let mut questions: Vec<(QueueItem, Vec<Vec<u32>>)> = review
        .iter()
        .map(|review| {
            let groups: Vec<Vec<RecordKey>> =
                review.groups.iter().map(|group| group.iter().map(|record| keys[*record as usize].clone()).collect()).collect();
            let kind = match review.kind {
                ReviewKind::PossibleMerge => ItemKind::PossibleMerge,
                ReviewKind::DoubtfulCluster => ItemKind::DoubtfulCluster,
            };
            let item = QueueItem {
                id: ItemId::of(&groups),
                kind,
                groups,
                match_weight: review.match_weight,
                match_probability: review.match_probability,
                pattern: review.pattern.clone(),
                about: None,
                telling_place: 0,
            };
            (item, review.groups.clone())
        })
        .filter(|(item, _)| !matches!(states.get(&item.id), Some(ItemState::Decided(_))))
        .collect();
    questions.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    questions.dedup_by(|(a, _), (b, _)| a.id == b.id);
    let told: Vec<(f64, bool)> =
        answers::labels(decisions, rows, pairs).iter().map(|answered| (answered.match_weight, answered.label.same)).collect();
    let between = |groups: &[Vec<u32>]| {
        let all: usize = groups.iter().map(Vec::len).sum();
        // Each two records of different groups.
        f64::from(u32::try_from(all * all - groups.iter().map(|group| group.len() * group.len()).sum::<usize>()).unwrap_or(u32::MAX)) / 2.0
    };
    let open: Vec<Open<'_>> = questions
        .iter()
        .map(|(item, groups)| Open { match_weight: item.match_weight, pairs: between(groups), pattern: &item.pattern })
        .collect();
    let order = telling_order(&open, &told);
    for (place, at) in (0_u32..).zip(order) {
        questions[at].0.telling_place = place;
    }
    questions
}
