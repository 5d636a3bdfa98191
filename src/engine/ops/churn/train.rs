//! Training. Flow: silver -> rows with outcomes -> leak check of the sources -> model with its evaluation -> a candidate in the registry.

use serde::{Deserialize, Serialize};

use crate::analytics::{self, Evaluation, Parameters, Target, TextColumn, leak};
use crate::base::RunCtx;
use crate::engine::answer::sqlite;
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::ops::data_tests;
use crate::engine::pages::{ChurnOutcome, LeftOut, TrainedModel};
use crate::engine::session::Session;
use crate::store::bronze;
use crate::store::control::{ModelStage, NewModel};
use crate::store::reader::Connection;
use crate::warehouse::{self, predictions};

use super::rows;

/// What the registry keeps as a model's metrics.
#[derive(Debug, Serialize, Deserialize)]
pub struct Metrics {
    #[serde(flatten)]
    pub evaluation: Evaluation,
    #[serde(default)]
    pub left_out: LeftOut,
}

/// Trains aside; nothing is kept before the model stands whole.
pub fn train(session: &Session, target: Target, promote: bool, user: &str, ctx: &RunCtx) -> Result<ChurnOutcome, EngineError> {
    session.must_write()?;
    if !session.workspace.silver().exists() {
        return Err(EngineError::Refused("nothing is built yet that a model could learn from. Say 'karat run' first.".to_owned()));
    }
    let mut conn = session.reader_of(None)?;
    let graph = data_tests::graph(session)?;
    let as_of = warehouse::as_of(&conn, "silver")?.unwrap_or_else(|| session.clock.now_iso()[..10].to_owned());
    let (data, mut left_out) = rows::labelled(&mut conn, &graph, target, &as_of, ctx)?;
    left_out.cut_short = cut_short(&conn)?;
    let texts: Vec<TextColumn> =
        predictions::source_texts(&conn, ctx)?.into_iter().map(|column| TextColumn { name: column.name, values: column.values }).collect();
    drop(conn);
    let refused = leak::refused_columns(&texts, target);
    let model = analytics::train(&data, target, rows::HORIZON_DAYS, &Parameters::default(), refused, ctx)?;
    let text = model.to_text()?;
    let json = |value: Result<String, serde_json::Error>| value.map_err(|error| EngineError::Refused(error.to_string()));
    ctx.check()?;
    let at = session.clock.now_iso();
    let version = session.control().add_model(&NewModel {
        target: target.name().to_owned(),
        trained_at: at.clone(),
        author: user.to_owned(),
        as_of,
        data_hash: model.data_hash.clone(),
        parameters: json(serde_json::to_string(&model.parameters))?,
        metrics: json(serde_json::to_string(&Metrics { evaluation: model.evaluation.clone(), left_out: left_out.clone() }))?,
        program: model.program.clone(),
        text,
    })?;
    let mut remarks = remarks(&model.evaluation, &left_out);
    let mut stage = ModelStage::Candidate;
    if promote && model.evaluation.has_signal {
        session.control().set_stage(target.name(), version, ModelStage::Production, user, &at)?;
        stage = ModelStage::Production;
    } else if promote {
        remarks.push("It was not promoted: a model that cannot be told from chance does not score.".to_owned());
    }
    Ok(ChurnOutcome {
        summary: summary(target, version, stage, &model.evaluation),
        model: Some(TrainedModel {
            target,
            version,
            stage,
            features: model.booster.features.clone(),
            evaluation: model.evaluation,
            refused: model.refused,
            left_out,
            remarks,
        }),
        work_entry: None,
    })
}

fn summary(target: Target, version: u32, stage: ModelStage, evaluation: &Evaluation) -> String {
    let scored = &evaluation.boosting;
    format!(
        "Model {version} of {} is a {stage} model: AUC {:.3} ({:.3} to {:.3})",
        target.name(),
        scored.mean_auc,
        scored.interval.low,
        scored.interval.high
    )
    .replace("a production model", "in production")
    .replace("a candidate model", "a candidate")
}

/// What a person should know before relying on a model.
pub fn remarks(evaluation: &Evaluation, left_out: &LeftOut) -> Vec<String> {
    let mut remarks = Vec::new();
    let (boosting, logistic) = (&evaluation.boosting, &evaluation.logistic);
    if !evaluation.has_signal {
        remarks.push(format!(
            "The features carry no signal that can be told from chance: the interval of the AUC ({:.3} to {:.3}) reaches down to one half.",
            boosting.interval.low, boosting.interval.high
        ));
    }
    if let Some(later) = boosting.later.as_ref().filter(|later| boosting.mean_auc - later.auc > 0.1) {
        remarks.push(format!(
            "On later days than any it learnt from it does worse: AUC {:.3} ({:.3} to {:.3}). Expect that of the next months, not the AUC of the folds.",
            later.auc, later.interval.low, later.interval.high
        ));
    }
    if logistic.mean_auc >= boosting.mean_auc {
        remarks
            .push(format!("The plain logistic regression does as well (AUC {:.3}): the trees find nothing beyond it.", logistic.mean_auc));
    }
    if left_out.not_covered > 0 {
        let cut = if left_out.cut_short.is_empty() { String::new() } else { format!(" ({} cut short)", left_out.cut_short.join(", ")) };
        remarks.push(format!(
            "{} in no export of transactions{cut}: they have no label and are not counted as gone.",
            counted_are(left_out.not_covered)
        ));
    }
    remarks
}

fn counted_are(count: u64) -> String {
    format!("{} {}", counted(count, "customer"), if count == 1 { "is" } else { "are" })
}

/// Files that seem to end too early.
fn cut_short(conn: &Connection) -> Result<Vec<String>, EngineError> {
    let flagged = sqlite(bronze::query::flags(conn, None))?;
    let names = sqlite(bronze::query::file_names(conn))?;
    let mut found: Vec<String> =
        flagged.into_iter().filter(|(_, _, flag)| flag.is_cut_short()).filter_map(|(batch, ..)| names.get(&batch).cloned()).collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
