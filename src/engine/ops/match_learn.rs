//! `karat match --ask`, `--labels`, `--learn` and the evaluation of `--truth`. Flow: outcome -> labels -> refined threshold -> matched again;
//! outcome -> questions; outcome + truth -> evaluation, and a steward simulated from the truth.

use serde_json::{Value, json};

use crate::base::RunCtx;
use crate::engine::command::MatchSpec;
use crate::engine::error::EngineError;
use crate::matching::evaluate::{Pairwise, pairwise};
use crate::matching::evaluation::{self, thresholds};
use crate::matching::learn::{Effect, Label, Ladder, Question, Refined, Trial, choose, effect, refine};
use crate::matching::{Constraints, LinkType, MatchOutcome, Model, Records, Settings, match_records};
use crate::store::export::OutFolder;

use super::match_labels::{decisions, read_labels};

/// What learning adds to a run: files and parts of the report.
#[derive(Debug, Default)]
pub struct Learnt {
    report: serde_json::Map<String, Value>,
    questions: Option<Vec<Question>>,
    effect: Option<Effect>,
    proposed: Option<Model>,
}

/// Questions are asked in rounds: what the first ones teach chooses the next.
const ROUNDS: usize = 5;
/// Changes that report.json names; changes.csv has all.
const NAMED: usize = 20;
/// Tables with more kept pairs are not clustered at other thresholds than their own, unless `--learn` asks for it.
const MANY_PAIRS: usize = 500_000;

/// Refines the threshold by `--labels` and matches again with it; chooses the questions of `--ask`.
pub fn learn(
    spec: &MatchSpec,
    records: &Records,
    settings: &Settings,
    found: MatchOutcome,
    ctx: &RunCtx,
) -> Result<(MatchOutcome, Learnt), EngineError> {
    let mut learnt = Learnt::default();
    let labels = match &spec.labels {
        Some(path) => read_labels(path, records, ctx)?,
        None => Vec::new(),
    };
    if spec.labels.is_none() && spec.ask.is_none() {
        return Ok((found, learnt));
    }
    let trial = Trial::new(records, &found)?;
    let mut ladder = Ladder::climb(&trial, &Constraints::default(), ctx)?;
    if let Some(count) = spec.ask {
        learnt.questions = Some(choose(&trial, &ladder, &labels, count)?);
    }
    if spec.labels.is_none() {
        return Ok((found, learnt));
    }
    let refined = refine(&trial, &mut ladder, &labels, ctx)?;
    let told = if spec.labels_teach_only { Constraints::default() } else { decisions(&labels) };
    let again = match_records(records, settings, Some(&refined.model), &told, ctx)?;
    let change = effect(&found.cluster, &again.cluster, &found.pairs);
    learnt.report.insert("labels".to_owned(), labels_report(records, &labels, &refined, &change, &found));
    learnt.effect = Some(change);
    learnt.proposed = Some(refined.reweighted);
    Ok((again, learnt))
}

fn labels_report(records: &Records, labels: &[Label], refined: &Refined, change: &Effect, found: &MatchOutcome) -> Value {
    let named: Vec<Value> = change
        .changes
        .iter()
        .take(NAMED)
        .map(|changed| {
            let [source_l, id_l, source_r, id_r] = names(records, changed.l, changed.r);
            json!({ "source_l": source_l, "id_l": id_l, "source_r": source_r, "id_r": id_r, "match_weight": changed.match_weight,
                "change": if changed.joined { "joined" } else { "parted" }, "pairs": changed.pairs })
        })
        .collect();
    let same = labels.iter().filter(|label| label.same).count();
    json!({
        "labels": labels.len(),
        "same": same,
        "different": labels.len() - same,
        "used": refined.labels_used,
        "threshold_before": found.threshold,
        "threshold": refined.threshold,
        "threshold_reason": refined.threshold_reason,
        "expected_before": refined.before,
        "expected": refined.after,
        "expected_per_threshold": refined.thresholds,
        "calibration": refined.calibration,
        "proposed_weights": refined.weight_changes,
        "effect": {
            "clusters_before": change.clusters_before,
            "clusters_after": change.clusters_after,
            "pairs_joined": change.pairs_joined,
            "pairs_parted": change.pairs_parted,
            "largest": named,
        },
    })
}

fn names(records: &Records, l: u32, r: u32) -> [String; 4] {
    let source = |row: u32| records.sources[usize::from(records.source[row as usize])].clone();
    let id = |row: u32| records.ids[row as usize].clone();
    [source(l), id(l), source(r), id(r)]
}

impl Learnt {
    /// Adds what was learnt, and with truth the evaluation and the simulated steward of `--learn`.
    pub fn report(
        mut self,
        spec: &MatchSpec,
        records: &Records,
        found: &MatchOutcome,
        truth: Option<&[String]>,
        report: &mut Value,
        ctx: &RunCtx,
    ) -> Result<Self, EngineError> {
        if let Some(truth) = truth {
            let started = std::time::Instant::now();
            // Clustering again at many thresholds takes longer than the match itself where there are very many pairs.
            let few = found.pairs.len() <= MANY_PAIRS;
            let trial = if few || spec.learn.is_some() { Some(Trial::new(records, found)?) } else { None };
            let cross = found.model.settings.link_type == LinkType::LinkOnly;
            let judge = Judge { truth, source: cross.then_some(records.source.as_slice()), found };
            self.report.insert("evaluation".to_owned(), judge.evaluation(trial.as_ref().filter(|_| few), ctx)?);
            if let (Some(count), Some(trial)) = (spec.learn, &trial) {
                self.report.insert("learning".to_owned(), judge.simulate(trial, count, ctx)?);
            }
            self.report.insert("evaluation_seconds".to_owned(), json!(started.elapsed().as_secs_f64()));
        } else if spec.learn.is_some() {
            return Err(EngineError::Refused(
                "--learn answers its questions from the truth; give --truth COL or --truth-pairs FILE.".to_owned(),
            ));
        }
        if let Value::Object(held) = report {
            held.extend(std::mem::take(&mut self.report));
        }
        Ok(self)
    }

    /// questions.csv, changes.csv and proposed_model.json, as far as there is something to write.
    pub fn write(&self, out: &OutFolder, records: &Records) -> Result<(), EngineError> {
        if let Some(questions) = &self.questions {
            let header = ["source_l", "id_l", "source_r", "id_r", "match_weight", "match_probability", "why", "same"];
            let rows = questions.iter().map(|question| {
                let [source_l, id_l, source_r, id_r] = names(records, question.l, question.r);
                let (weight, probability) = (question.match_weight.to_string(), question.match_probability.to_string());
                [source_l, id_l, source_r, id_r, weight, probability, question.why.words().to_owned(), String::new()]
            });
            out.csv("questions.csv", &header, rows)?;
        }
        if let Some(effect) = &self.effect {
            let header = ["source_l", "id_l", "source_r", "id_r", "match_weight", "change", "pairs"];
            let rows = effect.changes.iter().map(|changed| {
                let [source_l, id_l, source_r, id_r] = names(records, changed.l, changed.r);
                let weight = changed.match_weight.map_or_else(String::new, |weight| weight.to_string());
                let change = if changed.joined { "joined" } else { "parted" };
                [source_l, id_l, source_r, id_r, weight, change.to_owned(), changed.pairs.to_string()]
            });
            out.csv("changes.csv", &header, rows)?;
        }
        if let Some(model) = &self.proposed {
            out.write("proposed_model.json", model.to_json()?.as_bytes())?;
        }
        Ok(())
    }
}

/// The truth about a run.
struct Judge<'a> {
    truth: &'a [String],
    /// Only pairs of different sources count.
    source: Option<&'a [u16]>,
    found: &'a MatchOutcome,
}

impl Judge<'_> {
    fn same(&self, l: u32, r: u32) -> bool {
        self.truth[l as usize] == self.truth[r as usize]
    }

    fn evaluation(&self, trial: Option<&Trial>, ctx: &RunCtx) -> Result<Value, EngineError> {
        let found = self.found;
        let weights = thresholds::weights();
        let actual = pairwise(&found.cluster, self.truth, self.source).actual;
        let floor = found.model.settings.review_floor;
        let predictions = |from: f64| {
            let pairs = found.pairs.iter().filter(move |pair| pair.match_probability >= from);
            evaluation::reliability(pairs.map(|pair| (pair.match_probability, self.same(pair.l, pair.r))))
        };
        let rows = match trial {
            Some(trial) => {
                let mut clustered_at = weights.clone();
                clustered_at.push(trial.threshold_weight());
                clustered_at.sort_by(f64::total_cmp);
                clustered_at.dedup();
                let clusters = trial.clusters_at(&clustered_at, &Constraints::default(), ctx)?;
                evaluation::clustered(&clustered_at, &clusters, self.truth, self.source)
            }
            None => Vec::new(),
        };
        let note = trial.is_none().then(|| format!("over {MANY_PAIRS} pairs: not clustered again at other thresholds"));
        Ok(json!({
            "intervals": evaluation::bootstrap(&found.cluster, self.truth, self.source, found.model.settings.seed),
            "thresholds_clustered": rows,
            "thresholds_clustered_note": note,
            "thresholds_scored_pairs": evaluation::scored(&found.pairs, &weights, actual, |l, r| self.same(l, r)),
            "best_threshold": evaluation::best_row(&rows),
            "reliability": predictions(floor),
            "reliability_of_all_kept_pairs": predictions(0.0),
        }))
    }

    /// Asks in rounds, answers from the truth, and compares the learnt threshold with the run's own and with the best.
    fn simulate(&self, trial: &Trial, count: usize, ctx: &RunCtx) -> Result<Value, EngineError> {
        let none = Constraints::default();
        let mut ladder = Ladder::climb(trial, &none, ctx)?;
        let mut labels: Vec<Label> = Vec::new();
        let round = count.div_ceil(ROUNDS).max(1);
        while labels.len() < count {
            let asked = choose(trial, &ladder, &labels, round.min(count - labels.len()))?;
            if asked.is_empty() {
                break;
            }
            labels.extend(asked.iter().map(|question| Label { l: question.l, r: question.r, same: self.same(question.l, question.r) }));
        }
        let refined = refine(trial, &mut ladder, &labels, ctx)?;
        let score = |clusters: &[u32]| pairwise(clusters, self.truth, self.source);
        let learnt = score(&trial.clusters_at(&[refined.after.match_weight], &none, ctx)?[0]);
        // The best that any threshold gives: of the ladder, of the table and of tenths of a bit around the best of these.
        let mut weights: Vec<f64> = ladder.rungs.iter().map(|rung| rung.weight).chain(thresholds::weights()).collect();
        let mut rows = evaluation::clustered(&weights, &trial.clusters_at(&weights, &none, ctx)?, self.truth, self.source);
        if let Some(best) = evaluation::best_row(&rows) {
            weights = (-5_i32..=5).map(|at| best.match_weight + f64::from(at) / 10.0).collect();
            rows.extend(evaluation::clustered(&weights, &trial.clusters_at(&weights, &none, ctx)?, self.truth, self.source));
        }
        let best = evaluation::best_row(&rows);
        let own = score(&self.found.cluster);
        let share = |threshold: f64, found: &Pairwise| json!({ "threshold": threshold, "precision": found.precision, "recall": found.recall, "f1": found.f1 });
        let highest = best.map_or(learnt.f1, |best| best.f1).max(learnt.f1);
        Ok(json!({
            "labels": labels.len(),
            "same": labels.iter().filter(|label| label.same).count(),
            "rounds": ROUNDS,
            "default": share(self.found.threshold, &own),
            "learnt": share(refined.threshold, &learnt),
            "learnt_reason": refined.threshold_reason,
            "best": best,
            "learnt_below_best_points": 100.0 * (highest - learnt.f1),
            "default_below_best_points": 100.0 * (highest - own.f1),
            "calibration": refined.calibration,
        }))
    }
}
