//! Models that predict. Flow: ChurnDeed -> train (rows, leak check, model -> registry), registry, score (a run of few models), work, policy
//! -> Report. `predictor` scores in runs; `watching` notes how the predictions of a gold lie.

mod predictor;
mod rows;
mod train;
mod watching;

pub use predictor::PinnedModels;
pub use train::{Metrics, remarks};
pub use watching::note;

use crate::analytics::{Model, Policy, Target};
use crate::base::{CustomerKey, RunCtx};
use crate::engine::churn_deed::{ChurnDeed, Work};
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::executor::Shared;
use crate::engine::pages::ChurnOutcome;
use crate::engine::session::Session;
use crate::store::control::{Deed, ModelStage};

use super::run;

/// Longest text of an owner or a campaign.
const LONGEST: usize = 120;

pub(in crate::engine) fn perform(shared: &Shared, deed: &ChurnDeed, ctx: &RunCtx) -> Result<Report, EngineError> {
    let session = shared.session()?;
    let report = match deed {
        ChurnDeed::Train { target, promote, user } => train::train(&session, *target, *promote, user, ctx).map(churn),
        ChurnDeed::Promote { target, version, user } => promote(&session, *target, *version, user).map(churn),
        ChurnDeed::Archive { target, version, user } => archive(&session, *target, *version, user).map(churn),
        ChurnDeed::Score { publish } => score(&session, *publish, ctx),
        ChurnDeed::Work { customer, work, user } => set_work(&session, *customer, work, user).map(churn),
        ChurnDeed::UndoWork { entry, user } => undo_work(&session, *entry, user).map(churn),
        ChurnDeed::SetPolicy { policy, user } => {
            set_policy(&session, policy, user)?;
            let dir = session.workspace.dir().to_owned();
            drop(session);
            // Its settings are read where a workspace is opened.
            shared.open(&dir)?;
            return Ok(Report::Said("The next run uses these thresholds, actions and costs".to_owned()));
        }
    };
    shared.changed(&session);
    report
}

fn churn(outcome: ChurnOutcome) -> Report {
    Report::Churn(Box::new(outcome))
}

fn said(summary: String) -> ChurnOutcome {
    ChurnOutcome { summary, model: None, work_entry: None }
}

/// Reads a model of the registry; what is wrong with it names it.
pub fn model_of(session: &Session, target: Target, version: u32) -> Result<Model, EngineError> {
    let text = session.control().model_text(target.name(), version)?;
    Model::from_text(&text).map_err(|error| EngineError::Refused(format!("model {version} of {} cannot be used: {error}", target.name())))
}

/// Refuses a model that could not score, before it is put to score.
fn promote(session: &Session, target: Target, version: u32, user: &str) -> Result<ChurnOutcome, EngineError> {
    session.must_write()?;
    model_of(session, target, version)?;
    session.control().set_stage(target.name(), version, ModelStage::Production, user, &session.clock.now_iso())?;
    Ok(said(format!("Model {version} of {} scores from the next run on", target.name())))
}

fn archive(session: &Session, target: Target, version: u32, user: &str) -> Result<ChurnOutcome, EngineError> {
    session.must_write()?;
    session.control().set_stage(target.name(), version, ModelStage::Archived, user, &session.clock.now_iso())?;
    Ok(said(format!("Archived model {version} of {}", target.name())))
}

/// Features, predictions and what is made from them, over the gold that stands.
fn score(session: &Session, publish: bool, ctx: &RunCtx) -> Result<Report, EngineError> {
    let mut has_model = false;
    for target in Target::ALL {
        // control.db is let go before the model is read from it.
        let production = session.control().production_model(target.name())?;
        if let Some(row) = production {
            model_of(session, target, row.version)?;
            has_model = true;
        }
    }
    if !has_model {
        return Err(EngineError::Refused(
            "no model is in production, so there is nothing to score with. 'karat churn train --promote' makes one.".to_owned(),
        ));
    }
    let select: Vec<String> =
        Target::ALL.iter().flat_map(|target| [target.features().to_owned(), format!("{}+", target.predictions())]).collect();
    run::run_models(session, &run::Chosen { select: &select, exclude: &[], publish, full_refresh: false }, ctx)
        .map(Box::new)
        .map(Report::Ran)
}

fn set_work(session: &Session, customer: CustomerKey, work: &Work, user: &str) -> Result<ChurnOutcome, EngineError> {
    session.must_write()?;
    let tidy = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let work = Work { owner: tidy(&work.owner), campaign: tidy(&work.campaign), ..work.clone() };
    if [&work.owner, &work.campaign].into_iter().flatten().any(|text| text.chars().count() > LONGEST) {
        return Err(EngineError::Refused(format!("an owner or a campaign has at most {LONGEST} letters.")));
    }
    if !session.control().is_customer(customer)? {
        return Err(EngineError::Refused(format!("there is no customer {customer}.")));
    }
    let entry = session.control().set_work(customer, &work, user, &session.clock.now_iso())?;
    Ok(ChurnOutcome { work_entry: Some(entry), ..said(format!("{customer} is {}", status_words(&work))) })
}

fn status_words(work: &Work) -> String {
    let status = work.status.name().replace('_', " ");
    match work.outcome {
        Some(outcome) => format!("{status}: {}", outcome.name().replace('_', " ")),
        None => status,
    }
}

fn undo_work(session: &Session, entry: i64, user: &str) -> Result<ChurnOutcome, EngineError> {
    session.must_write()?;
    let customer = session.control().undo_work(entry, user, &session.clock.now_iso())?;
    Ok(said(format!("{customer} stands on the worklist as before")))
}

fn set_policy(session: &Session, policy: &Policy, user: &str) -> Result<(), EngineError> {
    session.must_write()?;
    if let Some(fault) = policy.fault() {
        return Err(EngineError::Refused(format!("{fault}. Nothing was changed.")));
    }
    let mut workspace = session.workspace.clone();
    workspace.config.churn = policy.clone();
    workspace.save()?;
    session.control().record_deed(&session.clock.now_iso(), user, Deed::Model, "workspace.toml", "[churn] changed")?;
    Ok(())
}
