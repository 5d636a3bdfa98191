//! Predictions, the worklist, the registry and monitoring. Flow: published gold + control.db -> ChurnPage.

use crate::analytics::{Drift, Parameters, ProbabilityBin, Target, Tier};
use crate::engine::error::EngineError;
use crate::engine::ops::churn::{Metrics, model_of, remarks};
use crate::engine::pages::{ChurnPage, ModelView, RiskRow, Sight, TierCount, WatchView};
use crate::engine::session::Session;
use crate::store::control::{ModelRow, ModelStage};
use crate::store::reader::Connection;
use crate::warehouse::{self, risk};

/// Rows that a page carries: whoever wants more asks the table.
const MOST_ROWS: usize = 5_000;
/// Golds that monitoring goes back.
const TREND: u32 = 24;

pub fn page(session: &Session, target: Target, sight: Sight) -> Result<ChurnPage, EngineError> {
    let models = session.control().models(target.name())?;
    let production = models.iter().find(|row| row.stage == ModelStage::Production).map(|row| row.version);
    // control.db is let go before the models' texts are read from it.
    let published = session.control().published()?;
    let mut page = ChurnPage {
        target,
        as_of: None,
        gold_version: published.map(|version| version.0),
        absent: None,
        is_stale: false,
        tiers: Vec::new(),
        scored: 0,
        customers: 0,
        rows: Vec::new(),
        is_masked: sight != Sight::Clear,
        bins: Vec::new(),
        models: models.into_iter().map(|row| model_view(session, target, row)).collect(),
        watches: watches(session, target)?,
        policy: session.workspace.config.churn.clone(),
    };
    if page.gold_version.is_none() {
        page.absent = Some("nothing is published yet. Run, then publish.".to_owned());
        return Ok(page);
    }
    let conn = if sight == Sight::Clear { session.reader_of_published()? } else { session.reader_of_masked()? };
    page.as_of = warehouse::as_of(&conn, "gold")?;
    page.customers = risk::customers(&conn)?;
    page.absent = risk::absent(&conn, target.predictions())?;
    if page.absent.is_none() {
        fill(session, &conn, &mut page)?;
    }
    let scored_by = if page.absent.is_none() { risk::model_version(&conn, target.predictions())? } else { None };
    page.is_stale = production.is_some() && scored_by != production;
    Ok(page)
}

fn fill(session: &Session, conn: &Connection, page: &mut ChurnPage) -> Result<(), EngineError> {
    let table = page.target.predictions();
    let counts = risk::tiers(conn, table)?;
    page.scored = counts.iter().map(|(_, count)| count).sum();
    page.tiers = Tier::ALL
        .into_iter()
        .map(|tier| TierCount {
            tier,
            customers: counts.iter().find(|(name, _)| name == tier.name()).map_or(0, |(_, count)| *count),
            recommended_action: page.policy.action(tier, &[]).to_owned(),
        })
        .collect();
    page.bins =
        risk::by_percent(conn, table)?.into_iter().map(|(percent, customers, sum)| ProbabilityBin { percent, customers, sum }).collect();
    let worklist = session.control().worklist()?;
    page.rows = risk::rows(conn, table, MOST_ROWS)?
        .into_iter()
        .map(|row| {
            let customer = row.customer_key.parse().ok();
            RiskRow {
                loan: (page.target == Target::LoanDefault).then_some(row.id),
                customer,
                name: row.name,
                branch: row.branch,
                probability: row.probability,
                tier: Tier::ALL.into_iter().find(|tier| tier.name() == row.tier).unwrap_or(Tier::Low),
                recommended_action: row.action,
                reasons: row.reasons,
                contributions: row.contributions,
                rule_score: row.rule_score,
                exposure_minor: row.exposure_minor,
                currency: row.currency,
                work: customer.and_then(|customer| worklist.get(&customer).cloned()),
            }
        })
        .collect();
    Ok(())
}

fn model_view(session: &Session, target: Target, row: ModelRow) -> ModelView {
    // The whole text is read of models that are shown in full: that of production, and candidates.
    let model = (row.stage != ModelStage::Archived).then(|| model_of(session, target, row.version));
    let (mut importance, mut refused, mut fault) = (Vec::new(), Vec::new(), None);
    match model {
        Some(Ok(model)) => (importance, refused) = (model.importance, model.refused),
        Some(Err(error)) => fault = Some(error.to_string()),
        None => {}
    }
    let metrics: Option<Metrics> = serde_json::from_str(&row.metrics).ok();
    ModelView {
        version: row.version,
        stage: row.stage,
        trained_at: row.trained_at,
        author: row.author,
        as_of: row.as_of,
        data_hash: row.data_hash,
        parameters: serde_json::from_str::<Parameters>(&row.parameters).map_or_else(|_| row.parameters.clone(), |p| p.in_words()),
        size_bytes: row.size_bytes,
        remarks: metrics.as_ref().map(|found| remarks(&found.evaluation, &found.left_out)).unwrap_or_default(),
        left_out: metrics.as_ref().map(|found| found.left_out.clone()).unwrap_or_default(),
        evaluation: metrics.map(|found| found.evaluation),
        importance,
        refused,
        fault,
    }
}

fn watches(session: &Session, target: Target) -> Result<Vec<WatchView>, EngineError> {
    let rows = session.control().watches(target.name(), TREND)?;
    let view = |row: crate::store::control::WatchRow| WatchView {
        gold_version: row.gold_version,
        model_version: row.model_version,
        as_of: row.as_of,
        customers: row.customers,
        critical_share: row.critical_share,
        agreement: row.agreement,
        drift: serde_json::from_str::<Drift>(&row.drift).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(view).collect())
}
