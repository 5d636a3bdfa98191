//! `karat churn`. Flow: action -> ChurnDeed or ChurnQuery -> text or JSON.

use clap::{Subcommand, ValueEnum};

use crate::base::{Cell, CustomerKey};
use crate::engine::churn_deed::{Target, Work, WorkOutcome, WorkStatus};
use crate::engine::pages::{ChurnOutcome, ChurnPage, ModelEvaluation, ModelStage, ModelView, Scored, TrainedModel};
use crate::engine::{self, ChurnDeed, ChurnQuery, Page, Query, Report};

use super::args::Common;
use super::client::{Stop, note, user};
use super::print::{json, number, out, text_table};
use super::report;
use super::run::{reader, writer};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TargetArg {
    #[default]
    Churn,
    #[value(name = "loan_default")]
    LoanDefault,
}

impl From<TargetArg> for Target {
    fn from(arg: TargetArg) -> Self {
        match arg {
            TargetArg::Churn => Self::Churn,
            TargetArg::LoanDefault => Self::LoanDefault,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum ChurnAction {
    /// Learn from what happened; the model is a candidate until it is promoted
    Train {
        #[arg(long, value_enum, default_value_t)]
        target: TargetArg,
        /// Let it score from the next run on, if it can be told from chance
        #[arg(long)]
        promote: bool,
    },
    /// What a model was measured at (default: the one in production, else the newest)
    Evaluate {
        #[arg(long, value_enum, default_value_t)]
        target: TargetArg,
        #[arg(long)]
        model: Option<u32>,
    },
    /// Features and predictions anew over what stands, and publish
    Score {
        #[arg(long)]
        no_publish: bool,
    },
    /// The registry
    Models {
        #[arg(long, value_enum, default_value_t)]
        target: TargetArg,
    },
    /// Let a model score from the next run on
    Promote {
        version: u32,
        #[arg(long, value_enum, default_value_t)]
        target: TargetArg,
    },
    /// Put a model away
    Archive {
        version: u32,
        #[arg(long, value_enum, default_value_t)]
        target: TargetArg,
    },
    /// Who may leave, why, what to do, and what was done
    Worklist {
        #[arg(long, value_enum, default_value_t)]
        target: TargetArg,
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Say what stands about a customer of the worklist
    Work {
        customer: CustomerKey,
        #[arg(long)]
        owner: Option<String>,
        /// open, contacted, in_progress or done
        #[arg(long, value_parser = |text: &str| WorkStatus::parse(text).ok_or("open, contacted, in_progress or done"))]
        status: Option<WorkStatus>,
        /// stayed, left, no_answer or not_interested
        #[arg(long, value_parser = |text: &str| WorkOutcome::parse(text).ok_or("stayed, left, no_answer or not_interested"))]
        outcome: Option<WorkOutcome>,
        #[arg(long)]
        campaign: Option<String>,
    },
    /// Take an entry of the worklist back
    Undo { entry: i64 },
    /// Drift since training, agreement with the rule, share of Critical
    Monitor {
        #[arg(long, value_enum, default_value_t)]
        target: TargetArg,
    },
}

pub fn churn(common: &Common, action: ChurnAction) -> Result<(), Stop> {
    let user = user(common);
    let deed = match action {
        ChurnAction::Train { target, promote } => ChurnDeed::Train { target: target.into(), promote, user },
        ChurnAction::Promote { version, target } => ChurnDeed::Promote { target: target.into(), version, user },
        ChurnAction::Archive { version, target } => ChurnDeed::Archive { target: target.into(), version, user },
        ChurnAction::Score { no_publish } => ChurnDeed::Score { publish: !no_publish },
        ChurnAction::Undo { entry } => ChurnDeed::UndoWork { entry, user },
        ChurnAction::Work { customer, owner, status, outcome, campaign } => {
            let before = standing(common, customer)?;
            let work = Work {
                owner: owner.or(before.owner),
                status: status.unwrap_or(before.status),
                outcome: outcome.or(before.outcome),
                campaign: campaign.or(before.campaign),
            };
            ChurnDeed::Work { customer, work, user }
        }
        ChurnAction::Evaluate { target, model } => return evaluated(common, &page(common, target.into())?, model),
        ChurnAction::Models { target } => return models(common, &page(common, target.into())?),
        ChurnAction::Worklist { target, limit } => return worklist(common, &page(common, target.into())?, limit),
        ChurnAction::Monitor { target } => return monitor(common, &page(common, target.into())?),
    };
    let report = writer(common, "churn")?.perform(engine::Command::Churn(deed))?;
    match &report {
        Report::Churn(outcome) => done(common, outcome),
        _ => report::ran(common, &report),
    }
}

fn page(common: &Common, target: Target) -> Result<ChurnPage, Stop> {
    let page = reader(common, "churn")?.ask(Query::Churn(ChurnQuery::Page { target }))?;
    match &*page {
        Page::Churn(page) => Ok((**page).clone()),
        _ => Err(Stop::Failed("the engine answered with another page".to_owned())),
    }
}

/// What stands about a customer before the change.
fn standing(common: &Common, customer: CustomerKey) -> Result<Work, Stop> {
    let page = page(common, Target::Churn)?;
    let row = page.rows.into_iter().find(|row| row.customer == Some(customer));
    Ok(row.and_then(|row| row.work).map(|entry| entry.work).unwrap_or_default())
}

fn done(common: &Common, outcome: &ChurnOutcome) -> Result<(), Stop> {
    if common.json {
        return json(outcome);
    }
    let mut text = format!("{}.\n", outcome.summary);
    if let Some(entry) = outcome.work_entry {
        text.push_str(&format!("Entry {entry}; 'karat churn undo {entry}' takes it back.\n"));
    }
    if let Some(model) = &outcome.model {
        text.push_str(&trained(model));
    }
    out(&text)
}

fn trained(model: &TrainedModel) -> String {
    let mut text = evaluation(&model.evaluation);
    text.push_str(&format!("\nFeatures ({}): {}\n", model.features.len(), model.features.join(", ")));
    if !model.refused.is_empty() {
        text.push_str("\nRefused by the leak check:\n");
        for refused in &model.refused {
            text.push_str(&format!("  {}: {}\n", refused.column, refused.why));
        }
    }
    for remark in &model.remarks {
        text.push_str(&format!("\n{remark}\n"));
    }
    text
}

fn evaluation(found: &ModelEvaluation) -> String {
    let mut text = format!(
        "{} rows of {} customers at {} cut-off dates, {} to {}; {} with the event ({:.1} %).\n\n",
        found.rows,
        found.subjects,
        found.cutoffs,
        found.first_cutoff,
        found.last_cutoff,
        found.cases,
        found.base_rate * 100.0
    );
    let row = |scored: &Scored| {
        let folds = scored.folds.iter().map(|fold| fold.auc.map_or_else(|| "-".to_owned(), |auc| format!("{auc:.3}")));
        let later = scored.later.as_ref().map_or_else(
            || "too few".to_owned(),
            |later| format!("{:.3} ({:.3} to {:.3}) from {}", later.auc, later.interval.low, later.interval.high, later.from_cutoff),
        );
        vec![
            Cell::text(&scored.name),
            Cell::text(format!("{:.3} ({:.3} to {:.3})", scored.mean_auc, scored.interval.low, scored.interval.high)),
            Cell::text(folds.collect::<Vec<_>>().join(" ")),
            Cell::text(format!("{:.3}", scored.pr_auc)),
            Cell::text(format!("{:.4}", scored.brier)),
            Cell::text(later),
        ]
    };
    text.push_str(&text_table(
        &["", "Mean AUC (95 %)", "Folds", "PR-AUC", "Brier", "Later days, other customers"],
        vec![row(&found.boosting), row(&found.logistic)],
    ));
    text.push_str(&format!("\n{} Saying the base rate to everybody has a Brier score of {:.4}.\n", found.method, found.brier_of_base_rate));
    text
}

fn evaluated(common: &Common, page: &ChurnPage, version: Option<u32>) -> Result<(), Stop> {
    let in_production = || page.models.iter().find(|model| model.stage == ModelStage::Production);
    let model: Option<&ModelView> = match version {
        Some(version) => page.models.iter().find(|model| model.version == version),
        None => in_production().or(page.models.first()),
    };
    let Some(model) = model else {
        return Err(Stop::Failed(format!(
            "there is no such model of {}. 'karat churn models' lists them, 'karat churn train' makes one.",
            page.target.name()
        )));
    };
    if common.json {
        return json(model);
    }
    if let Some(fault) = &model.fault {
        note(&format!("karat: {fault}"));
    }
    let Some(found) = &model.evaluation else {
        return Err(Stop::Failed(format!("what model {} was measured at cannot be read.", model.version)));
    };
    let mut text =
        format!("Model {} of {} ({}), trained {} by {}.\n", model.version, page.target.name(), model.stage, model.trained_at, model.author);
    text.push_str(&evaluation(found));
    for remark in &model.remarks {
        text.push_str(&format!("\n{remark}\n"));
    }
    let bins = found.boosting.reliability.iter().map(|bin| {
        vec![
            Cell::text(format!("{:.1} to {:.1}", bin.from, bin.to)),
            number(bin.rows),
            Cell::text(format!("{:.3}", bin.predicted)),
            Cell::text(format!("{:.3}", bin.observed)),
        ]
    });
    text.push_str(&format!("\nCalibration\n{}", text_table(&["Probability", "Rows", "Predicted", "Observed"], bins.collect())));
    let gain =
        found.boosting.gain.iter().filter(|point| point.contacted > 0.0 && point.contacted <= 0.5).map(|point| {
            vec![Cell::text(format!("{:.0} %", point.contacted * 100.0)), Cell::text(format!("{:.1} %", point.found * 100.0))]
        });
    text.push_str(&format!("\nGain\n{}", text_table(&["Contacted", "Found"], gain.collect())));
    out(&text)
}

fn models(common: &Common, page: &ChurnPage) -> Result<(), Stop> {
    if common.json {
        return json(&page.models);
    }
    let rows = page.models.iter().map(|model| {
        let auc = model.evaluation.as_ref().map_or_else(String::new, |found| {
            format!("{:.3} ({:.3} to {:.3})", found.boosting.mean_auc, found.boosting.interval.low, found.boosting.interval.high)
        });
        vec![
            number(u64::from(model.version)),
            Cell::text(model.stage.name()),
            Cell::text(auc),
            Cell::text(&model.trained_at),
            Cell::text(&model.author),
            Cell::text(&model.as_of),
            Cell::text(model.data_hash.chars().take(12).collect::<String>()),
            Cell::text(model.fault.clone().unwrap_or_default()),
        ]
    });
    out(&text_table(&["Model", "Stage", "AUC (95 %)", "Trained", "By", "As of", "Data", "Fault"], rows.collect()))
}

fn worklist(common: &Common, page: &ChurnPage, limit: usize) -> Result<(), Stop> {
    if let Some(absent) = &page.absent {
        return Err(Stop::Failed(absent.clone()));
    }
    let rows = &page.rows[..page.rows.len().min(limit)];
    if common.json {
        return json(&rows);
    }
    let cells = rows.iter().map(|row| {
        let work = row.work.as_ref().map(|entry| &entry.work);
        vec![
            Cell::text(row.loan.clone().or_else(|| row.customer.map(|key| key.to_string())).unwrap_or_default()),
            Cell::text(&row.name),
            Cell::text(format!("{:.2}", row.probability)),
            Cell::text(row.tier.name()),
            Cell::text(&row.recommended_action),
            Cell::text(row.reasons.join("; ")),
            Cell::text(work.and_then(|work| work.owner.clone()).unwrap_or_default()),
            Cell::text(work.map_or("", |work| work.status.name())),
            Cell::text(work.and_then(|work| work.outcome).map_or("", WorkOutcome::name)),
            Cell::text(work.and_then(|work| work.campaign.clone()).unwrap_or_default()),
        ]
    });
    let names = ["", "Name", "Probability", "Tier", "Action", "Reasons", "Owner", "Status", "Outcome", "Campaign"];
    out(&text_table(&names, cells.collect()))
}

fn monitor(common: &Common, page: &ChurnPage) -> Result<(), Stop> {
    if common.json {
        return json(&page.watches);
    }
    let rows = page.watches.iter().map(|watch| {
        let worst = watch.drift.features.first();
        vec![
            number(u64::from(watch.gold_version)),
            number(u64::from(watch.model_version)),
            Cell::text(&watch.as_of),
            number(watch.customers),
            Cell::text(format!("{:.1} %", watch.critical_share * 100.0)),
            Cell::text(watch.agreement.map_or_else(|| "no rule".to_owned(), |share| format!("{:.1} %", share * 100.0))),
            Cell::text(watch.drift.scores.map_or_else(String::new, |psi| format!("{psi:.3}"))),
            Cell::text(worst.map_or_else(String::new, |feature| format!("{} {:.3}", feature.name, feature.psi))),
        ]
    });
    let names = ["Gold", "Model", "As of", "Scored", "Critical", "Same tier as the rule", "PSI of scores", "Furthest feature"];
    out(&text_table(&names, rows.collect()))
}
