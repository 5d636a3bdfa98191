//! How right each threshold is. Flow: answers -> expected shares with their ranges; or truth file + clusters at every threshold -> measured
//! shares with their intervals; either way the pairs that somebody knows, those first that the model has otherwise.

use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::{RecordKey, RunCtx, Stage};
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::ops::answers;
use crate::engine::ops::run::{match_table, match_under};
use crate::engine::session::Session;
use crate::ingest::truth::{TruthRow, read_truth};
use crate::matching::evaluate::pairwise;
use crate::matching::evaluation::{Interval, bootstrap, thresholds};
use crate::matching::learn::Trial;
use crate::matching::score::{probability_of, weight_at};
use crate::matching::{Constraints, MatchOutcome};

use super::learn::{Round, fitting};
use super::preview::{self, Now};
use super::{TwoRecords, config_of_run, trained};

/// Pairs that are listed.
const LISTED: usize = 200;

/// Who knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeasuredBy {
    /// So many answers of people.
    Answers(u64),
    /// A truth file, by its name, and the records that it knows.
    Truth(String, u64),
}

/// Precision and recall of the model alone, without people's decisions.
#[derive(Debug, Clone)]
pub struct Measured {
    pub by: MeasuredBy,
    /// match_probability from which pairs join now.
    pub threshold: f64,
    /// Rising thresholds.
    pub rows: Vec<MeasuredRow>,
    /// Pairs that somebody knows, those first that the model has otherwise.
    pub audited: Vec<Audited>,
    /// Pairs that the model has otherwise, listed or not.
    pub wrong: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasuredRow {
    pub match_weight: f64,
    pub precision: f64,
    pub precision_range: Interval,
    pub recall: f64,
    pub recall_range: Interval,
}

/// A pair that somebody knows.
#[derive(Debug, Clone)]
pub struct Audited {
    pub same: bool,
    pub match_weight: f64,
    pub records: TwoRecords,
}

impl Measured {
    pub fn summary(&self) -> String {
        let here = self.rows.iter().min_by(|a, b| self.far(a).total_cmp(&self.far(b)));
        let Some(here) = here else { return "Nothing could be measured: no pair was scored".to_owned() };
        format!("Precision {:.1} %, recall {:.1} % at the present threshold", here.precision * 100.0, here.recall * 100.0)
    }

    fn far(&self, row: &MeasuredRow) -> f64 {
        (row.match_weight - weight_at(self.threshold)).abs()
    }

    /// What answers lead to expect.
    pub(super) fn by_answers(now: &Now, round: &Round, answers: u64) -> Self {
        let refined = &round.refined;
        let mut rows: Vec<MeasuredRow> = refined
            .thresholds
            .iter()
            .zip(&refined.ranges)
            .map(|(expected, range)| MeasuredRow {
                match_weight: expected.match_weight,
                precision: expected.precision,
                precision_range: range.precision,
                recall: expected.recall,
                recall_range: range.recall,
            })
            .collect();
        rows.sort_by(|a, b| a.match_weight.total_cmp(&b.match_weight));
        let known = round.answered.iter().map(|a| (a.label.l, a.label.r, a.label.same, a.match_weight));
        Self::new(MeasuredBy::Answers(answers), now, round.found.threshold, rows, known.collect())
    }

    /// `known`: rows, whether they are one person, match weight.
    fn new(by: MeasuredBy, now: &Now, threshold: f64, rows: Vec<MeasuredRow>, mut known: Vec<(u32, u32, bool, f64)>) -> Self {
        let from = weight_at(threshold);
        let is_wrong = |(_, _, same, weight): &(u32, u32, bool, f64)| *same != (*weight >= from);
        let far = |(_, _, _, weight): &(u32, u32, bool, f64)| (weight - from).abs();
        // Of what is wrong the furthest from the threshold is the worst; of what is right the nearest tells most.
        known.sort_by(|a, b| {
            let order = if is_wrong(a) { far(b).total_cmp(&far(a)) } else { far(a).total_cmp(&far(b)) };
            is_wrong(b).cmp(&is_wrong(a)).then(order).then((a.0, a.1).cmp(&(b.0, b.1)))
        });
        let wrong = known.iter().filter(|pair| is_wrong(pair)).count() as u64;
        let listed = known.into_iter().take(LISTED);
        let audited = listed.map(|(l, r, same, match_weight)| Audited { same, match_weight, records: now.two(l, r) }).collect();
        Self { by, threshold, rows, audited, wrong }
    }
}

/// Measures the model of the last run by a truth, or by what people answered.
pub fn measure(session: &Session, truth: Option<&Path>, ctx: &RunCtx) -> Result<Measured, EngineError> {
    ctx.progress.enter(Stage::Reading, 0);
    let truth = truth.map(|path| read_truth(path).map(|rows| (path, rows))).transpose()?;
    let now = preview::read(session)?;
    ctx.check()?;
    let config = config_of_run(session)?;
    let model = trained(session)?;
    let model = fitting(&config, model.as_ref())?;
    let table = match_table(&now.records);
    match truth {
        Some((path, rows)) => {
            let (found, _) = match_under(&table, &config, Some(model), &Constraints::default(), ctx)?;
            by_truth(&now, &Trial::new(&table, &found)?, &found, path, &rows, ctx)
        }
        None => {
            let decisions = session.control().decisions()?;
            let answers = answers::count(&decisions);
            if answers == 0 {
                return Err(EngineError::Refused(
                    "nobody has answered a question yet: answer some in Review, or name a truth file.".to_owned(),
                ));
            }
            let round = Round::of(&now, &table, &decisions, &config, model, ctx)?;
            Ok(Measured::by_answers(&now, &round, answers))
        }
    }
}

fn by_truth(
    now: &Now,
    trial: &Trial,
    found: &MatchOutcome,
    path: &Path,
    truth: &[TruthRow],
    ctx: &RunCtx,
) -> Result<Measured, EngineError> {
    let of: FxHashMap<&RecordKey, &TruthRow> = truth.iter().map(|row| (&row.key, row)).collect();
    let known: Vec<Option<&TruthRow>> = now.records.iter().map(|record| of.get(&record.key).copied()).collect();
    let records = known.iter().flatten().count() as u64;
    if records == 0 {
        return Err(EngineError::Refused(format!(
            "{} knows none of the {}: its source_system and source_customer_id are others.",
            path.display(),
            counted(now.records.len() as u64, "record")
        )));
    }
    let present = trial.threshold_weight();
    let mut weights = thresholds::weights();
    weights.push(present);
    weights.sort_by(f64::total_cmp);
    weights.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    let clusters = trial.clusters_at(&weights, &Constraints::default(), ctx)?;
    ctx.progress.enter(Stage::Finishing, weights.len() as u64);
    let seed = found.model.settings.seed;
    let rows = weights
        .par_iter()
        .zip(&clusters)
        .map(|(weight, cluster)| {
            ctx.check()?;
            // Precision counts every record; recall leaves out those that nothing could link.
            let side = |linkable_only: bool| -> (Vec<u32>, Vec<&str>) {
                let rows = known.iter().zip(cluster).filter_map(|(row, cluster)| Some(((*row)?, *cluster)));
                rows.filter(|(row, _)| row.linkable || !linkable_only).map(|(row, cluster)| (cluster, row.entity.as_str())).unzip()
            };
            let ((made, is), (made_fair, is_fair)) = (side(false), side(true));
            let row = MeasuredRow {
                match_weight: *weight,
                precision: pairwise(&made, &is, None).precision,
                precision_range: bootstrap(&made, &is, None, seed).precision,
                recall: pairwise(&made_fair, &is_fair, None).recall,
                recall_range: bootstrap(&made_fair, &is_fair, None, seed).recall,
            };
            ctx.progress.advance(1);
            Ok(row)
        })
        .collect::<Result<Vec<MeasuredRow>, EngineError>>()?;
    let pairs = found.pairs.iter().filter_map(|pair| {
        let (l, r) = (known[pair.l as usize]?, known[pair.r as usize]?);
        Some((pair.l, pair.r, l.entity == r.entity, pair.match_weight))
    });
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok(Measured::new(MeasuredBy::Truth(name, records), now, probability_of(present), rows, pairs.collect()))
}
