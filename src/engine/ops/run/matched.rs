//! Which records are one person, the short way or the long one. Flow: records + index of the last match -> what changed -> taken in;
//! where no index fits: the whole match -> a new index.
//!
//! Both ways give the same clusters and questions. Which one was gone, and why, is said in the run's report.

use std::time::Instant;

use crate::base::RunCtx;
use crate::base::money::group_thousands;
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::matching::error::MatchError;
use crate::matching::index::{Added, Change, Difference, Index, Told, Who};
use crate::matching::{self, Column, Constraints, Diagnostics, MatchConfig, Model, Records, ReviewItem, ScoredPair};

use super::kept::KeptIndex;

/// At most every so manyth record may have changed since the last run, and since the last whole match: beyond that the whole match is
/// as fast, and what it tells of itself is out of date.
const CHANGED_AT_ONCE: usize = 10;
const CHANGED_SINCE: usize = 4;

/// What matching found. Records are rows of the table.
#[derive(Debug, Default)]
pub struct Found {
    pub cluster: Vec<u32>,
    pub review: Vec<ReviewItem>,
    /// Scored pairs, strongest first: all of them, or those among customers that people decided about.
    pub pairs: Vec<ScoredPair>,
    pub diagnostics: Diagnostics,
    /// The model, where it was trained here, as training left it.
    pub trained: Option<Model>,
    /// Stage -> seconds, in order.
    pub stages: Vec<(String, f64)>,
    /// The way that was gone, in words.
    pub way: String,
    /// For the next run; `None` where none could be made.
    pub index: Option<KeptIndex>,
}

/// What there is to start from: the pinned model where it fits, and the index of the last match or why it is not used.
#[derive(Debug)]
pub struct Start<'a> {
    pub config: &'a MatchConfig,
    pub trained: Option<&'a Model>,
    pub index: Result<KeptIndex, String>,
}

/// Takes what changed into the index, or matches the whole. `decided`: rows that people decided about.
pub fn find(table: &Records, start: Start<'_>, constraints: &Constraints, decided: &[u32], ctx: &RunCtx) -> Result<Found, EngineError> {
    if table.is_empty() {
        let way = "no loaded file holds customers: there was nothing to match".to_owned();
        return Ok(Found { way, ..Found::default() });
    }
    let Start { config, trained, index } = start;
    let why = match (trained, index) {
        (_, Err(why)) => why,
        (None, Ok(_)) => "the model was trained anew".to_owned(),
        (Some(trained), Ok(index)) => match take_in(table, (config, trained), index, constraints, decided, ctx)? {
            Ok(found) => return Ok(found),
            Err(why) => why,
        },
    };
    whole(table, config, trained, constraints, &why, ctx)
}

fn whole(
    table: &Records,
    config: &MatchConfig,
    trained: Option<&Model>,
    constraints: &Constraints,
    why: &str,
    ctx: &RunCtx,
) -> Result<Found, EngineError> {
    let (matched, trained) = match_under(table, config, trained, constraints, ctx)?;
    let clock = Instant::now();
    let (index, outcome) = Index::of(table, &config.settings, matched, constraints, ctx)?;
    let mut way = format!("all {} were matched with each other: {why}", counted(table.len() as u64, "record"));
    // Two records of one name cannot be told apart in an index.
    let kept = index.difference(table).filter(Difference::is_empty).map(|same| {
        let mut diagnostics = outcome.diagnostics.clone();
        diagnostics.renumber(|row| same.record_of.get(row as usize).copied().flatten());
        KeptIndex::new(index, diagnostics)
    });
    if kept.is_none() {
        way.push_str("; no index is kept: two records have one source and id");
    }
    let mut stages = outcome.seconds_per_stage;
    stages.push(("index".to_owned(), clock.elapsed().as_secs_f64()));
    Ok(Found {
        cluster: outcome.cluster,
        review: outcome.review,
        pairs: outcome.pairs,
        diagnostics: outcome.diagnostics,
        trained,
        stages,
        way,
        index: kept,
    })
}

/// Matches with a trained model as the configuration wants it, or trains one, which is then given back as training left it.
pub fn match_under(
    table: &Records,
    config: &MatchConfig,
    trained: Option<&Model>,
    constraints: &Constraints,
    ctx: &RunCtx,
) -> Result<(matching::Matched, Option<Model>), EngineError> {
    let scored = |model: &Model| matching::match_and_keep(table, &config.settings, Some(&config.model(model)), constraints, ctx);
    if let Some(trained) = trained {
        return Ok((scored(trained)?, None));
    }
    let matched = matching::match_and_keep(table, &config.settings, None, constraints, ctx)?;
    let new = matched.outcome.model.clone();
    // What a person has fixed is put over what was trained; without such the first result stands.
    let matched = if config.model(&new) == new { matched } else { scored(&new)? };
    Ok((matched, Some(new)))
}

/// The short way; the inner error says why it cannot be gone.
fn take_in(
    table: &Records,
    (config, trained): (&MatchConfig, &Model),
    mut kept: KeptIndex,
    constraints: &Constraints,
    decided: &[u32],
    ctx: &RunCtx,
) -> Result<Result<Found, String>, EngineError> {
    let clock = Instant::now();
    let model = config.model(trained);
    if *kept.index.model() != model {
        return Ok(Err("the index was made with another model".to_owned()));
    }
    if *kept.index.settings() != Index::settings_of(&config.settings, &model) {
        return Ok(Err("the settings of matching have changed".to_owned()));
    }
    let Some(difference) = kept.index.difference(table) else { return Ok(Err("two records have one source and id".to_owned())) };
    ctx.check()?;
    if let Some(why) = too_much(&kept, &difference) {
        return Ok(Err(why));
    }
    if !difference.is_empty() && !kept.index.reads_alike(table, ctx)? {
        return Ok(Err("dates are to be read otherwise than at the last whole match".to_owned()));
    }
    let mut stages = vec![("compare with the index".to_owned(), clock.elapsed().as_secs_f64())];
    let batch = Batch::of(table, &difference);
    let told = (batch.told(&constraints.must_link, &difference), batch.told(&constraints.cannot_link, &difference));
    let change = Change { add: Some(&batch.records), remove: &difference.gone, told: Some((&told.0, &told.1)) };
    let added = match kept.index.change(&change, ctx) {
        Ok(added) => added,
        Err(MatchError::Cancelled(cancelled)) => return Err(cancelled.into()),
        Err(error) => return Ok(Err(error.to_string())),
    };
    if added.beyond_whole > 0 {
        return Ok(Err("a rule without keys gives more pairs than a whole match compares".to_owned()));
    }
    stages.extend(added.seconds_per_stage.iter().cloned());
    kept.changed(difference.len());
    let clock = Instant::now();
    let record_of = batch.record_of(&difference, &added);
    let rows = Rows::of(&record_of);
    let review = rows.name(kept.index.questions(ctx)?);
    // With those of their customers: whether a decision still fits follows from the pairs between these.
    let asked: Vec<u32> = decided.iter().flat_map(|row| kept.index.cluster_of(record_of[*row as usize])).collect();
    let pairs = rows.name_pairs(kept.index.pairs_among(&asked));
    stages.push(("review".to_owned(), clock.elapsed().as_secs_f64()));
    let mut diagnostics = kept.diagnostics.clone();
    diagnostics.renumber(|record| rows.of_record(record));
    Ok(Ok(Found {
        cluster: kept.index.clusters_by_row(&record_of),
        review,
        pairs,
        diagnostics,
        trained: None,
        stages,
        way: in_words(&difference, &added, kept.index.len()),
        index: Some(kept),
    }))
}

fn too_much(kept: &KeptIndex, difference: &Difference) -> Option<String> {
    let (held, changed) = (kept.index.len(), difference.len());
    if changed * CHANGED_AT_ONCE > held {
        return Some(format!(
            "{} came, changed or went, more than a tenth of {}",
            counted(changed as u64, "record"),
            group_thousands(held as u64)
        ));
    }
    let since = usize::try_from(kept.diagnostics.changed_since).unwrap_or(usize::MAX).saturating_add(changed);
    (since.saturating_mul(CHANGED_SINCE) > held)
        .then(|| format!("more than a quarter of {} records have changed since the last whole match", group_thousands(held as u64)))
}

fn in_words(difference: &Difference, added: &Added, records: usize) -> String {
    let said = |count: usize, what: &str| format!("{} {what}", group_thousands(count as u64));
    format!(
        "from the index of the last match: {}, {}, {} of {}; {} matched anew",
        said(difference.new.len(), "new"),
        said(difference.changed.len(), "changed"),
        said(difference.gone.len(), "gone"),
        counted(records as u64, "record"),
        group_thousands(added.settled)
    )
}

/// The rows that are new or changed, as a table of their own.
struct Batch {
    records: Records,
    /// Row of the whole, ascending, at the place it has here.
    rows: Vec<u32>,
}

impl Batch {
    fn of(table: &Records, difference: &Difference) -> Self {
        let mut rows: Vec<u32> = difference.new.iter().chain(&difference.changed).copied().collect();
        rows.sort_unstable();
        let pick = |column: &Column| Column {
            name: column.name.clone(),
            values: rows.iter().map(|row| column.values[*row as usize].clone()).collect(),
        };
        let records = Records {
            columns: table.columns.iter().map(pick).collect(),
            source: rows.iter().map(|row| table.source[*row as usize]).collect(),
            sources: table.sources.clone(),
            ids: rows.iter().map(|row| table.id(*row).to_owned()).collect(),
        };
        Self { records, rows }
    }

    /// The place of a row of the whole here.
    fn place(&self, row: u32) -> Option<usize> {
        self.rows.binary_search(&row).ok()
    }

    fn told(&self, pairs: &[(u32, u32)], difference: &Difference) -> Told {
        let who = |row: u32| match difference.record_of.get(row as usize).copied().flatten() {
            Some(record) => Some(Who::Held(record)),
            None => self.place(row).and_then(|place| u32::try_from(place).ok()).map(Who::Row),
        };
        pairs.iter().filter_map(|(l, r)| Some((who(*l)?, who(*r)?))).collect()
    }

    /// Per row of the whole its record, now that the batch is in the index.
    fn record_of(&self, difference: &Difference, added: &Added) -> Vec<u32> {
        let mut records: Vec<u32> = difference.record_of.iter().map(|record| record.unwrap_or_default()).collect();
        for (row, placement) in self.rows.iter().zip(&added.placements) {
            records[*row as usize] = placement.record;
        }
        records
    }
}

/// Record of the index -> row of the whole.
struct Rows(Vec<u32>);

const NO_ROW: u32 = u32::MAX;

impl Rows {
    fn of(record_of: &[u32]) -> Self {
        let mut rows = vec![NO_ROW; record_of.iter().max().map_or(0, |last| *last as usize + 1)];
        for (row, record) in (0_u32..).zip(record_of) {
            rows[*record as usize] = row;
        }
        Self(rows)
    }

    fn of_record(&self, record: u32) -> Option<u32> {
        self.0.get(record as usize).copied().filter(|row| *row != NO_ROW)
    }

    /// Pairs of rows instead of records of the index, strongest first.
    fn name_pairs(&self, mut pairs: Vec<ScoredPair>) -> Vec<ScoredPair> {
        for pair in &mut pairs {
            let (a, b) = (self.of_record(pair.l).unwrap_or(NO_ROW), self.of_record(pair.r).unwrap_or(NO_ROW));
            (pair.l, pair.r) = (a.min(b), a.max(b));
        }
        pairs.sort_unstable_by(|a, b| b.match_weight.total_cmp(&a.match_weight).then((a.l, a.r).cmp(&(b.l, b.r))));
        pairs
    }

    /// Questions about rows instead of records of the index.
    fn name(&self, mut items: Vec<ReviewItem>) -> Vec<ReviewItem> {
        for group in items.iter_mut().flat_map(|item| item.groups.iter_mut()) {
            for record in group.iter_mut() {
                *record = self.of_record(*record).unwrap_or(NO_ROW);
            }
            group.sort_unstable();
        }
        items
    }
}
